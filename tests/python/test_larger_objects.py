"""Objects that have become larger themselves, live and from files: they are named, with a fix."""

import json
import subprocess
import sys

import pytest
from helpers.processes import run

import refcycle
from refcycle.command_line import main

PROGRAM = """
import collections, gc, json, sys, refcycle

class Session:
    pass

class Store:
    log = []
    def __init__(self):
        self.items = []

LIST, BYTES, TABLE, SEEN, RECENT = [], bytearray(), {}, set(), collections.deque()
NESTED = {"old": []}
STORE = Store()
STORES = [Store() for _ in range(50)]
SESSIONS = []
FULL = [None] * 100_000

def default(items=[]):
    items.extend([1] * 6_000)

def closure():
    inside = []
    def add():
        inside.extend([1] * 7_000)
    return add

ADD = closure()

def grow():
    LIST.extend([None] * 20_000)
    BYTES.extend(bytes(150_000))
    TABLE.update(dict.fromkeys(range(250)))
    SEEN.update(range(200))
    RECENT.extend([1] * 3_000)
    NESTED["old"].extend([1] * 5_000)
    STORE.items.extend([1] * 4_000)
    Store.log.extend([1] * 8_000)
    for store in STORES:
        store.items.extend([1] * 200)
    default()
    ADD()
    # These hold new objects.
    SESSIONS.extend(Session() for _ in range(2_000))
    FULL.append(SESSIONS[0])
    FULL.append(Session())

def data(found):
    return [
        [one.chain.signature, one.type_name, one.count, one.size, one.fixes]
        for one in found.larger
    ]

gc.collect()
before = refcycle.snapshot(untracked=True)
same = refcycle.diff(before, refcycle.snapshot(untracked=True)).larger
refcycle.dump(sys.argv[1])
start = refcycle.snapshot(untracked=True)
grow()
end = refcycle.snapshot(untracked=True)
refcycle.dump(sys.argv[2])
found = refcycle.diff(start, end, samples=50)
few = refcycle.diff(start, end, samples=2)
less = refcycle.diff(start, end, samples=50, allow="module __main__.LIST -> list")
print(json.dumps([data(found), data(few), data(less), str(found), len(same)]))
"""

GROWS = "object that grows: `{}` grows: remove each item when it is done, or bound it"
KEEPS = (
    "module-level registry: `__main__.{}` keeps its items alive: remove each item when it is done"
)
# The type, the number, the least and the most bytes, and the beginning of the fix.
EXPECTED = {
    "module __main__.LIST -> list": ("list", 1, 160_000, 200_000, KEEPS.format("LIST")),
    "module __main__.BYTES -> bytearray": (
        "bytearray",
        1,
        150_000,
        190_000,
        "object that grows: `__main__.BYTES` grows: delete the bytes that are done",
    ),
    "module __main__.TABLE -> dict": ("dict", 1, 8_000, 40_000, KEEPS.format("TABLE")),
    "module __main__.SEEN -> set": ("set", 1, 4_000, 40_000, KEEPS.format("SEEN")),
    "module __main__.RECENT -> collections.deque": (
        "deque",
        1,
        24_000,
        26_000,
        KEEPS.format("RECENT"),
    ),
    "module __main__.NESTED -> dict[*] -> list": (
        "list",
        1,
        40_000,
        50_000,
        GROWS.format("__main__.NESTED[{}]"),
    ),
    "module __main__.STORE -> __main__.Store.items -> list": (
        "list",
        1,
        32_000,
        40_000,
        GROWS.format("Store.items"),
    ),
    "module __main__.STORES -> list[*] -> __main__.Store.items -> list": (
        "list",
        50,
        50_000,  # of each, a snapshot does not know the first 512
        100_000,
        GROWS.format("Store.items"),
    ),
    "module __main__.Store -> class Store.log -> list": (
        "list",
        1,
        64_000,
        80_000,
        GROWS.format("Store.log"),
    ),
}
DEFAULT = "default argument: a default is created once and shared by all calls"
CLOSURE = GROWS.format("add").replace("`add`", "a closure variable of `add`")


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """Return the paths of two dumps, and what the program found in its snapshots."""
    folder = tmp_path_factory.mktemp("larger")
    paths = [str(folder / name) for name in ("a.refcycle", "b.refcycle")]
    command = [sys.executable, "-c", PROGRAM, *paths]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return paths, json.loads(done.stdout)


