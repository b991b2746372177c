"""Tables of types, as text for a terminal and as HTML for a notebook."""

import sys
from collections.abc import Callable, Sequence

from refcycle._refcycle import _escaped as escaped
from refcycle._refcycle import _later

__all__ = [
    "cells",
    "counted",
    "cut",
    "escaped",
    "html_table",
    "is_encodable",
    "printable",
    "signed",
    "text_table",
]

SHOWN = 20
NARROWEST = 20
_USUAL_WIDTH = 80

Row = Sequence[str]


def signed(number: float) -> str:
    """Return a number with its sign and commas: a float with one decimal."""
    return f"{number:+,.1f}" if type(number) is float else f"{number:+,}"


def printable(text: str) -> str:
    """Return the text on one line, with escapes for what a terminal must not get.

    These are controls, what nobody would see, and what `sys.stdout` does not encode.
    """
    encoding = _encoding()
    return escaped(text).encode(encoding, "backslashreplace").decode(encoding)


def is_encodable(text: str) -> bool:
    """Return whether `sys.stdout` can encode the text."""
    try:
        text.encode(_encoding())
    except UnicodeEncodeError:
        return False
    return True


def _encoding() -> str:
    return getattr(sys.stdout, "encoding", None) or "utf-8"


def counted(count: int, noun: str) -> str:
    """Return how many there are, with commas: `1 object`, `2,000 objects`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def cells(character: str) -> int:
    """Return how many cells of a terminal a character takes."""
    if character.isascii():
        return 1
    # Later: an import costs time.
    if _later("unicodedata", "combining")(character):
        return 0
    return 2 if _later("unicodedata", "east_asian_width")(character) in "WF" else 1


def cut(text: str, width: int) -> str:
    """Return as much of the text as has room in so many cells of a terminal."""
    if sum(map(cells, text)) <= width:
        return text
    used, kept = 3, ""
    for character in text:
        used += cells(character)
        if used > width:
            break
        kept += character
    return kept + "..."


def _and_more(rows: Sequence[Row]) -> str:
    left_out = len(rows) - SHOWN
    return f"and {left_out:,} more {'type' if left_out == 1 else 'types'}" if left_out > 0 else ""


def _terminal_width() -> int:
    try:
        width: int = _later("shutil", "get_terminal_size")().columns
    except RuntimeError:  # the program is ending
        return _USUAL_WIDTH
    return width


def text_table(headings: Row, rows: Sequence[Row], width: int | None = None) -> str:
    """Return a table whose last column is the name of a type, and the others numbers.

    At most `SHOWN` rows have a line; one more says how many others there are. `width` is in
    cells of a terminal; `None` is the width of the terminal.
    """
    lines = [headings, *rows[:SHOWN]]
    wide = [max(len(line[column]) for line in lines) for column in range(len(headings) - 1)]
    room = (width or _terminal_width()) - sum(wide) - 2 * len(wide)
    texts = []
    for *numbers, name in lines:
        columns = [number.rjust(cell) for number, cell in zip(numbers, wide, strict=True)]
        texts.append("  ".join([*columns, cut(printable(name), max(room, NARROWEST))]))
    more = _and_more(rows)
    return "\n".join([*texts, more] if more else texts)


def html_table(caption: str, headings: Row, rows: Sequence[Row]) -> str:
    """Return the table as HTML, with everything in it escaped."""
    escape: Callable[[str], str] = _later("html", "escape")

    def line(tag: str, cells: Row) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(printable(cell))}</{tag}>" for cell in cells)

    head = f"<thead>{line('th', headings)}</tr></thead>"
    body = "".join(f"{line('td', row)}</tr>" for row in rows[:SHOWN])
    more = _and_more(rows)
    foot = f'<tfoot><tr><td colspan="{len(headings)}">{more}</td></tr></tfoot>' if more else ""
    start = f"<table><caption>{escape(printable(caption))}</caption>"
    return f"{start}{head}<tbody>{body}</tbody>{foot}</table>"
