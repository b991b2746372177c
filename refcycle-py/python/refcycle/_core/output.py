"""The file that a dump of a core file becomes: it has a name when it is complete."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from refcycle._refcycle import NewFile

__all__ = ["Output", "output_at"]

_OWN_FILES = "/proc/self/fd"


class Output:
    """A new file without a name, of which nothing is left if this process is killed."""

    def __init__(self, path: str, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor

    def write(self, content: Iterable[bytes]) -> None:
        """Write the content, and give the file its name; FileExistsError if there is one."""
        try:
            for part in content:
                with self._errors_of_file():
                    rest = memoryview(part)
                    while rest:
                        rest = rest[os.write(self._descriptor, rest) :]
            with self._errors_of_file():
                self._name()
        finally:
            self.discard()

    @contextmanager
    def _errors_of_file(self) -> Iterator[None]:
        """Let an error name the file."""
        try:
            yield
        except OSError as error:
            raise OSError(error.errno, error.strerror, self._path) from None

    def _name(self) -> None:
        own = f"{_OWN_FILES}/{self._descriptor}"
        # The link is followed only with `src_dir_fd`, which an absolute path does not need.
        os.link(own, self._path, src_dir_fd=self._descriptor, follow_symlinks=True)

    def discard(self) -> None:
        """Close the file. Without a name, it is gone."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


def output_at(path: str) -> Output | NewFile:
    """Return a file to write, which only its owner can read if it is new.

    An existing file is replaced, for which the new one needs a name of its own meanwhile; so does
    any on a file system without files that have no names. OSError if none can be written there.
    """
    if os.path.basename(path) in ("", ".", ".."):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    if not os.path.lexists(path) and os.path.isdir(_OWN_FILES):
        with suppress(OSError, AttributeError):  # the other kind of file says what is wrong
            folder = os.path.dirname(os.path.abspath(path))
            flags = os.O_TMPFILE | os.O_WRONLY | os.O_CLOEXEC
            return Output(path, os.open(folder, flags, 0o600))
    return NewFile(path)
