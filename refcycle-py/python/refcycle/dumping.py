"""Dump the heap of the running program to a file."""

from __future__ import annotations

import errno
import os
import sys
from _thread import RLock, allocate_lock, start_new_thread  # `threading` would stay
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, overload

from refcycle._arguments import check_number
from refcycle._dumps import description  # now: no module is to be imported in a fork
from refcycle._dumps.paths import absolute
from refcycle._dumps.residue import written, written_by_a_fork
from refcycle._objects import unused_locals as unused_locals
from refcycle._python_modules import import_of_python
from refcycle._refcycle import NewFile, _later, save_into
from refcycle._refcycle import _check_progress as check_progress
from refcycle._refcycle import _escaped as escaped
from refcycle._refcycle import _read_process as read_process
from refcycle._refcycle import _snapshot_for_a_dump as snapshot_for_a_dump

if TYPE_CHECKING:
    from _typeshed import StrPath

    from refcycle._dumps.fork import Fork
    from refcycle._refcycle import ObjectGraph, ProcessReading
    from refcycle._refcycle import _Progress as Progress

__all__ = ["ForkedDump", "dump"]

LIMIT = 300.0
_locks = {os.getpid(): RLock()}
# The timers of systems have a maximum: eleven days are as good as no limit.
LONGEST = 1e6

# What a dump imports is imported before its snapshot: a later dump would show the rest as new.
import_of_python("dis")


@overload
def dump(
    path: StrPath,
    *,
    fork: Literal[False] = False,
    redact: bool = True,
    untracked: bool = True,
    timeout: float | None = LIMIT,
    index: Literal[False] = False,
    progress: Progress = None,
) -> None: ...
@overload
def dump(
    path: StrPath,
    *,
    fork: Literal[True],
    redact: bool = True,
    untracked: bool = True,
    timeout: float | None = LIMIT,
    index: bool = False,
    progress: Progress = None,
) -> ForkedDump: ...
@overload
def dump(
    path: StrPath,
    *,
    fork: bool,
    redact: bool = True,
    untracked: bool = True,
    timeout: float | None = LIMIT,
    index: bool = False,
    progress: Progress = None,
) -> ForkedDump | None: ...
def dump(
    path: StrPath,
    *,
    fork: bool = False,
    redact: bool = True,
    untracked: bool = True,
    timeout: float | None = LIMIT,
    index: bool = False,
    progress: Progress = None,
) -> ForkedDump | None:
    """Take a snapshot and write it to a file for `refcycle.load`. Nothing is kept in memory.

    With `redact`, the file has identifiers and no other string (see `ObjectGraph.save`). The dump
    is complete: it also has strings, numbers and other objects that the collector does not track,
    unless `untracked` is False, which takes about half the time and space (see `snapshot`).
    The file appears when it is complete, and replaces an existing one; by convention its name ends
    in `.refcycle`. Only its owner can read a new file (0600). An existing file keeps its
    permissions, a symbolic link remains a link, and a device or pipe is written to. OSError, with
    `errno` and `filename`, if it cannot be written.

    With `fork`, on systems that have `os.fork`, the program stops only for the fork; the child
    takes the snapshot and writes the file. The returned `ForkedDump` has `wait`, which says
    whether it succeeded. OSError if the folder cannot be written or the fork fails,
    NotImplementedError (a RuntimeError) if the system has no fork. The child

    - runs no code of the program except functions registered with `os.register_at_fork`: no signal
      handler, no finalizer that a collection calls, nothing at its exit; it flushes no buffers. As
      with every fork, objects in thread locals of other threads may be freed;
    - closes its copies of files and sockets, and does not use CUDA;
    - is ended after `timeout` seconds (None: never), because a lock of an extension module that
      another thread holds at the fork is never released in it. Locks of Python and of the
      allocator are safe, so Python 3.12's DeprecationWarning about forks with threads is
      suppressed;
    - shares nearly all memory with the program, and needs some 60 bytes an object besides, and the
      pages that the program writes to. It takes a reference to each object, and so copies most of
      the heap, only if code of the program can run in it: a trace function, a monitoring tool, an
      audit hook, an import function or a frame evaluator, a function of `register_size`, or a
      thread that a function registered with `os.register_at_fork` starts. If memory runs out,
      Linux ends the child first.

    The file has the names and stacks of all threads at the time of the fork. The child has only
    the thread that called `dump`, so the frames of other threads are not among the objects of the
    file, and what only their variables hold is "held by C code". To see them as holders, do not
    use `fork`.

    With `index`, which needs `fork`, the child also writes the index of the dump, as
    `refcycle.index_file` does: when the dump is complete, the child becomes a new Python process,
    which shares no memory with the program and ends within the same `timeout`. The program itself
    computes nothing. ImportError if pyarrow is not installed, ValueError without `fork`,
    RuntimeError if `sys.executable` is no Python. If the index fails, the dump remains, and `wait`
    says so.

    `progress(done, total)` is called while the file is written; `True` shows a bar. ValueError
    with `fork`, whose child does not call the program.

    >>> import os, refcycle, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "now.refcycle")
    >>> refcycle.dump(path)
    >>> os.path.getsize(path) > 1000
    True
    """
    check_options(fork, timeout)
    check_progress(progress)
    if fork and progress:
        raise ValueError("progress is not possible with fork: the child cannot call the program")
    if index:
        if not fork:
            raise ValueError(
                "index needs fork=True: without a fork, call refcycle.index_file after the dump"
            )
        check_index = _later("refcycle._dumps.index_program", "check")
        check_index()
    target = absolute(path)
    if os.path.isdir(target):  # raised before the work, and not in the fork
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), target)
    if not fork:
        with one_at_a_time():
            # Not stored in a variable: the frame would be a vertex, and hold the graph.
            written(
                snapshot(process=read_process(for_a_dump=True), untracked=untracked),
                lambda graph: graph.save(target, redact=redact, progress=progress),
            )
        return None
    return _in_a_fork(target, NewFile(target), redact, untracked, timeout, index=index)


