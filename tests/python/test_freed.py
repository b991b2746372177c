"""What deletion frees: `refcycle.size`, retained sizes of many kinds, weak containers, caches."""

import abc
import collections
import contextvars
import ctypes
import dataclasses
import enum
import functools
import gc
import io
import itertools
import pickle
import sys
import threading
import time
import tracemalloc
import weakref
import zlib

import pytest
from helpers.processes import run_json

import refcycle

V = sys.version_info


class Node:
    def __init__(self, *others):
        self.others = list(others)


class Slots:
    __slots__ = ("__weakref__", "first", "second")

    def __init__(self):
        self.first = bytes(1000)
        self.second = [bytes(500)]


class Key:
    pass


def linked(count):
    first = last = Node()
    for _ in range(count):
        node = Node(last)
        last.others.append(node)
        last = node
    return first


def cached():
    @functools.lru_cache(maxsize=200)
    def compute(number):
        return [number, bytes(100)]

    for number in range(1000, 1500):
        compute(number)
    return compute


def unbounded():
    @functools.cache
    def compute(number):
        return [number, bytes(100)]

    for number in range(1000, 1300):
        compute(number)
    return compute


def suspended():
    def generate():
        data = [bytes(1000) for _ in range(20)]
        yield data

    generator = generate()
    next(generator)
    return generator


def closure():
    data = [str(number) * 50 for number in range(100)]
    return lambda: data


def written():
    stream = io.StringIO()
    stream.write("x" * 50_000)
    stream.seek(0)
    stream.read(1)
    return stream


def counted():
    counter = collections.Counter(str(number) for number in range(500))
    return counter


def context():
    variables = [contextvars.ContextVar(f"variable {n}") for n in range(50)]
    made = contextvars.Context()
    made.run(lambda: [variable.set(bytes(300)) for variable in variables])
    return made


def copied():
    first, second = itertools.tee([bytes(100) for _ in range(300)].__iter__())
    for _ in first:
        pass
    return second


def data_class():
    @dataclasses.dataclass
    class Data:
        first: int = 1
        second: str = "text"

    return Data


def compiled():
    scope = {}
    exec("def function(a, b=3):\n    c = [d for d in range(3)]\n    return a + b + len(c)", scope)
    return scope["function"].__code__


def text_stream(*, wrote=False, read=False):
    stream = io.TextIOWrapper(io.BytesIO(b"line\n" * 100), encoding="utf-8")
    if wrote:
        stream.write("text" * 20)
    if read:
        stream.readline()
    return stream


def unpickled():
    made = pickle.Unpickler(io.BytesIO(pickle.dumps([str(n) * 3 for n in range(300)])))
    made.load()
    return made


def in_weak_container(kind):
    key = Key()
    if kind == "set":
        WEAK_SET.add(key)
    elif kind == "values":
        WEAK_VALUES["a key " + str(id(key))] = key
    else:
        WEAK_KEYS[key] = "a value " + str(id(key))
    return key


def abstract_class():
    class Abstract(abc.ABC):
        @abc.abstractmethod
        def method(self):
            pass

    isinstance([], Abstract)
    return Abstract


WEAK_SET = weakref.WeakSet()
WEAK_VALUES = weakref.WeakValueDictionary()
WEAK_KEYS = weakref.WeakKeyDictionary()
NUMBERS = ctypes.c_int * 5000
ctypes.POINTER(NUMBERS)

