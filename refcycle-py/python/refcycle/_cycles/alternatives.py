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
# So many edges of one removal are looked at one by one.
_FEW = 8
# So many references are followed before nothing more is proposed: some seconds.
_MOST_STEPS = 3_000_000


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
        self._steps = 0
        # The edges that are left, with their heads, by their tails.
        self._out_edges: dict[int, list[tuple[int, int]]] = {}
        for edge in self._left if self._edges else ():
            ends = id_of(graph.tail(edge)), id_of(graph.head(edge))
            self._out_edges.setdefault(ends[0], []).append((edge, ends[1]))

    def of_a_cycle(self, removal: Removal) -> list[Removal]:
        """Return the removals of the other references of a cycle that a removal breaks."""
        edges = self._edges.get(removal, [])[:1]
        return [found for edge in edges for found in self._way_back(edge, set(), set())]

    def of_all_cycles(
        self, removal: Removal, choose: Callable[[list[Removal]], Removal | None]
    ) -> list[Removal]:
        """Return the removals that break all cycles that another one breaks.

        `choose` tells which of the other references of a cycle is to be removed. The list is empty
        if it refuses, or if more changes than a reader can take in would be needed.
        """
        edges = self._edges.get(removal, [])
        chosen: list[Removal] = []
        gone: set[str] = set()
        waiting = edges[:_FEW]
        while waiting and self._steps < _MOST_STEPS:
            cycle = self._way_back(waiting[-1], self._free, gone)
            if cycle:
                found = choose(cycle)
                if found is None or len(chosen) == _MOST:
                    return []
                chosen.append(found)
                gone.add(found.name)
                continue
            waiting.pop()
            if not waiting and chosen:
                more = self._on_a_cycle(edges, gone)
                if more is None:
                    return chosen
                if not self._way_back(more, self._free, gone):
                    # It is a cycle through several of the edges, or one of a single object.
                    return []
                waiting = [more]
        return []

    def _on_a_cycle(self, edges: list[int], gone: set[str]) -> int | None:
        """Return the first of some edges that is on a cycle of them and of those that are left."""
        graph = self._graph
        left = [
            edge
            for edge, removal in self._left.items()
            if edge not in self._free and removal.name not in gone
        ]
        pairs = [(id_of(graph.tail(edge)), id_of(graph.head(edge))) for edge in (*edges, *left)]
        self._steps += len(pairs)
        whole = DirectedGraph.from_edge_pairs({end for pair in pairs for end in pair}, pairs)
        part_of = {
            end: number for number, part in enumerate(whole.cyclic_components()) for end in part
        }
        for edge, (tail, head) in zip(edges, pairs, strict=False):
            if tail in part_of and part_of[tail] == part_of.get(head):
                return edge
        return None

    def _way_back(self, edge: int, free: set[int], gone: set[str]) -> list[Removal]:
        """Return the removals of a shortest path from the head of an edge to its tail.

        The path has no edge of `free`, and none whose name is in `gone`.
        """
        start, goal = id_of(self._graph.head(edge)), id_of(self._graph.tail(edge))
        before: dict[int, tuple[int, Removal]] = {}
        near = [start]
        while near and goal not in before:
            further = []
            for here in near:
                self._steps += len(self._out_edges.get(here, ()))
                for out_edge, there in self._out_edges.get(here, ()):
                    removal = self._left[out_edge]
                    is_new = there not in before and there != start
                    if is_new and out_edge not in free and removal.name not in gone:
                        before[there] = here, removal
                        further.append(there)
            near = further
        found = []
        place = goal
        while place in before:
            place, removal = before[place]
            found.append(removal)
        return found[::-1]
