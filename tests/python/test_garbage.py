"""Graphs of garbage."""

import gc
import inspect
import weakref
from collections import Counter

import pytest

import refcycle
from refcycle import ObjectGraph
from refcycle.gc_utils import restore_gc_state


class Node:
    def __init__(self, name=None):
        self.name = name
        self.own = self


def make_cycle(tag="cycle"):
    one = [tag]
    one.append([one])


def tags(graph):
    return sorted(obj[0] for obj in graph if type(obj) is list and len(obj) == 2)


def state():
    return gc.isenabled(), gc.get_debug(), gc.get_threshold()[:2], list(map(id, gc.garbage))


STATES = [
    (True, 0, (700, 10)),
    (False, 0, (601, 7)),
    (True, gc.DEBUG_SAVEALL, (602, 8)),
    (False, gc.DEBUG_SAVEALL, (0, 9)),
]


@pytest.fixture(params=STATES, ids=str)
def some_state(request, clean_heap):
    enabled, debug, thresholds = request.param
    gc.collect()
    gc.set_debug(debug)
    gc.set_threshold(*thresholds)
    (gc.enable if enabled else gc.disable)()
    gc.garbage.append(["was there before"])
    return state()


def raising():
    make_cycle("of what raises")
    raise ZeroDivisionError


class TestGarbage:
    def test_it_is_the_graph_of_what_is_garbage(self, clean_heap):
        make_cycle("one")
        make_cycle("two")
        graph = refcycle.garbage()
        assert type(graph) is ObjectGraph
        assert tags(graph) == ["one", "two"]
        assert len(graph) == 4 and len(graph.edges) == 4
        assert sorted(map(len, graph.strongly_connected_components())) == [2, 2]

    def test_what_lives_is_not_in_it(self, clean_heap):
        alive = []
        alive.append(alive)
        assert len(refcycle.garbage()) == 0

    def test_it_is_captured_once(self, clean_heap):
        make_cycle()
        first, second = refcycle.garbage(), refcycle.garbage()
        assert (len(first), len(second)) == (2, 0)
        del first
        assert len(refcycle.garbage()) == 2

    def test_the_graph_keeps_it_alive(self, clean_heap):
        make_cycle("kept")
        graph = refcycle.garbage()
        gc.collect()
        assert tags(graph) == ["kept"]
        reference = weakref.ref(graph)
        del graph
        gc.collect()
        assert reference() is None
        assert gc.garbage == []

    def test_the_state_is_left_as_it_was(self, some_state):
        make_cycle()
        refcycle.garbage()
        assert state() == some_state

    def test_what_was_in_gc_garbage_stays_and_is_not_in_the_graph(self, clean_heap):
        before = ["pre", ["pre2"]]
        gc.garbage[:] = before
        make_cycle("new")
        graph = refcycle.garbage()
        assert gc.garbage == ["pre", ["pre2"]]
        assert [one is other for one, other in zip(gc.garbage, before, strict=True)] == [True] * 2
        assert tags(graph) == ["new"] and before[1] not in graph

    def test_finalizers_run_once_and_the_graph_holds_their_objects(self, clean_heap):
        finalized = []

        class Finalized(Node):
            def __del__(self):
                finalized.append(self.name)

        Finalized("a")
        graph = refcycle.garbage()
        assert finalized == ["a"]
        assert [obj.name for obj in graph.find_by_typename("Finalized")] == ["a"]
        del graph
        gc.collect()
        assert finalized == ["a"]

    def test_weak_references_to_it_are_cleared(self, clean_heap):
        called = []
        node = Node()
        reference = weakref.ref(node, called.append)
        del node
        graph = refcycle.garbage()
        assert len(graph.find_by_typename("Node")) == 1
        assert reference() is None and called == [reference]

    def test_a_finalizer_that_brings_its_object_back(self, clean_heap):
        saved = []

        class Phoenix(Node):
            def __del__(self):
                saved.append(self)

        Phoenix("again")
        graph = refcycle.garbage()
        assert [obj.name for obj in saved] == ["again"]
        assert gc.garbage == []
        assert all(obj.name == "again" for obj in graph.find_by_typename("Phoenix"))

    def test_a_finalizer_that_raises_does_no_harm(self, some_state, monkeypatch):
        class Raising(Node):
            def __del__(self):
                raise ZeroDivisionError

        unraisable = []
        monkeypatch.setattr("sys.unraisablehook", lambda found: unraisable.append(found.exc_type))
        Raising()
        graph = refcycle.garbage()
        assert unraisable == [ZeroDivisionError]
        assert len(graph.find_by_typename("Raising")) == 1
        assert state() == some_state

    def test_what_the_graph_let_go_is_collected_later(self, clean_heap):
        make_cycle()
        graph = refcycle.garbage()
        del graph
        assert gc.collect() == 2


