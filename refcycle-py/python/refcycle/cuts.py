"""Which references to cut so that a component has no cycle, and how.

The cost of a reference is what it takes a programmer to do without it: little for an
attribute of an instance that refers back to its owner, as a weak reference does just as well;
more for one to what the instance owns, which would be freed while it is in use; most where
Python itself needs it. References with one name are removed by one change to the program, so
that they share its cost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from refcycle._cycles.removal_costs import Removal, removals_of
from refcycle._text.escapes import escaped
from refcycle._text.numbers import counted

if TYPE_CHECKING:
    from refcycle._refcycle import ObjectGraph

__all__ = ["Cut", "NamedReference", "cut_of"]


# How much the order of names may add, so that of equals one is taken in every run.
_SHARE_OF_ORDER = 0.01


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


def cut_of(graph: ObjectGraph, *, smallest: bool = False, classes: bool = False) -> Cut:
    """Return a cut of a graph: see `Cycle.cut`."""
    removals = removals_of(graph)
    weights = _weights(removals, smallest)
    if not classes:
        # These cost nothing, and are not told of.
        without = [
            0.0 if removal.is_of_structure else weight
            for removal, weight in zip(removals, weights, strict=True)
        ]
        cut = _cut(graph, removals, without)
        if cut.references:
            return cut
    return _cut(graph, removals, weights)


def _cut(graph: ObjectGraph, removals: list[Removal], weights: list[float]) -> Cut:
    found = graph.feedback_arc_set(weights)
    wanted = set(found.edges)
    edges_by_removal: dict[Removal, list[int]] = {}
    for edge, removal, weight in zip(graph.edges, removals, weights, strict=True):
        if edge in wanted and weight > 0.0:
            edges_by_removal.setdefault(removal, []).append(edge)
    references = [
        NamedReference(removal.name, removal.advice, tuple(sorted(edges)))
        for removal, edges in edges_by_removal.items()
    ]
    references.sort(key=lambda named: (-len(named.edges), named.name))
    return Cut(tuple(references), found.weight, found.lower_bound, found.is_optimal)


def _weights(removals: list[Removal], smallest: bool) -> list[float]:
    if smallest:
        return [removal.cost if removal.is_fixed else 1.0 for removal in removals]
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
