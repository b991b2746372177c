"""New objects, freed objects and those that an action leaves behind, between snapshots.

One file, because the tests of `diff` and `leaks` share their heaps.
"""

import doctest
import gc
import re
import sys
import threading
import weakref
import xml.etree.ElementTree as ElementTree

import helpers.hostile_private  # noqa: F401 (its objects are among HOSTILE)
import pytest
from helpers.hostile import HOSTILE, watched
from helpers.leaks import give_back, leak

import refcycle.differences
from refcycle import ObjectGraph
from refcycle._growth.new_garbage import line_on_garbage
from refcycle._text.tables import text_table
from refcycle.differences import GrowthTable, TypeGrowth, diff, leaks
from refcycle.growth import SteadyGrowth
from refcycle.holder_groups import SignatureRow

pytestmark = pytest.mark.any_version


class Planted:
    pass


def test_the_examples_are_right():
    result = doctest.testmod(refcycle.differences)
    assert result.failed == 0
    assert result.attempted >= 20


class Ring:
    def __init__(self):
        self.me = self


KEPT = []


@pytest.fixture(autouse=True)
def nothing_kept():
    gc.collect()
    yield
    KEPT.clear()


def planted(graph):
    return graph.find_by_typename("Planted")


def row_of(table, name):
    return next((row for row in table if row.type_name == name), None)


def ids(objects):
    return sorted(map(id, objects))


def test_what_is_made_is_new():
    before = refcycle.snapshot()
    KEPT.extend(Planted() for _ in range(5))
    found = diff(before, refcycle.snapshot())
    assert ids(planted(found.new)) == ids(KEPT)
    assert planted(found.gone) == []


def test_what_was_there_is_neither_new_nor_gone():
    KEPT.append(Planted())
    before = refcycle.snapshot()
    other = [KEPT.pop()]
    found = diff(before, refcycle.snapshot())
    assert other[0] not in found.new
    assert other[0] not in found.gone
    assert row_of(found.table, "Planted") is None


def test_what_only_the_earlier_snapshot_holds_is_gone():
    KEPT.extend([Planted(), [Planted()], Planted()])
    before = refcycle.snapshot()
    kept = KEPT.pop()
    expected = ids([KEPT[0], KEPT[1][0]])
    KEPT.clear()
    found = diff(before, refcycle.snapshot())
    assert ids(planted(found.gone)) == expected
    assert kept not in found.gone


def test_a_cycle_that_only_the_earlier_snapshot_holds_is_gone():
    ring = Ring()
    ring.planted = Planted()
    before = refcycle.snapshot()
    expected = ids([ring, ring.planted])
    del ring
    found = diff(before, refcycle.snapshot())
    assert ids([*found.gone.find_by_typename("Ring"), *planted(found.gone)]) == expected


def test_addresses_are_not_used_again_while_the_earlier_snapshot_lives():
    KEPT.extend(Planted() for _ in range(100))
    before = refcycle.snapshot()
    KEPT.clear()
    KEPT.extend(Planted() for _ in range(100))
    found = diff(before, refcycle.snapshot())
    assert ids(planted(found.new)) == ids(KEPT)
    assert len(planted(found.gone)) == 100
    assert not set(ids(planted(found.gone))) & set(ids(KEPT))
    row = row_of(found.table, "Planted")
    assert row is None or row.count == 0


def test_other_graphs_and_their_roots_hold_nothing():
    KEPT.append(Planted())
    before = refcycle.snapshot()
    other = refcycle.snapshot()
    roots = ObjectGraph(KEPT).roots()
    assert [root.vertex for root in roots] == KEPT
    KEPT.clear()
    found = diff(before, refcycle.snapshot())
    assert len(planted(found.gone)) == 1
    assert len(other) > 0
    assert found.new.find_by_typename("ObjectGraph") == []


