"""The graph of all live objects."""

import gc
import sys
import threading
import types

import pytest
from helpers.processes import run, run_json

import refcycle
from refcycle import ObjectGraph


class Marker:
    pass


def ids(objects):
    return {id(obj) for obj in objects}


def test_everything_that_is_tracked_is_in_it(clean_heap):
    before = gc.get_objects()
    snapshot = refcycle.snapshot()
    inside = ids(snapshot)
    assert len(before) > 1000
    assert [type(obj) for obj in before if id(obj) not in inside] == []
    known = ids(before)
    more = [obj for obj in snapshot if id(obj) not in known and obj is not before]
    # 3.12 starts with frozen tuples, which `gc.get_objects()` omits.
    frozen = {tuple} if sys.version_info[:2] == (3, 12) else set()
    assert {type(obj) for obj in more} <= {types.FrameType} | frozen


def test_the_graph_and_its_parts_are_not_in_it(clean_heap):
    others = sum(type(obj) is ObjectGraph for obj in gc.get_objects())
    snapshot = refcycle.snapshot()
    assert snapshot not in snapshot
    assert snapshot.count_by_typename()["ObjectGraph"] == others
    assert not any(obj is snapshot for obj in snapshot)


def test_temporaries_of_the_call_are_not_in_it(clean_heap):
    def call():
        return refcycle.snapshot()

    first = call()
    second = call()
    known = ids(first)
    new = sorted(type(obj).__name__ for obj in second if id(obj) not in known)
    assert new == ["ObjectGraph", "frame"]  # The frame is that of the second call.


def test_a_later_snapshot_shows_exactly_what_the_first_owns(clean_heap):
    first = refcycle.snapshot()
    second = refcycle.snapshot()
    known = ids(first)
    assert ids(obj for obj in second if id(obj) not in known) == ids(first.owned_objects())
    assert ids(first.owned_objects()) == {id(first)}


def test_a_graph_that_has_answered_owns_no_more(clean_heap):
    held = [[] for _ in range(100)]
    graph = ObjectGraph(held)
    assert held[0] in graph and list(graph.edges) == []
    first = refcycle.snapshot()
    assert held in first
    first.parents(held[0])
    first.full_subgraph(held).children(held[1])
    owned = ids(first.owned_objects()) | ids(graph.owned_objects())
    second = refcycle.snapshot()
    assert {id(first), id(graph)} <= owned <= ids(second)
    new = ids(second) - ids(first)
    assert new - owned == {id(owned)}


def test_vertices_are_told_by_identity():
    one, other = [[]], [[]]
    snapshot = refcycle.snapshot()
    assert one in snapshot and other in snapshot
    assert [[]] not in snapshot
    assert snapshot.children(one)[0] is one[0]


def test_untracked_objects_are_left_out():
    class Slots:
        __slots__ = ()

    empty, number, text = {}, 10**30, "a text"
    slots = Slots()
    held = [empty, number, text, slots]
    snapshot = refcycle.snapshot()
    assert held in snapshot
    assert number not in snapshot and text not in snapshot
    assert (empty in snapshot) == gc.is_tracked(empty)


def test_its_references_are_those_that_the_collector_sees():
    target = Marker()
    holder = [target, {"key": target}, (target, 1), {target}]
    snapshot = refcycle.snapshot()
    parents = snapshot.parents(target)
    assert sum(parent is holder for parent in parents) == 1
    for part in holder[1:]:
        assert sum(parent is part for parent in parents) == 1
    assert snapshot.children(holder).__len__() == 4


def test_running_frames_are_in_it():
    def call():
        local = Marker()
        return refcycle.snapshot(), sys._getframe(), local

    snapshot, frame, local = call()
    caller = sys._getframe()
    assert frame in snapshot and caller in snapshot
    (parent,) = snapshot.parents(local)
    assert parent is frame
    assert sum(child is caller for child in snapshot.children(frame)) == 1


def test_references_of_running_frames_are_named():
    local = Marker()
    frame = sys._getframe()
    snapshot = refcycle.snapshot()
    part = snapshot.full_subgraph([frame, local, frame.f_back])
    labels = {(e.tail, e.head): e.annotation for e in part.annotated().edges}
    assert labels[id(frame), id(local)] == "local 'local'"
    assert labels[id(frame), id(frame.f_back)] == "f_back"


