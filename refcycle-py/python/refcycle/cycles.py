"""The cycles of a graph of objects: their names, their signatures, and what to cut."""

from __future__ import annotations

import os
from collections.abc import Container, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from refcycle._cycles.classes import is_of_classes
from refcycle._cycles.directions import Surroundings
from refcycle._cycles.groups import CycleGroup, first_groups, lines_on_rest, shown_part
from refcycle._cycles.reference_names import CycleStep, GraphNames, shown, signature
from refcycle._html.parts import document, fix, paragraph
from refcycle._objects.types import Types, id_of
from refcycle._refcycle import object_name
from refcycle._text.escapes import escaped
from refcycle._text.lines import line_width, wrapped_text
from refcycle._text.numbers import counted
from refcycle._text.pictures import with_fix
from refcycle.cuts import Cut, NamedReference, cut_of

if TYPE_CHECKING:
    from refcycle._refcycle import ObjectGraph

__all__ = ["Cut", "Cycle", "CycleList", "HeldTogether", "NamedReference", "SimpleCycle"]

_MOST_COMPARED = 256
_SHOWN = 10


class SimpleCycle(NamedTuple):
    """Objects that each refer to the next one, and the last one to the first.

    Attributes:
        objects: The objects, in the order of the references.
        text: The references by name, as in `Child.parent -> Parent.child -> Child`.
        signature: The signature of the cycle, for comparisons: see `Cycle.signature`.
    """

    objects: list[Any]
    text: str
    signature: str


class HeldTogether(NamedTuple):
    """What all cycles of a component have in common: see `Cycle.held_together_by`.

    Attributes:
        references: The references by name, as in `Parent.children`, in the order of the cycle.
        edges: The numbers of these references in the graph of the component.
        objects: The objects, in the order of the cycle.
    """

    references: tuple[str, ...]
    edges: tuple[int, ...]
    objects: list[Any]

    def __str__(self) -> str:
        parts = [f"the reference `{name}`" for name in self.references]
        parts += [f"the {escaped(_name_of_one(obj))}" for obj in self.objects]
        if not parts:
            return "no single reference or object is on every cycle"
        if len(parts) > _SHOWN:
            parts[_SHOWN:] = [counted(len(parts) - _SHOWN, "other")]
        return f"on every cycle: {', '.join(parts)}"

    def __repr__(self) -> str:
        # No code of the objects runs.
        references = counted(len(self.references), "reference")
        return f"<HeldTogether by {references} and {counted(len(self.objects), 'object')}>"


def _name_of_one(obj: object) -> str:
    """Return the name of a type, or of an object that has a name of its own, as of a function."""
    name = object_name(obj)
    return name.long if name.type_name is None else name.type_name.rpartition(".")[2]