def test_what_c_code_holds_is_not_gone():
    KEPT.append(Planted())
    held = KEPT[0]
    leak(held)
    before = refcycle.snapshot()
    KEPT.clear()
    del held
    found = diff(before, refcycle.snapshot())
    assert planted(found.gone) == []
    [held] = planted(before)
    give_back(held)


def test_what_a_generator_that_waits_holds_is_not_gone():
    def waiting(held):
        yield held

    KEPT.append(Planted())
    generator = waiting(KEPT[0])
    next(generator)
    before = refcycle.snapshot()
    KEPT.clear()
    assert planted(diff(before, refcycle.snapshot()).gone) == []
    generator.close()
    assert len(planted(diff(before, refcycle.snapshot()).gone)) == 1


def test_what_calls_in_many_threads_hold_is_not_gone():
    many = 30
    all_wait = threading.Barrier(many + 1)
    done = threading.Event()

    def hold(made):
        kept = [made.pop()]
        all_wait.wait()
        done.wait()
        kept.clear()

    started = [threading.Thread(target=hold, args=([Planted()],)) for _ in range(many)]
    for thread in started:
        thread.start()
    all_wait.wait()
    before = refcycle.snapshot()
    try:
        assert len(planted(before)) == many
        assert planted(diff(before, refcycle.snapshot()).gone) == []
    finally:
        done.set()
        for thread in started:
            thread.join()
    assert len(planted(diff(before, refcycle.snapshot()).gone)) == many


def test_what_is_no_longer_tracked_is_neither_new_nor_gone():
    KEPT.append(tuple(iter([1.5, "text"])))
    before = refcycle.snapshot()
    if KEPT[0] not in before:
        pytest.skip("this Python does not track the tuple")
    gc.collect()
    found = diff(before, refcycle.snapshot())
    assert KEPT[0] not in found.gone
    assert KEPT[0] not in found.new


def test_untracked_objects_are_compared_too():
    KEPT.extend([bytes(1000), bytes(2000)])
    before = refcycle.snapshot(untracked=True)
    del KEPT[0]
    KEPT.append(bytes(3000))
    found = diff(before, refcycle.snapshot(untracked=True))
    assert [len(obj) for obj in found.gone if type(obj) is bytes and len(obj) > 999] == [1000]
    assert [len(obj) for obj in found.new if type(obj) is bytes and len(obj) > 999] == [3000]


def test_what_is_gone_dies_with_the_graphs():
    KEPT.append(Planted())
    alive = weakref.ref(KEPT[0])
    before = refcycle.snapshot()
    KEPT.clear()
    after = refcycle.snapshot()
    found = diff(before, after)
    del before, after
    assert alive() is not None
    del found
    assert alive() is None


def test_the_result_keeps_nothing_else_alive():
    KEPT.append(Planted())
    alive = weakref.ref(KEPT[0])
    before = refcycle.snapshot()
    after = refcycle.snapshot()
    found = diff(before, after)
    del before, after
    KEPT.clear()
    assert alive() is None
    assert len(found.gone) == 0


def test_the_table_has_what_came_less_what_went():
    KEPT.extend(Planted() for _ in range(3))
    before = refcycle.snapshot()
    KEPT.clear()
    KEPT.extend(Planted() for _ in range(10))
    KEPT.append(bytearray)
    after = refcycle.snapshot()
    found = diff(before, after)
    sizes = [graph.shallow_size(obj) for graph in [found.new] for obj in planted(graph)]
    gone = [found.gone.shallow_size(obj) for obj in planted(found.gone)]
    assert row_of(found.table, "Planted") == ("Planted", 7, sum(sizes) - sum(gone))
    assert len(sizes) == 10 and len(gone) == 3


def test_the_largest_growth_comes_first():
    before = refcycle.snapshot()
    KEPT.append([0] * 100_000)
    KEPT.extend(Planted() for _ in range(50))
    table = diff(before, refcycle.snapshot()).table
    assert [row.type_name for row in table][:2] == ["list", "Planted"]
    assert [row.size for row in table] == sorted((row.size for row in table), reverse=True)