MAKERS = {
    "list": lambda: [bytes(100) for _ in range(100)],
    "tuple": lambda: tuple(bytes(100) for _ in range(100)),
    "dict": lambda: {f"key {n}": [n + 1000] for n in range(200)},
    "set": lambda: {f"element {n}" for n in range(200)},
    "frozenset": lambda: frozenset(f"element {n}" for n in range(200)),
    "bytes": lambda: bytes(10_000),
    "bytearray": lambda: bytearray(10_000),
    "str": lambda: "t\xe9xt" * (1000 + len(MAKERS)),
    "int": lambda: 10**5000,
    "deque": lambda: collections.deque(bytes(50) for _ in range(500)),
    "limited deque": lambda: collections.deque((bytes(50) for _ in range(500)), maxlen=50),
    "OrderedDict": lambda: collections.OrderedDict((n + 1000, bytes(50)) for n in range(200)),
    "defaultdict": lambda: collections.defaultdict(list, {n + 1000: [n] for n in range(200)}),
    "Counter": counted,
    "instance": lambda: Node(*(Node(bytes(100)) for _ in range(100))),
    "cycle": lambda: linked(100),
    "slots": lambda: [Slots() for _ in range(20)],
    "closure": closure,
    "generator": suspended,
    "partial": lambda: functools.partial(print, *(bytes(100) for _ in range(50))),
    "method": lambda: Node(*(bytes(100) for _ in range(50))).others.append,
    "cache": cached,
    "unbounded cache": unbounded,
    "BytesIO": lambda: io.BytesIO(bytes(20_000)),
    "StringIO": lambda: io.StringIO("x" * 10_000),
    "written StringIO": written,
    "ctypes": lambda: (ctypes.c_char * 50_000)(),
    "pointer of ctypes": lambda: ctypes.pointer(NUMBERS()),
    "compressor": zlib.compressobj,
    "context": context,
    "tee": copied,
    "nested": lambda: [{"a": [(str(n) * 20, {n + 1000})]} for n in range(100)],
    "exception": lambda: ValueError(bytes(5000), [bytes(100)] * 3),
    "memoryview": lambda: memoryview(bytearray(20_000)),
    "namespace": lambda: type(sys.implementation)(**{f"a{n}": bytes(100) for n in range(50)}),
    "class": lambda: type("Class", (), {}),
    "class with slots": lambda: type("Class", (), {"__slots__": ("first", "second")}),
    "class of a list": lambda: type("Class", (list,), {}),
    "class of classes": lambda: type("Class", (type,), {}),
    "class of two": lambda: type("Class", (Node, Slots), {}),
    "abstract class": abstract_class,
    "enum": lambda: enum.Enum("Enum", "FIRST SECOND THIRD"),
    "data class": data_class,
    "named tuple": lambda: collections.namedtuple("Named", "first second third"),
    "text stream": text_stream,
    "written text stream": lambda: text_stream(wrote=True),
    "read text stream": lambda: text_stream(read=True),
    "thread": lambda: threading.Thread(target=print),
    "event": threading.Event,
    "in a set": lambda: in_weak_container("set"),
    "in values": lambda: in_weak_container("values"),
    "in keys": lambda: in_weak_container("keys"),
}
if V >= (3, 11):
    # Before that, code that has run keeps a frame.
    MAKERS["code"] = compiled
if V[:2] in {(3, 11), (3, 12), (3, 14)}:
    # Before 3.11 it hides its memo; on the others its input is not read.
    MAKERS["unpickler"] = unpickled


def freed(kept):
    """Release the only item, and return the bytes that were freed."""
    gc.collect()
    before = tracemalloc.get_traced_memory()[0]
    kept[0] = None
    gc.collect()
    return before - tracemalloc.get_traced_memory()[0]


@pytest.fixture
def tracing():
    gc.collect()
    tracemalloc.start()
    yield
    tracemalloc.stop()


# Up to 3.10, lists of free objects and frames that code keeps are freed with other objects.
UNSURE = {
    "deque",
    "limited deque",
    "generator",
    "thread",
    "event",
    "in a set",
    "in values",
    "in keys",
}


@pytest.mark.parametrize("name", [*MAKERS] if V >= (3, 11) else [*MAKERS.keys() - UNSURE])
def test_as_deletion(name, tracing):
    others = [MAKERS[name]() for _ in range(2)]
    kept = [MAKERS[name]()]
    gc.collect()
    gc.disable()
    try:
        expected = refcycle.size(kept[0])
        in_snapshot = refcycle.snapshot(untracked=True).retained_size(kept[0])
    finally:
        gc.enable()
    assert in_snapshot == expected
    real = freed(kept)
    assert abs(real - expected) <= 0.015 * real + 50
    assert len(others) == 2


