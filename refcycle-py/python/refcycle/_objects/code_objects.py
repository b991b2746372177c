"""Copies of code objects for inspection."""

from __future__ import annotations

import marshal
import sys
from types import CodeType

__all__ = ["copy_of", "is_longer"]


def copy_of(code: CodeType) -> CodeType:
    """Return a copy: a code object caches the tuples that are created when its names are read."""
    copied: CodeType = marshal.loads(marshal.dumps(code))
    return copied


def is_longer(code: CodeType, most: int) -> bool:
    """Return whether a code object has more bytes of instructions, about.

    From 3.11 on, the instructions are in the object, and `co_code` makes a copy that stays.
    """
    size = sys.getsizeof(code) if sys.version_info >= (3, 11) else len(code.co_code)
    return size > most
