"""Work that a daemon thread does from time to time. It ends with the interpreter."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from weakref import WeakSet

from refcycle._dumps.new_files import say

__all__ = ["Background"]

# A timer has a maximum, and a wrong clock must not stop the work forever.
_LONGEST = 3600.0
# An exit waits no longer for work that is going on.
_PATIENCE = 5.0
# After work that failed.
_PAUSE = 60.0

_all: WeakSet[Background] = WeakSet()
_running: set[Background] = set()
_is_registered = False


class Signal:
    """A `threading.Event` for one thread that waits.

    A finalizer or a signal handler can call `set` within each of the methods. Within those of a
    `threading.Event`, it would wait forever for the lock of the event.
    """

    __slots__ = ("_is_clear",)

    def __init__(self) -> None:
        self._is_clear = threading.Lock()
        self.clear()

    def set(self) -> None:
        """End the wait that is going on, or the next one."""
        with suppress(RuntimeError):  # it is set
            self._is_clear.release()

    def clear(self) -> None:
        """Let the next wait wait."""
        self._is_clear.acquire(blocking=False)

    def wait(self, seconds: float) -> None:
        """Wait until it is set, or until the seconds are over."""
        if self._is_clear.acquire(timeout=seconds):
            self.set()


class Background:
    """A daemon thread that calls `work`, which returns the seconds until the next call.

    Work that fails, with any exception, is a line on stderr, and is called again after a minute.

    A fork of the process does not have the thread. `forked` is called in each fork, whether there
    was a thread or not, with True if there was one. It may start the thread again.
    """

    __slots__ = ("__weakref__", "_forked", "_name", "_thread", "_wake", "_work")

    def __init__(
        self,
        name: str,
        work: Callable[[], float],
        forked: Callable[[bool], object] = lambda was_running: None,
    ) -> None:
        self._name = name
        self._work = work
        self._forked = forked
        self._thread: threading.Thread | None = None
        self._wake = Signal()
        _all.add(self)

    @property
    def is_running(self) -> bool:
        """Whether there is a thread."""
        return self._thread is not None

    def start(self) -> bool:
        """Start the thread; return False if that is impossible here, as in some interpreters."""
        _register()
        # An interpreter that allows no daemon threads, one that ends, or too many threads.
        with suppress(RuntimeError):
            thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            # Of several threads that are started at once, the last one stays.
            self._thread = thread
            _running.add(self)
            try:
                thread.start()
            except RuntimeError:
                if self._thread is thread:
                    self._thread = None
                    _running.discard(self)
        return self.is_running

    def wake(self) -> None:
        """Let the thread work now, or after what it is doing."""
        self._wake.set()

    def stop(self) -> None:
        """End the thread, and wait a few seconds for work that is going on."""
        thread, self._thread = self._thread, None
        self._wake.set()
        _running.discard(self)
        if thread is not None and thread is not threading.current_thread():
            thread.join(_PATIENCE)

    def _run(self) -> None:
        own = threading.current_thread()
        while self._thread is own:
            # Before the work: what happens during the work counts.
            self._wake.clear()
            pause = self._worked()
            if self._thread is own:
                self._wake.wait(min(max(pause, 0.0), _LONGEST))

    def _worked(self) -> float:
        try:
            return self._work()
        except BaseException as error:
            with suppress(BaseException):  # such as another MemoryError
                name = type(error).__name__
                say(f"the thread `{self._name}` tries again in {_PAUSE:.0f} s after a {name}")
            return _PAUSE

    def _be_forked(self) -> None:
        # Another thread may have been about to release the lock.
        self._wake = Signal()
        was_running, self._thread = self.is_running, None
        _running.discard(self)
        self._forked(was_running)


def _register() -> None:
    """Register the function for the exit, once."""
    global _is_registered
    if _is_registered or sys.is_finalizing():
        return
    _is_registered = True
    # A subinterpreter must not end before its threads.
    atexit.register(_stop_all)


def _stop_all() -> None:
    for each in tuple(_running):
        each.stop()


def _be_forked() -> None:
    for each in tuple(_all):
        each._be_forked()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_be_forked)
