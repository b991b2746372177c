"""What commands show on a terminal in addition to their results: progress and colours."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from refcycle._text.cells import cut, width
from refcycle._text.escapes import printable

__all__ = ["Progress", "bold", "dim", "green", "progress", "red"]

_BAR = 20
_WIDTH = 80  # if the terminal does not report its width
_INTERVAL = 0.1


class Progress:
    """A line that shows the progress of a long step. It is removed at the end."""

    def __init__(self, what: str, stream: TextIO) -> None:
        self._what = printable(what)
        self._stream = stream
        self._shown = 0
        self._drawn = time.monotonic()
        self._draw(f"{self._what} ...")

    def __call__(self, done: int, total: int) -> None:
        """Show that `done` of `total` is done."""
        if time.monotonic() - self._drawn < _INTERVAL or not total:
            return
        self._drawn = time.monotonic()
        share = min(done / total, 1.0)
        filled = int(share * _BAR)
        bar = "#" * filled + "-" * (_BAR - filled)
        self._draw(f"{self._what} [{bar}] {share:4.0%}")

    def clear(self) -> None:
        """Remove the line."""
        self._draw("")
        self._draw("")

    def _draw(self, text: str) -> None:
        # A line that wraps could not be erased.
        text = cut(text, max(self._width() - 1, 1))
        padding = " " * max(self._shown - width(text), 0)
        self._shown = width(text)
        print(f"\r{text}{padding}", end="", file=self._stream, flush=True)

    def _width(self) -> int:
        try:
            return os.get_terminal_size(self._stream.fileno()).columns or _WIDTH
        except OSError:
            return _WIDTH


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None] | None]:
    """Show a long step on a terminal; yield a function that shows its progress, or None."""
    if not sys.stderr.isatty():
        yield None
        return
    shown = Progress(what, sys.stderr)
    try:
        yield shown
    finally:
        shown.clear()


def _has_colours() -> bool:
    """Return whether stdout shows colours and the user wants them.

    See https://no-color.org and https://force-color.org.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb" and sys.platform != "win32"


def _painted(code: int, text: str) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if text and _has_colours() else text


def bold(text: str) -> str:
    """Return the text in bold, for headings and holders."""
    return _painted(1, text)


def dim(text: str) -> str:
    """Return the text dimmed, for lines that only connect."""
    return _painted(2, text)


def red(text: str) -> str:
    """Return the text in red, for garbage."""
    return _painted(31, text)


def green(text: str) -> str:
    """Return the text in green, for fixes."""
    return _painted(32, text)
