"""Which references to cut so that a component has no cycle, and how.

A program can do without a strong reference from an object back to its owner, because a weak
reference works just as well. It cannot do without one to an object that the owner alone holds,
which would be freed while it is in use. `_cycles.removal_costs` tells these apart, and
`_cycles.cut_search` finds the fewest and cheapest ones to cut.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from refcycle._cycles import cut_search
from refcycle._cycles.alternatives import Alternatives
from refcycle._cycles.cut_search import FoundCut
from refcycle._cycles.directions import Directions, Surroundings
from refcycle._cycles.imported_modules import KEPT_BY_MODULES
from refcycle._cycles.link_evidence import ENOUGH
from refcycle._cycles.removal import NoChange, Removal, Risk, let_go, no_change
from refcycle._cycles.removal_costs import removals_of
from refcycle._objects.types import id_of
from refcycle._text.escapes import escaped
from refcycle._text.numbers import counted

if TYPE_CHECKING:
    from refcycle._refcycle import ObjectGraph

__all__ = ["Cut", "NamedReference", "cut_of"]


_MOST_SEARCHES = 4
# The kind of the references for which no safe change is known.
_NO_CHANGE = "no change"
# Between a change with a condition and those that are needed without it.
_OR_ELSE = ", or else "
# At most this many changes, each of a kind of its own, are shown as text.
_MOST_SHOWN = 10
# Additional evidence for a link back, if the owner creates the object that it holds.
_MADE = 1.5
# With this many points or fewer, the link probably leads from the owner to what it owns.
_LIKELY_OWNED = -1.0


class NamedReference(NamedTuple):
    """References with one name that are to be cut, and how to do that.

    Attributes:
        name: For example `Child.parent`, or `Parent.children[*]` for an item.
        advice: What to change in the program.
        edges: The numbers of the edges to cut that have this name, ascending.
    """

    name: str
    advice: str
    edges: tuple[int, ...]

    def __str__(self) -> str:
        count = len(self.edges)
        advice = escaped(self.advice)
        if count == 1:
            return advice
        # If the advice names two references, the count is that of the first.
        of = f" of `{escaped(self.name)}`" if _OR_ELSE in self.advice else ""
        return f"{advice} ({counted(count, 'reference')}{of})"


class Cut:
    """References whose removal leaves a component without cycles. It keeps no object alive.

    It has no references if imported modules keep the component alive: see `Cycle.cut`.

    Attributes:
        references: The references by name, the most frequent first.
        cost: The sum of their costs; with `smallest`, their number.
        lower_bound: A proven lower bound: no cut with as little risk costs less than this.
        exact: Whether the cut is proven to have the least possible cost.
    """

    __slots__ = ("_kept_by_modules", "_kinds", "cost", "exact", "lower_bound", "references")

    references: tuple[NamedReference, ...]
    cost: float
    lower_bound: float
    exact: bool

    def __init__(
        self,
        references: tuple[NamedReference, ...],
        cost: float,
        lower_bound: float,
        exact: bool,
        kinds: tuple[str, ...] = (),
        *,
        kept_by_modules: bool = False,
    ) -> None:
        self.references = references
        self.cost = cost
        self.lower_bound = lower_bound
        self.exact = exact
        # Changes of one kind are alike; an empty kind is a change of its own.
        self._kinds = kinds or ("",) * len(references)
        self._kept_by_modules = kept_by_modules

    @property
    def edges(self) -> tuple[int, ...]:
        """The numbers of all edges to cut, ascending."""
        return tuple(sorted(edge for found in self.references for edge in found.edges))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the references."""
        return tuple(found.name for found in self.references)

    def __str__(self) -> str:
        if self._kept_by_modules:
            return "; ".join([KEPT_BY_MODULES, *self._listed()])
        # The same advice may apply to several references of a class.
        shown: dict[str, tuple[str, str, int]] = {}
        for reference, kind in zip(self.references, self._kinds, strict=True):
            text = str(reference)
            key = kind or text
            it = f"`{escaped(reference.name)}`" if _OR_ELSE in text else "it"
            found, it, others = shown.get(key, (text, it, -1))
            # The same change is not another one.
            shown[key] = found, it, others + (found != text or others < 0)
        if _NO_CHANGE in shown:
            # What can be changed comes first.
            shown[_NO_CHANGE] = shown.pop(_NO_CHANGE)
        texts = [
            text + (f" (and {others:,} more like {it})" if others else "")
            for text, it, others in islice(shown.values(), _MOST_SHOWN)
        ]
        if len(shown) > _MOST_SHOWN:
            texts.append(f"{counted(len(shown) - _MOST_SHOWN, 'other change')}")
        text = ", and ".join(texts)
        return text if self.exact else f"{text}; a better cut may exist"

    def _listed(self) -> list[str]:
        """Return what the references are, without advice; empty if there are none."""
        if not self.references:
            return []
        names = [f"`{escaped(name)}`" for name in self.names[:_MOST_SHOWN]]
        if len(self.names) > _MOST_SHOWN:
            names.append(f"{len(self.names) - _MOST_SHOWN:,} more names")
        all_but_last, last = names[:-1], names[-1]
        text = f"{', '.join(all_but_last)} and {last}" if all_but_last else last
        count = counted(len(self.edges), "reference")
        least = "" if self.exact else " (a better cut may exist)"
        return [f"cutting {count}{least} leaves no cycle: {text}"]

    def __repr__(self) -> str:
        count = counted(len(self.edges), "reference")
        return f"<Cut of {count}: {escaped(', '.join(self.names))}>"


