"""The pytest plugin, in sessions of its own."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.any_version

TESTS = """
import gc, pytest

class Node:
    pass

REGISTRY = []

def make_pair():
    one, other = Node(), Node()
    one.child, other.parent = other, one

def test_tidy():
    Node()

def test_careless():
    make_pair()

def test_leaves_an_object():
    REGISTRY.append(Node())

def test_fails_by_itself():
    make_pair()
    assert False

def test_collector():
    gc.collect()
"""
PAIR = "test_it.Node.child -> test_it.Node.parent"


@pytest.fixture
def session(tmp_path):
    def run(*arguments, tests=TESTS, ini=""):
        (tmp_path / "test_it.py").write_text(tests, encoding="utf-8")
        (tmp_path / "pytest.ini").write_text(f"[pytest]\n{ini}", encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTEST_ADDOPTS": "", "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )
        return done.returncode, done.stdout + done.stderr

    return run


def test_off_it_does_not_import_refcycle(session):
    tests = "import sys\ndef test_it():\n    assert 'refcycle' not in sys.modules"
    code, output = session(tests=tests)
    assert code == 0, output
    assert "refcycle" not in output


def test_a_tidy_suite_does_not_import_what_reports_cycles(session):
    tests = """
import sys
def test_it():
    later = {"refcycle.cycles", "refcycle._cycles.reports", "refcycle._cycles.removal_costs"}
    assert "refcycle" in sys.modules and not later & sys.modules.keys()
def test_after_it():
    test_it()
"""
    code, output = session("--refcycle", tests=tests)
    assert code == 0, output
    assert ": 0 with cycles left behind, 0 with objects left behind" in output


def test_each_test_that_leaves_objects_is_told(session):
    tests = """
import pytest
class Node:
    pass
KEPT = []
@pytest.mark.parametrize("count", [1, 2, 3])
def test_it(count):
    KEPT.extend(Node() for _ in range(count))
"""
    _, output = session("--refcycle", tests=tests)
    told = [f"left behind by test_it.py::test_it[{n}]: {n} test_it.Node" for n in (1, 2, 3)]
    assert [line for line in output.splitlines() if line.startswith("left")] == told


def test_the_plugin_is_not_among_the_holders(session):
    tests = """
class Node:
    pass
class Box:
    def __init__(self):
        self.inner = {"a": [[]]}
box = Box()
def test_it():
    box.inner["a"][0].append(Node())
"""
    _, output = session("--refcycle", tests=tests)
    # A longer chain than any in the plugin.
    chain = "module test_it.box -> test_it.Box.inner -> dict[*] -> ... -> list[*] -> test_it.Node"
    assert f"    held: 1 by {chain}\n" in output


def test_objects_that_are_allowed(session):
    tests = """
class Node:
    pass
KEPT, CACHE = [], {}
def test_it():
    KEPT.append(Node())
    CACHE["a"] = Node()
"""
    allowed = "module test_it.CACHE -> dict[*] -> test_it.Node"
    _, output = session("--refcycle", "-o", f"refcycle_allow={allowed}", tests=tests)
    assert "left behind by test_it.py::test_it: 1 test_it.Node\n" in output
    assert "    held: 1 by module test_it.KEPT -> list[*] -> test_it.Node\n" in output
    assert "CACHE" not in output


def test_the_report(session):
    code, output = session("--refcycle")
    assert code == 1
    assert "1 failed, 4 passed" in output
    assert_reported(output)


def assert_reported(output):
    report = output.partition(" refcycle ====")[2].splitlines()
    assert report[1].startswith(f"{PAIR}   (")
    assert report[2:7] == [
        "    to cut it: make `Node.parent` a weak reference",
        "    in test_it.py::test_careless",
        "left behind by test_it.py::test_leaves_an_object: 1 test_it.Node",
        "    held: 1 by module test_it.REGISTRY -> list[*] -> test_it.Node",
        "4 tests checked: 1 with cycles left behind, 1 with objects left behind",
    ]


def test_where_it_was_allocated(session):
    slotted = "class Node:\n    __slots__ = ('child', 'parent', '__weakref__')\n"
    tests = TESTS.replace("class Node:\n    pass\n", slotted)
    tests = f"import tracemalloc\ntracemalloc.start()\n{tests}"
    _, output = session("--refcycle", tests=tests)
    line = tests.splitlines().index("    one, other = Node(), Node()") + 1
    assert f"test_it.py:{line}" in output
    assert "allocated at " in output


def test_failing_on_cycles(session):
    code, output = session("--refcycle-fail")
    assert code == 1
    assert "2 failed, 3 passed" in output
    [short] = [line for line in output.splitlines() if "FAILED test_it.py::test_careless" in line]
    # The line is as wide as the terminal.
    assert f"{short} ".partition(" - Failed: ")[2].startswith("garbage left behind: test_it.Node.")
    assert "checked: 1 with cycles left behind, 1 with objects left behind" in output


def test_the_marker_and_the_fixture(session):
    tests = (
        TESTS
        + f"""

