"""Makes text from a program safe to show on a terminal."""

import sys
from collections.abc import Callable

from refcycle._refcycle import _escaped as escaped
from refcycle._text.lines import line_width, wrapped_text

__all__ = ["escaped", "is_encodable", "printable", "text_for_stdout"]


def printable(text: str) -> str:
    r"""Return the text on one line, with escapes for characters that a terminal must not receive.

    These are control characters, invisible characters, and those that `sys.stdout` cannot
    encode.

    >>> printable("one\x1b[31m")
    'one\\x1b[31m'
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


def text_for_stdout(to_text: Callable[..., str]) -> str:
    """Return what `to_text` returns, in lines that fit the terminal.

    With `ascii=True` if `sys.stdout` cannot encode the text.
    """
    text = to_text()
    if not is_encodable(text):
        text = "\n".join(map(printable, to_text(ascii=True).split("\n")))
    return wrapped_text(text, line_width())


def _encoding() -> str:
    return getattr(sys.stdout, "encoding", None) or "utf-8"