def cut_of(
    graph: ObjectGraph,
    surroundings: Surroundings,
    *,
    smallest: bool = False,
    classes: bool = False,
) -> Cut:
    """Return a cut of a graph: see `Cycle.cut`."""
    is_kept = surroundings.is_kept_by_modules(graph)
    if is_kept and not smallest:
        return Cut((), 0.0, 0.0, exact=True, kept_by_modules=True)
    directions = Directions(graph, surroundings)
    removals = removals_of(graph, directions)
    # These cost nothing, and are not shown.
    of_structure = {place for place, removal in enumerate(removals) if removal.is_of_structure}
    free = set() if classes else of_structure
    cut = _cut(graph, removals, free, smallest, directions.outside)
    if free and not cut.references:
        cut = _cut(graph, removals, set(), smallest, directions.outside)
    cut._kept_by_modules = is_kept
    return cut


def _cut(
    graph: ObjectGraph, removals: list[Removal], free: set[int], smallest: bool, outside: set[int]
) -> Cut:
    if smallest:
        found = cut_search.smallest(graph, removals, free)
    else:
        found, removals = _without_loss(graph, removals, free, outside)
    edges_by_removal: dict[Removal, list[int]] = {}
    for edge, removal in zip(graph.edges, removals, strict=True):
        if edge in found.edges:
            edges_by_removal.setdefault(removal, []).append(edge)
    numbers = tuple(graph.edges)
    others = Alternatives(graph, removals, found.edges, {numbers[place] for place in free})
    references = []
    for removal, edges in edges_by_removal.items():
        advice = _advice(removal, others)
        if smallest and type(advice) is NoChange:
            # The fewest references are chosen without a look at what else holds their objects.
            advice = no_change(f"the program may need `{removal.name}`")
        # With a condition, it is another kind.
        kind = removal.kind if advice == removal.advice else removal.kind and f"{removal.kind}?"
        if type(advice) is NoChange:
            kind = _NO_CHANGE
        named = NamedReference(removal.name, advice, tuple(sorted(edges)))
        references.append((named, kind))
    references.sort(key=lambda found: (-len(found[0].edges), found[0].name))
    return Cut(
        tuple(named for named, _ in references),
        found.cost,
        found.lower_bound,
        found.exact,
        tuple(kind for _, kind in references),
    )


def _without_loss(
    graph: ObjectGraph, removals: list[Removal], free: set[int], outside: set[int]
) -> tuple[FoundCut, list[Removal]]:
    """Return a cut that frees no object that something outside holds, perhaps indirectly."""
    found = cut_search.search(graph, removals, free)
    for _ in range(_MOST_SEARCHES if outside else 0):
        lost = cut_search.lost_objects(graph, found.edges, outside)
        wrong = {
            removal
            for edge, removal in zip(graph.edges if lost else (), removals, strict=bool(lost))
            if edge in found.edges
            and removal.risk < Risk.OWNED
            and removal.target
            and id_of(graph.head(edge)) in lost
        }
        if not wrong:
            break
        removals = [
            let_go(removal.name, removal.cost, removal.closing) if removal in wrong else removal
            for removal in removals
        ]
        found = cut_search.search(graph, removals, free)
    return found, removals


def _advice(removal: Removal, others: Alternatives) -> str:
    """Return what to change, with the condition if it is not known which of two is the owner."""
    if not removal.target or removal.risk > Risk.OPEN:
        return removal.advice
    if _is_certain(removal, others.of_a_cycle(removal)):
        return removal.advice
    is_open = removal.risk is Risk.OPEN and not (removal.is_of_peers or removal.is_method)
    if is_open and removal.evidence <= _LIKELY_OWNED:
        return no_change(f"it is likely that only `{removal.name}` holds the {removal.target}")

    def choose(cycle: list[Removal]) -> Removal | None:
        open_ones = [
            other
            for other in cycle
            if other.target and other.risk is removal.risk and other.name != removal.name
        ]
        return min(open_ones, default=None)

    advice = f"{removal.advice} if something else holds the {removal.target}"
    instead = others.of_all_cycles(removal, choose)
    if instead:
        advice += f"{_OR_ELSE}{' and '.join(sorted(other.advice for other in instead))}"
    return advice


def _is_certain(removal: Removal, others: list[Removal]) -> bool:
    """Return whether it leads to the owner, in view of the rest of the cycle."""
    if removal.risk is Risk.SAFE:
        if any(other.is_handed_out for other in others):
            return False
        is_found_by_key = any(other.is_keyed for other in others)
        # Each of the two appears to own the other.
        is_mutual = len(others) == 1 and bool(others[0].target) and others[0].risk is Risk.SAFE
        return removal.is_named or not (is_found_by_key or is_mutual)
    if any(other.risk is Risk.OPEN for other in others):
        return False
    is_made = bool(others) and others[-1].evidence <= -ENOUGH
    return removal.evidence + (_MADE if is_made else 0.0) >= ENOUGH
