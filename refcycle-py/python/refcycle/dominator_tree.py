"""The dominator tree of a graph: what holds how much memory, from the largest object down."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from refcycle._arguments import index_of
from refcycle._html.parts import document, paragraph, preformatted
from refcycle._refcycle import Retained
from refcycle._text.escapes import escaped, is_encodable, printable
from refcycle._text.lines import line_width, wrapped_tree
from refcycle._text.numbers import counted, size_text

if TYPE_CHECKING:
    from refcycle._refcycle import ObjectGraph

__all__ = ["DominatorTree"]

_SHOWN = 5
_DEEPEST = 6
# Objects that retain less than this share of all bytes are not shown.
_LEAST_SHARE = 0.01


class _Line(NamedTuple):
    branches: str
    retained: Retained


class DominatorTree:
    """The dominator tree of a graph: see `ObjectGraph.dominator_tree`.

    An object is below another one if it would be freed with it. So everything below an object,
    itself included, is what the object retains. Print the tree to see its largest part. It keeps
    the graph alive.

    >>> import refcycle
    >>> lists = [[1], [2]]
    >>> heap = refcycle.snapshot()
    >>> tree = heap.full_subgraph([lists, *lists]).dominator_tree()
    >>> [found.retained_count for found in tree.children()]
    [3]
    >>> tree.immediate_dominator(lists[0]) is lists
    True

    Attributes:
        graph: The graph of which this is the tree.
    """

    def __init__(self, graph: ObjectGraph) -> None:
        self.graph = graph

    def children(self, *obj: Any) -> list[Retained]:
        """Return the objects directly below an object, the largest retainer first.

        Without an argument, these are the objects at the top. `KeyError` if the object is not a
        vertex of the graph.
        """
        return self.graph.directly_dominated_by(*obj)

    def immediate_dominator(self, obj: Any, /) -> Any:
        """Return the object directly above another one; `None` for an object at the top."""
        return self.graph.immediate_dominator(obj)

    def subtree(self, obj: Any, /) -> ObjectGraph:
        """Return the graph of an object and everything below it."""
        return self.graph.dominated_by(obj)

    def retained_size(self, obj: Any, /) -> int:
        """Return the bytes of an object and of everything below it."""
        return self.graph.retained_size(obj)

    def to_text(
        self, *, children: int = _SHOWN, depth: int = _DEEPEST, ascii: bool = False
    ) -> str:
        """Return the largest part of the tree as text, one line for each object.

        Each object shows its `children` largest ones, down to `depth` levels, if they retain at
        least a hundredth of all bytes. A line has the retained size, the object, and the number
        of objects retained. `ValueError` if a number is less than 1.
        """
        return self._text(children, depth, ascii=ascii, width=None)

    def _text(self, children: int, depth: int, *, ascii: bool, width: int | None) -> str:
        for name, number in (("children", children), ("depth", depth)):
            if index_of(name, number) < 1:
                raise ValueError(f"{name} must be at least 1, but is {number}")
        total = sum(self.graph.shallow_sizes())
        marks = ("|- ", "`- ", "|  ") if ascii else ("├─ ", "└─ ", "│  ")
        found = list(self._lines(self.children(), children, depth, total * _LEAST_SHARE, marks))
        lines = [f"{size_text(total)} in {counted(len(self.graph), 'object')}"]
        sizes = [size_text(line.retained.retained_size) for line in found]
        wide = max(map(len, sizes), default=0)
        room = None if width is None else width - wide - 2
        for size, (branches, retained) in zip(sizes, found, strict=True):
            objects = counted(retained.retained_count, "object")
            label = escaped(self.graph._name_of(retained.vertex))
            for below, part in wrapped_tree(branches, f"{label}, {objects}", room):
                lines.append(f"{size:>{wide}}  {below}{part}")
                size = ""
        return "\n".join(lines)

    def _lines(
        self,
        found: list[Retained],
        most: int,
        depth: int,
        least: float,
        marks: tuple[str, str, str],
        before: str = "",
    ) -> Iterator[_Line]:
        shown = [one for one in found[:most] if one.retained_size >= least]
        branch, end, bar = marks
        for place, one in enumerate(shown):
            is_last = place == len(shown) - 1
            yield _Line(before + (end if is_last else branch), one)
            if depth > 1:
                below = before + ("   " if is_last else bar)
                children = self.graph.directly_dominated_by(one.vertex)
                yield from self._lines(children, most, depth - 1, least, marks, below)

    def __str__(self) -> str:
        """Return the largest part of the tree, in lines that fit the terminal: see `to_text`."""
        width = line_width()
        text = self._text(_SHOWN, _DEEPEST, ascii=False, width=width)
        if is_encodable(text):
            return text
        text = self._text(_SHOWN, _DEEPEST, ascii=True, width=width)
        return "\n".join(map(printable, text.split("\n")))

    def _repr_mimebundle_(
        self,
        include: Container[str] | None = None,
        exclude: Container[str] | None = None,
    ) -> dict[str, str]:
        """Return what a notebook shows, by MIME type: `text/plain` and `text/html`."""
        text = self.to_text()
        title, _, tree = text.partition("\n")
        page = document(paragraph(f"Dominator tree: {title}"), preformatted(tree))
        return {"text/plain": text, "text/html": page}

    def __repr__(self) -> str:
        return f"<DominatorTree of {counted(len(self.graph), 'object')}>"
