"""Numbers, sizes, plurals and widths in what people read."""

import doctest
import importlib

import pytest

from refcycle._text.cells import cut, width
from refcycle._text.numbers import size_text

pytestmark = pytest.mark.any_version


@pytest.mark.parametrize("name", ["cells", "escapes", "numbers"])
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


@pytest.mark.parametrize("text", ["", "list", "中文字", "e\u0301" * 5, "a中" * 9])
@pytest.mark.parametrize("cells", range(3, 30))
def test_a_cut_text_fits(text, cells):
    shown = cut(text, cells)
    assert width(shown) <= max(cells, 3)
    assert (shown == text) == (width(text) <= cells)
