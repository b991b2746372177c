"""How pictures look: the target, folding, frames, legend, themes, summaries, limits."""

import gc
import inspect
import re
import sys

import pytest
from helpers.leaks import give_back, leak
from helpers.pictures import Drawn, png_size

from refcycle import ObjectGraph, snapshot
from refcycle.annotated_graph import AnnotatedEdge, AnnotatedGraph, AnnotatedVertex
from refcycle.directed_graph import DirectedGraph

pytestmark = pytest.mark.any_version

TIMES = "\u00d7"


def annotated(labels, pairs):
    vertices = [AnnotatedVertex(n, label) for n, label in enumerate(labels)]
    edges = [AnnotatedEdge(n, None, head, tail) for n, (tail, head) in enumerate(pairs)]
    return AnnotatedGraph(vertices, edges)


class Chain:
    """a -> b -> c, and c -> a: a list, a dict and a set-holding tuple."""

    def __init__(self):
        self.a = []
        self.b = {}
        self.c = (self.a,)
        self.a.append(self.b)
        self.b["c"] = self.c
        self.graph = ObjectGraph([self.a, self.b, self.c])


LIST, DICT, TUPLE = "list (1 item)", "dict (1 item)", "tuple (1 item)"


@pytest.fixture
def chain():
    made = Chain()
    yield made
    made.a.clear()


class TestTarget:
    def test_ancestors_are_above_what_was_asked_about(self, chain):
        for obj, label in [(chain.a, LIST), (chain.b, DICT), (chain.c, TUPLE)]:
            drawn = Drawn(chain.graph.ancestors(obj).to_svg())
            assert drawn.targets == [label]
            assert all(drawn.height(label) >= drawn.height(other) for other in drawn.boxes)
            assert "what was asked about" in drawn.legend

    def test_descendants_are_below_it(self, chain):
        for obj, label in [(chain.a, LIST), (chain.b, DICT), (chain.c, TUPLE)]:
            drawn = Drawn(chain.graph.descendants(obj).to_svg())
            assert drawn.targets == [label]
            assert all(drawn.height(label) <= drawn.height(other) for other in drawn.boxes)

    def test_a_path_leads_down_to_its_end(self, chain):
        drawn = Drawn(chain.graph.shortest_path(chain.b, chain.a).to_svg())
        assert drawn.targets == [LIST]
        assert drawn.height(DICT) < drawn.height(TUPLE) < drawn.height(LIST)

    def test_a_cycle_is_of_the_one_that_was_asked_about(self, chain):
        assert Drawn(chain.graph.shortest_cycle(chain.b).to_svg()).targets == [DICT]

    def test_one_that_is_alone_is_marked(self):
        alone, holder = [], [[]]
        for graph in [ObjectGraph([alone]), ObjectGraph([alone, holder, holder[0]])]:
            for part in [
                graph.ancestors(alone),
                graph.descendants(alone, generations=2),
                graph.shortest_path(alone, alone),
                graph.dominated_by(alone),
            ]:
                for drawn in [Drawn(part.to_svg()), Drawn(part.annotated().to_svg())]:
                    assert drawn.targets == ["list (0 items)"]
                    assert drawn.legend == ["what was asked about"]
            assert Drawn(graph.to_svg()).targets == []

    def test_other_graphs_are_about_nothing(self, chain):
        about = chain.graph.ancestors(chain.a)
        for graph in [
            chain.graph,
            about.full_subgraph([chain.a, chain.b]),
            about & about,
            *about.strongly_connected_components(),
        ]:
            drawn = Drawn(graph.to_svg())
            assert drawn.targets == [] and "what was asked about" not in drawn.legend

    def test_names_keep_it(self, chain):
        named = chain.graph.descendants(chain.b).annotated()
        drawn = Drawn(named.to_svg())
        assert drawn.targets == [DICT]
        assert drawn.height(DICT) < drawn.height(TUPLE)

    def test_it_is_in_the_file_too(self, chain, tmp_path):
        about = chain.graph.ancestors(chain.a)
        about.export_image(tmp_path / "a.svg")
        assert (tmp_path / "a.svg").read_text() == about.to_svg()

    def test_another_can_be_chosen_or_none(self, chain):
        about = chain.graph.ancestors(chain.a)
        assert Drawn(about.to_svg(target=chain.c)).targets == [TUPLE]
        assert Drawn(about.to_svg(target=None)).targets == []
        assert Drawn(chain.graph.to_svg(target=chain.b)).targets == [DICT]
        named = chain.graph.annotated()
        [vertex] = named.find_by(lambda vertex: vertex.annotation == "tuple[1]")
        assert Drawn(named.to_svg(target=vertex)).targets == [TUPLE]

    def test_one_that_is_not_there_is_a_key_error(self, chain):
        with pytest.raises(KeyError, match="no such vertex"):
            chain.graph.to_svg(target=object())

    def test_directed_graphs_pass_it_on(self):
        graph = DirectedGraph.from_edge_pairs("abc", ["ab", "bc"])
        assert Drawn(graph.ancestors("c").annotated().to_svg()).targets == ["c"]


