"""Paths as they are given."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import StrPath

__all__ = ["absolute"]


def absolute(path: StrPath) -> str:
    """Return a path that starts at the root, for functions that use it later.

    What is wrong with it is the error that saving to it would give: TypeError for what is no
    path or one of bytes, ValueError for a NUL or a character that no file name can have,
    FileNotFoundError for an empty one.

    >>> absolute("")
    Traceback (most recent call last):
    FileNotFoundError: [Errno 2] No such file or directory: ''
    """
    given = os.fspath(path)
    if not isinstance(given, str):
        raise TypeError(f"the path must be a str or an os.PathLike of str, not {given!r}")
    if not given:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), given)
    os.fsencode(given)
    if "\0" in given:
        raise ValueError("the file name cannot be used: it contains a NUL character")
    # Not `abspath`, which takes a slash off the end.
    return os.path.join(os.getcwd(), given)
