"""The references to cut: as few risky ones as possible, and then the cheapest.

References with the same name share a cost, because one change to the program removes all of them.
But a single reference whose removal may free an object in use is as bad as many. So the search
first finds what remains to be cut after all safe changes, and then which of these are needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from refcycle._cycles.removal import Removal
from refcycle._objects.types import id_of

if TYPE_CHECKING:
    from refcycle._refcycle import ObjectGraph

__all__ = ["FoundCut", "lost_objects", "search", "smallest"]

# A weight that no sum of costs reaches.
_FORBIDDEN = 1e9
# The largest weight of the order of names, so that every run chooses the same of equal cuts.
_SHARE_OF_ORDER = 0.01


class FoundCut(NamedTuple):
    """The numbers of the edges to cut, and what is known about their cost."""

    edges: set[int]
    cost: float
    lower_bound: float
    exact: bool


def search(graph: ObjectGraph, removals: Sequence[Removal], free: set[int]) -> FoundCut:
    """Return the edges to cut. The edges at the places in `free` cost nothing.

    References with the highest risk are minimised first, then those with the next lower risk.
    """
    costs = _costs(removals)
    places = {edge: place for place, edge in enumerate(graph.edges)}
    chosen: set[int] = set(free)
    cost = lower_bound = 0.0
    exact = True
    edges = list(graph.edges)
    for risk in sorted({removal.risk for removal in removals}, reverse=True):
        firm = [
            edge for edge, removal in zip(edges, removals, strict=True) if removal.risk >= risk
        ]
        if _has_no_path(graph, firm):
            continue
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
    return FoundCut({edges[place] for place in chosen - free}, cost, min(lower_bound, cost), exact)


def _has_no_path(graph: ObjectGraph, edges: Sequence[int]) -> bool:
    """Return whether no edge leads to another one. Then they are in no cycle of their own."""
    tails = {id_of(graph.tail(edge)) for edge in edges}
    return not any(id_of(graph.head(edge)) in tails for edge in edges)


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
    # By id first: to hash a removal takes long, and thousands of references share one.
    # A Counter would query an abstract base class, which remembers the classes it was asked about.
    by_id: dict[int, int] = {}
    for removal in removals:
        by_id[id(removal)] = by_id.get(id(removal), 0) + 1
    shared = {id(removal): removal for removal in removals}
    counts: dict[Removal, int] = {}
    for number, removal in shared.items():
        counts[removal] = counts.get(removal, 0) + by_id[number]
    each = {
        removal: (removal.cost + _SHARE_OF_ORDER * place / len(counts))
        / (1 if removal.is_fixed else counts[removal])
        for place, removal in enumerate(sorted(counts))
    }
    costs = {number: each[removal] for number, removal in shared.items()}
    return [costs[id(removal)] for removal in removals]


def lost_objects(graph: ObjectGraph, edges: set[int], outside: Iterable[int]) -> set[int]:
    """Return the ids of the objects that nothing holds any more when edges are cut."""
    seen = set(outside)
    if all(id_of(obj) in seen for obj in graph):
        return set()
    following: dict[int, list[int]] = {}
    for edge in graph.edges:
        if edge not in edges:
            following.setdefault(id_of(graph.tail(edge)), []).append(id_of(graph.head(edge)))
    waiting = list(seen)
    while waiting:
        for there in following.get(waiting.pop(), []):
            if there not in seen:
                seen.add(there)
                waiting.append(there)
    return {id_of(obj) for obj in graph} - seen
