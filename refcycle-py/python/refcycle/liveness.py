"""Why an object is alive: the chains of references that keep it alive.

>>> import refcycle
>>> class Connection:
...     pass
>>> class Pool:
...     def __init__(self):
...         self.free = [Connection()]
>>> pool = Pool()
>>> print(refcycle.why(pool.free[0]))  # doctest: +SKIP
object __main__.Connection is kept alive by
└─ sys.modules['__main__']
   └─ module __main__
      └─ .pool → object __main__.Pool
         └─ .free → list (1 item)
            └─ [0] → this object
"""

from __future__ import annotations

import os
from collections.abc import Container, Iterable
from typing import TYPE_CHECKING, Any

from refcycle._html.parts import document, fix, paragraph, picture, preformatted
from refcycle._objects.allocations import place_text
from refcycle._objects.types import Types, is_graph_of_file
from refcycle._refcycle import object_name
from refcycle._text.escapes import escaped, text_for_stdout
from refcycle._text.numbers import counted
from refcycle._text.pictures import with_fix
from refcycle._why.chains import Chain, Step
from refcycle._why.edges_to_cut import edges_to_cut
from refcycle._why.garbage import Garbage, Outlook
from refcycle._why.holds import hidden_holders
from refcycle._why.snapshots import earlier_graphs, held_by_graphs
from refcycle._why.steps import Found, NamedPath, chain_of, steps_around
from refcycle._why.tree import Line, lines_without, names_held_by, tree_lines
from refcycle.remedies import Remedy, patterns, remedies_of

if TYPE_CHECKING:
    from refcycle.cuts import Cut
    from refcycle.cycles import Cycle
    from refcycle.object_graph import ObjectGraph

__all__ = ["Chain", "Remedy", "Step", "Why"]

# The source of references that nothing in a complete snapshot explains.
_OF_WHOLE = "C code"


