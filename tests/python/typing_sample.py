"""A program that uses refcycle, for type checkers. It also runs."""

import tempfile
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from typing_extensions import assert_type

import refcycle
from refcycle import IDirectedGraph, ObjectGraph
from refcycle.annotated_graph import AnnotatedEdge, AnnotatedGraph, AnnotatedVertex
from refcycle.annotations import annotated_references
from refcycle.differences import GrowthTable
from refcycle.directed_graph import DirectedGraph
from refcycle.gc_utils import restore_gc_state
from refcycle.key_transform_dict import KeyTransformDict


class Imports(IDirectedGraph[str, tuple[str, str]]):
    """Modules, and pairs of a module and a module that it imports."""

    def __init__(self, imports: Mapping[str, Iterable[str]]) -> None:
        self._names = list(imports)
        self._edges = [(tail, head) for tail in imports for head in imports[tail]]

    @property
    def vertices(self) -> Collection[str]:
        return self._names

    @property
    def edges(self) -> Collection[tuple[str, str]]:
        return self._edges

    def head(self, edge: tuple[str, str]) -> str:
        return edge[1]

    def tail(self, edge: tuple[str, str]) -> str:
        return edge[0]

    def out_edges(self, vertex: str) -> list[tuple[str, str]]:
        return [edge for edge in self._edges if edge[0] == vertex]

    def in_edges(self, vertex: str) -> list[tuple[str, str]]:
        return [edge for edge in self._edges if edge[1] == vertex]

    def full_subgraph(self, vertices: Iterable[str]) -> "Imports":
        kept = set(vertices)
        edges = [edge for edge in self._edges if kept.issuperset(edge)]
        return Imports({name: [head for tail, head in edges if tail == name] for name in kept})


def largest(graph: IDirectedGraph[Any, Any]) -> int:
    """Return the size of the largest component of any graph."""
    return max(map(len, graph.strongly_connected_components()))


def of_a_users_class() -> None:
    graph = Imports({"a": ["b"], "b": ["a", "c"], "c": []})
    assert_type(graph.descendants("a", generations=1), Imports)
    assert_type(graph.source_components(), list[Imports])
    assert_type(graph - graph.shortest_path("a", "c"), Imports)
    assert_type(graph.children("a"), list[str])
    assert_type(graph.count_by(len), Counter[int])
    assert_type(list(graph), list[str])
    assert largest(graph) == 2


def of_objects() -> None:
    inner: list[object] = []
    graph = ObjectGraph([inner, [inner]])
    assert_type(refcycle.objects_reachable_from(inner), ObjectGraph)
    assert_type(refcycle.key_cycles(), list[ObjectGraph])
    assert_type(graph.cycles(), list[refcycle.Cycle])
    assert_type([cycle.cut() for cycle in graph.cycles()], list[refcycle.Cut])
    assert_type(graph.feedback_arc_set().edges, list[int])
    assert_type(graph.feedback_vertex_set().vertices, list[Any])
    assert_type(list(graph.feedback_vertex_set()), list[Any])
    assert_type(graph.on_every_cycle(), tuple[list[Any], list[int]])
    assert_type(list(graph.simple_cycles(max_length=2)), list[list[Any]])
    assert_type(refcycle.assert_no_cycles(lambda: 1), int)
    with refcycle.assert_no_cycles(), refcycle.assert_freed() as watch:
        assert_type(watch({1}), set[int])
    with refcycle.gc_monitor() as monitor:
        assert_type(monitor, refcycle.GcMonitor)
    assert_type(graph.ancestors(inner), ObjectGraph)
    assert_type(graph.strongly_connected_components(), list[ObjectGraph])
    assert_type(graph & graph, ObjectGraph)
    assert_type(graph.parents(inner), list[Any])
    assert_type([graph.head(edge) for edge in graph.edges], list[Any])
    assert_type(graph.in_edges(inner), list[int])
    assert_type(graph.count_by_typename(), Counter[str])
    assert_type(graph.shallow_size(inner), int)
    sizes: array[int] = graph.shallow_sizes()
    assert sizes[0] == graph.shallow_size(inner)
    assert_type(annotated_references([inner]), KeyTransformDict[Any, list[str]])
    assert isinstance(graph, IDirectedGraph) and largest(graph) == 1
    a_collection: Collection[object] = graph.vertices
    assert inner in a_collection and len(graph - Imports({})) == 2


def of_names(folder: Path) -> None:
    file = folder / "graph.json"
    ObjectGraph([folder, [folder]]).export_json(str(file))
    graph = AnnotatedGraph.import_json(file)
    assert_type(graph, AnnotatedGraph)
    assert_type(list(graph.vertices), list[AnnotatedVertex])
    assert_type([edge.annotation for edge in graph.edges], list[str | None])
    assert_type(graph.head(AnnotatedEdge(0, None, head=1, tail=1)), AnnotatedVertex)
    graph.export_image(filename=folder / "graph.svg", format="svg")


def of_hashable_things() -> None:
    graph = DirectedGraph.from_out_edges([1, 2], {1: [2], 2: []})
    assert_type(graph.shortest_path(1, 2), "DirectedGraph[int]")
    assert_type(DirectedGraph.from_out_edges("ab", lambda v: [v]), "DirectedGraph[str]")
    assert_type(DirectedGraph.from_out_edges(range(1), [[0]]), "DirectedGraph[int]")
    assert_type(DirectedGraph.from_edge_pairs({"a"}, [("a", "a")]), "DirectedGraph[str]")
    assert_type(graph.annotated(), AnnotatedGraph)
    assert_type(graph.references(), list[tuple[int, int]])


def of_growth() -> None:
    before = refcycle.snapshot()
    found = refcycle.diff(before, refcycle.snapshot())
    assert_type(found.new, ObjectGraph)
    assert_type([row.size for row in found.table], list[int])
    assert_type([str(sample.chain) for sample in found.samples], list[str])
    assert_type(refcycle.census() - refcycle.census(), GrowthTable)
    with refcycle.watch(ignore=["dict"]) as growth:
        for number in growth.steps(range(8)):
            assert_type(number, int)
    assert_type([row.count for row in growth.report().growing], list[float])


def mistakes(imports: Imports, objects: ObjectGraph) -> None:
    imports.head("a")  # type: ignore[arg-type]
    imports - 1  # type: ignore[operator]
    objects & {1}  # type: ignore[operator]
    objects.descendants(imports, "two")  # type: ignore[arg-type]
    DirectedGraph.from_edge_pairs([[]], [])  # type: ignore[type-var]


if __name__ == "__main__":
    with restore_gc_state(), tempfile.TemporaryDirectory() as folder:
        of_a_users_class()
        of_objects()
        of_names(Path(folder))
        of_hashable_things()
        of_growth()
