"""An allocation that fails is a MemoryError, and nothing is lost."""

import sys
from pathlib import Path

import pytest
from helpers.pressure import MARGINS
from helpers.processes import run_json

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of the address space")
HERE = Path(__file__).parent

# These need almost no additional memory.
MODEST = {"count_by_typename"}


@pytest.fixture(scope="module")
def found():
    return run_json("from helpers.pressure import main; main()", cwd=HERE)


@pytest.mark.any_version
def test_a_call_is_done_or_raises_memory_error(found):
    for name, outcomes in found["outcomes"].items():
        assert set(outcomes) <= {"done", "MemoryError"}, name


def test_the_limits_are_felt_and_are_not_too_narrow(found):
    for name, outcomes in found["outcomes"].items():
        assert outcomes[MARGINS.index(160) :] == ["done", "done"], name
        assert "MemoryError" in outcomes or name in MODEST, name


def test_no_reference_is_lost_or_kept(found):
    assert found["changed"] == 0


def test_all_works_when_there_is_memory_again(found):
    assert found["sizes"] == [20_000, 5_001, True]
