"""Looking at objects runs no code of theirs and changes nothing."""

import gc
import sys
import types

import helpers.hostile_private  # noqa: F401 (its objects are among HOSTILE)
import pytest
from helpers.hostile import HOSTILE, TOUCHED, Touched, watched
from helpers.processes import run

import refcycle
from refcycle import ObjectGraph
from refcycle.annotations import annotated_references, object_annotation


@pytest.fixture(params=HOSTILE)
def hostile(request):
    return HOSTILE[request.param]()


def graph_of(obj):
    return ObjectGraph([obj, *gc.get_referents(obj)])


def unknown_vertex(obj):
    try:
        ObjectGraph([[]]).children(obj)
    except KeyError as error:
        str(error)


def ancestors_in_a_snapshot(obj):
    refcycle.snapshot().ancestors(obj, 1).to_json()


OBSERVATIONS = {
    "object_annotation": lambda obj, folder: object_annotation(obj),
    "annotated_references": lambda obj, folder: annotated_references(obj),
    "ObjectGraph": lambda obj, folder: graph_of(obj),
    "in": lambda obj, folder: obj in graph_of(obj),
    "annotated": lambda obj, folder: graph_of(obj).annotated(),
    "to_json": lambda obj, folder: graph_of(obj).to_json(),
    "to_dot": lambda obj, folder: graph_of(obj).to_dot(),
    "export_json": lambda obj, folder: graph_of(obj).export_json(folder / "a.json"),
    "export_image": lambda obj, folder: graph_of(obj).export_image(folder / "a.svg"),
    "tree": lambda obj, folder: str(graph_of(obj).tree(obj)),
    "to_text": lambda obj, folder: graph_of(obj).to_text(direction="referents"),
    "mimebundle": lambda obj, folder: graph_of(obj)._repr_mimebundle_(),
    "to_arrow": lambda obj, folder: graph_of(obj).to_arrow(),
    "export_graphml": lambda obj, folder: graph_of(obj).export_graphml(folder / "a.graphml"),
    "export_csv": lambda obj, folder: graph_of(obj).export_csv(folder / "a", folder / "b"),
    "export_flame_graph": lambda obj, folder: graph_of(obj).export_flame_graph(
        folder / "a.folded"
    ),
    "export_heapsnapshot": lambda obj, folder: graph_of(obj).export_heapsnapshot(folder / "a"),
    "count_by_typename": lambda obj, folder: graph_of(obj).count_by_typename(),
    "find_by_typename": lambda obj, folder: graph_of(obj).find_by_typename("Hostile"),
    "components": lambda obj, folder: graph_of(obj).strongly_connected_components(),
    "sources": lambda obj, folder: graph_of(obj).source_components(),
    "descendants": lambda obj, folder: graph_of(obj).descendants(obj),
    "ancestors": lambda obj, folder: graph_of(obj).ancestors(obj, 2),
    "shortest_path": lambda obj, folder: graph_of(obj).shortest_path(obj, obj),
    "full_subgraph": lambda obj, folder: graph_of(obj).full_subgraph([obj]),
    "references": lambda obj, folder: graph_of(obj).references(),
    "difference": lambda obj, folder: graph_of(obj) - ObjectGraph([obj]),
    "repr": lambda obj, folder: repr(graph_of(obj)),
    "objects_reachable_from": lambda obj, folder: refcycle.objects_reachable_from([obj]),
    "shallow_size": lambda obj, folder: graph_of(obj).shallow_size(obj),
    "shallow_sizes": lambda obj, folder: graph_of(obj).shallow_sizes(),
    "unknown vertex": lambda obj, folder: unknown_vertex(obj),
}


@pytest.mark.parametrize("observation", OBSERVATIONS)
def test_no_code_of_an_object_runs(observation, tmp_path):
    for name, make in HOSTILE.items():
        hostile = make()
        with watched():
            OBSERVATIONS[observation](hostile, tmp_path)
        assert TOUCHED == [], name


def test_the_hooks_would_be_seen():
    obj = HOSTILE["instance"]()
    with watched(), pytest.raises(Touched):
        repr(obj)
    assert TOUCHED == ["__repr__"]


def test_an_account_runs_no_code_of_any_object():
    keep = [make() for make in HOSTILE.values()]
    with watched():
        str(refcycle.memory())
        str(refcycle.unshared())
    assert TOUCHED == []
    assert len(keep) == len(HOSTILE)


def test_a_snapshot_runs_no_code_of_any_object():
    keep = [make() for make in HOSTILE.values()]
    with watched():
        snapshot = refcycle.snapshot()
        assert keep in snapshot
        around = snapshot.descendants(keep, 2)
        around.to_json()
        around.to_dot()
        around.count_by_typename()
        snapshot.shallow_sizes()
    assert TOUCHED == []
    assert len(around) > 2 * len(keep)


def test_lazy_annotations_are_not_evaluated():
    for name in ("lazy_annotations_of_a_function", "lazy_annotations_of_a_class"):
        obj = HOSTILE[name]()
        before = referents(obj)
        observe_all(obj)
        assert referents(obj) == before


def referents(obj):
    return sorted(map(id, gc.get_referents(obj)))


def observe_all(obj):
    object_annotation(obj)
    annotated_references(obj)
    graph = graph_of(obj)
    graph.annotated()
    graph.to_json()
    graph.to_dot()
    graph.count_by_typename()
    graph.shallow_sizes()
    graph.strongly_connected_components()
    refcycle.objects_reachable_from(obj).count_by_typename()
    refcycle.snapshot()


SHARED = (type, str, int, type(None), types.CodeType, types.ModuleType)


def is_of_a_module(part):
    return type(part) is dict and "__name__" in part