class TestOwnGraphs:
    """refcycle's own graphs hold only what nothing else holds."""

    @pytest.mark.parametrize("untracked", [False, True])
    def test_a_kept_snapshot_holds_nothing_that_others_hold(self, untracked):
        data = linked(50)
        before = refcycle.size(data)
        kept = refcycle.snapshot(untracked=untracked)
        assert refcycle.size(data) == before
        graph = refcycle.snapshot(untracked=True)
        assert graph.retained_size(data) == before
        owner = data if V >= (3, 11) else data.__dict__
        assert graph.immediate_dominator(data.others) is owner
        assert data in kept

    def test_a_part_of_a_graph_and_a_graph_in_a_cycle_hold_nothing(self):
        data = linked(50)
        before = refcycle.size(data)
        part = refcycle.objects_reachable_from(data)
        part.itself = refcycle.ObjectGraph([data, data.others])
        part.itself.whole = part
        del part
        assert refcycle.size(data) == before
        assert refcycle.snapshot(untracked=True).retained_size(data) == before
        gc.collect()

    def test_a_kept_snapshot_holds_what_nothing_else_holds(self):
        data = linked(50)
        before = refcycle.size(data)
        kept = refcycle.ObjectGraph([data])
        address = id(data)
        del data
        graph = refcycle.snapshot(untracked=True)
        [data] = [obj for obj in graph if id(obj) == address]
        assert graph.immediate_dominator(data) is kept
        assert graph.retained_size(kept) >= graph.retained_size(data) == before

    def test_groups_of_why_do_not_count_it_either(self):
        data = [Slots() for _ in range(20)]
        kept = refcycle.snapshot(untracked=True)
        found = refcycle.snapshot(untracked=True).why_all(data)
        assert sum(group.retained_size for group in found.groups) > 20 * 1500
        assert data in kept

    def test_a_list_of_graphs_is_no_graph(self):
        data = linked(50)
        before = refcycle.size(data)
        holder = [data, refcycle.ObjectGraph([data])]
        # One reference more than that of the variable, which does not count.
        assert refcycle.size(data) == before
        assert refcycle.snapshot(untracked=True).retained_size(holder) < 1000


