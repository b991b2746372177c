"""Bytes that a program could save: each kind where it is right, and where it must not appear."""

import array
import collections
import collections.abc
import functools
import gc
import json
import pathlib
import subprocess
import sys
import tracemalloc
import weakref

import pytest
from helpers.columns import decompressed

import refcycle
from refcycle.waste import Waste, WasteRow

MANY = 20_000
DATA = []


class Session:
    def __init__(self, number):
        self.number = number
        self.name = None


class SessionWithSlots:
    __slots__ = ("name", "number")

    def __init__(self, number):
        self.number = number
        self.name = None


class Referenced(Session):
    pass


class ReferencedWithSlots:
    __slots__ = ("__weakref__", "name", "number")

    def __init__(self, number):
        self.number = number
        self.name = None


def text(number):
    return " ".join(["name", str(number)])


def shrunk_dict():
    table = dict.fromkeys(range(100))
    for key in range(3, 100):
        del table[key]
    return table


def appended(count):
    items = []
    for _ in range(count):
        items.append(None)  # room is made for more items than these
    return items


def grown_set(count):
    items = set()
    for number in range(count):
        items.add(number)
    return items


def shrunk_bytearray():
    data = bytearray(3000)
    data += b"12"
    return data


def with_dict(cls):
    made = cls(None)
    vars(made)
    return made


def share(texts):
    known = {}
    texts[:] = [known.setdefault(text, text) for text in texts]


def each(change):
    def changed(items):
        items[:] = [change(item) for item in items]

    return changed


def reference_all(items):
    return [(item, weakref.ref(item)) for item in items]


SAVINGS = {
    "strings": (
        lambda: [text(number % 10) for number in range(MANY)],
        share,
        ("duplicate", "str", MANY - 10),
    ),
    "wide strings": (
        lambda: [text(number % 10) + "\u20ac" for number in range(MANY)],
        share,
        ("duplicate", "str", MANY - 10),
    ),
    "bytes": (
        lambda: [text(number % 10).encode() for number in range(MANY)],
        share,
        ("duplicate", "bytes", MANY - 10),
    ),
    "empty lists": (
        lambda: [[] for _ in range(MANY)],
        each(lambda _: None),
        ("empty", "list", MANY),
    ),
    "empty dicts": (
        lambda: [{} for _ in range(MANY)],
        each(lambda _: None),
        ("empty", "dict", MANY),
    ),
    "empty sets": (
        lambda: [set() for _ in range(MANY)],
        each(lambda _: None),
        ("empty", "set", MANY),
    ),
    "empty deques": (
        lambda: [collections.deque() for _ in range(MANY)],
        each(lambda _: None),
        ("empty", "collections.deque", MANY),
    ),
    "sets of one": (
        lambda: [{None} for _ in range(MANY)],
        each(lambda items: tuple(items)),
        ("nearly empty", "set", MANY),
    ),
    "deques of one": (
        lambda: [collections.deque([None]) for _ in range(MANY)],
        each(lambda items: list(items)),
        ("nearly empty", "collections.deque", MANY),
    ),
    "dicts": (
        lambda: [shrunk_dict() for _ in range(1000)],
        each(lambda table: dict(table)),
        ("spare room in dict", "dict", 1000),
    ),
    "lists": (
        lambda: [appended(17) for _ in range(MANY)][:],
        each(lambda items: list(items)),
        ("spare room in list", "list", MANY),
    ),
    "sets": (
        lambda: [grown_set(20) for _ in range(1000)],
        each(lambda items: set(items)),
        ("spare room in set", "set", 1000),
    ),
    "frozensets": (
        lambda: [frozenset(iter(range(20))) for _ in range(1000)],
        each(lambda items: frozenset(set(items))),
        ("spare room in set", "frozenset", 1000),
    ),
    "instances": (
        lambda: [Session(None) for _ in range(MANY)],
        each(lambda _: SessionWithSlots(None)),
        ("instance dict", f"{__name__}.Session", MANY),
    ),
    "instances with a dict that exists": (
        lambda: [with_dict(Session) for _ in range(MANY)],
        each(lambda _: SessionWithSlots(None)),
        ("instance dict", f"{__name__}.Session", MANY),
    ),
    "integers": (
        lambda: list(range(1000, 1000 + MANY)),
        lambda numbers: array.array("q", numbers),
        ("boxed integers", "list", 1),
    ),
    "floats": (
        lambda: [number / 3 for number in range(MANY)],
        lambda numbers: array.array("d", numbers),
        ("boxed floats", "list", 1),
    ),
    "tuples of floats": (
        lambda: tuple(number / 3 for number in range(MANY)),
        lambda numbers: array.array("d", numbers),
        ("boxed floats", "tuple", 1),
    ),
}
if sys.version_info < (3, 15):
    SAVINGS["bytearrays"] = (
        lambda: [shrunk_bytearray() for _ in range(1000)],
        each(lambda data: bytearray(data)),
        ("spare room in bytearray", "bytearray", 1000),
    )


