"""Assertions that a block creates no cyclic garbage, and that an object is freed."""

import gc
import sys
import tracemalloc
import unittest
import weakref

import helpers.hostile_private  # noqa: F401 (its objects are among HOSTILE)
import pytest
from helpers.hostile import HOSTILE, watched

import refcycle
from refcycle.testing import RefcycleMixin


class Node:
    pass


def make_pair():
    one, other = Node(), Node()
    one.child, other.parent = other, one


PAIR = f"{__name__}.Node.child -> {__name__}.Node.parent"
MESSAGE = f"""garbage left behind: {PAIR}   (2 objects)
    to cut it: make `Node.parent` a weak reference"""


@pytest.fixture(params=[True, False], ids=["collector on", "collector off"])
def collector(request):
    (gc.enable if request.param else gc.disable)()
    yield request.param
    assert gc.isenabled() == request.param
    gc.enable()


def failure(function, *args, **options):
    with pytest.raises(AssertionError) as caught:
        function(*args, **options)
    return str(caught.value)


def test_a_block_without_cycles_passes(collector):
    with refcycle.assert_no_cycles():
        Node().child = [Node()]
    assert refcycle.assert_no_cycles(lambda: 7) == 7


def test_a_block_with_a_cycle_fails(collector):
    def block():
        with refcycle.assert_no_cycles():
            make_pair()

    # On 3.10, the objects have dicts.
    message = failure(block)
    assert message.replace("(4 objects)", "(2 objects)") == MESSAGE
    assert failure(refcycle.assert_no_cycles, make_pair) == message


def test_as_a_decorator():
    @refcycle.assert_no_cycles(allow=PAIR)
    def allowed():
        make_pair()
        return 5

    assert (allowed(), allowed()) == (5, 5)


def test_cycles_of_one_kind_are_counted():
    def many():
        for _ in range(40):
            make_pair()

    message = failure(refcycle.assert_no_cycles, many)
    assert message.startswith("garbage left behind: ")
    assert "objects, 40 times)" in message


def test_of_many_kinds_some_are_shown():
    def many():
        for number in range(8):
            cls = type(f"N{number}", (), {})
            obj = cls()
            obj.itself = obj

    message = failure(refcycle.assert_no_cycles, many)
    # Each class is a cycle too.
    assert message.startswith("garbage left behind: ")
    assert message.endswith("\nand 11 other kinds of cycle")


def test_what_is_allowed():
    refcycle.assert_no_cycles(make_pair, allow=[PAIR])
    refcycle.assert_no_cycles(make_pair, allow=PAIR)
    assert PAIR in failure(refcycle.assert_no_cycles, make_pair, allow=["other", PAIR[1:]])


def test_older_garbage_does_not_count_and_is_not_collected(clean_heap):
    ended = []
    node = Node()
    node.itself = node
    weakref.finalize(node, ended.append, "node")
    del node
    with refcycle.assert_no_cycles():
        pass
    assert ended == []
    assert len(refcycle.garbage_preview().find_by_typename("Node")) == 1
    gc.collect()
    assert ended == ["node"]


def test_a_block_within_another():
    def outer():
        with refcycle.assert_no_cycles():
            make_pair()
            with refcycle.assert_no_cycles():
                pass

    assert PAIR in failure(outer)


def test_a_cycle_through_the_result_counts(collector):
    class Owner:
        def __init__(self):
            self.child = Node()
            self.child.itself = self

    # On 3.10, the objects have dicts.
    message = failure(refcycle.assert_no_cycles, Owner)
    assert message.startswith("garbage left behind: ")
    assert "Owner.child" in message
    kept = []

    def keep():
        kept.append(Owner())
        return kept[0]

    assert refcycle.assert_no_cycles(keep) is kept[0]
    made = refcycle.assert_no_cycles(lambda: [Node()])
    assert [type(node) for node in made] == [Node]
    other = []
    assert sys.getrefcount(made) == sys.getrefcount(other)


@pytest.mark.parametrize("allow", [None, 3, [1], ["x", None], b"x"])
def test_what_is_no_signature(allow):
    message = "allow is .*: it must be a list of signatures"
    with pytest.raises(TypeError, match=message):
        refcycle.assert_no_cycles(allow=allow)
    with pytest.raises(TypeError, match=message):
        refcycle.watch(allow=allow)
    snapshot = refcycle.snapshot()
    with pytest.raises(TypeError, match=message):
        refcycle.diff(snapshot, snapshot, allow=allow)


@pytest.mark.parametrize(("allow", "what"), [(3, "of type int"), ([1], r"\[1\]")])
def test_the_text_for_what_is_no_signature(allow, what):
    with pytest.raises(TypeError, match=f"^allow is {what}: it must be a list of signatures"):
        refcycle.watch(allow=allow)


def test_what_is_still_held_is_no_garbage():
    kept = []

    def keep():
        node = Node()
        node.itself = node
        kept.append(node)
        return node

    assert refcycle.assert_no_cycles(keep) is kept[0]


def test_what_the_block_raises_is_passed_on(collector):
    def block():
        make_pair()
        raise KeyError("its own")

    with pytest.raises(KeyError, match="its own"):
        refcycle.assert_no_cycles(block)


