"""What pictures show of large graphs, and what they mark: roles, cuts, what is left out."""

import gc
import re

import pytest
from helpers.pictures import Drawn

import refcycle
from refcycle import ObjectGraph, snapshot

pytestmark = pytest.mark.any_version

TIMES = "\u00d7"
RED, ORANGE = "#c1121f", "#d55e00"


class Figure:
    pass


class Tick:
    pass


class Kept:
    def method(self):
        pass


class Parent:
    pass


class Child:
    pass


class Holder:
    def __init__(self, held):
        self.held = held


HELD = []


def size(svg):
    """The width and height in points."""
    found = re.search(r'width="(\d+)pt" height="(\d+)pt"', svg)
    return int(found[1]), int(found[2])


def coloured(svg, colour):
    """The texts beside the arrows of a colour."""
    edges = [edge for edge in Drawn(svg).edges if any(e.get("stroke") == colour for e in edge)]
    return sorted(
        "".join(t.itertext()).strip() for e in edges for t in e if t.tag.endswith("text")
    )


def pair():
    parent, child = Parent(), Child()
    parent.child, child.parent = child, parent
    return parent


def chain_of_classes(length):
    """Objects of classes of their own, each of which holds the next one."""
    first = last = [[]]
    for number in range(length):
        new = type(f"Class{number}", (), {})()
        last.append(new)
        new.items = last = []
    return first, last


@pytest.fixture
def held():
    """A function that makes such a chain, held by a list of this module, and returns its end."""

    def make(length):
        first, last = chain_of_classes(length)
        HELD.append(first)
        return last

    yield make
    HELD.clear()


@pytest.fixture
def registry():
    """A list of this module to which something was added."""
    gc.collect()
    HELD.append(None)
    yield HELD
    HELD.clear()


class TestRoles:
    def test_forty_ticks_are_one_box(self):
        figure = Figure()
        figure.ticks = [Tick() for _ in range(40)]
        for tick in figure.ticks:
            tick._parent_figure = figure
        dicts = [vars(obj) for obj in (figure, *figure.ticks)]
        graph = ObjectGraph([figure, figure.ticks, *figure.ticks, *dicts])
        svg = graph.to_svg()
        drawn = Drawn(svg)
        assert sorted(drawn.boxes) == ["list (40 items)", "object", f"object {TIMES} 40"]
        assert f"._parent_figure {TIMES} 40" in drawn.texts
        assert ".ticks" in drawn.texts
        assert len(drawn.edges) == 3
        figure.ticks.clear()

    def test_a_dict_that_was_asked_about_is_apart(self):
        figure = Figure()
        figure.name = []
        graph = ObjectGraph([figure, vars(figure), figure.name])
        assert len(Drawn(graph.to_svg()).boxes) == 2
        drawn = Drawn(graph.to_svg(target=vars(figure)))
        assert drawn.targets == ["dict (1 item)"]
        assert len(drawn.boxes) == 3
        assert len(Drawn(graph.to_svg(fold=False)).boxes) == 3


class TestLimits:
    def test_ancestors_in_a_whole_heap_are_why(self, held):
        last = held(3)
        graph = snapshot().ancestors(last)
        assert len(graph) > 1000
        svg = graph.to_svg()
        drawn = Drawn(svg)
        assert 3 <= len(drawn.boxes) <= 80
        assert max(size(svg)) <= 4000
        assert drawn.targets == ["list (0 items)"]
        note = [text for text in drawn.texts if text.startswith("What keeps list (0 items)")]
        assert len(note) == 1
        assert re.search(rf": \d+ of {len(graph):,} objects\.", note[0])
        names = "".join(drawn.texts)
        assert all(f"Class{number}" in names for number in range(3))
        assert len(Drawn(snapshot().to_svg(target=last)).boxes) == len(drawn.boxes)

    def test_the_fix_is_below_it(self, held):
        last = held(1)
        why = snapshot().why(last)
        assert why.remedies
        for svg in (why.to_svg(), snapshot().ancestors(last).to_svg()):
            text = " ".join(Drawn(svg).legend)
            assert f"Fix: {why.remedies[0].advice}" in text

    def test_a_part_without_a_whole_heap_is_what_is_near(self):
        first, _ = chain_of_classes(150)
        graph = snapshot().descendants(first, 400)
        names = graph.annotated()
        [target] = [v for v in names if v.id == id(first)]
        svg = names.to_svg(target=target)
        drawn = Drawn(svg)
        assert len(drawn.boxes) <= 60 and max(size(svg)) <= 4000
        assert any(re.match(r"The \d+ objects nearest to the red one", t) for t in drawn.texts)

    def test_everything_is_drawn_on_request(self):
        objects = [type(f"Class{number}", (), {})() for number in range(100)]
        graph = ObjectGraph(objects)
        assert len(Drawn(graph.to_svg(summary=False)).boxes) >= 1
        assert sum("Class" in text for text in Drawn(graph.to_svg(summary=False)).texts) == 100
        assert "Summary of 100 objects" in graph.to_svg()
        assert graph.to_dot().count("label=") == 100

    def test_nothing_is_no_objects(self, tmp_path):
        graph = ObjectGraph([])
        assert Drawn(graph.to_svg()).texts == ["no objects"]
        for name in ("a.png", "a.pdf"):
            graph.export_image(tmp_path / name)
            assert (tmp_path / name).stat().st_size > 200


