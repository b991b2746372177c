"""Calls that run as compiled traces: the JIT of 3.14 and later, if Python was built with it."""

import os
import sys

import pytest
from helpers.processes import run_json

# The whole look happens in calls from the trace, so the trace is never left.
PROGRAM = """
import json, sys
from functools import partial
from operator import call
import refcycle

class Thing:
    pass

active = sys._jit.is_active
thing = Thing()

def loop(calls, kept):
    inner = Thing()
    for each in calls:
        found = each()
    return found

looks = [active, refcycle.snapshot, partial(len, [thing]), active]
often = [partial(list, ())] * 20000
before = sys.getrefcount(thing)
first, graph, _, last = loop([*often, partial(list, map(call, looks))], Thing())
del looks, often
things = [found for found in graph.find_by_typename("Thing") if found is not thing]
[frame] = [
    found for found in graph.find_by_typename("frame") if found.f_code.co_name == "loop"
]
near = graph.descendants(frame, generations=1)
edges = [edge for edge in near.annotated().edges if near.tail(edge.id) is frame]
labels = sorted(
    [edge.annotation, type(near.head(edge.id)).__name__]
    for edge in edges
    if edge.annotation is not None
)
others = [type(near.head(edge.id)).__name__ for edge in edges if edge.annotation is None]
del frame, near, edges, graph
print(json.dumps({
    "active": [first, last],
    "things": len(things),
    "labels": labels,
    "others": others,
    "counts": sys.getrefcount(thing) - before,
}))
"""


def has_jit():
    return hasattr(sys, "_jit") and sys._jit.is_available()


@pytest.fixture(scope="module")
def facts():
    if not has_jit():
        pytest.skip("this Python was built without a JIT")
    found = {}
    saved = os.environ.get("PYTHON_JIT")
    try:
        for jit in "01":
            os.environ["PYTHON_JIT"] = jit
            found[jit] = run_json(PROGRAM)
    finally:
        if saved is None:
            del os.environ["PYTHON_JIT"]
        else:
            os.environ["PYTHON_JIT"] = saved
    return found


def test_a_compiled_call_shows_what_an_interpreted_one_shows(facts):
    interpreted, compiled = facts["0"], facts["1"]
    assert (interpreted["active"], compiled["active"]) == ([False, False], [True, True])
    assert compiled == {**interpreted, "active": [True, True]}


def test_the_variables_of_a_compiled_call_have_their_names(facts):
    labels = facts["1"]["labels"]
    assert ["local 'inner'", "Thing"] in labels
    assert ["local 'kept'", "Thing"] in labels
    assert ["local 'each'", "partial"] in labels
    assert facts["1"]["things"] == 2
