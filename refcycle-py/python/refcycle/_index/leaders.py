"""What `refcycle top` shows of a dump, as plain data that an index keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from refcycle._growth.type_totals import Totals, totals
from refcycle.retainers import suspect_text

if TYPE_CHECKING:
    from refcycle._refcycle import LoadedGraph

__all__ = ["MOST", "Largest", "Leaders", "SuspectFacts", "leaders_from", "leaders_of"]

MOST = 1000
"""As many of the largest retainers are in an index. Of more, the names lack the owners."""


class Largest(NamedTuple):
    """An object that no other one dominates, with what it retains."""

    address: int
    label: str
    name: str
    allocated_at: str | None
    size: int
    retained_size: int
    retained_count: int


class SuspectFacts(NamedTuple):
    """A leak suspect; `text` says what it is."""

    type: str
    objects: int
    name: str | None
    accumulation_point: str | None
    retained_size: int
    share: float
    is_uncaught: bool
    """Whether it is the exception that ended the program or a thread, or its traceback."""
    text: str


class Leaders(NamedTuple):
    """The largest retainers and types of a dump."""

    objects: int
    size: int
    """The bytes of all objects."""
    largest: list[Largest]
    suspects: list[SuspectFacts]
    types: Totals
    metadata: dict[str, str]


def leaders_of(graph: LoadedGraph, limit: int) -> Leaders:
    """Return those of a graph, with so many of the largest retainers."""
    largest = [
        Largest(
            one.vertex.address,
            one.vertex.label,
            one.name,
            one.allocated_at,
            one.shallow_size,
            one.retained_size,
            one.retained_count,
        )
        for one in graph.top_retained(min(limit, len(graph)))
    ]
    suspects = [
        SuspectFacts(
            one.type_name,
            len(one.vertices),
            one.name,
            one.accumulation_point_name,
            one.retained_size,
            one.share,
            one.is_uncaught,
            suspect_text(one),
        )
        for one in graph.leak_suspects()
    ]
    size = sum(graph.shallow_sizes())
    return Leaders(len(graph), size, largest, suspects, totals(graph), graph.metadata)


_OF_LARGEST = (int, str, str, (str, type(None)), int, int, int)
_OF_SUSPECTS = (str, int, (str, type(None)), (str, type(None)), int, float, bool, str)


def leaders_from(data: Any) -> Leaders:
    """Return what was written as JSON; ValueError or TypeError if it is something else."""
    objects, size, largest, suspects, types, metadata = data
    found = Leaders(
        objects,
        size,
        [Largest(*_checked(row, _OF_LARGEST)) for row in largest],
        [SuspectFacts(*_checked(row, _OF_SUSPECTS)) for row in suspects],
        {str(name): _pair(row) for name, row in dict(types).items()},
        {str(key): str(value) for key, value in dict(metadata).items()},
    )
    _checked((objects, size), (int, int))
    return found


def _pair(row: Any) -> tuple[int, int]:
    count, size = _checked(row, (int, int))
    return count, size


def _checked(row: Any, types: tuple[Any, ...]) -> Any:
    if len(row) != len(types) or not all(map(isinstance, row, types)):
        raise ValueError("a row is wrong")
    return row
