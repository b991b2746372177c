"""What two files of one process do not have in common, and all ways in which it is held."""

import json
import random
import subprocess
import sys

import pytest

import refcycle
from refcycle._growth.held_groups import HeldGroups
from refcycle._growth.old_addresses import with_holders_by_number
from refcycle._page.growth import sections_on_growth
from refcycle.command_line import main
from refcycle.differences import Diff, GrowthTable, TypeGrowth
from refcycle.holder_groups import SignatureTable

pytestmark = pytest.mark.any_version

GROWING = """
import gc, sys, refcycle
class Job:
    pass
class Holder:
    pass
class Ring:
    pass
LISTS = {}
A, B, C, D = [], {}, set(), Holder()
D.jobs, D.others = [], {}
E = [[], Holder()]
OLD = [Job() for _ in range(20)]
# Nothing in the graph is tracked by chance, and no address is that of a frame.
gc.collect()
refcycle.dump(sys.argv[1], redact=False)
A += [Job() for _ in range(60)]
B.update((number, Job()) for number in range(50))
C.update(Job() for _ in range(40))
D.jobs += [Job() for _ in range(30)]
D.others.update((number, Job()) for number in range(20))
E[0] += [Job() for _ in range(10)]
E[1].one = Job()
gc.disable()
for _ in range(5):
    ring = Ring()
    ring.ring = ring
del ring, OLD[::2]
refcycle.dump(sys.argv[2], redact=False)
"""
SIGNATURES = {
    "module __main__.A -> list[*] -> __main__.Job": 60,
    "module __main__.B -> dict[*] -> __main__.Job": 50,
    "module __main__.C -> set element -> __main__.Job": 40,
    "module __main__.D -> __main__.Holder.jobs -> list[*] -> __main__.Job": 30,
    "module __main__.D -> __main__.Holder.others -> dict[*] -> __main__.Job": 20,
    "module __main__.E -> list[*] -> list[*] -> __main__.Job": 10,
}


@pytest.fixture(scope="module")
def paths(tmp_path_factory):
    folder = tmp_path_factory.mktemp("grown")
    paths = [str(folder / name) for name in ("a.refcycle", "b.refcycle")]
    subprocess.run([sys.executable, "-c", GROWING, *paths], check=True)
    return paths


def answer(capsys, *arguments):
    with pytest.raises(SystemExit) as done:
        main(list(arguments))
    assert done.value.code in (0, None)
    return capsys.readouterr().out


def keys(graph):
    return [(obj.address, obj.type_name) for obj in graph]


def check(before, after):
    """Compare the result with that of sets."""
    found = refcycle.diff(before, after, samples=0)
    known, later = set(keys(before)), set(keys(after))
    assert keys(found.new) == [key for key in keys(after) if key not in known]
    assert keys(found.gone) == [key for key in keys(before) if key not in later]
    assert str(found).startswith(f"{len(found.new):,} objects new, {len(found.gone):,} gone\n")
    references = after.full_subgraph(found.new)
    assert list(found.new.edges) == list(references.edges)
    return found


def test_the_objects_are_those_of_a_comparison_of_sets(paths):
    before, after = map(refcycle.load, paths)
    found = check(before, after)
    assert found.new is found.new
    assert found.gone is found.gone
    assert sum(key[1] == "__main__.Job" for key in keys(found.new)) >= 201
    assert len(refcycle.diff(after, after).new) == 0


def test_parts_of_files_in_any_order(paths):
    before, after = map(refcycle.load, paths)
    chance = random.Random(17)
    for share in (0.3, 0.9):
        some = [[obj for obj in graph if chance.random() < share] for graph in (before, after)]
        for objects in some:
            chance.shuffle(objects)
        parts = before.full_subgraph(some[0]), after.full_subgraph(some[1])
        check(*parts)
        check(before, parts[1])
        check(parts[0], after)


def test_only_graphs_of_files_are_compared(paths):
    graph = refcycle.load(paths[0])
    with pytest.raises(TypeError, match="both graphs must be from files"):
        refcycle._refcycle._compare_files(graph, refcycle.ObjectGraph([]))


def test_every_way_in_which_a_type_is_held_has_a_fix(paths, capsys):
    """Before, it was looked for in three of them."""
    text = answer(capsys, "diff", *paths, "--chains", "20")
    for place in ("__main__.A", "__main__.B", "__main__.C", "Holder.others"):
        assert text.count(f"`{place}` keeps its items alive") == 1
    assert "with other fixes" not in text


def further(data):
    return {row["signature"]: row["count"] for row in data["signatures"]}


