"""The command `refcycle run`: the report, the program as it would run alone, exit codes."""

import json
import os
import re
import subprocess
import sys
import textwrap

import pytest

import refcycle

pytestmark = pytest.mark.any_version

CYCLES = """
import sys
class Child:
    pass
class Parent:
    def __init__(self):
        self.child = Child()
        self.child.parent = self
for _ in range(5):
    Parent()
kept = [Child() for _ in range(40)]
print("output", sys.argv[1:], __name__)
"""

HELD = "module __main__.kept -> list[*] -> __main__.Child"

LEAK = """
import decimal, email.message, xml.dom.minidom
class Session:
    def __init__(self):
        self.data = {}
class Registry:
    sessions = []
for number in range(50):
    Registry.sessions.append(Session())
"""

# Libraries that create classes, caches and cycles when they are imported.
IMPORTS = "import dataclasses, decimal, email.message, enum, functools, xml.dom.minidom\n"

GROWING_LIST = (
    IMPORTS
    + """
class Event:
    pass
HISTORY = []
for number in range(30):
    HISTORY.append(Event())
"""
)

UNBOUNDED_CACHE = (
    IMPORTS
    + """
class Page:
    pass
@functools.lru_cache(maxsize=None)
def page(number):
    return Page()
for number in range(30):
    page(number)
"""
)

GROWING_TEXTS = IMPORTS + "CACHE = {}\nfor n in range(300):\n    CACHE[n] = [n]\n"

GARBAGE = (
    IMPORTS
    + """
class Node:
    pass
for _ in range(30):
    node = Node()
    node.me = node
del node
"""
)

# Neither a table of constants nor a few objects that are named are a fault.
NOTHING_WRONG = (
    IMPORTS
    + """
class Color(enum.Enum):
    RED = 1
@dataclasses.dataclass
class Point:
    x: int
NAMES = {number: str(number) * 3 for number in range(20)}
PAIRS = [(str(number), number) for number in range(20)]
ORIGIN = Point(0)
@functools.lru_cache(maxsize=None)
def size():
    return len(NAMES)
size()
"""
)

LIBRARY = """
class Bell:
    pass
KEPT = []
for _ in range(30):
    bell = Bell()
    bell.me = bell
    KEPT.append(Bell())
del bell
"""

CLEAN = """
class Child:
    pass
Child()
print("output")
"""


def count_in(line):
    return int(line.split()[0].replace(",", ""))


def command(*arguments, cwd, **options):
    return subprocess.run(
        [sys.executable, "-X", "faulthandler", "-m", "refcycle", *arguments],
        capture_output=True,
        encoding="utf-8",
        cwd=cwd,
        timeout=120,
        **options,
    )


@pytest.fixture
def program(tmp_path):
    def write(text, name="program.py"):
        (tmp_path / name).write_text(textwrap.dedent(text), encoding="utf-8")
        return name

    return write


@pytest.fixture
def run(tmp_path, program):
    def run(text, *arguments, before=(), **options):
        return command("run", *before, program(text), *arguments, cwd=tmp_path, **options)

    return run


