"""The same graph as an instance of each graph class."""

from collections import Counter

from refcycle import IDirectedGraph, ObjectGraph
from refcycle.annotated_graph import AnnotatedEdge, AnnotatedGraph, AnnotatedVertex
from refcycle.directed_graph import DirectedGraph


class UserGraph(IDirectedGraph):
    """A graph as a user of the package might write it; edges have names."""

    def __init__(self, vertices, ends):
        self._vertices = list(vertices)
        self._ends = dict(ends)

    @property
    def vertices(self):
        return self._vertices

    @property
    def edges(self):
        return list(self._ends)

    def tail(self, edge):
        return self._ends[edge][0]

    def head(self, edge):
        return self._ends[edge][1]

    def out_edges(self, vertex):
        return [edge for edge, (tail, _) in self._ends.items() if tail == vertex]

    def in_edges(self, vertex):
        return [edge for edge, (_, head) in self._ends.items() if head == vertex]

    def full_subgraph(self, vertices):
        kept = list(vertices)
        ends = {e: (t, h) for e, (t, h) in self._ends.items() if t in kept and h in kept}
        return type(self)(kept, ends)


class Sample:
    """A graph, and which of its vertices corresponds to which vertex of a sketch."""

    def __init__(self, sketch, graph, vertices):
        self.sketch = sketch
        self.graph = graph
        self.vertices = list(vertices)
        self._numbers = {id(vertex): number for number, vertex in enumerate(self.vertices)}

    def number(self, vertex):
        return self._numbers[id(vertex)]

    def numbers(self, vertices):
        return [self.number(vertex) for vertex in vertices]

    def pair(self, edge, graph=None):
        graph = graph or self.graph
        return self.number(graph.tail(edge)), self.number(graph.head(edge))

    def check_induced(self, subgraph, expected):
        """The subgraph has these vertices, and all edges between them with their names."""
        expected = set(expected)
        assert type(subgraph) is type(self.graph)
        assert sorted(self.numbers(subgraph)) == sorted(expected)
        assert len(subgraph) == len(expected)
        pairs = Counter(map(self.pair, self.graph.edges))
        assert pairs == Counter(self.sketch.edges)
        names = {e for e in self.graph.edges if set(self.pair(e)) <= expected}
        assert set(subgraph.edges) == names
        assert len(subgraph.edges) == len(names)
        for edge in subgraph.edges:
            assert self.pair(edge, subgraph) == self.pair(edge)


def object_sample(sketch):
    vertices = [[] for _ in range(sketch.size)]
    for tail, head in sketch.edges:
        vertices[tail].append(vertices[head])
    return Sample(sketch, ObjectGraph(vertices), vertices)


def annotated_sample(sketch):
    vertices = [AnnotatedVertex(1000 - number, f"v{number}") for number in range(sketch.size)]
    edges = [
        AnnotatedEdge(50 + 7 * number, None, vertices[head].id, vertices[tail].id)
        for number, (tail, head) in enumerate(sketch.edges)
    ]
    return Sample(sketch, AnnotatedGraph(vertices, edges), vertices)


def directed_sample(sketch):
    vertices = [f"vertex {number}" for number in range(sketch.size)]
    pairs = [(vertices[tail], vertices[head]) for tail, head in sketch.edges]
    return Sample(sketch, DirectedGraph.from_edge_pairs(vertices, pairs), vertices)


def user_sample(sketch):
    vertices = [(number, "of a user") for number in range(sketch.size)]
    ends = {
        f"edge {number}": (vertices[tail], vertices[head])
        for number, (tail, head) in enumerate(sketch.edges)
    }
    return Sample(sketch, UserGraph(vertices, ends), vertices)


SAMPLERS = {
    "ObjectGraph": object_sample,
    "AnnotatedGraph": annotated_sample,
    "DirectedGraph": directed_sample,
    "UserGraph": user_sample,
}
