"""Graphs of names and numbers, and their JSON and DOT forms."""

import copy
import gc
import json
import pickle
import weakref

import pytest

from refcycle import ObjectGraph
from refcycle.annotated_graph import AnnotatedEdge, AnnotatedGraph, AnnotatedVertex

# Written by refcycle 0.3.1: `ObjectGraph([outer, inner]).export_json(...)`.
OF_0_3_1 = (
    '{"vertices": [{"id": 139720862891328, "annotation": "list[4]"}, '
    '{"id": 139720863007808, "annotation": "object\\\\nbuiltins.set"}, '
    '{"id": 139720863006912, "annotation": "\\u00e9\\u2028\\""}], '
    '"edges": [{"id": 0, "annotation": "item[1]", "head": 139720863007808, '
    '"tail": 139720862891328}, {"id": 7, "annotation": null, "head": 139720863006912, '
    '"tail": 139720862891328}]}'
)

TEXT = (
    '{"vertices": [{"id": 1, "annotation": "one"}, {"id": 2, "annotation": "two"}, '
    '{"id": 3, "annotation": ""}], "edges": [{"id": 10, "annotation": "lab", "head": 2, '
    '"tail": 1}, {"id": 11, "annotation": null, "head": 3, "tail": 2}, '
    '{"id": 12, "annotation": "", "head": 1, "tail": 3}]}'
)


def vertices_of(graph):
    return [(vertex.id, vertex.annotation) for vertex in graph.vertices]


def edges_of(graph):
    return [(edge.id, edge.annotation, edge.head, edge.tail) for edge in graph.edges]


@pytest.fixture
def parts():
    vertices = [AnnotatedVertex(id=1, annotation="one"), AnnotatedVertex(2, "two")]
    vertices.append(AnnotatedVertex(3, ""))
    edges = [AnnotatedEdge(id=10, annotation="lab", head=2, tail=1)]
    edges += [AnnotatedEdge(11, None, 3, 2), AnnotatedEdge(12, "", 1, 3)]
    return vertices, edges


@pytest.fixture
def graph(parts):
    return AnnotatedGraph(*parts)


class TestVerticesAndEdges:
    def test_they_have_their_attributes(self, parts):
        assert (parts[0][0].id, parts[0][0].annotation) == (1, "one")
        edge = parts[1][0]
        assert (edge.id, edge.annotation, edge.head, edge.tail) == (10, "lab", 2, 1)
        assert parts[1][1].annotation is None

    def test_they_are_equal_by_id(self):
        assert AnnotatedVertex(1, "a") == AnnotatedVertex(1, "b")
        assert not AnnotatedVertex(1, "a") != AnnotatedVertex(1, "b")
        assert AnnotatedVertex(1, "a") != AnnotatedVertex(2, "a")
        assert AnnotatedEdge(1, "a", 2, 3) == AnnotatedEdge(1, None, 4, 5)
        assert AnnotatedEdge(1, "a", 2, 3) != AnnotatedEdge(2, "a", 2, 3)

    def test_they_are_not_equal_to_others(self):
        for other in (AnnotatedEdge(1, "a", 1, 1), 1, None, "a", (1, "a")):
            assert AnnotatedVertex(1, "a") != other
            assert not AnnotatedVertex(1, "a") == other
        for other in (AnnotatedVertex(1, "a"), 1, None):
            assert AnnotatedEdge(1, "a", 1, 1) != other

    def test_they_hash_by_id(self):
        big = 2**61 + 5
        assert hash(AnnotatedVertex(big, "a")) == hash(AnnotatedVertex(big, "b")) == hash(big)
        assert hash(AnnotatedEdge(7, "a", 1, 2)) == hash(AnnotatedEdge(7, None, 3, 4)) == hash(7)

    def test_they_have_no_order(self):
        with pytest.raises(TypeError):
            AnnotatedVertex(1, "a") < AnnotatedVertex(2, "b")  # noqa: B015
        with pytest.raises(TypeError):
            AnnotatedEdge(1, "a", 1, 1) <= AnnotatedEdge(2, "b", 1, 1)  # noqa: B015

    def test_all_arguments_must_be_given(self):
        for arguments in ((), (1,), (1, "a", 2)):
            with pytest.raises(TypeError):
                AnnotatedVertex(*arguments)
        for arguments in ((), (1, "a", 2), (1, "a", 2, 3, 4)):
            with pytest.raises(TypeError):
                AnnotatedEdge(*arguments)

    def test_ids_are_integers_and_annotations_texts(self):
        for wrong in ("1", 1.5, None, [], object()):
            with pytest.raises(TypeError):
                AnnotatedVertex(wrong, "a")
            with pytest.raises(TypeError):
                AnnotatedEdge(1, "a", wrong, 1)
        for wrong in (None, b"a", 1):
            with pytest.raises(TypeError):
                AnnotatedVertex(1, wrong)
        with pytest.raises(TypeError):
            AnnotatedEdge(1, b"a", 1, 1)

    def test_they_have_no_other_attributes(self):
        with pytest.raises(AttributeError):
            AnnotatedVertex(1, "a").other = 1
        with pytest.raises(AttributeError):
            AnnotatedEdge(1, "a", 1, 1).other = 1

    def test_they_can_be_copied_and_pickled(self, parts):
        for part in [*parts[0], *parts[1]]:
            for again in (copy.copy(part), copy.deepcopy(part), pickle.loads(pickle.dumps(part))):
                assert again is not part and type(again) is type(part)
                assert repr(again) == repr(part)

    def test_repr_shows_the_attributes(self, parts):
        assert repr(parts[0][0]) == "AnnotatedVertex(id=1, annotation='one')"
        edge = "AnnotatedEdge(id=11, annotation=None, head=3, tail=2)"
        assert repr(parts[1][1]) == edge