class TestFirstScreen:
    @pytest.mark.parametrize(
        ("text", "first", "fix"),
        [
            (
                GROWING_LIST,
                "refcycle: what the program keeps: 30 Event objects are held like this",
                "module-level registry: `__main__.HISTORY` keeps its items alive",
            ),
            (
                UNBOUNDED_CACHE,
                "refcycle: what the program keeps: 30 Page objects are held like this",
                "functools.lru_cache: the cache keeps arguments and results",
            ),
            (
                GROWING_TEXTS,
                "refcycle: what the program keeps: 300 list objects are held like this",
                "module-level registry: `__main__.CACHE` keeps its items alive",
            ),
            (
                GARBAGE,
                "refcycle: 30 cycles of garbage at the end of the program",
                "to cut it: make `Node.me` a weak reference",
            ),
        ],
        ids=["list", "cache", "texts", "garbage"],
    )
    def test_it_begins_with_what_the_program_does_wrong(self, run, text, first, fix):
        lines = run(text).stderr.splitlines()
        assert lines[0] == first
        place = lines.index("refcycle: what grew since its start")
        assert len([line for line in lines[:place] if fix in line]) == 1 and place < 12
        # The table is short, so that the holders of the program's objects are on the screen too.
        held = lines.index("refcycle: what holds it")
        assert held - place <= 11
        assert "module __main__" in lines[held + 2]

    def test_nothing_wrong_is_said(self, run):
        lines = run(NOTHING_WRONG).stderr.splitlines()
        assert lines[0] == (
            "refcycle: no cyclic garbage at the end of the program, and nothing that the program "
            "keeps is known to pile up"
        )
        assert lines[1] == "refcycle: what grew since its start"
        assert "keeps its items alive" not in "".join(lines)

    def test_the_more_objects_come_first(self, run):
        for text, first in (
            (GROWING_LIST + GARBAGE, "cycles"),
            (GROWING_TEXTS + GARBAGE, "keeps"),
        ):
            done = run(text).stderr
            lines = [line for line in done.splitlines() if line.startswith("refcycle: ")]
            order = ["what the program keeps: ", "30 cycles of garbage at the end"]
            if first == "cycles":
                order.reverse()
            assert order[0] in lines[0] and order[1] in lines[1], done

    @pytest.mark.parametrize(
        "line",
        [
            "json.JSONDecodeError('', '', 0)",
            "functools.partial(print)",
            "queue.Queue()",
            "collections.deque()",
            "threading.Event()",
        ],
    )
    def test_objects_of_the_standard_library_are_the_programs(self, run, line):
        text = f"""
            import collections, functools, json, queue, threading
            def leak():
                obj = {line}
                holder = {{"obj": obj}}
                holder["again"] = holder
            for _ in range(30):
                leak()
        """
        lines = run(text).stderr.splitlines()
        assert lines[0] == "refcycle: 30 cycles of garbage at the end of the program"
        assert "garbage of imported modules" not in "".join(lines)

    def test_a_local_variable_of_the_program_makes_the_cycle(self, run):
        text = """
            import json
            def leak():
                try:
                    json.loads("{")
                except json.JSONDecodeError as error:
                    err = error
            leak()
        """
        lines = run(text).stderr.splitlines()
        assert lines[0] == "refcycle: 1 cycle of garbage at the end of the program"

    def test_a_library_is_not_the_first_line(self, run, tmp_path):
        folder = tmp_path / "site-packages"
        folder.mkdir()
        (folder / "bells.py").write_text(LIBRARY)
        env = {**os.environ, "PYTHONPATH": str(folder)}
        lines = run("import bells\n", env=env).stderr.splitlines()
        assert lines[0] == (
            "refcycle: no cyclic garbage of the program at its end, and nothing that the program "
            "keeps is known to pile up"
        )
        assert lines[1] == "refcycle: 30 cycles of garbage of imported modules"
        assert "bells.Bell.me" in lines[2]
        lines = run(f"import bells\n{GARBAGE}", env=env).stderr.splitlines()
        assert lines[0] == "refcycle: 30 cycles of garbage at the end of the program"
        assert "__main__.Node.me" in lines[1]
        place = lines.index("refcycle: 30 cycles of garbage of imported modules")
        assert "bells.Bell.me" in lines[place + 1]
        data = json.loads(run("import bells\n", before=["--json"], env=env).stderr)
        assert [cycle["signature"] for cycle in data["cycles"]] == ["bells.Bell.me"]
        assert run("import bells\n", before=["--fail"], env=env).returncode == 3


