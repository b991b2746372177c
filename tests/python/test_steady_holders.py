"""Holders whose objects are replaced are not blamed for what grows elsewhere."""

import json
import re
import subprocess
import sys

import pytest

import refcycle
from refcycle.command_line import main

pytestmark = pytest.mark.any_version

PROGRAM = """
import collections, functools, gc, json, sys, weakref, refcycle

# Of each kind, a holder at its limit and a list that grows have objects of one class.
KINDS = (
    "lru", "recent", "table", "items", "seen", "ordered", "weak", "rebound", "pair", "nested",
    "moved", "same", "variable",
)
for kind in KINDS:
    globals()[kind] = type(kind, (), {"__module__": "__main__"})
    globals()["LEAK_" + kind] = []

class Entry:
    pass

class Holder:
    pass

class Mixed: pass
class Longer: pass
class Blob(bytearray): pass
class Deep: pass
class Both: pass
class Event: pass

@functools.lru_cache(maxsize=100)
def STEADY_lru(number):
    return lru()

STEADY_recent = collections.deque((recent() for _ in range(100)), maxlen=100)
STEADY_table = {number: table() for number in range(100)}
STEADY_items = [items() for _ in range(100)]
STEADY_seen = {seen() for _ in range(100)}
STEADY_ordered = collections.OrderedDict((number, ordered()) for number in range(100))
STEADY_weak_values = [weak() for _ in range(100)]
STEADY_weak = weakref.WeakValueDictionary(enumerate(STEADY_weak_values))
STEADY_rebound, STEADY_pair = Holder(), Holder()
STEADY_moved = collections.deque((moved() for _ in range(100)), maxlen=100)
MOVED_TO = []
STEADY_same = Holder()
# What the one lets go, the other one keeps. In alphabetical order, the one at its limit is first.
ALL_EVENTS = collections.deque((Event() for _ in range(100)), maxlen=100)
GROWS_events = list(ALL_EVENTS)
STEADY_variable = [variable() for _ in range(100)]

def entry():
    made = Entry()
    made.parts = {number: nested() for number in range(3)}
    return made

STEADY_nested = {number: entry() for number in range(100)}

def rebind():
    STEADY_rebound.data = [rebound() for _ in range(100)]
    STEADY_pair.data = tuple(pair() for _ in range(100))
    STEADY_same.data = {number: same() for number in range(100)}

for number in range(100):
    STEADY_lru(number)
rebind()

# These grow.
GROWS_mixed = {number: Mixed() for number in range(100)}
GROWS_longer = Holder()
GROWS_longer.data = [Longer() for _ in range(20)]
GROWS_bytes = collections.deque((bytes(10) for _ in range(50)), maxlen=50)
GROWS_larger = collections.deque((Blob(10) for _ in range(50)), maxlen=50)
LEAK_blobs = []
GROWS_deep = {number: Entry() for number in range(10)}
for one in GROWS_deep.values():
    one.parts = [Deep()]
del one  # the last one has no other holder
BOTH = [[Both() for _ in range(50)], [Both() for _ in range(50)]]

def grow():
    for _ in range(40):
        GROWS_events.append(Event())
        ALL_EVENTS.append(GROWS_events[-1])
    # First, so that no address is used again.
    for kind in KINDS:
        globals()["LEAK_" + kind].extend(globals()[kind]() for _ in range(20))
    rebind()
    GROWS_mixed.update((number, Mixed()) for number in range(100, 190))
    for number in range(60):
        del GROWS_mixed[number]
    GROWS_longer.data = GROWS_longer.data + [Longer() for _ in range(25)]
    LEAK_blobs.extend([Blob(10), Blob(10), bytes(10), bytes(10)])
    GROWS_bytes.extend([bytes(10_000) for _ in range(50)])
    GROWS_larger.extend([Blob(10_000) for _ in range(50)])
    made = [Entry() for _ in range(10)]
    for one in made:
        one.parts = [Deep() for _ in range(5)]
    GROWS_deep.update(enumerate(made))
    # One holder of two with the same signature grows by what the other one loses, and more.
    BOTH[0].extend(Both() for _ in range(70))
    del BOTH[1][:40]
    # At their limits.
    for number in range(100, 180):
        STEADY_lru(number)
        STEADY_recent.append(recent())
        STEADY_items[number - 100] = items()
        STEADY_seen.pop()
        STEADY_seen.add(seen())
        STEADY_table[number] = table()
        del STEADY_table[number - 100]
        STEADY_ordered[number] = ordered()
        STEADY_ordered.popitem(last=False)
        STEADY_weak_values[number - 100] = STEADY_weak[number - 100] = weak()
        STEADY_nested[number] = entry()
        del STEADY_nested[number - 100]
        MOVED_TO.append(STEADY_moved[0])
        STEADY_moved.append(moved())
    STEADY_variable[:] = [variable() for _ in range(100)]

def data(found):
    return [
        [[one.type_name, one.chain.signature] for one in found.samples],
        {row.signature: row.count for row in found._further()},
        str(found),
    ]

gc.collect()
refcycle.snapshot()  # refcycle has all its objects
before = refcycle.snapshot(untracked=True)
if len(sys.argv) > 1:
    del before
    refcycle.dump(sys.argv[1])
    grow()
    gc.collect()
    refcycle.dump(sys.argv[2])
else:
    grow()
    gc.collect()
    found = refcycle.diff(before, refcycle.snapshot(untracked=True), samples=60)
    print(json.dumps(data(found)))
"""

