from array import array
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, MutableMapping, MutableSet
from typing import Any, Final, Generic, Literal, SupportsIndex, TypeVar, final

from _typeshed import StrPath, SupportsGetItem
from typing_extensions import Self, disjoint_base

from refcycle.element_transform_set import ElementTransformSet
from refcycle.i_directed_graph import IDirectedGraph
from refcycle.key_transform_dict import KeyTransformDict

__all__ = [
    "VERSION",
    "AnnotatedEdge",
    "AnnotatedGraph",
    "AnnotatedVertex",
    "Capability",
    "DirectedGraph",
    "EdgeView",
    "GraphBase",
    "GraphIterator",
    "ObjectGraph",
    "Root",
    "UserGraph",
    "VertexView",
    "_restore",
    "annotated_references",
    "capabilities",
    "cycles_created_by",
    "garbage",
    "garbage_preview",
    "key_cycles",
    "object_annotation",
    "objects_reachable_from",
    "snapshot",
]

_T = TypeVar("_T")
_V = TypeVar("_V")
_E = TypeVar("_E")
_H = TypeVar("_H", bound=Hashable)
_K = TypeVar("_K", bound=Hashable)  # of class methods: pyright solves no _H there
_G = TypeVar("_G", bound=IDirectedGraph[Any, Any])

VERSION: Final[str]

@final
class GraphIterator(Generic[_T]):
    """Goes through the vertices or the edges of a graph."""

    def __iter__(self) -> Self: ...
    def __next__(self) -> _T: ...
    def __length_hint__(self) -> int: ...

@final
class VertexView(Generic[_V]):
    """The vertices of a graph."""

    def __len__(self) -> int: ...
    def __contains__(self, vertex: object, /) -> bool: ...
    def __iter__(self) -> GraphIterator[_V]: ...

@final
class EdgeView(Generic[_E]):
    """The edges of a graph."""

    def __len__(self) -> int: ...
    def __contains__(self, edge: object, /) -> bool: ...
    def __iter__(self) -> GraphIterator[_E]: ...

@disjoint_base
class GraphBase(Generic[_V, _E, _G]):
    """What all graphs have in common: vertices, edges, and the algorithms on them.

    `_V` are the vertices, `_E` the edges, `_G` is the class of the graphs that queries
    give.
    """

    @property
    def vertices(self) -> VertexView[_V]:
        """The vertices: a collection with `len`, iteration and a fast `in`."""

    @property
    def edges(self) -> EdgeView[_E]:
        """The edges: a collection with `len`, iteration and a fast `in`."""

    def head(self, edge: _E) -> _V:
        """Return the vertex to which an edge goes."""

    def tail(self, edge: _E) -> _V:
        """Return the vertex from which an edge comes."""

    def out_edges(self, vertex: _V) -> list[_E]:
        """Return the edges that leave a vertex."""

    def in_edges(self, vertex: _V) -> list[_E]:
        """Return the edges that enter a vertex."""

    def children(self, vertex: _V) -> list[_V]:
        """Return where the edges of a vertex go, once for each parallel edge."""

    def parents(self, vertex: _V) -> list[_V]:
        """Return where the edges into a vertex come from, once for each parallel edge."""

    def references(self) -> list[tuple[_V, _V]]:
        """Return every edge as a pair `(tail, head)`."""

    def full_subgraph(self, vertices: Iterable[_V]) -> _G:
        """Return the graph of these vertices and all edges between them."""

    def descendants(self, start: _V, generations: SupportsIndex | None = None) -> _G:
        """Return the graph of everything that `start` reaches, itself included.

        `generations` limits the number of steps: 0 gives the start alone, `None` has no
        limit.
        """

    def ancestors(self, start: _V, generations: SupportsIndex | None = None) -> _G:
        """Return the graph of everything that reaches `start`, itself included.

        `generations` limits the number of steps: 0 gives the start alone, `None` has no
        limit.
        """

    def shortest_path(self, start: _V, end: _V) -> _G:
        """Return the graph of the vertices of a shortest path; ValueError if none."""

    def shortest_cycle(self, start: _V) -> _G:
        """Return the graph of the vertices of a shortest cycle; ValueError if none."""

    def strongly_connected_components(self) -> list[_G]:
        """Return the strongly connected components in reverse topological order.

        A component comes after all those that it reaches.
        """

    def source_components(self) -> list[_G]:
        """Return the strongly connected components that no other component reaches.

        Of garbage, they are what keeps the rest alive.
        """

    def count_by(self, classifier: Callable[[_V], _H]) -> Counter[_H]:
        """Return how many vertices there are of each class."""

    def find_by(self, predicate: Callable[[_V], object]) -> list[_V]:
        """Return the vertices for which the predicate is true."""

    @classmethod
    def vertex_set(cls) -> MutableSet[_V]:
        """Return an empty set for vertices."""

    @classmethod
    def vertex_dict(cls) -> MutableMapping[_V, Any]:
        """Return an empty mapping for vertices."""

    @classmethod
    def vertex_equal(cls, vertex1: _V, vertex2: _V) -> bool:
        """Return whether two vertices are the same: equal."""

    def __sub__(self, other: IDirectedGraph[Any, Any], /) -> _G: ...
    def __and__(self, other: IDirectedGraph[Any, Any], /) -> _G: ...
    def __len__(self) -> int: ...
    def __contains__(self, vertex: object, /) -> bool: ...
    def __iter__(self) -> GraphIterator[_V]: ...