class TestFolding:
    def test_equivalent_siblings_are_one_box(self):
        siblings = [{} for _ in range(44)]
        graph = ObjectGraph([siblings, *siblings])
        drawn = Drawn(graph.to_svg())
        assert sorted(drawn.boxes) == [f"dict {TIMES} 44", "list (44 items)"]
        assert len(drawn.edges) == 1
        whole = Drawn(graph.to_svg(fold=False, summary=False))
        assert whole.texts.count("dict (0 items)") == 44

    def test_what_is_held_by_others_too_is_apart(self):
        siblings = [{} for _ in range(5)]
        other = (siblings[0], siblings[1])
        graph = ObjectGraph([siblings, other, *siblings])
        assert Drawn(graph.to_svg()).texts.count("dict (0 items)") == 2
        assert f"dict {TIMES} 3" in Drawn(graph.to_svg()).boxes

    def test_what_was_asked_about_is_apart(self):
        siblings = [{} for _ in range(5)]
        graph = ObjectGraph([siblings, *siblings])
        drawn = Drawn(graph.to_svg(target=siblings[2]))
        assert drawn.targets == ["dict (0 items)"] and f"dict {TIMES} 4" in drawn.boxes

    def test_parallel_edges_are_one_or_not(self):
        inner = {}
        graph = ObjectGraph([[inner, inner, inner], inner])
        [outer] = [v for v in graph if v is not inner]
        outer.append(None)
        assert len(Drawn(graph.to_svg()).edges) == 1
        assert len(Drawn(graph.to_svg(merge_edges=False)).edges) == 3


class TestCycles:
    def test_components_are_framed_and_their_edges_stand_out(self):
        graph = annotated("abcd", [(0, 1), (1, 0), (1, 2), (2, 3)])
        svg = graph.to_svg()
        drawn = Drawn(svg)
        assert len(drawn.frames) == 1
        assert "shortest cycle" in drawn.legend
        thick = [e for e in drawn.edges if any(p.get("stroke-width") == "2" for p in e.iter())]
        assert len(thick) == 2

    def test_the_legend_can_be_left_out(self, chain):
        assert Drawn(chain.graph.to_svg(legend=False)).legend == []

    def test_themes_have_backgrounds(self, chain):
        assert 'fill="#ffffff"' in chain.graph.to_svg(theme="light")
        dark = chain.graph.to_svg(theme="dark")
        assert 'fill="#16181d"' in dark and "#ffffff" not in dark


RUNNING = "running in thread MainThread"


