"""Garbage: the cycles that hold it, the references to cut, and whether a collection frees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from refcycle._objects.types import id_of
from refcycle._text.numbers import counted
from refcycle.cycles import cycles_of

if TYPE_CHECKING:
    from refcycle._refcycle import ObjectGraph
    from refcycle._why.chains import Step
    from refcycle.cuts import Cut
    from refcycle.cycles import Cycle, SimpleCycle

__all__ = ["Garbage", "Outlook"]

Outlook = tuple[str, bool]
"""The effect of a collection, as a word of `heap::Outlook`, and whether a finalizer may revive the
object."""

# The number of cycles can grow exponentially.
_MOST_COUNTED = 100
_MOST_SHOWN = 4
# In larger components, neither cycles nor cuts are searched for.
_LARGEST = 50_000

_OUTLOOKS = {
    "next": "the next collection frees it",
    "full": "the next full collection frees it, as gc.collect() does",
    "disabled": "gc.collect() frees it; the collector is disabled",
    "saved": "a collection moves it to gc.garbage, because gc.DEBUG_SAVEALL is set",
    "frozen": "no collection frees it before gc.unfreeze(), because gc.freeze() has set it aside",
    "untracked": "no collection frees it, because the collector does not track an object of its "
    "cycles",
    "suspended": "no collection frees it, because the collector keeps suspended greenlets: end "
    "the greenlet with kill() or throw()",
    "uncollectable": "no collection frees it, because a type of these objects has a finalizer "
    "written in C (tp_del)",
}
_FREED = ("next", "full", "disabled")


class Garbage:
    """The cycles that hold a garbage object. It keeps their objects alive."""

    __slots__ = ("_components", "_cuts", "_nearest_ids", "graph", "nearest", "outlook")

    def __init__(
        self,
        nearest: tuple[Step, ...],
        objects: Sequence[object],
        graph: ObjectGraph,
        outlook: Outlook | None,
    ) -> None:
        self._nearest_ids = sorted(map(id_of, objects))
        self.nearest = nearest
        """The steps of the nearest cycle; empty if no cycle holds the object."""
        self.graph = graph
        """The objects of all cycles that hold it, and the references between them."""
        self.outlook = outlook
        self._components: tuple[Cycle, ...] | None = None
        self._cuts: tuple[Cut, ...] | None = None

    @property
    def components(self) -> tuple[Cycle, ...]:
        """The components whose cycles hold it; those that no other component holds come first."""
        if self._components is None:
            self._components = tuple(cycles_of(self.graph, classes=True))
        return self._components

    @property
    def is_large(self) -> bool:
        """Whether there are too many objects to search for all cycles."""
        return len(self.graph) > _LARGEST

    @property
    def cuts(self) -> tuple[Cut, ...]:
        """For each component, the references whose removal leaves it without cycles."""
        if self._cuts is None:
            is_small = not self.is_large
            self._cuts = (
                tuple(found.cut(classes=True) for found in self.components) if is_small else ()
            )
        return self._cuts

    @property
    def collection(self) -> str:
        """The effect of a collection on it, as a sentence.

        Empty if that is unknown, as for a graph from a file, or if no cycle holds it.
        """
        # An object that no cycle holds is freed together with the graph.
        if self.outlook is None or not self.nearest:
            return ""
        word, revives = self.outlook
        may_live = word in _FREED and revives
        return _OUTLOOKS[word] + (", unless a finalizer (__del__) revives it" * may_live)

    def count(self) -> int:
        """Return the number of cycles that hold it; counting stops above 100."""
        references: Counter[tuple[int, int]] = Counter()
        for edge in self.graph.edges:
            ends = id_of(self.graph.tail(edge)), id_of(self.graph.head(edge))
            references[ends] += 1
        count = 0
        for component in self.components:
            for objects in component.graph.simple_cycles():
                ids = [id_of(obj) for obj in objects]
                # Two attributes with the same value make two cycles.
                times = 1
                for tail, head in zip(ids, [*ids[1:], ids[0]], strict=True):
                    times *= references[tail, head]
                count += times
                if count > _MOST_COUNTED:
                    return count
        return count

    def holders(self) -> str:
        """Return a sentence about the cycles that hold it; empty if there are none."""
        objects = counted(len(self.graph), "object")
        if not self.nearest:
            return ""
        if self.is_large:
            return f"only cycles hold it, among {objects}"
        count = self.count()
        if count == 1:
            return f"only a cycle of {counted(len(self.nearest), 'object')} holds it"
        many = f"more than {_MOST_COUNTED}" if count > _MOST_COUNTED else f"{count}"
        return f"only {many} cycles hold it, {objects} in all"

    def others(self) -> list[str]:
        """Return the lines about the other cycles; empty for a large component."""
        if self.is_large or not self.nearest:
            return []
        found = []
        is_shown = False
        for other in islice(self._simple_cycles(), _MOST_SHOWN + 2):
            if not is_shown and sorted(map(id_of, other.objects)) == self._nearest_ids:
                is_shown = True
            else:
                found.append(f"and {other.text}")
        if len(found) > _MOST_SHOWN:
            found[_MOST_SHOWN:] = ["and other cycles"]
        return found

    def _simple_cycles(self) -> Iterator[SimpleCycle]:
        for component in self.components:
            yield from component.simple_cycles()

    def advice(self) -> str:
        """Return how to free it without a collection; empty if that is unknown."""
        return ", and ".join(dict.fromkeys(map(str, self.cuts)))
