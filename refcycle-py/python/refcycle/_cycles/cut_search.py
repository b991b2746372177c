"""The references to cut: as few as possible that may be wrong, and then the cheapest.

References with one name are removed by one change to the program, so that they share its cost.
But of those that may free an object in use, one is as bad as many. So the search asks first what
is left to do when all safe changes are made, then which of them are needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from refcycle._cycles.removal import Removal, Risk
from refcycle._objects.types import id_of

if TYPE_CHECKING:
    from refcycle._refcycle import ObjectGraph

__all__ = ["FoundCut", "alternatives", "lost_objects", "search", "smallest"]

# What no sum of costs reaches.
_FORBIDDEN = 1e9
# How much the order of names may add, so that of equals one is taken in every run.
_SHARE_OF_ORDER = 0.01


class FoundCut(NamedTuple):
    """The numbers of the edges to cut, and what is known of their cost."""

    edges: set[int]
    cost: float
    lower_bound: float
    exact: bool


def search(graph: ObjectGraph, removals: Sequence[Removal], free: set[int]) -> FoundCut:
    """Return the edges to cut; those that are free, by their places, cost nothing.

    First the highest risk is as seldom as possible, then the next lower one.
    """
    costs = _costs(removals)
    places = {edge: place for place, edge in enumerate(graph.edges)}
    chosen: set[int] = set(free)
    cost = lower_bound = 0.0
    exact = True
    for risk in sorted({removal.risk for removal in removals}, reverse=True):
        weights = []
        for place, removal in enumerate(removals):
            if place in chosen or removal.risk < risk:
                weights.append(0.0)
            elif removal.risk == risk:
                weights.append(costs[place])
            else:
                weights.append(_FORBIDDEN)
        found = graph.feedback_arc_set(weights)
        new = {places[edge] for edge in found.edges if weights[places[edge]] > 0.0}
        chosen |= new
        cost += sum(min(weights[place], costs[place]) for place in new)
        lower_bound += min(found.lower_bound, found.weight)
        exact = exact and found.is_optimal
    edges = list(graph.edges)
    return FoundCut({edges[place] for place in chosen - free}, cost, min(lower_bound, cost), exact)


def smallest(graph: ObjectGraph, removals: Sequence[Removal], free: set[int]) -> FoundCut:
    """Return as few edges to cut as possible."""
    weights = [
        0.0 if place in free else removal.cost if removal.is_fixed else 1.0
        for place, removal in enumerate(removals)
    ]
    found = graph.feedback_arc_set(weights)
    weight_of = dict(zip(graph.edges, weights, strict=True))
    edges = {edge for edge in found.edges if weight_of[edge] > 0.0}
    return FoundCut(edges, found.weight, found.lower_bound, found.is_optimal)


def _costs(removals: Sequence[Removal]) -> list[float]:
    # A Counter would ask an abstract class, which remembers who was asked about.
    counts: dict[Removal, int] = {}
    for removal in removals:
        counts[removal] = counts.get(removal, 0) + 1
    each = {
        removal: (removal.cost + _SHARE_OF_ORDER * place / len(counts))
        / (1 if removal.is_fixed else counts[removal])
        for place, removal in enumerate(sorted(counts))
    }
    return [each[removal] for removal in removals]


def lost_objects(graph: ObjectGraph, edges: set[int], outside: Iterable[int]) -> set[int]:
    """Return the ids of the objects that nothing holds any more when edges are cut."""
    following: dict[int, list[int]] = {}
    for edge in graph.edges:
        if edge not in edges:
            following.setdefault(id_of(graph.tail(edge)), []).append(id_of(graph.head(edge)))
    seen = set(outside)
    waiting = list(seen)
    while waiting:
        for there in following.get(waiting.pop(), []):
            if there not in seen:
                seen.add(there)
                waiting.append(there)
    return {id_of(obj) for obj in graph} - seen


def alternatives(
    graph: ObjectGraph, removals: Sequence[Removal], edges: set[int]
) -> dict[Removal, list[Removal]]:
    """Return, for each removal of a link that is cut, those of the rest of a cycle."""
    ends = {
        edge: (id_of(graph.tail(edge)), id_of(graph.head(edge)), removal)
        for edge, removal in zip(graph.edges, removals, strict=True)
    }
    wanted: dict[Removal, tuple[int, int]] = {}
    following: dict[int, list[tuple[int, Removal]]] = {}
    for edge, (tail, head, removal) in ends.items():
        if edge not in edges:
            following.setdefault(tail, []).append((head, removal))
        elif removal.target and removal.risk <= Risk.OPEN:
            wanted.setdefault(removal, (tail, head))
    return {removal: _path(following, head, tail) for removal, (tail, head) in wanted.items()}


def _path(following: dict[int, list[tuple[int, Removal]]], start: int, end: int) -> list[Removal]:
    """Return the removals of the references of a shortest path."""
    before: dict[int, tuple[int, Removal]] = {}
    near = [start]
    seen = {start}
    while near and end not in seen:
        further = []
        for here in near:
            for there, removal in following.get(here, []):
                if there not in seen:
                    seen.add(there)
                    before[there] = (here, removal)
                    further.append(there)
        near = further
    found = []
    here = end
    while here != start and here in before:
        here, removal = before[here]
        found.append(removal)
    return found[::-1]
