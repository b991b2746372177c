"""Calls in finalizers that run while the interpreter is finalized."""

import json
import subprocess
import sys

import pytest
from helpers.processes import run_json
from helpers.shutdown import NEEDS_MODULES
from helpers.shutdown import __file__ as program

pytestmark = pytest.mark.filterwarnings("error")

GONE = "RuntimeError: the program is ending, and "


def outcomes(folder, moment, used):
    command = [sys.executable, program, str(folder), moment, used]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_functions_for_the_exit_may_make_all_calls(tmp_path):
    found = outcomes(tmp_path, "atexit", "unused")
    # No file was written before.
    assert found.pop("load").startswith("FileNotFoundError")
    assert found.pop("why_of_file").startswith("FileNotFoundError")
    assert set(found.values()) == {"done"}, found


@pytest.mark.parametrize("moment", ["teardown", "late"])
def test_calls_that_were_made_before_work_when_modules_go(tmp_path, moment):
    found = outcomes(tmp_path, moment, "used")
    assert set(found.values()) == {"done"}, found


@pytest.mark.parametrize("moment", ["teardown", "late"])
def test_what_can_no_longer_be_imported_is_said(tmp_path, moment):
    found = outcomes(tmp_path, moment, "unused")
    assert {name for name, outcome in found.items() if outcome.startswith(GONE)} == NEEDS_MODULES
    assert {found[name] for name in found.keys() - NEEDS_MODULES} == {"done"}, found


def test_the_error_says_what_to_do(tmp_path):
    said = outcomes(tmp_path, "teardown", "unused")["why"]
    assert said == (
        "RuntimeError: the program is ending, and refcycle.liveness can no longer be imported: "
        "make this call earlier, for example in a function that is registered with atexit"
    )


def test_callbacks_of_weak_references_may_look_at_the_heap():
    code = """
        import builtins, os, weakref
        import refcycle

        class Watched:
            pass

        watched = Watched()
        # Globals of its own: those of the program would be kept by them.
        space = {"refcycle": refcycle, "write": os.write}
        exec(
            "def gone(reference):\\n"
            "    write(1, b'true' if len(refcycle.snapshot()) > 1000 else b'false')",
            space,
        )
        builtins.kept = weakref.ref(watched, space["gone"])
        """
    assert run_json(code) is True
