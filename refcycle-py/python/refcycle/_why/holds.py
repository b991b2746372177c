"""Whether a reference is the only one, so that an object goes if it is removed."""

from __future__ import annotations

import gc
import types
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from refcycle._objects.types import id_of
from refcycle._refcycle import ObjectGraph, Root, SavedObject, annotated_references

if TYPE_CHECKING:
    from refcycle._why.chains import Chain

__all__ = ["Holds"]

# What a call holds beside its variables, and what all of a program can be reached from.
_NOT_OF_CALLS = (
    types.CodeType,
    types.FrameType,
    types.ModuleType,
    type,
    ObjectGraph,
    Root,
)
# More objects are not looked at. A variable holds what it holds by few references.
_MOST = 20_000


class Holds:
    """The references to the objects of an answer."""

    def __init__(
        self, graph: ObjectGraph | None, chains: Iterable[Chain], unexplained: int
    ) -> None:
        self._graph = graph
        self._in_chains = {id_of(step.object) for chain in chains for step in chain.steps}
        self._unexplained = unexplained

    def is_held_once(self, obj: object) -> bool:
        """Return whether a single reference of the whole heap leads to an object of a chain."""
        graph = self._graph
        if graph is None or len(graph.parents(obj)) != 1:
            return False
        # The references that are not in this part of the heap are from outside it.
        return not any(root.vertex is obj for root in graph.roots())

    def holders_of(self, obj: object) -> tuple[Sequence[str], int]:
        """Return what holds the first object of a chain, and how many holders are unknown."""
        roots = [] if self._graph is None else self._graph.roots()
        for root in roots:
            if root.vertex is obj:
                return root.holders, root.unexplained
        return (), 0

    def is_held_once_by(self, call: object, obj: object) -> bool:
        """Return whether a frame or generator holds the asked object by one variable alone.

        Other holders of it are in other chains; that the caller holds it too does not count.
        """
        if self._graph is None or self._unexplained:
            return False
        if type(obj) is SavedObject:
            return not any(root.vertex is obj for root in self._graph.roots())
        found = annotated_references(call)
        if len(found[obj]) != 1:
            return False
        others = [other for other in found if other is not obj]
        return not self._leads_to(obj, others, self._in_chains)

    def _leads_to(self, obj: object, starts: Iterable[Any], apart: Collection[int]) -> bool:
        """Return whether a path leads to an object from others, not through some of them."""
        seen = {*apart}
        pending = [*starts]
        for start in pending:
            if id(start) in seen or issubclass(type(start), _NOT_OF_CALLS):
                continue
            seen.add(id(start))
            if len(pending) > _MOST:
                return False
            inside = gc.get_referents(start)
            if type(start) is types.FunctionType:
                names = start.__globals__
                inside = [held for held in inside if held is not names]
            if any(held is obj for held in inside):
                return True
            pending += inside
        return False
