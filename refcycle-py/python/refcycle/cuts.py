"""Which references to cut so that a component has no cycle, and how.

The cost of a reference is what it takes a programmer to do without it: little for an
attribute of an instance that refers back to its owner, as a weak reference does just as well;
more for one to what the instance owns, which would be freed while it is in use; most where
Python itself needs it. References with one name are removed by one change to the program, so
that they share its cost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from refcycle._cycles import cut_search
from refcycle._cycles.cut_search import FoundCut
from refcycle._cycles.removal import Removal, Risk, let_go
from refcycle._cycles.removal_costs import removals_of
from refcycle._objects.types import id_of
from refcycle._text.escapes import escaped
from refcycle._text.numbers import counted

if TYPE_CHECKING:
    from refcycle._cycles.directions import CreationOrder
    from refcycle._refcycle import ObjectGraph

__all__ = ["Cut", "NamedReference", "cut_of"]


_MOST_SEARCHES = 4
# Points of evidence, as in `link_evidence`.
_ENOUGH = 2.0
_MADE = 1.5
_IN_CONTAINER = 0.5


class NamedReference(NamedTuple):
    """References with one name that are to be cut, and how to do that."""

    name: str
    """For example `Child.parent`, or `Parent.children[*]` for an item."""
    advice: str
    """What to change in the program."""
    edges: tuple[int, ...]
    """The numbers of the edges to cut that have this name, ascending."""

    def __str__(self) -> str:
        count = len(self.edges)
        advice = escaped(self.advice)
        return advice if count == 1 else f"{advice} ({counted(count, 'reference')})"


class Cut:
    """References whose removal leaves a component without cycles. It keeps no object alive."""

    __slots__ = ("cost", "exact", "lower_bound", "references")

    references: tuple[NamedReference, ...]
    """The references by name, the most frequent first."""
    cost: float
    """The sum of their costs; with `smallest`, their number."""
    lower_bound: float
    """A proven lower bound: no such set of references costs less than this."""
    exact: bool
    """Whether the cut is proven to have the least possible cost."""

    def __init__(
        self,
        references: tuple[NamedReference, ...],
        cost: float,
        lower_bound: float,
        exact: bool,
    ) -> None:
        self.references = references
        self.cost = cost
        self.lower_bound = lower_bound
        self.exact = exact

    @property
    def edges(self) -> tuple[int, ...]:
        """The numbers of all edges to cut, ascending."""
        return tuple(sorted(edge for found in self.references for edge in found.edges))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the references."""
        return tuple(found.name for found in self.references)

    def __str__(self) -> str:
        # A class has several references of which the same is to be said.
        text = ", and ".join(dict.fromkeys(map(str, self.references)))
        return text if self.exact else f"{text}; a better cut may exist"

    def __repr__(self) -> str:
        count = counted(len(self.edges), "reference")
        return f"<Cut of {count}: {escaped(', '.join(self.names))}>"


def cut_of(
    graph: ObjectGraph,
    order: CreationOrder | None = None,
    *,
    smallest: bool = False,
    classes: bool = False,
) -> Cut:
    """Return a cut of a graph: see `Cycle.cut`."""
    removals = removals_of(graph, order)
    if not classes:
        # These cost nothing, and are not told of.
        free = {place for place, removal in enumerate(removals) if removal.is_of_structure}
        cut = _cut(graph, removals, free, smallest)
        if cut.references:
            return cut
    return _cut(graph, removals, set(), smallest)


def _cut(graph: ObjectGraph, removals: list[Removal], free: set[int], smallest: bool) -> Cut:
    if smallest:
        found = cut_search.smallest(graph, removals, free)
    else:
        found, removals = _without_loss(graph, removals, free)
    edges_by_removal: dict[Removal, list[int]] = {}
    for edge, removal in zip(graph.edges, removals, strict=True):
        if edge in found.edges:
            edges_by_removal.setdefault(removal, []).append(edge)
    others = cut_search.alternatives(graph, removals, found.edges)
    references = [
        NamedReference(
            removal.name, _advice(removal, others.get(removal, [])), tuple(sorted(edges))
        )
        for removal, edges in edges_by_removal.items()
    ]
    references.sort(key=lambda named: (-len(named.edges), named.name))
    return Cut(tuple(references), found.cost, found.lower_bound, found.exact)


def _without_loss(
    graph: ObjectGraph, removals: list[Removal], free: set[int]
) -> tuple[FoundCut, list[Removal]]:
    """Return a cut that leaves each object held that something outside the component holds."""
    outside = {id_of(obj) for obj in graph if graph.external_references(obj) != 0}
    found = cut_search.search(graph, removals, free)
    for _ in range(_MOST_SEARCHES if outside else 0):
        lost = cut_search.lost_objects(graph, found.edges, outside)
        wrong = {
            removal
            for edge, removal in zip(graph.edges, removals, strict=True)
            if edge in found.edges
            and removal.risk < Risk.OWNED
            and removal.target
            and id_of(graph.head(edge)) in lost
        }
        if not wrong:
            break
        removals = [
            let_go(removal.name, removal.cost) if removal in wrong else removal
            for removal in removals
        ]
        found = cut_search.search(graph, removals, free)
    return found, removals


def _advice(removal: Removal, others: list[Removal]) -> str:
    """Return what to change, with the condition if it is not known which of two is the owner."""
    if removal.risk is not Risk.OPEN:
        return removal.advice
    open_ones = [other for other in others if other.risk is Risk.OPEN]
    if not open_ones and _is_owned(removal, others):
        return removal.advice
    advice = f"{removal.advice} if something else holds the {removal.target}"
    if open_ones:
        other = min(open_ones)
        advice += f", or else {other.advice}"
    return advice


def _is_owned(removal: Removal, others: list[Removal]) -> bool:
    """Return whether the rest of the cycle says that it leads from the owner to its part."""
    is_made = any(other.evidence <= -_ENOUGH for other in others)
    is_in_container = any(other.risk is Risk.OWNED for other in others)
    points = _MADE if is_made else _IN_CONTAINER if is_in_container else 0.0
    return removal.evidence + points >= _ENOUGH
