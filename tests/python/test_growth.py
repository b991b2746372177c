"""A census of the heap, and a watch on loops that should not grow."""

import collections
import doctest
import functools
import gc
import json
import logging
import re
import threading
import weakref
import xml.etree.ElementTree as ElementTree

import helpers.hostile_private  # noqa: F401 (its objects are among HOSTILE)
import pytest
from helpers.hostile import HOSTILE, watched

import refcycle.growth
import refcycle.heap_census
from refcycle.growth import GrowthReport, SteadyGrowth
from refcycle.heap_census import Census

pytestmark = pytest.mark.any_version

STEPS = 16


# Of tracked objects, because a complete census takes five times as long: see test_all_clear.
watch = functools.partial(refcycle.growth.watch, untracked=False)
census = functools.partial(refcycle.heap_census.census, untracked=False)


class Planted:
    pass


@pytest.fixture(autouse=True)
def no_garbage():
    gc.collect()


def reported(body, steps=STEPS, **options):
    with watch(**options) as growth:
        for number in growth.steps(range(steps)):
            body(number)
    return growth.report()


def rates(report):
    return {row.type_name: row.count for row in report.growing}


@pytest.mark.parametrize("module", [refcycle.growth, refcycle.heap_census])
def test_the_examples_are_right(module):
    result = doctest.testmod(module)
    assert result.failed == 0
    assert result.attempted >= 5


def test_a_list_that_grows():
    kept = []
    found = reported(lambda number: kept.append(Planted()))
    assert rates(found)["Planted"] == 1.0
    assert set(rates(found)) <= {"Planted", "list"}
    assert rates(found).get("list", 0.0) == 0.0  # as many as before, but larger


def test_several_objects_a_step():
    kept = []
    found = reported(lambda number: kept.extend([Planted(), Planted(), Planted()]))
    [row] = [row for row in found.growing if row.type_name == "Planted"]
    assert row.count == 3.0
    # On some versions, the first instances are larger: their class does not know yet which
    # attributes its instances have.
    assert row.size >= 3 * refcycle.ObjectGraph(kept).shallow_size(kept[-1])


def test_one_object_every_other_step():
    kept = []
    found = reported(lambda number: kept.append(Planted()) if number % 2 else None)
    assert rates(found)["Planted"] == 0.5


def test_a_cache_that_grows():
    cache = {}

    def body(number):
        cache[number] = [number]

    assert rates(reported(body))["list"] == 1.0


def test_a_cache_on_a_method():
    class Service:
        @functools.lru_cache  # noqa: B019
        def answer(self, question):
            return question

    assert rates(reported(lambda number: Service().answer(1)))["Service"] == 1.0


def test_a_closure_that_is_registered():
    callbacks = []

    def body(number):
        def callback():
            return number

        callbacks.append(callback)

    found = rates(reported(body))
    assert (found["function"], found["cell"]) == (1.0, 1.0)


def test_strings_grow_with_the_untracked_objects():
    def found(**options):
        cache = {}

        def body(number):
            cache[f"key {number}"] = f"value {number}"

        return rates(reported(body, **options))

    assert "str" not in found()
    assert found(untracked=True)["str"] == pytest.approx(2, abs=0.2)


def test_a_list_of_strings_grows_in_bytes():
    kept = []
    [row] = reported(lambda number: kept.append(f"text {number}"), steps=40).growing
    assert (row.type_name, row.count) == ("list", 0.0)
    assert 6 < row.size < 10


class Cache:
    def __init__(self):
        self.entries = {}


SHARED = Cache()


def test_a_report_shows_the_fix():
    found = reported(lambda number: SHARED.entries.setdefault(number, Planted()))
    SHARED.entries.clear()
    [sample] = found.samples
    assert (sample.type_name, sample.chain.signature) == ("Planted", found.held[0].signature)
    assert [remedy.name for remedy in sample.remedies] == ["container of an object"]
    assert {step.object for step in sample.chain.steps} == {None}
    lines = str(found).splitlines()
    assert f"{STEPS - 1} Planted objects are held like this:" in lines
    assert lines[-1].startswith("container of an object: `Cache.entries` keeps its items alive")
    assert reported(lambda number: None).samples == ()


