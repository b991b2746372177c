"""Which of two objects owns the other: the one from outside, or the older one.

A reference from an object to its owner can be weak, because other objects hold the owner. One from
the owner to an object that it owns cannot: without it, that object is freed while it is in use.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import TYPE_CHECKING

from refcycle._cycles.imported_modules import imported_modules
from refcycle._objects.types import id_of, is_graph_of_file
from refcycle._refcycle import order_in_the_collector

if TYPE_CHECKING:
    from refcycle._refcycle import ObjectGraph

__all__ = ["Direction", "Directions", "Surroundings"]

# The order of creation takes a pass over the whole heap, and a number for each object of a cycle.
_MOST_OF_A_COMPONENT = 20_000
_MOST_ORDERED = 200_000


class Direction(Enum):
    """Where a reference leads."""

    TO_OWNER = "to the owner"
    TO_OWNED = "to what is owned"
    UNKNOWN = "unknown"


class Surroundings:
    """Facts about a graph that its components share. It keeps no object alive.

    These are whether something outside holds objects of the graph, which of them are imported
    modules, and the order in which the objects of its cycles were created. The order is looked up
    on first use, for all of them at once.
    """

    def __init__(self, graph: ObjectGraph, components: Iterable[ObjectGraph]) -> None:
        # The number is unknown for an immortal object. In a graph in use, the first object usually
        # decides.
        self.is_garbage = not any(graph.external_references(obj) for obj in graph)
        """Whether nothing outside the graph holds any of it."""
        self._modules: set[int] = set() if self.is_garbage else imported_modules(graph)
        self._wanted: set[int] = set()
        self._places: dict[int, int] | None = None
        for component in components:
            if is_graph_of_file(component):
                break
            if len(component) > _MOST_OF_A_COMPONENT:
                continue
            if len(self._wanted) + len(component) > _MOST_ORDERED:
                break
            self._wanted.update(map(id, component))

    def is_kept_by_modules(self, component: ObjectGraph) -> bool:
        """Return whether a component has an imported module or the names of one."""
        modules = self._modules
        return bool(modules) and any(id_of(obj) in modules for obj in component)

    def place(self, object_id: int) -> int | None:
        """Return the place in the order of creation of an object, which must be alive."""
        if self._places is None:
            self._places = _order_of_creation(self._wanted) if self._wanted else {}
            self._wanted = set()
        return self._places.get(object_id)


class Directions:
    """The directions of the references of a component. It keeps no object alive."""

    def __init__(self, graph: ObjectGraph, surroundings: Surroundings) -> None:
        self.outside: set[int] = set()
        """The ids of the objects that something in use holds, from outside the component."""
        if not surroundings.is_garbage:
            # The number is unknown for an immortal object, which counts as held.
            self.outside = {id_of(obj) for obj in graph if graph.external_references(obj) != 0}
        self._order = surroundings

    def of(self, tail: int, head: int) -> Direction:
        """Return the direction of a reference, from the ids of its objects."""
        is_tail_held, is_head_held = tail in self.outside, head in self.outside
        if is_tail_held != is_head_held:
            return Direction.TO_OWNER if is_head_held else Direction.TO_OWNED
        tail_place, head_place = self._order.place(tail), self._order.place(head)
        if tail_place is None or head_place is None or tail_place == head_place:
            return Direction.UNKNOWN
        return Direction.TO_OWNER if head_place < tail_place else Direction.TO_OWNED


def _order_of_creation(wanted: set[int]) -> dict[int, int]:
    """Return the places of objects in the collector's lists, which are in order of creation.

    A collection moves the objects that it reaches through their referrers behind these, so that an
    object stays behind the one that created it.
    """
    return {address: place for place, address in enumerate(order_in_the_collector(wanted))}
