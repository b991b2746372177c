"""The examples in the docstrings about cycles, dumps, tests and the collector are correct."""

import ast
import doctest
import importlib
from pathlib import Path

import pytest

import refcycle

MODULES = [
    "_cycles.reference_names",
    "attachment",
    "cycles",
    "_dumps.words",
    "dump_conditions",
    "dumping",
    "expectations",
    "integrations",
    "memory_error_dumps",
    "metrics",
    "monitor",
    "signal_dumps",
    "testing",
]
STUBS = [
    "cycles",
    "cyclic_components",
    "feedback_arc_set",
    "feedback_vertex_set",
    "on_every_cycle",
    "simple_cycles",
    "strong_articulation_points",
    "strong_bridges",
]
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def run(example):
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    assert runner.run(example).failed == 0
    return len(example.examples)


@pytest.mark.any_version
@pytest.mark.parametrize("name", MODULES)
def test_of_modules(name):
    module = importlib.import_module(f"refcycle.{name}")
    examples = doctest.DocTestFinder().find(module)
    assert sum(map(run, examples)) > 0


@pytest.mark.parametrize("name", STUBS)
def test_of_stubs(name):
    stubs = Path(refcycle.__file__).with_name("_refcycle.pyi").read_text(encoding="utf-8")
    texts = [
        ast.get_docstring(node)
        for node in ast.walk(ast.parse(stubs))
        if isinstance(node, ast.FunctionDef) and node.name == name
    ]
    parser = doctest.DocTestParser()
    examples = [parser.get_doctest(text, {}, name, None, None) for text in texts if text]
    assert sum(map(run, examples)) > 0