def test_a_type_that_comes_later():
    kept = []
    found = reported(lambda number: kept.append(Planted()) if number >= 3 else None)
    assert rates(found)["Planted"] > 0.5


def test_work_that_keeps_nothing():
    log = logging.getLogger("test_growth")
    log.propagate = False

    def body(number):
        things = [Planted() for _ in range(number % 5)]
        text = json.dumps({"number": number, "things": len(things)})
        assert json.loads(text)["number"] == number
        assert re.sub("a+", "b", "caat") == "cbt"
        log.warning("step %d", number)
        thread = threading.Thread(target=things.clear)
        thread.start()
        thread.join()

    log.addHandler(logging.NullHandler())
    assert reported(body).growing == ()
    assert reported(body, untracked=True).growing == ()


def test_cycles_that_are_collected():
    def body(number):
        made = Planted()
        made.me = made

    assert reported(body).growing == ()


def test_cycles_that_are_not_collected():
    def body(number):
        made = Planted()
        made.me = made

    gc.disable()
    assert rates(reported(body, collect=False))["Planted"] == 1.0


def test_what_is_made_once_is_no_growth():
    for at in range(0, STEPS, 3):
        kept = []
        found = reported(
            lambda number, at=at, kept=kept: number == at and kept.extend([Planted()] * 3)
        )
        assert found.growing == ()