def test_signatures_without_a_chain_are_listed(paths, capsys):
    every = ["--json", "--signatures", "1000"]
    data = json.loads(answer(capsys, "diff", *paths, "--chains", "1", *every))
    # The types with a chain are not the same on all versions.
    assert {row["type"] for row in data["samples"]} >= {"Job"}
    told = {row["signature"]: row["count"] for row in data["samples"] if row["type"] == "Job"}
    assert told.items() <= SIGNATURES.items()
    assert all(row["more"] == row["count"] for row in data["samples"] if row["type"] == "Job")
    table = refcycle.diff(*map(refcycle.load, paths), samples=1).signatures
    shown = {row.signature: row.count for row in table if row.signature in SIGNATURES}
    assert shown == SIGNATURES
    listed = further(data)
    chains = sum(row["type"] == "Job" for row in data["samples"])
    assert len(listed.keys() & SIGNATURES.keys()) == len(SIGNATURES) - chains
    assert listed.items() >= {
        (name, count) for name, count in SIGNATURES.items() if name in listed
    }
    assert data["more_signatures"] == 0
    sizes = [row["retained_size"] for row in data["signatures"]]
    assert sizes == sorted(sizes, reverse=True)


def test_the_limit_of_signatures_is_said(paths, capsys):
    options = ["--chains", "1", "--signatures"]
    data = json.loads(answer(capsys, "diff", *paths, "--json", *options, "1"))
    more = data["more_signatures"]
    assert len(data["signatures"]) == 1
    assert more > 0
    text = answer(capsys, "diff", *paths, *options, "1")
    assert "\nnew objects of these types are also held like this:\n" in text
    plural = "signature" if more == 1 else "signatures"
    assert f"\nand {more} more {plural}: use a larger --signatures\n" in text
    text = answer(capsys, "diff", *paths, *options, "1000")
    assert "--signatures" not in text
    for row in json.loads(answer(capsys, "diff", *paths, "--json", *options, "1000"))[
        "signatures"
    ]:
        assert f"  {row['signature']}\n" in text


def test_single_objects_and_garbage_are_not_listed(paths):
    found = refcycle.diff(*map(refcycle.load, paths))
    rows = found._further()
    assert all(row.count > 1 and not row.is_garbage for row in rows)
    html = found._repr_mimebundle_()["text/html"]
    assert ("also held like this" in html) == bool(rows)


def test_growth_that_no_new_object_explains_is_told():
    """Files take a new object at the address of one that went for that one."""
    grown = [
        TypeGrowth("Record", 200, 9600),
        TypeGrowth("list", 5, 500),
        TypeGrowth("str", -3, -9),
    ]
    table = GrowthTable(grown)
    found = HeldGroups([], (), []).samples_in_files(table, 3)
    assert found == () and found.unknown == (("Record", 200),)
    nothing = refcycle.ObjectGraph([])
    text = str(Diff(nothing, nothing, table, found, SignatureTable([])))
    assert "\n\n200 more Record: new objects at the addresses of others that went" in text
    live = Diff(
        nothing, nothing, table, HeldGroups([], (), []).samples(table, 3), SignatureTable([])
    )
    assert "addresses" not in str(live)


def dumped(program, folder, *arguments):
    """Run a program that writes two dumps; return their paths."""
    paths = [str(folder / name) for name in ("before.refcycle", "after.refcycle")]
    command = [sys.executable, "-c", program, *paths, *arguments]
    subprocess.run(command, check=True, timeout=120)
    return paths


MORE_IN_ONE_HOLDER = """
import gc, sys, refcycle
class Record:
    pass
gc.disable()
CACHE = {number: Record() for number in range(1000)}
LEAK, FIXED = [Record() for _ in range(50)], [Record() for _ in range(70)]
refcycle.dump(sys.argv[1], redact=False)
for number in range(400):
    del CACHE[number]
LEAK += [Record() for _ in range(400)]
CACHE.update((1000 + number, Record()) for number in range(400))
refcycle.dump(sys.argv[2], redact=False)
"""


def test_the_holder_of_new_objects_at_the_addresses_of_others_is_named(tmp_path, capsys):
    paths = dumped(MORE_IN_ONE_HOLDER, tmp_path)
    before, after = map(refcycle.load, paths)
    table = GrowthTable([TypeGrowth("Record", 400, 19200)])
    # As if all new ones were at the addresses of others.
    found = HeldGroups([], (), []).samples_in_files(table, 3)
    assert (found, found.unknown) == ((), (("Record", 400),))
    held = with_holders_by_number(found, before, after, table, ())
    signature = "module __main__.LEAK -> list[*] -> __main__.Record"
    assert [(one.type_name, one.chain.signature) for one in held] == [("Record", signature)]
    assert held.unknown == ()
    assert "module-level registry: `__main__.LEAK`" in held[0].fixes[0]
    nothing = refcycle.ObjectGraph([])
    text = str(Diff(nothing, nothing, table, held, SignatureTable([])))
    assert "\n\n450 Record objects are held like this (400 more than before):\n" in text
    allowed = with_holders_by_number(found, before, after, table, {signature})
    assert (allowed, allowed.unknown) == ((), found.unknown)
    # Whatever the addresses are.
    samples = refcycle.diff(before, after).samples
    assert {one.chain.signature for one in samples if one.type_name == "Record"} == {signature}
    data = json.loads(answer(capsys, "diff", *paths, "--json"))
    assert tuple((row["type"], row["count"]) for row in data["unknown"]) == samples.unknown


