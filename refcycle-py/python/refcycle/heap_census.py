"""How many objects of each type there are. No object is kept alive."""

from __future__ import annotations

import marshal
import sys
from collections.abc import Collection, Container, Sequence
from typing import TYPE_CHECKING

from refcycle._growth.outside import (
    ProcessMemory,
    additional,
    blocks_beside,
    memory_at,
    outside,
)
from refcycle._growth.signature_census import totals_of
from refcycle._growth.type_totals import Totals, totals
from refcycle._html.parts import document, html_table
from refcycle._objects.allocations import after_a_name
from refcycle._objects.types import is_ours
from refcycle._refcycle import ObjectGraph, most_allocated, snapshot
from refcycle._refcycle import _report as report
from refcycle._text.lines import line_width, wrapped_text
from refcycle._text.numbers import counted, size_text
from refcycle._text.tables import text_table
from refcycle.differences import GrowthTable, compared

if TYPE_CHECKING:
    from refcycle._refcycle import _Progress as Progress

__all__ = ["Census", "census"]

_HEADINGS = ("count", "size", "type")
# Classes of refcycle whose objects are there while something is counted.
_OURS = ("Census", "SignatureCensus", "KnownObjects", "HeapState")

Allocations = dict[str, tuple[str, int]]
"""By the name of the type, the file and the line where most of its objects were allocated, and the
number of objects allocated there."""


class Census:
    """The number and bytes of the objects of each type: the result of `census`.

    It has names and numbers, and keeps no object alive. `later - earlier` is the `GrowthTable`
    of what grew between the two; unlike that of `diff` it includes objects that were there
    before and have become larger. Print it for a table, the largest types first.

    Attributes:
        untracked: Whether objects that the collector does not track were counted.
    """

    # Stored as bytes: the next census would count a dict.
    __slots__ = ("_allocations", "_memory", "_totals", "untracked")

    def __init__(
        self,
        found: Totals,
        *,
        untracked: bool = False,
        memory: ProcessMemory | None = None,
        allocations: Allocations | None = None,
    ) -> None:
        self._totals = marshal.dumps(found)
        self._allocations = marshal.dumps(allocations or {})
        self._memory = marshal.dumps(None if memory is None else tuple(memory))
        self.untracked = untracked

    def totals(self) -> Totals:
        """Return the number of objects and their bytes by the name of the type.

        >>> import refcycle
        >>> count, size = refcycle.census().totals()["type"]
        >>> count > 100 and size > 10_000
        True
        """
        found: Totals = marshal.loads(self._totals)
        return found

    def allocations(self) -> Allocations:
        """Return where most objects of each type were allocated, by the name of the type.

        The values are pairs: the file and the line, and how many of the objects were allocated
        there. A type is missing if nothing is known about its objects. Empty unless `tracemalloc`
        was tracing when the census was taken.

        >>> import refcycle
        >>> refcycle.census().allocations()
        {}
        """
        found: Allocations = marshal.loads(self._allocations)
        return found

    def __sub__(self, earlier: Census, /) -> GrowthTable:
        """Return what grew or shrank since an earlier census."""
        if type(earlier) is not Census:
            return NotImplemented
        if earlier.untracked is not self.untracked:
            raise ValueError(
                "only one census has untracked objects: take both with the same `untracked`"
            )
        before, after = earlier.totals(), self.totals()
        rest = outside(
            earlier._process(),
            self._process(),
            objects=additional(before, after),
            size=_size_of(after) - _size_of(before),
            untracked=self.untracked,
            counts_larger=True,
        )
        return compared(before, after)._with_outside(rest)

    def _process(self) -> ProcessMemory | None:
        found = marshal.loads(self._memory)
        return None if found is None else ProcessMemory(*found)

    def _rows(self) -> list[tuple[str, str, str]]:
        """Return the rows, with the places where most of their objects were allocated."""
        largest = sorted(self.totals().items(), key=lambda item: (-item[1][1], item[0]))
        known = self.allocations()
        return [
            (f"{count:,}", size_text(size), name + after_a_name(known.get(name), count))
            for name, (count, size) in largest
        ]

    def _title(self) -> str:
        counts = [count for count, _ in self.totals().values()]
        return f"{counted(sum(counts), 'object')} of {counted(len(counts), 'type')}"

    def __str__(self) -> str:
        """Return a table of the types, the largest first."""
        lines = [self._title(), text_table(_HEADINGS, self._rows())]
        rest = "" if self.untracked else blocks_beside(self._process(), _count_of(self.totals()))
        return wrapped_text("\n".join([*lines, rest] if rest else lines), line_width())

    def __repr__(self) -> str:
        return f"<Census: {self._title()}>"

    def _repr_mimebundle_(
        self,
        include: Container[str] | None = None,
        exclude: Container[str] | None = None,
    ) -> dict[str, str]:
        """Return what a notebook shows, by MIME type: `text/plain` and `text/html`."""
        page = html_table(self._title(), _HEADINGS, self._rows())
        return {"text/plain": str(self), "text/html": document(page)}


