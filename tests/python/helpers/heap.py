"""Checks the names of all references of a fresh process, and prints what it found.

Runs as a program, so that nothing changes between the snapshot and the checks.
"""

import asyncio
import collections
import contextvars
import ctypes
import decimal
import email.message
import functools
import gc
import json
import logging
import operator
import re
import struct
import types
import unittest
import xml.etree.ElementTree
from collections import Counter

import refcycle
from refcycle import ObjectGraph

KEEP = [asyncio, email.message, logging, unittest]


@functools.lru_cache
def cached(argument):
    return [argument]


async def waiting(future):
    await future


async def tasks():
    """Tasks that wait, and an object of each kind that a fresh interpreter lacks."""
    made = [asyncio.ensure_future(waiting(asyncio.Future())) for _ in range(50)]
    await asyncio.sleep(0)
    KEEP.extend(made)
    KEEP.extend(collections.deque([[], made]) for _ in range(50))
    KEEP.extend([cached(1), contextvars.copy_context(), decimal.Context(), iter(made)])
    KEEP.append(operator.itemgetter(made, made))
    KEEP.extend([struct.iter_unpack("i", bytearray(12)), xml.etree.ElementTree.XMLParser()])
    check()
    for task in made:
        task.cancel()
    await asyncio.gather(*made, return_exceptions=True)


def main():
    asyncio.run(tasks())


ATTRIBUTES = {
    types.FunctionType: ["__code__", "__defaults__", "__closure__", "__globals__", "__dict__"],
    types.MethodType: ["__self__", "__func__"],
    types.BuiltinFunctionType: ["__self__", "__module__"],
    types.CellType: ["cell_contents"],
    property: ["fget", "fset", "fdel"],
    slice: ["start", "stop", "step"],
    types.TracebackType: ["tb_frame", "tb_next"],
    types.ModuleType: ["__dict__"],
    type: ["__mro__", "__bases__", "__base__"],
}


def item_is_right(tail, label, head):
    if type(tail) not in (list, tuple) or label == "__class__":
        return None
    place = re.fullmatch(r"item\[(\d+)\]", label or "")
    return bool(place) and tail[int(place[1])] is head


def value_is_right(tail, label, head):
    if type(tail) is not dict or len(label) > 50 or not label.startswith("value['"):
        return None
    key = label[len("value[") : -1]
    found = [value for name, value in tail.items() if type(name) is str and repr(name) == key]
    return any(value is head for value in found)


def key_is_right(tail, label, head):
    if type(tail) not in (dict, set, frozenset) or label not in ("key", "element"):
        return None
    return any(item is head for item in tail)


def field_is_right(tail, label, head):
    if label not in ATTRIBUTES.get(type(tail), ()):
        return None
    return getattr(tail, label) is head


def attribute_is_right(tail, label, head):
    cls = type(tail)
    if not cls.__flags__ & (1 << 9) or not (label or "").isidentifier():
        return None
    if label.startswith("__") or label in ("key", "element"):
        return None
    if cls.__getattribute__ is not object.__getattribute__:
        return None
    for base in cls.__mro__:
        found = base.__dict__.get(label)
        if found is not None and not isinstance(found, types.MemberDescriptorType):
            return None
    try:
        return object.__getattribute__(tail, label) is head
    except AttributeError:
        # Fields of structs need not be attributes.
        return False if is_written_in_python(cls) else None


def is_written_in_python(cls):
    """Whether none of its bases is written in C, as far as this is known."""
    own = {"__weakref__", "__slots__", "__firstlineno__"}
    return all(own & base.__dict__.keys() for base in cls.__mro__ if base is not object)


