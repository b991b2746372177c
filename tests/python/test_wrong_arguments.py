"""An argument of the wrong type, or a number that is too large, is an error that names it."""

import signal

import pytest

import refcycle
from refcycle import ObjectGraph
from refcycle.annotated_graph import AnnotatedGraph
from refcycle.directed_graph import DirectedGraph


class Nothing:
    """It is no number, no text, no path, no iterable, and cannot be called."""


class Texture:
    pass


HELD = [[]]
GRAPH = ObjectGraph([HELD, HELD[0]])
TREE = GRAPH.dominator_tree()
NUMBER, HUGE = Nothing(), 10**30

# Functions of an argument, with its name. Each is called with an object that has no use.
CALLS = {
    "ObjectGraph": ("objects", lambda bad: ObjectGraph(bad)),
    "snapshot": ("untracked", lambda bad: refcycle.snapshot(untracked=bad)),
    "why": ("limit", lambda bad: refcycle.why(HELD, limit=bad)),
    "census": ("untracked", lambda bad: refcycle.census(untracked=bad)),
    "cycles_created_by": ("callable", lambda bad: refcycle.cycles_created_by(bad)),
    "diff before": ("before", lambda bad: refcycle.diff(bad, GRAPH)),
    "diff after": ("after", lambda bad: refcycle.diff(GRAPH, bad)),
    "diff allow": ("allow", lambda bad: refcycle.diff(*snapshots(), allow=bad)),
    "diff samples": ("samples", lambda bad: refcycle.diff(*snapshots(), samples=bad)),
    "leaks baseline": ("baseline", lambda bad: refcycle.leaks(bad, GRAPH, GRAPH)),
    "leaks action": ("action", lambda bad: refcycle.leaks(GRAPH, bad, GRAPH)),
    "leaks back": ("back", lambda bad: refcycle.leaks(GRAPH, GRAPH, bad)),
    "watch untracked": ("untracked", lambda bad: refcycle.watch(untracked=bad)),
    "watch collect": ("collect", lambda bad: refcycle.watch(collect=bad)),
    "watch count": ("count_threshold", lambda bad: refcycle.watch(count_threshold=bad)),
    "watch size": ("size_threshold", lambda bad: refcycle.watch(size_threshold=bad)),
    "watch ignore": ("ignore", lambda bad: refcycle.watch(ignore=bad)),
    "watch allow": ("allow", lambda bad: refcycle.watch(allow=bad)),
    "assert_no_cycles": ("callable", lambda bad: refcycle.assert_no_cycles(bad)),
    "assert_no_cycles allow": ("allow", lambda bad: refcycle.assert_no_cycles(allow=bad)),
    "register_size type": ("type", lambda bad: refcycle.register_size(bad, len)),
    "register_size function": ("function", lambda bad: refcycle.register_size(Texture, bad)),
    "Buffer size": ("size", lambda bad: refcycle.Buffer(bad)),
    "Buffer address": ("address", lambda bad: refcycle.Buffer(1, address=bad)),
    "Buffer device": ("device", lambda bad: refcycle.Buffer(1, device=bad)),
    "dump": ("path", lambda bad: refcycle.dump(bad)),
    "dump timeout": ("timeout", lambda bad: refcycle.dump("none/x", timeout=bad)),
    "load": ("path", lambda bad: refcycle.load(bad)),
    "dump_on_memory_error": ("directory", lambda bad: refcycle.dump_on_memory_error(bad)),
    "reserve": ("reserve", lambda bad: refcycle.dump_on_memory_error(".", reserve=bad)),
    "redact": ("redact", lambda bad: refcycle.dump_on_memory_error(".", redact=bad)),
    "graph.why": ("limit", lambda bad: GRAPH.why(HELD, limit=bad)),
    "why_all": ("target", lambda bad: GRAPH.why_all(bad)),
    "why_all limit": ("limit", lambda bad: GRAPH.why_all([HELD], limit=bad)),
    "signatures": ("objects", lambda bad: GRAPH.signatures(bad)),
    "cycles": ("classes", lambda bad: GRAPH.cycles(classes=bad)),
    "top_retained": ("n", lambda bad: GRAPH.top_retained(bad)),
    "leak_suspects": ("share", lambda bad: GRAPH.leak_suspects(bad)),
    "save": ("path", lambda bad: GRAPH.save(bad)),
    "save redact": ("redact", lambda bad: GRAPH.save("none/x", redact=bad)),
    "count_by": ("classifier", lambda bad: GRAPH.count_by(bad)),
    "find_by": ("predicate", lambda bad: GRAPH.find_by(bad)),
    "full_subgraph": ("vertices", lambda bad: GRAPH.full_subgraph(bad)),
    "ancestors": ("generations", lambda bad: GRAPH.ancestors(HELD, bad)),
    "descendants": ("generations", lambda bad: GRAPH.descendants(HELD, bad)),
    "simple_cycles": ("max_length", lambda bad: GRAPH.simple_cycles(bad)),
    "tree direction": ("direction", lambda bad: GRAPH.tree(HELD, direction=bad)),
    "tree max_depth": ("max_depth", lambda bad: GRAPH.tree(HELD, max_depth=bad)),
    "tree max_lines": ("max_lines", lambda bad: GRAPH.tree(HELD, max_lines=bad)),
    "tree fold": ("fold", lambda bad: GRAPH.tree(HELD, fold=bad)),
    "tree width": ("width", lambda bad: GRAPH.tree(HELD, width=bad)),
    "tree ascii": ("ascii", lambda bad: GRAPH.tree(HELD, ascii=bad)),
    "to_text": ("max_lines", lambda bad: GRAPH.to_text(max_lines=bad)),
    "export_html": ("path", lambda bad: GRAPH.export_html(bad)),
    "export_image": ("path", lambda bad: GRAPH.export_image(bad)),
    "export_image format": ("format", lambda bad: GRAPH.export_image("none/x", bad)),
    "export_json": ("path", lambda bad: GRAPH.export_json(bad)),
    "export_csv": ("edges_path", lambda bad: GRAPH.export_csv(bad)),
    "to_svg": ("theme", lambda bad: GRAPH.to_svg(theme=bad)),
    "to_svg fold": ("fold", lambda bad: GRAPH.to_svg(fold=bad)),
    "to_svg limit": ("limit_seconds", lambda bad: GRAPH.to_svg(limit_seconds=bad)),
    "dominator_tree children": ("children", lambda bad: TREE.to_text(children=bad)),
    "dominator_tree depth": ("depth", lambda bad: TREE.to_text(depth=bad)),
    "from_edge_pairs": ("vertices", lambda bad: DirectedGraph.from_edge_pairs(bad, [])),
    "from_edge_pairs pairs": ("edge_pairs", lambda bad: DirectedGraph.from_edge_pairs([], bad)),
    "from_out_edges": ("vertices", lambda bad: DirectedGraph.from_out_edges(bad, {})),
    "from_out_edges mapper": ("edge_mapper", lambda bad: DirectedGraph.from_out_edges([], bad)),
    "AnnotatedGraph": ("vertices", lambda bad: AnnotatedGraph(bad, [])),
    "AnnotatedGraph edges": ("edges", lambda bad: AnnotatedGraph([], bad)),
}
if hasattr(signal, "SIGUSR2"):
    CALLS["dump_on_signal"] = ("signum", lambda bad: refcycle.dump_on_signal(bad, "."))
    CALLS["directory"] = ("directory", lambda bad: refcycle.dump_on_signal(signal.SIGUSR2, bad))

