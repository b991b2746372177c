"""Growth of the process that the objects of two snapshots do not account for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import get_ident
from typing import TYPE_CHECKING, Any, NamedTuple

from refcycle._objects.types import is_graph_of_file
from refcycle._text.numbers import counted, size_text

if TYPE_CHECKING:
    from refcycle._growth.type_totals import Totals
    from refcycle._refcycle import ObjectGraph

__all__ = [
    "Outside",
    "ProcessMemory",
    "additional",
    "blocks_beside",
    "hint",
    "hinting",
    "memory_at",
    "memory_in",
    "outside",
]

# Fewer blocks may be caches of the interpreter.
_FEWEST_BLOCKS = 1000
# The blocks that an object may have besides the one for itself: attributes, items, a table.
_OWN_BLOCKS = 2
# Fewer bytes may be memory that allocators keep.
_LEAST_BYTES = 8_000_000
# Fewer bytes are not worth showing.
_LEAST_SHOWN = 1_000_000

# How to see all objects.
_HINT = "take it with untracked=True"
# What commands say instead, by thread. A context variable would create objects in the heap.
_hints: dict[int, str] = {}


@contextmanager
def hinting(text: str) -> Iterator[None]:
    """Show another text about how to see all objects, in this thread only."""
    _hints[get_ident()] = text
    try:
        yield
    finally:
        del _hints[get_ident()]


def hint() -> str:
    """Return how to see all objects."""
    return _hints.get(get_ident(), _HINT)


class ProcessMemory(NamedTuple):
    """The memory of a process when its heap was read."""

    blocks: int | None
    """The memory blocks that the interpreter had allocated; None if unknown."""
    size: int | None
    """The bytes of the process, without those of refcycle's graphs; None if unknown."""
    dumping: int = 0
    """Of these bytes, those that the process keeps since it wrote its first file or dump."""


class _Outside(NamedTuple):
    blocks: int | None
    """The growth in memory blocks minus the growth in objects; None if unknown."""
    size: int | None
    """The growth of the process minus that of the objects, in bytes; None if unknown."""
    untracked: bool
    """Whether the objects include those that the collector does not track."""
    counts_larger: bool
    """Whether the objects that became larger are counted with their growth."""


class Outside(_Outside):
    """Growth that no row of a table accounts for."""

    _objects: int = 0
    """The growth in objects."""

    @property
    def _has_many_blocks(self) -> bool:
        """Whether there are more blocks than objects of the snapshot can have."""
        own = _OWN_BLOCKS * max(0, self._objects)
        return self.blocks is not None and self.blocks - own >= _FEWEST_BLOCKS

    def __str__(self) -> str:
        """Return the line for people; empty if this is too little to matter."""
        is_large = self.size is not None and self.size >= _LEAST_BYTES
        size = size_text(self.size) if self.size and self.size >= _LEAST_SHOWN else ""
        if not self.untracked and self._has_many_blocks:
            blocks = counted(self.blocks or 0, "block")
            what = f"{size} in {blocks}" if size else blocks
            return f"{what} grew outside this snapshot: {hint()}"
        if not is_large:
            return ""
        if not self.untracked:
            return f"{size} grew outside this snapshot: {hint()}"
        if not self.counts_larger:
            return (
                f"the process grew by another {size}: compare two results of refcycle.census(), "
                "which count objects that became larger"
            )
        return f"the process grew by another {size}, outside Python's objects"


def memory_at(graph: ObjectGraph) -> ProcessMemory | None:
    """Return the memory of the process at a snapshot; `None` if the graph is not a snapshot."""
    return memory_in(graph.metadata if is_graph_of_file(graph) else graph.statistics())


def memory_in(found: Mapping[str, Any]) -> ProcessMemory | None:
    """Return the memory of the process that the facts about a graph say; `None` if they do not."""
    blocks, size = found.get("allocated_blocks"), found.get("resident_bytes")
    if blocks is None and size is None:
        return None
    own = int(found.get("own_bytes", 0))
    # In files of earlier versions, with memory that refcycle keeps for its next graph.
    with_graphs = max(0, int(found.get("dumping_bytes", 0)) - own)
    kept = int(found.get("residue_bytes", with_graphs))
    return ProcessMemory(
        None if blocks is None else int(blocks),
        None if size is None else max(0, int(size) - own),
        kept,
    )


def outside(
    before: ProcessMemory | None,
    after: ProcessMemory | None,
    *,
    objects: int,
    size: int,
    untracked: bool,
    counts_larger: bool,
) -> Outside | None:
    """Return the growth beyond that of these objects and bytes; `None` if it is unknown."""
    if before is None or after is None:
        return None
    grown = None
    if before.size is not None and after.size is not None:
        grown = after.size - before.size - size - max(0, after.dumping - before.dumping)
    blocks = None
    if before.blocks is not None and after.blocks is not None:
        blocks = after.blocks - before.blocks - objects
    made = Outside(blocks, grown, untracked, counts_larger)
    made._objects = objects
    return made


def additional(before: Totals, after: Totals) -> int:
    """Return the number of additional objects of the types that grew.

    Types that shrank do not count: objects that the collector no longer tracks, such as tuples of
    constants after their first collection, still have their memory.
    """
    more = (count - before.get(name, (0, 0))[0] for name, (count, _) in after.items())
    return sum(count for count in more if count > 0)


def blocks_beside(memory: ProcessMemory | None, objects: int) -> str:
    """Return a line about memory other than that of tracked objects; empty if it is little."""
    if memory is None or memory.blocks is None or memory.blocks - objects < _FEWEST_BLOCKS:
        return ""
    whole = "" if memory.size is None else f" of a process of {size_text(memory.size)}"
    return f"{memory.blocks - objects:,} more memory blocks{whole} are not in it: {hint()}"
