"""Snapshots that a signal asks for."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import TYPE_CHECKING, Any

from refcycle._dumps.hooks import Closing, is_method_of
from refcycle._dumps.new_files import complain, new_path, writable_directory
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
    untracked: bool = False,
    timeout: float | None = LIMIT,
) -> SignalDumps:
    """Write a dump into `directory` at each such signal: `kill -USR2 PID`.

    The name of the file has the time, in UTC, and the process: none is written over. It is for
    its owner alone (0600). While a dump is going on, a signal starts no other. When one fails a
    line on the standard error says why, and the program goes on. A handler that was there
    before is called after it.

    The options are those of `dump`. Python runs handlers in the main thread, between two
    steps of the program's code: with `fork` that is kept no longer than a fork takes, and
    else for the whole dump.

    To be called in the main thread (else ValueError). `close` of what is returned, or the
    end of a `with` statement, takes it back. OSError when the directory is not there or
    cannot be written, RuntimeError when the signal has a handler that is not Python's: it
    could not be put back.

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
    previous = _handler_of(signum)
    if fork:
        from refcycle._dumps.fork import Fork as Fork  # now: a handler had better import nothing
    dumps = SignalDumps(
        signum,
        writable_directory(directory),
        fork=fork,
        redact=redact,
        untracked=untracked,
        timeout=timeout,
    )
    dumps._previous = previous
    try:
        signal.signal(signum, dumps._handle)
    except OSError as error:
        text = f"{_name_of(signum)} can have no handler: use another signal, such as SIGUSR2"
        raise OSError(error.errno, text) from None
    return dumps


def _handler_of(signum: int) -> Any:
    """Return the handler that is there now: one that can be put back."""
    try:
        handler = signal.getsignal(signum)
    except ValueError:
        raise ValueError(
            f"signum is {signum}: there is no such signal; use one such as signal.SIGUSR2"
        ) from None
    if handler is None:
        raise RuntimeError(
            f"the handler of {_name_of(signum)} was not installed by Python and could not be put "
            "back: use another signal"
        )
    return handler


def _name_of(signum: int) -> str:
    """Return the name of a signal with its number: `SIGKILL (9)`."""
    known = signum in set(signal.Signals)
    return f"{signal.Signals(signum).name} ({signum:d})" if known else f"signal {signum:d}"


def _check_thread(what: str) -> None:
    if threading.get_ident() != threading.main_thread().ident:
        raise ValueError(f"{what} must be called in the main thread: that has the handlers")


class SignalDumps(Closing):
    """The dumps at a signal: what `dump_on_signal` returns. A context manager."""

    __slots__ = (
        "_busy",
        "_directory",
        "_fork",
        "_is_closed",
        "_previous",
        "_redact",
        "_signal",
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
    ) -> None:
        self._signal = signum
        self._directory = directory
        self._fork = fork
        self._redact = redact
        self._untracked = untracked
        self._timeout = timeout
        self._previous: Any = None
        self._is_closed = False
        self._busy = threading.Lock()

    @property
    def is_dumping(self) -> bool:
        """Whether a dump is going on."""
        return self._busy.locked()

    def close(self) -> None:
        """Put the handler back that was there before. A dump that a fork takes goes on.

        Where another handler has come since, that stays, and dumps end all the same. To be
        called in the main thread (else ValueError). Nothing happens when it is closed.
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
        # A lock, as this may be run again at each of its steps.
        if not self._is_closed and self._busy.acquire(blocking=False):
            self._dump()
        if callable(self._previous):
            self._previous(number, frame)

    def _dump(self) -> None:
        goes_on = False
        try:
            path = new_path(self._directory)
            if self._fork:
                dump_in_a_fork(path, self._redact, self._untracked, self._timeout, self._ended)
                goes_on = True
            else:
                dump(path, redact=self._redact, untracked=self._untracked)
        except Exception as error:  # but not the KeyboardInterrupt of another handler
            complain(self._directory, error)
        finally:
            if not goes_on:
                self._busy.release()

    def _ended(self, error: Exception | None) -> None:
        if error is not None:
            complain(self._directory, error)
        self._busy.release()