def test_cells_of_running_frames_are_named():
    captured = Marker()
    frame = sys._getframe()

    def inner():
        return captured

    part = refcycle.snapshot().full_subgraph([frame, *inner.__closure__, captured])
    labels = {(e.tail, e.head): e.annotation for e in part.annotated().edges}
    (cell,) = inner.__closure__
    assert labels.pop((id(frame), id(frame))) == "local 'frame'"
    assert labels == {
        (id(frame), id(cell)): "local 'captured'",
        (id(cell), id(captured)): "cell_contents",
    }


def test_the_ancestors_of_a_local_are_frames():
    def call(argument):
        return refcycle.snapshot().ancestors(argument, 1)

    marker = Marker()
    found = call(marker)
    frames = [obj.f_code.co_name for obj in found if type(obj) is types.FrameType]
    assert "call" in frames or "test_the_ancestors_of_a_local_are_frames" in frames


def in_threads(count, body):
    """Run `body(number, ready, go)` in threads; call the result to let them end."""
    ready = [threading.Event() for _ in range(count)]
    go = threading.Event()
    threads = [
        threading.Thread(target=body, args=(number, ready[number], go)) for number in range(count)
    ]
    for thread in threads:
        thread.start()
    assert all(event.wait(60) for event in ready)

    def end():
        go.set()
        for thread in threads:
            thread.join(60)

    return end


def test_the_frames_of_all_threads_are_in_it():
    markers = [Marker() for _ in range(5)]

    def body(number, ready, go):
        job = markers[number]
        ready.set()
        go.wait(60)
        del job

    end = in_threads(5, body)
    snapshot = refcycle.snapshot()
    found = []
    for marker in list(markers):
        frames = [p for p in snapshot.parents(marker) if type(p) is types.FrameType]
        labels = [
            e.annotation for e in snapshot.full_subgraph([*frames, marker]).annotated().edges
        ]
        names = [frame.f_code.co_name for frame in frames]
        found.append((names, [frame.f_locals["number"] for frame in frames], labels))
    end()
    assert found == [(["body"], [number], ["local 'job'"]) for number in range(5)]


def test_a_generator_that_runs_in_a_thread_is_in_it():
    marker = Marker()

    def generator(ready, go):
        job = marker
        ready.set()
        go.wait(60)
        yield job

    def body(number, ready, go):
        for _ in generator(ready, go):
            pass

    end = in_threads(1, body)
    snapshot = refcycle.snapshot()
    parents = snapshot.parents(marker)
    frames = [p for p in parents if type(p) is types.FrameType]
    end()
    assert [frame.f_code.co_name for frame in frames] == ["generator"]
    chain = snapshot.ancestors(marker)
    names = {f.f_code.co_name for f in chain if type(f) is types.FrameType}
    assert {"generator", "wait"} <= names


def test_a_suspended_generator_shows_its_locals():
    marker = Marker()

    def generator(job):
        yield job

    suspended = generator(marker)
    next(suspended)
    snapshot = refcycle.snapshot()
    own = sys._getframe()
    holders = [p for p in snapshot.parents(marker) if p is not own]
    if sys.version_info >= (3, 11):
        assert len(holders) == 1 and holders[0] is suspended
    else:
        assert len(holders) == 1 and holders[0] is suspended.gi_frame


@pytest.mark.parametrize("build", ["tuple", "list", "set", "dict.fromkeys", "frozenset"])
def test_a_container_can_be_filled_by_what_takes_snapshots(build):
    def items():
        for number in range(30):
            yield number
            if number % 7 == 3:
                taken.append(len(refcycle.snapshot()))

    taken = []
    made = eval(build)(items())
    assert sorted(made) == list(range(30)) and len(taken) == 4


def test_a_tuple_can_be_filled_while_the_snapshot_lives():
    kept = []

    def items():
        for number in range(100):
            kept[:] = [refcycle.snapshot()] if number == 50 else kept
            yield [number]

    made = tuple(items())
    assert len(made) == 100 and made[99] == [99]