# The expected target of a label, found by public means, for types written in C.
PUBLIC = {
    "_asyncio.Task": {
        "_coro": lambda task: task.get_coro(),
        "_loop": lambda task: task.get_loop(),
        "_fut_waiter": lambda task: task._fut_waiter,
        "task_context": lambda task: task.get_context(),
    },
    "_asyncio.Future": {
        "_loop": lambda future: future.get_loop(),
        "_result": lambda future: future.result(),
    },
    "typing.TypeVar": {
        "__bound__": lambda variable: variable.__bound__,
        "__constraints__": lambda variable: variable.__constraints__,
        "__default__": lambda variable: variable.__default__,
    },
    "types.GenericAlias": {
        "__origin__": lambda alias: alias.__origin__,
        "__args__": lambda alias: alias.__args__,
        "__parameters__": lambda alias: alias.__parameters__,
    },
    "builtins.coroutine": {
        "cr_await": lambda coroutine: coroutine.cr_await,
        "cr_origin": lambda coroutine: coroutine.cr_origin,
    },
    "builtins.generator": {"gi_yieldfrom": lambda generator: generator.gi_yieldfrom},
    "functools._lru_cache_wrapper": {"__wrapped__": lambda function: function.__wrapped__},
    "_io.TextIOWrapper": {
        "buffer": lambda file: file.buffer,
        "raw": lambda file: file.buffer.raw,
    },
    "decimal.Context": {
        "traps": lambda context: context.traps,
        "flags": lambda context: context.flags,
    },
    "functools.partial": {
        "func": lambda partial: partial.func,
        "args": lambda partial: partial.args,
    },
}


def private_field_is_right(tail, label, head):
    cls = type(tail)
    if cls is collections.deque and (label or "").startswith("item["):
        return tail[int(label[5:-1])] is head
    if label in ("key", "__class__", None):
        return None
    name = f"{cls.__module__}.{cls.__qualname__}"
    if name == "functools._lru_cache_wrapper" and label == "value[1]":
        return tail(1) is head
    if name.startswith("_cython_") and label in ("__globals__", "__code__"):
        return getattr(tail, label) is head
    found = PUBLIC.get(name, {}).get(label)
    if found is None:
        return None
    try:
        return found(tail) is head
    except (AttributeError, asyncio.InvalidStateError):
        return None


def place_is_right(tail, label, head):
    place = re.fullmatch(r"field at byte (\d+)", label or "")
    if place is None:
        return None
    return ctypes.c_void_p.from_address(id(tail) + int(place[1])).value == id(head)


def class_is_right(tail, label, head):
    return type(tail) is head if label == "__class__" else None


CHECKS = [
    item_is_right,
    value_is_right,
    key_is_right,
    field_is_right,
    attribute_is_right,
    class_is_right,
    private_field_is_right,
    place_is_right,
]


def check():
    gc.disable()
    snapshot = refcycle.snapshot()
    made = [edge for edge in snapshot.annotated().edges]
    edges = [(snapshot.tail(e.id), e.annotation, snapshot.head(e.id)) for e in made]
    edges = [edge for edge in edges if not isinstance(edge[0], types.FrameType)]
    facts = {"edges": len(edges)}
    for check in CHECKS:
        verdicts = [(edge, check(*edge)) for edge in edges]
        wrong = [
            f"{type(tail).__qualname__} {label} {type(head).__qualname__}"
            for (tail, label, head), verdict in verdicts
            if verdict is False
        ]
        checked = sum(verdict is not None for _, verdict in verdicts)
        facts[check.__name__] = {"checked": checked, "wrong": wrong[:10]}
    without = Counter(type(tail).__qualname__ for tail, label, _ in edges if label is None)
    facts["without"] = sum(without.values())
    facts["most without"] = without.most_common(20)
    facts["different alone"] = different_alone(snapshot)
    print(json.dumps(facts))


def different_alone(snapshot):
    """Objects whose references have other names in a graph of these objects."""
    found = []
    kinds = (list, tuple, types.FunctionType, type)
    for obj in [obj for obj in snapshot if type(obj) in kinds][:2000]:
        part = snapshot.full_subgraph([obj, *snapshot.children(obj)])
        alone = ObjectGraph(part)
        counts = [
            Counter((e.annotation, e.head) for e in graph.annotated().edges if e.tail == id(obj))
            for graph in (part, alone)
        ]
        if counts[0] != counts[1]:
            found.append(type(obj).__qualname__)
    return found


if __name__ == "__main__":
    main()