def test_a_cache_that_is_full_is_no_growth():
    recent = collections.deque(maxlen=STEPS // 4)
    assert reported(lambda number: recent.append(Planted())).growing == ()


def test_a_buffer_that_is_emptied_is_no_growth():
    buffer = []

    def body(number):
        buffer.append(Planted())
        if len(buffer) == 4:
            buffer.clear()

    assert reported(body).growing == ()


def test_nothing_grows_in_an_empty_loop():
    found = reported(lambda number: None, steps=30)
    assert found.growing == ()
    assert found.steps == 30
    assert str(found) == "nothing grows in 30 steps"
    assert reported(lambda number: None, steps=STEPS, untracked=True).growing == ()


def test_a_growth_below_the_threshold_is_let_go():
    def grow(**options):
        kept = []
        found = reported(lambda number: kept.append(Planted()), **options)
        return sorted(rates(found))

    assert grow(count_threshold=1.5, size_threshold=1000) == []
    assert grow(count_threshold=1.0, size_threshold=1000) == ["Planted"]
    assert grow(count_threshold=1.5, size_threshold=20) == ["Planted"]
    assert grow(size_threshold=20, ignore=["Other"]) == ["Planted"]
    assert grow(size_threshold=20, ignore={"Planted"}) == []


def test_a_watch_keeps_nothing_alive():
    with watch() as growth:
        made = Planted()
        alive = weakref.ref(made)
        growth.step()
        del made
        assert alive() is None


def test_steady_is_asserted():
    kept = []
    with watch() as growth:
        for _ in growth.steps(range(STEPS)):
            kept.append(Planted())
    with pytest.raises(AssertionError, match=r"grows? in 16 steps:\n(.*\n)*.*  Planted"):
        growth.assert_steady()
    with growth:
        for _ in growth.steps(range(STEPS)):
            Planted()
    growth.assert_steady()


def test_steps_by_hand():
    kept = []
    with watch() as growth:
        for _ in range(8):
            kept.append(Planted())
            growth.step()
    assert growth.report().steps == 8
    assert rates(growth.report())["Planted"] == 1.0


def test_a_loop_that_is_left_early():
    with watch() as growth:
        for number in growth.steps(range(100)):
            if number == 10:
                break
    assert growth.report().steps == 10


def test_too_few_steps():
    with watch() as growth:
        for _ in growth.steps(range(7)):
            pass
    with pytest.raises(ValueError, match="7 steps are too few to detect growth: run"):
        growth.report()
    with pytest.raises(ValueError, match="too few"):
        growth.assert_steady()


def test_a_step_outside_of_the_watch():
    growth = watch()
    with pytest.raises(RuntimeError, match="inside `with watch"):
        growth.step()
    with growth:
        growth.step()
    with pytest.raises(RuntimeError, match="inside `with watch"):
        growth.step()


def test_an_error_in_the_loop_is_passed_on():
    with pytest.raises(KeyError, match="mine"):
        with watch() as growth:
            growth.step()
            raise KeyError("mine")
    with pytest.raises(RuntimeError):
        growth.step()


@pytest.mark.parametrize("threshold", [-1, -0.1, float("nan")])
def test_a_threshold_that_is_none(threshold):
    with pytest.raises(ValueError, match="count_threshold is .*: it must be 0 or more"):
        watch(count_threshold=threshold)
    with pytest.raises(ValueError, match="size_threshold"):
        watch(size_threshold=threshold)


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_as_it_was(enabled):
    (gc.enable if enabled else gc.disable)()
    gc.set_debug(gc.DEBUG_SAVEALL)
    gc.set_threshold(123, 4, 5)
    callbacks = list(gc.callbacks)
    with watch() as growth:
        growth.step()
    census()
    assert (gc.isenabled(), gc.get_debug()) == (enabled, gc.DEBUG_SAVEALL)
    assert gc.get_threshold()[0] == 123
    assert gc.callbacks == callbacks


def test_a_report_in_a_notebook():
    report = GrowthReport(20, (SteadyGrowth("<b>", 1.0, 1234.56),))
    bundle = report._repr_mimebundle_()
    assert bundle["text/plain"] == str(report)
    page = ElementTree.fromstring(bundle["text/html"])
    assert page.find(".//caption").text == "1 type grows in 20 steps"
    assert [cell.text for cell in page.iter("td")] == ["+1.0", "+1.2 kB", "<b>"]
    assert repr(report) == "<GrowthReport: 1 type grows in 20 steps>"


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_no_code_of_the_objects_runs(make):
    kept = [make()]
    with watched() as touched:
        str(census() - census())
        with watch(untracked=True) as growth:
            growth.step()
    assert touched == []
    assert len(kept) == 1


def test_a_census_counts_and_sizes_types():
    before = census().totals().get("Planted", (0, 0))
    kept = [Planted(), Planted()]
    count, size = census().totals()["Planted"]
    sizes = refcycle.ObjectGraph(kept).shallow_sizes()
    assert (count - before[0], size - before[1]) == (2, sum(sizes))


def test_a_census_counts_nothing_of_its_own():
    first = second = third = None
    for _ in range(2):  # the first round fills caches
        first, second, third = census(), census(), census()
    assert second - first == ()
    assert third - second == ()


@pytest.mark.parametrize("untracked", [False, True])
def test_a_census_counts_no_other_census(untracked):
    several = [None] * 5
    census(untracked=untracked)
    before = census(untracked=untracked)
    for place in range(5):
        several[place] = census(untracked=untracked)
    grown = census(untracked=untracked) - before
    assert {row.type_name for row in grown} <= {"int"}
    assert "Census" not in several[4].totals()


def test_a_type_of_the_user_may_have_the_same_name():
    kept = [type("Census", (), {})() for _ in range(3)]
    assert census().totals()["Census"][0] == len(kept)


def test_a_census_sees_what_has_become_larger():
    kept = []
    before = census()
    kept.extend(range(100_000))
    [row] = [row for row in census() - before if row.type_name == "list"]
    assert row.count == 0
    assert row.size >= 800_000


def test_a_census_keeps_nothing_alive():
    made = Planted()
    alive = weakref.ref(made)
    gc.disable()
    taken = census(untracked=True)
    del made
    assert alive() is None
    assert taken.totals()["Planted"][0] >= 1


def test_two_kinds_of_census():
    with pytest.raises(ValueError, match="both with the same `untracked`"):
        census() - census(untracked=True)
    with pytest.raises(TypeError):
        census() - 1
    assert (census().untracked, census(untracked=True).untracked) == (False, True)


def test_a_census_is_a_table():
    taken = Census({"list": (1234, 56789), "<b>": (1, 100_000)})
    assert str(taken).splitlines() == [
        "1,235 objects of 2 types",
        "count    size  type",
        "    1  100 kB  <b>",
        "1,234   57 kB  list",
    ]
    assert repr(taken) == "<Census: 1,235 objects of 2 types>"
    page = ElementTree.fromstring(taken._repr_mimebundle_()["text/html"])
    assert [cell.text for cell in page.iter("td")][:3] == ["1", "100 kB", "<b>"]
