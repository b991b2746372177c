"""Where C code holds objects: in variables, structs, stacks; and references that are lost."""

import gc
import json
import mmap
import os
import sys
import threading

import pytest
from helpers import extension
from helpers.fresh_memory import HAS_FREE_BLOCKS_IN_USE, in_fresh_memory
from helpers.leaks import give_back, leak

import refcycle
from refcycle.object_graph import MemoryPlace, PlacesInMemory

LINUX = sys.platform.startswith("linux")
pytestmark = [
    pytest.mark.skipif(not LINUX, reason="memory is searched on Linux only"),
    pytest.mark.skipif(HAS_FREE_BLOCKS_IN_USE, reason="free blocks are not known to be free"),
]


class Target:
    pass


@pytest.fixture(scope="module")
def holders(tmp_path_factory):
    """The extension."""
    if reason := extension.why_not():
        pytest.skip(reason)
    return extension.load(extension.build(tmp_path_factory.mktemp("extension")))


def root_of(graph, obj):
    found = [root for root in graph.roots() if root.vertex is obj]
    return found[0] if found else None


def kinds(found):
    return [place.kind for place in found]


def test_a_static_variable(holders):
    target = in_fresh_memory(Target)
    holders.in_a_variable(target)
    try:
        graph = refcycle.snapshot()
        found = graph.find_in_memory(target)
        name = "C variable kept_in_a_variable in c_holders.so"
        root = root_of(graph, target)
        assert (root.holders, root.unexplained) == ((name,), 0)
        assert (found.unexplained, found.is_leaked) == (0, False)
        assert [(place.kind, place.name) for place in found] == [("variable", name)]
        [place] = found.to_dict()["places"]
        assert place == {"kind": "variable", "name": name, "address": found.places[0].address}
        chain = graph.why(target).chains[0]
        assert (chain.holder, chain.kind) == (name, "C code")
        del root, chain
    finally:
        holders.in_a_variable(None)
    graph = refcycle.snapshot()
    assert root_of(graph, target) is None
    assert kinds(graph.find_in_memory(target)) == []


def test_a_variable_that_holds_another_object_is_no_holder(holders):
    target, other = in_fresh_memory(Target), Target()
    holders.in_a_variable(other)
    leak(target)
    try:
        root = root_of(refcycle.snapshot(), target)
        assert (root.holders, root.unexplained) == ((), 1)
    finally:
        give_back(target)
        holders.in_a_variable(None)


def test_a_class_in_a_variable_after_a_low_address(holders):
    kept = type("Kept", (), {})
    try:
        if holders.after_a_low_address(kept) is False:
            pytest.skip("the system gives no memory at a low address")
        graph = refcycle.snapshot()
        name = "C variable after_a_word in c_holders.so"
        root = root_of(graph, kept)
        assert (root.holders, root.unexplained) == ((name,), 0)
        # After a reference count, it would be the type of an object.
        holders.after_a_number(kept)
        root = root_of(refcycle.snapshot(), kept)
        assert (root.holders, root.unexplained) == ((), 1)
    finally:
        holders.after_a_number(None)


@pytest.mark.parametrize("function", ["in_a_struct", "in_a_small_struct"])
def test_a_struct(holders, function):
    target = in_fresh_memory(Target)
    keep = getattr(holders, function)
    keep(target)
    try:
        graph = refcycle.snapshot()
        found = graph.find_in_memory(target)
        assert (found.unexplained, found.is_leaked) == (1, False)
        assert kinds(found) == ["heap"]
        assert str(found).splitlines()[1:] == ["probably held by:", f"  {found.places[0].name}"]
        assert found.places[0].name.startswith("C heap block of ")
    finally:
        keep(None)
    found = refcycle.snapshot().find_in_memory(target)
    assert (kinds(found), found.is_leaked) == ([], False)


@pytest.mark.parametrize("size", [0, 256 << 20])
def test_the_stack_of_a_blocked_thread(holders, size):
    ready, told = os.pipe()
    waiting, go = os.pipe()
    box = [in_fresh_memory(Target)]
    number = id(box[0])
    thread = threading.Thread(
        target=holders.on_the_stack, args=(box, told, waiting), name="holder"
    )
    before = threading.stack_size(size)
    thread.start()
    threading.stack_size(before)
    os.read(ready, 1)
    graph = refcycle.snapshot()
    (target,) = [obj for obj in graph.find_by_typename("Target") if id(obj) == number]
    found = graph.find_in_memory(target)
    os.write(go, b"x")
    thread.join()
    for end in (ready, told, waiting, go):
        os.close(end)
    assert (found.unexplained, found.is_leaked) == (1, False)
    # Up to 3.13, what is left over on the stack of values of a call is not known to be unused.
    assert set(kinds(found)) - {"call"} == {"stack"}
    names = {place.name for place in found if place.kind == "stack"}
    assert names == {"stack of thread holder"}
    # Afterwards nothing holds it but this function.
    after = refcycle.snapshot().find_in_memory(target)
    assert set(kinds(after)) <= {"call"}
    assert (after.unexplained, after.is_leaked) == (0, False)