def snapshot(
    *, process: ProcessReading, untracked: bool, uncaught: BaseException | None = None
) -> ObjectGraph:
    """Return a snapshot whose dump has the account of the process, unless objects are left out.

    `uncaught` is the exception that ends this thread, if one causes the dump.
    """
    return process.with_account(snapshot_for_a_dump(untracked=untracked, uncaught=uncaught))


def one_at_a_time() -> RLock:
    """Return the lock for dumps of this process.

    To a second dump, the snapshot of the first one would hold all objects. A signal may start a
    dump in the thread that is taking one.
    """
    # A fork has no use of a lock that a thread of its parent may hold.
    return _locks.setdefault(os.getpid(), RLock())


def check_options(fork: bool, timeout: float | None) -> None:
    """Raise an error for options that `dump` does not support."""
    check_number("timeout", timeout, or_none=True)
    if timeout is not None and not timeout > 0:
        raise ValueError(f"timeout is {timeout}: it must be more than 0 seconds, or None")
    if fork and not hasattr(os, "fork"):
        raise NotImplementedError("this system has no fork: do not use fork")
    if fork and sys.is_finalizing():
        raise RuntimeError(
            "the program is ending and cannot wait for a fork: do not use fork, or call dump in a "
            "function registered with atexit"
        )


def dump_new(
    target: str, *, redact: bool, untracked: bool, uncaught: BaseException | None = None
) -> None:
    """Dump to a file that does not exist. A symbolic link that appears meanwhile is an error.

    `uncaught` is the exception that ends this thread, if one causes the dump.
    """
    file = NewFile(target, follow_links=False)
    with one_at_a_time():
        written(
            snapshot(
                process=read_process(for_a_dump=True), untracked=untracked, uncaught=uncaught
            ),
            lambda graph: save_into(graph, file, redact=redact),
        )


def dump_in_a_fork(
    target: str,
    redact: bool,
    untracked: bool,
    limit: float | None,
    ended: Callable[[Exception | None], None],
) -> ForkedDump:
    """Do the same in a fork. `ended` is called, in a thread, with the error or None."""
    file = NewFile(target, follow_links=False)
    return _in_a_fork(target, file, redact, untracked, limit, ended)


