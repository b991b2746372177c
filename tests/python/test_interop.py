"""Graphs for other packages: Arrow, NetworkX, rustworkx, SciPy."""

import gc
import importlib
import importlib.util
import io
import sys
import weakref
from collections import Counter

import pytest
from helpers.processes import run

import refcycle
from refcycle import AnnotatedGraph, ObjectGraph
from refcycle.annotated_graph import AnnotatedEdge, AnnotatedVertex
from refcycle.directed_graph import DirectedGraph

pytestmark = [pytest.mark.large_imports, pytest.mark.any_version]


class Node:
    pass


def installed(name):
    return pytest.importorskip(name, reason=f"{name} is not installed on this interpreter")


@pytest.fixture
def objects():
    inner = []
    node = Node()
    node.items = [inner, inner]
    return [node, node.__dict__, node.items, inner, Node]


@pytest.fixture
def graph(objects):
    return ObjectGraph(objects)


VERTEX_COLUMNS = ["vertex", "id", "type", "label", "size", "module", "retained"]
FACTS = ["label", "type", "module", "size", "retained"]
EDGE_COLUMNS = ["id", "tail", "head", "label"]


def dotted(kind):
    """Return the name of a class with its module, except for builtins."""
    name = kind.__qualname__
    return name if kind.__module__ == "builtins" else f"{kind.__module__}.{name}"


def expected_vertices(graph):
    labels = [vertex.annotation for vertex in graph.annotated()]
    return {
        "vertex": list(range(len(graph))),
        "id": [id(vertex) for vertex in graph],
        "type": [dotted(type(vertex)) for vertex in graph],
        "label": labels,
        "size": list(graph.shallow_sizes()),
        "module": [type(vertex).__module__ for vertex in graph],
        "retained": [graph.retained_size(vertex) for vertex in graph],
    }


def expected_edges(graph):
    places = {id(vertex): place for place, vertex in enumerate(graph)}
    annotated = graph.annotated()
    return {
        "id": list(graph.edges),
        "tail": [places[id(graph.tail(edge))] for edge in graph.edges],
        "head": [places[id(graph.head(edge))] for edge in graph.edges],
        "label": [edge.annotation for edge in annotated.edges],
    }