class TestReport:
    def test_cycles_are_told_with_what_to_cut(self, run):
        done = run(CYCLES, "--port", "80")
        assert done.returncode == 0
        assert done.stdout == "output ['--port', '80'] __main__\n"
        lines = done.stderr.splitlines()
        at = lines.index("refcycle: 5 cycles of garbage at the end of the program")
        assert "__main__.Child.parent" in lines[at + 1] and ", 5 times)" in lines[at + 1]
        assert lines[at + 2].strip() == "to cut it: make `Child.parent` a weak reference"
        assert "refcycle: what grew since its start" in lines
        # Five are garbage, which is no growth.
        place = lines.index("refcycle: what holds it")
        assert [line.split()[0] for line in lines[:place] if line.endswith(" Child")] == ["+40"]
        rows = [re.split("  +", line.strip()) for line in lines[place + 2 :] if " -> " in line]
        held = {signature: count for count, _, signature in rows}
        assert held[HELD] == "+40"

    def test_what_is_allowed_is_left_out(self, run):
        done = run(CYCLES, before=["--allow", HELD])
        growth, _, held = done.stderr.partition("refcycle: what holds it")
        assert held and HELD not in held
        assert not [line for line in growth.splitlines() if line.endswith(" Child")]

    def test_what_the_program_keeps_comes_before_what_it_imports(self, run):
        done = run(LEAK)
        lines = done.stderr.splitlines()
        assert (
            lines[0] == "refcycle: what the program keeps: 50 Session objects are held like this"
        )
        [fix] = [line for line in lines if line.startswith("class-level registry: ")]
        assert fix.startswith("class-level registry: `Registry.sessions` keeps its items alive")
        assert lines.index(fix) < 10
        first = lines[lines.index("refcycle: what holds it") + 2]
        assert first.endswith("Registry.sessions -> list[*] -> __main__.Session")
        [sample] = json.loads(run(LEAK, before=["--json"]).stderr)["samples"]
        assert sample["type"] == "Session"
        assert sample["remedies"][0]["name"] == "class-level registry"

    def test_modules_of_the_program_belong_to_it(self, tmp_path):
        (tmp_path / "app").mkdir()
        (tmp_path / "app" / "__init__.py").write_text("")
        (tmp_path / "app" / "kept.py").write_text("KEPT = []\nclass Page: pass\n")
        (tmp_path / "app" / "__main__.py").write_text(
            "from app import kept\nimport decimal\n"
            "for _ in range(9):\n    kept.KEPT.append(kept.Page())\n"
        )
        done = command("run", "-m", "app", cwd=tmp_path)
        assert "what the program keeps: 9 Page objects are held like this" in done.stderr
        assert "module-level registry: `app.kept.KEPT` keeps its items alive" in done.stderr

    def test_of_imports_alone_nothing_is_kept(self, run):
        done = run("import decimal, email.message\ndef used():\n    pass\nused()\n")
        assert "what the program keeps:" not in done.stderr
        assert "keeps its items alive" not in done.stderr

    def test_growth_outside_names_the_option(self, run):
        done = run(
            "kept = ['x' * 10_000 + str(n) for n in range(3000)]", before=["--tracked-only"]
        )
        assert "grew outside this snapshot: run it without --tracked-only" in done.stderr
        assert "untracked=True" not in done.stderr

    def test_no_cycles(self, run):
        done = run(CLEAN)
        assert done.returncode == 0
        lines = done.stderr.splitlines()
        assert lines[0] == (
            "refcycle: no cyclic garbage at the end of the program, and nothing that the program "
            "keeps is known to pile up"
        )
        # What the report itself has imported is not in it.
        end = lines.index("refcycle: what holds it")
        growth = lines[3:end]
        held = [line for line in lines[end + 2 :] if not line.startswith("besides, ")]
        assert sum(map(count_in, growth)) < 40, lines
        # The new class does not change what holds other objects.
        assert sum(map(count_in, held)) <= sum(map(count_in, growth)), lines

    def test_with_the_collector_on_what_it_has_collected_is_not_told(self, run):
        text = f"{CYCLES}\nimport gc\nassert gc.isenabled()\ngc.collect()\n"
        done = run(text, before=["--gc"])
        lines = done.stderr.splitlines()
        assert "refcycle: no cyclic garbage at the end of the program" in lines, done.stderr

    def test_json(self, run):
        done = run(CYCLES, before=["--json"])
        told = json.loads(done.stderr)
        assert told["status"] == 0
        [cycle] = told["cycles"]
        assert cycle["times"] == 5
        assert cycle["advice"] == "make `Child.parent` a weak reference"
        assert {"type": "Child", "count": 40} == {
            key: value
            for row in told["growth"]
            if row["type"] == "Child"
            for key, value in row.items()
            if key != "size"
        }

    def test_into_a_file(self, run, tmp_path):
        (tmp_path / "report.json").write_text("old")
        done = run(CYCLES, before=["--json", "--output", "report.json"])
        assert done.stderr == ""
        assert len(json.loads((tmp_path / "report.json").read_text())["cycles"]) == 1
        assert sorted(p.name for p in tmp_path.iterdir()) == ["program.py", "report.json"]

    def test_a_file_that_cannot_be_written(self, run, tmp_path):
        done = run(CLEAN, before=["--output", "no/such/folder"])
        assert done.returncode == 1
        reason = "Path not found" if sys.platform == "win32" else "No such file"
        assert done.stderr.startswith(f"refcycle: no/such/folder cannot be written: {reason}")
        assert [p.name for p in tmp_path.iterdir()] == ["program.py"]