class Why:
    """Why an object is alive: the result of `ObjectGraph.why`.

    Print it to see a text tree; a notebook shows a picture. It keeps the objects of its chains
    alive, or for garbage those of the cycles that hold it, and nothing else of the heap.

    Attributes:
        graph: The objects of the chains and of the cycle, an `ObjectGraph`.
        label: A description of the object in one line.
        allocated_at: The file and the line where the object was allocated, as in "/srv/app.py:12";
            None unless `tracemalloc` traced it. For a graph from a file, the value that the file
            contains.
        chains: The chains, a tuple of `Chain`: first those through the program, then those through
            libraries, through caches of the interpreter, and through a prompt, a test runner or a
            debugger; the shortest of each kind first. They share no object except modules and the
            object itself: each one must be cut to free it.
        more: Whether there are more such chains than were asked for.
        only_caller: Whether only variables of the calling function, or the call itself, hold it.
        unexplained: The number of references to it, besides those of these chains, that have no
            known holder: they are from C code, or from outside the graph if it is a part of a
            snapshot. If nothing else holds it, a chain says so, and this is 0.
        hidden: The names of other holders that can be reached from objects of the chains: of
            several references below one object, a chain shows only one. Some thousand objects are
            examined, nearest first. Empty for a graph from a file and for a part of a snapshot.
        cycle: If nothing outside holds it, the steps of the nearest cycle that does, otherwise
            empty. The reference of the first step is that of the last object to it.
        otherwise: If only names of modules hold the object, as at a prompt: why it would be alive
            if they were gone. Otherwise `None`.
        remedies: The patterns that refcycle recognises in the chains, each with a fix.
    """

    def __init__(
        self,
        graph: ObjectGraph,
        label: str,
        chains: Iterable[Found],
        more: bool,
        only_caller: bool,
        unexplained: tuple[int, str],
        garbage: tuple[NamedPath, ObjectGraph, Outlook | None, tuple[int, int] | None] | None,
        otherwise: Why | None = None,
        allocated_at: str | None = None,
    ) -> None:
        types, is_saved = Types(graph), is_graph_of_file(graph)
        self.graph = graph
        self.label = label
        self.allocated_at = allocated_at
        self.chains: tuple[Chain, ...] = tuple(
            chain_of(found, types, is_saved=is_saved) for found in chains
        )
        self.more = more
        self.only_caller = only_caller
        self.unexplained = unexplained[0]
        self._elsewhere = unexplained[1]
        # In a part of a snapshot, these are references from outside it.
        is_whole = self._elsewhere == _OF_WHOLE
        hidden = hidden_holders(graph, self.chains) if is_whole else []
        self.hidden: tuple[str, ...] = tuple(object_name(holder).long for holder in hidden)
        is_held = bool(self.chains) and not only_caller
        asked = [chain.steps[-1].object for chain in self.chains] or graph
        self._observers = (0 if is_held or is_saved else earlier_graphs(asked), 0)
        if garbage is not None and garbage[3] is not None:  # from a file
            self._observers = garbage[3]
        self._garbage = None if garbage is None else _garbage(*garbage[:3], types)
        self.cycle = self._garbage.nearest if self._garbage else ()
        self.otherwise = otherwise
        found = patterns(self.chains, types, graph, self.unexplained)
        self.remedies: tuple[Remedy, ...] = remedies_of(found, self.cycle, types)
        self._cut = edges_to_cut(graph, self.chains, found, types)

    @property
    def is_garbage(self) -> bool:
        """Return whether nothing outside holds the object."""
        return not self.chains and not self.only_caller

    @property
    def _has_holders(self) -> bool:
        """Return whether it names something that holds the object."""
        known = self.chains or self.cycle or self.only_caller or self.unexplained
        return bool(known or any(self._observers))

    @property
    def cycles(self) -> tuple[Cycle, ...]:
        """The components whose cycles hold it if nothing outside does, each of them a `Cycle`.

        All of them must be cut to free it without a collection. Those that no other component
        holds come first.
        """
        return self._garbage.components if self._garbage else ()

    @property
    def cuts(self) -> tuple[Cut, ...]:
        """For each of `cycles`, its `Cycle.cut`; empty if they have more than 50,000 objects."""
        return self._garbage.cuts if self._garbage else ()

    @property
    def collection(self) -> str:
        """What a collection does to it if it is garbage, as in `the next collection frees it`.

        This is the state at the time of the answer, assuming that no graph and no variable holds
        it any more. Empty if it is not garbage, and for a graph from a file.
        """
        return self._garbage.collection if self._garbage else ""

    def to_text(self, *, ascii: bool = False) -> str:
        """Return the chains as a tree, drawn with ASCII characters if `ascii` is true."""
        lines = self.lines(ascii=ascii)
        return "\n".join(escaped(line.branches + line.text) for line in lines)

    def lines(self, *, ascii: bool = False) -> list[Line]:
        """Return the lines of `to_text` as data: branches, text and role. Nothing is escaped."""
        place = self.allocated_at
        lines = tree_lines(
            self.label if place is None else f"{self.label}, {place_text(place)},",
            self.chains,
            more=self.more,
            only_caller=self.only_caller,
            unexplained=(self.unexplained, self._elsewhere),
            hidden=self.hidden,
            garbage=self._garbage,
            graphs=held_by_graphs(*self._observers),
            remedies=self.remedies,
            unicode=not ascii,
        )
        # That nothing is left is the meaning of "only names hold it".
        if self.otherwise is None or not self.otherwise._has_holders:
            return list(lines)
        without = self.otherwise.lines(ascii=ascii)
        return [*lines, *lines_without(names_held_by(self.chains), without)]

    def to_svg(self, **keywords: Any) -> str:
        """Return the picture of the chains, or of the cycles of garbage, as an SVG string.

        The fix is written under the picture. The references that it removes are red and dashed:
        those of `cuts`, and in a chain the one that the remedy is about. One from outside the
        chain, as from C code, is not drawn. The keywords are those of `ObjectGraph.to_svg`, and so
        are the errors.
        """
        return self.graph.to_svg(**self._picture(keywords))

    def export_image(self, path: str | os.PathLike[str], **keywords: Any) -> None:
        """Draw the picture of `to_svg` into a file.

        The keywords are those of `ObjectGraph.export_image`, and so are the errors.
        """
        self.graph.export_image(path, **self._picture(keywords))

    def _picture(self, keywords: dict[str, Any]) -> dict[str, Any]:
        return {"cut": self._edges_to_cut(), "advice": "\n".join(self._advice()), **keywords}

    def _edges_to_cut(self) -> list[int]:
        """Return the numbers of the edges of `graph` that the fixes remove."""
        return [*self._cut, *(edge for cut in self.cuts for edge in cut.edges)]

    def _advice(self) -> list[str]:
        """Return the lines under a picture."""
        if self._garbage is not None:
            advice = self._garbage.advice()
            return [f"Fix: {advice}"] if advice else []
        return [f"Fix: {remedy.advice}" for remedy in self.remedies]

    def __str__(self) -> str:
        return text_for_stdout(self.to_text)

    def __repr__(self) -> str:
        return f"<Why: {escaped(self.label)}, {counted(len(self.chains), 'chain')}>"

    def _repr_mimebundle_(
        self,
        include: Container[str] | None = None,
        exclude: Container[str] | None = None,
    ) -> dict[str, Any]:
        """Return what a notebook shows, by MIME type: a picture, the fixes, and the text."""
        bundle: dict[str, Any] = dict(self.graph._repr_mimebundle_(include, exclude))
        with_fix(bundle, self.to_svg)
        bundle["text/plain"] = self.to_text()
        bundle["text/html"] = self._page(bundle.get("image/svg+xml"))
        return bundle

    def _page(self, svg: str | None) -> str:
        first, *others = self.lines()
        parts = [paragraph(first.text, "bad" if self.is_garbage else "")]
        text = preformatted("\n".join(f"{line.branches}{line.text}" for line in others))
        if svg is None:
            return document(*parts, text)
        fixes = [fix(line.text) for line in others if line.is_fix]
        parts += [picture(svg, f"{first.text}: the references in the text below"), *fixes]
        return document(*parts, f"<details><summary>as text</summary>{text}</details>")


def _garbage(
    nearest: NamedPath, graph: ObjectGraph, outlook: Outlook | None, types: Types
) -> Garbage:
    path = NamedPath(*nearest)
    return Garbage(tuple(steps_around(path, types)), path.objects, graph, outlook)