class TestArrow:
    def test_pyarrow_reads_the_tables(self, graph):
        pyarrow = installed("pyarrow")
        tables = graph.to_arrow()
        vertices, edges = pyarrow.table(tables.vertices), pyarrow.table(tables.edges)
        vertices.validate(full=True)
        edges.validate(full=True)
        assert vertices.to_pydict() == expected_vertices(graph)
        assert edges.to_pydict() == expected_edges(graph)
        assert vertices.schema.names == VERTEX_COLUMNS
        types = [str(kind) for kind in vertices.schema.types]
        text = "large_string"
        assert types == ["uint32", "uint64", text, text, "uint64", text, "uint64"]
        nullable = [field.name for field in vertices.schema if field.nullable]
        assert nullable == ["type", "size", "module", "retained"]
        assert edges.schema.names == EDGE_COLUMNS
        types = [str(kind) for kind in edges.schema.types]
        assert types == ["uint64", "uint32", "uint32", "large_string"]
        assert [field.nullable for field in edges.schema] == [False] * 3 + [True]

    def test_the_schema_alone(self, graph):
        pyarrow = installed("pyarrow")
        table = graph.to_arrow().edges
        assert pyarrow.schema(table) == pyarrow.table(table).schema

    def test_polars_reads_the_tables(self, graph):
        polars = installed("polars")
        tables = graph.to_arrow()
        assert polars.DataFrame(tables.vertices).to_dict(as_series=False) == (
            expected_vertices(graph)
        )
        assert polars.DataFrame(tables.edges).to_dict(as_series=False) == expected_edges(graph)

    def test_pandas_reads_the_tables(self, graph):
        pandas = installed("pandas")
        installed("pyarrow")
        if not hasattr(pandas.DataFrame, "from_arrow"):
            pytest.skip("this pandas reads no Arrow by itself")
        frame = pandas.DataFrame.from_arrow(graph.to_arrow().vertices)
        assert frame["label"].tolist() == expected_vertices(graph)["label"]

    def test_duckdb_asks_the_tables(self, graph):
        duckdb = installed("duckdb")
        tables = graph.to_arrow()
        vertices, edges = tables.vertices, tables.edges
        found = duckdb.sql(
            "select v.type, count(*) from edges e join vertices v on v.vertex = e.head "
            "group by v.type order by v.type"
        ).fetchall()
        assert len(vertices) == 5 and len(edges) == sum(count for _, count in found)
        heads = Counter(dotted(type(graph.head(edge))) for edge in graph.edges)
        assert found == sorted(heads.items())

    def test_a_table_can_be_read_again_and_outlives_all(self, graph):
        pyarrow = installed("pyarrow")
        expected = expected_edges(graph)
        table = graph.to_arrow().edges
        first = pyarrow.table(table)
        del graph
        second = pyarrow.table(table)
        del table
        gc.collect()
        assert first.to_pydict() == second.to_pydict() == expected

    def test_capsules_that_nobody_reads_are_freed(self):
        table = ObjectGraph([["x" * 30] for _ in range(100)]).to_arrow().vertices
        for _ in range(10_000):
            stream, schema = table.__arrow_c_stream__(), table.__arrow_c_schema__()
        assert 'capsule object "arrow_array_stream"' in repr(stream)
        assert 'capsule object "arrow_schema"' in repr(schema)

    def test_an_annotated_graph_has_no_sizes(self):
        pyarrow = installed("pyarrow")
        vertices = [AnnotatedVertex(2**64 - 1, "list[3]"), AnnotatedVertex(5, "'中'")]
        graph = AnnotatedGraph(
            vertices,
            [AnnotatedEdge(7, None, 5, 2**64 - 1), AnnotatedEdge(3, "é", 5, 5)],
        )
        tables = graph.to_arrow()
        assert pyarrow.table(tables.vertices).to_pydict() == {
            "vertex": [0, 1],
            "id": [2**64 - 1, 5],
            "type": ["list", "str"],
            "label": ["list[3]", "'中'"],
            "size": [None, None],
            "module": [None, None],
            "retained": [None, None],
        }
        assert pyarrow.table(tables.edges).to_pydict() == {
            "id": [7, 3],
            "tail": [0, 1],
            "head": [1, 1],
            "label": [None, "é"],
        }

    @pytest.mark.parametrize("redact", [True, False])
    def test_a_module_of_a_file_may_have_another_name(self, tmp_path, redact):
        # `_io` of CPython 3.11 says that it is `io`, and `_frozen_importlib` is renamed when
        # importlib is imported: their types have the names of `sys.modules`.
        pyarrow = installed("pyarrow")
        objects = [io.BytesIO(), importlib.util.find_spec("json"), Node()]
        modules = [type(one).__module__ for one in objects]
        assert modules[:2] == ["_io", "_frozen_importlib"]
        path = tmp_path / "heap.refcycle"
        parts = [sys.modules, *(sys.modules[name] for name in modules), *objects]
        ObjectGraph(parts).save(path, redact=redact)
        loaded = refcycle.load(path)
        vertices = pyarrow.table(loaded.to_arrow().vertices).to_pydict()
        known = dict(zip(vertices["id"], vertices["module"], strict=True))
        assert [known[id(one)] for one in objects] == modules

    def test_a_directed_graph(self):
        pyarrow = installed("pyarrow")
        tables = DirectedGraph.from_edge_pairs(["a", 2], [("a", 2)]).to_arrow()
        vertices = pyarrow.table(tables.vertices).to_pydict()
        assert (vertices["id"], vertices["type"]) == ([0, 1], ["str", "int"])
        assert (vertices["module"], vertices["size"]) == (["builtins"] * 2, [None] * 2)
        assert vertices["label"] == ["a", "2"]

    @pytest.mark.parametrize("empty", [ObjectGraph(), AnnotatedGraph([], [])])
    def test_the_empty_graph(self, empty):
        pyarrow = installed("pyarrow")
        tables = empty.to_arrow()
        assert pyarrow.table(tables.vertices).to_pydict() == {name: [] for name in VERTEX_COLUMNS}
        assert pyarrow.table(tables.edges).to_pydict() == {name: [] for name in EDGE_COLUMNS}

    def test_sizes_and_names_without_any_package(self, graph):
        tables = graph.to_arrow()
        assert (len(tables.vertices), len(tables.edges)) == (5, len(graph.edges))
        assert tables.vertices.column_names == VERTEX_COLUMNS
        assert tables.edges.column_names == EDGE_COLUMNS
        assert repr(tables).startswith("<refcycle._refcycle.ArrowTables of 5 vertices and ")
        assert repr(tables.edges).endswith(" rows: id, tail, head, label>")

    def test_parallel_edges_and_a_label_of_10_mb(self):
        pyarrow = installed("pyarrow")
        edges = pyarrow.table(ObjectGraph([[None] * 100_000, None]).to_arrow().edges)
        assert edges.num_rows == 100_000
        label = "x" * (10 << 20)
        tables = AnnotatedGraph([AnnotatedVertex(1, label)], []).to_arrow()
        assert pyarrow.table(tables.vertices)["label"].to_pylist() == [label]

    def test_a_label_that_no_text_can_hold(self):
        with pytest.raises(ValueError, match="surrogate"):
            AnnotatedGraph([AnnotatedVertex(1, "\ud800")], []).to_arrow()


