"""The base class of graphs that users define."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import (
    Callable,
    Collection,
    Container,
    Hashable,
    Iterable,
    Iterator,
    MutableMapping,
    MutableSet,
    Sized,
)
from typing import Any, Generic, TypeVar

from refcycle._arguments import check_call
from refcycle._refcycle import AnnotatedGraph, DirectedGraph, ObjectGraph, UserGraph

__all__ = ["IDirectedGraph"]

_V = TypeVar("_V")
_E = TypeVar("_E")
_H = TypeVar("_H", bound=Hashable)
_G = TypeVar("_G", bound="IDirectedGraph[Any, Any]")


class IDirectedGraph(Container[_V], Iterable[_V], Sized, Generic[_V, _E]):
    """An abstract directed graph. A subclass defines its vertices and edges.

    A subclass implements `vertices`, `edges`, `head`, `tail`, `out_edges`, `in_edges` and
    `full_subgraph`, and gets all the other methods. Vertices must be hashable unless the subclass
    overrides `vertex_set`, `vertex_dict` and `vertex_equal`. Every query that searches reads the
    whole graph first: O(vertices + edges).
    """

    @property
    @abstractmethod
    def vertices(self) -> Collection[_V]:
        """The vertices."""

    @property
    @abstractmethod
    def edges(self) -> Collection[_E]:
        """The edges."""

    @abstractmethod
    def head(self, edge: _E) -> _V:
        """Return the vertex to which an edge goes."""

    @abstractmethod
    def tail(self, edge: _E) -> _V:
        """Return the vertex from which an edge comes."""

    @abstractmethod
    def out_edges(self, vertex: _V) -> Iterable[_E]:
        """Return the edges that leave a vertex."""

    @abstractmethod
    def in_edges(self, vertex: _V) -> Iterable[_E]:
        """Return the edges that enter a vertex."""

    @abstractmethod
    def full_subgraph(self: _G, vertices: Iterable[_V]) -> _G:
        """Return the graph of these vertices and all edges between them."""

    @classmethod
    def vertex_set(cls) -> MutableSet[_V]:
        """Return an empty set for vertices."""
        return set()

    @classmethod
    def vertex_dict(cls) -> MutableMapping[_V, Any]:
        """Return an empty mapping for vertices."""
        return {}

    @classmethod
    def vertex_equal(cls, vertex1: _V, vertex2: _V) -> bool:
        """Return whether two vertices are equal."""
        return bool(vertex1 == vertex2)

    def __len__(self) -> int:
        return len(self.vertices)

    def __iter__(self) -> Iterator[_V]:
        return iter(self.vertices)

    def __contains__(self, vertex: object) -> bool:
        return vertex in self.vertices

    def __repr__(self) -> str:
        cls = type(self)
        name = f"{cls.__module__}.{cls.__qualname__}"
        return f"<{name} object of size {len(self)} at {id(self):#x}>"

    def children(self, vertex: _V) -> list[_V]:
        """Return the heads of the edges that leave a vertex, one for each parallel edge."""
        return [self.head(edge) for edge in self.out_edges(vertex)]

    def parents(self, vertex: _V) -> list[_V]:
        """Return the tails of the edges that enter a vertex, one for each parallel edge."""
        return [self.tail(edge) for edge in self.in_edges(vertex)]

    def references(self) -> list[tuple[_V, _V]]:
        """Return every edge as a pair `(tail, head)`."""
        return [(self.tail(edge), self.head(edge)) for edge in self.edges]

    def descendants(self: _G, start: _V, generations: int | None = None) -> _G:
        """Return the graph of everything that `start` reaches, including `start`."""
        return UserGraph(self).descendants(start, generations)

    def ancestors(self: _G, start: _V, generations: int | None = None) -> _G:
        """Return the graph of everything that reaches `start`, including `start`."""
        return UserGraph(self).ancestors(start, generations)

    def shortest_path(self: _G, start: _V, end: _V) -> _G:
        """Return the graph of the vertices on a shortest path; ValueError if there is none."""
        return UserGraph(self).shortest_path(start, end)

    def shortest_cycle(self: _G, start: _V) -> _G:
        """Return the graph of the vertices on a shortest cycle; ValueError if there is none."""
        return UserGraph(self).shortest_cycle(start)

    def strongly_connected_components(self: _G) -> list[_G]:
        """Return the strongly connected components in reverse topological order."""
        return UserGraph(self).strongly_connected_components()

    def source_components(self: _G) -> list[_G]:
        """Return the strongly connected components that no other component reaches."""
        return UserGraph(self).source_components()

    def count_by(self, classifier: Callable[[_V], _H]) -> Counter[_H]:
        """Return the number of vertices that the classifier puts into each class."""
        check_call("classifier", classifier)
        return Counter(map(classifier, self.vertices))

    def find_by(self, predicate: Callable[[_V], object]) -> list[_V]:
        """Return the vertices for which the predicate is true."""
        check_call("predicate", predicate)
        return [vertex for vertex in self.vertices if predicate(vertex)]

    def __sub__(self: _G, other: IDirectedGraph[Any, Any]) -> _G:
        if not isinstance(other, IDirectedGraph):
            return NotImplemented
        return self.full_subgraph([vertex for vertex in self if vertex not in other])

    def __and__(self: _G, other: IDirectedGraph[Any, Any]) -> _G:
        if not isinstance(other, IDirectedGraph):
            return NotImplemented
        return self.full_subgraph([vertex for vertex in self if vertex in other])


for _class in (ObjectGraph, AnnotatedGraph, DirectedGraph):
    IDirectedGraph.register(_class)
