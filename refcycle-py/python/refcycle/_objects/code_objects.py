"""Copies of code objects for inspection."""

from __future__ import annotations

import marshal
from types import CodeType

__all__ = ["copy_of"]


def copy_of(code: CodeType) -> CodeType:
    """Return a copy: a code object caches the tuples that are created when its names are read."""
    copied: CodeType = marshal.loads(marshal.dumps(code))
    return copied
