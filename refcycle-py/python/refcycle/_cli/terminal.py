"""What the commands show on a terminal beside their answers: progress and colours."""

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
_WIDTH = 80  # where the terminal does not say
_INTERVAL = 0.1


class Progress:
    """A line that says what takes long and how far it is. It is taken back at the end."""

    def __init__(self, what: str, stream: TextIO) -> None:
        self._what = printable(what)
        self._stream = stream
        self._shown = 0
        self._drawn = time.monotonic()
        self._draw(f"{self._what} ...")

    def __call__(self, done: int, total: int) -> None:
        """Show that so much is done of the total."""
        if time.monotonic() - self._drawn < _INTERVAL or not total:
            return
        self._drawn = time.monotonic()
        share = min(done / total, 1.0)
        filled = int(share * _BAR)
        bar = "#" * filled + "-" * (_BAR - filled)
        self._draw(f"{self._what} [{bar}] {share:4.0%}")

    def clear(self) -> None:
        """Take the line back."""
        self._draw("")
        self._draw("")

    def _draw(self, text: str) -> None:
        # A line that wraps could not be taken back.
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
    """Say on a terminal what takes long; give what shows how far it is, elsewhere None."""
    if not sys.stderr.isatty():
        yield None
        return
    shown = Progress(what, sys.stderr)
    try:
        yield shown
    finally:
        shown.clear()


def _has_colours() -> bool:
    """Return whether the standard output shows colours, and the user wants them.

    As https://no-color.org and https://force-color.org have it.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb" and sys.platform != "win32"


def _painted(code: int, text: str) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if text and _has_colours() else text


def bold(text: str) -> str:
    """Return a text in bold, as headings and holders are."""
    return _painted(1, text)


def dim(text: str) -> str:
    """Return a text in less bright letters, as what only connects is."""
    return _painted(2, text)


def red(text: str) -> str:
    """Return a text in red, as garbage is."""
    return _painted(31, text)


def green(text: str) -> str:
    """Return a text in green, as what helps is."""
    return _painted(32, text)
