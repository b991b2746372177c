"""Other threads and Ctrl-C during a query."""

import sys
import threading
import time

import pytest
from helpers.processes import run_json

from refcycle import ObjectGraph
from refcycle.directed_graph import DirectedGraph


def ring_of_lists(count):
    vertices = [[] for _ in range(count)]
    for one, other in zip(vertices, vertices[1:] + vertices[:1], strict=True):
        one.append(other)
    return vertices


@pytest.fixture(scope="module")
def large():
    vertices = ring_of_lists(300_000)
    graph = ObjectGraph(vertices)
    yield graph, vertices
    for vertex in vertices:
        vertex.clear()


class Counting(threading.Thread):
    """Counts whenever it gets the GIL, and releases it immediately."""

    def __init__(self):
        super().__init__(daemon=True)
        self.count = 0
        self.ended = False

    def run(self):
        while not self.ended:
            self.count += 1
            time.sleep(0.0001)


@pytest.fixture
def counting():
    """No thread takes the GIL from a thread that does not release it."""
    interval = sys.getswitchinterval()
    thread = Counting()
    thread.start()
    sys.setswitchinterval(30)
    yield thread
    thread.ended = True
    sys.setswitchinterval(interval)
    thread.join(60)


LONG = {
    "strongly_connected_components": lambda graph, v: graph.strongly_connected_components(),
    "source_components": lambda graph, v: graph.source_components(),
    "descendants": lambda graph, v: graph.descendants(v),
    "ancestors": lambda graph, v: graph.ancestors(v),
    "shortest_cycle": lambda graph, v: graph.shortest_cycle(v),
}


@pytest.mark.parametrize("method", LONG)
def test_other_threads_run_during_a_long_algorithm(large, counting, method):
    graph, vertices = large
    for _ in range(20):
        before = counting.count
        result = LONG[method](graph, vertices[0])
        during = counting.count - before
        assert len(result[0] if isinstance(result, list) else result) == 300_000
        if during > 3:
            break
    assert during > 3


def test_the_count_stands_still_while_nobody_gives_the_interpreter_away(counting):
    before = counting.count
    deadline = time.monotonic() + 0.2
    while time.monotonic() < deadline:
        pass
    assert counting.count - before <= 1


def test_several_threads_may_ask_one_graph():
    vertices = list(range(5000))
    pairs = [(v, (v * 7 + k) % 5000) for v in vertices for k in range(3)]
    directed = DirectedGraph.from_edge_pairs(vertices, pairs)
    expected = [len(directed.descendants(v, 3)) for v in range(0, 5000, 500)]
    lists = ring_of_lists(5000)
    objects = ObjectGraph(lists)
    fresh = DirectedGraph.from_edge_pairs(vertices, pairs).full_subgraph(vertices)
    failures = []

    def ask(number):
        try:
            for _ in range(5):
                found = [len(directed.descendants(v, 3)) for v in range(0, 5000, 500)]
                assert found == expected
                assert [len(fresh.descendants(v, 3)) for v in range(0, 5000, 500)] == expected
                assert number * 3 in fresh.edges and -1 not in fresh.edges
                assert len(objects.ancestors(lists[number], 10)) == 11
                assert lists[number] in objects and [] not in objects
                assert len(objects.strongly_connected_components()) == 1
                assert objects.parents(lists[number])[0] is lists[number - 1]
        except BaseException as error:
            failures.append(error)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    sys.setswitchinterval(interval)
    for vertex in lists:
        vertex.clear()
    assert failures == []


def test_threads_may_ask_while_one_runs_a_long_algorithm(large):
    graph, vertices = large
    results = []

    def ask_long():
        results.extend(graph.strongly_connected_components())

    thread = threading.Thread(target=ask_long)
    thread.start()
    while thread.is_alive():
        assert graph.children(vertices[7])[0] is vertices[8]
        assert len(graph.descendants(vertices[5], 3)) == 4
    thread.join()
    assert [len(component) for component in results] == [300_000]


# The kernel sends the signal: a thread could not while this one keeps the interpreter. No Python
# code runs between the beginning and the end of a call, so that a result shows a call that the
# signal did not end.
ENDED = """
import functools, json, operator, os, signal, sys, time

signal.signal(signal.SIGALRM, signal.default_int_handler)
call = operator.methodcaller("__call__")

def is_ended(job):
    start = time.monotonic()
    job()
    results, delay = [], (time.monotonic() - start) / 4
    signal.setitimer(signal.ITIMER_REAL, delay)
    try:
        results.extend(map(call, [functools.partial(int, 1), job]))
        time.sleep(60)
    except KeyboardInterrupt:
        pass
    return results == [1]
"""

# A machine that does something else meanwhile lets some signals come too early or too late. They
# are looked for after fifty milliseconds at the earliest: a fast machine needs more objects.
INTERRUPTED = (
    ENDED
    + """
from refcycle import ObjectGraph
from refcycle.directed_graph import DirectedGraph

sizes = [size for size in (250_000, 500_000, 1_000_000, 2_000_000, 4_000_000) for _ in range(4)]
print(json.dumps(any(is_ended(make(size)) for size in sizes)))
sys.stdout.flush()
os._exit(0)
"""
)

