"""Which of the objects that a test made and that still live are worth telling."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from refcycle._refcycle import object_annotation
from refcycle.reference_kinds import is_made_at_run_time

# The tools of a test run keep records of it.
_TOOLS = {"_hypothesis", "_pytest", "execnet", "hypothesis", "pluggy", "pytest"}
_TOOLS |= {"pytest_refcycle", "refcycle", "xdist"}
# Of the standard library, what holds threads, files, connections and processes. The rest has
# caches.
_RESOURCES = {"_asyncio", "_io", "_socket", "_sqlite3", "_ssl", "asyncio", "concurrent", "http"}
_RESOURCES |= {"mmap", "multiprocessing", "selectors", "socket", "socketserver", "sqlite3"}
_RESOURCES |= {"ssl", "subprocess", "tempfile", "threading", "urllib"}
# pytest keeps what a test logs in them.
_IN_MEMORY = {"_io.BytesIO", "_io.StringIO"}
_MOST_SHOWN = 5


def names_of_leftovers(objects: Iterable[object]) -> str:
    """Return the classes of what is worth telling, with numbers: `2 app.Session, 1 app.User`.

    Those are instances of classes, other than of the tools of a test run and of most of the
    standard library. No code of theirs runs.
    """
    counts: dict[int, int] = {}
    examples: dict[int, object] = {}
    for obj in objects:
        cls = type(obj)
        if is_made_at_run_time(cls):
            # By ids, as a metaclass can have a `__hash__`.
            counts[id(cls)] = counts.get(id(cls), 0) + 1
            examples.setdefault(id(cls), obj)
    named = []
    for cls_id, obj in examples.items():
        name = object_annotation(obj).rpartition("\n")[2]
        if _is_worth_telling(name):
            named.append((-counts[cls_id], name))
    named.sort()
    shown = [f"{-negative} {name}" for negative, name in named[:_MOST_SHOWN]]
    if len(named) > _MOST_SHOWN:
        shown.append(f"and of {len(named) - _MOST_SHOWN} other classes")
    return ", ".join(shown)


def _is_worth_telling(name: str) -> bool:
    package = name.partition(".")[0]
    if package in _RESOURCES:
        return name not in _IN_MEMORY
    return package not in _TOOLS and package not in sys.stdlib_module_names