MANY = """
import gc, sys, refcycle
class Record:
    pass
gc.disable()
CACHE = [Record() for _ in range(400)]
LEAK = []
for number in range(20):
    globals()[f"B{number}"] = []
refcycle.dump(sys.argv[1], redact=False)
CACHE.clear()
for number in range(20):
    globals()[f"B{number}"] += [Record() for _ in range(20)]
LEAK += [Record() for _ in range(1000)]
CACHE += [Record() for _ in range(400)]
refcycle.dump(sys.argv[2], redact=False)
"""


def test_what_no_chain_explains_is_told(tmp_path):
    paths = dumped(MANY, tmp_path)
    before, after = map(refcycle.load, paths)
    table = GrowthTable([TypeGrowth("Record", 1400, 67200)])
    found = HeldGroups([], (), []).samples_in_files(table, 3)
    held = with_holders_by_number(found, before, after, table, ())
    signature = "module __main__.LEAK -> list[*] -> __main__.Record"
    assert [(one.chain.signature, one._more) for one in held] == [(signature, 1000)]
    assert held.unknown == (("Record", 400),)
    # What new objects explain, listed among the signatures, is not unknown.
    found.new = {signature: 900}
    held = with_holders_by_number(found, before, after, table, ())
    assert held.unknown == (("Record", 400),)
    found.new = {}
    held = with_holders_by_number(found, before, after, table, (), 0)
    assert (held, held.unknown) == ((), found.unknown)


def test_the_page_says_the_same_as_the_text(tmp_path):
    paths = dumped(MANY, tmp_path)
    before, after = map(refcycle.load, paths)
    found = refcycle.diff(before, after)
    grown, _ = sections_on_growth(before, after)
    [record] = [one for one in grown.findings if one.name == "Record"]
    headings = [note.text.partition("\n")[0] for note in record.notes if note.kind == "chain"]
    assert headings and all(f"\n{line}\n" in str(found) for line in headings)
    assert set(found._unknown()) <= set(grown.about)


REBUILT = """
import gc, sys, refcycle
class Item:
    pass
gc.disable()
QUEUE = [Item() for _ in range(1000)]
INDEX = {number: item for number, item in enumerate(QUEUE)}
ARCHIVE = [Item() for _ in range(200)]
refcycle.dump(sys.argv[1], redact=False)
ARCHIVE += QUEUE[:300]
QUEUE = QUEUE[600:] + [Item() for _ in range(600)]
INDEX = {number: item for number, item in enumerate(QUEUE)}
refcycle.dump(sys.argv[2], redact=False)
"""


def test_a_container_that_was_made_anew_with_as_many_objects_is_not_named(tmp_path):
    paths = dumped(REBUILT, tmp_path)
    found = refcycle.diff(*map(refcycle.load, paths))
    held = [one for one in found.samples if one.type_name == "Item"]
    [chain] = [one.chain.signature for one in held]
    assert chain == "module __main__.ARCHIVE -> list[*] -> __main__.Item"
    assert "500 Item objects are held like this (300 more than before):\n" in str(found)
    assert "INDEX" not in str(found)


MOVED = """
import gc, sys, refcycle
class Record:
    pass
gc.disable()
FROM, TO, LEAK = [Record() for _ in range(500)], [], []
refcycle.dump(sys.argv[1], redact=False)
TO += FROM
FROM.clear()
LEAK += [Record() for _ in range(int(sys.argv[3]))]
refcycle.dump(sys.argv[2], redact=False)
"""


@pytest.mark.parametrize("count", [300, 700])
def test_where_objects_may_have_moved_no_holder_of_them_is_named(tmp_path, count):
    paths = dumped(MOVED, tmp_path, str(count))
    before, after = map(refcycle.load, paths)
    table = GrowthTable([TypeGrowth("Record", count, 48 * count)])
    found = HeldGroups([], (), []).samples_in_files(table, 3)
    held = with_holders_by_number(found, before, after, table, ())
    signature = "module __main__.LEAK -> list[*] -> __main__.Record"
    assert [one.chain.signature for one in held] == ([] if count < 500 else [signature])
    assert held.unknown == ((("Record", 300),) if count < 500 else ())


def test_the_number_of_shared_objects_at_old_addresses_is_told():
    """A number that one holder lets go may be held by another one all the time."""
    table = GrowthTable([TypeGrowth("int", 200, 6400)])
    found = HeldGroups([], (), []).samples_in_files(table, 3)
    nothing = refcycle.ObjectGraph([])
    assert with_holders_by_number(found, nothing, nothing, table, ()).unknown == (("int", 200),)
