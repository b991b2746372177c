"""Ctrl-C while DuckDB works."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["interruptible"]

_TEXT = "Query interrupted"


@contextmanager
def interruptible() -> Iterator[None]:
    """Raise KeyboardInterrupt where DuckDB replaces it with a RuntimeError.

    >>> with interruptible():
    ...     raise RuntimeError("Query interrupted")
    Traceback (most recent call last):
    KeyboardInterrupt
    """
    try:
        yield
    except RuntimeError as error:
        if str(error) == _TEXT:
            raise KeyboardInterrupt from None
        raise