class Cycle:
    """Objects that all lead to each other: a strongly connected component with a cycle.

    `ObjectGraph.cycles` returns them. A cycle holds its objects, as its graph does. Names are
    computed when they are asked for; no code of the objects runs.

    >>> import refcycle
    >>> class Node:
    ...     pass
    >>> def careless():
    ...     node, other = Node(), Node()
    ...     node.child, other.parent = other, node
    >>> [cycle] = refcycle.cycles_created_by(careless).cycles()
    >>> cycle.text
    'Node.child -> Node.parent -> Node'
    >>> cycle.cut().names
    ('Node.parent',)
    >>> print(cycle.cut())
    make `Node.parent` a weak reference
    """

    __slots__ = ("_graph", "_shortest", "_signature", "_surroundings", "_text")

    def __init__(self, graph: ObjectGraph, surroundings: Surroundings) -> None:
        self._graph = graph
        self._surroundings = surroundings
        self._shortest: tuple[int, ...] | None = None
        self._text = ""
        self._signature = ""

    @property
    def graph(self) -> ObjectGraph:
        """The objects of the component and the references between them."""
        return self._graph

    @property
    def objects(self) -> list[Any]:
        """The objects of a shortest cycle, in the order of the references.

        They include the `__dict__` of an object if the cycle goes through it.
        """
        shortest = self._named()
        wanted = dict.fromkeys(shortest)
        found = {id_of(obj): obj for obj in self._graph if id_of(obj) in wanted}
        return [found[object_id] for object_id in shortest]

    @property
    def text(self) -> str:
        """A shortest cycle by name, as in `Child.parent -> Parent.children -> list[0] -> Child`.

        An attribute is shown as such, whether or not the object stores it in a `__dict__`.
        """
        self._named()
        return self._text

    @property
    def signature(self) -> str:
        """A shortest cycle for comparisons, the same in every run.

        `app.Child.parent -> app.Parent.children -> list[*]`: types with their modules, and the
        names of references, without indices, keys, addresses and lengths, as in
        `Chain.signature`. Of several shortest cycles, up to 256 are compared, and the smallest
        signature is taken.
        """
        self._named()
        return self._signature

    @property
    def is_kept_by_modules(self) -> bool:
        """Whether an imported module, or the names of one, are in the component."""
        return self._surroundings.is_kept_by_modules(self._graph)

    def cut(self, *, smallest: bool = False, classes: bool = False) -> Cut:
        """Return references whose removal leaves the component without cycles.

        A reference from an object to its owner can be weak; one from the owner to an object that
        nothing else holds cannot. So the cut has as few risky references as possible, and
        otherwise the cheapest safe ones. Of two objects that refer to each other, the owner is the
        one that something outside holds. If that does not decide, the code of their classes (which
        is read, not run), the names of the attributes and the order of creation do. If these do
        not either, the advice names the condition: "make `A.b` a weak reference if something else
        holds the B, or else make `B.a` a weak reference". A file has neither code nor the order of
        creation. An object that only its owner holds, such as an item of a list, must be removed
        when it is no longer needed.

        References with one name share their cost, because one change to the program removes all of
        them. With `smallest`, each reference costs 1, so that the cut has as few as possible. A
        reference that no program can change, such as `__mro__`, is cut only if nothing else breaks
        the cycle.

        A component with an imported module, or with the names of one, is no leak: the module
        keeps it alive until the program ends. Its cut has no references, unless `smallest` is
        true; then its text names them and advises no change.

        Every class is in cycles with its own `__mro__` and descriptors. They remain, unless
        `classes` is true or the component consists of classes alone.

        The search for the cheapest cut is exact within a time limit: `exact` says whether the cut
        is proven to be the cheapest, and no cut with as little risk costs less than `lower_bound`.
        Computing the names takes about 8 s for a million references, and the search up to a few
        seconds. The first cut of the cycles of a graph reads all objects to find the order of
        creation, which takes about 50 ms for a million.
        """
        return cut_of(self._graph, self._surroundings, smallest=smallest, classes=classes)

    def held_together_by(self) -> HeldTogether:
        """Return the references and the objects that are on every cycle of the component.

        Without any one of them, there is no cycle left; no other single reference or object has
        this effect. There may be none: `cut()` then finds several references, and
        `graph.feedback_vertex_set()` several objects. Whether the program can do without a
        reference is another question, which `cut()` answers. An object and its `__dict__` count as
        one object, and the reference between them is not listed.

        >>> import refcycle
        >>> class Node: pass
        >>> def careless():
        ...     owner = Node()
        ...     owner.parts = [Node(), Node()]
        ...     for part in owner.parts:
        ...         part.owner = owner
        >>> [cycle] = refcycle.cycles_created_by(careless).cycles()
        >>> found = cycle.held_together_by()
        >>> found.references, sorted(type(obj).__name__ for obj in found.objects)
        (('Node.parts',), ['Node', 'list'])
        >>> print(found)
        on every cycle: the reference `Node.parts`, the Node, the list
        """
        shortest = self._named()
        objects, edges = self._graph.on_every_cycle()
        common = {id_of(obj): obj for obj in objects}
        ends = {
            (id_of(self._graph.tail(edge)), id_of(self._graph.head(edge))): edge for edge in edges
        }
        wanted = set(shortest)
        names = GraphNames(
            self._graph.full_subgraph(obj for obj in self._graph if id_of(obj) in wanted)
        )
        steps = names.steps(shortest)
        before = dict(zip(shortest, (shortest[-1], *shortest[:-1]), strict=True))
        references = {}
        for step, following in zip(steps, (*steps[1:], steps[0]), strict=True):
            edge = ends.get((before[following.object_id], following.object_id))
            if edge is not None:
                references[edge] = escaped(step.name.short + step.accessor.shown)
        held = [common[step.object_id] for step in steps if step.object_id in common]
        return HeldTogether(tuple(references.values()), tuple(references), held)

    def simple_cycles(
        self, limit: int | None = None, *, max_length: int | None = None
    ) -> Iterator[SimpleCycle]:
        """Iterate over the simple cycles of the component, shortest first, each once.

        They are computed one at a time, because their number can grow exponentially. `limit` is
        the largest number of cycles, `max_length` the largest number of objects in a cycle.
        ValueError if one of them is negative.

        >>> from refcycle import ObjectGraph
        >>> inner = []
        >>> inner += [inner, [inner]]
        >>> [cycle] = ObjectGraph([inner, inner[1]]).cycles()
        >>> [found.text for found in cycle.simple_cycles()]
        ['list[0] -> list', 'list[0] -> list[1] -> list']
        """
        for name, value in (("limit", limit), ("max_length", max_length)):
            if value is not None and value < 0:
                raise ValueError(f"{name} must not be negative, but is {value}")
        return self._simple_cycles(limit, max_length)

    def _simple_cycles(self, limit: int | None, max_length: int | None) -> Iterator[SimpleCycle]:
        for objects in islice(self._graph.simple_cycles(max_length), limit):
            part = self._graph.full_subgraph(objects)
            steps = GraphNames(part).steps(tuple(map(id_of, objects)))
            start = [id_of(obj) for obj in objects].index(steps[0].object_id)
            turned = objects[start:] + objects[:start]
            yield SimpleCycle(turned, shown(steps), signature(steps))

    def _named(self) -> tuple[int, ...]:
        """Choose the shortest cycle, once; return the ids of its objects."""
        if self._shortest is None:
            steps, cycle = _smallest(self._graph)
            start = cycle.index(steps[0].object_id)
            self._text, self._signature = shown(steps), signature(steps)
            self._shortest = cycle[start:] + cycle[:start]
        return self._shortest

    def to_svg(self, **keywords: Any) -> str:
        """Return the picture of the component as an SVG string.

        The references of `cut()` are red and dashed, with the advice under the picture. The
        keywords are those of `ObjectGraph.to_svg`, and so are the errors.
        """
        return self._graph.to_svg(**self._picture(keywords))

    def export_image(self, path: str | os.PathLike[str], **keywords: Any) -> None:
        """Draw the picture of `to_svg` into a file.

        The keywords are those of `ObjectGraph.export_image`, and so are the errors.
        """
        self._graph.export_image(path, **self._picture(keywords))

    def _picture(self, keywords: dict[str, Any]) -> dict[str, Any]:
        if "cut" in keywords:
            return keywords
        cut = self.cut()
        if not cut.references:
            return {"advice": str(cut), **keywords}
        return {"cut": cut, **keywords}

    def _repr_mimebundle_(
        self,
        include: Container[str] | None = None,
        exclude: Container[str] | None = None,
    ) -> dict[str, Any]:
        bundle: dict[str, Any] = dict(self._graph._repr_mimebundle_(include, exclude))
        with_fix(bundle, self.to_svg)
        bundle["text/plain"] = repr(self)
        return bundle

    def __len__(self) -> int:
        """Return the number of objects in the component."""
        return len(self._graph)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<Cycle of {counted(len(self), 'object')}: {self.text}>"