def test_where_it_was_allocated():
    class Slotted:
        # Up to 3.11, tracemalloc does not find objects that can have a dict.
        __slots__ = ("itself",)

    def careless():
        slotted = Slotted()
        slotted.itself = slotted

    tracemalloc.start()
    try:
        message = failure(refcycle.assert_no_cycles, careless)
    finally:
        tracemalloc.stop()
    assert f"allocated at {__file__}:{careless.__code__.co_firstlineno + 1}" in message


def test_the_message_holds_no_object():
    with pytest.raises(AssertionError) as caught:
        refcycle.assert_no_cycles(make_pair)
    gc.collect()
    assert [obj for obj in gc.get_objects() if type(obj) is Node] == []
    assert caught.value.args[0].startswith("garbage left behind: ")


@pytest.mark.parametrize("name", HOSTILE)
def test_no_code_runs(name):
    made = [HOSTILE[name]()]

    def block():
        holder = [made.pop()]
        holder.append(holder)

    with watched() as touched:
        message = failure(refcycle.assert_no_cycles, block)
    assert touched == []
    assert "list[*]" in message


def test_freed_objects_pass():
    node = Node()
    reference = weakref.ref(node)
    del node
    refcycle.assert_freed(reference)
    refcycle.assert_freed(Node, reference, lambda: [Node(), Node()])
    with refcycle.assert_freed() as watch:
        node = watch(Node())
        del node
    with refcycle.assert_freed():
        pass


def test_a_cycle_is_freed_by_a_collection_only():
    def pair():
        one, other = Node(), Node()
        one.child, other.parent = other, one
        return one

    refcycle.assert_freed(pair)
    gc.disable()
    message = failure(refcycle.assert_freed, pair, collect=False)
    assert message.startswith(
        "Node waits for the collector, because only cycles hold it; garbage left behind: "
    )
    assert PAIR in message


REGISTRY = []


def test_what_holds_the_object_is_shown():
    def make():
        node = Node()
        REGISTRY.append(node)
        return node

    try:
        message = failure(refcycle.assert_freed, make)
    finally:
        REGISTRY.clear()
    first, second, *_ = message.splitlines()
    held = f"module {__name__}.REGISTRY -> list[*] -> {__name__}.Node"
    assert first == f"Node is not freed: {held}"
    assert "Node" in second
    assert ".REGISTRY \u2192 list (1 item)" in message
    assert "[0] \u2192 this object" in message


def test_a_variable_that_was_not_deleted_is_shown():
    def block():
        with refcycle.assert_freed() as watch:
            forgotten = watch(Node())
            assert forgotten

    assert "local 'forgotten'" in failure(block)


def test_an_object_that_the_collector_does_not_track():
    class Slotted:
        __slots__ = ("__weakref__",)

    kept = []

    def make():
        kept.append(Slotted())
        return kept[0]

    message = failure(refcycle.assert_freed, make)
    assert "\u2192 list (1 item)" in message and "[0] \u2192 this object" in message


def test_what_cannot_be_watched():
    with pytest.raises(TypeError, match="would keep this object of type Node alive"):
        refcycle.assert_freed(Node())
    with pytest.raises(TypeError, match="of type int cannot have weak references"):
        refcycle.assert_freed(lambda: 7)
    with pytest.raises(TypeError, match="of type NoneType cannot have weak references"):
        refcycle.assert_freed(lambda: None)
    with refcycle.assert_freed() as watch, pytest.raises(TypeError, match="of type dict"):
        watch({})


def test_the_block_of_assert_freed_passes_on_what_it_raises():
    with pytest.raises(KeyError), refcycle.assert_freed() as watch:
        kept = watch(Node())
        raise KeyError(kept is not None)


def test_the_mixin():
    class Tests(RefcycleMixin, unittest.TestCase):
        refcycle_allow = (PAIR,)

        def test_allowed(self):
            with self.assertNoCycles():
                make_pair()

        def test_other(self):
            with self.assertNoCycles(allow="x"):
                node = Node()
                node.itself = node
                del node

        def test_freed(self):
            self.assertFreed(Node)
            kept = Node()
            self.assertFreed(lambda: kept)

    results = {name: unittest.TestResult() for name in ("allowed", "other", "freed")}
    for name, result in results.items():
        Tests(f"test_{name}").run(result)
    assert results["allowed"].wasSuccessful()
    assert "Node.itself" in results["other"].failures[0][1]
    assert "Node is not freed" in results["freed"].failures[0][1]


def shown_frames(error):
    """The functions in a traceback as pytest shows it, the outermost first."""
    names = []
    traceback = error.__traceback__
    while traceback is not None:
        if not traceback.tb_frame.f_locals.get("__tracebackhide__"):
            names.append(traceback.tb_frame.f_code.co_name)
        traceback = traceback.tb_next
    return names


def test_a_traceback_of_pytest_ends_in_the_test():
    def cycle():
        with refcycle.assert_no_cycles():
            make_pair()

    def call():
        refcycle.assert_no_cycles(make_pair)

    def freed():
        refcycle.assert_freed(lambda: REGISTRY[0])

    def block():
        with refcycle.assert_freed() as watch:
            watch(REGISTRY[0])

    REGISTRY.append(Node())
    try:
        for function in (cycle, call, freed, block):
            with pytest.raises(AssertionError) as caught:
                function()
            assert shown_frames(caught.value)[1:] == [function.__name__]
    finally:
        REGISTRY.clear()