def test_the_former_name_of_type_name():
    before = refcycle.snapshot()
    KEPT.append(Planted())
    found = diff(before, refcycle.snapshot())
    for one in [*found.table, *found.samples, SteadyGrowth("list", 1.0, 2.0)]:
        assert one.typename == one.type_name == one[0]


def test_types_of_one_name_are_counted_together():
    before = refcycle.snapshot()
    KEPT.extend(type("Planted", (), {})() for _ in range(4))
    assert row_of(diff(before, refcycle.snapshot()).table, "Planted").count == 4


def test_a_snapshot_compared_with_itself():
    snapshot = refcycle.snapshot()
    found = diff(snapshot, snapshot)
    assert (len(found.new), len(found.gone), found.table, found.samples) == (0, 0, (), ())
    title, *known = str(found).splitlines()
    assert title == "0 objects new, 0 gone"
    assert " ".join(known) == (
        "nothing that the collector tracks grew or shrank; of other objects, nothing is known: "
        "take it with untracked=True"
    )
    complete = refcycle.snapshot(untracked=True)
    assert str(diff(complete, complete)) == "0 objects new, 0 gone\nnothing grew or shrank"


def chain_of(found, name):
    return next(str(chain) for typename, chain in found.samples if typename == name)


def test_a_sample_is_held_by_a_variable_of_a_module():
    before = refcycle.snapshot()
    KEPT.extend(Planted() for _ in range(100))
    text = chain_of(diff(before, refcycle.snapshot()), "Planted")
    shape = rf"""sys\.modules\['{__name__}'\]
└─ module {__name__}
   └─ \.KEPT → list \(100 items\)
      └─ \[\d+\] → this object"""
    assert re.fullmatch(shape, text)


def test_a_sample_is_the_first_chain_of_why():
    before = refcycle.snapshot()
    KEPT.extend(Planted() for _ in range(100))
    after = refcycle.snapshot()
    found = diff(before, after)
    [chain] = [one.chain for one in found.samples if one.type_name == "Planted"]
    assert str(chain) == str(after.why(planted(found.new)[0], limit=1).chains[0])
    assert [step.reference for step in chain.steps][:2] == ["", ".KEPT"]


def test_a_sample_may_be_far_from_what_holds_it(clean_heap):
    """A chain was once searched for among only ten thousand objects."""
    before = refcycle.snapshot()
    last = first = Planted()
    for _ in range(12_000):
        last.next = Planted()
        last = last.next
    KEPT.append(first)
    del first, last
    found = diff(before, refcycle.snapshot(), samples=1)
    [chain] = [one.chain for one in found.samples]
    assert chain.holder == f"sys.modules['{__name__}']"


def test_a_sample_is_held_by_a_frame():
    before = refcycle.snapshot()
    mine = [Planted() for _ in range(100)]
    after = refcycle.snapshot()
    text = chain_of(diff(before, after), "Planted")
    assert text.startswith(
        "running in thread MainThread\n└─ frame test_a_sample_is_held_by_a_frame"
    )
    assert "\n   └─ local 'mine' → list (100 items)\n" in text
    assert len(mine) == 100


def test_a_sample_is_held_by_c_code():
    before = refcycle.snapshot()
    held = [Planted() for _ in range(100)]
    for obj in held:
        leak(obj)
    del held, obj
    found = diff(before, refcycle.snapshot())
    assert chain_of(found, "Planted") == "held by C code: 1 reference\n└─ this object"
    for obj in planted(found.new):
        give_back(obj)


def test_a_sample_of_garbage_has_no_holder(clean_heap):
    before = refcycle.snapshot()
    for _ in range(100):
        Ring()
    # Up to 3.10 a ring has a `__dict__` of its own, which is an example too.
    samples = diff(before, refcycle.snapshot()).samples
    texts = {str(chain) for name, chain in samples if name in ("Ring", "dict")}
    assert texts == {"only graphs or garbage\n└─ this object"}
    names = [name for name, _ in samples if name in ("Ring", "dict")]
    assert len(names) == (1 if sys.version_info >= (3, 11) else 2)


