"""How far a long call is: the argument `progress`."""

import gc
import itertools
import os
import re
import sys
import threading
import time
from functools import partial
from types import ModuleType, SimpleNamespace

import pytest

import refcycle
from refcycle import ObjectGraph
from refcycle._cli import terminal
from refcycle._text import progress_bar
from refcycle.annotated_graph import AnnotatedGraph
from refcycle.directed_graph import DirectedGraph

# More objects than are visited from one check for Ctrl-C to the next in a loop.
MANY = 3_000
# As many as an algorithm visits from one to the next.
A_CHECK = 1 << 16


class Stop(Exception):
    pass


class World:
    """A list of lists, its graph, and files."""

    def __init__(self, folder):
        self.folder = folder
        self.chain = [[] for _ in range(MANY)]
        for this, following in itertools.pairwise(self.chain):
            this.append(following)
        self.graph = ObjectGraph([self.chain, *self.chain])
        self.file = folder / "heap.refcycle"
        self.graph.save(self.file)
        self.json = self.graph.to_json()
        self.graphml = self.graph.to_graphml()
        self.tree = DirectedGraph.from_edge_pairs(range(100), [(n // 2, n) for n in range(1, 100)])


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    refcycle.snapshot()  # imports what it needs
    return World(tmp_path_factory.mktemp("world"))


def sizes(graphs):
    return sorted(map(len, graphs))


def written(path):
    return path.read_bytes()


def exported(method, ending):
    def call(world, progress):
        path = world.folder / f"new.{ending}"
        getattr(world.graph, method)(path, progress=progress)
        data = written(path)
        path.unlink()
        return data

    return call


def saved(world, progress):
    path = world.folder / "new.refcycle"
    world.graph.save(path, progress=progress)
    loaded = refcycle.load(path)
    path.unlink()
    return loaded.to_json()


def dumped(world, progress):
    path = world.folder / "new.refcycle"
    refcycle.dump(path, untracked=False, progress=progress)
    path.unlink()


def key(name):
    return lambda world, progress: getattr(world.graph, name)(progress=progress)


def at_first(name):
    return lambda world, progress: len(
        getattr(world.graph, name)(world.chain[0], progress=progress)
    )


# Functions of the world and of `progress`, which return something to compare.
CALLS = {
    "annotated": lambda w, p: len(w.graph.annotated(progress=p)),
    "annotated numbers": lambda w, p: len(w.tree.annotated(progress=p)),
    "ancestors": at_first("ancestors"),
    "buffers": key("buffers"),
    "census": lambda w, p: refcycle.census(untracked=False, progress=p) is None,
    "count_by": lambda w, p: w.graph.count_by(type, progress=p),
    "count_by_typename": key("count_by_typename"),
    "cycles": lambda w, p: len(w.graph.cycles(progress=p)),
    "cycles_created_by": lambda w, p: len(refcycle.cycles_created_by(list, progress=p)),
    "cyclic_components": lambda w, p: sizes(w.graph.cyclic_components(progress=p)),
    "descendants": at_first("descendants"),
    "diff": lambda w, p: len(
        refcycle.diff(refcycle.load(w.file), refcycle.load(w.file), progress=p).new
    ),
    "directly_dominated_by": lambda w, p: len(w.graph.directly_dominated_by(progress=p)),
    "dominated_by": at_first("dominated_by"),
    "dump": dumped,
    "export_csv": exported("export_csv", "csv"),
    "export_cytoscape": exported("export_cytoscape", "cyjs"),
    "export_flame_graph": exported("export_flame_graph", "collapsed"),
    "export_gexf": exported("export_gexf", "gexf"),
    "export_graphml": exported("export_graphml", "graphml"),
    "export_heapsnapshot": exported("export_heapsnapshot", "heapsnapshot"),
    "export_html": lambda w, p: len(exported("export_html", "html")(w, p)) > 0,
    "export_image": exported("export_image", "svg"),
    "export_json": exported("export_json", "json"),
    "export_treemap": exported("export_treemap", "svg"),
    "feedback_arc_set": lambda w, p: w.graph.feedback_arc_set(progress=p).edges,
    "find_by": lambda w, p: len(w.graph.find_by(lambda vertex: vertex, progress=p)),
    "find_by_typename": lambda w, p: len(w.graph.find_by_typename("list", progress=p)),
    "from_graphml": lambda w, p: len(AnnotatedGraph.from_graphml(w.graphml, progress=p)),
    "from_json": lambda w, p: len(AnnotatedGraph.from_json(w.json, progress=p)),
    "full_subgraph": lambda w, p: len(w.graph.full_subgraph(w.chain, progress=p)),
    "garbage": lambda w, p: refcycle.garbage(progress=p) is None,
    "garbage_preview": lambda w, p: refcycle.garbage_preview(progress=p) is None,
    "graph.why": lambda w, p: str(w.graph.why(w.chain[0], progress=p)),
    "immediate_dominator": lambda w, p: (
        w.graph.immediate_dominator(w.chain[1], progress=p) is None
    ),
    "key_cycles": lambda w, p: refcycle.key_cycles(progress=p) is None,
    "leak_suspects": lambda w, p: len(w.graph.leak_suspects(progress=p)),
    "load": lambda w, p: len(refcycle.load(w.file, progress=p)),
    "memory": lambda w, p: refcycle.memory(progress=p) is None,
    "objects_reachable_from": lambda w, p: len(
        refcycle.objects_reachable_from(w.chain, progress=p)
    ),
    "references": lambda w, p: len(w.graph.references(progress=p)),
    "retained_size": lambda w, p: w.graph.retained_size(w.chain, progress=p),
    "retained_sizes": key("retained_sizes"),
    "roots": lambda w, p: [root.external_references for root in w.graph.roots(progress=p)],
    "save": saved,
    "shallow_sizes": key("shallow_sizes"),
    "shortest_path": lambda w, p: len(w.graph.shortest_path(w.chain[0], w.chain[-1], progress=p)),
    "signatures": lambda w, p: len(w.graph.signatures(progress=p)),
    "size": lambda w, p: refcycle.size(w.chain, progress=p),
    "snapshot": lambda w, p: refcycle.snapshot(progress=p) is None,
    "source_components": lambda w, p: sizes(w.graph.source_components(progress=p)),
    "strongly_connected_components": lambda w, p: sizes(
        w.graph.strongly_connected_components(progress=p)
    ),
    "to_cytoscape": key("to_cytoscape"),
    "to_dot": key("to_dot"),
    "to_gexf": key("to_gexf"),
    "to_graphml": key("to_graphml"),
    "to_json": key("to_json"),
    "to_svg": key("to_svg"),
    "to_text": lambda w, p: w.tree.to_text(progress=p),
    "top_retained": lambda w, p: len(w.graph.top_retained(progress=p)),
    "unreachable": lambda w, p: len(w.graph.unreachable(progress=p)),
    "waste": lambda w, p: w.graph.waste(progress=p).to_dict(),
    "why": lambda w, p: refcycle.why(w.chain[0], progress=p) is None,
    "why_all": lambda w, p: w.graph.why_all(w.chain[:10], progress=p).count,
}

# Calls that are told of more than their begin and their end, also with so few objects.
LOOPS = [
    "count_by",
    "count_by_typename",
    "export_csv",
    "export_graphml",
    "export_heapsnapshot",
    "export_html",
    "export_json",
    "find_by",
    "full_subgraph",
    "references",
    "save",
    "to_dot",
    "to_json",
    "why_all",
]

each_call = pytest.mark.parametrize("name", CALLS)


def files(world):
    return sorted(path.name for path in world.folder.iterdir())


def is_right(told):
    """Whether these are numbers that do not fall, up to the whole, which is told once."""
    totals = {total for _, total in told}
    done = [done for done, _ in told]
    return (
        len(totals) == 1
        and done == sorted(done)
        and min(done) >= 0
        and [one for one in done if one >= max(totals)] == [max(totals)]
    )


@each_call
def test_it_is_told_up_to_the_whole_and_changes_nothing(name, world):
    expected = CALLS[name](world, None)
    told = []
    found = CALLS[name](world, lambda *numbers: told.append(numbers))
    assert is_right(told), told
    assert found == expected
    if name != "load":
        assert told[0] == (0, 1000)


@each_call
def test_what_it_raises_first_ends_the_call(name, world):
    def stop(done, total):
        told.append(done)
        raise Stop

    told, before = [], files(world)
    with pytest.raises(Stop):
        CALLS[name](world, stop)
    assert len(told) == 1
    assert files(world) == before
    assert gc.isenabled() and gc.get_debug() == 0


@pytest.mark.parametrize("name", LOOPS)
def test_what_it_raises_in_the_middle_ends_the_call(name, world):
    def stop(done, total):
        told.append(done)
        if len(told) > 1:
            assert done < total
            raise Stop

    told, before = [], files(world)
    with pytest.raises(Stop):
        CALLS[name](world, stop)
    assert len(told) == 2
    assert files(world) == before
    assert gc.isenabled()
    # Nobody is told any more.
    CALLS[name](world, None)
    assert len(told) == 2


def test_an_algorithm_is_ended_in_the_middle():
    lists = [[] for _ in range(A_CHECK)]
    graph = ObjectGraph([lists, *lists])
    told = []

    def stop(done, total):
        told.append(done)
        if len(told) > 1:
            raise Stop

    for call in (graph.retained_sizes, graph.feedback_arc_set, graph.unreachable):
        told.clear()
        with pytest.raises(Stop):
            call(progress=stop)
        assert told[0] == 0 <= told[1] < 1000
    assert len(graph.retained_sizes()) == len(graph)


@each_call
@pytest.mark.parametrize("wrong", [1, "a text", []], ids=str)
def test_what_cannot_be_told_is_an_error_before_any_work(name, wrong, world):
    before = files(world)
    text = f"progress must be callable, True or None, not {type(wrong).__name__}"
    with pytest.raises(TypeError, match=text):
        CALLS[name](world, wrong)
    assert files(world) == before


@pytest.mark.parametrize("wrong", [1, []], ids=str)
def test_the_same_of_functions_that_are_tested_elsewhere(wrong, world):
    graph = world.graph
    calls = [
        partial(refcycle.leaks, graph, graph, graph),
        refcycle.unshared,
        partial(refcycle.index_file, "none"),
        partial(refcycle.dump, "none/x"),
        graph.to_arrow,
        graph.to_networkx,
        graph.to_rustworkx,
        graph.to_scipy,
        partial(graph.export_parquet, "none/x"),
        partial(graph.shortest_cycle, world.chain),
        partial(graph.find_in_memory, world.chain),
        partial(AnnotatedGraph.import_json, "none"),
        partial(AnnotatedGraph.import_graphml, "none"),
    ]
    for call in calls:
        with pytest.raises(TypeError, match="progress must be callable, True or None, not "):
            call(progress=wrong)


def test_a_fork_tells_nobody(world):
    with pytest.raises(ValueError, match="progress is not possible with fork"):
        refcycle.dump(world.folder / "new.refcycle", fork=True, progress=print)


def test_it_is_told_by_the_thread_of_the_call(world):
    told = []
    tell = lambda *_: told.append(threading.get_ident())  # noqa: E731
    thread = threading.Thread(target=world.graph.references, kwargs={"progress": tell})
    thread.start()
    thread.join()
    assert set(told) == {thread.ident}
    assert len(told) > 2


def test_it_may_ask_refcycle_itself(world):
    told = []

    def tell(done, total):
        told.append(done)
        assert len(world.graph.references()) > MANY
        inner = []
        world.graph.references(progress=lambda done, total: inner.append(done))
        assert inner[-1] == total

    world.graph.references(progress=tell)
    assert told[0] == 0 and told[-1] == 1000
    assert told.count(0) >= 1 and told.count(1000) == 1


def test_a_call_of_the_program_within_is_no_part_of_it(world):
    is_within = []

    def classifier(vertex):
        if vertex is world.chain:
            is_within.append(True)
            world.graph.references()
            is_within.pop()
        return type(vertex)

    told = []
    world.graph.count_by(classifier, progress=lambda *_: told.append(bool(is_within)))
    assert len(told) > 2
    assert set(told) == {False}


def test_the_heap_has_nothing_of_it():
    """Neither during a call nor after it."""
    refcycle.memory(progress=lambda *_: None)
    refcycle.snapshot(progress=True)
    gc.collect()
    gc.disable()
    plain = list(refcycle.snapshot().count_by_typename().items())
    shown = list(refcycle.snapshot(progress=True).count_by_typename().items())
    told = list(refcycle.snapshot(progress=ignore).count_by_typename().items())
    gc.enable()
    # The results of the test itself.
    own = {"list", "tuple"}
    plain, shown, told = (
        {pair for pair in found if pair[0] not in own} for found in (plain, shown, told)
    )
    assert plain == shown == told


def ignore(done, total):
    pass


def test_nothing_is_printed_outside_of_terminals(world, capfd):
    for progress in (True, False):
        slow(world, progress)
    assert capfd.readouterr() == ("", "")


def slow(world, progress):
    """A call that takes long enough for a bar before it is told of its middle."""

    def classifier(vertex):
        if vertex is world.chain:
            time.sleep(0.6)
        return type(vertex)

    return world.graph.count_by(classifier, progress=progress)


class Terminal:
    def __init__(self, columns=None):
        self.text = ""
        self.encoding = "utf-8"

    def isatty(self):
        return True

    def write(self, text):
        self.text += text

    def flush(self):
        pass

    def fileno(self):
        raise OSError


def test_a_terminal_has_a_bar_that_is_removed(world, monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    slow(world, True)
    lines = sys.stderr.text.split("\r")
    assert lines[0] == ""
    assert re.fullmatch(r"count_by \[#*-+\] +\d+%", lines[1])
    assert lines[-2].strip() == lines[-1] == ""


def test_an_error_removes_the_bar(world, monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    vertices = iter(range(MANY))

    def classifier(vertex):
        number = next(vertices)
        if number == 0:
            time.sleep(0.6)
        elif number == 2_000:
            raise Stop

    with pytest.raises(Stop):
        world.graph.count_by(classifier, progress=True)
    assert "count_by [" in sys.stderr.text
    assert sys.stderr.text.endswith(" \r")


@pytest.mark.any_version
def test_a_bar_on_a_real_terminal(monkeypatch):
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    with open(theirs, "w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        shown = progress_bar.draw("top_retained", 250, 1000, None)
        shown = progress_bar.draw("top_retained", 500, 1000, shown)
        progress_bar.remove(shown)
        one = "top_retained [#####---------------]  25%"
        two = "top_retained [##########----------]  50%"
        expected = f"\r{one}\r{two}\r{' ' * len(two)}\r"
        text = ""
        while len(text) < len(expected):
            text += os.read(ours, 1000).decode()
    os.close(ours)
    assert text == expected


def test_a_bar_that_cannot_be_drawn_does_not_end_the_call(world, monkeypatch):
    class Reentrant(Terminal):
        def write(self, text):
            raise RuntimeError("reentrant call")

    monkeypatch.setattr(sys, "stderr", Reentrant())
    assert slow(world, True)[list] == MANY + 1


def test_a_stream_that_is_closed_or_missing_is_left_alone(world, monkeypatch, tmp_path):
    with open(tmp_path / "closed", "w", encoding="utf-8") as closed:
        pass
    for stream in (None, closed):
        monkeypatch.setattr(sys, "stderr", stream)
        assert slow(world, True)[list] == MANY + 1


def test_a_notebook_has_a_bar_that_is_removed(world, monkeypatch):
    shown = []
    display = ModuleType("IPython.display")
    display.display = lambda data, **more: shown.append((data, more))
    display.update_display = lambda data, **more: shown.append((data, more))
    ipython = ModuleType("IPython")
    ipython.get_ipython = lambda: SimpleNamespace(kernel=None)
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    slow(world, True)
    first, last = shown[0], shown[-1]
    assert re.fullmatch(r"count_by \[#*-+\] +\d+%", first[0]["text/plain"])
    assert first[0]["text/html"] == f"<pre>{first[0]['text/plain']}</pre>"
    assert last[0] == {"text/plain": "", "text/html": ""}
    assert {more["display_id"] for _, more in shown} == {first[1]["display_id"]}
    assert all(more["raw"] for _, more in shown)


def test_ipython_on_a_terminal_is_a_terminal(world, monkeypatch):
    ipython = ModuleType("IPython")
    ipython.get_ipython = lambda: SimpleNamespace()
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setattr(sys, "stderr", Terminal())
    slow(world, True)
    assert "count_by [" in sys.stderr.text


def test_commands_show_how_far_they_are(world, monkeypatch):
    clock = itertools.count()
    monkeypatch.setattr(terminal.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(sys, "stderr", Terminal())
    found = terminal.with_bar("listing", world.graph.references)
    assert len(found) > MANY
    lines = [line.strip() for line in sys.stderr.text.split("\r")]
    assert lines[1:3] == ["listing ...", "listing [--------------------]   0%"]
    assert "listing [####################] 100%" in lines
    assert lines[-1] == ""


def test_without_a_terminal_commands_show_nothing(world, capfd):
    assert len(terminal.with_bar("listing", world.graph.references)) > MANY
    assert capfd.readouterr() == ("", "")
