"""The names of refcycle 0.3.1, in their old places and with their old signatures."""

import importlib
import inspect
from collections.abc import Container, Iterable, Sized

import pytest

import refcycle
from refcycle import AnnotatedGraph, IDirectedGraph, ObjectGraph
from refcycle.directed_graph import DirectedGraph

NAMES = {
    "refcycle": [
        "AnnotatedGraph",
        "IDirectedGraph",
        "ObjectGraph",
        "cycles_created_by",
        "garbage",
        "objects_reachable_from",
        "snapshot",
        "key_cycles",
    ],
    "refcycle.creators": [
        "cycles_created_by",
        "garbage",
        "objects_reachable_from",
        "snapshot",
    ],
    "refcycle.object_graph": ["ObjectGraph"],
    "refcycle.annotated_graph": ["AnnotatedGraph", "AnnotatedVertex", "AnnotatedEdge"],
    "refcycle.directed_graph": ["DirectedGraph"],
    "refcycle.i_directed_graph": ["IDirectedGraph"],
    "refcycle.annotations": ["annotated_references", "object_annotation"],
    "refcycle.gc_utils": ["restore_gc_state"],
    "refcycle.key_transform_dict": ["KeyTransformDict"],
    "refcycle.element_transform_set": ["ElementTransformSet"],
}

ALGORITHMS = {
    "children": ["vertex"],
    "parents": ["vertex"],
    "references": [],
    "descendants": ["start", "generations"],
    "ancestors": ["start", "generations"],
    "shortest_path": ["start", "end"],
    "shortest_cycle": ["start"],
    "strongly_connected_components": [],
    "source_components": [],
    "count_by": ["classifier"],
    "find_by": ["predicate"],
    "head": ["edge"],
    "tail": ["edge"],
    "out_edges": ["vertex"],
    "in_edges": ["vertex"],
    "vertex_set": [],
    "vertex_dict": [],
    "vertex_equal": ["vertex1", "vertex2"],
}

PICTURES = {
    "to_json": [],
    "export_json": ["path"],
    "to_dot": [],
    "export_image": ["path", "format", "dot_executable"],
}

METHODS = {
    ObjectGraph: {
        **ALGORITHMS,
        **PICTURES,
        "annotated": [],
        "owned_objects": [],
        "find_by_typename": ["type_name"],
        "count_by_typename": [],
        "full_subgraph": ["vertices"],
    },
    AnnotatedGraph: {
        **ALGORITHMS,
        **PICTURES,
        "from_json": ["json_graph"],
        "import_json": ["path"],
        "full_subgraph": ["vertices"],
    },
    DirectedGraph: {
        **ALGORITHMS,
        "from_out_edges": ["vertices", "edge_mapper"],
        "from_edge_pairs": ["vertices", "edge_pairs"],
        "annotated": [],
        "to_dot": [],
        "full_subgraph": ["vertices"],
    },
    IDirectedGraph: {**ALGORITHMS, "full_subgraph": ["vertices"]},
}

FUNCTIONS = {
    refcycle.snapshot: [],
    refcycle.garbage: [],
    refcycle.key_cycles: [],
    refcycle.cycles_created_by: ["callable"],
    refcycle.objects_reachable_from: ["obj"],
    importlib.import_module("refcycle.annotations").annotated_references: ["obj"],
    importlib.import_module("refcycle.annotations").object_annotation: ["obj"],
    importlib.import_module("refcycle.gc_utils").restore_gc_state: [],
}


def parameters(function):
    found = inspect.signature(function).parameters.values()
    # Keyword-only parameters are new, and do not affect old calls.
    old = [parameter.name for parameter in found if parameter.kind != parameter.KEYWORD_ONLY]
    return [name for name in old if name not in ("self", "$self", "cls")]


@pytest.mark.parametrize("module", NAMES)
def test_a_module_has_its_names(module):
    found = importlib.import_module(module)
    assert [name for name in NAMES[module] if not hasattr(found, name)] == []
    assert set(NAMES[module]) <= set(found.__all__)


def test_a_name_means_the_same_wherever_it_is_imported_from():
    for module, names in NAMES.items():
        for name in set(names) & set(NAMES["refcycle"]):
            found = getattr(importlib.import_module(module), name)
            assert found is getattr(refcycle, name)


def test_the_version_is_a_release_after_0_3_1():
    assert refcycle.__version__ == "1.0.0"


