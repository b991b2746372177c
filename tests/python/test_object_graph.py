"""Graphs of objects."""

import collections
import copy
import gc
import json
import pickle
import weakref
from collections import Counter

import pytest
from helpers.processes import run

import refcycle
from refcycle import ObjectGraph
from refcycle.annotated_graph import AnnotatedGraph
from refcycle.element_transform_set import ElementTransformSet
from refcycle.key_transform_dict import KeyTransformDict


class Plain:
    pass


class Outer:
    class Inner:
        pass


class Weird:
    """Neither equal nor hashable, of a class that is neither."""

    class Meta(type):
        def __eq__(cls, other):
            raise AssertionError("a class was compared")

        def __hash__(cls):
            raise AssertionError("a class was hashed")

    def __eq__(self, other):
        raise AssertionError("a vertex was compared")

    __hash__ = None


WEIRD = Weird.Meta("Weird", (), {"__eq__": Weird.__eq__, "__hash__": None, "__slots__": "link"})


@pytest.fixture
def family():
    inner = []
    outer = [inner, {"k": inner}, 5, "str"]
    return ObjectGraph([outer, inner, outer[1]]), outer, inner


class TestConstructor:
    def test_any_iterable_is_taken(self):
        inner = []
        outer = [inner]
        for objects in ([outer, inner], iter([outer, inner]), (o for o in (outer, inner))):
            graph = ObjectGraph(objects)
            assert list(map(id, graph)) == [id(outer), id(inner)]
            assert len(graph.edges) == 1

    def test_an_object_given_twice_is_one_vertex(self):
        inner = []
        outer = [inner]
        graph = ObjectGraph([outer, outer, inner, outer])
        assert len(graph) == 2 and len(graph.edges) == 1

    def test_equal_objects_are_different_vertices(self):
        one, other = [], []
        graph = ObjectGraph([one, other])
        assert len(graph) == 2
        assert one in graph and other in graph and [] not in graph

    def test_parallel_references_are_separate_edges(self):
        inner = []
        outer = [inner, inner, inner]
        graph = ObjectGraph([outer, inner])
        assert [child is inner for child in graph.children(outer)] == [True] * 3
        assert [parent is outer for parent in graph.parents(inner)] == [True] * 3
        assert graph.out_edges(outer) == graph.in_edges(inner) == [0, 1, 2]
        assert sorted(graph.edges) == [0, 1, 2]

    def test_untracked_objects_may_be_vertices(self):
        big, text = 10**30, "a text"
        outer = (big, text, None)
        graph = ObjectGraph([outer, big, text, None, int])
        assert len(graph) == 5
        assert Counter(map(id, graph.children(outer))) == Counter(map(id, outer))
        assert graph.children(big) == []

    def test_strings_and_sets_are_iterables_of_objects(self):
        assert list(ObjectGraph("ab")) == ["a", "b"]
        assert sorted(ObjectGraph({1, 2})) == [1, 2]

    def test_references_out_of_the_graph_are_left_out(self):
        outer = [[], {}]
        assert len(ObjectGraph([outer]).edges) == 0
        assert len(ObjectGraph([outer, outer[1]]).edges) == 1

    def test_edges_are_those_at_the_time_of_making(self, family):
        graph, outer, inner = family
        outer.append(inner)
        assert len(graph.edges) == 3
        outer.clear()
        assert len(graph.children(outer)) == 2

    def test_iterators_may_make_what_they_give(self):
        graph = ObjectGraph([] for _ in range(1000))
        assert len(graph) == len({id(vertex) for vertex in graph}) == 1000


def test_vertices_need_neither_hash_nor_comparison():
    one, other = WEIRD(), WEIRD()
    one.link = other
    graph = ObjectGraph([one, other])
    assert one in graph and WEIRD() not in graph
    assert [child is other for child in graph.descendants(one, 1)].count(True) == 1
    assert len(graph.full_subgraph([one])) == 1
    assert len(graph.strongly_connected_components()) == 2
    assert graph.count_by_typename() == Counter({"Weird": 2})
    assert len(graph & ObjectGraph([one])) == 1


def test_bare_graphs_know_their_vertices():
    for count in (1, 7, 8, 9, 20):
        vertices = [[] for _ in range(count)]
        graph = ObjectGraph(vertices)
        assert all(vertex in graph for vertex in vertices) and [] not in graph
        assert graph.references() == [] and list(graph.edges) == [] and 0 not in graph.edges
        assert graph.children(vertices[-1]) == graph.in_edges(vertices[0]) == []
        assert len(graph.strongly_connected_components()) == count
        assert len(graph.source_components()) == count
        assert [len(graph.descendants(v)) for v in vertices] == [1] * count
        assert [len(graph.shortest_path(v, v)) for v in vertices] == [1] * count
        assert len(graph.full_subgraph(vertices[1:])) == count - 1


