"""Lazy imports, new in 3.15: their objects are vertices, and reading a variable performs one."""

import sys

import pytest
from helpers.processes import run_json

pytestmark = pytest.mark.skipif(sys.version_info < (3, 15), reason="lazy imports are new in 3.15")

START = """
import json, sys, types
import refcycle

lazy import colorsys
lazy import xml.dom.minidom
lazy import xml.sax.handler as handler
lazy from decimal import Context, Decimal as Number

names = ["colorsys", "xml", "handler", "Context", "Number"]
own = [dict.get(globals(), name) for name in names]
assert {type(each) for each in own} == {types.LazyImportType}
graph = refcycle.snapshot()
"""


def test_their_objects_are_vertices_with_labels():
    assert (
        run_json(
            START
            + """
def facts():
    found = []
    for name, each in zip(names, own):
        near = graph.ancestors(each, generations=1)
        labels = [edge.annotation for edge in near.annotated().edges]
        found.append([each in graph, f"value['{name}']" in labels])
    return found

print(json.dumps(facts()))
assert types.LazyImportType in {type(dict.get(globals(), name)) for name in names}
"""
        )
        == [[True, True]] * 5
    )


def test_a_loop_of_a_module_over_a_snapshot():
    found = run_json(
        START
        + """
def children_of(objects):
    return [sorted(map(id, graph.children(each))) for each in objects]

expected = children_of(own)
found = []
types_seen = []
for vertex in own:
    found.append(sorted(map(id, graph.children(vertex))))
    types_seen.append(type(vertex).__name__)
modules = ["colorsys", "decimal", "xml.sax.handler"]
count = 0
for vertex in graph:
    graph.parents(vertex), graph.children(vertex), graph.descendants(vertex, generations=1)
    count += 1
print(json.dumps([
    found == expected,
    types_seen,
    [name in sys.modules for name in modules],
    count == len(graph),
]))
"""
    )
    assert found == [True, ["module", "module", "module", "type", "type"], [True] * 3, True]


def test_what_is_not_imported_lazily_is_still_missing():
    assert (
        run_json(
            START
            + """
class New:
    pass

missing = 0
for new in (New(), New, types.ModuleType("colorsys"), 5):
    try:
        graph.children(new)
    except KeyError as error:
        missing += 1
assert type(dict.get(globals(), "colorsys")) is types.LazyImportType
assert "colorsys" not in sys.modules
print(missing)
"""
        )
        == 4
    )
