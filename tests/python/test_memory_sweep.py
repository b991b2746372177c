"""Whatever allocation fails: a MemoryError, no partial file, and the process continues.

The short form of `helpers/memory_sweep.py`, whose long form is in docs/reliability.md.
"""

import importlib.util
import json
import subprocess
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


@pytest.mark.any_version
def test_limits_of_the_address_space():
    found = sweep("limits", 12)
    for name, counts in found.items():
        assert set(counts) <= GOOD, name
    assert all("MemoryError" in found[name] for name in ("snapshot", "save", "load"))


@pytest.mark.any_version
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


MANY_NAMES = """
import json, resource, sys
import refcycle
size, call, made, path = json.loads(sys.stdin.read())
items = {
    "items": lambda: [None] * 800_000,
    "keys": lambda: dict.fromkeys(range(500_000)),
    "texts": lambda: [str(number) for number in range(400_000)],
}[made]()
graph = refcycle.ObjectGraph([items, *(items if made == "texts" else [None])])
graph.save(path, redact=False)
with open("/proc/self/status") as status:
    used = next(line for line in status if line.startswith("VmSize")).split()[1]
resource.setrlimit(resource.RLIMIT_AS, (int(used) * 1024 + size * 2**20,) * 2)
try:
    refcycle.load(path) if call == "load" else graph.save(path, redact=False)
    print("done")
except MemoryError:
    print("MemoryError")
"""


@pytest.mark.any_version
@pytest.mark.parametrize("call", ["load", "save"])
@pytest.mark.parametrize("made", ["items", "keys", "texts"])
def test_millions_of_different_names(made, call, tmp_path):
    """Their tables grow beyond what the reserve can hold."""
    for size in (60, 100, 140, 200, 280):
        asked = json.dumps([size, call, made, str(tmp_path / "many.refcycle")])
        command = [sys.executable, "-c", MANY_NAMES]
        done = subprocess.run(command, input=asked, capture_output=True, text=True)
        assert (done.returncode, done.stdout.strip() in GOOD) == (0, True), (size, done.stderr)