class TestNetworkX:
    def test_objects_are_known_by_their_ids(self, graph):
        networkx = installed("networkx")
        made = graph.to_networkx()
        assert type(made) is networkx.MultiDiGraph
        vertices = expected_vertices(graph)
        assert dict(made.nodes(data=True)) == {
            key: dict(zip(FACTS, row, strict=True))
            for key, *row in zip(vertices["id"], *(vertices[name] for name in FACTS), strict=True)
        }
        assert sorted(made.edges(keys=True, data="label")) == sorted(
            (id(graph.tail(edge)), id(graph.head(edge)), edge, label)
            for edge, label in zip(graph.edges, expected_edges(graph)["label"], strict=True)
        )

    def test_annotated_vertices_too(self):
        installed("networkx")
        vertices = [AnnotatedVertex(1, "list[1]"), AnnotatedVertex(5, "x")]
        made = AnnotatedGraph(vertices, [AnnotatedEdge(7, None, 5, 1)]).to_networkx()
        assert dict(made.nodes(data=True)) == {
            1: {"label": "list[1]", "type": "list"},
            5: {"label": "x", "type": "value"},
        }
        assert list(made.edges(keys=True, data=True)) == [(1, 5, 7, {})]

    def test_other_vertices_are_themselves(self):
        installed("networkx")
        pairs = [("a", 2), ("a", 2), (2, 2)]
        made = DirectedGraph.from_edge_pairs(["a", 2], pairs).to_networkx()
        assert dict(made.nodes(data=True)) == {
            "a": {"label": "a", "type": "str", "module": "builtins"},
            2: {"label": "2", "type": "int", "module": "builtins"},
        }
        assert sorted(made.edges(keys=True), key=lambda edge: edge[2]) == [
            ("a", 2, 0),
            ("a", 2, 1),
            (2, 2, 2),
        ]

    def test_components_agree(self):
        networkx = installed("networkx")
        graph = refcycle.snapshot().descendants(networkx.classes, generations=5)
        ours = {frozenset(map(id, part)) for part in graph.strongly_connected_components()}
        theirs = networkx.strongly_connected_components(graph.to_networkx())
        assert len(ours) > 100
        assert ours == set(map(frozenset, theirs))

    def test_no_object_is_held(self):
        installed("networkx")
        node = Node()
        made = ObjectGraph([node]).to_networkx()
        gone = weakref.ref(node)
        del node
        assert gone() is None and len(made) == 1


class TestRustworkx:
    def test_indices_are_the_order_of_the_vertices(self, graph):
        rustworkx = installed("rustworkx")
        made = graph.to_rustworkx()
        assert type(made) is rustworkx.PyDiGraph and made.multigraph
        vertices, edges = expected_vertices(graph), expected_edges(graph)
        assert list(made.node_indices()) == vertices["vertex"]
        for name in ("id", *FACTS):
            assert [node[name] for node in made.nodes()] == vertices[name]
        assert list(made.edge_list()) == list(zip(edges["tail"], edges["head"], strict=True))
        assert [edge["id"] for edge in made.edges()] == edges["id"]
        assert [edge.get("label") for edge in made.edges()] == edges["label"]

    def test_components_agree(self):
        rustworkx = installed("rustworkx")
        graph = refcycle.objects_reachable_from(gc.get_referents(rustworkx.__dict__))
        theirs = rustworkx.strongly_connected_components(graph.to_rustworkx())
        assert sorted(map(len, theirs)) == sorted(map(len, graph.strongly_connected_components()))


