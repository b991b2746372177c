"""Work in a fork of the process, so that the process itself can continue."""

from __future__ import annotations

import gc
import marshal
import os
import select
import signal
import sys
import warnings
from _thread import get_ident
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple, NoReturn

from refcycle._dumps.paths import Version, version_of
from refcycle._refcycle import _is_a_fork_for_a_dump

__all__ = ["Fork", "Program", "fork", "is_for_a_dump"]

# How much longer the parent waits for a child whose own timer has not ended it: the child may
# never have set the timer.
GRACE = 5.0
_LONGEST_TEXT = 1000
_MOST_SAID = 1 << 16  # the capacity of a pipe
# `_is_a_fork_for_a_dump` lets both signals end the child without running code of the program.
_DEADLY = frozenset({"SIGALRM", "SIGTERM"})

# The threads that fork the process for a dump. The child has the same.
_forking: set[int] = set()


def is_for_a_dump() -> bool:
    """Return whether this thread is in a fork for a dump, or about to make one.

    For functions that are called after each fork.
    """
    return get_ident() in _forking


def fork(
    work: Callable[[], None],
    limit: float | None,
    keep: Callable[[], int | None] = lambda: None,
    follow: Program | None = None,
) -> Fork:
    """Run `work` in a fork of this process, for at most `limit` seconds.

    The child first calls `keep`, and then closes all files of the program except the descriptor
    that it returns. If `work` succeeds, `follow` replaces the child, with the time that is left.
    The caller waits only for the fork itself. OSError if it fails.
    """
    before = None if follow is None else version_of(follow.result)
    reading, writing = os.pipe()
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    try:
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        with _no_warning():
            _forking.add(get_ident())
            pid = os.fork()
        if pid == 0:
            _be_the_child(work, writing, limit, keep, follow)
    except OSError as error:
        os.close(reading)
        raise OSError(
            error.errno,
            f"the process could not be forked ({error.strerror}): there may be too many "
            "processes or too little memory; do not use fork",
        ) from None
    except BaseException:
        os.close(reading)
        raise
    finally:
        _forking.discard(get_ident())
        os.close(writing)
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
    return Fork(pid, reading, limit, follow, before)


@contextmanager
def _no_warning() -> Iterator[None]:
    """Suppress the warning of Python 3.12 and later about a fork with threads.

    It warns of locks that other threads hold; the time limit handles those. If the warning were
    turned into an error, it would be raised when the child already exists, and its pid would be
    lost.
    """
    if getattr(sys.flags, "context_aware_warnings", False):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            yield
        return
    # Not `catch_warnings`: it replaces the list for all threads, and causes warnings that were
    # already shown to be shown again.
    filters: Any = warnings.filters
    ignored = ("ignore", None, DeprecationWarning, None, 0)
    filters.insert(0, ignored)
    try:
        yield
    finally:
        with suppress(ValueError):
            filters.remove(ignored)


def _be_the_child(
    work: Callable[[], None],
    pipe: int,
    limit: float | None,
    keep: Callable[[], int | None],
    follow: Program | None,
) -> NoReturn:
    # No code of the program may run: no finalizer, no handler, nothing at the exit. No module is
    # imported, because another thread may have been importing it.
    said: tuple[int | str | None, ...] = ()
    try:
        gc.disable()
        _is_a_fork_for_a_dump()
        _end_after(limit)
        kept = keep()
        with suppress(OSError):  # a system that does not list them
            _let_files_go((pipe,) if kept is None else (pipe, kept))
        _be_killed_first()
        work()
    except BaseException as error:
        said = _description(error)
    finally:
        try:
            with suppress(BrokenPipeError):  # the program may have ended
                os.write(pipe, marshal.dumps(said))
            if follow and not said:
                os.execve(follow.arguments[0], follow.arguments, follow.environment)
        finally:
            os._exit(1 if said or follow else 0)


def _end_after(limit: float | None) -> None:
    """Let the kernel end this process: Python may wait for a lock that is never released."""
    deadly = {getattr(signal, name) for name in _DEADLY}
    if limit is not None:
        signal.setitimer(signal.ITIMER_REAL, limit)
    # All others stay blocked: Ctrl-C is for the program.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, deadly)


