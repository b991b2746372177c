"""The bar that shows how far a long call is: on a terminal, or in a notebook.

What is needed to draw it again, and to remove it, is a number (the width of the line on the
terminal) or a text (the name of the output in a notebook). The caller keeps it: an object of this
package would be in a snapshot that is taken meanwhile.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO

from refcycle._refcycle import _check_progress
from refcycle._text.cells import cut, width
from refcycle._text.escapes import printable

__all__ = ["bar_line", "draw", "print_over", "remove", "shown"]

_BAR = 20
_WIDTH = 80  # if the terminal does not report its width
_NOWHERE = -1


def bar_line(what: str, done: int, total: int) -> str:
    """Return the line that says how far it is."""
    share = min(done / total, 1.0)
    filled = int(share * _BAR)
    bar = "#" * filled + "-" * (_BAR - filled)
    return f"{what} [{bar}] {share:4.0%}"


def print_over(text: str, before: int, stream: TextIO) -> int:
    """Print a line over one of some width, and return its width."""
    # A line that wraps could not be erased.
    text = cut(text, max(_columns(stream) - 1, 1))
    now = width(text)
    print(f"\r{text}{' ' * max(before - now, 0)}", end="", file=stream, flush=True)
    return now


def draw(what: str, done: int, total: int, before: int | str | None) -> int | str:
    """Show how far a call is, and return what the next call of `draw` needs as `before`.

    Outside of terminals and notebooks, nothing is shown.
    """
    if before == _NOWHERE or not total:
        return _NOWHERE
    line = bar_line(printable(what), done, total)
    try:
        return _drawn(line, before)
    except Exception:  # the work goes on, whatever the program has put in the place of stderr
        return _NOWHERE


def _drawn(line: str, before: int | str | None) -> int | str:
    if before is None:
        display = _notebook()
        before = 0 if display is None else f"refcycle-{os.urandom(8).hex()}"
        if display is not None:
            display.display(_output(line), raw=True, display_id=before)
            return before
    if isinstance(before, str):
        _update(before, _output(line))
        return before
    stream = sys.stderr
    return print_over(line, before, stream) if stream.isatty() else _NOWHERE


def remove(before: int | str) -> None:
    """Remove what was shown."""
    with suppress(Exception):
        if isinstance(before, str):
            _update(before, {"text/plain": "", "text/html": ""})
        elif before > 0:
            print_over("", print_over("", before, sys.stderr), sys.stderr)


@contextmanager
def shown(
    what: str, progress: Callable[[int, int], object] | bool | None
) -> Iterator[Callable[[int, int], object] | None]:
    """Yield what is called with what is done and with all; None if nothing is."""
    _check_progress(progress)
    if not isinstance(progress, bool):
        yield progress
        return
    state: int | str | None = None

    def show(done: int, total: int) -> None:
        nonlocal state
        state = draw(what, done, total, state)

    try:
        yield show if progress else None
    finally:
        if state is not None:
            remove(state)


def _columns(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or _WIDTH
    except OSError:
        return _WIDTH


def _notebook() -> Any:
    """Return the module that shows output in a notebook; None if this is none."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    # IPython on a terminal has no kernel.
    return sys.modules.get("IPython.display") if hasattr(shell, "kernel") else None


def _output(line: str) -> dict[str, str]:
    # It has the name of a call, and no text of the program.
    return {"text/plain": line, "text/html": f"<pre>{line}</pre>"}


def _update(name: str, output: dict[str, str]) -> None:
    display = _notebook()
    if display is not None:
        display.update_display(output, raw=True, display_id=name)