class TestConstructor:
    def test_vertices_and_edges_are_kept_as_they_are(self, graph, parts):
        assert [a is b for a, b in zip(graph.vertices, parts[0], strict=True)] == [True] * 3
        assert {id(edge) for edge in graph.edges} == {id(edge) for edge in parts[1]}

    def test_iterators_and_names_are_taken(self, parts):
        graph = AnnotatedGraph(vertices=iter(parts[0]), edges=iter(parts[1]))
        assert graph.to_json() == TEXT

    def test_of_equal_parts_the_first_stays(self, parts):
        vertices = [*parts[0], AnnotatedVertex(1, "again")]
        edges = [*parts[1], AnnotatedEdge(10, "again", 1, 1)]
        assert AnnotatedGraph(vertices, edges).to_json() == TEXT

    def test_both_arguments_must_be_given(self, parts):
        with pytest.raises(TypeError):
            AnnotatedGraph()
        with pytest.raises(TypeError):
            AnnotatedGraph(parts[0])

    def test_other_parts_are_refused(self, parts):
        for vertices, edges in [
            ([1, 2], []),
            ([(1, "a")], []),
            (5, []),
            (parts[0], 5),
            (parts[0], [5]),
            (parts[0], parts[0]),
            (parts[1], []),
        ]:
            with pytest.raises(TypeError):
                AnnotatedGraph(vertices, edges)


def test_edges_are_looked_up_as_objects(graph, parts):
    vertices, edges = parts
    assert graph.head(edges[0]) is vertices[1] and graph.tail(edges[0]) is vertices[0]
    assert graph.out_edges(vertices[0]) == [edges[0]]
    assert graph.out_edges(vertices[0])[0] is edges[0]
    assert graph.in_edges(vertices[0])[0] is edges[2]
    assert edges[0] in graph.edges and AnnotatedEdge(13, None, 1, 1) not in graph.edges


def test_an_equal_vertex_stands_for_a_vertex(graph, parts):
    stranger = AnnotatedVertex(1, "of another graph")
    assert stranger in graph
    assert graph.children(stranger) == [parts[0][1]]
    assert len(graph.descendants(stranger, 1)) == 2


