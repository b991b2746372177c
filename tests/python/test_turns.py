"""During a long call, other threads have their turn, and Ctrl-C ends it."""

import ctypes
import functools
import gc
import itertools
import operator
import signal
import sys
import threading

import pytest

import refcycle

call = operator.methodcaller("__call__")
set_interrupt = ctypes.pythonapi.PyErr_SetInterrupt
set_interrupt.restype = None

# More objects than are read at once. With their references, too few to be searched by themselves
# while other threads run.
MANY = 9_000

# A call that leaves others no turn fails every time. How often one that does is seen to do so is
# the machine's affair: once in 150 attempts where nothing else runs.
ATTEMPTS = 20_000


@pytest.fixture(autouse=True)
def short_turns():
    """A thread that waits asks for its turn at once. No collection runs Python code."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    gc.disable()
    yield
    gc.enable()
    sys.setswitchinterval(before)


@pytest.fixture(scope="module")
def chain():
    """A list of lists, each of which holds the next one."""
    lists = [[] for _ in range(MANY)]
    for this, following in itertools.pairwise(lists):
        this.append(following)
    yield lists
    for this in lists:
        this.clear()


@pytest.fixture(scope="module")
def graph(chain):
    return refcycle.ObjectGraph(chain)


@pytest.fixture(scope="module")
def star(chain):
    return refcycle.ObjectGraph([chain, *chain])


CALLS = {
    "roots": lambda graph, star, chain: graph.roots,
    "shallow_sizes": lambda graph, star, chain: graph.shallow_sizes,
    "components": lambda graph, star, chain: graph.strongly_connected_components,
    "children": lambda graph, star, chain: functools.partial(star.children, chain),
    "out_edges": lambda graph, star, chain: functools.partial(star.out_edges, chain),
    "full_subgraph": lambda graph, star, chain: functools.partial(graph.full_subgraph, chain),
    "list of vertices": lambda graph, star, chain: functools.partial(list, graph),
    "list of edges": lambda graph, star, chain: functools.partial(list, graph.edges),
    "annotated": lambda graph, star, chain: graph.annotated,
    "count_by_typename": lambda graph, star, chain: graph.count_by_typename,
    "to_arrow": lambda graph, star, chain: graph.to_arrow,
    "to_dot": lambda graph, star, chain: graph.to_dot,
    "size": lambda graph, star, chain: functools.partial(refcycle.size, chain),
}

# The others look for Ctrl-C too, but not with so few objects.
WITHOUT_CTRL_C = {"shallow_sizes", "to_dot", "count_by_typename", "to_arrow"}
STOPPED = [name for name in CALLS if name not in WITHOUT_CTRL_C]


def has_turn_during(function, attempts=ATTEMPTS):
    """Return whether another thread runs Python code during a compiled function."""
    turns, has_ended = [0], threading.Event()

    def take_turns():
        while not has_ended.is_set():
            turns[0] += 1

    thread = threading.Thread(target=take_turns)
    thread.start()
    try:
        for _ in range(attempts):
            # No Python code of this thread runs in between, and none leaves others a turn.
            before, _, after = map(call, [turns.copy, function, turns.copy])
            if after != before:
                return True
        return False
    finally:
        has_ended.set()
        thread.join()


@pytest.mark.parametrize("name", CALLS)
def test_other_threads_have_their_turn(name, graph, star, chain):
    assert has_turn_during(CALLS[name](graph, star, chain))


def test_a_compiled_function_leaves_no_turn_by_itself():
    assert not has_turn_during(functools.partial(sum, range(10_000)), attempts=200)


def ends_early(function):
    """Return whether a SIGINT that another thread sends in its turn ends a call."""
    has_begun, results = [], []

    def interrupt():
        while not has_begun:
            pass
        set_interrupt()

    thread = threading.Thread(target=interrupt)
    thread.start()
    try:
        results.extend(map(call, [functools.partial(has_begun.append, 1), function]))
        thread.join()
        for _ in range(1000):
            pass
    except KeyboardInterrupt:
        pass
    thread.join()
    return len(results) == 1


@pytest.mark.parametrize("name", STOPPED)
def test_ctrl_c_ends_it(name, graph, star, chain):
    function = CALLS[name](graph, star, chain)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        assert any(ends_early(function) for _ in range(ATTEMPTS))
    finally:
        signal.signal(signal.SIGINT, before)


def test_an_iterator_can_be_used_by_several_threads(graph):
    """Each vertex goes to one of them."""
    found = [[], [], []]
    vertices = iter(graph)
    threads = [threading.Thread(target=part.extend, args=(vertices,)) for part in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ids = [id(vertex) for part in found for vertex in part]
    assert sorted(ids) == sorted(id(vertex) for vertex in graph)
