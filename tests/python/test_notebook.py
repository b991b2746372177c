"""Graphs show themselves in notebooks."""

import gc
import xml.etree.ElementTree as ElementTree

import pytest

import refcycle
from refcycle import ObjectGraph
from refcycle.annotated_graph import AnnotatedEdge, AnnotatedGraph, AnnotatedVertex
from refcycle.directed_graph import DirectedGraph

pytestmark = pytest.mark.large_imports

SVG = "image/svg+xml"


def object_graph(size):
    items = [[] for _ in range(size - 1)]
    return ObjectGraph([*items, items])


def annotated_graph(size):
    return object_graph(size).annotated()


def directed_graph(size):
    return DirectedGraph.from_edge_pairs(range(size), [(size - 1, n) for n in range(size - 1)])


MAKERS = [object_graph, annotated_graph, directed_graph]


@pytest.fixture(params=MAKERS, ids=lambda make: make.__name__)
def make(request):
    return request.param


def texts(svg):
    found = ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    return [text.text.strip() for text in found]


def test_a_small_graph_is_a_picture_and_a_text(make):
    graph = make(3)
    bundle = graph._repr_mimebundle_()
    assert sorted(bundle) == [SVG, "text/plain"]
    assert len(texts(bundle[SVG])) >= 3
    title, *rows = bundle["text/plain"].splitlines()
    assert title == f"{type(graph).__name__}: 3 vertices, 2 edges"
    assert [row.split() for row in rows] == [["3", "int" if make is directed_graph else "list"]]


def test_a_large_graph_is_a_table(make):
    bundle = make(151)._repr_mimebundle_()
    assert sorted(bundle) == ["text/html", "text/plain"]
    [table] = ElementTree.fromstring(bundle["text/html"]).iter("table")
    assert table.find("caption").text == bundle["text/plain"].splitlines()[0]
    [row] = table.find("tbody")
    assert row[0].text == "151"
    assert row[1].text in ("int", "list")


def test_a_picture_has_a_description(make):
    bundle = make(3)._repr_mimebundle_()
    picture = ElementTree.fromstring(bundle[SVG])
    assert picture.get("role") == "img"
    assert picture.get("aria-label") == bundle["text/plain"].splitlines()[0]


def test_a_table_says_how_many_other_types_there_are():
    classes = [type(f"Class{number:02}", (), {}) for number in range(30)]
    page = ObjectGraph([cls() for cls in classes for _ in range(10)])._repr_mimebundle_()
    rows = list(ElementTree.fromstring(page["text/html"]).iter("tr"))
    assert [cell.text for cell in rows[-1]] == ["100", "10 other types"]
    assert len(rows) == 22


def test_one_vertex_less_is_a_picture(make):
    assert SVG in make(150)._repr_mimebundle_()


def test_the_types_are_listed_by_count():
    classes = [type(f"Class{number:02}", (), {}) for number in range(30)]
    objects = [cls() for number, cls in enumerate(classes) for _ in range(100 + number)]
    text = ObjectGraph(objects)._repr_mimebundle_()["text/plain"].splitlines()
    assert text[0] == "ObjectGraph: 3,435 vertices, 0 edges"
    assert text[1].split() == ["129", f"{__name__}.Class29"]
    assert text[20].split() == ["110", f"{__name__}.Class10"]
    assert text[21] == "  1,045  10 other types"
    assert len(text) == 22


def test_equal_counts_are_in_the_order_of_names():
    bundle = ObjectGraph([{}, [], 1, ()])._repr_mimebundle_()
    rows = [row.split() for row in bundle["text/plain"].splitlines()[1:]]
    assert rows == [["1", "dict"], ["1", "int"], ["1", "list"], ["1", "tuple"]]


def test_names_of_types_are_escaped():
    hostile = type("<script>alert(1)</script>&\n", (), {"__module__": "m"})
    bundle = ObjectGraph([hostile() for _ in range(200)])._repr_mimebundle_()
    assert "<script>" not in bundle["text/html"]
    assert "m.&lt;script&gt;alert(1)&lt;/script&gt;&amp;" in bundle["text/html"]
    assert len(bundle["text/plain"].splitlines()) == 2


@pytest.mark.parametrize("make_empty", [ObjectGraph, lambda: AnnotatedGraph([], [])])
def test_the_empty_graph_shows_itself(make_empty):
    bundle = make_empty()._repr_mimebundle_()
    assert texts(bundle[SVG]) == ["no objects"]
    assert bundle["text/plain"].endswith("Graph: 0 vertices, 0 edges")


