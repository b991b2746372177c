"""Numbers, sizes, plurals and widths in texts for people."""

import doctest
import importlib

import pytest

from refcycle._text.cells import cut, width
from refcycle._text.numbers import size_text

pytestmark = pytest.mark.any_version


@pytest.mark.parametrize("name", ["escapes", "lines", "numbers", "tables"])
def test_the_examples_are_right(name):
    result = doctest.testmod(importlib.import_module(f"refcycle._text.{name}"))
    assert result.failed == 0
    assert result.attempted > 0


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1_000, "1.0 kB"),
        (9_949, "9.9 kB"),
        (9_950, "10 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (1_234_567_890, "1.2 GB"),
        (5 * 10**12, "5.0 TB"),
        (7 * 10**21, "7,000 EB"),
    ],
)
def test_a_size_is_short(size, text):
    assert size_text(size) == text


@pytest.mark.parametrize(
    "text", ["", "list", "中文字", "e\u0301" * 5, "a中" * 9, "\U0001f469\u200d\U0001f467" * 4]
)
@pytest.mark.parametrize("cells", range(30))
def test_a_cut_text_fits(text, cells):
    shown = cut(text, cells)
    assert width(shown) <= cells
    assert (shown == text) == (width(text) <= cells)


def test_cells_are_those_of_trees():
    """A family of emojis that a terminal shows as one has the width of one."""
    family = "\U0001f469\u200d\U0001f467"
    assert width(family) == 2
    assert cut(f"{family} and more", 7) == f"{family} a..."
    assert cut("a long name", 2) == ".."


def test_a_lone_surrogate_is_cut_as_an_escape():
    assert width("\ud800") == 6
    assert cut("\ud800", 5) == "\\u..."