def test_what_was_garbage_already_is_not_gone(clean_heap):
    Ring()
    before = refcycle.snapshot()
    found = diff(before, refcycle.snapshot())
    assert len(before.find_by_typename("Ring")) == 1
    assert found.gone.find_by_typename("Ring") == []


def test_the_number_of_samples():
    before = refcycle.snapshot()
    KEPT.extend([Planted(), Ring(), [Planted()]])
    after = refcycle.snapshot()
    assert [len(diff(before, after, samples=n).samples) for n in (0, 1, 2)] == [0, 1, 2]
    with pytest.raises(ValueError, match="samples is -1: it must be 0 or more"):
        diff(before, after, samples=-1)
    with pytest.raises(ValueError, match="samples is -2: it must be 0 or more"):
        leaks(before, before, after, samples=-2)


def test_chains_are_on_the_first_screen():
    before = refcycle.snapshot()
    KEPT.extend([type(f"Of{n}", (), {})() for n in range(30)])
    text = str(diff(before, refcycle.snapshot()))
    head, _, chains = text.partition("\n\n")
    assert re.match("[0-9]+ [a-z]+ objects? (is|are) held like this:\n", chains)
    assert len(head.splitlines()) < 12
    assert re.search(r"and \d\d more types", head)


def test_new_garbage_is_counted():
    gc.collect()
    before = refcycle.snapshot()
    with_garbage = []
    with_garbage.append([with_garbage])
    del with_garbage
    found = str(diff(before, refcycle.snapshot()))
    assert "new garbage, which waits for a collection: 2 objects (2 list)" in found
    gc.collect()
    assert "garbage" not in str(diff(before, refcycle.snapshot()))


def test_samples_are_of_what_is_alive():
    gc.collect()
    gc.disable()
    try:
        before = refcycle.snapshot()
        KEPT.append(Planted())
        for _ in range(50):
            Ring()
        found = diff(before, refcycle.snapshot())
    finally:
        gc.enable()
    garbage = "only graphs or garbage"
    assert [one.type_name for one in found.samples if one.type_name == "Planted"] == ["Planted"]
    assert garbage not in {one.chain.holder for one in found.samples}
    # On 3.10 an object has a dict of its own.
    [line] = [line for line in str(found).splitlines() if line.startswith("new garbage")]
    assert "(50 Ring" in line or "50 Ring)" in line or ", 50 Ring" in line
    gc.collect()


def test_what_only_an_object_that_is_gone_holds_is_not_new():
    """The earlier snapshot keeps the list, and with it what was put into it afterwards."""
    KEPT.append([Planted()])
    before = refcycle.snapshot()
    KEPT[-1].extend(Planted() for _ in range(50))
    KEPT[-1] = Planted()
    found = diff(before, refcycle.snapshot())
    assert ids(planted(found.new)) == [id(KEPT[-1])]
    assert row_of(found.table, "Planted") is None
    assert "only graphs" not in str(found)


def test_the_chain_of_garbage_says_how_many_there_are(clean_heap):
    gc.disable()
    try:
        before = refcycle.snapshot()
        for _ in range(50):
            Ring()
        found = str(diff(before, refcycle.snapshot()))
    finally:
        gc.enable()
    assert "50 Ring objects are held like this:\nonly graphs or garbage" in found
    gc.collect()


def test_the_line_on_garbage():
    assert line_on_garbage([SignatureRow("module a.b -> list", 1, 56, 56, [])]) == ""
    many = [
        SignatureRow("garbage", count, 0, 0, type(name, (), {})(), is_garbage=True)
        for name, count in (("A", 1), ("B\n", 5), ("C", 3), ("D", 4))
    ]
    assert line_on_garbage(many) == (
        "new garbage, which waits for a collection: 13 objects "
        "(5 B\\n, 4 D, 3 C, 1 of other types)"
    )


