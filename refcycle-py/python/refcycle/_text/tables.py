"""Tables of types and other names, as text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from refcycle._text.cells import width as width_of
from refcycle._text.escapes import printable
from refcycle._text.lines import line_width, wrapped
from refcycle._text.numbers import counted

__all__ = ["SHOWN", "and_more", "text_table"]

SHOWN = 20
# A column of names that is narrower than this gets lines of its own.
_NARROWEST = 24
_INDENTATION = "    "

Row = Sequence[str]


def and_more(rows: Sequence[Row], what: str, most: int, size: str = "") -> str:
    """Return how many of the rows are not shown, and their size; empty if all of them are."""
    left_out = len(rows) - most
    if left_out <= 0:
        return ""
    more = f"and {counted(left_out, f'more {what}')}"
    return f"{more}, {size}" if size else more


def text_table(
    headings: Row,
    rows: Sequence[Row],
    width: int | None = None,
    *,
    what: str = "type",
    most: int = SHOWN,
    rest: str = "",
) -> str:
    """Return a table whose last column is a name, as of a type; the others are numbers.

    At most `most` rows are shown; one more line gives the number of the others, which are `what`,
    and `rest`, the size of these.
    `width` is in terminal cells; `None` is the width of the terminal. Longer names continue on
    the next line, below their beginning. Without a terminal, a row is a line.

    >>> print(text_table(("count", "type"), [("12", "Session"), ("3", "app.views.Connection")]))
    count  type
       12  Session
        3  app.views.Connection
    """
    lines = [headings, *rows[:most]]
    wide = [max(len(line[column]) for line in lines) for column in range(len(headings) - 1)]
    width = width or line_width()
    before = sum(wide) + 2 * len(wide)
    is_beside = width is None or width - before >= _NARROWEST
    texts = []
    for *numbers, name in lines:
        columns = [number.rjust(cell) for number, cell in zip(numbers, wide, strict=True)]
        name = printable(name)
        # What belongs to the row above is indented.
        inner = " " * (len(name) - len(name.lstrip(" ")))
        if is_beside:
            texts += wrapped("  ".join([*columns, name]), width, " " * before + inner)
        elif width_of(line := "  ".join([*columns, name])) <= (width or 0):
            texts.append(line)
        else:
            texts.append("  ".join(columns).rstrip())
            texts += wrapped(_INDENTATION + name, width, _INDENTATION + inner)
    more = and_more(rows, what, most, rest)
    return "\n".join([*texts, more] if more else texts)
