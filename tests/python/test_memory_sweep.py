"""Whatever allocation fails: a MemoryError, nothing half-written, and the process goes on.

The short form of `helpers/memory_sweep.py`, whose long form is in docs/reliability.md.
"""

import importlib.util
import sys
from pathlib import Path

import pytest
from helpers.processes import run_json

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="limits of the address space"),
    pytest.mark.any_version,
]
HERE = Path(__file__).parent
GOOD = {"done", "MemoryError"}


def sweep(kind, count):
    return run_json(f"from helpers import memory_sweep as s; s.main({kind!r}, {count})", cwd=HERE)


def test_limits_of_the_address_space():
    found = sweep("limits", 12)
    for name, counts in found.items():
        assert set(counts) <= GOOD, name
    assert all("MemoryError" in found[name] for name in ("snapshot", "save", "load"))


@pytest.mark.skipif(importlib.util.find_spec("_testcapi") is None, reason="needs _testcapi")
def test_allocations_of_python_that_fail():
    found = sweep("failing", 16)
    for name, counts in found.items():
        assert set(counts) <= GOOD, name
        assert "MemoryError" in counts, name


def test_the_error_of_the_program_is_printed_whatever_the_reserve():
    [counts] = sweep("reserves", 4).values()
    assert set(counts) <= GOOD
    assert "done" in counts