JOBS = {
    "components of many lists": """
def make(size):
    vertices = [[] for _ in range(size)]
    graph = ObjectGraph(vertices)
    return graph.strongly_connected_components
""",
    "components of a ring": """
def make(size):
    vertices = [[] for _ in range(size)]
    for one, other in zip(vertices, vertices[1:] + vertices[:1]):
        one.append(other)
    graph = ObjectGraph(vertices)
    return graph.strongly_connected_components
""",
    "components of a directed graph": """
def make(size):
    pairs = ((v, v * 7919 % size) for v in range(size))
    graph = DirectedGraph.from_edge_pairs(range(size), pairs)
    return graph.strongly_connected_components
""",
    "annotated": """
def make(size):
    vertices = [[] for _ in range(size)]
    graph = ObjectGraph(vertices)
    return graph.annotated
""",
    "to_json": """
def make(size):
    vertices = [[{}] for _ in range(size)]
    graph = ObjectGraph(vertices)
    return graph.to_json
""",
    "from_edge_pairs": """
def make(size):
    pairs = [(v, v * 7919 % size) for v in range(size)]
    vertices = range(size)
    return functools.partial(DirectedGraph.from_edge_pairs, vertices, pairs)
""",
    "full_subgraph": """
def make(size):
    vertices = [[] for _ in range(size)]
    graph = ObjectGraph(vertices)
    return functools.partial(graph.full_subgraph, vertices)
""",
    "making an object graph": """
def make(size):
    vertices = [[] for _ in range(size)]
    return functools.partial(ObjectGraph, vertices)
""",
    "folding a picture": """
def make(size):
    items = [{} for _ in range(size)]
    graph = ObjectGraph([items, *items]).annotated()
    return functools.partial(graph.to_svg, limit_seconds=600)
""",
    "the summary of a picture": """
def make(size):
    vertices = [[] for _ in range(size)]
    for one, other in zip(vertices, vertices[1:] + vertices[:1]):
        one.append(other)
    graph = ObjectGraph(vertices).annotated()
    return functools.partial(graph.to_svg, summary=True, limit_seconds=600)
""",
    "copying": """
def make(size):
    vertices = [[] for _ in range(size)]
    for one, other in zip(vertices, vertices[1:] + vertices[:1]):
        one.append(other)
    return ObjectGraph(vertices).__reduce__
""",
    "restoring": """
def make(size):
    pairs = [(v, v * 7919 % size) for v in range(size)]
    function, arguments = DirectedGraph.from_edge_pairs(range(size), pairs).__reduce__()
    return functools.partial(function, *arguments)
""",
    "making an annotated graph": """
def make(size):
    from refcycle.annotated_graph import AnnotatedEdge, AnnotatedGraph, AnnotatedVertex
    vertices = [AnnotatedVertex(v, "") for v in range(size)]
    edges = [AnnotatedEdge(v, "", v, v * 7919 % size) for v in range(size)]
    return functools.partial(AnnotatedGraph, vertices, edges)
""",
    "two graphs together": """
def make(size):
    vertices = [[] for _ in range(size)]
    return functools.partial(ObjectGraph(vertices).__and__, ObjectGraph(vertices[::-1]))
""",
    "count_by_typename": """
def make(size):
    return ObjectGraph([[] for _ in range(2 * size)]).count_by_typename
""",
    "to_networkx": """
def make(size):
    size //= 4
    pairs = [(v, v * 7919 % size) for v in range(size)]
    return DirectedGraph.from_edge_pairs(range(size), pairs).to_networkx
""",
    "reading JSON": """
def make(size):
    from refcycle.annotated_graph import AnnotatedGraph
    text = ObjectGraph([[] for _ in range(size)]).annotated().to_json()
    return functools.partial(AnnotatedGraph.from_json, text)
""",
    "signatures": """
def make(size):
    vertices = [[] for _ in range(size)]
    return ObjectGraph([vertices, *vertices]).signatures
""",
    "references": """
def make(size):
    vertices = [[] for _ in range(size)]
    for one, other in zip(vertices, vertices[1:] + vertices[:1]):
        one.append(other)
    graph = ObjectGraph(vertices)
    return graph.references
""",
}


@pytest.mark.any_version
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("job", JOBS)
def test_ctrl_c_stops_what_takes_long(job):
    assert run_json(JOBS[job] + INTERRUPTED)


PICTURE = (
    ENDED
    + """
from refcycle.annotated_graph import AnnotatedEdge, AnnotatedGraph, AnnotatedVertex

def make(size):
    vertices = [AnnotatedVertex(n, f"vertex {n}") for n in range(size)]
    edges = [AnnotatedEdge(n, f"edge {n}", n * 7 % size, n * 13 % size) for n in range(4 * size)]
    graph = AnnotatedGraph(vertices, edges)
    return functools.partial(graph.export_image, "large.svg", summary=False, limit_seconds=600)

found = any(is_ended(make(size)) for size in [1_000] * 10)
print(json.dumps({"is_ended": found, "files": os.listdir(".")}))
sys.stdout.flush()
os._exit(0)
"""
)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_stops_a_picture_and_leaves_no_part_of_a_file(tmp_path):
    facts = run_json(PICTURE, cwd=tmp_path)
    assert facts["is_ended"]
    assert facts["files"] in ([], ["large.svg"])
    if facts["files"]:
        assert (tmp_path / "large.svg").read_text().rstrip().endswith("</svg>")
