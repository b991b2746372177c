"""The other references of the cycles that a cut breaks, which may be cut in place of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from refcycle._cycles.removal import Removal, Risk
from refcycle._objects.types import id_of
from refcycle.directed_graph import DirectedGraph

if TYPE_CHECKING:
    from refcycle._refcycle import ObjectGraph

__all__ = ["Alternatives"]

# At most this many changes are proposed in place of one.
_MOST = 3


class Alternatives:
    """What else can be cut, for each removal of a cut.

    Args:
        removals: One for each edge of the graph.
        edges: The edges that are cut.
        free: The edges that close cycles that every class has.
    """

    def __init__(
        self, graph: ObjectGraph, removals: Sequence[Removal], edges: set[int], free: set[int]
    ) -> None:
        self._graph = graph
        # Thousands of edges share one removal, and to hash it takes long.
        by_id: dict[int, tuple[Removal, list[int]]] = {}
        self._left: dict[int, Removal] = {}
        for edge, removal in zip(graph.edges, removals, strict=True):
            if edge not in edges:
                self._left[edge] = removal
            elif removal.target and removal.risk <= Risk.OPEN:
                by_id.setdefault(id(removal), (removal, []))[1].append(edge)
        self._edges: dict[Removal, list[int]] = {}
        for removal, cut in by_id.values():
            self._edges.setdefault(removal, []).extend(cut)
        self._free = free

    def of_a_cycle(self, removal: Removal) -> list[Removal]:
        """Return the removals of the other references of a cycle that a removal breaks."""
        edges = self._edges.get(removal, [])[:1]
        return [found for edge in edges for found in self._way_back(edge, self._left)]

    def of_all_cycles(
        self, removal: Removal, choose: Callable[[list[Removal]], Removal | None]
    ) -> list[Removal]:
        """Return the removals that break all cycles that another one breaks.

        `choose` tells which of the other references of a cycle is to be removed. The list is empty
        if it refuses, or if more changes than a reader can take in would be needed.
        """
        left = {edge: found for edge, found in self._left.items() if edge not in self._free}
        chosen: list[Removal] = []
        while (edge := self._edge_on_a_cycle(removal, left)) is not None:
            found = choose(self._way_back(edge, left))
            if found is None or len(chosen) == _MOST:
                return []
            chosen.append(found)
            left = {edge: other for edge, other in left.items() if other.name != found.name}
        return chosen

    def _edge_on_a_cycle(self, removal: Removal, left: dict[int, Removal]) -> int | None:
        graph = self._graph
        edges = self._edges.get(removal, [])
        pairs = [(id_of(graph.tail(edge)), id_of(graph.head(edge))) for edge in (*left, *edges)]
        whole = DirectedGraph.from_edge_pairs({end for pair in pairs for end in pair}, pairs)
        parts = whole.cyclic_components()
        part_of = {end: number for number, part in enumerate(parts) for end in part}
        for edge, (tail, head) in zip(edges, pairs[len(left) :], strict=True):
            part = part_of.get(tail)
            if part is not None and part == part_of.get(head):
                return edge
        return None

    def _way_back(self, edge: int, left: dict[int, Removal]) -> list[Removal]:
        """Return the removals of a shortest path from the head of an edge to its tail."""
        return _path(self._graph, left, self._graph.head(edge), self._graph.tail(edge))


def _path(
    graph: ObjectGraph, left: dict[int, Removal], start: object, end: object
) -> list[Removal]:
    """Return the removals of the references of a shortest path by some edges."""
    before: dict[int, tuple[int, Removal]] = {}
    near = [start]
    seen = {id_of(start)}
    goal = id_of(end)
    while near and goal not in seen:
        further = []
        for here in near:
            for edge in graph.out_edges(here):
                there = graph.head(edge)
                if edge in left and id_of(there) not in seen:
                    seen.add(id_of(there))
                    before[id_of(there)] = (id_of(here), left[edge])
                    further.append(there)
        near = further
    found = []
    place = goal
    while place != id_of(start) and place in before:
        place, removal = before[place]
        found.append(removal)
    return found[::-1]
