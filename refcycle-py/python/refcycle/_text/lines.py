"""Lines that fit a terminal, broken between words."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from refcycle._text.cells import width as width_of

__all__ = ["line_width", "wrapped", "wrapped_text", "wrapped_tree"]

_USUAL_WIDTH = 80  # of a terminal that does not report its width
_NARROWEST = 20

_BRANCHES = " │├└─|`-"
# The branches below a line: only what leads to later lines.
_BELOW = str.maketrans("├└─`-", "│    ")


def line_width() -> int | None:
    """Return the width of a line on `sys.stdout` in cells; `None` if it is not a terminal.

    The environment variable `COLUMNS` sets it. Without a terminal, as in a pipe or a file, lines
    are not broken, so that a search finds them whole.
    """
    wanted = os.environ.get("COLUMNS", "")
    if wanted.isdecimal() and int(wanted) > 0:
        return max(int(wanted), _NARROWEST)
    try:
        if not sys.stdout.isatty():
            return None
        return max(os.get_terminal_size(sys.stdout.fileno()).columns or _USUAL_WIDTH, _NARROWEST)
    except (AttributeError, OSError, ValueError):  # closed, replaced, or not there at all
        return None


def wrapped(text: str, width: int | None, rest: str = "") -> list[str]:
    """Return the lines of one line of text, each of at most `width` cells.

    It is broken between words, and a word that fits in no line after its dots. What still does not
    fit, such as a path, stays whole. All lines but the first begin with `rest`.

    >>> wrapped("make `Child.parent` a weak reference", 20, "  ")
    ['make `Child.parent`', '  a weak reference']
    """
    if width is None or width_of(text) <= width:
        return [text]
    lines: list[str] = []
    line, used, is_begun = "", 0, False
    for word, space in _words(text, width - width_of(rest)):
        cells = width_of(word)
        if is_begun and used + len(space) + cells > width:
            lines.append(line.rstrip())
            line, used, is_begun = rest, width_of(rest), False
            space = ""
            if not word:
                continue
        line += space + word
        used += len(space) + cells
        is_begun = is_begun or bool(word)
    return [*lines, line]


def wrapped_tree(branches: str, text: str, width: int | None) -> list[tuple[str, str]]:
    """Return the lines of one line of a tree, as pairs of its branches and a part of its text.

    >>> wrapped_tree("├─ ", ".rooms of chat.Server", 16)
    [('├─ ', '.rooms of'), ('│  ', '  chat.Server')]
    """
    room = None if width is None else max(width - width_of(branches), 1)
    first, *others = wrapped(text, room, "  ")
    below = branches.translate(_BELOW)
    return [(branches, first), *((below, line) for line in others)]


def wrapped_text(text: str, width: int | None) -> str:
    r"""Return a text of several lines; what continues a line is indented further.

    >>> print(wrapped_text("one cycle of garbage\n  to cut it: do this", 14))
    one cycle of
      garbage
      to cut it:
        do this
    """
    if width is None:
        return text
    lines = []
    for line in text.split("\n"):
        rest = line.lstrip(_BRANCHES)
        branches = line[: len(line) - len(rest)]
        lines += ["".join(pair) for pair in wrapped_tree(branches, rest, width)]
    return "\n".join(lines)


def _words(text: str, room: int) -> Iterator[tuple[str, str]]:
    """Yield the words, and parts of words that do not fit, each with the space before it."""
    space = ""
    for word in text.split(" "):
        if width_of(word) <= room or "/" in word or "\\" in word:
            yield word, space
        else:
            part = space
            *parts, last = word.split(".")
            for each in parts:
                yield f"{each}.", part
                part = ""
            yield last, part
        space = " "
