"""Who holds an object, for the tests of libraries."""

from __future__ import annotations

import ctypes
import re
import sys
import types
from collections.abc import Iterable
from pathlib import Path

import refcycle

IGNORED = (types.FrameType, refcycle.ObjectGraph)


class Thing:
    """An object that should be dead."""


def holders(obj: object) -> set[tuple[str, str | None]]:
    """Return the types of the objects that refer to one, with the labels.

    Without frames and older graphs. Without comprehensions too: these put the object into a cell.
    """
    graph = refcycle.snapshot()
    near = graph.ancestors(obj, generations=1)
    found = set()
    for edge in near.annotated().edges:
        holder = near.tail(edge.id)
        if near.head(edge.id) is obj and not isinstance(holder, IGNORED):
            found.add((type(holder).__name__, edge.annotation))
    return found


def chains(obj: object) -> str:
    """Return what keeps an object alive, as one line without the lines of the tree."""
    return " ".join(re.sub("[└├│─]", " ", str(refcycle.why(obj))).split())


def is_at_its_place(holder: object, label: str | None, obj: object) -> bool:
    """Return whether the field of a struct that a label states is the address of an object."""
    place = re.fullmatch(r"field at byte (\d+)", label or "")
    if place is None:
        return False
    return ctypes.c_void_p.from_address(id(holder) + int(place[1])).value == id(obj)


def label_between(holder: object, obj: object) -> str | None:
    """Return the label of the only reference from one object to another."""
    near = refcycle.snapshot(untracked=True).ancestors(obj, generations=1)
    labels = []
    for edge in near.annotated().edges:
        if near.tail(edge.id) is holder and near.head(edge.id) is obj:
            labels.append(edge.annotation)
    [label] = labels
    return label


def unexplained(obj: object) -> int:
    """Return how many references to an object have no known holder, by its roots."""
    for root in refcycle.snapshot().roots():
        if root.vertex is obj:
            return root.unexplained
    return 0


def check_all_calls(objects: Iterable[object], folder: Path) -> None:
    """Use a snapshot, a file and a comparison, and check that no object has another count."""
    objects = list(objects)
    counts = [sys.getrefcount(obj) for obj in objects]
    before = refcycle.snapshot()
    path = folder / "heap.refcycle"
    before.save(path)
    loaded = refcycle.load(path)
    assert len(loaded) == len(before)
    assert loaded.count_by_typename()["Thing"] == before.count_by_typename()["Thing"]
    more = [Thing() for _ in range(5)]
    after = refcycle.snapshot()
    assert "Thing" in str(refcycle.diff(before, after))
    assert after.count_by_typename()["Thing"] == loaded.count_by_typename()["Thing"] + len(more)
    del before, after
    assert [sys.getrefcount(obj) for obj in objects] == counts