def test_a_chain_holds_no_object():
    before = refcycle.snapshot()
    KEPT.append(Planted())
    alive = weakref.ref(KEPT[0])
    found = diff(before, refcycle.snapshot())
    samples = [one for one in found.samples if one.type_name == "Planted"]
    del before, found
    KEPT.clear()
    assert alive() is None
    [chain] = [one.chain for one in samples]
    assert chain.steps[-1].label == "object test_differences.Planted"
    assert {step.object for step in chain.steps} == {None}


def test_the_text_has_title_table_and_chains():
    before = refcycle.snapshot()
    KEPT.extend(Planted() for _ in range(100))
    found = diff(before, refcycle.snapshot())
    title, headings, *rest = str(found).splitlines()
    assert title == f"{len(found.new)} objects new, {len(found.gone)} gone"
    assert headings.split() == ["count", "size", "type"]
    assert any(re.fullmatch(r" *\+100 .*  Planted", line) for line in rest)
    assert "100 Planted objects are held like this:" in rest
    assert repr(found) == f"<Diff: {title}>"


NAMES = ["<script>", "a\x1b[31m\n&b", "&amp;"]


def test_a_notebook_shows_names_escaped():
    before = refcycle.snapshot()
    KEPT.extend(type(name, (), {})() for name in NAMES)
    found = diff(before, refcycle.snapshot(), samples=20)
    bundle = found._repr_mimebundle_()
    assert sorted(bundle) == ["text/html", "text/plain"]
    assert bundle["text/plain"] == str(found)
    cells = [cell.text for cell in ElementTree.fromstring(bundle["text/html"]).iter("td")]
    for name in ("<script>", "a\\x1b[31m\\n&b", "&amp;"):
        assert name in cells


def test_a_table_in_a_notebook():
    table = GrowthTable([TypeGrowth("<b>", 1, -1000)])
    page = ElementTree.fromstring(table._repr_mimebundle_()["text/html"])
    assert [cell.text for cell in page.iter("td")] == ["+1", "-1.0 kB", "<b>"]


def test_a_terminal_gets_no_controls():
    table = GrowthTable([TypeGrowth("a\x1b[31m\nb\u202ec", 1, 1)])
    assert str(table).splitlines()[1] == "   +1  +1 byte  a\\x1b[31m\\nb\\u202ec"


def test_a_terminal_that_knows_only_ascii(monkeypatch):
    class Ascii:
        encoding = "ascii"

    monkeypatch.setattr(sys, "stdout", Ascii())
    assert str(GrowthTable([TypeGrowth("Größe", 1, 1)])).isascii()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("x" * 25, ["1  " + "x" * 25]),
        ("x" * 26, ["1", "   " + "x" * 26]),
        ("app.views.sessions.Session", ["1  app.views.sessions.", "   Session"]),
        ("dict (3 items), globals of app", ["1  dict (3 items), globals", "   of app"]),
        ("\u5b57" * 12 + " of it", ["1  " + "\u5b57" * 12, "   of it"]),
    ],
)
def test_a_long_name_continues_below_its_beginning(name, shown):
    assert text_table(("n", "type"), [("1", name)], width=28).splitlines()[1:] == shown


def test_without_a_terminal_a_row_is_a_line():
    assert text_table(("n", "type"), [("1", "x " * 200)]).splitlines()[1] == "1  " + "x " * 200


def test_a_narrow_name_gets_a_line_of_its_own():
    rows = [("1,000", "2.3 MB", "12.1 MB", "app.Session of a server"), ("1", "2", "3", "int")]
    table = text_table(("count", "size", "retained", "type"), rows, width=40)
    assert table.splitlines() == [
        "count    size  retained  type",
        "1,000  2.3 MB   12.1 MB",
        "    app.Session of a server",
        "    1       2         3  int",
    ]


