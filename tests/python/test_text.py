"""Trees of references as text."""

import gc
import io
import re
import sys
import time

import pytest

import refcycle
from refcycle import AnnotatedGraph, ObjectGraph
from refcycle.annotated_graph import AnnotatedEdge, AnnotatedVertex
from refcycle.directed_graph import DirectedGraph


class Node:
    # The contents of an instance's own dict depend on the version.
    __slots__ = ("fields",)


@pytest.fixture
def cycle():
    """A list in a dict of an instance in the list."""
    node, items = Node(), []
    node.fields = {"items": items}
    items.append(node)
    return node, items, ObjectGraph([node, items, node.fields])


REFERRERS = """\
list (1 item) #1
└─ ['items'] of dict (1 item)
   └─ .fields of object {module}.Node
      └─ [0] of list (1 item) ↑ already above: #1"""

REFERENTS = """\
object {module}.Node #1
└─ .fields: dict (1 item)
   └─ ['items']: list (1 item)
      └─ [0]: object {module}.Node ↑ already above: #1"""


def test_what_holds_an_object(cycle):
    _, items, graph = cycle
    expected = REFERRERS.format(module=__name__)
    assert graph.to_text(items) == expected
    assert str(graph.tree(items)) == repr(graph.tree(items)) == expected
    assert graph.tree(items)._repr_mimebundle_() == {"text/plain": expected}


def test_what_it_refers_to(cycle):
    node, _, graph = cycle
    expected = REFERENTS.format(module=__name__)
    assert graph.to_text(node, direction="referents") == expected


def test_the_annotated_graph_has_the_same_tree(cycle):
    _, items, graph = cycle
    annotated = graph.annotated()
    [vertex] = annotated.find_by(lambda vertex: vertex.id == id(items))
    for direction in ("referrers", "referents"):
        expected = graph.to_text(items, direction=direction)
        assert annotated.to_text(vertex, direction=direction) == expected
        assert str(annotated.tree(vertex, direction=direction)) == expected


def test_a_directed_graph_has_the_texts_of_its_vertices():
    graph = DirectedGraph.from_edge_pairs([1, 2, 3], [(1, 2), (2, 3)])
    assert graph.to_text(3) == "3\n└─ 2\n   └─ 1"
    assert graph.to_text() == "3\n└─ 2\n   └─ 1"


def test_without_a_start_all_vertices_are_there(cycle):
    graph = cycle[2]
    assert len(graph.to_text().splitlines()) == 4
    alone = [[], [], [], (), 1.5]
    text = ObjectGraph(alone).to_text()
    shown = [re.sub(r" \(\d+ from outside\)", "", line) for line in text.splitlines()[:5]]
    assert sorted(shown) == ["1.5", *["list (0 items)"] * 3, "tuple (0 items)"]
    assert ObjectGraph().to_text() == "(a graph without vertices)"
    assert AnnotatedGraph([], []).to_text() == "(a graph without vertices)"
    assert AnnotatedGraph([AnnotatedVertex(1, "one")], []).to_text() == "one"


def test_siblings_are_folded():
    shared = "shared value"
    holders = [[shared] for _ in range(44)]
    graph = ObjectGraph([shared, *holders, {1: shared}, {2: shared}])
    lines = graph.to_text(shared, ascii=True).splitlines()
    assert lines[0] == "'shared value'"
    assert lines[-1] == "`- ... and 41 more of kind list"
    dicts = [line for line in lines if "dict (1 item)" in line]
    assert [line.split(" (1 from")[0] for line in dicts] == [
        "|- [1] of dict (1 item)",
        "|- [2] of dict (1 item)",
    ]
    assert len(lines) == 1 + 3 + 2 + 1
    assert len(graph.to_text(shared, fold=None, max_lines=100).splitlines()) == 47


def test_a_root_is_shown_as_such():
    held = [[]]
    others = [held] * 100
    graph = ObjectGraph([held, held[0]])
    count = graph.external_references(held)
    assert count > len(others)
    assert graph.to_text(held[0]).splitlines() == [
        "list (0 items)",
        f"└─ [0] of list (1 item) ({count} from outside)",
    ]
    assert "outside" not in graph.to_text(held, direction="referents")


def test_parallel_references_are_one_line():
    item = []
    graph = ObjectGraph([item, [item, item], [item] * 100_000])
    lines = graph.to_text(item, ascii=True, width=100).splitlines()
    assert sorted(line[3:].split(" (1 from")[0] for line in lines[1:]) == [
        "[0], [1] of list (2 items)",
        "[0], [1], [2], ... 99997 more of list (100,000 items)",
    ]


def test_the_limits_are_kept_and_said():
    innermost = []
    chain = [innermost]
    for _ in range(500):
        chain.append([chain[-1]])
    graph = ObjectGraph(chain)
    lines = graph.to_text(innermost).splitlines()
    assert len(lines) == 12
    assert lines[-2].endswith("[0] of list (1 item) …")
    assert lines[-1] == "… max_depth=10 leaves out the referrers of 1 object"
    lines = graph.to_text(innermost, max_depth=None).splitlines()
    assert len(lines) == 40
    assert lines[-1] == "… max_lines=40 leaves out the referrers of 1 object"
    lines = graph.to_text(innermost, max_depth=None, max_lines=1000).splitlines()
    assert len(lines) == 501 and max(map(len, lines)) <= 80
    assert graph.to_text(innermost, max_depth=0).splitlines() == [
        "list (0 items) …",
        "… max_depth=0 leaves out the referrers of 1 object",
    ]


