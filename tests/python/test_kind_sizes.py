"""Retained sizes of the kinds of references in `helpers.kinds`, compared with real deletion."""

import gc
import sys
import tracemalloc

import helpers.private_kinds  # noqa: F401
import pytest
from helpers.kinds import LABELLED, UNLABELLED

import refcycle

pytestmark = [
    pytest.mark.skipif(
        sys.version_info < (3, 11), reason="code that has run keeps a frame, whose size is unknown"
    ),
    pytest.mark.skipif(
        sys.version_info >= (3, 14), reason="a collection frees lists of free objects as well"
    ),
]

# What these leave is shared with all threads, or held by a module for good.
ELSEWHERE = {"thread_local_dicts", "thread_local_arguments"}


def made():
    """A tuple of each kind, by name; the objects that several of them share exist already."""
    kinds = {**LABELLED, **UNLABELLED}
    earlier = [make() for make in kinds.values()]
    gc.collect()
    return {name: make() for name, make in kinds.items()}, earlier


def test_as_deletion():
    tracemalloc.start()
    try:
        objects, earlier = made()
        gc.collect()
        gc.disable()
        graph = refcycle.snapshot(untracked=True)
        expected = {name: graph.retained_size(obj) for name, obj in objects.items()}
        del graph
        gc.collect()
        off, measured = {}, dict.fromkeys(objects, (0, 0))
        for name in list(objects):
            before = tracemalloc.get_traced_memory()[0]
            objects[name] = None
            gc.collect()
            measured[name] = before - tracemalloc.get_traced_memory()[0], expected[name]
        for name, (real, said) in measured.items():
            if abs(real - said) > 0.02 * real + 40:
                off[name] = (real, said)
    finally:
        gc.enable()
        tracemalloc.stop()
    assert len(earlier) == len(measured) > 200
    print({name: f"{said - real:+d} of {real}" for name, (real, said) in off.items()})
    assert len(off.keys() - ELSEWHERE) <= 5, off
