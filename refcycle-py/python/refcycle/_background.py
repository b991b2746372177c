"""Work that a daemon thread does from time to time. It ends with the interpreter."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

__all__ = ["Background"]

# A timer has a maximum, and a wrong clock must not stop the work forever.
_LONGEST = 3600.0
# An exit waits no longer for work that is going on.
_PATIENCE = 5.0

_running: set[Background] = set()
_is_registered = False


class Background:
    """A daemon thread that calls `work`, which returns the seconds until the next call.

    A fork of the process does not have the thread. There, `forked` is called instead, which may
    start it again.
    """

    __slots__ = ("_forked", "_name", "_thread", "_wake", "_work")

    def __init__(
        self, name: str, work: Callable[[], float], forked: Callable[[], object] = lambda: None
    ) -> None:
        self._name = name
        self._work = work
        self._forked = forked
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()

    @property
    def is_running(self) -> bool:
        """Whether there is a thread."""
        return self._thread is not None

    def start(self) -> bool:
        """Start the thread; return False if that is impossible here, as in some interpreters."""
        _register()
        # Too many threads, an interpreter that ends, or one that allows no daemon threads.
        with suppress(RuntimeError):
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            _running.add(self)
            self._thread.start()
            return True
        self._thread = None
        _running.discard(self)
        return False

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
            pause = self._work()
            if self._thread is own:
                self._wake.wait(min(max(pause, 0.0), _LONGEST))

    def _be_forked(self) -> None:
        # Another thread may have held the lock of the event.
        self._wake = threading.Event()
        self._thread = None
        _running.discard(self)
        self._forked()


def _register() -> None:
    """Register the functions for the exit and for forks, once."""
    global _is_registered
    if _is_registered or sys.is_finalizing():
        return
    _is_registered = True
    # A subinterpreter must not end before its threads.
    atexit.register(_stop_all)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_be_forked)


def _stop_all() -> None:
    for each in tuple(_running):
        each.stop()


def _be_forked() -> None:
    for each in tuple(_running):
        each._be_forked()