@final
class Root:
    """A vertex to which references come from outside its graph."""

    @property
    def vertex(self) -> Any:
        """The object."""

    @property
    def external_references(self) -> int:
        """How many references come from outside."""

    @property
    def holders(self) -> tuple[str, ...]:
        """Who holds the references that are explained, one text a reference."""

    @property
    def unexplained(self) -> int:
        """How many of the references are not explained."""

    @property
    def name(self) -> str:
        """All holders in one text.

        As in `running in thread MainThread` or `held by C code: 2 references`.
        """

# At run time the public graph classes are registered with the ABC, not derived from it.

class ObjectGraph(GraphBase[Any, int, ObjectGraph], IDirectedGraph[Any, int]):
    """A graph of objects, told apart by identity, and the references between them.

    `objects` is any iterable of objects; one that comes again is one vertex.
    """

    def __new__(cls, objects: Iterable[object] = ()) -> Self: ...
    def annotated(self) -> AnnotatedGraph:
        """Return the graph with names in place of objects.

        A vertex has the `id()` of its object, an edge the number that it has here.
        """

    def to_json(self) -> str:
        """Return the graph with names as a JSON text."""

    def export_json(self, filename: StrPath) -> None:
        """Write the graph with names into a JSON file."""

    def to_dot(self) -> str:
        """Return the graph with names in Graphviz's DOT language."""

    def export_image(
        self,
        filename: StrPath | None = "refcycle.png",
        format: str | None = None,
        dot_executable: StrPath | None = None,
        *,
        target: object = ...,
        fold: bool = True,
        merge_edges: bool = True,
        legend: bool = True,
        theme: Literal["light", "dark"] = "light",
        summary: bool | None = None,
        limit_seconds: float = 30.0,
    ) -> None:
        """Draw the graph into a file, `refcycle.png` if none is named.

        The format is `format`, else the extension of the file name, else PNG. SVG, PNG
        and PDF need no Graphviz; with `dot_executable` its `dot` is used, for any format
        that it knows. How it looks is said as for `to_svg`.

        OSError when the file cannot be written: one that was there is then as it was.
        TimeoutError after `limit_seconds`; RuntimeError when the drawing program fails;
        ValueError for an unknown format.
        """

    def to_svg(
        self,
        *,
        target: object = ...,
        fold: bool = True,
        merge_edges: bool = True,
        legend: bool = True,
        theme: Literal["light", "dark"] = "light",
        summary: bool | None = None,
        limit_seconds: float = 30.0,
    ) -> str:
        """Return the picture of the graph as the text of an SVG.

        `target` is the vertex that the picture is about, or None: it has a thick red
        outline. Left out, it is the one that the graph was asked about, as
        `ancestors(x)`, `descendants(x)`, `shortest_cycle(x)` and the end of
        `shortest_path(start, x)`; it is at the bottom, but for descendants at the top.
        KeyError when it is not in the graph.

        `fold`: three or more vertices of one type with the same referrers and the same
        referents are one box. `merge_edges`: parallel edges are one arrow with all their
        names. `legend`: colours and shapes are explained below. `theme`: on white, or on
        nearly black.

        `summary`: None draws a graph that is too large, of more than 1500 boxes or with
        500 more arrows than boxes, as a summary, counted by type and with the largest cycles
        apart. True does so always; False never, and such a graph is a ValueError.

        TimeoutError after `limit_seconds`. A picture of 150 vertices takes less than half
        a second, one of 1000 less than five; the time depends on the arrows most of all.

        >>> from refcycle import ObjectGraph
        >>> inner = []
        >>> graph = ObjectGraph([[inner], inner])
        >>> "list[0]" in graph.ancestors(inner).to_svg(theme="dark")
        True
        """

    def owned_objects(self) -> list[Any]:
        """Return the objects of this graph that a later snapshot would show."""

    def external_references(self, obj: object) -> int | None:
        """Return how many references to a vertex come from outside the graph.

        From what the collector does not show, from C code, or, in a part of a graph, from
        the rest; the graph's own reference does not count. `None` where it is not known:
        for immortal objects. The count is that of the moment when the graph was made.
        """

    def roots(self) -> list[Root]:
        """Return the vertices with references from outside the graph, in their order.

        They start every chain of references that keeps objects alive. References are
        counted as they were when the graph was made; their holders are looked for when
        this is called. Takes about the time of a snapshot.
        """

    def statistics(self) -> dict[str, Any]:
        """Return what the graph holds and how the heap was read.

        `vertices`, `edges`, `memory` (bytes of the graph's arrays), and for a snapshot and
        its parts `pause_seconds` (for how long no other thread could run),
        `running_frames`, `untracked` (whether such objects were asked for), `frozen`
        (objects that `gc.freeze()` has put aside), `frozen_unseen` (those of them that are
        not in the snapshot) and `tuples_let_go` (tuples that only C code held and that may
        not have been complete).
        """

    def find_by_typename(self, name: str) -> list[Any]:
        """Return the vertices whose type has this name."""

    def count_by_typename(self) -> Counter[str]:
        """Return how many vertices there are of each type name."""

    def shallow_size(self, obj: object) -> int:
        """Return the bytes that a vertex itself takes; KeyError if it is no vertex.

        Counted are the header of the collector, the words before the object, its items
        and tables, and the attributes that it holds inline; not what it refers to. The
        table of names that the instances of a class share counts with the class.

        The object is measured as it is at the time of the call. No code of its own runs:
        a `__sizeof__` that is written in Python is passed over. Takes constant time.

        >>> from refcycle import ObjectGraph
        >>> data = bytes(100)
        >>> ObjectGraph([data]).shallow_size(data)
        133
        """

    def shallow_sizes(self) -> array[int]:
        """Return the bytes that each vertex itself takes, in the order of iteration.

        Each is measured as `shallow_size` does, at the time of the call. Takes time in
        proportion to the vertices, some 20 to 60 ms a million, and 8 bytes each for the result
        (16 while it is made).

        >>> from refcycle import ObjectGraph
        >>> ObjectGraph([bytes(100), bytes(10)]).shallow_sizes()
        array('Q', [133, 43])
        """

    @classmethod
    def vertex_set(cls) -> ElementTransformSet[Any]:
        """Return an empty set for vertices, by identity."""

    @classmethod
    def vertex_dict(cls) -> KeyTransformDict[Any, Any]:
        """Return an empty mapping for vertices, by identity."""

    @classmethod
    def vertex_equal(cls, vertex1: object, vertex2: object) -> bool:
        """Return whether two vertices are identical."""