def rows_of(kind=None):
    """Return the rows of the objects that `DATA` holds."""
    found = refcycle.snapshot(untracked=True).waste()
    rows = [row for row in found if row.owner.startswith(f"{__name__}.DATA")]
    return [row for row in rows if kind is None or row.kind == kind]


@pytest.fixture
def data():
    """The list `DATA`, which is empty again at the end."""
    yield DATA
    DATA.clear()


@pytest.mark.any_version
@pytest.mark.parametrize("case", SAVINGS)
def test_the_advice_saves_these_bytes(case, data):
    build, follow, expected = SAVINGS[case]
    global DATA
    rows_of()  # the first call imports what it needs
    DATA = build()
    try:
        [row] = [row for row in rows_of() if (row.kind, row.type_name) == expected[:2]]
        assert (row.kind, row.type_name, row.count) == expected
        assert row.belongs_to == "program"
        saved = row.size
        del row
        gc.collect()
        tracemalloc.start()
        DATA = build()
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        DATA = follow(DATA) or DATA
        gc.collect()
        after = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
        DATA = data
    assert saved == pytest.approx(before - after, rel=0.03)


def test_slots_need_a_place_for_weak_references(data):
    data += [Referenced(None) for _ in range(1000)]
    without = sum(row.size for row in rows_of("instance dict"))
    held = [weakref.ref(one) for one in data]
    assert sum(row.size for row in rows_of("instance dict")) == without - 8 * 1000
    assert len(held) == 1000


def test_strings_that_are_shared_or_needed_are_left_out(data):
    data += [sys.intern(text(1)) for _ in range(1000)]
    constant = "a constant with spaces"
    data += [constant] * 1000
    data += [text(number) for number in range(1000)]
    assert rows_of("duplicate") == []


def test_one_constant_replaces_all_equal_strings(data):
    constant = "a constant of code"
    data += ["".join(list(constant)) for _ in range(1000)]
    [row] = rows_of("duplicate")
    assert row.count == 1000


def test_docstrings_and_names_are_left_out():
    classes = []
    source = "class Made:\n    'The same docstring in each of these classes.'\n"
    for _ in range(100):
        names = {"__name__": "made"}
        exec(source, names)
        classes.append(names["Made"])
    found = refcycle.snapshot(untracked=True).waste()
    texts = [row for row in (*found, *found.others) if row.kind == "duplicate"]
    assert not [row for row in texts if "docstring" in str(row.example)]


def test_no_code_of_subclasses_runs(data):
    class Text(str):
        __slots__ = ()
        __hash__ = __eq__ = __len__ = None

    data += [Text("the same text") for _ in range(1000)]
    assert rows_of("duplicate") == []


def test_the_dict_of_an_instance_is_no_empty_dict(data):
    class Bare(dict):
        pass

    data += [Bare() for _ in range(100)]
    assert [vars(one) for one in data] == [{}] * 100
    assert rows_of("empty") == []


def test_full_containers_have_no_spare_room(data):
    data += [[1, 2], {1: 2}, {1, 2, 3}, {*range(5)}, collections.deque([1, 2]), bytearray(10)]
    data += [dict.fromkeys(range(10)), list(range(31)), (), frozenset()]
    found = {(row.kind, row.type_name) for row in rows_of()}
    assert found <= {("spare room in set", "set"), ("spare room in list", "list")}


