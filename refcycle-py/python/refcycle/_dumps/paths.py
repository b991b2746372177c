"""Checks of the paths that users pass, and what tells apart the files that are there."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from refcycle._arguments import wrong_type

if TYPE_CHECKING:
    from _typeshed import StrPath

__all__ = ["Version", "absolute", "version_in", "version_of"]

Version = tuple[int, int, int, int]
"""What changes if a file is written or replaced by another one."""


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


def version_of(path: str) -> Version | None:
    """Return the version of the file at a path; None if there is none.

    >>> version_of("/no/such/file") is None
    True
    """
    try:
        return version_in(os.stat(path))
    except (OSError, ValueError):
        return None


def version_in(found: os.stat_result) -> Version:
    """Return the version of a file, of which these are the facts."""
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