class TestCyclesCreatedBy:
    def test_it_is_the_graph_of_what_a_call_leaves(self, clean_heap):
        graph = refcycle.cycles_created_by(make_cycle)
        assert type(graph) is ObjectGraph
        assert tags(graph) == ["cycle"] and len(graph) == 2

    def test_what_was_garbage_before_is_not_in_it(self, clean_heap):
        make_cycle("before")
        assert tags(refcycle.cycles_created_by(lambda: make_cycle("by it"))) == ["by it"]
        make_cycle("before")
        assert len(refcycle.cycles_created_by(lambda: None)) == 0
        assert len(refcycle.garbage()) == 0

    def test_what_the_call_keeps_is_not_in_it(self, clean_heap):
        kept = []

        def keep():
            kept.append(Node())

        assert len(refcycle.cycles_created_by(keep)) == 0
        assert len(kept) == 1

    def test_the_collector_is_disabled_while_the_callable_runs(self):
        seen = []
        gc.enable()
        refcycle.cycles_created_by(lambda: seen.append((gc.isenabled(), gc.get_threshold())))
        assert seen == [(False, gc.get_threshold())]
        assert gc.isenabled()

    def test_the_state_is_left_as_it_was(self, some_state):
        refcycle.cycles_created_by(make_cycle)
        assert state() == some_state

    def test_the_state_is_left_as_it_was_when_the_callable_raises(self, some_state):
        with pytest.raises(ZeroDivisionError):
            refcycle.cycles_created_by(raising)
        assert state() == some_state

    @pytest.mark.parametrize("wrong", [None, 5, "text", lambda argument: argument])
    def test_the_state_is_left_as_it_was_when_it_cannot_be_called(self, some_state, wrong):
        with pytest.raises(TypeError):
            refcycle.cycles_created_by(wrong)
        assert state() == some_state

    def test_the_state_is_left_as_it_was_whatever_the_callable_does(self, some_state):
        def meddle():
            gc.set_debug(gc.DEBUG_UNCOLLECTABLE)
            gc.enable()
            gc.set_threshold(3, 3, 3)

        refcycle.cycles_created_by(meddle)
        assert state() == some_state

    def test_an_interrupt_of_the_callable_passes(self, some_state):
        def interrupt():
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            refcycle.cycles_created_by(interrupt)
        assert state() == some_state

    def test_the_callable_may_collect(self, clean_heap):
        def collecting():
            make_cycle("before the collection")
            gc.collect()
            make_cycle("after it")

        graph = refcycle.cycles_created_by(collecting)
        assert "after it" in tags(graph)
        assert set(tags(graph)) <= {"before the collection", "after it"}
        assert gc.garbage == []

    def test_what_a_collecting_callable_left_is_gone_when_it_raises(self, clean_heap):
        def collecting():
            make_cycle()
            gc.collect()
            raise ZeroDivisionError

        gc.garbage.append("before")
        with pytest.raises(ZeroDivisionError):
            refcycle.cycles_created_by(collecting)
        assert gc.garbage == ["before"]

    def test_the_callable_may_empty_gc_garbage(self, clean_heap):
        gc.garbage.extend([["a"], ["b"], ["c"]])

        def emptying():
            gc.garbage.clear()
            make_cycle("of it")

        graph = refcycle.cycles_created_by(emptying)
        assert tags(graph) == ["of it"]
        assert gc.garbage == []

    def test_what_the_callable_leaves_in_gc_garbage_stays(self, clean_heap):
        gc.garbage.extend([["a"], ["b"], ["c"]])

        def taking_the_last():
            gc.garbage.pop()
            make_cycle("of it")

        graph = refcycle.cycles_created_by(taking_the_last)
        assert tags(graph) == ["of it"]
        assert gc.garbage == [["a"], ["b"]]
        gc.garbage.clear()

    def test_calls_may_be_within_calls(self, some_state):
        inner = []

        def outer():
            make_cycle("outer")
            inner.append(refcycle.cycles_created_by(lambda: make_cycle("inner")))

        graph = refcycle.cycles_created_by(outer)
        assert tags(inner[0]) == ["inner"]
        assert "inner" not in tags(graph)
        assert state() == some_state


