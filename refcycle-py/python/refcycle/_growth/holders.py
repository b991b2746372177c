"""Who holds an object, when graphs of refcycle do not count."""

import sys
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from types import FrameType, ModuleType
from typing import Any, NamedTuple

from refcycle._refcycle import ObjectGraph, Root, Tree
from refcycle._text.tables import escaped

__all__ = ["Chain", "Holders"]

# A chain is looked for among so many objects. A leak has its holder near.
NEAR = 10_000

# So many threads have a search of their own when what they hold is looked for.
FRAMES = 20


class Chain(NamedTuple):
    """What holds an object, from one holder to the next.

    Printed it is the tree of the chain, and what holds its end.
    """

    tree: Tree
    """The object, and below it one holder after the other. It has names, and no object."""

    end: str
    """What holds the last of them, as in `running in thread MainThread`.

    Empty for a module. It also says when nothing holds the object.
    """

    def __str__(self) -> str:
        """Return the tree and, on a line of its own, what holds its end."""
        return f"{self.tree}\n({escaped(self.end)})" if self.end else str(self.tree)


class Holders:
    """The objects of a snapshot, with graphs left out.

    A graph holds its vertices. So it stands between a question and its answer when one asks
    of a later snapshot what is still in use.
    """

    def __init__(self, snapshot: ObjectGraph) -> None:
        self._snapshot = snapshot
        self.others = snapshot - ObjectGraph(_graphs(snapshot))
        """The snapshot without graphs."""

    @cached_property
    def _roots(self) -> dict[int, Root]:
        return {id(root.vertex): root for root in self._snapshot.roots()}

    def unused(self) -> ObjectGraph:
        """Return the objects that are held by graphs alone, or by nothing but each other.

        Exact for the moment of the snapshot. Takes the time of a few searches of it, and
        some microseconds for each object that neither modules nor running calls lead to.
        """
        rest = self.others
        # They lead to nearly everything, by searches that are not written in Python.
        for start in [sys.modules, *islice(self._innermost_frames(), FRAMES)]:
            if start in rest:
                rest = rest - rest.descendants(start)
        waiting = [obj for obj in rest if self._snapshot.external_references(obj) != 0]
        used = set(map(id, waiting))
        while waiting:
            for child in rest.children(waiting.pop()):
                if id(child) not in used:
                    used.add(id(child))
                    waiting.append(child)
        return rest.full_subgraph([obj for obj in rest if id(obj) not in used])

    def _innermost_frames(self) -> Iterator[FrameType]:
        """Go over the running frames that have called no other: they lead to their callers."""
        frames = [obj for obj in self.others.find_by_typename("frame") if type(obj) is FrameType]
        running = [obj for obj in frames if self._snapshot.external_references(obj) != 0]
        callers = {id(child) for frame in frames for child in self.others.children(frame)}
        return (frame for frame in running if id(frame) not in callers)

    def chain(self, obj: object) -> Chain:
        """Return a shortest chain from `obj` to a module, or else to a root.

        A root whose holder is known comes before one that something in C holds.
        """
        roots = self._roots
        next_of: dict[int, Any] = {id(obj): None}
        end = obj
        best = 0
        level = [obj]
        while level and best < 2:
            for holder in level:
                if (worth := _worth(holder, roots)) > best:
                    end, best = holder, worth
            level = [] if best > 1 else list(self._next_level(level, next_of))
        path = [end]
        while (nearer := next_of[id(path[-1])]) is not None:
            path.append(nearer)
        tree = self.others.full_subgraph(path).tree(obj, max_depth=None)
        return Chain(tree, _name(end, roots) if best else self._unknown(len(next_of)))

    def _unknown(self, looked_at: int) -> str:
        if looked_at < NEAR:
            return "nothing but graphs or garbage holds it"
        return f"no root among the nearest {NEAR:,} objects"

    def _next_level(self, level: list[Any], next_of: dict[int, Any]) -> Iterator[Any]:
        for obj in level:
            for holder in self.others.parents(obj):
                if id(holder) not in next_of and len(next_of) < NEAR:
                    next_of[id(holder)] = obj
                    yield holder


def _graphs(snapshot: ObjectGraph) -> list[Any]:
    """Return the vertices that are graphs or roots of graphs: they hold others' objects."""
    return [
        obj
        for class_ in (ObjectGraph, Root)
        for obj in snapshot.find_by_typename(class_.__name__)
        if type(obj) is class_
    ]


def _worth(obj: object, roots: dict[int, Root]) -> int:
    """Return how much it explains that a chain ends here."""
    if type(obj) is ModuleType:
        return 3
    root = roots.get(id(obj))
    return 0 if root is None else 2 if root.holders else 1


def _name(end: object, roots: dict[int, Root]) -> str:
    root = roots.get(id(end))
    return "" if root is None or type(end) is ModuleType else root.name