class CycleList(list[Cycle]):
    """The cycles of a graph: the result of `ObjectGraph.cycles`, a list of `Cycle`.

    Printed, it has the first 10 groups of equal cycles, each with what to cut in the first of
    them; so has a notebook. These cuts are then computed: see `Cycle.cut`.

    >>> from refcycle import ObjectGraph
    >>> class Node: pass
    >>> node = Node()
    >>> node.me = node
    >>> print(ObjectGraph([node, node.__dict__]).cycles())  # doctest: +ELLIPSIS
    1 cycle
    ...Node.me -> Node
      to cut it: make `Node.me` a weak reference, or remove it: it refers to its own object
    """

    __slots__ = ()

    def _shown(self) -> tuple[str, list[CycleGroup], list[str]]:
        """Return a title, the groups to show, and lines on what is not shown."""
        groups, count = first_groups(self, _SHOWN)
        title = counted(len(self), "cycle") if self else "no cycles"
        return title + shown_part(len(groups), count), groups, lines_on_rest(self, groups, count)

    def __str__(self) -> str:
        """Return the first cycles with what to cut, as a text."""
        title, groups, rest = self._shown()
        lines = [line for group in groups for line in group.lines()]
        return wrapped_text("\n".join([title, *lines, *rest]), line_width())

    def _repr_mimebundle_(
        self,
        include: Container[str] | None = None,
        exclude: Container[str] | None = None,
    ) -> dict[str, str]:
        """Return what a notebook shows, by MIME type: `text/plain` and `text/html`."""
        title, groups, rest = self._shown()
        parts = [paragraph(title)]
        for group in groups:
            parts.append(paragraph(f"{group.objects}: {group.example.text}"))
            if group.advice:
                parts.append(fix(group.advice.sentence(group.advised)))
        parts += map(paragraph, rest)
        return {"text/plain": str(self), "text/html": document(*parts)}


def cycles_of(graph: ObjectGraph, classes: bool) -> CycleList:
    """Return the cycles of a graph: see `ObjectGraph.cycles`."""
    types = Types(graph)
    # Cycles that nothing else holds come first.
    components = [
        component
        for component in reversed(graph.cyclic_components())
        if classes or not is_of_classes(component, types)
    ]
    # The heap is searched once for all of them.
    surroundings = Surroundings(graph, components)
    return CycleList(Cycle(component, surroundings) for component in components)


def _smallest(graph: ObjectGraph) -> tuple[list[CycleStep], tuple[int, ...]]:
    """Return the shortest cycle with the smallest signature, by steps and by ids."""
    shortest: list[tuple[int, ...]] = []
    for objects in islice(graph.simple_cycles(), _MOST_COMPARED):
        if shortest and len(objects) > len(shortest[0]):
            break
        shortest.append(tuple(map(id_of, objects)))
    wanted = dict.fromkeys(object_id for cycle in shortest for object_id in cycle)
    part = graph.full_subgraph(obj for obj in graph if id_of(obj) in wanted)
    names = GraphNames(part)
    named = [(names.steps(cycle), cycle) for cycle in shortest]
    return min(named, key=lambda found: (_order(found[0]), found[1]))


def _order(steps: list[CycleStep]) -> tuple[int, list[tuple[bool, str, str]], str]:
    return len(steps), [step.key for step in steps], shown(steps)