# Those of them that take any number of this size.
UNLIMITED = {"watch count", "watch size", "dump timeout", "ancestors", "descendants"}
NUMBERS = {"limit", "signum", "n", "share", "size", "address", "reserve"}
NUMBERS |= {"max_length", "max_depth", "max_lines", "fold", "width"}


def snapshots():
    earlier = refcycle.snapshot()
    return earlier, refcycle.snapshot()


def named(message, name):
    return message.startswith((f"{name} must ", f"{name} is "))


@pytest.mark.parametrize("call", CALLS)
def test_an_argument_of_no_type_that_fits(call):
    name, function = CALLS[call]
    with pytest.raises(TypeError) as caught:
        function(Nothing())
    assert named(str(caught.value), name), str(caught.value)
    assert "Nothing" in str(caught.value)


@pytest.mark.parametrize("call", [call for call in CALLS if CALLS[call][0] in NUMBERS])
def test_a_number_without_an_end(call):
    name, function = CALLS[call]
    with pytest.raises((ValueError, OverflowError, TypeError)) as caught:
        function(HUGE)
    assert named(str(caught.value), name), str(caught.value)


def test_a_conversion_that_raises_keeps_its_error():
    class Counted:
        def __index__(self):
            raise TypeError("the reason")

    for function in (refcycle.why, GRAPH.why):
        with pytest.raises(TypeError, match="^the reason$"):
            function(HELD, limit=Counted())


def test_one_type_may_be_ignored_without_a_list():
    assert refcycle.watch(ignore="list")._ignore == refcycle.watch(ignore=["list"])._ignore


def test_thresholds_of_other_types():
    with pytest.raises(TypeError, match="count_threshold must be a number, not str"):
        refcycle.watch(count_threshold="x")
    with pytest.raises(ValueError, match="size_threshold is nan: it must be 0 or more"):
        refcycle.watch(size_threshold=float("nan"))