def test_vertex_collections_are_those_for_hashable_objects():
    assert type(AnnotatedGraph.vertex_set()) is set and not AnnotatedGraph.vertex_set()
    assert type(AnnotatedGraph.vertex_dict()) is dict and not AnnotatedGraph.vertex_dict()
    assert AnnotatedGraph.vertex_equal(AnnotatedVertex(1, "a"), AnnotatedVertex(1, "b")) is True
    assert AnnotatedGraph.vertex_equal(AnnotatedVertex(1, "a"), AnnotatedVertex(2, "a")) is False


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda g: pickle.loads(pickle.dumps(g))]
)
def test_a_graph_can_be_copied_and_pickled(graph, again):
    made = again(graph)
    assert type(made) is AnnotatedGraph and made is not graph
    assert made.to_json() == TEXT
    part = graph.full_subgraph(list(graph)[:2])
    assert again(part).to_json() == part.to_json()


def test_a_graph_can_be_referred_to_weakly(graph):
    other = AnnotatedGraph([], [])
    reference = weakref.ref(other)
    assert reference() is other
    del other
    gc.collect()
    assert reference() is None


class TestJson:
    def test_the_text_is_that_of_0_3_1(self, graph):
        assert graph.to_json() == TEXT
        assert AnnotatedGraph([], []).to_json() == '{"vertices": [], "edges": []}'

    def test_the_text_is_ascii_and_escaped_as_json_does(self):
        hard = 'é\u2028"\n\\\x00\x7f\U0001f600/<>'
        made = AnnotatedGraph([AnnotatedVertex(1, hard)], [AnnotatedEdge(1, hard, 1, 1)])
        expected = {
            "vertices": [{"id": 1, "annotation": hard}],
            "edges": [{"id": 1, "annotation": hard, "head": 1, "tail": 1}],
        }
        assert made.to_json() == json.dumps(expected)
        assert vertices_of(AnnotatedGraph.from_json(made.to_json())) == [(1, hard)]

    def test_edges_are_written_in_the_order_of_their_tails(self):
        vertices = [AnnotatedVertex(number, "") for number in (5, 4)]
        edges = [AnnotatedEdge(1, None, 5, 4), AnnotatedEdge(2, None, 4, 5)]
        written = json.loads(AnnotatedGraph(vertices, edges).to_json())
        assert [vertex["id"] for vertex in written["vertices"]] == [5, 4]
        assert sorted(edge["id"] for edge in written["edges"]) == [1, 2]

    def test_a_text_makes_the_graph_that_it_came_from(self, graph):
        for text in (TEXT, TEXT.encode()):
            made = AnnotatedGraph.from_json(text)
            assert type(made) is AnnotatedGraph
            assert made.to_json() == TEXT
            assert vertices_of(made) == vertices_of(graph)
            assert edges_of(made) == edges_of(graph)

    def test_a_bytearray_is_bytes(self):
        assert AnnotatedGraph.from_json(bytearray(TEXT.encode())).to_json() == TEXT

    def test_a_text_of_0_3_1_is_understood(self, tmp_path):
        file = tmp_path / "graph.json"
        file.write_text(OF_0_3_1)
        for made in (AnnotatedGraph.from_json(OF_0_3_1), AnnotatedGraph.import_json(file)):
            assert vertices_of(made) == [
                (139720862891328, "list[4]"),
                (139720863007808, "object\\nbuiltins.set"),
                (139720863006912, 'é\u2028"'),
            ]
            assert sorted(edges_of(made)) == [
                (0, "item[1]", 139720863007808, 139720862891328),
                (7, None, 139720863006912, 139720862891328),
            ]
            assert made.to_json() == OF_0_3_1

    def test_what_0_3_1_writes_with_negative_and_large_ids_is_understood(self):
        text = '{"vertices": [{"id": %d, "annotation": "a"}], "edges": []}'
        for number in (0, 2**63, 2**64 - 1):
            assert vertices_of(AnnotatedGraph.from_json(text % number)) == [(number, "a")]

    def test_members_may_come_in_any_order_with_others_between(self):
        text = """ {"x": [1, {"y": null}], "edges": [{"tail": 1, "head": 1, "extra": 3.5,
            "annotation": null, "id": 4}], "vertices": [
            {"annotation": "a", "id": 1, "color": "red"}]}
        """
        made = AnnotatedGraph.from_json(text)
        assert vertices_of(made) == [(1, "a")] and edges_of(made) == [(4, None, 1, 1)]

    def test_a_graph_goes_through_a_file(self, graph, in_tmp_path):
        for name in ("graph.json", in_tmp_path / "path.json"):
            assert graph.export_json(name) is None
            assert open(name, "rb").read() == TEXT.encode()
            assert AnnotatedGraph.import_json(name).to_json() == TEXT
        graph.export_json(filename="named.json")
        assert AnnotatedGraph.import_json(filename="named.json").to_json() == TEXT

    def test_a_file_that_is_there_is_replaced(self, graph, tmp_path):
        file = tmp_path / "graph.json"
        file.write_text("x" * 10_000)
        graph.export_json(file)
        assert file.read_text() == TEXT

    def test_file_names_may_go_beyond_ascii(self, graph, in_tmp_path):
        graph.export_json("grâph \U0001f600.json")
        assert (in_tmp_path / "grâph \U0001f600.json").read_text() == TEXT

    def test_a_subgraph_writes_its_own_part(self, graph, parts):
        part = graph.full_subgraph(parts[0][:2])
        assert json.loads(part.to_json()) == {
            "vertices": [{"id": 1, "annotation": "one"}, {"id": 2, "annotation": "two"}],
            "edges": [{"id": 10, "annotation": "lab", "head": 2, "tail": 1}],
        }


