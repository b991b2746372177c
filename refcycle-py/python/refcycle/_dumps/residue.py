"""The memory that the process keeps after its first dump, such as the free lists of its allocator.

A comparison of the first dump with a later one must not report it as growth of the program.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable
from typing import TYPE_CHECKING

from refcycle._refcycle import _beside_graphs, _remember_dump, _return_free_memory

if TYPE_CHECKING:
    from refcycle._refcycle import ObjectGraph

__all__ = ["facts", "resident_bytes", "written", "written_by_a_fork"]

_MOST_READ = 1000

_COUNT, _IS_KNOWN = range(2)
# Of this process: the number of dumps, also by `ObjectGraph.save`; and whether it wrote one itself
# with `dump`. An array, because new numbers would be new objects in the next dump.
_seen = array("q", [0, 0])


def written(graph: ObjectGraph, write: Callable[[ObjectGraph], None]) -> None:
    """Write a snapshot to a file, and remember by how much the process became larger."""
    figures = graph.statistics()
    before, own = figures.get("resident_bytes"), figures["own_bytes"]
    write(graph)
    _return_free_memory()  # what was needed to write is no memory of the program
    after = _beside_graphs()
    if not _seen[_IS_KNOWN] and before is not None and after is not None:
        _remember_dump(figures["residue_bytes"], max(0, after - max(0, before - own)))
        _seen[_IS_KNOWN] = 1


def written_by_a_fork() -> None:
    """Remember that a fork of the process writes a dump."""
    _seen[_COUNT] += 1


def facts() -> dict[str, str]:
    """Return the facts about earlier dumps that a dump contains, and count it."""
    found = {"earlier_dumps": str(_seen[_COUNT])}
    _seen[_COUNT] += 1
    return found


def resident_bytes() -> int | None:
    """Return the bytes of this process in main memory; None if the system does not report them."""
    try:
        file = os.open("/proc/self/statm", os.O_RDONLY)
    except OSError:
        return None
    try:
        pages = int(os.read(file, _MOST_READ).split()[1])
    except (OSError, ValueError, IndexError):
        return None
    finally:
        os.close(file)
    return pages * os.sysconf("SC_PAGE_SIZE")
