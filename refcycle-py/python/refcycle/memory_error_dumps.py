"""Dump the heap when a MemoryError ends a program or a thread."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any

from refcycle._arguments import check_flags, index_of
from refcycle._dumps.hooks import Closing, is_method_of
from refcycle._dumps.new_files import complain, new_path, say, writable_directory
from refcycle._refcycle import _AddressSpace as AddressSpace
from refcycle.dumping import dump_new as dump

if TYPE_CHECKING:
    from _typeshed import StrPath

__all__ = ["MemoryErrorDump", "dump_on_memory_error"]

# More than the 64 MiB that the C library may set aside at once for a thread.
RESERVE = 96 << 20


def dump_on_memory_error(
    directory: StrPath,
    *,
    redact: bool = True,
    untracked: bool = True,
    reserve: int = RESERVE,
) -> MemoryErrorDump:
    """Write a dump to `directory` when an uncaught MemoryError ends the program or a part of it.

    This is the program itself (`sys.excepthook`), a thread (`threading.excepthook`), or a
    finalizer or callback (`sys.unraisablehook`). The previous hooks are called afterwards. Only
    the first such error is dumped. The file name has the time, in UTC, and the process id; only
    its owner can read the file (0600). If the dump fails, a line on stderr says why.

    When Python calls a hook, `finally` blocks and the ends of `with` statements have run, and
    calls have returned as far as the exception went. But the traceback holds the frames, from the
    one that did not catch the error to the one that ran out of memory, with the last values of
    their variables. So the dump contains the objects that the program was building, if a variable
    leads to them. Objects that no variable held yet, such as the items of an unfinished list
    display, are gone.

    An error that is caught causes no dump. The tasks of `asyncio`, the executors of
    `concurrent.futures` and web frameworks catch errors: call `dump` there. If the system kills a
    process that uses too much, as Linux and its containers do, there is no MemoryError.

    The dump is complete, with strings, numbers and other objects that the collector does not
    track, if there is memory for that; otherwise it has only tracked objects, and a line on stderr
    says so. With `untracked=False`, a complete dump is not attempted. A snapshot and its file need
    memory: `reserve` bytes are kept for them and released first. Allow about 100 bytes for each
    object. The reserve is address space, not pages in use.

    `close` of the result, or the end of its `with` statement, removes the hooks. OSError if the
    directory does not exist or cannot be written, ValueError for a negative reserve.

    >>> import refcycle, tempfile
    >>> with refcycle.dump_on_memory_error(tempfile.mkdtemp()) as dump:
    ...     dump.path is None
    True
    """
    check_flags(redact=redact, untracked=untracked)
    reserve = index_of("reserve", reserve)
    if reserve < 0:
        raise ValueError(f"reserve is {reserve}: it must be 0 bytes or more")
    if reserve > sys.maxsize:
        raise ValueError(f"reserve is {reserve}: it must be at most {sys.maxsize} bytes")
    path = writable_directory(directory)
    return MemoryErrorDump(path, redact=redact, untracked=untracked, reserve=reserve)


class MemoryErrorDump(Closing):
    """The dump at a MemoryError: the result of `dump_on_memory_error`. A context manager.

    Attributes:
        path: The file that was written; None before.
    """

    __slots__ = (
        "_before",
        "_directory",
        "_is_closed",
        "_once",
        "_redact",
        "_reserve",
        "_tells",
        "_untracked",
        "path",
    )

    path: str | None

    def __init__(self, directory: str, *, redact: bool, untracked: bool, reserve: int) -> None:
        self._directory = directory
        self._redact = redact
        self._untracked = untracked
        self._reserve: AddressSpace | None = AddressSpace(reserve)
        self._tells = False
        self._is_closed = False
        self._once = threading.Lock()
        self.path = None
        self._before: tuple[Callable[..., Any], ...] = (
            sys.excepthook,
            threading.excepthook,
            sys.unraisablehook,
        )
        sys.excepthook = self._program
        threading.excepthook = self._thread
        sys.unraisablehook = self._unraisable

    def close(self) -> None:
        """Restore the previous hooks and release the reserve.

        Hooks that were installed later stay, but no more dumps are taken. Closing it again does
        nothing.
        """
        if self._is_closed:
            return
        self._is_closed = True
        self._reserve = None
        if is_method_of(sys.excepthook, self):
            sys.excepthook = self._before[0]
        if is_method_of(threading.excepthook, self):
            threading.excepthook = self._before[1]
        if is_method_of(sys.unraisablehook, self):
            sys.unraisablehook = self._before[2]

    def _program(
        self,
        kind: type[BaseException],
        error: BaseException,
        traceback: TracebackType | None,
    ) -> None:
        try:
            self._dump_if(kind, error)
        finally:
            self._before[0](kind, error, traceback)

    def _thread(self, arguments: threading.ExceptHookArgs) -> None:
        try:
            self._dump_if(arguments.exc_type, arguments.exc_value)
        finally:
            self._before[1](arguments)

    def _unraisable(self, arguments: sys.UnraisableHookArgs) -> None:
        try:
            self._dump_if(arguments.exc_type, arguments.exc_value)
        finally:
            self._before[2](arguments)

    def _dump_if(self, kind: type[BaseException], error: BaseException | None) -> None:
        ends = not self._is_closed and issubclass(kind, MemoryError)
        if not ends or not self._once.acquire(blocking=False):
            return
        self._reserve = None
        try:
            self.path = self._dump(error)
            if self._tells:
                say(f"uncaught MemoryError: the heap is dumped to {self.path}")
        except Exception as failure:
            complain(self._directory, failure)

    def _dump(self, error: BaseException | None) -> str:
        """Write the file and return its path: a complete dump if there is memory for one."""
        path = new_path(self._directory)
        # The smaller dump first: a complete dump that fails may leave too little memory for it.
        dump(path, redact=self._redact, untracked=False, uncaught=error)
        if self._untracked:
            try:
                dump(path, redact=self._redact, untracked=True, uncaught=error)
            except MemoryError:
                self._say_partial(path, "memory ran out for a complete one")
            except Exception as failure:
                self._say_partial(path, f"a complete one failed: {failure}")
        return path

    @staticmethod
    def _say_partial(path: str, reason: str) -> None:
        say(f"the dump {path} has only the objects that the collector tracks: {reason}")
