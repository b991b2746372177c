"""The program ends while other threads are within a call.

`helpers/endings.py` as a program makes many more runs.
"""

import pytest
from helpers.endings import CALLS, outcomes
from helpers.processes import run

RUNS = 2


@pytest.mark.parametrize("call", CALLS)
def test_daemon_threads_do_not_disturb_the_end(call):
    assert outcomes(call, RUNS) == {}


def test_a_thread_that_ends_itself_is_not_kept():
    """If no call of refcycle is on the stack, threads end as they do without it."""
    code = """
        import threading
        import refcycle

        def work():
            refcycle.ObjectGraph([[]]).find_by(lambda vertex: True)

        threads = [threading.Thread(target=work) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        print([thread.is_alive() for thread in threads].count(True))
        """
    assert run(code) == "0\n"


def test_a_search_of_the_last_finalizer_is_not_stopped():
    """The graph is large enough for a check for signals, which are no longer available."""
    code = """
        import refcycle
        from refcycle.directed_graph import DirectedGraph

        COUNT = 1_000_000
        pairs = [(number, (number * 7919 + 1) % COUNT) for number in range(COUNT)]
        graph = DirectedGraph.from_edge_pairs([*range(COUNT)], pairs)

        class Last:
            def __del__(self, graph=graph, count=COUNT, print=print):
                print(sum(len(part) for part in graph.strongly_connected_components()) == count)

        last = Last()
        """
    assert run(code) == "True\n"
