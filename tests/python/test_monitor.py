"""The cost of the collector, measured."""

import gc
import json

import pytest

import refcycle


class Node:
    pass


def make_cycle():
    node = Node()
    node.itself = node


@pytest.fixture
def callbacks():
    """Other callbacks are unchanged, and none of their code runs when one is removed."""

    class Callback:
        def __eq__(self, other):
            raise AssertionError

        def __call__(self, phase, info):
            pass

    before, after = Callback(), Callback()
    found = list(gc.callbacks)
    gc.callbacks[:] = [before]
    yield before, after
    gc.callbacks[:] = found


def is_same(found, expected):
    return [id(callback) for callback in found] == [id(callback) for callback in expected]


def test_passes_and_objects_by_generation(clean_heap):
    gc.collect()
    with refcycle.gc_monitor() as monitor:
        make_cycle()
        gc.collect(0)
        make_cycle()
        make_cycle()
        gc.collect()
        gc.collect()
    assert (monitor.passes[0], monitor.passes[2]) == (1, 2)
    per_cycle = monitor.collected[0]
    assert per_cycle in (1, 2)
    assert monitor.collected[2] == 2 * per_cycle
    assert monitor.uncollectable == (0, 0, 0)
    gc.collect()
    assert sum(monitor.passes) == 3


def test_pauses(clean_heap):
    with refcycle.gc_monitor() as monitor:
        gc.collect()
        gc.collect()
    assert 0 < monitor.longest_pause <= monitor.total_pause <= 2 * monitor.longest_pause
    assert sum(monitor.pauses) == pytest.approx(monitor.total_pause)
    ends = [end for end, _ in monitor.histogram]
    assert ends[0] == 1e-5
    assert ends == sorted(ends)
    assert ends[-2:] == [1.0, float("inf")]
    counts = [count for _, count in monitor.histogram]
    assert counts == sorted(counts)
    assert counts[-1] == 2
    for end, count in monitor.histogram:
        assert count == 2 or end < monitor.longest_pause


def test_the_callbacks_are_as_they_were(callbacks):
    before, after = callbacks
    monitor = refcycle.GcMonitor()
    assert is_same(gc.callbacks, [before])
    monitor.start()
    gc.callbacks.append(after)
    assert monitor.is_running
    with pytest.raises(RuntimeError, match="already running"):
        monitor.start()
    assert len(gc.callbacks) == 3
    monitor.stop()
    monitor.stop()
    assert not monitor.is_running
    assert is_same(gc.callbacks, [before, after])


def test_two_monitors_and_a_second_start(clean_heap):
    one = refcycle.GcMonitor()
    with refcycle.gc_monitor() as other, one:
        gc.collect()
    with one:
        gc.collect()
    assert (one.passes[2], other.passes[2]) == (2, 1)


def test_a_block_that_raises_ends_it():
    found = list(gc.callbacks)
    with pytest.raises(KeyError), refcycle.gc_monitor():
        raise KeyError
    assert is_same(gc.callbacks, found)


def test_a_monitor_is_freed_and_is_no_cycle():
    def use():
        with refcycle.gc_monitor():
            pass

    assert len(refcycle.cycles_created_by(use)) == 0


def test_signatures(clean_heap):
    gc.collect()
    with refcycle.gc_monitor(signatures=True) as monitor:
        make_cycle()
        make_cycle()
        gc.collect()
        gc.collect()
    assert monitor.signatures == {f"{__name__}.Node.itself": 2}
    assert monitor.collected[2] in (2, 4)
    assert [obj for obj in gc.get_objects() if type(obj) is Node] == []
    assert monitor.as_dict()["cycles"] == {f"{__name__}.Node.itself": 2}


def test_the_dict_is_fit_for_json(clean_heap):
    gc.collect()
    with refcycle.gc_monitor() as monitor:
        make_cycle()
        gc.collect()
    figures = json.loads(json.dumps(monitor.as_dict()))
    assert figures["generations"][2]["passes"] == 1
    assert figures["generations"][2]["collected"] == monitor.collected[2] > 0
    assert figures["generations"][0] == {
        "passes": 0,
        "collected": 0,
        "uncollectable": 0,
        "pause_seconds_sum": 0,
        "pause_seconds_max": 0,
    }
    pauses = figures["pause_seconds"]
    assert pauses["count"] == pauses["buckets"]["+Inf"] == 1
    assert pauses["sum"] == pauses["max"] == pytest.approx(monitor.longest_pause)
    assert list(pauses["buckets"])[:3] == ["1e-05", "2e-05", "5e-05"]
    assert repr(monitor).startswith("<GcMonitor: 1 pass, ")
