"""A query that cannot be answered raises the usual exception, and changes nothing."""

import contextlib
import gc
import json
import os
import types

import pytest
from helpers.graphs import SAMPLERS, UserGraph
from helpers.oracles import Sketch

from refcycle import ObjectGraph
from refcycle.annotated_graph import AnnotatedEdge, AnnotatedGraph, AnnotatedVertex
from refcycle.directed_graph import DirectedGraph


@pytest.fixture(autouse=True)
def collector_is_left_alone():
    gc.disable()
    gc.set_threshold(601, 9, 8)
    before = gc.isenabled(), gc.get_debug(), gc.get_threshold(), len(gc.garbage)
    yield
    assert (gc.isenabled(), gc.get_debug(), gc.get_threshold(), len(gc.garbage)) == before


@pytest.fixture(params=SAMPLERS)
def sample(request):
    return SAMPLERS[request.param](Sketch(3, [(0, 1), (1, 2), (2, 1)]))


class Silent:
    """Its `repr` must not be called."""

    def __repr__(self):
        raise AssertionError("a repr was asked for")

    __str__ = __repr__


def stranger(sample):
    if isinstance(sample.graph, AnnotatedGraph):
        return AnnotatedVertex(77, "stranger")
    return Silent()


ONE_VERTEX = ["children", "parents", "out_edges", "in_edges"]
SEARCHES = ["descendants", "ancestors", "shortest_cycle"]


class TestUnknownVertices:
    def check(self, caught, vertex):
        assert type(caught.value) is KeyError
        (message,) = caught.value.args
        assert type(vertex).__name__ in message
        assert f"{id(vertex):#x}" in message

    @pytest.mark.parametrize("method", [*ONE_VERTEX, *SEARCHES])
    def test_a_vertex_that_is_not_in_the_graph(self, sample, method):
        if method in ONE_VERTEX and isinstance(sample.graph, UserGraph):
            assert list(getattr(sample.graph, method)(Silent())) == []
            return
        vertex = stranger(sample)
        with pytest.raises(KeyError) as caught:
            getattr(sample.graph, method)(vertex)
        self.check(caught, vertex)

    def test_paths_from_and_to_a_vertex_that_is_not_in_the_graph(self, sample):
        vertex = stranger(sample)
        for ends in [(vertex, sample.vertices[0]), (sample.vertices[0], vertex)]:
            with pytest.raises(KeyError) as caught:
                sample.graph.shortest_path(*ends)
            self.check(caught, vertex)

    @pytest.mark.parametrize("kind", ["ObjectGraph", "AnnotatedGraph", "DirectedGraph"])
    def test_subgraphs_of_a_vertex_that_is_not_in_the_graph(self, kind):
        sample = SAMPLERS[kind](Sketch(3, [(0, 1)]))
        vertex = stranger(sample)
        with pytest.raises(KeyError) as caught:
            sample.graph.full_subgraph([sample.vertices[0], vertex])
        self.check(caught, vertex)

    def test_an_equal_object_is_not_the_vertex(self):
        graph = ObjectGraph([[]])
        with pytest.raises(KeyError, match="list"):
            graph.children([])

    def test_the_empty_graph_knows_no_vertex(self):
        for vertex in (None, 0, [], Silent()):
            with pytest.raises(KeyError):
                ObjectGraph().descendants(vertex)

    @pytest.mark.parametrize("kind", ["AnnotatedGraph", "DirectedGraph"])
    def test_an_unhashable_object_is_a_type_error(self, kind):
        graph = SAMPLERS[kind](Sketch(2, [(0, 1)])).graph
        for ask in (graph.children, graph.descendants, graph.__contains__):
            with pytest.raises(TypeError, match="unhashable"):
                ask([])
        with pytest.raises(TypeError, match="unhashable"):
            graph.full_subgraph([[]])


class TestUnknownEdges:
    @pytest.mark.parametrize("edge", [-1, 3, 10**30, "0", None, 1.5, b"0"])
    @pytest.mark.parametrize("kind", ["ObjectGraph", "DirectedGraph"])
    def test_a_number_that_is_no_edge(self, kind, edge):
        graph = SAMPLERS[kind](Sketch(3, [(0, 1), (1, 2), (2, 1)])).graph
        for ask in (graph.head, graph.tail):
            with pytest.raises(KeyError, match=type(edge).__name__):
                ask(edge)
        assert edge not in graph.edges

    def test_an_edge_that_is_not_in_the_annotated_graph(self):
        graph = SAMPLERS["AnnotatedGraph"](Sketch(2, [(0, 1)])).graph
        for edge in (AnnotatedEdge(1, None, 1000, 1000), AnnotatedVertex(1000, ""), 50, None):
            with pytest.raises(KeyError, match=type(edge).__name__):
                graph.head(edge)


class TestGenerations:
    @pytest.mark.parametrize("generations", [-1, -2, -(2**63), -(10**40)])
    @pytest.mark.parametrize("method", ["descendants", "ancestors"])
    def test_negative_ones_are_a_value_error(self, sample, method, generations):
        with pytest.raises(ValueError, match="negative"):
            getattr(sample.graph, method)(sample.vertices[0], generations)

    @pytest.mark.parametrize("generations", [1.5, "1", float("inf"), [], object()])
    @pytest.mark.parametrize("method", ["descendants", "ancestors"])
    def test_what_is_no_integer_is_a_type_error(self, sample, method, generations):
        with pytest.raises(TypeError, match="generations"):
            getattr(sample.graph, method)(sample.vertices[0], generations)

    def test_an_error_of_index_passes(self, sample):
        class Failing:
            def __index__(self):
                raise ZeroDivisionError("index")

        with pytest.raises(ZeroDivisionError, match="index"):
            sample.graph.descendants(sample.vertices[0], Failing())