def _in_a_fork(
    target: str,
    file: NewFile,
    redact: bool,
    untracked: bool,
    limit: float | None,
    ended: Callable[[Exception | None], None] | None = None,
    *,
    index: bool = False,
) -> ForkedDump:
    fork = _later("refcycle._dumps.fork", "fork")  # now: nothing may be imported in the child
    follow = None
    if index:
        program = _later("refcycle._dumps.fork", "Program")
        follow = program(*_later("refcycle._dumps.index_program", "index_program")(target))
    if limit is not None and limit > LONGEST:
        limit = None

    original = os.getpid()
    # Now: in the child, much is not in main memory, and there are no other threads.
    memory = read_process(for_a_dump=True)
    stacks = description.stacks_of_threads(redact)

    def work() -> None:
        description.stand_for(original, stacks)
        try:
            save_into(snapshot(process=memory, untracked=untracked), file, redact=redact)
        except OSError as error:
            raise OSError(error.errno, error.strerror or str(error), target) from None

    try:
        # `file.open` runs before the child closes its files: a device may be a name of one.
        process = fork(work, limit, keep=file.open, follow=follow)
    except BaseException:
        file.discard()
        raise
    written_by_a_fork()
    # A killed child leaves a partial file there, which this process removes.
    return ForkedDump(target, process, file.leave(), ended)


class ForkedDump:
    """A dump that a fork of the process writes: the result of `dump` with `fork=True`.

    `path` is the path of the file. A thread waits for the child as long as it runs, so that no
    zombie is left if nobody calls `wait`. The child continues if this process ends.

    >>> import os, refcycle, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "now.refcycle")
    >>> taken = refcycle.dump(path, fork=True)
    >>> taken.wait(60)
    >>> os.path.getsize(path) > 1000, taken.is_running
    (True, False)
    """

    __slots__ = (
        "_beside",
        "_ended",
        "_error",
        "_is_running",
        "_owner",
        "_process",
        "_running",
        "_watched",
        "path",
    )

    def __init__(
        self,
        path: str,
        process: Fork,
        beside: str | None,
        ended: Callable[[Exception | None], None] | None,
    ) -> None:
        self.path = path
        self._process = process
        self._beside = beside
        self._ended = ended
        self._owner = os.getpid()
        self._error: Exception | None = None
        self._is_running = True
        # Held until the child has ended.
        self._running = allocate_lock()
        self._running.acquire()
        self._watched = True
        try:
            # Not a `Thread`: its start takes a lock that the interrupted code may hold.
            start_new_thread(self._watch, ())
        except RuntimeError:  # there are too many threads: `wait` works without one
            self._watched = False

    @property
    def pid(self) -> int:
        """The process id of the child."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether the child is still running."""
        return self._is_running

    def wait(self, timeout: float | None = None) -> None:
        """Wait until the file is complete. If the dump failed, each call raises its error.

        OSError, with `errno` and `filename`, if the file could not be written; MemoryError;
        TimeoutError if the child did not finish within its time and was ended; RuntimeError if it
        was killed. In all these cases, there is no new file, not even a partial one. With `index`,
        it also waits for the index; TimeoutError or RuntimeError if only that fails: the message
        says that the dump is complete.

        TimeoutError also if it still `is_running` after `timeout` seconds.
        """
        if os.getpid() != self._owner:
            raise RuntimeError(
                f"the dump to {escaped(self.path)} belongs to process {self._owner}"
            )
        if not self._watched:
            self._watched = True
            self._watch()
        if not self._has_ended_within(timeout):
            raise TimeoutError(
                f"{escaped(self.path)} is not complete after {timeout:g} s: wait longer"
            )
        if self._error is not None:
            raise self._error

    def __repr__(self) -> str:
        state = "running" if self.is_running else "failed" if self._error else "done"
        return f"<ForkedDump: {escaped(self.path)}, process {self.pid}, {state}>"

    def _has_ended_within(self, timeout: float | None) -> bool:
        # A signal handler may run here, and wait as well.
        if self._is_running:
            seconds = -1 if timeout is None else timeout if timeout > 0 else 0
            if self._running.acquire(True, seconds):
                self._running.release()
        return not self._is_running

    def _watch(self) -> None:
        self._error = self._process.outcome()
        if self._error is not None and self._beside is not None:
            try:  # noqa: SIM105  `contextlib` would stay
                os.unlink(self._beside)
            except OSError:
                pass
        self._is_running = False
        self._running.release()
        if self._ended is not None:
            self._ended(self._error)
