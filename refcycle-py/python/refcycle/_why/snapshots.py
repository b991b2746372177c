"""Snapshots and other graphs of refcycle that hold an object."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from refcycle._refcycle import ObjectGraph, live_graphs
from refcycle._text.numbers import counted

__all__ = ["earlier_graphs", "held_by_graphs"]


def earlier_graphs(objects: Iterable[object]) -> int:
    """Return how many graphs hold one of these live objects and are older than another that does.

    The latest one is that of the question. Takes the time to list the tracked objects.
    """
    asked = [*objects]
    found = [
        graph
        for graph in live_graphs()
        if issubclass(type(graph), ObjectGraph) and any(_has(graph, obj) for obj in asked)
    ]
    return sum(any(_has(later, graph) for later in found) for graph in found)


def _has(graph: Any, obj: object) -> bool:
    # Not `in`: a subclass may have a `__contains__` of its own.
    return ObjectGraph.__contains__(graph, obj)


def held_by_graphs(graphs: int, others: int) -> str:
    """Return a line about such graphs, or about other objects of refcycle; empty without any."""
    if graphs:
        holders = counted(graphs, "graph of refcycle holds", "graphs of refcycle hold")
        example, count = "an older snapshot", graphs
    else:
        holders = counted(others, "object of refcycle holds", "objects of refcycle hold")
        example, count = "a part of an answer", others
    if not count:
        return ""
    return f"{holders} it too, such as {example}: delete {'it' if count == 1 else 'them'}"