class TestIterators:
    @staticmethod
    def half(items):
        yield from items
        raise ZeroDivisionError("half-way")

    def test_one_that_raises_half_way_passes_its_error(self, sample):
        with pytest.raises(ZeroDivisionError, match="half-way"):
            sample.graph.full_subgraph(self.half(sample.vertices[:2]))
        assert len(sample.graph.full_subgraph(sample.vertices)) == 3

    def test_constructors_pass_its_error(self):
        vertex, edge = AnnotatedVertex(1, ""), AnnotatedEdge(1, None, 1, 1)
        for make in (
            lambda: ObjectGraph(self.half([[], []])),
            lambda: AnnotatedGraph(self.half([vertex]), []),
            lambda: AnnotatedGraph([vertex], self.half([edge])),
            lambda: DirectedGraph.from_edge_pairs(self.half([1]), []),
            lambda: DirectedGraph.from_edge_pairs([1], self.half([(1, 1)])),
            lambda: DirectedGraph.from_edge_pairs([1], [self.half([1])]),
            lambda: DirectedGraph.from_out_edges(self.half([1]), {1: []}),
            lambda: DirectedGraph.from_out_edges([1], {1: self.half([1])}),
        ):
            with pytest.raises(ZeroDivisionError, match="half-way"):
                make()

    def test_what_is_not_iterable_is_a_type_error(self, sample):
        for make in (
            lambda: ObjectGraph(5),
            lambda: AnnotatedGraph(5, []),
            lambda: AnnotatedGraph([], 5),
            lambda: DirectedGraph.from_edge_pairs(5, []),
            lambda: DirectedGraph.from_edge_pairs([1], 5),
            lambda: DirectedGraph.from_edge_pairs([1], [5]),
            lambda: DirectedGraph.from_out_edges(5, {}),
            lambda: DirectedGraph.from_out_edges([1], {1: 5}),
            lambda: DirectedGraph.from_out_edges([1], None),
            lambda: sample.graph.full_subgraph(5),
        ):
            with pytest.raises(TypeError):
                make()

    def test_unhashable_vertices_are_a_type_error(self):
        for make in (
            lambda: DirectedGraph.from_edge_pairs([[]], []),
            lambda: DirectedGraph.from_edge_pairs([1], [(1, [])]),
            lambda: DirectedGraph.from_out_edges([[]], lambda v: []),
            lambda: DirectedGraph.from_out_edges([1], {1: [[]]}),
        ):
            with pytest.raises(TypeError, match="unhashable"):
                make()


class TestCallables:
    def test_a_classifier_that_raises_passes_its_error(self, sample):
        with pytest.raises(ZeroDivisionError):
            sample.graph.count_by(lambda vertex: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sample.graph.find_by(lambda vertex: 1 / 0)

    def test_one_that_is_not_callable_is_a_type_error(self, sample):
        for ask in (sample.graph.count_by, sample.graph.find_by):
            with pytest.raises(TypeError, match="not callable"):
                ask(3)

    def test_a_class_that_is_not_hashable_is_a_type_error(self, sample):
        with pytest.raises(TypeError, match="unhashable"):
            sample.graph.count_by(lambda vertex: [])

    def test_a_truth_that_raises_passes_its_error(self, sample):
        class Undecided:
            def __bool__(self):
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            sample.graph.find_by(lambda vertex: Undecided())


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


class TestChangesOnTheWay:
    def test_ids_that_change_behind_the_graph(self):
        vertices = [AnnotatedVertex(1, "a"), AnnotatedVertex(2, "b")]
        graph = AnnotatedGraph(vertices, [AnnotatedEdge(1, None, 1, 2)])
        vertices[0].id = 2
        with pytest.raises(ValueError, match="2"):
            graph.to_json()

    def test_a_container_that_changes_while_it_is_read(self):
        growing = [[], []]

        def items():
            for item in list(growing):
                growing.append([])
                yield item

        assert len(ObjectGraph(items())) == 2

    def test_a_dict_that_changes_while_a_graph_is_made_of_it(self):
        changing = {1: [2], 2: [1]}

        class Changing:
            def __getitem__(self, key):
                changing[len(changing) + 10] = []
                return changing[key]

        graph = DirectedGraph.from_out_edges([1, 2], Changing())
        assert graph.references() == [(1, 2), (2, 1)]

    def test_a_graph_that_is_used_by_the_comparison_of_its_vertices(self):
        class Reentrant:
            def __hash__(self):
                return 1

            def __eq__(self, other):
                if len(graphs) and not self.busy:
                    Reentrant.busy = True
                    list(graphs[0].vertices)
                    graphs[0].descendants(one)
                    gc.collect()
                    Reentrant.busy = False
                return self is other

            busy = False

        graphs = []
        one, other = Reentrant(), Reentrant()
        graphs.append(DirectedGraph.from_edge_pairs([one, other], [(one, other)]))
        assert Reentrant() not in graphs[0]
        assert graphs[0].children(one)[0] is other
