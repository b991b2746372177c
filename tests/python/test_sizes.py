"""Shallow sizes are the bytes that objects use."""

import array
import collections
import ctypes
import decimal
import doctest
import enum
import gc
import io
import itertools
import re
import sys
import time
import tracemalloc
import types
from pathlib import Path

import pytest
from helpers.hostile import TOUCHED, watched
from helpers.processes import run_json

import refcycle
from refcycle import ObjectGraph

HEAD = 16
WORD = 8


def size(obj):
    return ObjectGraph([obj]).shallow_size(obj)


class Plain:
    def __init__(self):
        self.first = self.second = self.third = None


class Slotted:
    __slots__ = ("first", "second")


class Weak:
    __slots__ = ("__weakref__", "first")


class List(list):
    __slots__ = ()


class ListWithDict(list):
    pass


class Dict(dict):
    __slots__ = ()


class Set(set):
    __slots__ = ()


class Deque(collections.deque):
    __slots__ = ()


class Tuple(tuple):
    __slots__ = ()


class Str(str):
    __slots__ = ()


class Bytes(bytes):
    __slots__ = ()


class Int(int):
    pass


class Float(float):
    __slots__ = ()


class Error(Exception):
    pass


class Colour(enum.Enum):
    RED = 1


Pair = collections.namedtuple("Pair", "first second")


def generate():
    yield


async def coroutine():
    pass


async def generate_later():
    yield


def frame():
    return sys._getframe()


def appended():
    items = []
    for _ in range(50):
        items.append(None)
    return items


def popped():
    items = appended()
    del items[3:]
    return items


AS_GETSIZEOF = {
    "None": None,
    "object": object(),
    "int": 2**40,
    "large int": -(2**900),
    "float": 1.5,
    "complex": 2j,
    "ASCII": "text",
    "Latin-1": "t\xe9xt",
    "2 bytes": "\u20ac",
    "4 bytes": "\U0001f600",
    "no text": "",
    "bytes": b"abc",
    "no bytes": b"",
    "bytearray": bytearray(b"x" * 100),
    "tuple": (1, 2, 3),
    "no tuple": (),
    "list": [1, 2, 3],
    "no list": [],
    "grown list": appended(),
    "shrunk list": popped(),
    "list subclass": List([1, 2]),
    "dict": {"first": 1},
    "dict of numbers": {1: 1},
    "dict of anything": {1: 1, "first": 2, None: 3},
    "no dict": {},
    "large dict": dict.fromkeys(range(10_000)),
    "huge dict": dict.fromkeys(range(100_000)),
    "dict subclass": Dict(first=1),
    "set": {1},
    "no set": set(),
    "large set": set(range(1000)),
    "frozenset": frozenset(range(10)),
    "set subclass": Set([1]),
    "deque": collections.deque(range(1000)),
    "deque subclass": Deque([1]),
    "OrderedDict": collections.OrderedDict(first=1, second=2),
    "defaultdict": collections.defaultdict(list, first=1),
    "array": array.array("i", range(100)),
    "Decimal": decimal.Decimal("1.5"),
    "memoryview": memoryview(b"abc"),
    "match": re.match("(a)", "a"),
    "product": itertools.product([1], [2]),
    "slots": Slotted(),
    "slots and weak references": Weak(),
    "exception": ValueError(1),
    "function": generate,
    "code": generate.__code__,
    "generator": generate(),
    "asynchronous generator": generate_later(),
    "frame": frame(),
    "cell": types.CellType(1),
    "method": [].append,
    "bound method": Plain().__init__,
    "module": sys,
    "namespace": types.SimpleNamespace(first=1),
    "property": property(),
    "slice": slice(1),
    "range": range(3),
    "keys": {}.keys(),
    "iterator": iter([]),
    "float subclass": Float(1),
}


@pytest.mark.parametrize("name", AS_GETSIZEOF)
def test_as_getsizeof(name):
    obj = AS_GETSIZEOF[name]
    assert size(obj) == sys.getsizeof(obj)


def test_a_coroutine():
    obj = coroutine()
    try:
        assert size(obj) == sys.getsizeof(obj)
    finally:
        obj.close()


def test_more_than_getsizeof_of_the_same_bytes():
    # CPython allocates the whole of a struct that ends with one digit.
    assert size(1000) == (32 if sys.version_info >= (3, 11) else 28)
    assert size(True) == size(1000)
    # And one item more than an instance of a Python class has.
    assert size(Tuple((1, 2))) == sys.getsizeof(Tuple((1, 2))) + WORD
    assert size(Pair(1, 2)) == sys.getsizeof(Pair(1, 2)) + WORD
    assert size(Bytes(b"abc")) >= sys.getsizeof(Bytes(b"abc")) + 1