class TestDot:
    def test_vertices_and_edges(self, graph):
        lines = [line.strip() for line in graph.to_dot().splitlines()]
        assert lines[0] == "digraph G {" and lines[-1] == "}"
        assert sorted(lines[1:-1]) == sorted(
            [
                '1 -> 2 [label="lab"];',
                "2 -> 3;",
                '3 -> 1 [label=""];',
                '1 [label="one"];',
                '2 [label="two"];',
                '3 [label=""];',
            ]
        )
        assert graph.to_dot().endswith("}\n")
        assert AnnotatedGraph([], []).to_dot() == "digraph G {\n}\n"

    @pytest.mark.parametrize(
        "label", ['q"q', "end\\", "\\", '\\"', "a\nb", "a\\nb", "<b>", "{}", "é", "\\N \\G", ""]
    )
    def test_a_label_is_one_quoted_string_whatever_it_holds(self, label):
        made = AnnotatedGraph([AnnotatedVertex(1, label)], [AnnotatedEdge(2, label, 1, 1)])
        assert quoted_strings(made.to_dot()) == [label, label]

    @pytest.mark.parametrize("control", ["\t", "\r", "\0", "\x1b", "\x7f"])
    def test_no_control_character_goes_into_the_text(self, control):
        made = AnnotatedGraph([AnnotatedVertex(1, f"a{control}b")], [])
        text = made.to_dot().replace("\n", "")
        assert all(letter.isprintable() for letter in text)
        (label,) = quoted_strings(made.to_dot())
        assert label.startswith("a") and label.endswith("b") and len(label) > 2


def quoted_strings(dot):
    """The labels that Graphviz reads from the quoted strings of a DOT text."""
    found, position = [], dot.find('"')
    while position >= 0:
        text, position = "", position + 1
        while dot[position] != '"':
            if dot[position] == "\\":
                position += 1
                text += {"n": "\n"}.get(dot[position], dot[position])
            else:
                text += dot[position]
            position += 1
        found.append(text)
        position = dot.find('"', position + 1)
    return found


def vertices_alive():
    return sum(type(obj) is AnnotatedVertex for obj in gc.get_objects())


def edges_alive():
    return sum(type(obj) is AnnotatedEdge for obj in gc.get_objects())


