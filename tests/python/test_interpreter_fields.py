"""What only the state of the interpreter holds: for `gc`, `warnings`, `os` and imports."""

import sys

import pytest
from helpers.processes import run_json

FIELDS = """
import builtins, ctypes, gc, json, os, sys, types, warnings

def in_before(): pass
def in_parent(): pass
def in_child(): pass
def leaked(): pass

if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(before=in_before, after_in_parent=in_parent, after_in_child=in_child)
leaked_lists = [[], [leaked], [sys, None]]
leaked_dicts = [{}, {"__name__": "builtins"}]
for obj in leaked_lists + leaked_dicts:
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(obj))

import refcycle
graph = refcycle.snapshot(untracked=True)
roots = {id(root.vertex): root for root in graph.roots()}

def holders(obj):
    root = roots.get(id(obj))
    return None if root is None else [*root.holders, root.unexplained]

def with_function(function):
    lists = [obj for obj in graph if type(obj) is list and function in obj]
    return [holders(obj) for obj in lists]

def is_copy(obj, module):
    own = [vars(module), *leaked_dicts]
    is_like_it = type(obj) is dict and obj.get("__name__") == module.__name__
    return is_like_it and all(obj is not other for other in own)

def are_modules(obj):
    kinds = (types.ModuleType, type(None))
    is_like_it = type(obj) is list and obj and all(type(item) in kinds for item in obj)
    return is_like_it and sys in obj and all(obj is not other for other in leaked_lists)

found = {
    "garbage": holders(gc.garbage),
    "callbacks": holders(gc.callbacks),
    "filters": holders(warnings.filters),
    "onceregistry": holders(warnings.onceregistry),
    "fork": [with_function(function) for function in (in_before, in_parent, in_child)],
    "builtins": [holders(obj) for obj in graph if is_copy(obj, builtins)],
    "sys": [holders(obj) for obj in graph if is_copy(obj, sys)],
    "modules": [holders(obj) for obj in graph if are_modules(obj)],
    "leaked": [holders(obj) for obj in leaked_lists + leaked_dicts],
}
if sys.platform == "linux":
    searched = [graph.find_in_memory(obj) for obj in (gc.garbage, gc.callbacks, warnings.filters)]
    found["searched"] = [[place.unexplained, place.is_leaked] for place in searched]

# The program assigns other objects; the interpreter still holds the first ones.
old, old_filters = gc.garbage, warnings.filters
gc.garbage, warnings.filters = [], []
new = [gc.garbage, warnings.filters]
for obj in new:
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(obj))
roots = {id(root.vertex): root for root in refcycle.snapshot(untracked=True).roots()}
found["old"] = [holders(old), holders(old_filters)]
found["new"] = [holders(obj) for obj in new]
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def found():
    return run_json(FIELDS)


def test_the_lists_of_the_collector_are_named(found):
    assert found["garbage"] == ["gc.garbage of the interpreter", 0]
    assert found["callbacks"] == ["gc.callbacks of the interpreter", 0]


def test_the_settings_of_warnings_are_named(found):
    assert found["filters"] == ["warnings.filters of the interpreter", 0]
    assert found["onceregistry"] == ["warnings.onceregistry of the interpreter", 0]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_the_functions_that_run_at_a_fork_are_named(found):
    assert found["fork"] == [
        [["functions of os.register_at_fork (before)", 0]],
        [["functions of os.register_at_fork (after_in_parent)", 0]],
        [["functions of os.register_at_fork (after_in_child)", 0]],
    ]


def test_the_parts_of_the_import_system_are_named(found):
    assert ["copy of the namespace of builtins", 0] in found["builtins"]
    # The definition of the module has another one.
    assert all(unexplained == 0 for *_, unexplained in found["builtins"] + found["sys"])
    assert found["modules"] == [["modules of the interpreter, by their index", 0]]


def test_objects_like_these_that_were_leaked_are_not_named(found):
    assert found["leaked"] == [[1]] * 5


@pytest.mark.skipif(sys.platform != "linux", reason="memory is searched on Linux only")
def test_what_the_interpreter_holds_was_not_leaked(found):
    assert found["searched"] == [[0, False]] * 3


def test_a_field_keeps_its_name_when_the_attribute_gets_another_object(found):
    assert found["old"] == [
        ["gc.garbage of the interpreter", 0],
        ["warnings.filters of the interpreter", 0],
    ]
    assert found["new"] == [[1], [1]]