@final
class AnnotatedVertex:
    """A vertex with an id and an annotation. Those with the same id are equal."""

    id: int
    annotation: str
    def __new__(cls, id: int, annotation: str) -> Self: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class AnnotatedEdge:
    """An edge with an id, an annotation and the ids of the vertices at its ends.

    Edges with the same id are equal.
    """

    id: int
    annotation: str | None
    head: int
    tail: int
    def __new__(cls, id: int, annotation: str | None, head: int, tail: int) -> Self: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

class AnnotatedGraph(
    GraphBase[AnnotatedVertex, AnnotatedEdge, AnnotatedGraph],
    IDirectedGraph[AnnotatedVertex, AnnotatedEdge],
):
    """A graph of names and numbers, that keeps no object alive."""

    def __new__(
        cls, vertices: Iterable[AnnotatedVertex], edges: Iterable[AnnotatedEdge]
    ) -> Self: ...
    @classmethod
    def from_json(cls, json_graph: str | bytes) -> AnnotatedGraph:
        """Return the graph of a JSON text; ValueError says what is wrong and where."""

    @classmethod
    def import_json(cls, filename: StrPath) -> AnnotatedGraph:
        """Return the graph of a JSON file."""

    def to_json(self) -> str:
        """Return the graph as a JSON text."""

    def export_json(self, filename: StrPath) -> None:
        """Write the graph into a JSON file."""

    def to_dot(self) -> str:
        """Return the graph in Graphviz's DOT language."""

    def export_image(
        self,
        filename: StrPath | None = "refcycle.png",
        format: str | None = None,
        dot_executable: StrPath | None = None,
        *,
        target: AnnotatedVertex | None = ...,
        fold: bool = True,
        merge_edges: bool = True,
        legend: bool = True,
        theme: Literal["light", "dark"] = "light",
        summary: bool | None = None,
        limit_seconds: float = 30.0,
    ) -> None:
        """Draw the graph into a file, `refcycle.png` if none is named.

        The format is `format`, else the extension of the file name, else PNG. SVG, PNG
        and PDF need no Graphviz; with `dot_executable` its `dot` is used, for any format
        that it knows. How it looks is said as for `to_svg`.

        OSError when the file cannot be written: one that was there is then as it was.
        TimeoutError after `limit_seconds`; RuntimeError when the drawing program fails;
        ValueError for an unknown format.
        """

    def to_svg(
        self,
        *,
        target: AnnotatedVertex | None = ...,
        fold: bool = True,
        merge_edges: bool = True,
        legend: bool = True,
        theme: Literal["light", "dark"] = "light",
        summary: bool | None = None,
        limit_seconds: float = 30.0,
    ) -> str:
        """Return the picture of the graph as the text of an SVG.

        `target` is the vertex that the picture is about, or None: it has a thick red
        outline. Left out, it is the one that the graph was asked about, as
        `ancestors(x)`, `descendants(x)`, `shortest_cycle(x)` and the end of
        `shortest_path(start, x)`; it is at the bottom, but for descendants at the top.
        KeyError when it is not in the graph.

        `fold`: three or more vertices of one type with the same referrers and the same
        referents are one box. `merge_edges`: parallel edges are one arrow with all their
        names. `legend`: colours and shapes are explained below. `theme`: on white, or on
        nearly black.

        `summary`: None draws a graph that is too large, of more than 1500 boxes or with
        500 more arrows than boxes, as a summary, counted by type and with the largest cycles
        apart. True does so always; False never, and such a graph is a ValueError.

        TimeoutError after `limit_seconds`. A picture of 150 vertices takes less than half
        a second, one of 1000 less than five; the time depends on the arrows most of all.

        >>> from refcycle import ObjectGraph
        >>> inner = []
        >>> graph = ObjectGraph([[inner], inner])
        >>> "list[0]" in graph.ancestors(inner).to_svg(theme="dark")
        True
        """

