"""A heap of a million objects of many types, and its size according to tracemalloc."""

import collections
import gc
import sys
import tracemalloc

import refcycle


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y
        self.name = None


class Slotted:
    __slots__ = ("next", "value")

    def __init__(self, value):
        self.value = value
        self.next = None


class Items(list):
    pass


class Table(dict):
    pass


class Failure(Exception):
    pass


Pair = collections.namedtuple("Pair", "first second")


def with_dict(i):
    point = Point(i, i)
    return point, vars(point)


def with_attribute(obj):
    obj.extra = None
    return obj


def appended(count):
    items = []
    for _ in range(count):
        items.append(None)
    return items


def closure(value):
    def inner():
        return value

    return inner


def class_in_a_function(value):
    class Inner:
        attribute = value

        def method(self):
            pass

    return Inner


MAKERS = (
    lambda i: Point(i, i / 7),
    lambda i: Point(i, None),
    with_dict,
    Slotted,
    lambda i: [None] * (i % 9),
    lambda i: appended(i % 20),
    lambda i: with_attribute(Items((i,))),
    lambda i: {"first": i, "second": None},
    lambda i: {i: "first", None: 3},
    lambda i: dict.fromkeys(range(i % 100)),
    lambda i: Table(first=i),
    lambda i: (i, None, i + 1),
    lambda i: Pair(i, (i,)),
    lambda i: {None, i, "first"},
    lambda i: set(range(i % 100)),
    lambda i: frozenset((i, "first")),
    lambda i: [f"text {i}", f"t\xe9xt {i}", f"\u20ac {i}", f"\U0001f600 {i}"],
    lambda i: [b"%d bytes" % i, bytearray(i % 50)],
    lambda i: [i + 10**6, i * 10**20, i / 3, complex(i)],
    closure,
    lambda i: collections.deque((i,)),
    lambda i: collections.OrderedDict(first=i),
    lambda i: collections.defaultdict(list, first=i),
    Failure,
    lambda i: (x for x in ()),
)
CLASSES = 1000


def compare(count):
    """The number of objects in a heap, and their bytes as counted by tracemalloc and by us."""
    heap = [None] * (count + CLASSES)
    gc.collect()
    gc.disable()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for i in range(count):
        heap[i] = MAKERS[i % len(MAKERS)](i)
    for i in range(CLASSES):
        heap[count + i] = class_in_a_function(i)
    traced = tracemalloc.get_traced_memory()[0] - before
    graph = refcycle.objects_reachable_from(heap)
    sizes = graph.shallow_sizes()
    made = [size for obj, size in zip(graph, sizes, strict=True) if is_new(obj)]
    return len(made), traced, sum(made)


def is_new(obj):
    if tracemalloc.get_object_traceback(obj) is not None:
        return True
    # 3.11 searches for objects with a managed dict at a wrong address.
    return sys.version_info[:2] == (3, 11) and type(obj) in (Point, Items, Table, Failure)