class TestPartsOnDemand:
    """A graph of names creates vertices and edges on demand."""

    @pytest.fixture
    def many(self):
        """A list of 20,000 lists, annotated."""
        rows = [[] for _ in range(20_000)]
        return ObjectGraph([rows, *rows]).annotated()

    def test_a_graph_makes_no_parts_before(self, many):
        assert vertices_alive() + edges_alive() < 1_000
        assert (len(many), len(many.vertices), len(many.edges)) == (20_001, 20_001, 20_000)
        assert many.to_json().count('"list[0]"') == 20_000
        assert "list" in many.to_text()
        assert vertices_alive() + edges_alive() < 1_000

    def test_a_loop_leaves_few(self, many):
        assert sum(vertex.annotation == "list[0]" for vertex in many) == 20_000
        assert sum(edge.annotation.startswith("item[") for edge in many.edges) == 20_000
        assert vertices_alive() + edges_alive() < 6_000

    def test_a_part_is_one_object_while_it_is_held(self, many):
        held = list(many)
        edge = next(iter(many.edges))
        for vertex in many:
            del vertex
        assert all(a is b for a, b in zip(held, many.vertices, strict=True))
        assert many.head(edge) is many.children(many.tail(edge))[0]
        assert many.out_edges(many.tail(edge))[0] is edge
        part = many.full_subgraph(held[:10])
        assert all(a is b for a, b in zip(held, part, strict=False))

    def test_a_change_stays(self, many):
        whole = next(vertex for vertex in many if vertex.annotation == "list[20000]")
        whole.annotation = "all rows"
        edge = many.out_edges(whole)[7]
        edge.annotation = None
        number = edge.id
        del whole, edge
        for vertex in many:
            del vertex
        for edge in many.edges:
            del edge
        assert [v.annotation for v in many if v.annotation != "list[0]"] == ["all rows"]
        written = json.loads(many.to_json())
        assert [v["annotation"] for v in written["vertices"]].count("all rows") == 1
        assert [e["id"] for e in written["edges"] if e["annotation"] is None] == [number]
        assert "all rows" in many.to_svg() and "all rows" in many.to_text()
        again = pickle.loads(pickle.dumps(many))
        assert again.to_json() == many.to_json()

    def test_a_part_of_the_graph_has_the_same_vertices(self, many):
        start = next(vertex for vertex in many if vertex.annotation == "list[20000]")
        part = many.descendants(start)
        next(iter(part)).annotation = "from the part"
        assert start.annotation == "from the part" and "from the part" in many.to_json()
        start.annotation = "from the whole"
        assert "from the whole" in part.to_json() and "from the whole" in part.to_text()

    def test_ids_can_be_given_anew(self):
        graph = AnnotatedGraph.from_json(TEXT)
        for number, vertex in enumerate(graph):
            vertex.id = 100 + number
        written = json.loads(graph.to_json())
        assert [vertex["id"] for vertex in written["vertices"]] == [100, 101, 102]
        assert [(edge["tail"], edge["head"]) for edge in written["edges"]] == [
            (100, 101),
            (101, 102),
            (102, 100),
        ]
        assert AnnotatedVertex(1, "") not in graph

    def test_what_cannot_be_written_is_an_error(self):
        graph = AnnotatedGraph.from_json(TEXT)
        first = next(iter(graph))
        for name, value in [("id", -1), ("annotation", "\ud800")]:
            kept = getattr(first, name)
            setattr(first, name, value)
            with pytest.raises(ValueError, match="of a vertex"):
                graph.to_json()
            setattr(first, name, kept)
        assert graph.to_json() == TEXT

    def test_equal_parts_are_found(self):
        graph = AnnotatedGraph.from_json(TEXT)
        assert AnnotatedVertex(2, "another") in graph and AnnotatedVertex(4, "two") not in graph
        assert AnnotatedEdge(11, None, 9, 9) in graph.edges
        assert AnnotatedEdge(1, None, 2, 1) not in graph.edges
        assert graph.head(AnnotatedEdge(11, "", 0, 0)).annotation == ""
        for other in (2, "two", None, AnnotatedVertex(-1, ""), AnnotatedEdge(2, None, 1, 1)):
            assert other not in graph
        for unhashable in ([], {}):
            with pytest.raises(TypeError):
                unhashable in graph  # noqa: B015
            with pytest.raises(TypeError):
                unhashable in graph.edges  # noqa: B015

    def test_a_cycle_through_an_annotation_is_collected(self):
        class Text(str):
            pass

        graph = AnnotatedGraph.from_json(TEXT)
        text = Text("mine")
        text.graph = graph
        next(iter(graph)).annotation = text
        references = [weakref.ref(graph), weakref.ref(text)]
        del graph, text
        gc.collect()
        assert [reference() for reference in references] == [None, None]