def test_a_snapshot_can_be_taken_in_a_thread():
    found = []
    marker = Marker()

    def body():
        local = marker
        snapshot = refcycle.snapshot()
        found.append((snapshot, sys._getframe() in snapshot, local in snapshot))

    thread = threading.Thread(target=body)
    thread.start()
    thread.join(60)
    assert found[0][1:] == (True, True)


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_left_as_it_was(enabled):
    (gc.enable if enabled else gc.disable)()
    gc.set_threshold(601, 9, 8)
    gc.set_debug(gc.DEBUG_SAVEALL)
    refcycle.snapshot()
    assert gc.isenabled() is enabled
    assert gc.get_threshold()[:2] == (601, 9)
    assert gc.get_debug() == gc.DEBUG_SAVEALL
    assert gc.garbage == []


def test_garbage_is_shown_and_kept_as_garbage(clean_heap):
    cycle = Marker()
    cycle.own = cycle
    del cycle
    snapshot = refcycle.snapshot()
    (found,) = snapshot.find_by_typename("Marker")
    assert found.own is found
    del snapshot, found
    assert gc.collect() > 0
    assert refcycle.snapshot().find_by_typename("Marker") == []


FREEZE = """
import gc, json, sys
import refcycle

class Marker:
    pass

before = Marker()
before.own = [before]
refcycle.snapshot()  # imports what later calls need
gc.freeze()
after = Marker()
after.own = [after]
frozen = gc.get_freeze_count()
snapshot = refcycle.snapshot()
print(json.dumps({
    "after": after in snapshot and after.own in snapshot,
    "before": before in snapshot,
    "frame": sys._getframe() in snapshot,
    "frozen": gc.get_freeze_count() == frozen > 1000,
    "size": len(snapshot),
    "components": sum(map(len, snapshot.strongly_connected_components())),
}))
"""


def test_after_a_freeze_what_is_new_is_in_it():
    facts = run_json(FREEZE)
    assert facts["after"] and facts["frame"] and facts["frozen"]
    assert facts["components"] == facts["size"]


@pytest.mark.skipif(sys.version_info < (3, 14), reason="this version hides what is frozen")
def test_what_is_frozen_is_in_it():
    facts = run_json(FREEZE)
    assert facts["before"] and facts["size"] > 1000


MUTATING = """
import json, random, sys, threading, time
import refcycle

stop = threading.Event()

class Node:
    pass

def mutate(seed):
    rng = random.Random(seed)
    nodes = [Node() for _ in range(100)]
    while not stop.is_set():
        node, other = rng.choice(nodes), rng.choice(nodes)
        setattr(node, rng.choice("abcdefgh"), [other, {"k": node}, (other,)])
        nodes[rng.randrange(100)] = Node()
        tuple(Node() for _ in range(10))
        if rng.random() < 0.1:
            node.__dict__

sys.setswitchinterval(1e-5)
threads = [threading.Thread(target=mutate, args=(n,), daemon=True) for n in range(4)]
for thread in threads:
    thread.start()
deadline = time.monotonic() + 1.5
count = 0
while time.monotonic() < deadline or count < 3:
    snapshot = refcycle.snapshot()
    nodes = snapshot.find_by_typename("Node")
    for node in nodes[:5]:
        snapshot.ancestors(node, 2).to_json()
        snapshot.descendants(node, 3).annotated()
    assert sum(map(len, snapshot.strongly_connected_components())) == len(snapshot)
    count += 1
stop.set()
for thread in threads:
    thread.join(60)
print(count)
"""


def test_snapshots_while_threads_change_the_heap():
    assert int(run(MUTATING)) >= 3


def test_many_snapshots_of_snapshots(clean_heap):
    snapshots = [refcycle.snapshot() for _ in range(10)]
    for number, snapshot in enumerate(snapshots):
        assert [other in snapshot for other in snapshots] == [True] * number + [False] * (
            10 - number
        )
        for other in snapshots[:number]:
            assert len(snapshot.children(other)) == len(other) + 1  # and its class


def test_the_error_for_an_object_that_is_missing_says_what_to_try():
    text = "a text that nothing else has"[:20]
    graph = refcycle.snapshot()
    with pytest.raises(KeyError, match="does not track it: take the snapshot with untracked=T"):
        graph.why(text)
    with pytest.raises(KeyError, match="if it is newer than the snapshot, take another one"):
        graph.why([])
    whole = refcycle.snapshot(untracked=True)
    with pytest.raises(KeyError, match="if it is newer than the snapshot, take another one"):
        whole.why(text + "another")
    with pytest.raises(KeyError) as caught:
        refcycle.ObjectGraph([[]]).parents([])
    assert "take" not in str(caught.value)
