"""What commands show on a terminal in addition to their results: progress and colours."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO, TypeVar

from refcycle._refcycle import _report
from refcycle._text.escapes import printable
from refcycle._text.progress_bar import bar_line, print_over

__all__ = ["Progress", "bold", "dim", "green", "progress", "red", "with_bar"]

_INTERVAL = 0.1

_T = TypeVar("_T")


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
        self._draw(bar_line(self._what, done, total))

    def clear(self) -> None:
        """Remove the line."""
        self._draw("")
        self._draw("")

    def _draw(self, text: str) -> None:
        self._shown = print_over(text, self._shown, self._stream)


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


def with_bar(what: str, call: Callable[[], _T]) -> _T:
    """Make a call, and show on a terminal how far it is."""
    with progress(what) as shown:
        return _report("", shown, call)


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