def label_graph(label):
    vertices = [AnnotatedVertex(1, label), AnnotatedVertex(2, label)]
    return AnnotatedGraph(vertices, [AnnotatedEdge(1, label, 1, 2)]), vertices[0]


def test_a_label_of_10_mb_is_cut():
    graph, vertex = label_graph("x" * (10 << 20))
    lines = graph.to_text(vertex, width=60).splitlines()
    assert [len(line) for line in lines] == [60, 60]
    assert lines[1] == "└─ " + "x" * 25 + "… of " + "x" * 26 + "…"


def test_wide_characters_take_two_cells():
    graph, vertex = label_graph("中文" * 50)
    lines = graph.to_text(vertex, width=40).splitlines()
    assert lines[0] == "中文" * 9 + "中…"


def test_labels_cannot_control_the_terminal():
    graph, vertex = label_graph("a\x1b[2J\n\t\u202eb\x9b\0")
    expected = r"a\x1b[2J \x09\u202eb\x9b\x00"
    assert graph.to_text(vertex).splitlines() == [expected, f"└─ {expected} of {expected}"]
    graph, vertex = label_graph("half \ud800")
    assert graph.to_text(vertex).splitlines()[0].startswith("half ")
    assert "\ud800" not in graph.to_text(vertex)


def test_ascii_when_it_is_asked_for():
    graph, vertex = label_graph("'é 中 😀…'")
    label = r"'\xe9 \u4e2d \U0001f600...'"
    assert graph.to_text(vertex, ascii=True).splitlines() == [label, f"`- {label} of {label}"]


@pytest.mark.parametrize(
    ("encoding", "start"),
    [
        ("utf-8", "└─ 'é'"),
        ("utf-16", "└─ 'é'"),
        ("ascii", r"`- '\xe9'"),
        ("latin-1", r"`- '\xe9'"),
        ("cp437", "└─ 'é'"),
        ("no such encoding", r"`- '\xe9'"),
    ],
)
def test_ascii_when_the_output_takes_no_more(monkeypatch, encoding, start):
    graph, vertex = label_graph("'é'")
    tree = graph.tree(vertex)
    output = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")

    class Output:
        write = output.write

    Output.encoding = encoding
    monkeypatch.setattr(sys, "stdout", Output())
    text = str(tree)
    forced = str(graph.tree(vertex, ascii=False))
    monkeypatch.undo()
    assert text.splitlines()[1].startswith(start)
    assert forced.splitlines()[1].startswith("└─ 'é'")


@pytest.mark.parametrize("stdout", [None, object(), io.StringIO()])
def test_an_output_that_does_not_say_how_it_encodes(monkeypatch, stdout):
    graph, vertex = label_graph("'é'")
    monkeypatch.setattr(sys, "stdout", stdout)
    text = graph.to_text(vertex)
    monkeypatch.undo()
    assert text.splitlines()[1].startswith("└─ 'é'")


def test_it_is_as_wide_as_the_terminal(monkeypatch):
    graph, vertex = label_graph("x" * 500)
    tree = graph.tree(vertex)
    for columns in (40, 120):
        monkeypatch.setenv("COLUMNS", str(columns))
        assert {len(line) for line in str(tree).splitlines()} == {columns}
    assert {len(line) for line in graph.to_text(vertex, width=70).splitlines()} == {70}
    monkeypatch.setenv("COLUMNS", "3")
    assert {len(line) for line in str(tree).splitlines()} == {20}


def test_what_cannot_be_asked():
    graph = ObjectGraph([[]])
    [vertex] = graph
    for ask in (graph.tree, graph.to_text):
        with pytest.raises(KeyError, match="list"):
            ask([])
        with pytest.raises(ValueError, match="referrers.*referents.*'up'|\"up\""):
            ask(vertex, direction="up")
        for name, least in [("max_depth", 0), ("max_lines", 3), ("fold", 1), ("width", 20)]:
            with pytest.raises(ValueError, match=f"{name} must be at least {least}"):
                ask(vertex, **{name: least - 1})
            with pytest.raises(TypeError):
                ask(vertex, **{name: "5"})
        with pytest.raises(TypeError):
            ask(vertex, "referents")
    with pytest.raises(TypeError):
        graph.tree()


def test_a_tree_holds_no_object():
    held = [Node()]
    graph = ObjectGraph(held)
    before = sys.getrefcount(held[0])
    tree = graph.tree(held[0])
    after = sys.getrefcount(held[0])
    assert after == before
    assert gc.get_referents(tree) in ([], [type(tree)])


def test_a_tree_of_a_large_heap_takes_milliseconds():
    holders = [[] for _ in range(1_000_000)]
    middle = holders[500_000]
    middle.append([])
    graph = ObjectGraph([*holders, middle[0]])
    graph.parents(middle[0])  # the reversed graph, computed once
    start = time.process_time()
    text = graph.to_text(middle[0])
    took = time.process_time() - start
    assert text.splitlines()[1].startswith("└─ [0] of list (1 item)")
    # All names would take half a second or more.
    assert took < 0.25


def test_a_snapshot_has_the_way_to_the_root():
    node = Node()
    holder = {"the key": node}
    text = refcycle.snapshot().to_text(node, width=200)
    assert "['the key'] of dict (1 item)" in text
    assert "local 'node' of frame" in text
    assert holder["the key"] is node