def test_a_class_with_a_cached_property_needs_its_dict(data):
    class Cached:
        def __init__(self):
            self.one = 1

        @functools.cached_property
        def two(self):
            return 2

    data += [Cached() for _ in range(100)]
    assert rows_of("instance dict") == []


def test_classes_that_slots_do_not_help(data):
    class Failure(Exception):
        pass

    class Mixed(Session, collections.abc.Sized):
        def __len__(self):
            return 1

    class Free:
        pass

    data += [Failure() for _ in range(100)]
    data += [Mixed(number) for number in range(100)]
    data += [SessionWithSlots(1) for _ in range(100)]
    for number in range(100):
        free = Free()
        setattr(free, f"attribute_{number}", 1)
        data.append(free)
    shared = {}
    for _ in range(100):
        borg = Referenced(1)
        borg.__dict__ = shared
        data.append(borg)
    assert rows_of("instance dict") == []


def test_numbers_that_others_hold_or_that_fit_no_array(data):
    floats = [number / 3 for number in range(1000)]
    data += [floats, list(floats)]
    data.append(list(range(200)))  # the interpreter shares these
    data.append([2**64 + number for number in range(1000)])
    data.append([*range(1000, 2000), None])
    data.append([*range(1000, 2000), 0.5])
    data.append([bool(number % 2) for number in range(1000)])
    data.append([float(number) for number in range(20)])
    assert rows_of("boxed integers") == rows_of("boxed floats") == []


def test_the_limits_of_an_integer(data):
    numbers = [2**63 - 1 - number for number in range(500)]
    numbers += [-(2**63) + 1 + number for number in range(500)]
    data.append(numbers)
    del numbers
    [row] = rows_of("boxed integers")
    assert row.count == 1


def test_libraries_are_set_apart():
    import logging

    names = ["the name of a handler " + str(number % 2) for number in range(1000)]
    logging.held_by_test_waste = names
    del names
    try:
        found = refcycle.snapshot(untracked=True).waste()
    finally:
        del logging.held_by_test_waste
    [row] = [row for row in found.others if row.owner == "logging.held_by_test_waste"]
    assert (row.kind, row.count, row.belongs_to) == ("duplicate", 998, "library")
    assert not [row for row in found if row.owner == "logging.held_by_test_waste"]


def test_holders_are_told_apart(data):
    class Cache:
        def __init__(self):
            self.entries = {}
            self.log = []

    cache = Cache()
    data.append(cache)
    cache.entries.update({number: text(number % 3) for number in range(1000)})
    cache.log += [text(number % 3) for number in range(3000)]
    found = refcycle.snapshot(untracked=True).waste()
    owners = {row.owner: row.count for row in found if row.kind == "duplicate"}
    found = [owner for owner in owners if "Cache" in owner]
    assert sorted(owner.split()[0] for owner in found) == [".entries", ".log"]
    assert sum(owners[owner] for owner in found) == 4000 - 3


def test_large_objects_of_one_holder_are_in_one_row(data):
    data += [bytes([1]) * 100_000 for _ in range(30)]
    data += [list(range(1000 * number, 1000 * (number + 1))) for number in range(10, 20)]
    [texts] = rows_of("duplicate")
    [numbers] = rows_of("boxed integers")
    assert (texts.count, numbers.count) == (29, 10)
    assert texts.owner == numbers.owner == f"{__name__}.DATA"


def test_a_snapshot_of_tracked_objects_says_so(data):
    # Up to 3.10, the collector does not know a dict of numbers alone.
    data += [Session([]) for _ in range(100)]
    found = refcycle.snapshot().waste()
    [missing] = found.missing
    assert "untracked=True" in missing and missing in str(found)
    assert "duplicate" not in {row.kind for row in found}
    [row] = [row for row in found if row.type_name == f"{__name__}.Session"]
    assert row.count == 100
    assert refcycle.snapshot(untracked=True).waste().missing == ()