class DirectedGraph(GraphBase[_H, int, DirectedGraph[_H]], IDirectedGraph[_H, int]):
    """A graph of hashable objects, told apart by equality.

    It is made by `from_out_edges` or `from_edge_pairs`, never by a call of the class.
    Edges are numbered in the order in which they are given.
    """

    @classmethod
    def from_out_edges(
        cls,
        vertices: Iterable[_K],
        edge_mapper: SupportsGetItem[_K, Iterable[_K]] | Callable[[_K], Iterable[_K]],
    ) -> DirectedGraph[_K]:
        """Return the graph in which the edges of `v` go to the items of `edge_mapper[v]`.

        `edge_mapper` may also be a function.
        """

    @classmethod
    def from_edge_pairs(
        cls, vertices: Iterable[_K], edge_pairs: Iterable[tuple[_K, _K]]
    ) -> DirectedGraph[_K]:
        """Return the graph of these vertices and of edges `(tail, head)`."""

    def annotated(self) -> AnnotatedGraph:
        """Return the graph with the `str()` of its vertices.

        Vertices have the ids 0, 1, 2, ..., edges their numbers.
        """

    def to_dot(self) -> str:
        """Return the graph in Graphviz's DOT language."""

@final
class UserGraph(GraphBase[Any, Any, _G]):
    """What a graph of a user's class says of itself, for the algorithms.

    Queries give graphs of the user's class.
    """

    def __new__(cls, graph: _G) -> Self: ...

