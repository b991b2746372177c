# https://github.com/networkx/networkx/issues/6235
"""A graph is in a cycle with the view that it caches."""

import networkx

import refcycle

CAUSE = ["DiGraph.degree", "DiDegreeView._graph"]
FIX = ["make `DiDegreeView._graph` a weak reference"]


def count():
    graph = networkx.DiGraph([(0, 1), (1, 2)])
    return graph.number_of_edges()


count()
for cycle in refcycle.cycles_created_by(count).cycles():
    print(cycle, cycle.cut(), sep="\n")