class TestTypenames:
    def test_find_by_typename(self, family):
        graph, outer, inner = family
        found = graph.find_by_typename("list")
        assert type(found) is list
        assert list(map(id, found)) == [id(outer), id(inner)]
        assert graph.find_by_typename(name="dict")[0] is outer[1]

    def test_the_name_is_that_of_the_type_alone(self, family):
        graph = family[0]
        for name in ("builtins.list", "nosuch", "List", ""):
            assert graph.find_by_typename(name) == []
        nested = ObjectGraph([Outer.Inner()])
        assert nested.count_by_typename() == Counter({"Inner": 1})
        assert len(nested.find_by_typename("Inner")) == 1
        assert nested.find_by_typename("Outer.Inner") == []

    def test_a_name_with_the_module_is_the_qualified_name(self, tmp_path):
        graph = ObjectGraph([Outer.Inner(), collections.OrderedDict()])
        graph.save(tmp_path / "graph.refcycle")
        loaded = refcycle.load(tmp_path / "graph.refcycle")
        for name in (f"{Outer.__module__}.Outer.Inner", "collections.OrderedDict"):
            [found] = graph.find_by_typename(name)
            assert type(found).__name__ == name.rpartition(".")[2]
            assert [obj.type_name for obj in loaded.find_by_typename(name)] == [name]

    def test_what_is_no_name_finds_nothing(self, family):
        assert family[0].find_by_typename(5) == family[0].find_by_typename(list) == []

    def test_count_by_typename(self, family):
        counts = family[0].count_by_typename()
        assert type(counts) is Counter
        assert counts == Counter({"list": 2, "dict": 1})
        assert counts.most_common(1) == [("list", 2)]

    def test_a_lie_about_the_class_is_not_believed(self):
        class Lie:
            @property
            def __class__(self):
                return int

        graph = ObjectGraph([Lie()])
        assert graph.count_by_typename() == Counter({"Lie": 1})
        assert len(graph.find_by_typename("Lie")) == 1

    def test_names_beyond_ascii_and_renamed_types(self):
        kind = type("Né", (), {})
        graph = ObjectGraph([kind()])
        assert graph.count_by_typename() == Counter({"Né": 1})
        kind.__name__ = "Renamed"
        assert len(graph.find_by_typename("Renamed")) == 1


class TestVertexCollections:
    def test_vertex_set_is_by_identity(self):
        made = ObjectGraph.vertex_set()
        assert type(made) is ElementTransformSet and len(made) == 0
        made.add([])
        made.add([])
        assert len(made) == 2

    def test_vertex_dict_is_by_identity(self):
        made, key = ObjectGraph.vertex_dict(), []
        assert type(made) is KeyTransformDict and len(made) == 0
        made[key] = 1
        assert made[key] == 1 and [] not in made
        with pytest.raises(KeyError):
            made[[]]

    def test_vertex_equal_is_identity(self):
        one = []
        assert ObjectGraph.vertex_equal(one, one) is True
        assert ObjectGraph.vertex_equal(one, []) is False


class TestAnnotated:
    def test_ids_are_addresses_and_numbers_of_edges(self, family):
        graph, outer, inner = family
        made = graph.annotated()
        assert type(made) is AnnotatedGraph
        vertices = {vertex.id: vertex.annotation for vertex in made.vertices}
        assert vertices == {id(outer): "list[4]", id(inner): "list[0]", id(outer[1]): "dict[1]"}
        edges = {edge.id: (edge.annotation, edge.tail, edge.head) for edge in made.edges}
        assert set(edges) == set(graph.edges)
        for number, (_, tail, head) in edges.items():
            assert tail == id(graph.tail(number)) and head == id(graph.head(number))
        assert sorted(edges.values()) == sorted(
            [
                ("item[0]", id(outer), id(inner)),
                ("item[1]", id(outer), id(outer[1])),
                ("value['k']", id(outer[1]), id(inner)),
            ]
        )

    def test_a_subgraph_keeps_its_numbers(self, family):
        graph, outer, inner = family
        part = graph.full_subgraph([inner, outer[1]])
        (edge,) = part.annotated().edges
        assert edge.annotation == "value['k']"
        assert [edge.id] == list(part.edges)
        assert graph.tail(edge.id) is outer[1] and graph.head(edge.id) is inner

    def test_each_parallel_edge_has_a_label_of_its_own(self):
        inner = []
        holder = {"a": inner, "b": inner}
        pair = (inner, inner)
        graph = ObjectGraph([holder, inner, pair])
        labels = sorted(edge.annotation for edge in graph.annotated().edges)
        assert labels == ["item[0]", "item[1]", "value['a']", "value['b']"]

    def test_references_that_are_gone_have_no_label(self, family):
        graph, outer, inner = family
        outer.clear()
        labels = {(e.tail, e.head): e.annotation for e in graph.annotated().edges}
        assert labels[id(outer), id(inner)] is None
        assert len(labels) == 3 and len(outer) == 0

    def test_the_annotated_graph_keeps_no_object_alive(self):
        obj = Plain()
        reference = weakref.ref(obj)
        made = ObjectGraph([obj]).annotated()
        del obj
        gc.collect()
        assert reference() is None and len(made) == 1


