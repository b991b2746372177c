"""Tables of types, as text for a terminal and as HTML for a notebook."""

from collections.abc import Callable, Sequence

from refcycle._refcycle import _later
from refcycle._text.cells import cut
from refcycle._text.cells import width as width_of
from refcycle._text.escapes import printable
from refcycle._text.numbers import counted

__all__ = ["SHOWN", "html_table", "terminal_width", "text_table"]

SHOWN = 20
NARROWEST = 20
NARROWEST_BESIDE = 50
_USUAL_WIDTH = 80

Row = Sequence[str]


def _and_more(rows: Sequence[Row], what: str, most: int) -> str:
    left_out = len(rows) - most
    return f"and {counted(left_out, f'more {what}')}" if left_out > 0 else ""


def terminal_width() -> int:
    """Return the width of the terminal in cells."""
    try:
        width: int = _later("shutil", "get_terminal_size")().columns
    except RuntimeError:  # the program is ending
        return _USUAL_WIDTH
    return width


def text_table(
    headings: Row,
    rows: Sequence[Row],
    width: int | None = None,
    *,
    what: str = "type",
    most: int = SHOWN,
    tails: Sequence[str] = (),
) -> str:
    """Return a table whose last column is a name, as of a type; the others are numbers.

    At most `most` rows are shown; one more line gives the number of the others, which are `what`.
    `width` is in terminal cells; `None` is the width of the terminal. Longer names are cut, but
    not the `tails`, texts that follow the names of the rows.
    """
    lines = [headings, *rows[:most]]
    wide = [max(len(line[column]) for line in lines) for column in range(len(headings) - 1)]
    room = (width or terminal_width()) - sum(wide) - 2 * len(wide)
    texts = []
    for place, (*numbers, name) in enumerate(lines):
        columns = [number.rjust(cell) for number, cell in zip(numbers, wide, strict=True)]
        # The first line has the headings.
        shown = printable(tails[place - 1]) if 0 < place <= len(tails) else ""
        # A name must still identify its object, even if the line becomes too long.
        narrowest = NARROWEST_BESIDE if shown else NARROWEST
        short = cut(printable(name), max(room - width_of(shown), narrowest))
        texts.append("  ".join([*columns, short + shown]))
    more = _and_more(rows, what, most)
    return "\n".join([*texts, more] if more else texts)


def html_table(caption: str, headings: Row, rows: Sequence[Row], *, what: str = "type") -> str:
    """Return the table as HTML, with all text escaped."""
    escape: Callable[[str], str] = _later("html", "escape")

    def line(tag: str, cells: Row) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(printable(cell))}</{tag}>" for cell in cells)

    head = f"<thead>{line('th', headings)}</tr></thead>"
    body = "".join(f"{line('td', row)}</tr>" for row in rows[:SHOWN])
    more = _and_more(rows, what, SHOWN)
    foot = f'<tfoot><tr><td colspan="{len(headings)}">{more}</td></tr></tfoot>' if more else ""
    start = f"<table><caption>{escape(printable(caption))}</caption>"
    return f"{start}{head}<tbody>{body}</tbody>{foot}</table>"