KINDS = "lru recent table items seen ordered weak rebound pair nested moved same variable".split()
GROWING = {
    "Mixed": ("module __main__.GROWS_mixed -> dict[*] -> __main__.Mixed", 90, 30),
    "Longer": (
        "module __main__.GROWS_longer -> __main__.Holder.data -> list[*] -> __main__.Longer",
        25,
        25,
    ),
    "Deep": (
        "module __main__.GROWS_deep -> dict[*] -> __main__.Entry.parts -> list[*] -> "
        "__main__.Deep",
        50,
        40,
    ),
    "Event": ("module __main__.GROWS_events -> list[*] -> __main__.Event", 40, 40),
    "Both": ("module __main__.BOTH -> list[*] -> list[*] -> __main__.Both", 70, 70),
}


def run(*paths):
    command = [sys.executable, "-c", PROGRAM, *paths]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def paths(tmp_path_factory):
    folder = tmp_path_factory.mktemp("steady")
    paths = [str(folder / name) for name in ("a.refcycle", "b.refcycle")]
    run(*paths)
    return paths


@pytest.fixture(scope="module", params=["live", "files"])
def found(request):
    """Return the chains, the further signatures and the text of a comparison."""
    if request.param == "live":
        return json.loads(run())
    found = refcycle.diff(*map(refcycle.load, request.getfixturevalue("paths")), samples=60)
    samples = [[one.type_name, one.chain.signature] for one in found.samples]
    further = {row.signature: row.count for row in found._further()}
    return samples, further, str(found)


def test_a_holder_at_its_limit_is_not_named(found):
    samples, further, text = found
    assert "STEADY" not in text
    assert not [name for name in further if "STEADY" in name]
    assert not [name for _, name in samples if "STEADY" in name]


@pytest.mark.parametrize("kind", KINDS)
def test_what_grows_is_named_first(found, kind):
    samples, _, text = found
    signatures = [signature for type_name, signature in samples if type_name == kind]
    assert signatures[0] == f"module __main__.LEAK_{kind} -> list[*] -> __main__.{kind}"
    assert f"\n20 {kind} objects are held like this:\n" in text


@pytest.mark.parametrize("type_name", GROWING)
def test_what_grows_and_is_replaced_is_named(found, type_name):
    samples, _, text = found
    signature, new, more = GROWING[type_name]
    assert [name for of, name in samples if of == type_name] == [signature]
    objects = f"{type_name} objects are held like this"
    said = rf"{new} {objects}:"
    if more < new:
        said = rf"{new} new {objects} \(at most {more} more than before\):"
    # Files count all objects with the signature.
    in_files = 30 if type_name == "Both" else more
    said += rf"|\d+ {objects} \({in_files} more than before\):"
    assert re.search(f"\n({said})\n", text)


def test_as_many_objects_that_are_larger_are_named(found):
    samples, _, text = found
    name = "module __main__.GROWS_bytes -> collections.deque[*] -> bytes"
    assert [signature for of, signature in samples if of == "bytes"][0] == name
    assert "\n50 new bytes objects are held like this (larger than the previous ones):\n" in text


def test_the_size_of_what_went_is_that_which_it_had(found, request):
    samples, _, text = found
    name = "module __main__.GROWS_larger -> collections.deque[*] -> __main__.Blob"
    said = "\n50 new Blob objects are held like this (larger than the previous ones):\n"
    is_file = "files" in request.node.name
    # In a live comparison, the previous ones may have become smaller since.
    assert ([signature for of, signature in samples if of == "Blob"][0] == name) == is_file
    assert (said in text) == is_file


def test_the_command_names_what_grows(paths, capsys):
    with pytest.raises(SystemExit) as done:
        main(["diff", *paths, "--chains", "60"])
    assert done.value.code in (0, None)
    text = capsys.readouterr().out
    assert "STEADY" not in text
    for name in ("LEAK_lru", "LEAK_nested", "GROWS_mixed", "GROWS_deep"):
        assert name in text