def check(rows, key):
    """Compare all that the program made larger."""
    found = {signature: row for signature, *row in rows if "__main__" in signature}
    for signature, (type_name, count, least, most, fix) in EXPECTED.items():
        name, number, size, fixes = found.pop(signature)
        assert (name, number) == (type_name, count), signature
        assert least <= size <= most, signature
        assert fixes[0].startswith(fix.format(key)), signature
    fixes = {fix for row in found.values() for fix in row[3]}
    assert len(found) == 2
    assert any(fix.startswith(DEFAULT) for fix in fixes)
    assert CLOSURE in fixes


def test_snapshots(grown):
    _, (rows, few, less, text, same) = grown
    assert same == 0
    check(rows, "'old'")
    sizes = [size for _, _, _, size, _ in rows]
    assert sizes == sorted(sizes, reverse=True)
    assert few == rows[:2]
    assert less == [row for row in rows if row[0] != "module __main__.LIST -> list"]
    assert "list (20,000 items) grew by 160 kB, and is held like this:\n" in text
    assert "50 list objects grew by " in text
    assert "nothing grew" not in text


def test_files(grown):
    before, after = map(refcycle.load, grown[0])
    found = refcycle.diff(before, after, samples=50)
    check(
        [[one.chain.signature, *one[:3], one.fixes] for one in found.larger], "str (3 characters)"
    )
    assert all(step.object is None for one in found.larger for step in one.chain.steps)
    page = found._repr_mimebundle_()["text/html"]
    assert "list (20,000 items) grew by 160 kB" in page
    assert refcycle.diff(before, after, samples=0).larger == ()
    assert refcycle.diff(after, after).larger == ()


def test_the_command(grown, capsys):
    def answer(*arguments):
        with pytest.raises(SystemExit) as done:
            main(["diff", *arguments, *grown[0]])
        assert done.value.code in (0, None)
        return capsys.readouterr().out

    assert "list (20,000 items) grew by 160 kB, and is held like this:\n" in answer()
    rows = json.loads(answer("--json", "--chains", "1"))["larger"]
    assert [(row["type"], row["count"]) for row in rows] == [("list", 1)]
    assert rows[0]["chain"].endswith(".LIST → this object")
    assert rows[0]["remedies"][0]["name"] == "module-level registry"
    assert len(json.loads(answer("--json", "--chains", "50"))["larger"]) >= 11


def test_a_table_that_is_empty_is_not_shown_beside_what_became_larger():
    program = """
import refcycle
LIST = []
before = refcycle.snapshot()
LIST.extend([None] * 20_000)
found = refcycle.diff(before, refcycle.snapshot())
assert not found.table
print(found, found._repr_mimebundle_()["text/html"])
"""
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert "list (20,000 items) grew by 160 kB" in done.stdout
    assert "nothing grew" not in done.stdout


def changes(change, program, *, untracked=False):
    """Return the signatures of what a program makes larger, live."""
    code = f"""
import json, refcycle
{program}
before = refcycle.snapshot(untracked={untracked})
{change}
found = refcycle.diff(before, refcycle.snapshot(untracked={untracked}), samples=50)
print(json.dumps([one.chain.signature for one in found.larger]))
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return [one for one in json.loads(done.stdout) if "__main__" in one]


def test_one_step_of_many_small_lists_is_not_their_whole_size():
    lists = "LISTS = [[None] * 60 for _ in range(200)]"
    assert changes("for one in LISTS: one.append(None)", lists) == []


def test_a_dict_of_atoms_is_in_a_snapshot_of_all_objects():
    chain = ["module __main__.COUNTS -> dict"]
    change = "COUNTS.update(dict.fromkeys(range(200)))"
    assert changes(change, "COUNTS = {}", untracked=True) == chain
    # Up to 3.13, the collector tracks no such dict.
    assert changes(change, "COUNTS = {}") == (chain if sys.version_info >= (3, 14) else [])


def test_an_object_that_cannot_change_has_not_grown(tmp_path):
    # As if another string were at this address: the cached UTF-8 belongs to the object.
    program = """
