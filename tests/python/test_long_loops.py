"""Looking at the heap for a long time takes no more memory than for a short time."""

import sys
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest
from helpers.processes import run_json

pytestmark = pytest.mark.any_version

HERE = Path(__file__).parent
KIBIBYTE = 1 << 10
PARTS = 6


def growth(curve):
    """The median growth from one part to the next of the second half, by the parts' maxima.

    A leak grows in every part. An allocator that takes two more mebibytes from the system once
    grows in one of them.
    """
    second = curve[len(curve) // 2 :]
    size = len(second) // PARTS
    maxima = [max(second[size * part : size * (part + 1)]) for part in range(PARTS)]
    return median(later - earlier for earlier, later in pairwise(maxima))


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_stays_the_same_after_the_first_half():
    curve = run_json("from helpers.loop import main; main(8)", cwd=HERE)
    assert growth(curve) < 256 * KIBIBYTE


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_leak_would_be_seen():
    code = """
        from helpers.loop import main
        kept = []
        main(1, {"leak": lambda world: kept.append(b"x" * 400_000)})
    """
    assert growth(run_json(code, cwd=HERE)) >= 512 * KIBIBYTE
