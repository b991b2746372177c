"""Garbage found without a collection: the same objects as a collection finds."""

import asyncio
import functools
import gc
import random
import sys
import types
import weakref

import pytest

import refcycle
from refcycle import ObjectGraph

FROM_3_11 = sys.version_info >= (3, 11)


class Node:
    def __init__(self, *parts):
        self.parts = parts
        self.own = self

    def method(self):
        pass


class Quiet:
    """Reports when it is finalized."""

    finalized = []

    def __init__(self, name):
        self.name = name
        self.own = self

    def __del__(self):
        self.finalized.append(self.name)


CASES = {}
CALLED = []


def case(function):
    CASES[function.__name__] = function
    return function


@case
def nothing():
    pass


@case
def a_list_in_itself():
    one = []
    one.append(one)


@case
def an_instance():
    Node()


@case
def a_ring_of_instances():
    nodes = [Node() for _ in range(50)]
    for number, node in enumerate(nodes):
        node.next = nodes[number - 1]


@case
def what_hangs_on_a_cycle():
    Node([[], {}, (Node(), {1: [1]})], {"key": [[]]})


@case
def a_touched_dict():
    node = Node([])
    node.__dict__["more"] = [node]


@case
def a_replaced_dict():
    node = Node([])
    node.__dict__ = {"own": node}


@case
def slots():
    cls = type("Slots", (), {"__slots__": ("own",)})
    obj = cls()
    obj.own = obj


@case
def a_closure():
    def recursive():
        return recursive

    Node(recursive)


@case
def a_class():
    class Local:
        def method(self):
            return __class__

    Local().method()


@case
def classes_below_each_other():
    class Meta(type):
        pass

    class Base(metaclass=Meta):
        pass

    class Lower(Base):
        pass

    Base.lower = Lower


def of_subclass(base, *arguments):
    obj = type("Sub", (base,), {})(*arguments)
    obj.own = obj
    obj.parts = [obj, []]


for kind, argument in [
    (list, [1]),
    (dict, {1: []}),
    (tuple, [[]]),
    (set, [1]),
    (int, 10**30),
    (str, "text"),
    (ValueError, []),
]:
    CASES[f"subclass_of_{kind.__name__}"] = functools.partial(of_subclass, kind, argument)


@case
def an_exception_with_a_traceback():
    try:
        raise ValueError
    except ValueError as error:
        Node(error)
        kept = error
        assert kept


@case
def exceptions_that_name_each_other():
    one, other = ValueError(), KeyError()
    one.__cause__, other.__context__ = other, one
    one.args = (one, [])


@case
def weak_references_with_callbacks():
    node = Node()
    node.reference = weakref.ref(node, CALLED.append)
    node.proxy = weakref.proxy(node, CALLED.append)


@case
def weak_mappings():
    node = Node()
    node.values = weakref.WeakValueDictionary(key=node)
    node.keys = weakref.WeakKeyDictionary({node: 1})
    node.set = weakref.WeakSet([node])


@case
def finalizers():
    Quiet("case").parts = [[], Node()]


@case
def a_cached_method():
    class Cached:
        @functools.lru_cache(maxsize=3)  # noqa: B019
        def method(self, number):
            return [self, number]

    obj = Cached()
    for number in range(5):
        obj.method(number)


@case
def a_partial():
    node = Node()
    node.call = functools.partial(node.method, node, key=node)


@case
def bound_methods():
    node = Node()
    node.method = node.method
    node.append = [node].append


@case
def iterators():
    node = Node()
    node.iterators = [iter([node]), map(node.method, [node]), enumerate(iter((node,)))]


@case
def a_property():
    node = Node()
    node.property = property(node.method)


@case
def cells():
    cell = types.CellType()
    cell.cell_contents = [cell]


@case
def modules():
    module = types.ModuleType("module")
    module.own = module


def found_by(find):
    found = [(type(obj).__name__, id(obj)) for obj in find()]
    return sorted(found)


@pytest.mark.parametrize("name", CASES)
def test_it_is_what_a_collection_finds(name, clean_heap):
    refcycle.garbage_preview()
    gc.collect()
    CASES[name]()
    preview = found_by(refcycle.garbage_preview)
    again = found_by(refcycle.garbage_preview)
    found = found_by(refcycle.garbage)
    assert preview == found
    assert again == preview
    assert (len(preview) > 0) == (name != "nothing")
    gc.collect()
    assert found_by(refcycle.garbage_preview) == []


def test_generators_that_a_collection_loses(clean_heap):
    """A collection closes them before it keeps the rest of the garbage: then they are freed."""

    def generate(box):
        own = box.pop()
        yield own

    def suspend():
        box = []
        generator = generate(box)
        box.append(generator)
        next(generator)

    for _ in range(19):
        suspend()
    preview = refcycle.garbage_preview().count_by_typename()
    found = refcycle.garbage().count_by_typename()
    frames = {} if FROM_3_11 else {"frame": 19}
    assert preview == {"generator": 19, "list": 19, **frames}
    assert found == {}


def test_frames_of_generators_that_a_collection_loses(clean_heap):
    def generate(node):
        yield node

    def suspend():
        node = Node()
        node.generator = generate(node)
        next(node.generator)

    for _ in range(19):
        suspend()
    preview = refcycle.garbage_preview().count_by_typename()
    found = refcycle.garbage().count_by_typename()
    assert preview["generator"] == found["generator"] == 19
    assert preview["Node"] == found["Node"] == 19
    assert preview - found == ({} if FROM_3_11 else {"frame": 19})
    assert found - preview == {}