@pytest.mark.refcycle
def test_marked():
    make_pair()

@pytest.mark.refcycle(allow=["{PAIR}"])
def test_marked_and_allowed():
    make_pair()

def test_fixture(no_cycles):
    make_pair()

def test_fixture_in_part(no_cycles):
    with no_cycles(allow="{PAIR}"):
        make_pair()
    gc.collect()

@pytest.mark.refcycle(check=False)
def test_left_alone():
    make_pair()
"""
    )
    _, output = session(tests=tests)
    assert "3 failed, 7 passed" in output
    failed = {line.split()[1] for line in output.splitlines() if line.startswith("FAILED")}
    names = ("test_fails_by_itself", "test_marked", "test_fixture")
    assert failed == {f"test_it.py::{name}" for name in names}
    assert "tests checked" not in output

    _, output = session("--refcycle", tests=tests)
    # Those that fail are counted too.
    tests = ", ".join(f"test_it.py::{name}" for name in ("test_careless", *sorted(names[1:])))
    assert f"    in {tests}\n" in output
    assert "test_left_alone" not in output
    assert "test_marked_and_allowed" not in output


def test_a_marked_test_can_be_left_alone_in_a_strict_run(session):
    tests = """
import pytest
@pytest.mark.refcycle(check=False)
def test_it():
    table = []
    table.append(table)
"""
    assert session("--refcycle-fail", "--strict-markers", tests=tests)[0] == 0


def test_allowed_by_the_ini_file(session, tmp_path):
    _, output = session("--refcycle", ini=f"refcycle_allow =\n    {PAIR}\n")
    assert "test_careless" not in output
    (tmp_path / "known.txt").write_text(f"# known\n\n{PAIR}\n", encoding="utf-8")
    _, output = session("--refcycle", ini="refcycle_allow_file = known.txt")
    assert "test_careless" not in output
    assert ": 0 with cycles left behind, 1 with objects left behind" in output


def test_a_file_that_is_not_there(session):
    code, output = session("--refcycle", ini="refcycle_allow_file = missing.txt")
    assert code == 4
    assert "refcycle_allow_file: " in output
    assert "missing.txt is not readable" in output


def test_under_xdist(session):
    pytest.importorskip("xdist")
    code, output = session("--refcycle", "-n", "2")
    assert code == 1
    assert "1 failed, 4 passed" in output
    assert_reported(output)


def test_what_fixtures_hold_is_not_left_behind(session):
    tests = """
import pytest
class Node:
    pass
@pytest.fixture
def nodes():
    return []
@pytest.fixture(scope="session")
def node():
    node = Node()
    node.itself = node
    return node
def test_it(nodes, node):
    nodes.append(Node())
def test_again(node):
    pass
"""
    code, output = session("--refcycle", tests=tests)
    assert code == 0
    assert ": 0 with cycles left behind, 0 with objects left behind" in output


def test_the_collector_is_as_it_was(session):
    tests = """
import gc
def test_it():
    assert gc.get_debug() == 0
    assert gc.garbage == []
    assert gc.get_threshold() == THRESHOLD
THRESHOLD = gc.get_threshold()
"""
    conftest_end = """
def pytest_unconfigure():
    import gc
    print("at the end:", gc.isenabled(), gc.get_debug(), gc.get_freeze_count(), gc.garbage)
