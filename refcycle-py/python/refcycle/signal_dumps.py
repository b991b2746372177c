"""Dump the heap when a signal arrives."""

from __future__ import annotations

import signal
import threading
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, Any

from refcycle._arguments import check_flags, index_of
from refcycle._dumps.hooks import Closing, is_method_of
from refcycle._dumps.limits import Limit
from refcycle._dumps.new_files import complain, new_path, say, writable_directory
from refcycle.dumping import LIMIT, check_options, dump_in_a_fork
from refcycle.dumping import dump_new as dump

if TYPE_CHECKING:
    from _typeshed import StrPath

__all__ = ["SignalDumps", "dump_on_signal"]


def dump_on_signal(
    signum: int,
    directory: StrPath,
    *,
    fork: bool = False,
    redact: bool = True,
    untracked: bool = True,
    timeout: float | None = LIMIT,
    most: int | None = None,
    every: float = 0,
) -> SignalDumps:
    """Write a dump to `directory` whenever the signal arrives, for example by `kill -USR2 PID`.

    The file name has the time, in UTC, and the process id: no file is overwritten. Only its owner
    can read the file (0600). A signal that arrives during a dump starts no other dump. If a dump
    fails, a line on stderr says why, and the program continues. A previous handler is called
    afterwards.

    The options are those of `dump`. Python runs handlers in the main thread, between two steps
    of the program's code: with `fork` that thread stops only for the fork, otherwise for the
    whole dump.

    At most `most` dumps are written (None: any number), the next one not before `every` seconds
    after the last one. For other signals, a line on stderr says why there is no dump.

    Call it in the main thread (otherwise ValueError). `close` of the result, or the end of its
    `with` statement, removes the handler. OSError if the directory does not exist or cannot be
    written, or if the signal cannot have a handler. ValueError if there is no such signal.
    RuntimeError if the signal has a handler that Python did not install: it could not be restored.

    >>> import os, refcycle, signal, tempfile
    >>> directory = tempfile.mkdtemp()
    >>> with refcycle.dump_on_signal(signal.SIGUSR2, directory):
    ...     signal.raise_signal(signal.SIGUSR2)
    >>> [name] = os.listdir(directory)
    >>> name.endswith(f"-{os.getpid()}.refcycle")
    True
    """
    _check_thread("dump_on_signal")
    check_options(fork, timeout)
    check_flags(redact=redact, untracked=untracked)
    limit = Limit(most, every)
    signum = index_of("signum", signum)
    previous = _handler_of(signum)
    if fork:
        from refcycle._dumps.fork import Fork as Fork  # now, as well
    dumps = SignalDumps(
        signum,
        writable_directory(directory),
        fork=fork,
        redact=redact,
        untracked=untracked,
        timeout=timeout,
        limit=limit,
    )
    dumps._previous = previous
    try:
        signal.signal(signum, dumps._handle)
    except OSError as error:
        text = f"{_name_of(signum)} cannot have a handler: use another signal, such as SIGUSR2"
        raise OSError(error.errno, text) from None
    return dumps


def _handler_of(signum: int) -> Any:
    """Return the current handler, if it can be restored."""
    try:
        handler = signal.getsignal(signum)
    except (ValueError, OverflowError):
        raise ValueError(
            f"signum is {signum}: there is no such signal; use one such as signal.SIGUSR2"
        ) from None
    if handler is None:
        raise RuntimeError(
            f"the handler of {_name_of(signum)} was not installed by Python and could not be "
            "restored: use another signal"
        )
    return handler


def _name_of(signum: int) -> str:
    """Return the name of a signal with its number: `SIGKILL (9)`."""
    known = signum in set(signal.Signals)
    return f"{signal.Signals(signum).name} ({signum:d})" if known else f"signal {signum:d}"


def _check_thread(what: str) -> None:
    if threading.get_ident() != threading.main_thread().ident:
        raise ValueError(f"{what} must be called in the main thread, which runs signal handlers")


class SignalDumps(Closing):
    """The dumps on a signal: the result of `dump_on_signal`. A context manager."""

    __slots__ = (
        "_busy",
        "_directory",
        "_fork",
        "_is_closed",
        "_limit",
        "_previous",
        "_redact",
        "_signal",
        "_tells",
        "_timeout",
        "_untracked",
    )

    def __init__(
        self,
        signum: int,
        directory: str,
        *,
        fork: bool,
        redact: bool,
        untracked: bool,
        timeout: float | None,
        limit: Limit,
    ) -> None:
        self._limit = limit
        self._signal = signum
        self._directory = directory
        self._fork = fork
        self._redact = redact
        self._untracked = untracked
        self._timeout = timeout
        self._previous: Any = None
        self._tells = False
        self._is_closed = False
        self._busy = threading.Lock()

    @property
    def is_dumping(self) -> bool:
        """Whether a dump is being written."""
        return self._busy.locked()

    def close(self) -> None:
        """Restore the previous handler. A dump that a fork is writing continues.

        A handler that was installed later stays, but no more dumps are written. Call it in the
        main thread (otherwise ValueError). Closing it again does nothing.
        """
        if self._is_closed:
            return
        _check_thread("close")
        self._is_closed = True
        current = signal.getsignal(self._signal)
        if is_method_of(current, self):
            signal.signal(self._signal, self._previous)
            self._previous = None

    def _handle(self, number: int, frame: FrameType | None) -> None:
        # A lock, because a signal may run this again at each of its steps.
        if not self._is_closed and self._busy.acquire(blocking=False):
            self._dump()
        if callable(self._previous):
            self._previous(number, frame)

    def _dump(self) -> None:
        goes_on = False
        try:
            if reason := self._limit.reason_against():
                say(f"no dump in {self._directory}: {reason}")
                return
            path = new_path(self._directory)
            if self._fork:
                ended = partial(self._ended, path)
                dump_in_a_fork(path, self._redact, self._untracked, self._timeout, ended)
                goes_on = True
            else:
                dump(path, redact=self._redact, untracked=self._untracked)
                self._tell(path)
        except Exception as error:  # but not the KeyboardInterrupt of another handler
            complain(self._directory, error)
        finally:
            if not goes_on:
                self._busy.release()

    def _ended(self, path: str, error: Exception | None) -> None:
        if error is not None:
            complain(self._directory, error)
        else:
            self._tell(path)
        self._busy.release()

    def _tell(self, path: str) -> None:
        if self._tells:
            say(f"{signal.Signals(self._signal).name} arrived: the heap is dumped to {path}")
