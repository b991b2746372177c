"""The references of chains that remedies remove, as edges of a graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from refcycle._objects.types import id_of

if TYPE_CHECKING:
    from refcycle._objects.types import Types
    from refcycle._refcycle import ObjectGraph
    from refcycle._why.chains import Chain
    from refcycle._why.remedy import Pattern

__all__ = ["edges_to_cut"]

_Ends = tuple[int, int]


def edges_to_cut(
    graph: ObjectGraph,
    chains: Sequence[Chain],
    found: Sequence[Sequence[Pattern]],
    types: Types,
) -> tuple[int, ...]:
    """Return the numbers of the edges that the patterns of each chain cut, ascending.

    `graph` has the objects of the chains. A reference from outside the chain has no edge.
    """
    wanted: set[_Ends] = set()
    for chain, patterns in zip(chains, found, strict=True):
        ends = [(id_of(tail.object), id_of(head.object)) for tail, head in pairwise(chain.steps)]
        wanted.update(ends[pattern.cut - 1] for pattern in patterns if pattern.cut)
    if not wanted:
        return ()
    edges: defaultdict[_Ends, list[int]] = defaultdict(list)
    namespaces: defaultdict[int, set[int]] = defaultdict(set)
    for edge in graph.edges:
        tail, head = graph.tail(edge), graph.head(edge)
        edges[id_of(tail), id_of(head)].append(edge)
        if types.of(head).known == "dict":
            namespaces[id_of(tail)].add(id_of(head))
    shown = {id_of(step.object) for chain in chains for step in chain.steps}
    cut: list[int] = []
    for tail_id, head_id in wanted:
        # Chains leave out the `__dict__` between an object and what its attribute holds.
        between = namespaces[tail_id] - shown
        direct = edges.get((tail_id, head_id), [])
        cut += direct or [e for d in between for e in edges.get((d, head_id), ())]
    return tuple(sorted(cut))