class TestSize:
    def test_what_others_hold_is_not_counted(self):
        shared = bytes(10_000)
        data = [shared, bytes(100)]
        assert 100 < refcycle.size(data) < 1000
        alone = [bytes(10_000), bytes(100)]
        assert refcycle.size(alone) > 10_000

    def test_several_objects_count_together(self):
        shared = [bytes(10_000)]
        first, second = [shared], [shared]
        del shared
        assert refcycle.size(first) < 1000 and refcycle.size(second) < 1000
        assert refcycle.size(first, second) > 10_000
        assert refcycle.size(first, first) == refcycle.size(first)

    def test_an_object_counts_although_others_hold_it(self):
        data = [bytes(1000)]
        holders = [data, [data]]
        assert refcycle.size(data) > 1000
        assert len(holders) == 2

    @pytest.mark.parametrize("obj", [None, True, 5, "text", b"", (), [], {}, int, len, sys])
    def test_small_and_shared_objects(self, obj):
        assert refcycle.size(obj) >= refcycle.ObjectGraph([obj]).shallow_size(obj)

    def test_temporary_objects(self):
        assert (
            refcycle.size("x" * 10_000) == refcycle.ObjectGraph(["x" * 10_000]).shallow_sizes()[0]
        )
        assert refcycle.size(("x" * 10_000, bytes(5000))) > 15_000
        assert refcycle.size({"key" * len(MAKERS): 1}) > 3 * len(MAKERS)

    def test_cycles_are_one(self):
        first, second = Node(bytes(5000)), Node(bytes(7000))
        first.others.append(second)
        second.others.append(first)
        both = refcycle.size(first, second)
        assert both > 12_000
        del second
        assert refcycle.size(first) == both

    def test_as_in_a_snapshot(self):
        kept = linked(50)
        assert refcycle.size(kept) == refcycle.snapshot(untracked=True).retained_size(kept)

    def test_no_code_of_the_objects_runs(self):
        class Hostile:
            def __getattribute__(self, name):
                raise AssertionError

            def __sizeof__(self):
                raise AssertionError

            def __len__(self):
                raise AssertionError

            def __hash__(self):
                raise AssertionError

            def __eq__(self, other):
                raise AssertionError

        assert 0 < refcycle.size(Hostile()) < 100_000

    def test_bad_input(self):
        with pytest.raises(TypeError, match="size"):
            refcycle.size()
        with pytest.raises(TypeError):
            refcycle.size(obj=[])

    def test_nothing_stays(self):
        data = [bytes(100)]
        before = sys.getrefcount(data), sys.getrefcount(data[0])
        refcycle.size(data)
        assert (sys.getrefcount(data), sys.getrefcount(data[0])) == before

    def test_plain_data_does_not_take_a_snapshot(self):
        def least_time(call):
            def once():
                start = time.process_time()
                call()
                return time.process_time() - start

            return min(once() for _ in range(5))

        data = [str(number) for number in range(10)]
        whole = least_time(lambda: refcycle.snapshot(untracked=True))
        # Some microseconds, and tens of milliseconds.
        assert least_time(lambda: refcycle.size(data)) < 0.2 * whole


class TestWeakContainers:
    def test_the_key_retains_the_value(self):
        table = weakref.WeakKeyDictionary()
        key, other = Key(), Key()
        table[key] = [bytes(10_000)]
        table[other] = [bytes(20_000)]
        graph = refcycle.snapshot(untracked=True)
        assert 10_000 < graph.retained_size(key) < 11_000
        assert 20_000 < graph.retained_size(other) < 21_000
        assert graph.retained_size(table) < 5000
        assert graph.immediate_dominator(table[key]) is key

    def test_a_value_that_others_hold_is_theirs(self):
        table = weakref.WeakKeyDictionary()
        key = Key()
        table[key] = value = [bytes(10_000)]
        holder = [value]
        graph = refcycle.snapshot(untracked=True)
        assert graph.retained_size(key) < 1000
        assert graph.retained_size(table) < 5000
        assert len(holder) == 1

    def test_a_value_that_holds_its_key_belongs_to_the_table(self):
        table = weakref.WeakKeyDictionary()

        def fill():
            key = Key()
            table[key] = [key, bytes(10_000)]

        fill()
        graph = refcycle.snapshot(untracked=True)
        [(key, value)] = table.items()
        assert graph.retained_size(table) > 10_000
        assert graph.immediate_dominator(key) is value

    def test_a_chain_of_entries(self):
        table = weakref.WeakKeyDictionary()
        first = Key()
        second = Key()
        table[first] = second
        table[second] = bytes(10_000)
        del second
        graph = refcycle.snapshot(untracked=True)
        assert graph.retained_size(first) > 10_000

    def test_why_still_tells_the_dictionary(self):
        table = weakref.WeakKeyDictionary()
        key = Key()
        table[key] = value = Node()
        graph = refcycle.snapshot()
        assert any(
            value in graph.children(obj) for obj in graph.parents(value) if type(obj) is dict
        )
        del value
        answer = str(refcycle.why(table[key]))
        assert "WeakKeyDictionary" in answer or "table" in answer

    def test_entries_of_a_set_count_for_it_and_for_their_objects(self):
        alone, keys = Key(), [Key() for _ in range(100)]
        references, values = weakref.WeakSet(keys), weakref.WeakValueDictionary()
        for number, key in enumerate(keys):
            values[f"a key of some length {number}"] = key
        graph = refcycle.snapshot(untracked=True)
        for container in (references, values):
            real = graph.retained_size(container)
            assert real == refcycle.size(container) > 100 * sys.getsizeof(weakref.ref(alone))
        assert graph.retained_size(keys[0]) == refcycle.size(keys[0])
        assert graph.retained_size(keys) == refcycle.size(keys)
        more = refcycle.size(keys[0]) - refcycle.size(alone)
        assert more > 2 * sys.getsizeof(weakref.ref(alone))

    def test_a_file_says_it_too(self, tmp_path):
        table, key = weakref.WeakKeyDictionary(), Key()
        table[key] = [bytes(10_000)]
        cls = type("Class", (Node,), {})
        graph = refcycle.snapshot(untracked=True)
        graph.save(tmp_path / "heap.refcycle")
        for name in ("heap.refcycle", "again.refcycle"):
            loaded = refcycle.load(tmp_path / name)
            saved = {obj.address: obj for obj in loaded}
            for obj in (key, table, cls):
                assert loaded.retained_size(saved[id(obj)]) == graph.retained_size(obj)
            loaded.save(tmp_path / "again.refcycle")
        assert 10_000 < graph.retained_size(key) < 11_000

    def test_a_class_of_the_same_name_is_another(self):
        class WeakKeyDictionary:
            def __init__(self):
                self.data = {}

        table = WeakKeyDictionary()
        key = Key()
        table.data[weakref.ref(key)] = [bytes(10_000)]
        graph = refcycle.snapshot(untracked=True)
        assert graph.retained_size(key) < 1000
        assert graph.retained_size(table) > 10_000

    def test_size_follows_where_the_table_can_be_reached(self):
        table = weakref.WeakKeyDictionary()
        key = Key()
        key.table = table
        table[key] = [bytes(10_000)]
        assert refcycle.size(key) > 10_000


