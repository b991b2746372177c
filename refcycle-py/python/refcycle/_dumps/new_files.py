"""Files for dumps that run in the background, and how their failures are reported."""

from __future__ import annotations

import errno
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from refcycle._dumps.paths import absolute
from refcycle._refcycle import _escaped as escaped

if TYPE_CHECKING:
    from _typeshed import StrPath

__all__ = ["complain", "new_path", "say", "writable_directory"]


def writable_directory(directory: StrPath) -> str:
    """Return the absolute path; OSError if no files can be created there."""
    path = os.path.abspath(absolute(directory, "directory"))
    if not os.path.isdir(path):
        number = errno.ENOTDIR if os.path.exists(path) else errno.ENOENT
    elif not os.access(path, os.W_OK | os.X_OK):
        number = errno.EACCES
    else:
        return path
    raise OSError(number, os.strerror(number), path)


def new_path(directory: str) -> str:
    """Return the path of a file that does not exist, named by the time (UTC) and the pid."""
    now = time.time_ns()
    date = time.strftime("%Y%m%dT%H%M%S", time.gmtime(now // 10**9))
    start = f"{date}.{now // 10**6 % 1000:03}Z-{os.getpid()}"
    path = os.path.join(directory, f"{start}.refcycle")
    number = 1
    while os.path.lexists(path):
        number += 1
        path = os.path.join(directory, f"{start}-{number}.refcycle")
    return path


def complain(where: str, error: Exception) -> None:
    """Report on stderr, in one line, why there is no dump."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    say(f"no dump in {where}: {reason or type(error).__name__}")


def say(text: str) -> None:
    """Report something on stderr, in one line.

    `sys.stderr` may be an object of the program, or in the middle of a write.
    """
    line = escaped(f"refcycle: {text}") + "\n"
    with suppress(OSError):
        os.write(2, line.encode("utf-8", "backslashreplace"))
