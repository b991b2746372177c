"""Annotated graphs, JSON and files whose parts do not fit are rejected with an explanation."""

import contextlib
import json
import os
import types

import pytest
from helpers.silent import Silent

from refcycle import ObjectGraph
from refcycle.annotated_graph import AnnotatedEdge, AnnotatedGraph, AnnotatedVertex
from refcycle.directed_graph import DirectedGraph

pytestmark = pytest.mark.usefixtures("collector_is_left_alone")


class TestDanglingEdges:
    def test_an_annotated_edge_to_no_vertex(self):
        vertices = [AnnotatedVertex(1, "one")]
        for head, tail in [(99, 1), (1, 99)]:
            with pytest.raises(ValueError, match="99"):
                AnnotatedGraph(vertices, [AnnotatedEdge(7, None, head, tail)])

    def test_a_pair_with_an_end_that_is_no_vertex(self):
        for pair in [(1, 99), (99, 1)]:
            with pytest.raises(ValueError, match="edge 1 .*vert.*int"):
                DirectedGraph.from_edge_pairs([1, 2], [(1, 2), pair])
        with pytest.raises(ValueError, match="vert"):
            DirectedGraph.from_out_edges([1, 2], {1: [2], 2: [99]})

    def test_a_pair_is_of_two(self):
        for wrong in [(1,), (1, 1, 1), ()]:
            with pytest.raises(ValueError, match=f"{len(wrong)}"):
                DirectedGraph.from_edge_pairs([1], [wrong])

    def test_the_message_asks_for_no_repr(self):
        with pytest.raises(ValueError, match="Silent"):
            DirectedGraph.from_edge_pairs([1], [(1, Silent())])


def vertex(number, **others):
    return {"id": number, "annotation": "a", **others}


def edge(number, head=1, tail=1):
    return {"id": number, "annotation": None, "head": head, "tail": tail}


def text_of(vertices, edges=()):
    return json.dumps({"vertices": list(vertices), "edges": list(edges)})


WHOLE = text_of([vertex(1)], [edge(1)])

BAD_JSON = {
    "empty": "",
    "no json": "nope",
    "a list": "[]",
    "a number": "5",
    "null": "null",
    "no edges": '{"vertices": []}',
    "no vertices": '{"edges": []}',
    "vertices are no list": '{"vertices": {}, "edges": []}',
    "a vertex is a number": '{"vertices": [1], "edges": []}',
    "an edge is a list": '{"vertices": [], "edges": [[]]}',
    "an edge to no vertex": text_of([vertex(1)], [edge(1, head=2)]),
    "an edge from no vertex": text_of([vertex(1)], [edge(1, tail=2)]),
    "a duplicate vertex": text_of([vertex(1), vertex(1)]),
    "a duplicate edge": text_of([vertex(1)], [edge(5), edge(5)]),
    "an id beyond 64 bits": text_of([vertex(2**64)]),
    "an id far beyond 64 bits": text_of([vertex(10**40)]),
    "an edge id beyond 64 bits": text_of([vertex(1)], [edge(2**64)]),
    "a head beyond 64 bits": text_of([vertex(1)], [edge(1, head=2**64)]),
    "an id with a fraction": text_of([vertex(1.5)]),
    "an id that is text": text_of([vertex("1")]),
    "an id that is null": text_of([vertex(None)]),
    "an annotation that is null": text_of([{"id": 1, "annotation": None}]),
    "an annotation that is a number": text_of([{"id": 1, "annotation": 5}]),
    "no annotation": text_of([{"id": 1}]),
    "no id": text_of([{"annotation": "a"}]),
    "no head": text_of([vertex(1)], [{"id": 1, "annotation": None, "tail": 1}]),
    "more after the end": WHOLE + "{}",
    "an unfinished escape": '{"vertices": [{"id": 1, "annotation": "\\u12"}], "edges": []}',
    "a lone surrogate": '{"vertices": [{"id": 1, "annotation": "\\ud800"}], "edges": []}',
}