def test_an_empty_graph():
    found = refcycle.ObjectGraph([]).waste()
    assert (len(found), found.count, found.size) == (0, 0, 0)
    assert str(found) == "no savings found in the objects of the program"


class TestText:
    ROWS = [
        WasteRow("duplicate", "str", 1234, 56_000_000 - n, f"app.a{n}", "app.b", "program", "")
        for n in range(30)
    ]

    def test_a_table_with_advice(self):
        rows = [*self.ROWS, self.ROWS[0]._replace(belongs_to="library")]
        found = Waste(rows, rest=(1, 2), total_size=10**10, untracked=False)
        lines = str(found).splitlines()
        assert lines[0] == "1.7 GB of 10 GB can be saved, in 37,021 objects of the program"
        assert lines[1].split() == ["saved", "objects", "what"]
        assert lines[2].split("  ")[-1] == "duplicate str in app.a0, as in app.b"
        assert "and 20 more rows, 1.1 GB" in lines
        assert "and 10 more rows, 560 MB" in found._repr_mimebundle_()["text/html"]
        assert lines[-4].startswith("  duplicate str: share equal strings: sys.intern")
        assert lines[-3] == "of these, 2 bytes in 1 object that no row shows"
        others = "1,234 objects of libraries and the interpreter (1 row in others)"
        assert lines[-2] == f"besides, 56 MB in {others}"
        assert len(lines) <= 25

    def test_all_kinds_fit_on_a_screen(self):
        kinds = ["duplicate", "empty", "nearly empty", "spare room in dict", "spare room in list"]
        kinds += ["spare room in set", "spare room in bytearray", "instance dict"]
        kinds += ["boxed integers", "boxed floats"]
        row = self.ROWS[0]
        found = Waste([row._replace(kind=kind) for kind in kinds for _ in range(3)])
        assert len(str(found).splitlines()) <= 25
        assert all(row.advice for row in found.rows)

    def test_no_advice_is_cut(self, monkeypatch):
        monkeypatch.setenv("COLUMNS", "80")
        for _, _, (kind, type_name, _) in SAVINGS.values():
            row = self.ROWS[0]._replace(kind=kind, type_name=type_name)
            lines = str(Waste([row])).splitlines()
            assert lines[-1].endswith(f": {row.advice}")

    def test_a_file_may_have_other_types(self):
        row = self.ROWS[0]._replace(type_name="app.Text")
        assert (row.what, row.advice) == ("duplicate app.Text", "share one of the equal objects")

    def test_as_data_and_in_a_notebook(self):
        found = Waste(self.ROWS[:2])
        assert json.loads(json.dumps(found.to_dict()))["rows"][1]["owner"] == "app.a1"
        some = Waste(self.ROWS[:1], rest=(3, 400), rest_of_others=(5, 600), total_size=10**9)
        data = some.to_dict()
        assert (data["count"], data["size"], data["total_size"]) == (1237, 56_000_400, 10**9)
        assert data["rest"] == {"count": 3, "size": 400}
        assert data["rest_of_others"] == {"count": 5, "size": 600}
        assert data["garbage"] == {"count": 0, "size": 0} and "garbage" not in str(some)
        lost = Waste(self.ROWS[:1], garbage=(3, 797_000))
        assert lost.to_dict()["garbage"] == {"count": 3, "size": 797_000}
        line = "not counted: 797 kB in 3 wasteful objects of garbage"
        assert str(lost).splitlines()[-1] == line
        assert line in lost._repr_mimebundle_()["text/html"]
        assert (data["rows"][0]["type"], data["rows"][0]["size"]) == ("str", 56_000_000)
        page = found._repr_mimebundle_()["text/html"]
        assert "sys.intern(text)" in page and "app.a0" in page


PROGRAM = """
import sys, refcycle
class Session:
    def __init__(self, number):
        self.secret = "".join(["secret of ", str(number % 5)])
        self.tags = []
SESSIONS = [Session(number) for number in range(1000)]
refcycle.dump(sys.argv[1], redact=sys.argv[2] == "redacted")
refcycle.snapshot(untracked=True).waste()
print(refcycle.snapshot(untracked=True).waste().to_text())
"""