import ctypes, refcycle, sys
TEXT = chr(233) * 100_000
refcycle.dump(sys.argv[1], untracked=True)
before = sys.getsizeof(TEXT)
as_utf8 = ctypes.pythonapi.PyUnicode_AsUTF8
as_utf8.restype, as_utf8.argtypes = ctypes.c_void_p, [ctypes.py_object]
as_utf8(TEXT)
assert sys.getsizeof(TEXT) >= before + 200_000
refcycle.dump(sys.argv[2], untracked=True)
"""
    paths = [str(tmp_path / name) for name in ("a.refcycle", "b.refcycle")]
    subprocess.run([sys.executable, "-c", program, *paths], check=True)
    found = refcycle.diff(*map(refcycle.load, paths), samples=50)
    assert [one for one in found.larger if one.type_name == "str"] == []


REFILLED = """
import gc, sys, refcycle

KEYS = [str(number) for number in range(20_000)]
REFILLED = dict.fromkeys(KEYS[:10_000])
GROWS, PEAK = dict.fromkeys(KEYS[:5_000]), dict.fromkeys(KEYS[:10])

def grow():
    for old, key in zip(KEYS, KEYS[10_000:]):
        del REFILLED[old]
        REFILLED[key] = None
    GROWS.update(dict.fromkeys(KEYS[5_000:]))
    PEAK.update(dict.fromkeys(KEYS))
    for key in KEYS[10:]:
        del PEAK[key]

gc.collect()
refcycle.dump(sys.argv[1])
start = refcycle.snapshot(untracked=True)
grow()
end = refcycle.snapshot(untracked=True)
refcycle.dump(sys.argv[2])
print([one.chain.signature for one in refcycle.diff(start, end, samples=50).larger])
"""


def test_a_dict_that_is_refilled_is_not_named_and_one_that_was_large_is(tmp_path):
    """A cache at its limit may get a larger table; a table stays large after most entries went."""
    paths = [str(tmp_path / name) for name in ("a.refcycle", "b.refcycle")]
    command = [sys.executable, "-c", REFILLED, *paths]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = refcycle.diff(*map(refcycle.load, paths), samples=50).larger
    for text in (done.stdout, str([one.chain.signature for one in found])):
        assert "__main__.GROWS -> dict" in text
        assert "__main__.PEAK -> dict" in text
        assert "REFILLED" not in text


def test_what_an_action_made_larger_and_left_so():
    text = run(
        """
        import gc, refcycle
        LOG, ROOM, CACHE, BYTES = [], [], {}, bytearray()
        for untracked in (False, True):
            gc.collect()
            baseline = refcycle.snapshot(untracked=untracked)
            LOG.extend([None] * 5000)
            BYTES.extend(bytes(50_000))
            ROOM.extend([None] * 3000)
            action = refcycle.snapshot(untracked=untracked)
            LOG.extend([None] * 5000)  # the way back may make it larger still
            ROOM.clear()
            CACHE.update((number, None) for number in range(1000 + 1000 * untracked))
            back = refcycle.snapshot(untracked=untracked)
            found = refcycle.leaks(baseline, action, back)
            for one in found.larger:
                if "__main__" in one.chain.signature:
                    print(one.type_name, one.chain.signature, one.size)
            assert "nothing grew" not in str(found)
            del baseline, action, back, found
        """
    )
    log, *complete = (line.rsplit(" ", 1) for line in text.splitlines())
    name = "list module __main__.LOG -> list"
    assert log[0] == name and 35_000 <= int(log[1]) <= 50_000
    sizes = {name: int(size) for name, size in complete}
    assert sizes.keys() == {name, "bytearray module __main__.BYTES -> bytearray"}
    assert 35_000 <= sizes[name] <= 60_000 and 45_000 <= max(sizes.values()) <= 70_000


def test_room_for_items_that_were_removed():
    """Nothing is to be removed from a table that is nearly empty."""
    text = run(
        """
        import gc, refcycle
        TABLE, SEEN = {}, set()
        before = refcycle.snapshot(untracked=True)
        TABLE.update((number, number) for number in range(500))
        SEEN.update(TABLE)
        while len(SEEN) > 2:
            del TABLE[SEEN.pop()]
        print(refcycle.diff(before, refcycle.snapshot(untracked=True)))
        """
    )
    for name in ("TABLE", "SEEN"):
        place = f"object that grows: `__main__.{name}`"
        assert f"{place} has room for many items that were removed: replace it by a copy" in text
    assert "grows: remove each item" not in text
