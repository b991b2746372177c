"""Which of two objects owns the other: the one from outside, or the older one.

A reference from an object to its owner can be weak: the owner is held by others. One from the
owner to an object that it owns cannot: without it, that object is freed while it is in use.
"""

from __future__ import annotations

import gc
from enum import Enum
from typing import TYPE_CHECKING, Any

from refcycle._objects.types import id_of, is_graph_of_file

if TYPE_CHECKING:
    from refcycle._refcycle import ObjectGraph

__all__ = ["Direction", "Directions"]

# The order of creation takes a look at the whole heap.
_MOST_ORDERED = 20_000
_GENERATIONS = (2, 1, 0)


class Direction(Enum):
    """Where a reference leads."""

    TO_OWNER = "to the owner"
    TO_OWNED = "to what is owned"
    UNKNOWN = "unknown"


class Directions:
    """The directions of the references of a component. It keeps no object alive."""

    def __init__(self, graph: ObjectGraph) -> None:
        self._outside = {id_of(root.vertex) for root in graph.roots()}
        self._order: dict[int, int] = {}
        if not is_graph_of_file(graph) and len(graph) <= _MOST_ORDERED:
            self._order = _order_of_creation({id(obj) for obj in graph})

    def of(self, tail: int, head: int) -> Direction:
        """Return the direction of a reference, from the ids of its objects."""
        is_tail_held, is_head_held = tail in self._outside, head in self._outside
        if is_tail_held != is_head_held:
            return Direction.TO_OWNER if is_head_held else Direction.TO_OWNED
        tail_place, head_place = self._order.get(tail), self._order.get(head)
        if tail_place is None or head_place is None or tail_place == head_place:
            return Direction.UNKNOWN
        return Direction.TO_OWNER if head_place < tail_place else Direction.TO_OWNED


def _order_of_creation(wanted: set[int]) -> dict[int, int]:
    """Return the places of objects in the collector's lists, which are in order of creation.

    A collection moves what it finds by way of its referrers behind them, so that an object stays
    behind the one that has created it.
    """
    found: list[int] = []
    for generation in _GENERATIONS:
        objects: list[Any] = gc.get_objects(generation=generation)
        found += [address for obj in objects if (address := id(obj)) in wanted]
        del objects
    return {address: place for place, address in enumerate(found)}
