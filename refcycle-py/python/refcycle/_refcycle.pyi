from collections import Counter
from collections.abc import Callable, Hashable, Iterable, MutableMapping, MutableSet
from typing import Any, Final, Generic, SupportsIndex, TypeVar, final

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
    "DirectedGraph",
    "EdgeView",
    "GraphBase",
    "GraphIterator",
    "ObjectGraph",
    "UserGraph",
    "VertexView",
    "_restore",
    "annotated_references",
    "cycles_created_by",
    "garbage",
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
    ) -> None:
        """Draw the graph into a file, `refcycle.png` if none is named.

        The format is `format`, else the extension of the file name, else PNG. SVG and
        PNG need no Graphviz; with `dot_executable` its `dot` is used, for any format
        that it knows.
        """

    def owned_objects(self) -> list[Any]:
        """Return the objects of this graph that a later snapshot would show."""

    def find_by_typename(self, name: str) -> list[Any]:
        """Return the vertices whose type has this name."""

    def count_by_typename(self) -> Counter[str]:
        """Return how many vertices there are of each type name."""

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
    ) -> None:
        """Draw the graph into a file, `refcycle.png` if none is named.

        The format is `format`, else the extension of the file name, else PNG. SVG and
        PNG need no Graphviz; with `dot_executable` its `dot` is used, for any format
        that it knows.
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

def snapshot() -> ObjectGraph:
    """Return the graph of all tracked objects and of the frames that are running.

    The graph itself is not in it. Nothing is collected first.
    """

def objects_reachable_from(obj: object) -> ObjectGraph:
    """Return the graph of an object and everything that can be reached from it."""

def garbage() -> ObjectGraph:
    """Return the graph of what is garbage now.

    Runs a collection that keeps what it finds, so that finalizers run, weak references
    to the garbage are cleared and their callbacks are called. What the graph does not
    hold is freed by the next collection.
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