"""
    plugin = tests + conftest_end
    code, output = session("--refcycle", "-s", "-p", "test_it", tests=plugin)
    assert code == 0, output
    assert "at the end: True 0 0 []" in output


def test_older_garbage_is_no_tests_fault(session):
    tests = """
import gc, pytest
@pytest.fixture
def rubbish():
    gc.disable()
    table = []
    table.append(table)
    yield
    gc.enable()
def test_it(rubbish):
    pass
def test_unittest_is_clean():
    pass
"""
    _, output = session("--refcycle", tests=tests)
    assert ": 0 with cycles left behind, 0 with objects left behind" in output


def test_unittest_and_parametrized_and_classes(session):
    tests = """
import unittest, pytest
class Node:
    pass
def careless():
    node = Node()
    node.itself = node
class TestOne(unittest.TestCase):
    def test_careless(self):
        careless()
    def test_tidy(self):
        self.assertEqual(1, 1)
class TestTwo:
    @pytest.mark.parametrize("number", range(3))
    def test_numbers(self, number):
        if number == 1:
            careless()
"""
    _, output = session("--refcycle", tests=tests)
    assert "objects, 2 times)" in output or "object, 2 times)" in output
    tests = "test_it.py::TestOne::test_careless, test_it.py::TestTwo::test_numbers[1]"
    assert f"    in {tests}\n" in output
    assert ": 2 with cycles left behind, 0 with objects left behind" in output


def test_one_kind_of_cycle_is_told_once(session):
    tests = """
import pytest
class Node:
    pass
@pytest.mark.parametrize("number", range(9))
def test_it(number):
    node = Node()
    node.itself = node
"""
    _, output = session("--refcycle", tests=tests)
    assert output.count("Node.itself") == 2  # the signature and the advice
    named = (
        "    in test_it.py::test_it[0], test_it.py::test_it[1], test_it.py::test_it[2] and 6 more"
    )
    assert named in output
    assert "9 times" in output


def test_a_test_that_takes_everything_back_from_the_collector(session):
    tests = """
import gc
class Node:
    pass
OLD = [Node() for _ in range(5)]
def test_it():
    gc.unfreeze()
    OLD.append(Node())
def test_after_it():
    OLD.append(Node())
"""
    _, output = session("--refcycle", tests=tests)
    assert "left behind by test_it.py::test_after_it: 1 test_it.Node\n" in output
    assert ": 0 with cycles left behind, 1 with objects left behind" in output


def test_what_nobody_can_do_without(session):
    tests = """
import pytest
def test_class():
    class Local:
        pass
    Local()
def test_class_with_a_dot_in_its_name():
    type("schema.Local", (), {})
def test_raises():
    with pytest.raises(KeyError) as caught:
        {}["key"]
    error = caught.value
    assert error.args
def test_class_that_holds_itself():
    class Local:
        pass
    Local.itself = Local
"""
    code, output = session("--refcycle-fail", tests=tests)
    assert code == 1
    assert "1 failed, 3 passed" in output
    assert "class Local.itself" in output


def test_of_the_standard_library_what_holds_something(session):
    tests = """
import io, socket, threading
from decimal import Decimal
KEPT = []
def test_it():
    KEPT.append([io.StringIO(), Decimal(3), socket.socket(), threading.Event()])
def test_end():
    KEPT[0][2].close()
"""
    _, output = session("--refcycle", tests=tests)
    [line] = [line for line in output.splitlines() if line.startswith("left behind")]
    assert "1 socket.socket" in line
    assert "1 threading.Event" in line
    assert "StringIO" not in line
    assert "Decimal" not in line


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ("alow=['x']", "has no argument alow: it has allow and check"),
        ("'x'", "has only keyword arguments: allow and check"),
        ("allow=None", "has the argument allow=None: it must be a list of signatures"),
        ("allow=['x', 1]", "has the argument allow=['x', 1]: it must be"),
    ],
)
@pytest.mark.parametrize("options", [(), ("--refcycle",)], ids=["off", "on"])
def test_a_marker_with_wrong_arguments(session, arguments, text, options):
    tests = f"""
import pytest
@pytest.mark.refcycle({arguments})
def test_it():
    pass
"""
    code, output = session(*options, tests=tests)
    assert code != 0
    assert f"test_it.py::test_it: the marker refcycle {text}" in output
    assert "INTERNALERROR" not in output