class TestRoots:
    def test_what_holds_a_part_of_a_snapshot_is_drawn(self):
        target = [[]]
        graph = snapshot().ancestors(target, 1)
        drawn = Drawn(graph.to_svg())
        assert RUNNING in drawn.roots
        assert "holds it from outside" in drawn.legend
        assert Drawn(graph.to_svg(roots=True)).roots == drawn.roots
        assert Drawn(graph.to_svg(roots=False)).roots == []
        assert "holds it" not in graph.to_svg(roots=False)

    def test_a_thread_is_above_its_innermost_frame_alone(self):
        def inner(target):
            return snapshot().ancestors(target, 2)

        target = [[]]
        graph = inner(target)
        frames = [obj for obj in graph if type(obj).__name__ == "frame"]
        running = [r for r in graph.roots() if RUNNING in r.holders]
        assert len(running) == len(frames) >= 2
        assert Drawn(graph.to_svg()).roots.count(RUNNING) == 1

    def test_c_code_is_named_only_where_nothing_else_can_be_the_holder(self):
        held = [[]]
        leak(held)
        whole = snapshot()
        give_back(held)
        [root] = [r for r in whole.ancestors(held).roots() if r.vertex is held]
        assert root.name == "held by C code: 1 reference"
        drawn = Drawn(whole.ancestors(held).to_svg(summary=False, roots=True))
        assert "held by C code: 1 reference" in drawn.roots
        part = whole.ancestors(held, 1)
        assert "held by C code" not in part.to_svg()
        [root] = [r for r in part.roots() if r.vertex is held]
        assert root.name == "held from outside the graph: 1 reference"

    def test_other_graphs_show_them_on_request(self, chain):
        assert Drawn(chain.graph.to_svg()).roots == []
        graph = ObjectGraph([sys.modules])
        assert Drawn(graph.to_svg()).roots == []
        [text] = Drawn(graph.to_svg(roots=True)).roots
        assert text == graph.roots()[0].holders[0]

    def test_a_graph_of_names_does_not_know_them(self, chain):
        assert chain.graph.annotated().to_svg(roots=False)
        with pytest.raises(ValueError, match="names and no objects"):
            chain.graph.annotated().to_svg(roots=True)