def snapshot(*, untracked: bool = False) -> ObjectGraph:
    """Return the graph of all tracked objects and of the frames that are running.

    With `untracked=True` it has everything else that can be reached from those as well:
    strings, numbers, code, tuples and dicts that hold nothing else, the types that are
    compiled into CPython. The graph itself is not in it. Nothing is collected first.
    """

@final
class Capability:
    """Whether something is available, and why not. True when it is available."""

    @property
    def available(self) -> bool:
        """Whether it is available."""

    @property
    def reason(self) -> str:
        """Why it is not available; empty when it is."""

    def __bool__(self) -> bool: ...

def capabilities() -> dict[str, Capability]:
    """Return what refcycle can see on this Python.

    The keys are `frame_locals`, `frame_stacks` (of running frames), `generator_locals`,
    `attribute_names` (of attributes that instances hold inline), `attribute_sizes`,
    `dict_tables` (else dicts are read more slowly) and `frozen_objects`.

    What depends on private structures of CPython is checked on known objects when refcycle
    is imported; what does not hold is left out. `REFCYCLE_DISTRUST`, an environment
    variable, names those that are to be left out anyway, separated by commas.
    """

def objects_reachable_from(obj: object) -> ObjectGraph:
    """Return the graph of an object and everything that can be reached from it."""

def garbage() -> ObjectGraph:
    """Return the graph of what is garbage now.

    Runs a collection that keeps what it finds, so that finalizers run, weak references
    to the garbage are cleared and their callbacks are called. What the graph does not
    hold is freed by the next collection.
    """

def garbage_preview() -> ObjectGraph:
    """Return the graph of what `garbage()` would return, without collecting anything.

    No finalizer runs, no weak reference is cleared, no callback is called, and the garbage
    is what it was as soon as the graph is gone. What a finalizer would bring back to life
    is in it. Takes about the time of a collection.
    """

def cycles_created_by(callable: Callable[[], object]) -> ObjectGraph:
    """Return the graph of the garbage that a call leaves behind.

    What was garbage before is collected first; what the callable raises is passed on.
    """

def key_cycles() -> list[ObjectGraph]:
    """Return the cycles that keep the present garbage alive."""

def object_annotation(obj: object) -> str:
    """Return what an object is, in one or two short lines."""

def annotated_references(obj: object) -> KeyTransformDict[Any, list[str]]:
    """Return the names of the references to each object that `obj` refers to."""

def _restore(
    class_: type[Any],
    vertices: list[Any],
    edges: list[tuple[int, int, int]],
    /,
) -> Any:
    """Make a graph again of what its `__reduce__` returned."""