def test_a_leaked_reference(holders):
    target = in_fresh_memory(Target)
    holders.leak(target)
    try:
        found = refcycle.snapshot().find_in_memory(target)
        assert (found.unexplained, found.is_leaked, len(found)) == (1, True, 0)
        assert str(found).splitlines() == [
            "object test_memory_search.Target: 1 reference without a known holder",
            "no pointer to it exists: a reference was leaked (a missing Py_DECREF)",
        ]
    finally:
        holders.unleak(target)
    found = refcycle.snapshot().find_in_memory(target)
    assert (found.unexplained, found.is_leaked, len(found)) == (0, False, 0)


def test_a_pointer_in_freed_memory_holds_nothing(holders):
    target = in_fresh_memory(Target)
    holders.in_freed_memory(target)
    try:
        found = refcycle.snapshot().find_in_memory(target)
        assert (kinds(found), found.is_leaked) == ([], True)
    finally:
        holders.unleak(target)


@pytest.mark.parametrize("untracked", [False, True])
def test_what_the_graph_shows_is_left_out(untracked):
    target = in_fresh_memory(Target)
    target.own = target
    slotted = type("Slotted", (), {"__slots__": ["field"]})()
    slotted.field = target
    many = {number: target if number == 700 else None for number in range(1000)}
    held = [target, [target], (target, 1), {"key": target}, {target}, many, slotted]
    held += [lambda: target, iter([target]), [None] * 5000 + [target], target.__eq__]
    leak(target)
    try:
        found = refcycle.snapshot(untracked=untracked).find_in_memory(target)
        names = [place.name for place in found]
        if sys.version_info < (3, 11):
            # Lists that grew leave blocks behind which may be in use again.
            assert found.unexplained == 1
            return
        assert (names, found.unexplained, found.is_leaked) == ([], 1, True)
    finally:
        give_back(target)
    assert len(held) == 11


def test_other_graphs_are_left_out():
    target = in_fresh_memory(Target)
    graphs = [refcycle.snapshot(), refcycle.ObjectGraph([[], target, []])]
    assert target in graphs[1]
    graph = refcycle.snapshot()
    assert kinds(graph.find_in_memory(target)) == []
    assert len(graphs) == 2


def test_what_is_newer_than_the_graph_is_a_holder():
    target = in_fresh_memory(Target)
    graph = refcycle.snapshot()
    newer = (1, target)
    (place,) = graph.find_in_memory(target)
    assert type(place) is MemoryPlace
    assert (place.kind, place.name) == ("field", "object of type tuple, which is not in the graph")
    assert repr(place) == f"<MemoryPlace: {place.name}>"
    assert place.address == id(newer) + tuple.__basicsize__ + tuple.__itemsize__


def test_the_result():
    target = in_fresh_memory(Target)
    found = refcycle.snapshot().find_in_memory(target)
    assert type(found) is PlacesInMemory
    assert found.places == tuple(found) == ()
    assert repr(found) == (
        "<PlacesInMemory: object test_memory_search.Target: all references are explained; "
        "no other pointer to it exists>"
    )
    assert json.loads(json.dumps(found.to_dict())) == {
        "object": "object test_memory_search.Target",
        "unexplained": 0,
        "is_leaked": False,
        "has_changed": False,
        "places": [],
    }


def test_only_vertices_are_searched():
    with pytest.raises(KeyError):
        refcycle.snapshot().find_in_memory(Target())


def test_a_graph_from_a_file_is_not_searched(tmp_path):
    target = in_fresh_memory(Target)
    refcycle.ObjectGraph([target]).save(tmp_path / "heap.refcycle")
    loaded = refcycle.load(tmp_path / "heap.refcycle")
    with pytest.raises(ValueError, match="^this graph is from a file: "):
        loaded.find_in_memory(loaded.at(id(target)))


def test_pointers_in_a_mapping_of_which_little_is_used():
    target = in_fresh_memory(Target)
    size, no_reserve = 1 << 38, 0x4000
    try:
        memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | no_reserve)
    except (OSError, OverflowError):
        pytest.skip("the system does not reserve so much memory")
    word = id(target).to_bytes(8, sys.byteorder)
    places = [0, size // 2 + 4096, size - 8]
    for place in places:
        memory[place : place + 8] = word
    del word
    graph = refcycle.snapshot()
    found = [place.address for place in graph.find_in_memory(target) if place.kind == "mapped"]
    assert [place - found[0] for place in found] == places
    memory.close()
    assert kinds(graph.find_in_memory(target)) == []


def test_searching_leaves_nothing():
    target = in_fresh_memory(Target)
    graph = refcycle.snapshot()
    graph.find_in_memory(target)
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(3):
        graph.find_in_memory(target)
    gc.collect()
    assert len(gc.get_objects()) <= before


def test_a_dump_names_c_variables(holders, tmp_path):
    target = type("Dumped", (), {})()
    holders.in_a_variable(target)
    path = tmp_path / "heap.refcycle"
    try:
        refcycle.snapshot().save(path)
    finally:
        holders.in_a_variable(None)
    loaded = refcycle.load(path)
    (saved,) = loaded.find_by_typename("Dumped")
    root = root_of(loaded, saved)
    assert root.holders == ("C variable kept_in_a_variable in c_holders.so",)
    assert root.holders[0] in str(loaded.why(saved))
