"""Looking at the heap for a long time takes no more memory than for a short time."""

import sys
from pathlib import Path

import pytest
from helpers.processes import run_json

pytestmark = pytest.mark.any_version

HERE = Path(__file__).parent
MEBIBYTE = 1 << 20


def growth(curve):
    """The growth from the middle to the end, by the maxima of the last two quarters."""
    half, last = len(curve) // 2, len(curve) * 3 // 4
    return max(curve[last:]) - max(curve[half:last])


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_stays_the_same_after_the_first_half():
    curve = run_json("from helpers.loop import main; main(8)", cwd=HERE)
    assert len(curve) >= 4
    assert growth(curve) < 2 * MEBIBYTE


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_leak_would_be_seen():
    code = """
        from helpers.loop import main
        kept = []
        main(1, {"leak": lambda world: kept.append(b"x" * 500_000)})
    """
    assert growth(run_json(code, cwd=HERE)) >= 2 * MEBIBYTE
