"""Checks the names of all references of a fresh process, and prints what it found.

Runs as a program, so that nothing changes between the snapshot and the checks.
"""

import asyncio
import email.message
import gc
import json
import logging
import re
import types
import unittest
from collections import Counter

import refcycle
from refcycle import ObjectGraph

KEEP = [asyncio, email.message, logging, unittest]

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
    return object.__getattribute__(tail, label) is head


def class_is_right(tail, label, head):
    return type(tail) is head if label == "__class__" else None


CHECKS = [
    item_is_right,
    value_is_right,
    key_is_right,
    field_is_right,
    attribute_is_right,
    class_is_right,
]


def main():
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
    """Objects whose references have other names in a graph of their own."""
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