@pytest.mark.parametrize(
    ("cls", "method"), [(cls, name) for cls in METHODS for name in METHODS[cls]]
)
def test_a_method_has_its_parameters(cls, method):
    assert parameters(getattr(cls, method)) == METHODS[cls][method]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_a_function_has_its_parameters(function):
    assert parameters(function) == FUNCTIONS[function]


def test_generations_may_be_left_out():
    for cls in METHODS:
        for method in (cls.descendants, cls.ancestors):
            assert inspect.signature(method).parameters["generations"].default is None


@pytest.mark.parametrize("cls", METHODS, ids=lambda cls: cls.__name__)
def test_every_graph_class_counts_as_one(cls):
    assert issubclass(cls, IDirectedGraph)
    for base in (Container, Iterable, Sized):
        assert issubclass(cls, base)
    assert cls.__module__.startswith("refcycle.")
    assert getattr(importlib.import_module(cls.__module__), cls.__qualname__) is cls


@pytest.mark.parametrize("cls", METHODS, ids=lambda cls: cls.__name__)
def test_vertices_and_edges_are_read_only(cls):
    graph = ObjectGraph([[]])
    for name in ("vertices", "edges"):
        with pytest.raises(AttributeError):
            setattr(graph, name, [])
        assert hasattr(cls, name)


def test_an_object_graph_may_be_made_of_nothing():
    assert list(inspect.signature(ObjectGraph).parameters) == ["objects"]
    assert len(ObjectGraph()) == 0
    assert len(ObjectGraph(objects=[[]])) == 1


@pytest.mark.parametrize("not_iterable", [None, 5, object()], ids=repr)
def test_an_object_graph_is_made_of_an_iterable(not_iterable):
    with pytest.raises(TypeError, match="objects must be an iterable, not"):
        ObjectGraph(not_iterable)


def test_attributes_can_be_set_on_a_graph():
    graph = ObjectGraph()
    graph.title = "of a notebook"
    assert graph.title == "of a notebook"


@pytest.mark.parametrize("cls", [ObjectGraph, AnnotatedGraph, DirectedGraph])
def test_graph_classes_can_be_derived_from(cls):
    derived = type("Derived", (cls,), {"extra": lambda self: len(self) + 1})
    assert issubclass(derived, cls)


def test_a_derived_graph_is_made_and_asked_as_its_base():
    class Derived(ObjectGraph):
        def doubled(self):
            return 2 * len(self)

    inner = []
    graph = Derived([inner, [inner]])
    assert type(graph) is Derived and graph.doubled() == 4
    assert len(graph.ancestors(inner)) == 2
    assert isinstance(graph.ancestors(inner), ObjectGraph)


def test_the_directed_graph_module_is_imported_by_name():
    from refcycle import directed_graph

    assert directed_graph.DirectedGraph is DirectedGraph


def test_objects_reachable_from_and_garbage_take_no_more_arguments():
    for function in (refcycle.snapshot, refcycle.garbage, refcycle.key_cycles):
        with pytest.raises(TypeError):
            function(1)
    with pytest.raises(TypeError):
        refcycle.objects_reachable_from()


def test_arguments_have_their_former_names_too(tmp_path):
    inner = []
    graph = ObjectGraph([inner, {}])
    path = tmp_path / "graph.json"
    graph.export_json(filename=path)
    named = AnnotatedGraph.import_json(filename=str(path))
    named.export_json(filename=path)
    assert AnnotatedGraph.import_json(path=path).to_json() == named.to_json()
    for number, either in enumerate((graph, named)):
        for name in ("path", "filename"):
            picture, page = tmp_path / f"{name}{number}.svg", tmp_path / f"{name}{number}.html"
            either.export_image(**{name: picture})
            either.export_html(**{name: page})
            assert picture.stat().st_size > 500 and page.stat().st_size > 500
    assert graph.find_by_typename(name="list") == graph.find_by_typename("list") == [inner]
    assert graph.find_by_typename(type_name="list") == [inner]


def test_an_argument_has_one_of_its_names():
    graph = ObjectGraph([[]])
    for call in (graph.export_json, graph.export_html, graph.annotated().export_json):
        with pytest.raises(TypeError, match="the argument path is missing"):
            call()
        with pytest.raises(TypeError, match="filename is the former name of path: use only path"):
            call("one", filename="two")
    with pytest.raises(TypeError, match="the argument type_name is missing"):
        graph.find_by_typename()
