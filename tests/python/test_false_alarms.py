"""The remedies for objects that the standard library's test programs leave are correct."""

import importlib.util

import pytest
from helpers.false_alarms import is_judged, run

pytestmark = pytest.mark.any_version

# The long run is helpers/false_alarms.py itself.
SMALL = ["test_list", "test_scope", "test_generators", "test_contextlib"]


def test_on_a_few_test_programs(tmp_path):
    installed = [name for name in SMALL if importlib.util.find_spec(f"test.{name}")]
    if not installed:
        pytest.skip("this Python has no test programs")
    told = run(installed, tmp_path, of_a_type=2)
    assert isinstance(told, dict), told
    assert told["tests"] > 100
    assert told["asked"] > 100
    assert [found for found in told["fired"] if not is_judged(found[0], found[2])] == []


def test_what_is_not_judged_is_found():
    assert is_judged("known holder", "x / -> module re / ._cache -> dict[N]")
    assert not is_judged("known holder", "x / -> module re / .others -> dict[N]")
    assert not is_judged("link back", "x / -> module re / ._cache -> dict[N]")
