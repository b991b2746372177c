"""A folder through which another process, perhaps of another user, hands over a dump.

That process may do anything there, and refcycle may run as root. So everything in the part
that it can write to is treated as hostile: folders are opened once and addressed by their
descriptors from then on; no link is followed; only regular files of that user are read, and
no more bytes than expected. Ownership and permissions are only changed on things that were
created here and are open. Paths are used where the system has no such descriptors (Windows).
"""

from __future__ import annotations

import errno
import itertools
import json
import os
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from refcycle._refcycle import NewFile

__all__ = ["Inbox", "Untrusted"]

ASKED, BEGUN, ANSWER, DUMP = "asked", "begun", "answer", "dump.refcycle"
SCRIPT, INNER = "script.py", "in"
# The first and the last bytes of a dump, which is an Apache Arrow file.
_MARK = b"ARROW1"
MOST_ANSWERED = 1 << 16
# The maximum number of files that are removed: if there are more, they are not ours.
MOST_LEFT = 1000
_CHUNK = 1 << 20
_CLOSED = -1
_HAS_DESCRIPTORS = {os.open, os.mkdir, os.stat, os.unlink, os.rmdir} <= os.supports_dir_fd


def _flag(*names: str) -> int:
    """Return the flags of `os.open` with these names, as far as this system has them."""
    flags = 0
    for name in names:
        flags |= getattr(os, name, 0)
    return flags


_FOLDER = _flag("O_RDONLY", "O_DIRECTORY", "O_NOFOLLOW", "O_CLOEXEC")
_NEW = _flag("O_WRONLY", "O_CREAT", "O_EXCL", "O_NOFOLLOW", "O_CLOEXEC", "O_BINARY")
# Opening a pipe without a writer, a terminal or a file with a lease must not block.
_FOREIGN = _flag("O_RDONLY", "O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY")


class Untrusted(Exception):
    """The other process left something that was not requested."""


class _Folder:
    """A folder that remains the same even if another folder gets its name."""

    def __init__(self, path: str, descriptor: int | None) -> None:
        self.path = path
        self.descriptor = descriptor

    @classmethod
    def at(cls, path: str) -> _Folder:
        if not _HAS_DESCRIPTORS:
            return cls(path, None)
        # The caller chose this folder, so it may be a link.
        return cls(path, os.open(path, _FOLDER & ~_flag("O_NOFOLLOW")))

    def _named(self, name: str) -> str:
        return name if self.descriptor is not None else os.path.join(self.path, name)

    def make(self, name: str) -> _Folder:
        """Create an empty folder that only this user can access."""
        os.mkdir(self._named(name), 0o700, dir_fd=self.descriptor)
        path = os.path.join(self.path, name)
        if self.descriptor is None:
            return _Folder(path, None)
        made = _Folder(path, os.open(name, _FOLDER, dir_fd=self.descriptor))
        if made.status().st_uid != os.geteuid() or made.names(1):
            made.close()
            raise Untrusted(f"another folder replaced {path}")
        return made

    def status(self) -> os.stat_result:
        return os.stat(self.path if self.descriptor is None else self.descriptor)

    def write(self, name: str, content: bytes, mode: int) -> None:
        """Write a file that does not exist."""
        descriptor = os.open(self._named(name), _NEW, 0o600, dir_fd=self.descriptor)
        with open(descriptor, "wb") as file:
            file.write(content)
            if hasattr(os, "fchmod"):
                os.fchmod(descriptor, mode)

    def look(self, name: str) -> os.stat_result | None:
        """Return the status of a name, even of a link; None if there is nothing."""
        with suppress(FileNotFoundError):
            return os.stat(self._named(name), dir_fd=self.descriptor, follow_symlinks=False)
        return None

    def open(self, name: str) -> int:
        return os.open(self._named(name), _FOREIGN, dir_fd=self.descriptor)

    def names(self, limit: int) -> list[str]:
        with os.scandir(self.path if self.descriptor is None else self.descriptor) as entries:
            return [entry.name for entry in itertools.islice(entries, limit)]

    def unlink(self, name: str) -> None:
        os.unlink(self._named(name), dir_fd=self.descriptor)

    def remove(self, name: str) -> None:
        """Remove a file, a link or an empty folder."""
        found = self.look(name)
        if found is not None and stat.S_ISDIR(found.st_mode):
            self.rmdir(name)
        else:
            self.unlink(name)

    def rmdir(self, name: str) -> None:
        os.rmdir(self._named(name), dir_fd=self.descriptor)

    def steady_path(self, name: str) -> str:
        """Return a path that leads into this folder even if another folder gets its name."""
        if self.descriptor is not None:
            steady = f"/proc/self/fd/{self.descriptor}"
            with suppress(OSError):
                if os.path.samestat(os.stat(steady), self.status()):
                    return os.path.join(steady, name)
        return os.path.join(self.path, name)

    def free(self) -> int | None:
        """Return the number of free bytes; None if it is unknown."""
        if self.descriptor is None:
            return None
        with suppress(OSError):
            found = os.fstatvfs(self.descriptor)
            return found.f_bavail * found.f_frsize if found.f_blocks else None
        return None

    def close(self) -> None:
        if self.descriptor is not None and self.descriptor != _CLOSED:
            os.close(self.descriptor)
            self.descriptor = _CLOSED