class TestLeftOut:
    def test_generations_end_with_the_number_of_more_referrers(self):
        target = []
        inner = [target]
        graph = ObjectGraph([target, inner, [inner], (inner,), {"a": inner}])
        texts = Drawn(graph.ancestors(target, 1).to_svg()).texts
        assert "3 more referrers" in texts
        assert not any(
            "more refer" in text for text in Drawn(graph.ancestors(target).to_svg()).texts
        )

    def test_and_of_more_referents(self):
        target = [[[], {}]]
        graph = ObjectGraph([target, target[0], *target[0]])
        assert "2 more referents" in Drawn(graph.descendants(target, 1).to_svg()).texts
        assert "1 more referent" in Drawn(graph.descendants(target, 0).to_svg()).texts


class TestCuts:
    def test_the_reference_to_cut_is_red_and_the_rest_of_the_cycle_orange(self):
        [cycle] = refcycle.cycles_created_by(pair).cycles()
        svg = cycle.to_svg()
        assert coloured(svg, RED) == [".parent"]
        assert coloured(svg, ORANGE) == [".child"]
        text = " ".join(Drawn(svg).legend)
        assert "Fix: make `Child.parent` a weak reference" in text
        assert "reference to cut" in text
        dashed = [e for e in Drawn(svg).edges if any(p.get("stroke-dasharray") for p in e)]
        assert len(dashed) == 1

    def test_a_graph_takes_a_cut_or_edges(self):
        graph = refcycle.cycles_created_by(pair)
        [cycle] = graph.cycles()
        cut = cycle.cut()
        assert coloured(graph.to_svg(cut=cut), RED) == [".parent"]
        svg = graph.to_svg(cut=cut.edges, advice="Cut it.")
        assert coloured(svg, RED) == [".parent"]
        assert "Cut it." in Drawn(svg).legend
        with pytest.raises(TypeError, match="cut must be a Cut or the numbers of edges, not int"):
            graph.to_svg(cut=5)
        with pytest.raises(TypeError, match="advice must be a string or None, not int"):
            graph.to_svg(advice=5)

    def test_a_file_has_it_too(self, tmp_path):
        [cycle] = refcycle.cycles_created_by(pair).cycles()
        cycle.export_image(tmp_path / "a.svg")
        assert (tmp_path / "a.svg").read_text() == cycle.to_svg()

    def test_notebooks_show_it(self):
        [cycle] = refcycle.cycles_created_by(pair).cycles()
        bundle = cycle._repr_mimebundle_()
        assert coloured(bundle["image/svg+xml"], RED) == [".parent"]
        assert bundle["text/plain"] == repr(cycle)
        assert "image/svg+xml" not in cycle._repr_mimebundle_(exclude=["image/svg+xml"])

    def test_why_of_garbage_shows_it(self):
        graph = refcycle.cycles_created_by(pair)
        [child] = [obj for obj in graph if type(obj) is Child]
        why = graph.why(child)
        del child
        if not why.cuts:
            pytest.skip("something holds it")
        assert coloured(why.to_svg(), RED) == [".parent"]

    @pytest.mark.parametrize("wrapped", [False, True])
    def test_why_of_a_chain_shows_the_one_that_the_fix_removes(self, registry, wrapped, tmp_path):
        # A list of several kinds of objects is a choice, and no registry.
        registry += [Holder(Kept()) if wrapped else Kept() for _ in range(3)]
        graph = snapshot()
        kept = registry[1].held if wrapped else registry[1]
        why = graph.why(kept)
        assert [remedy.name for remedy in why.remedies] == ["module-level registry"]
        assert coloured(why.to_svg(), RED) == ["[1]"]
        assert "reference to cut" in " ".join(Drawn(why.to_svg()).legend)
        assert coloured(why._repr_mimebundle_()["image/svg+xml"], RED) == ["[1]"]
        # The picture of many ancestors is that of why.
        assert coloured(graph.ancestors(kept).to_svg(), RED) == ["[1]"]
        address = id(kept)
        graph.save(tmp_path / "heap")
        del why, kept, graph
        loaded = refcycle.load(tmp_path / "heap")
        assert coloured(loaded.why(loaded.at(address)).to_svg(), RED) == ["[1]"]

    @pytest.mark.parametrize("has_dict", [False, True])
    def test_and_of_an_attribute_through_a_dict(self, registry, has_dict):
        registry.append(Holder(Kept().method))
        if has_dict:
            vars(registry[1])
        graph = snapshot()
        kept = registry[1].held.__self__
        why = graph.why(kept)
        assert [remedy.name for remedy in why.remedies] == ["bound method"]
        assert coloured(why.to_svg(), RED) == [".held"]

    def test_without_a_fix_nothing_is_red(self):
        why = snapshot().why(Kept)
        assert why.remedies == ()
        assert coloured(why.to_svg(), RED) == []
        assert "reference to cut" not in " ".join(Drawn(why.to_svg()).legend)

    def test_only_the_shortest_cycle_is_orange(self):
        a, b, c, d = [], [], [], []
        for one, other in [(a, b), (b, a), (b, c), (c, d), (d, a)]:
            one.append(other)
        graph = ObjectGraph([a, b, c, d])
        assert len(coloured(graph.to_svg(), ORANGE)) == 2
        assert len(coloured(graph.to_svg(target=c), ORANGE)) == 4
        a.clear()


def test_wide_characters_fit_their_boxes():
    width = size(ObjectGraph([]).annotated().to_svg())[0]
    vertex = refcycle.annotated_graph.AnnotatedVertex(1, "\u6f22" * 20)
    graph = refcycle.annotated_graph.AnnotatedGraph([vertex], [])
    assert width < 236 < size(graph.to_svg())[0] < 300