class TestCaches:
    def test_links_have_known_holders(self):
        compute = cached()
        graph = refcycle.snapshot(untracked=True)
        links = [obj for obj in graph if type(obj).__name__ == "_lru_list_elem"]
        own = [link for link in links if compute in graph.parents(link)]
        assert len(own) == 200
        assert {graph.external_references(link) for link in own} == {0}
        assert all(len(graph.parents(link)) == 2 for link in own)

    def test_counts_of_keys_and_results(self):
        compute = cached()
        result = compute(1499)
        graph = refcycle.snapshot(untracked=True)
        assert graph.external_references(result) == 0
        assert [type(obj).__name__ for obj in graph.parents(result)].count("_lru_list_elem") == 1
        assert compute not in graph.parents(result)

    def test_names_lead_from_the_cache_to_the_value(self):
        compute = cached()
        result = compute(1499)
        graph = refcycle.snapshot(untracked=True)
        [link] = [o for o in graph.parents(result) if type(o).__name__ == "_lru_list_elem"]
        [cache] = [o for o in graph.parents(link) if type(o) is dict]
        part = graph.full_subgraph([compute, cache, link, result]).annotated()
        names = {edge.annotation for edge in part.edges}
        assert {"cache", "value[1499]", "result"} <= names

    def test_links_are_no_suspects(self):
        found = run_json("""
            import functools, json, refcycle

            @functools.lru_cache(maxsize=1000)
            def compute(number):
                return [number, bytes(100)]

            for number in range(1000, 3000):
                compute(number)
            graph = refcycle.snapshot(untracked=True)
            print(json.dumps([
                [suspect.type_name for suspect in graph.leak_suspects(0.0001)],
                graph.retained_size(compute) > 250_000,
            ]))
        """)
        assert "_lru_list_elem" not in found[0]
        assert found[1]

    def test_without_strings_the_function_shows_the_results(self):
        compute = cached()
        result = compute(1499)
        graph = refcycle.snapshot()
        assert compute in graph.parents(result)