class Inbox:
    """The folder with the script for the process, and the inner folder that the process owns.

    `owner` is the user of the process.
    """

    def __init__(self, directory: str, name: str, owner: int | None = None) -> None:
        self.owner = owner
        self.is_foreign = owner is not None and owner != os.geteuid()
        self._name = name
        self._around = _Folder.at(directory)
        try:
            self.work = self._around.make(name)
            try:
                self.inner = self.work.make(INNER)
            except BaseException:
                self.work.close()
                with suppress(OSError):
                    self._around.rmdir(name)
                raise
        except BaseException:
            self._around.close()
            raise

    @property
    def script(self) -> str:
        """The path of the script."""
        return os.path.join(self.work.path, SCRIPT)

    def fill(self, script: str) -> None:
        """Write the files that the process needs, and give its user access."""
        self.work.write(SCRIPT, script.encode(), 0o644 if self.is_foreign else 0o600)
        self.inner.write(ASKED, b"", 0o600)
        if self.is_foreign and self.owner is not None:
            assert self.inner.descriptor is not None and self.work.descriptor is not None
            # The script remains ours: a user who may write to `inner` cannot replace it.
            os.fchown(self.inner.descriptor, self.owner, -1)
            os.fchmod(self.work.descriptor, 0o711)

    def is_asked(self) -> bool:
        """Whether the process has not started."""
        return self.inner.look(ASKED) is not None

    def has_begun(self) -> bool:
        """Whether the process has started."""
        return self.inner.look(BEGUN) is not None

    def is_answered(self) -> bool:
        """Whether the process has finished."""
        return self.inner.look(ANSWER) is not None

    def forget(self) -> bool:
        """Withdraw the request; False if the process has just started."""
        try:
            self.inner.unlink(ASKED)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise Untrusted(f"the request cannot be withdrawn: {error.strerror}") from None
        return True

    def answer(self) -> dict[str, Any]:
        """Return the answer of the process. Nothing in it is trusted."""
        descriptor, size = self._open(ANSWER)
        try:
            if size > MOST_ANSWERED:
                raise Untrusted(f"its answer has {size} bytes")
            content = b"".join(_read(descriptor, size))
        finally:
            os.close(descriptor)
        try:
            said = json.loads(content.decode())
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict):
            raise Untrusted("its answer is not a JSON object")
        return said

    def collect(self, target: str) -> None:
        """Copy the dump of the process to a path in the folder that contains this one."""
        descriptor, size = self._open(DUMP)
        try:
            free = self._around.free()
            if free is not None and size > free:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), target)
            _check_dump(descriptor, size)
            place = target
            if self.is_foreign and os.path.dirname(target) == self._around.path:
                place = self._around.steady_path(os.path.basename(target))
            try:
                file = NewFile(place, follow_links=not self.is_foreign)
                file.write(_read(descriptor, size))
            except OSError as error:
                number = error.errno or errno.EINVAL
                raise OSError(number, error.strerror or str(error), target) from None
        finally:
            os.close(descriptor)

    def _open(self, name: str) -> tuple[int, int]:
        """Open a regular file of the process's user. Return the descriptor and the size."""
        found = self.inner.look(name)
        if found is None:
            raise Untrusted(f"there is no file {name}")
        self._check(name, found)
        try:
            descriptor = self.inner.open(name)
        except OSError as error:
            raise Untrusted(f"{name} cannot be opened: {error.strerror}") from None
        try:
            found = os.fstat(descriptor)
            self._check(name, found)
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor, found.st_size

    def _check(self, name: str, found: os.stat_result) -> None:
        if not stat.S_ISREG(found.st_mode):
            raise Untrusted(f"{name} is not a regular file")
        if self.owner is not None and found.st_uid != self.owner:
            raise Untrusted(f"{name} belongs to user {found.st_uid} instead of {self.owner}")
        if found.st_nlink > 1:
            raise Untrusted(f"{name} has {found.st_nlink} names")

    def close(self) -> None:
        """Remove our files and those that the process was asked to write; follow no link.

        Folders that the process has filled are not ours, and remain.
        """
        with suppress(OSError):
            for name in self.inner.names(MOST_LEFT):
                with suppress(OSError):
                    self.inner.remove(name)
        with suppress(OSError):
            self.work.unlink(SCRIPT)
        with suppress(OSError):
            self.work.rmdir(INNER)
        with suppress(OSError):
            found = self._around.look(self._name)
            if found is not None and os.path.samestat(found, self.work.status()):
                self._around.rmdir(self._name)
        for folder in (self.inner, self.work, self._around):
            folder.close()


def _check_dump(descriptor: int, size: int) -> None:
    """Check that a file that would replace an older dump can be one."""
    if size < 2 * len(_MARK):
        raise Untrusted(f"its dump has {size} bytes")
    for place in (size - len(_MARK), 0):
        os.lseek(descriptor, place, os.SEEK_SET)
        if b"".join(_read(descriptor, len(_MARK))) != _MARK:
            raise Untrusted("its file is not a dump")
    os.lseek(descriptor, 0, os.SEEK_SET)


def _read(descriptor: int, size: int) -> Iterator[bytes]:
    """Yield exactly this number of bytes, whatever the file claims."""
    while size:
        chunk = os.read(descriptor, min(size, _CHUNK))
        if not chunk:
            raise Untrusted("a file was truncated while it was read")
        size -= len(chunk)
        yield chunk


def new_name(pid: int) -> str:
    """Return a name for a folder."""
    return f".refcycle-attach-{pid}-{os.getpid()}-{time.time_ns()}"