class TestJson:
    @pytest.mark.parametrize("name", BAD_JSON)
    def test_it_is_a_value_error(self, name, tmp_path):
        with pytest.raises(ValueError) as caught:
            AnnotatedGraph.from_json(BAD_JSON[name])
        assert len(str(caught.value)) > 20
        file = tmp_path / "bad.json"
        file.write_text(BAD_JSON[name])
        with pytest.raises(ValueError):
            AnnotatedGraph.import_json(file)
        assert file.read_text() == BAD_JSON[name]

    def test_a_text_that_is_cut_short(self, tmp_path):
        file = tmp_path / "cut.json"
        for length in range(len(WHOLE)):
            with pytest.raises(ValueError):
                AnnotatedGraph.from_json(WHOLE[:length])
            file.write_text(WHOLE[:length])
            with pytest.raises(ValueError):
                AnnotatedGraph.import_json(file)

    def test_a_deeply_nested_text_does_no_harm(self):
        nested = "[" * 100_000 + "]" * 100_000
        with contextlib.suppress(ValueError):
            made = AnnotatedGraph.from_json(f'{{"x": {nested}, "vertices": [], "edges": []}}')
            assert len(made) == 0
        with pytest.raises(ValueError):
            AnnotatedGraph.from_json(f'{{"vertices": {nested}, "edges": []}}')

    @pytest.mark.parametrize(
        ("name", "number"),
        [
            ("an edge to no vertex", "2"),
            ("a duplicate vertex", "1"),
            ("a duplicate edge", "5"),
            ("no json", "line 1"),
        ],
    )
    def test_the_message_says_what_and_where(self, name, number):
        with pytest.raises(ValueError, match=number):
            AnnotatedGraph.from_json(BAD_JSON[name])

    @pytest.mark.parametrize("wrong", [None, 5, [], {}, {"vertices": [], "edges": []}])
    def test_what_is_no_text_is_a_type_error(self, wrong):
        with pytest.raises(TypeError, match=type(wrong).__name__):
            AnnotatedGraph.from_json(wrong)

    def test_bytes_that_are_no_utf8(self, tmp_path):
        bad = b'{"vertices": [{"id": 1, "annotation": "\xff"}], "edges": []}'
        with pytest.raises(ValueError):
            AnnotatedGraph.from_json(bad)
        (tmp_path / "bad.json").write_bytes(bad)
        with pytest.raises(ValueError):
            AnnotatedGraph.import_json(tmp_path / "bad.json")

    def test_a_text_with_a_lone_surrogate_in_it(self):
        with pytest.raises(ValueError):
            AnnotatedGraph.from_json(
                '{"vertices": [{"id": 1, "annotation": "\ud800"}], "edges": []}'
            )


ANY = AnnotatedGraph([AnnotatedVertex(1, "a")], [])


class TestFiles:
    @pytest.mark.parametrize("graph", [ANY, ObjectGraph([[]])])
    def test_a_folder_that_does_not_exist(self, graph, tmp_path):
        file = tmp_path / "nowhere" / "graph.json"
        with pytest.raises(FileNotFoundError, match="nowhere") as caught:
            graph.export_json(file)
        assert caught.value.errno == 2 and str(caught.value.filename) == str(file)
        assert os.listdir(tmp_path) == []

    def test_a_file_that_does_not_exist(self, tmp_path):
        with pytest.raises(FileNotFoundError, match="nofile") as caught:
            AnnotatedGraph.import_json(tmp_path / "nofile.json")
        assert caught.value.errno == 2
        assert str(caught.value.filename) == str(tmp_path / "nofile.json")

    @pytest.mark.parametrize("graph", [ANY, ObjectGraph([[]])])
    def test_a_folder_is_no_file(self, graph, tmp_path):
        (tmp_path / "a.svg").mkdir()
        for write in (graph.export_json, graph.export_image):
            with pytest.raises(IsADirectoryError):
                write(tmp_path / "a.svg")
        assert os.listdir(tmp_path / "a.svg") == []
        with pytest.raises(IsADirectoryError):
            AnnotatedGraph.import_json(tmp_path)

    @pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
    def test_a_folder_that_may_not_be_written(self, tmp_path):
        tmp_path.chmod(0o500)
        with pytest.raises(PermissionError):
            ANY.export_json(tmp_path / "a.json")
        tmp_path.chmod(0o700)

    @pytest.mark.parametrize("name", ["a\0b.json", "a\0b.svg"], ids=["json", "svg"])
    def test_a_name_with_nul(self, name, in_tmp_path):
        for use in (ANY.export_json, ANY.export_image, AnnotatedGraph.import_json):
            with pytest.raises(ValueError):
                use(name)
        assert os.listdir() == []

    @pytest.mark.parametrize("wrong", [5, 1.5, [], object()])
    def test_what_is_no_name(self, wrong):
        for use in (ANY.export_json, ANY.export_image, AnnotatedGraph.import_json):
            with pytest.raises(TypeError):
                use(wrong)

    def test_names_must_be_given(self):
        with pytest.raises(TypeError):
            ANY.export_json()
        with pytest.raises(TypeError):
            AnnotatedGraph.import_json()

    def test_arguments_of_export_image_of_wrong_types(self, in_tmp_path):
        with pytest.raises(TypeError):
            ANY.export_image("a.svg", format=5)
        with pytest.raises(TypeError):
            ANY.export_image("a.svg", dot_executable=5)
        assert os.listdir() == []