PAIR = [None, None]
MAKERS = {
    "Slotted": Slotted,
    "Weak": Weak,
    "Tuple": lambda: Tuple((None, None)),
    "Pair": lambda: Pair(None, None),
    "Int": lambda: Int(5),
    "no Int": Int,
    "large Int": lambda: Int(2**70),
    "Str": lambda: Str("t\xe9xt"),
    "ASCII Str": lambda: Str("text"),
    "Bytes": lambda: Bytes(b"text"),
    "Float": lambda: Float(1),
    "List": lambda: List((None,)),
    "ListWithDict": ListWithDict,
    "Dict": lambda: Dict(first=None),
    "Set": lambda: Set((None,)),
    "Deque": lambda: Deque((None,)),
    "Error": Error,
    "object": object,
    "list": lambda: [None, None, None],
    "tuple": lambda: tuple(PAIR),
    "dict": lambda: {"first": None},
    "dict of anything": lambda: {None: None},
    "large dict": lambda: dict.fromkeys("abcdefghijkl"),
    "set": lambda: {None},
    "large set": lambda: set("abcdefghijkl"),
    "frozenset": lambda: frozenset("abcdefghijkl"),
    "ASCII": lambda: "text" * 3,
    "deque": lambda: collections.deque((None,)),
    "OrderedDict": lambda: collections.OrderedDict(first=None),
    "defaultdict": lambda: collections.defaultdict(list, first=None),
    "array": lambda: array.array("i", b"12345678"),
    "bytearray": lambda: bytearray(b"text"),
    "bytes": lambda: b"text" * WORD,
    "complex": lambda: complex(1),
    "function": lambda: lambda: None,
}
COUNT = 400

if sys.version_info >= (3, 11):
    # Before that, a dict is created with each instance.
    MAKERS["Plain"] = Plain


@pytest.mark.parametrize("name", MAKERS)
def test_as_tracemalloc(name):
    make = MAKERS[name]
    # Use up memory that was freed and kept for later.
    used = [make() for _ in range(COUNT)]
    made = [None] * COUNT
    numbers = list(range(COUNT))
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for number in numbers:
            made[number] = make()
        traced = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert len(used) == len(made)
    taken = sum(ObjectGraph(made).shallow_sizes())
    # One word each would be more.
    assert abs(taken - traced) < 2 * COUNT


needs_inline_values = pytest.mark.skipif(
    sys.version_info < (3, 11), reason="instances have a dict from the start"
)


@needs_inline_values
def test_attributes_that_an_instance_holds_itself():
    made = [Plain() for _ in range(100)]
    # One value more than there are names; a header and the order of insertion.
    values = 4 * WORD + (WORD if sys.version_info < (3, 13) else 2 * WORD)
    assert size(made[-1]) == sys.getsizeof(made[-1]) + values


@needs_inline_values
def test_attributes_are_counted_once():
    obj = [Plain() for _ in range(100)][-1]
    before = size(obj)
    attributes = vars(obj)
    own = sys.getsizeof({})
    assert size(obj) + size(attributes) == before + own
    if sys.version_info >= (3, 13):
        assert size(attributes) == own
    del obj
    gc.collect()
    assert size(attributes) >= own + 4 * WORD


def traced_by(make):
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        made = make()
        return made, tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()


@needs_inline_values
@pytest.mark.parametrize("earlier", [0, 1, 2, 15, 27, 35])
def test_the_first_instances_of_a_class(earlier):
    cls = type("Class", (), {})
    kept = [cls() for _ in range(earlier)]
    _, noise = traced_by(lambda: None)
    obj, traced = traced_by(cls)
    # The number of values decreases with each instance until it equals the number of names.
    assert size(obj) == traced - noise
    assert len(kept) == earlier


def test_a_table_of_names_counts_with_the_class():
    class Class:
        pass

    class WithSlots:
        __slots__ = ()

    Class().attribute = None
    shared = sys.getsizeof(Class) - sys.getsizeof(WithSlots)
    assert shared > 0
    assert size(Class) - size(WithSlots) == shared


def test_a_class_has_its_slots_and_its_documentation():
    class Class:
        __slots__ = ("first", "second")

    class Documented:
        """A string of twenty-four letters."""

        __slots__ = ("first", "second")

    assert size(Documented) - size(Class) == len(Documented.__doc__) + 1
    member = 40
    assert size(Class) == sys.getsizeof(type("", (), {"__slots__": ()})) + 3 * member


def test_builtin_types_are_not_of_the_heap():
    assert size(int) == size(object) == size(type)
    assert size(int) in (sys.getsizeof(int), sys.getsizeof(int) - HEAD)


