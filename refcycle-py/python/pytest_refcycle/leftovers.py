"""Selects the objects to report, among those that a test created and that are still alive."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from refcycle._objects.type_flags import is_made_at_run_time
from refcycle._refcycle import object_annotation
from refcycle._text.numbers import counted

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


def names_of_leftovers(objects: Iterable[object]) -> str:
    """Return the classes of objects worth a report, with numbers: `2 app.Session, 1 app.User`.

    These are instances of classes, except those of the tools of a test run and of most of the
    standard library. None of their code runs.
    """
    counts: dict[int, int] = {}
    examples: dict[int, object] = {}
    for obj in objects:
        cls = type(obj)
        # By id, because a metaclass can define `__hash__`.
        key = id(cls)
        if key in counts:
            counts[key] += 1
        elif key not in _OF_TOOLS and is_made_at_run_time(cls):
            counts[key] = 1
            examples[key] = obj
    named = []
    for key, obj in examples.items():
        name = object_annotation(obj).rpartition("\n")[2]
        package = name.partition(".")[0]
        if package in _TOOLS:
            _OF_TOOLS[key] = type(obj)
        elif _is_worth_telling(package, name):
            named.append((-counts[key], name))
    named.sort()
    shown = [f"{-negative} {name}" for negative, name in named[:_MOST_SHOWN]]
    if len(named) > _MOST_SHOWN:
        others = counted(len(named) - _MOST_SHOWN, "other class", "other classes")
        shown.append(f"and of {others}")
    return ", ".join(shown)


def _is_worth_telling(package: str, name: str) -> bool:
    if package in _RESOURCES:
        return name not in _IN_MEMORY
    return package not in sys.stdlib_module_names