def census(*, untracked: bool = True, progress: Progress = None) -> Census:
    """Count the objects of each type and their bytes. No object is kept alive.

    Strings, numbers and other objects that the collector does not track are counted too, unless
    `untracked` is False, which takes a fifth of the time; see `snapshot`. Earlier `Census` objects
    do not count, nor do the objects that taking this one needs. No collection runs first, so that
    garbage counts.

    Takes the time of a snapshot and about 0.4 s for a million objects.

    `progress(done, total)` is called while the call runs; `True` shows a bar.

    >>> import refcycle
    >>> class Session: pass
    >>> before = refcycle.census()
    >>> sessions = [Session(), Session()]
    >>> for row in refcycle.census() - before:
    ...     if row.type_name == "Session":
    ...         print(row.count)
    2
    """
    if progress is not None:
        return report("census", progress, census if untracked else _census_of_tracked)
    # No variable of a running frame may have the snapshot, or the frame: that would be a cycle.
    return _census(snapshot(untracked=untracked), _own_frames(), untracked)


def _census_of_tracked() -> Census:
    return census(untracked=False)


def _own_frames() -> list[object]:
    """Return the frames of this module that called this function."""
    found: list[object] = []
    frame = sys._getframe().f_back
    while frame is not None and frame.f_globals is globals():
        found.append(frame)
        frame = frame.f_back
    return found


def _census(heap: ObjectGraph, own: list[object], untracked: bool) -> Census:
    found, memory = _count(heap, own, ())
    # Types whose objects are all left out, such as those of refcycle, have no entry in `found`.
    allocations = {name: at for name, at in _allocations_in(heap).items() if name in found}
    return Census(found, untracked=untracked, memory=memory, allocations=allocations)


def _count_of(found: Totals) -> int:
    return sum(count for count, _ in found.values())


def _size_of(found: Totals) -> int:
    return sum(size for _, size in found.values())


def count_heap(
    untracked: bool, own: Sequence[object], allowed: Collection[str] = ()
) -> tuple[Totals, ProcessMemory | None]:
    """Return the totals of the heap, without the objects in `own` and what refcycle keeps.

    With the memory of the process. Objects that are held by a chain with an allowed signature do
    not count, and neither do their memory blocks.
    """
    # No variable of a running frame may have the snapshot: that would be a cycle.
    return _count(snapshot(untracked=untracked), [own, *own, sys._getframe()], allowed)


def _count(
    heap: ObjectGraph, own: list[object], allowed: Collection[str]
) -> tuple[Totals, ProcessMemory | None]:
    earlier = [obj for name in _OURS for obj in heap.find_by_typename(name) if is_ours(obj)]
    own += earlier
    own += [
        getattr(obj, name)
        for obj in earlier
        for name in ("_totals", "_memory", "_allocations", "_keys")
        if hasattr(obj, name)
    ]
    ours = totals(heap.full_subgraph([obj for obj in own if obj in heap]))
    counted = totals(heap)
    for name, (count, size) in ours.items():
        all_of_them, all_bytes = counted[name]
        counted[name] = (all_of_them - count, all_bytes - size)
    memory = memory_at(heap)
    if allowed:
        left_out = totals_of(heap, allowed)
        for name, (count, size) in left_out.items():
            all_of_them, all_bytes = counted[name]
            counted[name] = (all_of_them - count, all_bytes - size)
        if memory is not None and memory.blocks is not None:
            memory = memory._replace(blocks=memory.blocks - _count_of(left_out))
    return {name: total for name, total in counted.items() if total[0] > 0}, memory


def _allocations_in(heap: ObjectGraph) -> Allocations:
    found: Allocations = {}
    for name, place, number in sorted(most_allocated(heap), key=lambda each: (each[2], each[1])):
        # Of several types with one name, the most frequent place.
        found[name] = (place, number)
    return found
