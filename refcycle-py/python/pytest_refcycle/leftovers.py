"""Selects the objects to report, among those that a test created and that are still alive."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, NamedTuple

from refcycle._objects.type_flags import is_made_at_run_time
from refcycle._refcycle import object_annotation, snapshot
from refcycle._text.numbers import counted

if TYPE_CHECKING:
    from refcycle.holder_groups import SignatureTable

# The tools of a test run keep records of it.
_TOOLS = {"_hypothesis", "_pytest", "execnet", "hypothesis", "pluggy", "pytest"}
_TOOLS |= {"pytest_refcycle", "refcycle", "xdist"}
# Modules of the standard library whose objects hold threads, files, connections and processes. The
# other modules have caches.
_RESOURCES = {"_asyncio", "_io", "_socket", "_sqlite3", "_ssl", "asyncio", "concurrent", "http"}
_RESOURCES |= {"mmap", "multiprocessing", "selectors", "socket", "socketserver", "sqlite3"}
_RESOURCES |= {"ssl", "subprocess", "tempfile", "threading", "urllib"}
# pytest stores the log records of a test in them.
_IN_MEMORY = {"_io.BytesIO", "_io.StringIO"}
_MOST_SHOWN = 5
# Classes of the tools, by id, because every test leaves objects of them. They are held here, so
# that no other class gets the same id.
_OF_TOOLS: dict[int, type] = {}


class Leftovers(NamedTuple):
    """Objects that a test leaves behind. It holds none of them."""

    names: str
    """Their classes, with numbers: `2 app.Session, 1 app.User`; empty if there are none."""
    holders: list[str]
    """Who holds them, as in `2 by module app.SESSIONS -> dict[*] -> app.Session`; the most
    frequent first."""


def leftovers_of(
    objects: Iterable[object], allowed: Collection[str] = (), *, find_holders: bool = True
) -> Leftovers:
    """Return which objects are worth a report: `2 app.Session, 1 app.User`, and who holds them.

    These are instances of classes, except those of the tools of a test run and of most of the
    standard library, and those that are held by a chain whose signature is allowed. None of their
    code runs. If there are any, a snapshot is taken, unless `find_holders` is false.
    """
    named = _worth_telling(objects)
    # Otherwise this call would be among the holders.
    del objects
    holders: list[str] = []
    if named and find_holders:
        counts = {name: len(found) for name, found in named.items()}
        rows = _signatures(_taken(named))
        left = []
        for row in rows:
            # Garbage is nothing that a test means to keep.
            if row.signature in allowed and not row.is_garbage:
                counts[_class_name(row.example)] -= row.count
            else:
                left.append(row)
        left.sort(key=lambda row: (-row.count, row.signature))
        holders = [f"{row.count:,} by {row.signature}" for row in left[:_MOST_SHOWN]]
    else:
        counts = {name: len(found) for name, found in named.items()}
    return Leftovers(_text(counts), holders)


def _worth_telling(objects: Iterable[object]) -> dict[str, list[object]]:
    """Return the objects by the names of their classes."""
    by_class: dict[int, list[object]] = {}
    for obj in objects:
        cls = type(obj)
        # By id, because a metaclass can define `__hash__`.
        key = id(cls)
        if key in by_class:
            by_class[key].append(obj)
        elif key not in _OF_TOOLS and is_made_at_run_time(cls):
            by_class[key] = [obj]
    named: dict[str, list[object]] = {}
    for key, found in by_class.items():
        name = _class_name(found[0])
        package = name.partition(".")[0]
        if package in _TOOLS:
            _OF_TOOLS[key] = type(found[0])
        elif _is_worth_telling(package, name):
            named.setdefault(name, []).extend(found)
    return named


def _taken(named: dict[str, list[object]]) -> list[object]:
    """Return the objects, of which the dict then has none."""
    objects = [obj for found in named.values() for obj in found]
    named.clear()
    return objects


def _class_name(obj: object) -> str:
    return object_annotation(obj).rpartition("\n")[2]


def _signatures(objects: list[object]) -> SignatureTable:
    graph = snapshot()
    return graph.signatures([obj for obj in objects if obj in graph])


def _text(counts: dict[str, int]) -> str:
    ordered = sorted((-count, name) for name, count in counts.items() if count > 0)
    shown = [f"{-negative} {name}" for negative, name in ordered[:_MOST_SHOWN]]
    if len(ordered) > _MOST_SHOWN:
        others = counted(len(ordered) - _MOST_SHOWN, "other class", "other classes")
        shown.append(f"and of {others}")
    return ", ".join(shown)


def _is_worth_telling(package: str, name: str) -> bool:
    if package in _RESOURCES:
        return name not in _IN_MEMORY
    return package not in sys.stdlib_module_names