def test_a_table_has_twenty_rows():
    rows = [(str(number), f"T{number}") for number in range(22)]
    lines = text_table(("n", "type"), rows).splitlines()
    assert len(lines) == 22
    assert lines[-2:] == ["19  T19", "and 2 more types"]
    assert text_table(("n", "type"), rows[:21]).splitlines()[-1] == "and 1 more type"
    assert text_table(("n", "type"), rows[:5], most=4).splitlines()[-2:] == [
        "3  T3",
        "and 1 more type",
    ]


def test_what_is_no_graph():
    snapshot = refcycle.snapshot()
    with pytest.raises(TypeError, match="after is of type list: it must be an ObjectGraph"):
        diff(snapshot, [])
    with pytest.raises(TypeError, match="before is of type NoneType: it"):
        diff(None, snapshot)


def test_what_is_no_snapshot():
    with pytest.raises(ValueError, match=r"before is not a snapshot.*refcycle\.snapshot\(\)"):
        diff(ObjectGraph([[]]), refcycle.snapshot())


def test_the_wrong_order():
    before = refcycle.snapshot()
    after = refcycle.snapshot()
    with pytest.raises(ValueError, match="after is older than before"):
        diff(after, before)


def test_only_one_snapshot_has_untracked_objects():
    before = refcycle.snapshot()
    after = refcycle.snapshot(untracked=True)
    with pytest.raises(ValueError, match="only after has untracked objects"):
        diff(before, after)


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_no_code_of_the_objects_runs(make):
    before = refcycle.snapshot()
    KEPT.append(make())
    with watched() as touched:
        after = refcycle.snapshot()
        found = diff(before, after, samples=10)
        str(found)
        found._repr_mimebundle_()
        back = leaks(before, after, refcycle.snapshot(), samples=10)
        str(back)
    assert touched == []
    assert len(found.new) > 0


def test_leaks_are_what_was_made_and_stays():
    old = Planted()
    baseline = refcycle.snapshot()
    KEPT.extend([Planted(), Planted()])
    passing = [Planted()]
    action = refcycle.snapshot()
    passing.clear()
    KEPT.append(Planted())
    found = leaks(baseline, action, refcycle.snapshot())
    assert ids(planted(found.objects)) == ids(KEPT[:2])
    assert row_of(found.table, "Planted").count == 2
    assert old not in found.objects
    assert chain_of(found, "Planted").startswith(f"sys.modules['{__name__}']\n")
    assert str(found).splitlines()[0] == f"{len(found.objects)} objects left behind"
    assert repr(found) == f"<Leaks: {len(found.objects)} objects left behind>"


def test_a_cycle_that_nobody_needs_is_not_left_behind(clean_heap):
    baseline = refcycle.snapshot()
    passing = Ring()
    action = refcycle.snapshot()
    del passing
    found = leaks(baseline, action, refcycle.snapshot())
    assert found.objects.find_by_typename("Ring") == []


def test_nothing_is_left_behind():
    def act():
        return [Planted() for _ in range(10)]

    baseline = refcycle.snapshot()
    made = act()
    action = refcycle.snapshot()
    assert len(planted(action)) == len(made) == 10
    del made
    found = leaks(baseline, action, refcycle.snapshot())
    assert planted(found.objects) == []
    assert row_of(found.table, "Planted") is None


def test_leaks_in_the_wrong_order():
    baseline, action, back = refcycle.snapshot(), refcycle.snapshot(), refcycle.snapshot()
    for graphs in ((action, baseline, back), (baseline, back, action)):
        with pytest.raises(ValueError, match="in chronological order"):
            leaks(*graphs)


def test_the_collector_is_as_it_was():
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    gc.set_threshold(123, 4, 5)
    before = refcycle.snapshot()
    diff(before, refcycle.snapshot())
    assert (gc.isenabled(), gc.get_debug()) == (False, gc.DEBUG_SAVEALL)
    assert gc.get_threshold()[0] == 123
