"""Objects that `gc.freeze()` has put aside, each time in a separate process."""

import os
import sys

import pytest
from helpers.processes import run_json

FROM_3_14 = sys.version_info >= (3, 14)
# Later releases of 3.13 enumerate frozen objects, as 3.14 does.
UP_TO_3_13_0 = sys.version_info < (3, 13, 1)

SETUP = """
import argparse, asyncio, email.message, gc, json, logging, os, sys, unittest
import refcycle

class Marker:
    pass

def marker():
    made = Marker()
    made.own = [made]
    return made

def facts(graph, *objects):
    return {
        "in": [obj in graph and obj.own in graph for obj in objects],
        "edges": [len(graph.parents(obj.own)) if obj.own in graph else 0 for obj in objects],
        "external": [graph.external_references(obj) if obj in graph else -1 for obj in objects],
        "vertices": len(graph),
        "different": len({id(obj) for obj in graph}),
        "frozen": graph.statistics()["frozen"],
        "unseen": graph.statistics()["frozen_unseen"],
        "count": gc.get_freeze_count(),
    }

gc.collect()
usual = len(refcycle.snapshot())
before = marker()
"""

FREEZE = (
    SETUP
    + """
gc.freeze()
frozen = gc.get_freeze_count()
after = marker()
graph = refcycle.snapshot()
found = facts(graph, before, after)
del graph
found |= {"usual": usual, "count before": frozen, "lists": len(gc.get_objects())}
"""
)

REPORT = "\nprint(json.dumps(found))\n"


def test_what_is_frozen_is_seen():
    found = run_json(FREEZE + REPORT)
    assert found["in"] == [True, True]
    assert found["edges"] == [1, 1]
    assert found["external"] == [0, 0]
    assert found["frozen"] == found["count"] == found["count before"] > 10_000
    assert found["unseen"] == 0
    assert found["different"] == found["vertices"]
    assert found["lists"] < 1000 < found["usual"]
    # Markers, frames, some temporaries.
    assert abs(found["vertices"] - found["usual"]) < 100


def test_without_the_lists_most_of_it_is_reached():
    found = run_json(FREEZE + REPORT, distrust="frozen_objects")
    assert found["in"] == [True, True]
    assert found["edges"] == [1, 1]
    assert found["external"] == [0, 0]
    assert found["frozen"] == found["count"] == found["count before"]
    if FROM_3_14:
        assert found["unseen"] == 0
    else:
        assert int(UP_TO_3_13_0) <= found["unseen"] < found["frozen"] * 0.3
        assert found["vertices"] > found["usual"] * 0.7
    assert found["different"] == found["vertices"]


def test_after_an_unfreeze_all_is_as_usual():
    code = FREEZE + "\ngc.unfreeze()\nthawed = facts(refcycle.snapshot(), before, after)\n"
    found = run_json(code + "\nprint(json.dumps(thawed))\n")
    assert found["in"] == [True, True] and found["edges"] == [1, 1]
    # 3.12 freezes the constants of its frozen modules when it starts.
    assert found["frozen"] == found["count"] and found["unseen"] == 0
    assert found["count"] == 0 or sys.version_info[:2] == (3, 12)


def test_a_second_freeze_adds_to_the_first():
    code = FREEZE + "\ngc.freeze()\nlater = marker()\n"
    code += "graph = refcycle.snapshot()\nagain = facts(graph, before, after, later)\n"
    code += "again['first'] = frozen\nprint(json.dumps(again))\n"
    found = run_json(code)
    assert found["in"] == [True] * 3 and found["edges"] == [1] * 3
    assert found["count"] == found["frozen"] > found["first"]
    assert found["unseen"] == 0


def test_what_was_frozen_and_has_died_is_not_seen():
    code = SETUP + "\nlone = [[number] for number in range(1000)]\ngc.freeze()\n"
    code += "count = gc.get_freeze_count()\ndel lone\n"
    code += "found = facts(refcycle.snapshot(), before)\nfound['before'] = count\n"
    found = run_json(code + REPORT)
    assert found["before"] - found["count"] == 1001
    assert found["frozen"] == found["count"] and found["unseen"] == 0
    assert found["in"] == [True]


def test_frozen_and_untracked():
    code = FREEZE + "\nwhole = refcycle.snapshot(untracked=True)\n"
    code += "found = facts(whole, before, after)\n"
    code += "found['text'] = sum(type(obj) is str for obj in whole)\n"
    found = run_json(code + REPORT)
    assert found["in"] == [True, True] and found["edges"] == [1, 1]
    assert found["unseen"] == 0 and found["text"] > 1000
    assert found["different"] == found["vertices"]


def test_snapshots_in_a_loop_leave_what_is_frozen_frozen():
    code = FREEZE + "\ncounts = []\n"
    code += "for _ in range(5):\n    refcycle.snapshot()\n    refcycle.garbage_preview()\n"
    code += "    counts.append(gc.get_freeze_count())\n"
    code += "gc.collect()\nfound = [frozen, *counts, gc.get_freeze_count()]\n"
    found = run_json(code + REPORT)
    # A frozen object may be freed, like any other.
    assert found[1:] == [found[1]] * 6
    assert 0 <= found[0] - found[1] < 20


@pytest.mark.parametrize("distrust", ["", "frozen_objects"])
def test_a_child_of_a_process_that_froze(distrust):
    if not hasattr(os, "fork"):
        pytest.skip("no fork")
    code = (
        FREEZE
        + """
source, sink = os.pipe()
child = os.fork()
if child == 0:
    inside = facts(refcycle.snapshot(), before, after)
    os.write(sink, json.dumps(inside).encode())
    os._exit(0)
os.close(sink)
with os.fdopen(source) as file:
    found = json.load(file)
assert os.waitpid(child, 0)[1] == 0
"""
    )
    found = run_json(code + REPORT, distrust=distrust)
    assert found["in"] == [True, True] and found["edges"] == [1, 1]
    assert found["frozen"] == found["count"] > 10_000
    if not distrust or FROM_3_14:
        assert found["unseen"] == 0
    elif UP_TO_3_13_0:
        assert found["unseen"] > 0


def test_frozen_garbage_is_no_garbage():
    code = (
        SETUP
        + """
gc.disable()
marker()
gc.freeze()
marker()
preview = refcycle.garbage_preview()
found = {"preview": len(preview.find_by_typename("Marker")), "all": len(preview)}
del preview
found["garbage"] = len(refcycle.garbage().find_by_typename("Marker"))
found["living"] = len(refcycle.snapshot().find_by_typename("Marker"))
gc.unfreeze()
found["after"] = len(refcycle.garbage_preview().find_by_typename("Marker"))
"""
    )
    found = run_json(code + REPORT)
    inline = sys.version_info >= (3, 11)
    assert found == {
        "preview": 1,
        "all": 2 if inline else 3,
        "garbage": 1,
        "living": 3,
        "after": 2,
    }


def test_a_fresh_process_has_nothing_frozen():
    found = run_json(SETUP + "\nfound = facts(refcycle.snapshot(), before)" + REPORT)
    # 3.12 freezes the constants of its frozen modules when it starts.
    assert found["frozen"] == found["count"] and found["unseen"] == 0
    assert found["count"] == 0 or sys.version_info[:2] == (3, 12)
    assert found["in"] == [True] and found["edges"] == [1]