def test_nothing_about_an_object_changes(hostile):
    parts = [hostile, *gc.get_referents(hostile)]
    parts = [part for part in parts if type(part) not in SHARED and not is_of_a_module(part)]
    kinds = [type(part) for part in parts]

    def facts():
        return [
            (sys.getrefcount(part), referents(part), kind.__basicsize__)
            for part, kind in zip(parts, kinds, strict=True)
        ]

    facts()
    before = facts()
    observe_all(hostile)
    gc.collect()
    assert facts() == before


SIZED = ["instance_with_str_subclass_attribute", "function", "dict_with_keys", "generator"]


@pytest.mark.parametrize("name", SIZED)
def test_sizes_do_not_change(name):
    obj = HOSTILE[name]()
    before = sys.getsizeof(obj)
    observe_all(obj)
    assert sys.getsizeof(obj) == before


class Plain:
    def __init__(self):
        self.first = []
        self.second = {}


class Derived(list):
    pass


@pytest.mark.parametrize("make", [Plain, Derived, type("Empty", (), {})])
def test_no_dict_is_made(make):
    obj = make()
    if make is Derived:
        obj.value = []
    before = referents(obj)
    size = sys.getsizeof(obj)
    observe_all(obj)
    assert referents(obj) == before
    assert sys.getsizeof(obj) == size
    if sys.version_info >= (3, 11) and make is not Derived:
        assert not any(referent is vars(obj) for referent in gc.get_referents(obj)[:0])


@pytest.mark.skipif(sys.version_info < (3, 11), reason="instances have a dict from the start")
def test_attributes_stay_in_their_instances():
    obj = Plain()
    observe_all(obj)
    assert not any(type(r) is dict and "first" in r for r in gc.get_referents(obj))
    assert any(r is obj.first for r in gc.get_referents(obj))


def test_no_text_gets_a_second_form():
    text = "é" * 1000
    before = sys.getsizeof(text)
    object_annotation(text)
    ObjectGraph([text, {text: 1}]).to_json()
    annotated_references({text: []})
    assert sys.getsizeof(text) == before


def test_no_tracked_object_is_left_behind():
    obj = [make() for make in HOSTILE.values()]
    gc.disable()
    counts = []
    for _ in range(4):
        observe_all(obj)
        for part in obj:
            object_annotation(part)
            annotated_references(part)
            graph_of(part).to_json()
        counts.append(len(gc.get_objects()))
    assert counts[1] == counts[2] == counts[3]


def test_what_is_collected_by_nobody_is_collected_by_no_look():
    class Cycle:
        pass

    gc.collect()
    gc.disable()
    cycle = Cycle()
    cycle.own = cycle
    del cycle
    refcycle.snapshot().strongly_connected_components()
    assert sum(type(obj) is Cycle for obj in gc.get_objects()) == 1
    assert not gc.isenabled()


def test_the_locals_of_a_frame_are_not_copied():
    def call():
        held = Plain()
        frame = sys._getframe()
        for _ in range(2):
            refcycle.snapshot().ancestors(held, 2).to_json()
            annotated_references(frame)
            object_annotation(frame)
        count = sys.getrefcount(held)
        del held
        return count

    import weakref

    alive = []
    original = Plain.__init__

    def remember(self):
        alive.append(weakref.ref(self))
        original(self)

    Plain.__init__ = remember
    try:
        expected = 2 if sys.version_info < (3, 14) else 1
        assert call() == expected
    finally:
        Plain.__init__ = original
    assert alive[0]() is None


def test_a_running_generator_can_be_looked_at():
    def function():
        held = []
        graph = ObjectGraph([generator, held])
        yield object_annotation(generator)
        yield [edge.annotation for edge in graph.annotated().edges]
        yield annotated_references(generator).get(held)

    generator = function()
    assert next(generator) == "object\nbuiltins.generator"
    assert set(next(generator)) <= {"local 'held'", None}
    assert next(generator) in (["local 'held'"], [], None)


@pytest.mark.parametrize("end", ["close", "exhaust", "throw"])
def test_a_generator_that_has_ended_holds_nothing(end):
    def function():
        held = []
        yield held

    generator = function()
    held = next(generator)
    assert annotated_references(generator)[held] == ["local 'held'"] or sys.version_info < (3, 11)
    if end == "close":
        generator.close()
    elif end == "exhaust":
        list(generator)
    else:
        with pytest.raises(ZeroDivisionError):
            generator.throw(ZeroDivisionError())
    assert annotated_references(generator)[held] == []


def test_what_a_generator_has_let_go_is_not_read():
    run("""
        from refcycle import ObjectGraph
        from refcycle.annotations import annotated_references

        def function():
            held = [bytearray(100_000)]
            yield
            yield held

        for _ in range(2000):
            generator = function()
            next(generator)
            generator.close()
            other = [object() for _ in range(50)]
            names = [name for names in annotated_references(generator).values() for name in names]
            assert "local 'held'" not in names, names
            ObjectGraph([generator, other, *other]).to_json()
    """)


def test_cleared_frames_and_finished_generators_can_be_looked_at():
    def function():
        held = []
        yield sys._getframe(), held

    generator = function()
    frame, held = next(generator)
    generator.close()
    frame.clear()
    for obj in (generator, frame):
        assert held not in annotated_references(obj).keys()
        assert ObjectGraph([obj, held]).annotated().to_json()


def test_a_frame_locals_proxy_can_be_looked_at():
    def call():
        held = []
        return sys._getframe().f_locals, held

    proxy, held = call()
    assert proxy["held"] is held
    graph = ObjectGraph([proxy, *gc.get_referents(proxy)])
    assert '"vertices"' in graph.to_json()
