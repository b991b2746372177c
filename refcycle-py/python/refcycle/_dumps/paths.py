"""Checks of the paths that users pass."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from refcycle._arguments import wrong_type

if TYPE_CHECKING:
    from _typeshed import StrPath

__all__ = ["absolute"]


def absolute(path: StrPath, name: str = "path") -> str:
    """Return an absolute path, for functions that use it later.

    An unusable path raises the error that saving to it would raise: TypeError if it is not a
    path, or is one of bytes; ValueError for a NUL or a character that no file name can have;
    FileNotFoundError for an empty one.

    >>> absolute("")
    Traceback (most recent call last):
    FileNotFoundError: [Errno 2] No such file or directory: ''
    """
    what = "a str or an os.PathLike of str"
    if not isinstance(path, (str, bytes)) and not hasattr(type(path), "__fspath__"):
        raise wrong_type(name, what, path)
    given = os.fspath(path)
    if not isinstance(given, str):
        raise wrong_type(name, what, given)
    if not given:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), given)
    os.fsencode(given)
    if "\0" in given:
        raise ValueError("the file name cannot be used: it contains a NUL character")
    # Not `abspath`, which takes a slash off the end.
    return os.path.join(os.getcwd(), given)
