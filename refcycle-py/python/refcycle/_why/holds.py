"""Whether a reference is the only one to an object, so that removing it frees the object."""

from __future__ import annotations

import gc
import sys
import types
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from refcycle._objects.types import id_of, is_ours
from refcycle._refcycle import (
    ObjectGraph,
    Root,
    SavedObject,
    annotated_references,
)

if TYPE_CHECKING:
    from refcycle._why.chains import Chain

__all__ = ["Holds", "hidden_holders"]

# Objects that a call holds besides its variables, and those from which a whole program is
# reachable.
_NOT_OF_CALLS: tuple[type, ...] = (
    types.CodeType,
    types.FrameType,
    types.ModuleType,
    type,
    ObjectGraph,
    Root,
)
# The most objects that are examined. Few references lead from a variable to what it holds.
_MOST = 20_000
_MOST_BESIDE = 5_000
_MORE = object()
# What a call has besides its variables.
_OF_ALL_CALLS = {"f_back", "f_builtins", "f_code", "f_globals", "gi_code", "cr_code", "ag_code"}


class Holds:
    """The references to the objects of an answer."""

    def __init__(
        self, graph: ObjectGraph | None, chains: Iterable[Chain], unexplained: int
    ) -> None:
        self._graph = graph
        self._in_chains = {id_of(step.object) for chain in chains for step in chain.steps}
        self._unexplained = unexplained

    def is_held_once(self, obj: object) -> bool:
        """Return whether the whole heap has a single reference to an object of a chain."""
        graph = self._graph
        if graph is None or len(graph.parents(obj)) != 1:
            return False
        # References from outside this part of the heap are those of its roots.
        return not any(root.vertex is obj for root in graph.roots())

    def holders_of(self, obj: object) -> tuple[Sequence[str], int]:
        """Return the holders of the first object of a chain, and how many are unknown."""
        roots = [] if self._graph is None else self._graph.roots()
        for root in roots:
            if root.vertex is obj:
                return root.holders, root.unexplained
        return (), 0

    def is_held_once_by(self, call: object, obj: object) -> bool:
        """Return whether a frame or generator holds the target object through one variable only.

        Other holders of the object are in other chains; its caller does not count.
        """
        if self._graph is None or self._unexplained:
            return False
        if type(obj) is SavedObject:
            return not any(root.vertex is obj for root in self._graph.roots())
        found = annotated_references(call)
        # The thread may have continued since the snapshot.
        if len(found.get(obj, ())) != 1:
            return False
        others = [
            other
            for other, names in found.items()
            if other is not obj and not _OF_ALL_CALLS.issuperset(map(str, names))
        ]
        return not self._leads_to(obj, others, self._in_chains)

    def _leads_to(self, obj: object, starts: Iterable[Any], apart: Collection[int]) -> bool:
        """Return whether a path that avoids `apart` may lead from `starts` to an object.

        A traceback may: its frames have variables.
        """
        return any(
            held is obj or held is _MORE or type(held) is types.TracebackType
            for _, held in _references(starts, apart, _MOST)
        )


def _references(
    starts: Iterable[Any], apart: Collection[int], most: int
) -> Iterator[tuple[Any, Any]]:
    """Yield the references of objects and of everything reachable from them, nearest first.

    Modules, classes, the globals of functions, objects of refcycle and the objects in `apart` are
    not followed. At most `most` objects are examined: if there are
    more, the last pair has `_MORE`.
    """
    seen = {*apart}
    pending = [*starts]
    is_passed: dict[int, bool] = {}
    for start in islice(pending, most):
        # By id: a metaclass may have a `__hash__` of its own.
        kind = id(type(start))
        if kind not in is_passed:
            is_passed[kind] = not issubclass(type(start), _NOT_OF_CALLS) and not is_ours(start)
        if id(start) in seen or not is_passed[kind]:
            continue
        seen.add(id(start))
        inside = gc.get_referents(start)
        if type(start) is types.FunctionType:
            names = start.__globals__
            inside = [held for held in inside if held is not names]
        for held in inside:
            yield start, held
        pending += inside
    if len(pending) > most:
        yield None, _MORE


def _first_referents(obj: Any) -> Sequence[object]:
    """Return the first objects that an object refers to, without a copy of a long list."""
    if type(obj) is list and len(obj) > _MOST_BESIDE:
        return obj[: -_MOST_BESIDE - 1 : -1]  # in the order of `gc.get_referents`
    return gc.get_referents(obj)


def hidden_holders(graph: ObjectGraph, chains: Sequence[Chain]) -> list[Any]:
    """Return other holders of the target object that are reachable from objects of its chains.

    Chains share no objects, so that of several references below one object they show only one.
    `graph` has the objects of the chains. Only some thousand objects are examined, nearest
    first. The list is empty for a graph from a file.
    """
    if not chains or type(asked := chains[0].steps[-1].object) is SavedObject:
        return []
    shown = {id(obj) for obj in graph}
    # What a module names is a holder in a chain of its own, or a variable of the person who asks.
    namespaces = {id(vars(obj)) for obj in graph if type(obj) is types.ModuleType}
    starts = [obj for obj in graph if obj is not asked and id(obj) not in namespaces]
    found: dict[int, Any] = {}
    inside = (
        held
        for start in starts
        if not issubclass(type(start), _NOT_OF_CALLS) and start is not sys.modules
        for held in _first_referents(start)
    )
    for holder, held in _references(islice(inside, _MOST_BESIDE), shown, _MOST_BESIDE):
        if held is asked:
            found[id(holder)] = holder
    return [*found.values()]
