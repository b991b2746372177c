"""What refcycle can see on this Python, and what it does without."""

import sys

import pytest
from helpers.processes import run_json

import refcycle

NAMES = [
    "frame_locals",
    "frame_stacks",
    "generator_locals",
    "attribute_names",
    "attribute_sizes",
    "dict_tables",
    "frozen_objects",
]
FROM_3_11 = sys.version_info >= (3, 11)
FROM_3_14 = sys.version_info >= (3, 14)


def test_all_is_available_that_this_version_lets_us_see():
    found = refcycle.capabilities()
    assert list(found) == NAMES
    expected = {name: name != "frame_stacks" or FROM_3_14 for name in NAMES}
    assert {name: capability.available for name, capability in found.items()} == expected
    assert {name: bool(capability) for name, capability in found.items()} == expected


def test_what_is_available_has_no_reason():
    for name, capability in refcycle.capabilities().items():
        assert (capability.reason == "") is capability.available, name
        if capability:
            assert repr(capability) == "<Capability: available>"
        else:
            assert repr(capability) == f"<Capability: not available: {capability.reason}>"
    if not FROM_3_14:
        reason = refcycle.capabilities()["frame_stacks"].reason
        assert reason.startswith("before Python 3.14 a running frame does not say how much")


def test_each_call_gives_a_dict_of_its_own():
    refcycle.capabilities().clear()
    assert list(refcycle.capabilities()) == NAMES


DISTRUST = """
import json, sys, warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    import refcycle
import gc
from refcycle import ObjectGraph

class Target:
    pass

class Holder:
    pass

def labels(graph, tail, head):
    return [edge.annotation for edge in graph.full_subgraph([tail, head]).annotated().edges
            if (edge.tail, edge.head) == (id(tail), id(head))]

def generate(argument):
    job = argument
    yield sys._getframe()

def call(argument):
    job = argument
    return refcycle.snapshot(), sys._getframe()

target = Target()
holder = Holder()
holder.name = target
generator = generate(target)
frame_of_generator = next(generator)
suspended = generator if sys.version_info >= (3, 11) else frame_of_generator
del frame_of_generator
values = {"key": target, target: 1}
graph, frame = call(target)
whole = refcycle.snapshot(untracked=True)
capabilities = refcycle.capabilities()
attributes = holder if sys.version_info >= (3, 11) else holder.__dict__

for number in range(20):
    setattr(holder, f"name{number}", None)
sizes = whole.shallow_sizes()
roots = graph.roots()
everything = graph.annotated()
print(json.dumps({
    "warnings": [[w.category.__name__, str(w.message)] for w in caught],
    "off": {name: c.reason for name, c in capabilities.items() if not c},
    "frame": labels(graph, frame, target),
    "stack": refcycle.capabilities()["frame_stacks"].available,
    "generator": labels(graph, suspended, target),
    "attribute": labels(graph, attributes, target),
    "dict": labels(graph, values, target),
    "vertices": [len(graph), len(everything), len(graph.edges), len(everything.edges)],
    "whole": [len(whole), len(sizes), min(sizes), sum(sizes)],
    "roots": len(roots),
    "size": ObjectGraph([]).statistics()["memory"],
    "preview": len(refcycle.garbage_preview().find_by_typename("Target")),
    "json": len(refcycle.objects_reachable_from(values).to_json()) > 100,
}))
"""


def without(names):
    return run_json(DISTRUST, distrust=names)


def check_the_rest(found):
    vertices, named, edges, named_edges = found["vertices"]
    assert vertices == named > 1000 and edges == named_edges > vertices
    count, sizes, least, total = found["whole"]
    assert count == sizes > vertices and least >= 16 and total > 16 * count
    assert 0 < found["roots"] < vertices
    assert found["preview"] == 0 and found["json"]


NORMAL = {
    "frame": ["local 'argument'", "local 'job'"],
    "generator": ["local 'argument'", "local 'job'"],
    "attribute": ["name"] if FROM_3_11 else ["value['name']"],
    "dict": ["key", "value['key']"],
}
USUALLY_OFF = set() if FROM_3_14 else {"frame_stacks"}


def labels(found):
    return {name: sorted(map(str, found[name])) for name in NORMAL}


def test_nothing_is_left_out_and_nothing_said():
    found = without("")
    assert found["warnings"] == []
    assert set(found["off"]) == USUALLY_OFF
    assert labels(found) == NORMAL
    check_the_rest(found)


def test_a_name_that_is_none_changes_nothing_and_is_told():
    found = without("no_such_thing,,frame_stack")
    [(kind, message)] = found["warnings"]
    assert kind == "RuntimeWarning" and "no_such_thing, frame_stack;" in message
    assert set(found["off"]) == USUALLY_OFF
    assert labels(found) == NORMAL


# On which versions there is something to omit, and which labels are then missing.
NONE = ["None", "None"]
DEPENDS = {
    "frame_locals": (True, {"frame": []} if FROM_3_11 else {"frame": NONE, "generator": NONE}),
    "generator_locals": (True, {"generator": ["None", "None"]} if FROM_3_11 else {}),
    "attribute_names": (True, {"attribute": ["None"]} if FROM_3_11 else {}),
    "attribute_sizes": (True, {}),
    "dict_tables": (True, {}),
    "frozen_objects": (not FROM_3_14, {}),
}


@pytest.mark.parametrize("name", DEPENDS)
def test_what_is_distrusted_is_left_out(name):
    is_known, gone = DEPENDS[name]
    found = without(name)
    off = set(found["off"])
    if not is_known:
        assert found["warnings"] == [] and off == USUALLY_OFF
    else:
        expected = {name} | USUALLY_OFF | ({"frame_stacks"} if name == "frame_locals" else set())
        assert off == expected
        message = f"not available in refcycle here: {name}; see refcycle.capabilities()"
        assert found["warnings"] == [["RuntimeWarning", message]]
        assert found["off"][name].endswith("REFCYCLE_DISTRUST names it")
    assert labels(found) == {**NORMAL, **gone}
    check_the_rest(found)


def test_everything_may_be_distrusted():
    found = without(", ".join(DEPENDS))
    off = {name for name, (is_known, _) in DEPENDS.items() if is_known}
    assert set(found["off"]) == off | {"frame_stacks"}
    named = [name for name in NAMES if name in off]
    message = f"not available in refcycle here: {', '.join(named)}; see refcycle.capabilities()"
    assert found["warnings"] == [["RuntimeWarning", message]]
    gone = {}
    for _, labels_gone in DEPENDS.values():
        gone.update(labels_gone)
    if not FROM_3_11:
        gone["generator"] = ["None", "None"]  # Its frame has the locals.
    assert labels(found) == {**NORMAL, **gone}
    check_the_rest(found)