class TestSciPy:
    def test_an_entry_is_how_many_edges_there_are(self, graph):
        sparse = installed("scipy.sparse")
        matrix = graph.to_scipy()
        assert type(matrix) is sparse.csr_array and matrix.shape == (5, 5)
        edges = expected_edges(graph)
        pairs = Counter(zip(edges["tail"], edges["head"], strict=True))
        dense = matrix.toarray()
        assert {(t, h): n for t, row in enumerate(dense) for h, n in enumerate(row) if n} == pairs
        assert max(pairs.values()) == 2

    def test_the_indices_are_not_copied(self):
        installed("scipy.sparse")
        numpy = installed("numpy")
        graph = ObjectGraph([[None] * 1000, None])
        first, second = graph.to_scipy(), graph.to_scipy()
        assert numpy.shares_memory(first.indices, second.indices)
        assert numpy.shares_memory(first.indptr, second.indptr)
        assert not numpy.shares_memory(first.data, second.data)
        assert first.indices.dtype == first.indptr.dtype == numpy.int32
        assert first.nnz == 1000 and first.toarray().tolist() == [[0, 1000], [0, 0]]

    def test_the_graph_cannot_be_written(self):
        installed("scipy.sparse")
        matrix = ObjectGraph([[None] * 3, None]).to_scipy()
        for array in (matrix.indices, matrix.indptr):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 7
        copy = matrix.copy()
        copy.sum_duplicates()
        assert copy.nnz == 1 and copy.max() == 3 and matrix.nnz == 3

    def test_the_arrays_outlive_the_graph(self):
        installed("scipy.sparse")
        held = [Node() for _ in range(1000)]
        graph = ObjectGraph([held, *held])
        matrix = graph.to_scipy()
        gone = weakref.ref(held[0])
        heads = list(matrix.indices)
        del held, graph
        gc.collect()
        assert gone() is None
        assert list(matrix.indices) == heads == sorted(heads)

    def test_components_agree(self):
        csgraph = installed("scipy.sparse.csgraph")
        graph = refcycle.objects_reachable_from(csgraph)
        count, _ = csgraph.connected_components(graph.to_scipy(), connection="strong")
        assert count == len(graph.strongly_connected_components()) > 100

    @pytest.mark.parametrize(
        ("graph", "size"),
        [
            (ObjectGraph(), 0),
            (ObjectGraph([[], []]), 2),
            (AnnotatedGraph([AnnotatedVertex(1, "x")], []), 1),
        ],
    )
    def test_graphs_without_edges(self, graph, size):
        installed("scipy.sparse")
        matrix = graph.to_scipy()
        assert matrix.shape == (size, size) and matrix.nnz == 0


PACKAGES = {"to_networkx": "networkx", "to_rustworkx": "rustworkx", "to_scipy": "scipy"}


@pytest.mark.parametrize("method", PACKAGES)
def test_a_package_that_is_missing_is_an_import_error(method):
    package = PACKAGES[method]
    program = f"""
import sys
from importlib.abc import MetaPathFinder

class Nowhere(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == {package!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name={package!r})

sys.meta_path.insert(0, Nowhere())
from refcycle import ObjectGraph
try:
    ObjectGraph([[]]).{method}()
except ImportError as error:
    print(type(error).__name__, error)
"""
    assert run(program).strip() == (
        f"ImportError {method}() needs the package {package}, which is not installed: "
        f"pip install {package}"
    )


@pytest.mark.parametrize("method", PACKAGES)
def test_a_package_that_fails_passes_its_error(method, tmp_path, monkeypatch):
    package = PACKAGES[method]
    for name in [name for name in sys.modules if name.split(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    (tmp_path / f"{package}.py").write_text("import a_package_of_its_own")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    with pytest.raises(ModuleNotFoundError, match="a_package_of_its_own"):
        getattr(ObjectGraph([[]]), method)()