class TestProgram:
    def test_its_exit_status_is_passed_on(self, run):
        assert run("raise SystemExit(7)").returncode == 7
        assert run("import sys; sys.exit()").returncode == 0
        done = run("import sys; sys.exit('bad luck')")
        assert done.returncode == 1 and done.stderr.startswith("bad luck\n")

    def test_cycles_can_be_a_failure(self, run):
        assert run(CYCLES, before=["--fail"]).returncode == 3
        assert run(CLEAN, before=["--fail"]).returncode == 0
        assert run(f"{CYCLES}\nraise SystemExit(7)", before=["--fail"]).returncode == 7

    def test_an_exception_is_told_as_ever(self, run):
        done = run("def fail():\n    raise ValueError('no luck')\nfail()\n")
        assert done.returncode == 1
        lines = done.stderr.splitlines()
        assert lines[0] == "Traceback (most recent call last):"
        assert lines[1].startswith('  File "program.py", line 3, in <module>')
        assert "ValueError: no luck" in lines
        assert "refcycle: what grew since its start" in lines

    def test_it_is_the_main_module(self, run, program):
        program("value = 5", "beside.py")
        done = run("""
            import pickle, sys, beside
            class Mine:
                pass
            assert sys.modules["__main__"].Mine is Mine
            assert type(pickle.loads(pickle.dumps(Mine()))) is Mine
            print(__file__, beside.value, sys.argv)
        """)
        assert done.stdout == "program.py 5 ['program.py']\n", done.stderr

    def test_a_module(self, tmp_path):
        (tmp_path / "package").mkdir()
        (tmp_path / "package" / "__init__.py").write_text("")
        (tmp_path / "package" / "__main__.py").write_text(
            "from . import other\nimport sys\nprint(other.value, sys.argv[1:], __package__)\n"
        )
        (tmp_path / "package" / "other.py").write_text("value = 5\n")
        done = command("run", "-m", "package", "-x", cwd=tmp_path)
        assert done.stdout == "5 ['-x'] package\n", done.stderr
        done = command("run", "-m", "package.other", cwd=tmp_path)
        assert done.returncode == 0, done.stderr

    @pytest.mark.parametrize(
        ("arguments", "text"),
        [
            (["missing.py"], "no such file: missing.py"),
            (["no/missing.py"], "no such folder: no"),
            ([""], "the name of the program is empty: give a file, or -m and a module"),
            (["-m", ""], "the name of the program is empty: "),
            (["."], ". is a folder: give the file of a program, or -m and a module"),
            (["broken.py"], "broken.py is not a Python program: "),
            (["-m", "no_such_module"], "no module named no_such_module in "),
            (["-m", "no.such.module"], "no module named no.such.module in "),
            (["-m", "email"], "email is a package without a module __main__: it cannot be run"),
            (["-m", "needy.part"], "needy.part cannot be imported: it needs the module absent,"),
        ],
        ids=str,
    )
    def test_what_cannot_be_run(self, arguments, text, tmp_path):
        (tmp_path / "broken.py").write_text("def :\n")
        (tmp_path / "needy").mkdir()
        (tmp_path / "needy" / "__init__.py").write_text("import absent\n")
        done = command("run", *arguments, cwd=tmp_path)
        assert done.returncode == 2
        assert done.stderr.startswith(f"refcycle: {text}")
        assert "Traceback" not in done.stderr


class TestHelp:
    def test_the_version(self, tmp_path):
        assert command("--version", cwd=tmp_path).stdout == f"refcycle {refcycle.__version__}\n"

    def test_help_has_examples(self, tmp_path):
        assert "run a program" in command("--help", cwd=tmp_path).stdout
        assert "refcycle run -m package.module" in command("run", "-h", cwd=tmp_path).stdout

    @pytest.mark.parametrize("arguments", [["fly"], ["run"], ["run", "--colour", "x.py"]])
    def test_what_makes_no_sense(self, arguments, tmp_path):
        done = command(*arguments, cwd=tmp_path)
        assert done.returncode == 2 and "usage: refcycle" in done.stderr

    def test_a_command_is_not_necessary(self, tmp_path):
        done = command(cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == command("--help", cwd=tmp_path).stdout

    def test_the_command_is_installed(self, tmp_path):
        from importlib.metadata import entry_points

        [found] = [
            point
            for point in entry_points(group="console_scripts")
            if point.value == "refcycle.command_line:main"
        ]
        assert found.name == "refcycle"