def test_a_picture_that_fails_is_a_table():
    # No file could hold it.
    surrogate = AnnotatedGraph([AnnotatedVertex(1, "\ud800")], [])
    assert sorted(surrogate._repr_mimebundle_()) == ["text/html", "text/plain"]


def test_equal_siblings_are_one_box():
    vertices = [AnnotatedVertex(n, "x") for n in range(100)]
    edges = [AnnotatedEdge(100 * a + b, None, a, b) for a in range(100) for b in range(100)]
    bundle = AnnotatedGraph(vertices, edges)._repr_mimebundle_()
    assert texts(bundle[SVG]) == ["x \u00d7 100", "\u00d7 10000", "shortest cycle"]


def test_str_that_raises_is_a_table():
    class Silent:
        def __repr__(self):
            raise ZeroDivisionError("silent")

    graph = DirectedGraph.from_edge_pairs([Silent()], [])
    bundle = graph._repr_mimebundle_()
    assert "Silent" in bundle["text/html"] and "Silent" in bundle["text/plain"]


def test_ctrl_c_is_no_failure():
    class Interrupting:
        def __repr__(self):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        DirectedGraph.from_edge_pairs([Interrupting()], [])._repr_mimebundle_()


def test_a_picture_that_is_not_wanted_is_not_drawn(make):
    for wish in ({"include": {"text/plain"}}, {"exclude": {SVG}}):
        assert SVG not in make(3)._repr_mimebundle_(**wish)
    assert SVG in make(3)._repr_mimebundle_(include={SVG}, exclude=None)


def test_the_same_graph_gives_the_same_bytes(make):
    graph = make(20)
    assert graph._repr_mimebundle_() == graph._repr_mimebundle_()


def test_a_complete_graph_and_parallel_edges_show_themselves():
    lists = [[] for _ in range(60)]
    for each in lists:
        each.extend(lists)
    assert "60 vertices, 3,600 edges" in ObjectGraph(lists)._repr_mimebundle_()["text/plain"]
    item = []
    bundle = ObjectGraph([item, [item] * 100_000])._repr_mimebundle_()
    assert SVG in bundle and "2 vertices, 100,000 edges" in bundle["text/plain"]


def test_a_snapshot_is_a_table():
    bundle = refcycle.snapshot()._repr_mimebundle_()
    cells = [cell.text for cell in ElementTree.fromstring(bundle["text/html"]).iter("td")]
    assert "function" in cells
    assert bundle["text/plain"].startswith("ObjectGraph: ")


CELLS = """\
from refcycle import ObjectGraph
first = [[], {}]
ObjectGraph([first, *first])
---
ObjectGraph([first, *first]).annotated()
---
ObjectGraph([[] for _ in range(500)])
---
ObjectGraph([first, *first]).tree(first[1])
---
print(ObjectGraph([first, *first]).tree(first, direction="referents"))
"""


@pytest.fixture(scope="module")
def outputs():
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    cells = [nbformat.v4.new_code_cell(cell) for cell in CELLS.split("---\n")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    gc.collect()
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    nbformat.validate(notebook)
    return [cell.outputs for cell in notebook.cells]


@pytest.mark.any_version
def test_a_notebook_shows_pictures(outputs):
    for [output], name in zip(outputs[:2], ["ObjectGraph", "AnnotatedGraph"], strict=True):
        assert output.output_type == "execute_result"
        assert sorted(texts(output.data[SVG])) == [
            "[0]",
            "[1]",
            "dict (0 items)",
            "list (0 items)",
            "list (2 items)",
        ]
        assert output.data["text/plain"].startswith(f"{name}: 3 vertices, 2 edges\n")


def test_a_notebook_shows_tables(outputs):
    [output] = outputs[2]
    cells = [cell.text for cell in ElementTree.fromstring(output.data["text/html"]).iter("td")]
    assert cells == ["500", "list"]
    assert output.data["text/plain"] == "ObjectGraph: 500 vertices, 0 edges\n  500  list"


def test_a_notebook_shows_trees(outputs):
    [output] = outputs[3]
    assert sorted(output.data) == ["text/plain"]
    first, second = output.data["text/plain"].splitlines()
    assert first == "dict (0 items)" and second.startswith("└─ [1] of list (2 items)")
    [printed] = outputs[4]
    assert printed.text.splitlines() == [
        "list (2 items)",
        "├─ [0]: list (0 items)",
        "└─ [1]: dict (0 items)",
    ]
