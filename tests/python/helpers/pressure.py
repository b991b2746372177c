"""Queries a graph under limits of the address space, and prints the outcomes as JSON.

Runs as a program, because a failed allocation that is not noticed would end the process.
"""

import gc
import json
import os
import resource
import sys

import refcycle
from refcycle import ObjectGraph

MEBIBYTE = 1 << 20
MARGINS = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 80, 100, 130, 160, 200]


def heap(count):
    """Lists in a chain, and many lists that hold two others, some of them in rings."""
    lists = [[] for _ in range(count)]
    for number, one in enumerate(lists):
        one.append(lists[(number * 7919) % count])
        one.append(lists[max(0, number - 1)])
    chain = None
    for _ in range(count // 4):
        chain = [chain]
    return lists, chain


def address_space():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


def limited(margin, ask):
    """The outcome of a call that may use this number of additional bytes."""
    limits = resource.getrlimit(resource.RLIMIT_AS)
    limit = address_space() + margin
    resource.setrlimit(resource.RLIMIT_AS, (limit, limits[1]))
    try:
        ask()
    except BaseException as error:
        return type(error).__name__
    else:
        return "done"
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limits)


def counts(objects):
    return [sys.getrefcount(obj) for obj in objects]


def main(count=20_000):
    gc.disable()
    lists, chain = heap(count)
    held = [lists, chain]
    graph = ObjectGraph([lists, *lists])
    path = refcycle.objects_reachable_from(chain)
    one = lists[count // 2]
    named = graph.annotated()

    def fresh():
        return graph.full_subgraph(lists)

    asks = {
        "snapshot": refcycle.snapshot,
        "snapshot untracked": lambda: refcycle.snapshot(untracked=True),
        "objects_reachable_from": lambda: refcycle.objects_reachable_from(held),
        "garbage_preview": refcycle.garbage_preview,
        "ObjectGraph": lambda: ObjectGraph(lists),
        "ObjectGraph of few": lambda: ObjectGraph(lists[:1000]),
        "full_subgraph": fresh,
        "ancestors": lambda: fresh().ancestors(one),
        "descendants": lambda: graph.descendants(one),
        "descendants of a chain": lambda: path.descendants(chain),
        "shortest_path": lambda: graph.shortest_path(lists[-1], lists[0]),
        "shortest_cycle": lambda: graph.shortest_cycle(one),
        "components": lambda: graph.strongly_connected_components(),
        "cyclic_components": lambda: graph.cyclic_components(),
        "simple_cycles": lambda: graph.simple_cycles(),
        "feedback_arc_set": lambda: graph.feedback_arc_set(),
        "feedback_vertex_set": lambda: graph.feedback_vertex_set(),
        "on_every_cycle": lambda: graph.on_every_cycle(),
        "strong_bridges": lambda: graph.strong_bridges(),
        "strong_articulation_points": lambda: graph.strong_articulation_points(),
        "components of a chain": lambda: path.strongly_connected_components(),
        "source_components": lambda: path.source_components(),
        "parents": lambda: fresh().parents(one),
        "children": lambda: graph.children(lists),
        "references": lambda: graph.references(),
        "annotated": lambda: graph.annotated(),
        "to_json": lambda: graph.to_json(),
        "to_dot": lambda: graph.to_dot(),
        "to_json of names": lambda: named.to_json(),
        "to_graphml": lambda: graph.to_graphml(),
        "to_cytoscape": lambda: graph.to_cytoscape(),
        "export_heapsnapshot": lambda: graph.export_heapsnapshot(os.devnull),
        "roots": lambda: graph.roots(),
        "shallow_sizes": lambda: graph.shallow_sizes(),
        "count_by_typename": lambda: graph.count_by_typename(),
        "find_by_typename": lambda: graph.find_by_typename("list"),
        "difference": lambda: graph - path,
    }
    for ask in asks.values():
        ask()
    gc.collect()
    before = counts(lists)
    outcomes = {
        name: [limited(margin * MEBIBYTE, ask) for margin in MARGINS] for name, ask in asks.items()
    }
    gc.collect()
    after = counts(lists)
    changed = sum(one != other for one, other in zip(before, after, strict=True))
    for ask in asks.values():
        ask()
    found = {
        "outcomes": outcomes,
        "changed": changed,
        "sizes": [len(graph.descendants(one)), len(path), len(refcycle.snapshot()) > count],
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
