"""Copies of code objects for inspection."""

from __future__ import annotations

import marshal
import sys
from types import CodeType
from typing import TYPE_CHECKING, Any

from refcycle._python_modules import import_of_python

if TYPE_CHECKING:
    from dis import Instruction

__all__ = ["copy_of", "dis_of_python", "instructions_of", "is_longer"]

# `dis`, once it was needed: it imports much, and at the end of the program it cannot be imported.
_dis: Any = None


def dis_of_python() -> Any:
    """Return the module `dis`; KeyError if there is none, or the program has a file `dis.py`."""
    global _dis
    if _dis is None:
        import_of_python("dis")
        _dis = sys.modules["dis"]
    return _dis


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


def instructions_of(code: CodeType) -> list[Instruction]:
    """Return the instructions of a code object, which is left as it is.

    There are none if a tool has put an object into the code that cannot be copied.
    """
    try:
        return list(dis_of_python().get_instructions(copy_of(code)))
    except Exception:
        return []