class TestLarge:
    def test_a_large_graph_has_a_summary(self, tmp_path):
        graph = snapshot()
        drawn = Drawn(graph.to_svg())
        assert any(text.startswith("Summary of ") for text in drawn.texts)
        assert any("JSON, DOT or HTML" in text for text in drawn.texts)
        counted = [re.fullmatch(rf"\w[\w ]* {TIMES} (\d+)", label) for label in drawn.boxes]
        assert sum(map(bool, counted)) > 5
        graph.export_image(tmp_path / "a.png")
        width, height = png_size((tmp_path / "a.png").read_bytes())
        assert 500 < width < 10_000 and 300 < height < 8000

    def test_the_counts_add_up(self):
        graph = snapshot()
        labels = Drawn(graph.to_svg()).texts
        counts = re.compile(rf"(?:.* {TIMES} ([\d,]+)|([\d,]+) objects)$")
        found = [match for match in map(counts.match, labels) if match]
        total = sum(int((match[1] or match[2]).replace(",", "")) for match in found)
        # Types with a single object have a box without a number.
        assert len(graph) - 40 <= total <= len(graph)

    def test_the_target_is_in_it(self):
        loop = []
        loop.append(loop)
        graph = snapshot().ancestors(loop)
        assert Drawn(graph.to_svg(summary=True)).targets == ["list (1 item)"]
        loop.clear()

    def test_it_can_be_had_of_any_graph_and_refused(self, chain):
        assert "Summary of 3 objects" in chain.graph.to_svg(summary=True)
        assert "Summary" not in chain.graph.to_svg(summary=None)
        many = annotated([f"vertex {n}" for n in range(2000)], [])
        with pytest.raises(ValueError, match="2000 vertices and 0 edges is too large"):
            many.to_svg(summary=False)
        assert "Summary of 2,000 objects" in many.to_svg()

    def test_a_limit_is_kept(self):
        pairs = [(n, m) for n in range(30) for m in range(n)]
        graph = annotated([f"vertex {n}" for n in range(30)], pairs)
        with pytest.raises(TimeoutError, match=r"within 0\.05 s; .*summary"):
            graph.to_svg(limit_seconds=0.05)

    @pytest.mark.parametrize("size", [150, 1000])
    def test_each_object_has_its_box(self, size):
        labels = [f"object\nmodule.Class{n}" for n in range(size)]
        pairs = [(n // 3, n) for n in range(1, size)]
        pairs += [(n, n * 7 % size) for n in range(0, size, 5)]
        texts = Drawn(annotated(labels, pairs).to_svg(summary=False)).texts
        assert sum(text.startswith("module.Class") for text in texts) == size

    def test_a_complete_graph_of_60(self):
        pairs = [(n, m) for n in range(60) for m in range(60) if n != m]
        graph = annotated([f"vertex {n}" for n in range(60)], pairs)
        assert "Summary of 60 objects and 3,540 references" in graph.to_svg()

    def test_a_hundred_thousand_parallel_edges(self):
        graph = annotated("ab", [(0, 1)] * 100_000)
        assert f"{TIMES} 100000" in Drawn(graph.to_svg()).texts

    def test_a_label_of_ten_megabytes(self, tmp_path):
        graph = annotated(["x" * (10 << 20)], [])
        svg = graph.to_svg()
        assert 10 << 20 < len(svg) < (10 << 20) + 10_000
        for name in ("a.png", "a.pdf"):
            graph.export_image(tmp_path / name)
            assert (tmp_path / name).stat().st_size < 100_000


@pytest.mark.parametrize(
    ("keywords", "error", "text"),
    [
        ({"fold": 1}, TypeError, "fold must be True or False, not int"),
        ({"merge_edges": None}, TypeError, "merge_edges must be True or False, not NoneType"),
        ({"legend": "no"}, TypeError, "legend must be True or False, not str"),
        ({"summary": 0}, TypeError, "summary must be True, False or None, not int"),
        ({"roots": 1}, TypeError, "roots must be True, False or None, not int"),
        ({"theme": "blue"}, ValueError, "theme must be 'light' or 'dark', not 'blue'"),
        ({"theme": None}, TypeError, "theme must be 'light' or 'dark', not NoneType"),
        ({"limit_seconds": "5"}, TypeError, "limit_seconds must be a number, not str"),
        ({"limit_seconds": 0}, ValueError, "limit_seconds must be more than 0"),
        ({"limit_seconds": float("nan")}, ValueError, "limit_seconds must be more than 0"),
        ({"limit_seconds": float("inf")}, ValueError, "limit_seconds must be more than 0"),
        ({"colour": "red"}, TypeError, "unknown keyword 'colour'"),
    ],
    ids=str,
)
def test_wrong_keywords(keywords, error, text, chain, in_tmp_path):
    with pytest.raises(error, match=text):
        chain.graph.to_svg(**keywords)
    with pytest.raises(error, match=text):
        chain.graph.annotated().export_image("a.svg", **keywords)
    assert list(in_tmp_path.iterdir()) == []


def test_a_pdf_needs_no_graphviz(chain, tmp_path):
    chain.graph.ancestors(chain.a).export_image(tmp_path / "a.pdf")
    data = (tmp_path / "a.pdf").read_bytes()
    assert data.startswith(b"%PDF-") and data.rstrip().endswith(b"%%EOF")


@pytest.mark.parametrize("name", ["a.svg", "a.png", "a.pdf"])
def test_the_same_graph_gives_the_same_bytes(chain, tmp_path, name):
    drawn = []
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        chain.graph.ancestors(chain.b).export_image(tmp_path / folder / name)
        drawn.append((tmp_path / folder / name).read_bytes())
    assert drawn[0] == drawn[1]


def test_a_full_disk_is_an_os_error(chain):
    try:
        open("/dev/full", "w").close()
    except OSError:
        pytest.skip("there is no /dev/full")
    for kind in ("svg", "png", "pdf"):
        with pytest.raises(OSError, match="No space left") as caught:
            chain.graph.export_image("/dev/full", format=kind)
        assert caught.value.filename == "/dev/full"


def test_the_defaults_are_those_that_the_signature_says(chain):
    for graph in (chain.graph, chain.graph.annotated()):
        for method in (graph.export_image, graph.to_svg):
            parameters = inspect.signature(method).parameters.values()
            keywords = {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}
            assert keywords.pop("target") is ...
            assert keywords.pop("filename", None) is None
            assert graph.to_svg(**keywords) == graph.to_svg()


def test_drawing_leaves_nothing_behind(chain):
    chain.graph.to_svg()
    gc.collect()
    before = len(gc.get_objects())
    chain.graph.to_svg(target=chain.b, theme="dark")
    assert len(gc.get_objects()) <= before + 1


def test_a_layout_that_would_take_minutes_is_a_summary():
    size = 1400
    chain = [(v - 1, v) for v in range(1, size)]
    skips = [(skip % 100, size - 1 - skip % 97) for skip in range(400)]
    graph = annotated([f"object\nmodule.Class{v}" for v in range(size)], chain + skips)
    assert "Summary of 1,400 objects" in graph.to_svg()
    with pytest.raises(ValueError, match="too large for a picture"):
        graph.to_svg(summary=False)