def test_a_copy_in_utf8():
    text = "\u20ac" * 10
    before = size(text)
    ctypes.pythonapi.PyUnicode_AsUTF8(ctypes.py_object(text))
    assert size(text) == before + 31 == sys.getsizeof(text)


def test_struct_sequences_with_hidden_items():
    moment = time.gmtime(0)
    cls = type(moment)
    assert cls.n_fields > len(moment)
    assert size(moment) == HEAD + cls.__basicsize__ + cls.n_fields * WORD


def test_a_buffer_that_is_shown_counts_on_its_own():
    stream = io.BytesIO()
    stream.write(b"x" * 1000)
    parts = [stream, *(obj for obj in gc.get_referents(stream) if type(obj) is bytes)]
    assert 1000 < sum(ObjectGraph(parts).shallow_sizes()) < 1300


@pytest.mark.large_imports
def test_arrays_that_own_their_data():
    numpy = pytest.importorskip("numpy")
    owner = numpy.zeros(1000)
    assert size(owner) == sys.getsizeof(owner) > 8000
    assert size(owner[::2]) == sys.getsizeof(owner[::2]) < 1000


class Liar:
    __slots__ = ()

    def __sizeof__(self):
        raise AssertionError("was asked")


@pytest.mark.parametrize("base", [object, list, dict, int, collections.deque, io.StringIO, type])
def test_what_a_python_class_says_of_itself_is_not_asked(base):
    arguments = ("Made", (), {}) if base is type else ()
    honest = type("Honest", (base,), {"__slots__": ()})(*arguments)
    liar = type("Liar", (Liar, base), {"__slots__": ()})(*arguments)
    assert size(liar) == size(honest)
    assert list(ObjectGraph([liar]).shallow_sizes()) == [size(honest)]


def test_sizes_are_those_of_now():
    items = []
    graph = ObjectGraph([items])
    before = graph.shallow_size(items)
    items.extend(range(1000))
    assert graph.shallow_size(items) >= before + 1000 * WORD
    assert list(graph.shallow_sizes()) == [graph.shallow_size(items)]


def test_the_column_is_in_the_order_of_the_vertices():
    graph = refcycle.snapshot()
    sizes = graph.shallow_sizes()
    assert type(sizes) is array.array
    assert sizes.typecode == "Q"
    assert len(sizes) == len(graph)
    for obj, of_column in itertools.islice(zip(graph, sizes, strict=True), 0, None, 97):
        if type(obj) not in (types.FrameType, list, dict):
            assert graph.shallow_size(obj) == of_column


def test_an_empty_graph():
    assert ObjectGraph().shallow_sizes() == array.array("Q")


def test_no_vertex():
    graph = ObjectGraph([[]])
    with pytest.raises(KeyError):
        graph.shallow_size([])
    with pytest.raises(KeyError):
        graph.shallow_size(None)


def test_the_first_question_runs_no_code_of_main():
    assert run_json("""
        from refcycle import ObjectGraph
        import json

        def shadow(*args, **kwargs):
            raise AssertionError

        dict = set = list = frozenset = range = str = shadow
        print(json.dumps(ObjectGraph([b""]).shallow_size(b"")))
    """) == sys.getsizeof(b"")


def test_nothing_is_left_behind():
    obj = [Plain(), collections.deque(), {}, "text"]
    graph = ObjectGraph(obj)
    graph.shallow_sizes()
    gc.collect()
    gc.disable()
    tracked = [0] * 4
    referrers = [0] * 4
    for turn in range(4):
        with watched():
            graph.shallow_sizes()
            graph.shallow_size(obj[1])
        tracked[turn] = len(gc.get_objects())
        referrers[turn] = sum(map(sys.getrefcount, obj))
    assert tracked[1] == tracked[3]
    assert referrers[1] == referrers[3]
    assert TOUCHED == []


def test_the_documentation_is_right():
    finder = doctest.DocTestFinder()
    for method in (ObjectGraph.shallow_size, ObjectGraph.shallow_sizes):
        (example,) = finder.find(method, method.__name__, module=False, globs={})
        assert doctest.DocTestRunner().run(example).attempted > 0
        assert doctest.DocTestRunner().run(example).failed == 0


def test_a_heap_of_a_million_objects():
    count, traced, taken = run_json(f"""
        import json, sys
        sys.path.insert(0, {str(Path(__file__).parent)!r})
        from helpers.mixed_heap import compare
        print(json.dumps(compare(420_000)))
    """)
    print(count, traced, taken, f"{(taken - traced) / traced:+.3%}")
    assert count >= 1_000_000
    assert abs(taken - traced) < 0.02 * traced


def test_a_long_column():
    graph = ObjectGraph([bytes(2 + number % 7) for number in range(70_000)])
    expected = array.array("Q", map(graph.shallow_size, graph))
    assert graph.shallow_sizes() == expected