class TestLabels:
    def write(self, label, folder):
        graph = AnnotatedGraph([AnnotatedVertex(1, label)], [AnnotatedEdge(1, label, 1, 1)])
        for name, write in {
            "a.json": graph.export_json,
            "a.svg": graph.export_image,
            "a.png": graph.export_image,
        }.items():
            (folder / name).write_text("before")
            yield name, write

    def test_a_lone_surrogate_is_a_value_error_that_changes_no_file(self, tmp_path):
        for name, write in self.write("a\ud800b", tmp_path):
            with pytest.raises(ValueError, match="surrogate"):
                write(tmp_path / name)
            assert (tmp_path / name).read_text() == "before"
        graph = AnnotatedGraph([AnnotatedVertex(1, "\ud800")], [])
        for ask in (graph.to_json, graph.to_dot):
            with pytest.raises(ValueError, match="surrogate"):
                ask()

    def test_nul_goes_into_every_form(self, tmp_path):
        for name, write in self.write("a\0b", tmp_path):
            write(tmp_path / name)
            assert (tmp_path / name).read_bytes() != b"before"
        assert "\0" not in (tmp_path / "a.svg").read_text()
        (read,) = AnnotatedGraph.import_json(tmp_path / "a.json").vertices
        assert read.annotation == "a\0b"

    @pytest.mark.parametrize("number", [-1, 2**64, 10**40])
    def test_ids_that_no_file_can_hold_are_a_value_error(self, number, tmp_path):
        graph = AnnotatedGraph([AnnotatedVertex(number, "a")], [])
        assert len(graph) == 1
        (tmp_path / "a.json").write_text("before")
        with pytest.raises(ValueError, match="64"):
            graph.export_json(tmp_path / "a.json")
        with pytest.raises(ValueError, match="64"):
            graph.to_json()
        assert (tmp_path / "a.json").read_text() == "before"

    def test_objects_whose_names_have_a_lone_surrogate_can_be_shown(self, tmp_path):
        hidden = type("Hidden", (), {"__module__": "m\udc80"})
        hidden.__qualname__ = "Hid\udc80den"

        def function():
            pass

        function.__name__ = function.__qualname__ = "func\udc80"
        module = types.ModuleType("mod\udc80")
        graph = ObjectGraph([hidden(), hidden, function, types.MethodType(function, 1), module])
        assert "digraph" in graph.to_dot()
        graph.export_json(tmp_path / "a.json")
        read = AnnotatedGraph.import_json(tmp_path / "a.json")
        labels = [vertex.annotation for vertex in read.vertices]
        assert labels[2:] == [
            "function\nfunc\\udc80",
            "instancemethod\nfunc\\udc80",
            "module\nmod\\udc80",
        ]
        graph.export_image(tmp_path / "a.svg")
        assert "Hid\\udc80den" in labels[0]