def test_tasks_that_were_dropped(clean_heap):
    async def wait(future):
        await future

    async def main():
        loop = asyncio.get_running_loop()
        for _ in range(5):
            task = loop.create_task(wait(future := loop.create_future()))
            future.owner = task
        del task, future
        await asyncio.sleep(0)
        graph = refcycle.garbage_preview()
        counts = graph.count_by_typename()
        coroutines = {obj.__name__ for obj in graph if type(obj) is types.CoroutineType}
        return counts, coroutines

    loop = asyncio.new_event_loop()
    messages = []
    loop.set_exception_handler(lambda loop, context: messages.append(context["message"]))
    counts, coroutines = loop.run_until_complete(main())
    assert (counts["Task"], counts["Future"], counts["coroutine"]) == (5, 5, 5)
    assert coroutines == {"wait"} and messages == []
    gc.collect()
    assert messages == ["Task was destroyed but it is pending!"] * 5
    loop.close()


def test_it_is_a_graph_of_objects(clean_heap):
    one = ["one"]
    one.append([one])
    address = id(one)
    del one
    graph = refcycle.garbage_preview()
    assert type(graph) is ObjectGraph
    assert len(graph) == 2 and len(graph.edges) == 2
    assert [obj[0] for obj in graph if len(obj) == 2] == ["one"]
    assert address in map(id, graph)
    assert [len(part) for part in graph.strongly_connected_components()] == [2]


def test_nothing_runs_and_nothing_is_cleared(clean_heap):
    Quiet.finalized.clear()
    called = []
    node, quiet = Node(), Quiet("quiet")
    references = [weakref.ref(node, called.append), weakref.ref(quiet, called.append)]
    del node, quiet
    before = len(gc.get_objects())
    for _ in range(3):
        graph = refcycle.garbage_preview()
        assert len(graph.find_by_typename("Quiet")) == 1
        assert Quiet.finalized == [] and called == []
        assert [reference() is not None for reference in references] == [True, True]
        del graph
    assert abs(len(gc.get_objects()) - before) < 5
    assert gc.collect() >= 2
    assert Quiet.finalized == ["quiet"]
    assert len(called) == 2 and [reference() for reference in references] == [None, None]


def test_the_graph_keeps_it_alive(clean_heap):
    Node("kept")
    graph = refcycle.garbage_preview()
    assert len(refcycle.garbage_preview()) == 0  # The first graph refers to it.
    gc.collect()
    assert [obj.parts for obj in graph.find_by_typename("Node")] == [("kept",)]
    del graph
    assert len(refcycle.garbage_preview().find_by_typename("Node")) == 1


def test_what_lives_is_not_in_it(clean_heap):
    node = Node()
    holder = [Node() for _ in range(5)]
    assert len(refcycle.garbage_preview()) == 0
    address = id(holder[0])
    del holder[0], node
    found = refcycle.garbage_preview().find_by_typename("Node")
    assert len(found) == 2 and address in map(id, found)


def test_what_a_generator_that_runs_holds_is_not_in_it(clean_heap):
    def generate():
        node = Node()
        yield [], refcycle.garbage_preview()
        assert node

    stack, graph = next(generate())
    assert len(graph) == 0 and stack == []


def test_what_is_on_a_value_stack_is_not_in_it(clean_heap):
    node, graph = [Node(), refcycle.garbage_preview()]
    assert len(graph) == 0 and node.own is node


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_left_as_it_was(enabled):
    (gc.enable if enabled else gc.disable)()
    gc.set_threshold(601, 9, 8)
    gc.set_debug(gc.DEBUG_SAVEALL)
    refcycle.garbage_preview()
    assert gc.isenabled() is enabled
    assert gc.get_threshold()[:2] == (601, 9)
    assert gc.get_debug() == gc.DEBUG_SAVEALL
    assert gc.garbage == []


def mixed(rng, count):
    """Objects of many kinds that refer to each other at random, in a list."""
    made = []

    def some():
        return rng.choice(made) if made else None

    def closure():
        value = some()
        return lambda: value

    makers = [
        Node,
        lambda: Node(some(), some()),
        lambda: [some(), some()],
        lambda: {"key": some(), 1: some()},
        lambda: (some(), [some()]),
        lambda: type("Sub", (list,), {})([some()]),
        closure,
        lambda: functools.partial(print, some(), key=some()),
        lambda: Node().method,
        lambda: types.CellType(some()),
        lambda: iter([some()]),
        lambda: ValueError(some()),
        lambda: weakref.ref(Node(), print),
        lambda: slice(some(), some()),
        lambda: types.SimpleNamespace(part=some()),
    ]
    for _ in range(count):
        made.append(rng.choice(makers)())
    for obj in made:
        if isinstance(obj, Node):
            if rng.random() < 0.3:
                obj.__dict__["later"] = some()
            obj.other = some()
        elif isinstance(obj, list):
            obj.append(some())
        elif type(obj) is dict:
            obj["more"] = some()
    return made


@pytest.mark.parametrize("seed", range(60))
def test_of_random_objects_it_is_what_a_collection_finds(seed, clean_heap):
    rng = random.Random(seed)
    made = mixed(rng, 60 + seed * 5)
    kept = [obj for obj in made if rng.random() < (seed % 4) / 40]
    ids = {id(obj) for obj in made}
    living = {id(obj) for obj in refcycle.objects_reachable_from(kept)}
    del made
    graph = refcycle.garbage_preview()
    preview = sorted((type(obj).__name__, id(obj)) for obj in graph)
    own = {id(obj) for obj in graph} & ids
    del graph
    found = found_by(refcycle.garbage)
    assert preview == found
    assert own & living == set()
    assert len(own) > 5
    assert seed % 4 or not kept