@pytest.mark.parametrize("redaction", ["redacted", "shown"])
def test_a_file_says_the_same(redaction, tmp_path):
    path = tmp_path / "heap.refcycle"
    command = [sys.executable, "-c", PROGRAM, path, redaction]
    live = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "duplicate str in __main__.SESSIONS, as in __main__.SESSIONS[" in live
    graph = refcycle.load(path)
    found = graph.waste()
    known = {
        (row.kind, row.type_name): row.count for row in found if row.owner == "__main__.SESSIONS"
    }
    assert known["duplicate", "str"] == 995
    assert known["empty", "list"] == 1000
    assert known["instance dict", "__main__.Session"] == 1000
    if redaction == "redacted":
        assert "secret of" not in str(found)
        assert "secret of" not in json.dumps(found.to_dict())
        content = decompressed(path)
        assert content is None or b"secret of" not in content
    again = tmp_path / "again.refcycle"
    graph.save(again)
    assert str(refcycle.load(again).waste()) == str(found)


OF_GARBAGE = """
import gc, sys, refcycle
class Lost:
    def __init__(self):
        self.me = self
        self.empty = [[] for _ in range(100)]
class Kept:
    def __init__(self):
        self.empty = [[] for _ in range(100)]
gc.collect()
gc.disable()
kept = [Kept() for _ in range(10)]
for _ in range(12):
    Lost()
graph = refcycle.snapshot()
graph.save(sys.argv[1])
for found in (graph.waste(), refcycle.load(sys.argv[1]).waste()):
    rows = [row for row in found if (row.kind, row.type_name) == ("empty", "list")]
    owners = {row.owner.partition("[")[0] for row in rows}
    print(*owners, sum(row.count for row in rows), found.garbage[0] >= 1000)
part = refcycle.load(sys.argv[1]).unreachable().waste()
print(part.garbage[0] >= 1000, len(part), len(part.others))
"""


def test_garbage_is_no_waste_of_the_program(tmp_path):
    command = [sys.executable, "-c", OF_GARBAGE, tmp_path / "heap.refcycle"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert printed.splitlines() == [*["__main__.kept 1000 True"] * 2, "True 0 0"]


EQUAL_TO_GARBAGE = """
import gc, sys, refcycle
class Lost:
    def __init__(self, text):
        self.me, self.text = self, text
def text(letter):
    return " ".join([letter * 5000, "end"])
gc.collect()
gc.disable()
kept = {"alone": text("a"), "twice": [text("b"), text("b")]}
for letter in "abcc":
    Lost(text(letter))
graph = refcycle.snapshot(untracked=True)
graph.save(sys.argv[1], redact=False)
for found in (graph.waste(), refcycle.load(sys.argv[1]).waste()):
    rows = [row for row in found if row.kind == "duplicate" and row.size >= 5000]
    print([(row.owner, row.count) for row in rows], found.garbage[0])
"""


def test_a_string_is_no_duplicate_of_garbage(tmp_path):
    command = [sys.executable, "-c", EQUAL_TO_GARBAGE, tmp_path / "heap.refcycle"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    # The strings of garbage with a live equal, and one of two that are equal.
    assert printed.splitlines() == ["[('globals of __main__', 1)] 3"] * 2


def test_a_file_without_the_columns_says_so():
    graph = refcycle.load(pathlib.Path(__file__).parent / "data" / "format_2.refcycle")
    found = graph.waste()
    assert len(found) == 0
    assert "write a new one" in str(found)


def test_the_command(tmp_path):
    path = tmp_path / "heap.refcycle"
    subprocess.run([sys.executable, "-c", PROGRAM, path, "redacted"], check=True)
    command = [sys.executable, "-m", "refcycle", "waste", path]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "empty list in __main__.SESSIONS, as in __main__.SESSIONS[" in done.stdout
    as_json = subprocess.run([*command, "--json"], capture_output=True, text=True, check=True)
    rows = json.loads(as_json.stdout)["rows"]
    assert {"duplicate", "empty", "instance dict"} <= {row["kind"] for row in rows}