class TestTexts:
    def test_json_is_that_of_the_annotated_graph(self, family, tmp_path):
        graph, outer, inner = family
        assert graph.to_json() == graph.annotated().to_json()
        written = json.loads(graph.to_json())
        assert list(written) == ["vertices", "edges"]
        assert written["vertices"] == [
            {"id": id(outer), "annotation": "list[4]"},
            {"id": id(inner), "annotation": "list[0]"},
            {"id": id(outer[1]), "annotation": "dict[1]"},
        ]
        for name in (tmp_path / "graph.json", str(tmp_path / "text.json")):
            graph.export_json(name)
            assert open(name).read() == graph.to_json()
            assert AnnotatedGraph.import_json(name).to_json() == graph.to_json()

    def test_json_word_for_word(self):
        inner = []
        outer = (inner,)
        expected = (
            '{"vertices": [{"id": %d, "annotation": "tuple[1]"}, {"id": %d, "annotation": '
            '"list[0]"}], "edges": [{"id": 0, "annotation": "item[0]", "head": %d, "tail": %d}]}'
        )
        graph = ObjectGraph([outer, inner])
        assert graph.to_json() == expected % (id(outer), id(inner), id(inner), id(outer))

    def test_dot_is_that_of_the_annotated_graph(self, family):
        graph, outer, inner = family
        assert graph.to_dot() == graph.annotated().to_dot()
        lines = {line.strip() for line in graph.to_dot().splitlines()}
        assert f'{id(outer)} [label="list[4]"];' in lines
        assert f'{id(outer)} -> {id(inner)} [label="item[0]"];' in lines
        assert f"{id(outer[1])} -> {id(inner)} [label=\"value['k']\"];" in lines
        assert ObjectGraph().to_dot() == "digraph G {\n}\n"


def test_owned_objects_is_a_list_with_the_graph_and_no_vertex(family):
    graph, outer, inner = family
    owned = graph.owned_objects()
    assert type(owned) is list
    assert any(obj is graph for obj in owned)
    assert not any(obj is vertex for obj in owned for vertex in (outer, inner))


class TestCopies:
    def test_a_copy_has_the_same_vertices_and_edges(self, family):
        graph = family[0]
        made = copy.copy(graph)
        assert type(made) is ObjectGraph and made is not graph
        assert list(map(id, made)) == list(map(id, graph))
        assert ends(made) == ends(graph)

    def test_a_copy_of_a_subgraph_keeps_the_numbers_of_edges(self, family):
        graph, outer, inner = family
        part = graph.full_subgraph([outer[1], inner])
        assert ends(copy.copy(part)) == ends(part)

    def test_a_copy_has_the_edges_of_the_graph_and_not_those_of_now(self, family):
        graph, outer, _ = family
        before = ends(graph)
        outer.clear()
        assert ends(copy.copy(graph)) == before

    def test_a_pickle_has_copies_of_the_vertices_and_their_edges(self, family):
        graph = family[0]
        for made in (pickle.loads(pickle.dumps(graph)), copy.deepcopy(graph)):
            assert type(made) is ObjectGraph and len(made) == 3
            outer, inner, mapping = made
            assert outer == [[], {"k": []}, 5, "str"] and outer[0] is inner
            assert mapping is outer[1] and outer is not family[1]
            assert [edge.annotation for edge in made.annotated().edges].count("value['k']") == 1
            assert len(made.edges) == 3

    def test_what_cannot_be_pickled_says_so(self):
        with pytest.raises((TypeError, AttributeError, pickle.PicklingError)):
            pickle.dumps(ObjectGraph([lambda: None]))


def ends(graph):
    return {edge: (id(graph.tail(edge)), id(graph.head(edge))) for edge in graph.edges}


def test_a_graph_can_be_referred_to_weakly(family):
    reference = weakref.ref(family[0])
    assert reference() is family[0]
    graph = ObjectGraph()
    reference = weakref.ref(graph)
    del graph
    gc.collect()
    assert reference() is None


def test_graphs_take_part_in_garbage_collection(family):
    graph, outer, inner = family
    assert gc.is_tracked(graph)
    assert {id(obj) for obj in gc.get_referents(graph)} >= {id(outer), id(inner), id(outer[1])}


def test_the_collector_may_see_a_graph_that_is_being_made():
    """An object is tracked before its fields exist, and its `__dict__` is created next."""
    code = """
        import gc
        import refcycle
        from refcycle.directed_graph import DirectedGraph

        gc.set_threshold(1)
        for _ in range(50):
            refcycle.ObjectGraph([[]]).annotated()
            DirectedGraph.from_edge_pairs("ab", ["ab"]).descendants("a")
        print("fine")
        """
    assert run(code) == "fine\n"