def _let_files_go(keep: Sequence[int]) -> None:
    """Close the files of the program, so that its ports and pipes are free when it ends."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        if standard not in keep:
            os.dup2(nowhere, standard)
    for name in os.listdir("/dev/fd"):
        number = int(name)
        if number > 2 and number not in keep:
            with suppress(OSError):  # such as that of the list itself
                os.close(number)


def _be_killed_first() -> None:
    """Make Linux, if memory runs out, end this process and not the program."""
    with suppress(OSError), open("/proc/self/oom_score_adj", "wb", buffering=0) as file:
        file.write(b"1000")


def _description(error: BaseException) -> tuple[int | str | None, ...]:
    if isinstance(error, OSError):
        name = error.filename if type(error.filename) is str else None
        return ("OSError", error.errno, error.strerror, name)
    return (type(error).__name__, str(error)[:_LONGEST_TEXT])


def _error(said: tuple[Any, ...]) -> Exception:
    kind, *details = said
    if kind == "OSError":
        number, text, name = details
        return OSError(number, text, name) if name else OSError(number, text)
    [text] = details
    if kind == "MemoryError":
        return MemoryError(text or "too little memory for the dump")
    return RuntimeError(f"the dump failed with {kind}: {text}")


def _name_of_signal(number: int) -> str:
    return signal.Signals(number).name if number in set(signal.Signals) else str(number)


class Program(NamedTuple):
    """A program that a fork becomes."""

    arguments: list[str]
    environment: dict[str, str]
    result: str
    """The file that it writes."""
    failure: str
    """What is said if it fails."""


class Fork:
    """A fork of this process that does some work."""

    __slots__ = ("_before", "_follow", "_limit", "_pipe", "pid")

    def __init__(
        self,
        pid: int,
        pipe: int,
        limit: float | None,
        follow: Program | None = None,
        before: Version | None = None,
    ) -> None:
        self.pid = pid
        self._pipe = pipe
        self._limit = limit
        self._follow = follow
        self._before = before

    def outcome(self) -> Exception | None:
        """Wait for the end, and return the error, or None. Call it once."""
        try:
            said = self._said()
        finally:
            os.close(self._pipe)
        status = self._status()
        if said:
            found: tuple[Any, ...] = marshal.loads(said)
            return _error(found) if found else self._error_of_the_program(status)
        return self._cut_off(status)

    def _said(self) -> bytes:
        waiting = select.poll()
        waiting.register(self._pipe, select.POLLIN)
        patience = None if self._limit is None else (self._limit + GRACE) * 1000
        if waiting.poll(patience):
            return os.read(self._pipe, _MOST_SAID)
        with suppress(ChildProcessError):
            if os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                os.kill(self.pid, signal.SIGKILL)
        return b""

    def _status(self) -> int | None:
        try:
            return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        except ChildProcessError:  # the program has waited for all of its children
            return None

    def _error_of_the_program(self, status: int | None) -> Exception | None:
        if self._follow is None or status == 0:
            return None
        if status is None:
            # The program has waited for all of its children, or ignores their ends.
            if version_of(self._follow.result) not in (None, self._before):
                return None
            return RuntimeError(f"{self._follow.failure}: its process ended without a result")
        if status == -signal.SIGALRM:
            return TimeoutError(f"{self._follow.failure} within {self._limit:g} s")
        end = f"status {status}" if status > 0 else _name_of_signal(-status)
        return RuntimeError(f"{self._follow.failure}: its process ended with {end}")

    def _cut_off(self, status: int | None) -> Exception:
        process = f"process {self.pid}, which writes the dump,"
        if status == -signal.SIGALRM:
            return TimeoutError(
                f"{process} was ended after {self._limit:g} s: another thread may have held a "
                "lock at the fork; allow more time, or do not use fork"
            )
        if status is None:
            return RuntimeError(f"{process} ended without a result")
        if status >= 0:
            return RuntimeError(f"{process} ended with status {status} and without a result")
        name = _name_of_signal(-status)
        hint = ": memory may have run out" if -status == signal.SIGKILL else ""
        return RuntimeError(f"{process} was killed by {name}{hint}")
