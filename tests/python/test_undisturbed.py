"""Looking leaves the heap as it was: by address, type and reference count."""

import re
from pathlib import Path

import pytest
from helpers.looking import LOOKS
from helpers.processes import run_json
from helpers.undisturbed import ROUNDS

HERE = Path(__file__).parent

# What the first call of a function may leave behind, because CPython keeps it for the next call:
# the tuple of parameter names that a function written in C creates when it is first called with
# keywords, and one reference, to or from its own tables, of a small number or a short string.
KEPT_BY_CPYTHON = re.compile(r"came: tuple|an untracked object: (\d+) -> (\d+)")
MOST_KEPT = 3


@pytest.fixture(scope="module")
def found():
    code = "from helpers.undisturbed import main; main()"
    return run_json(code, cwd=HERE)


@pytest.mark.any_version
@pytest.mark.parametrize("look", LOOKS)
def test_the_heap_is_the_same_before_and_after(found, look):
    assert found[look]["second"] == []


@pytest.mark.parametrize("look", LOOKS)
def test_the_first_call_leaves_no_more_than_is_known(found, look):
    left = found[look]["first"]
    known = [KEPT_BY_CPYTHON.fullmatch(change) for change in left]
    assert None not in known and len(left) <= MOST_KEPT, left
    counts = [match for match in known if match[1]]
    assert [abs(int(match[1]) - int(match[2])) for match in counts] == [1] * len(counts)


@pytest.mark.parametrize("look", LOOKS)
def test_no_call_keeps_a_block_of_memory(found, look):
    """After some time, ten calls leave less than one block each."""
    assert found[look]["growth"] < ROUNDS


KEEPING = """
import gc, json, sys
from helpers import looking
from helpers.undisturbed import changes, least_growth
gc.disable()
kept = []
def keeps_a_list(world):
    kept.append([])
def keeps_a_number(world):
    kept.append(10**20 + len(kept))
world, record = looking.World(), looking.Record()
print(json.dumps([
    changes(keeps_a_list, world, record),
    least_growth(keeps_a_number, world),
]))
world.close()
"""


def test_what_is_kept_would_be_seen():
    came, grown = run_json(KEEPING, cwd=HERE)
    assert came == ["came: list"]
    assert grown >= ROUNDS


IMPORTING = """
import gc, json, sys
gc.collect()
gc.disable()
import refcycle
garbage = refcycle.garbage()
print(json.dumps([
    [type(obj).__name__ for obj in garbage if hasattr(obj, "f_back") or hasattr(obj, "tb_frame")],
    [str(obj) for obj in garbage if getattr(obj, "__module__", "").startswith("refcycle")],
]))
"""


def test_the_import_leaves_no_calls_and_nothing_of_refcycle_as_garbage():
    assert run_json(IMPORTING) == [[], []]