class TestKeyCycles:
    def test_it_lists_the_cycles_that_keep_garbage_alive(self, clean_heap):
        def nested():
            last = Node("last")
            middle = Node("middle")
            middle.next = last
            holder = [middle]
            del last, middle
            return holder

        nested()
        make_cycle("other")
        cycles = refcycle.key_cycles()
        assert type(cycles) is list and {type(cycle) for cycle in cycles} == {ObjectGraph}
        names = [[obj.name for obj in cycle.find_by_typename("Node")] for cycle in cycles]
        assert sorted(names) == [[], ["middle"]]
        assert sorted(tag for cycle in cycles for tag in tags(cycle)) == ["other"]

    def test_two_independent_cycles_give_two_graphs(self, clean_heap):
        make_cycle("one")
        make_cycle("two")
        cycles = refcycle.key_cycles()
        assert sorted(map(tags, cycles)) == [["one"], ["two"]]
        assert [len(cycle) for cycle in cycles] == [2, 2]

    def test_without_garbage_there_is_none(self, clean_heap):
        assert refcycle.key_cycles() == []
        make_cycle()
        first, second = refcycle.key_cycles(), refcycle.key_cycles()
        assert (len(first), second) == (1, [])

    def test_what_hangs_on_a_cycle_from_without_is_no_cycle(self, clean_heap):
        def make():
            node = Node("of the cycle")
            node.part = [[], {}]

        make()
        (cycle,) = refcycle.key_cycles()
        assert cycle.count_by_typename()["list"] == 0
        assert [obj.name for obj in cycle.find_by_typename("Node")] == ["of the cycle"]

    def test_the_state_is_left_as_it_was(self, some_state):
        make_cycle()
        refcycle.key_cycles()
        assert state() == some_state


class TestObjectsReachableFrom:
    def test_it_holds_the_object_and_all_that_it_reaches(self):
        inner = {"k": [1, "s"]}
        outer = (inner, 2.5, None)
        graph = refcycle.objects_reachable_from(outer)
        assert type(graph) is ObjectGraph
        assert next(iter(graph)) is outer
        expected = [outer, inner, inner["k"], 1, "s", 2.5, None]
        assert sorted(map(id, graph)) == sorted(map(id, expected))
        assert len(graph.edges) == 6  # A dict does not show keys that are strings.

    def test_cycles_are_gone_through_once(self):
        loop = []
        loop.append([loop, loop])
        graph = refcycle.objects_reachable_from(loop)
        assert len(graph) == 2 and len(graph.edges) == 3

    @pytest.mark.parametrize("obj", [5, "text", None, b"bytes", 10**100])
    def test_what_refers_to_nothing_is_alone(self, obj):
        assert list(refcycle.objects_reachable_from(obj)) == [obj]

    def test_attributes_are_reached(self):
        node = Node(name := ["a name"])
        graph = refcycle.objects_reachable_from(node)
        assert name in graph and name[0] in graph and Node in graph

    def test_a_long_chain_is_reached(self):
        chain = None
        for _ in range(200_000):
            chain = [chain]
        graph = refcycle.objects_reachable_from(chain)
        assert len(graph) == 200_001
        while chain:
            chain = chain[0]

    def test_it_takes_one_object(self):
        with pytest.raises(TypeError):
            refcycle.objects_reachable_from()
        with pytest.raises(TypeError):
            refcycle.objects_reachable_from(1, 2)
        assert len(refcycle.objects_reachable_from(obj=[])) == 1


class TestRestoreGcState:
    def test_it_restores_all_that_it_names(self, some_state):
        with restore_gc_state() as value:
            gc.enable()
            gc.set_debug(0)
            gc.set_threshold(1, 2, 3)
        assert value is None
        assert state() == some_state

    def test_it_restores_when_something_raises(self, some_state):
        with pytest.raises(ZeroDivisionError), restore_gc_state():
            gc.disable()
            gc.set_debug(gc.DEBUG_COLLECTABLE)
            gc.set_threshold(1, 2, 3)
            raise ZeroDivisionError
        assert state() == some_state

    def test_it_is_a_decorator_too(self, some_state):
        @restore_gc_state()
        def decorated():
            gc.disable()
            gc.set_threshold(1, 2, 3)
            return 5

        assert decorated() == 5 and decorated() == 5
        assert state() == some_state

    def test_it_takes_no_arguments(self):
        with pytest.raises(TypeError):
            restore_gc_state(1)

    def test_it_leaves_gc_garbage_alone(self):
        gc.garbage.append(1)
        with restore_gc_state():
            gc.garbage.append(2)
        assert gc.garbage == [1, 2]


def test_the_parameters_are_those_of_0_3_1():
    assert str(inspect.signature(refcycle.cycles_created_by)) == "(callable, *, progress=None)"
    assert str(inspect.signature(refcycle.objects_reachable_from)) == "(obj, *, progress=None)"


def test_classes_are_garbage_with_all_their_parts(clean_heap):
    def make():
        class Local:
            pass

        return Local().__class__.__name__

    graph = refcycle.cycles_created_by(make)
    counts = graph.count_by_typename()
    assert counts["type"] == 1 and counts["dict"] == 1
    assert Counter(len(c) > 1 for c in graph.strongly_connected_components())[True] == 1
