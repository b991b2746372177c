"""Processes that run a task for one name after another.

Unlike those of multiprocessing, they do not import the main module of the program: a script
without `if __name__ == "__main__"` does not run again in each of them.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import Any

__all__ = ["Worker", "WorkerLost", "serve"]

# The path comes first: nothing is imported from the current folder that the program does not.
_PROGRAM = (
    "import sys; sys.path[:] = sys.argv[1:]; from refcycle._fleet.workers import serve; serve()"
)
# Seconds in which a process ends after it was asked to.
_GRACE = 10


class WorkerLost(Exception):
    """A process ended before it answered; `code` is as in `subprocess`, None if unknown."""

    def __init__(self, code: int | None) -> None:
        super().__init__(code)
        self.code = code


class Worker:
    """A process that starts with the first name, and again after one that ended it."""

    def __init__(self, task: Callable[[str], Any]) -> None:
        """Take a function of a module, which the process imports."""
        self._task = task
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = Lock()
        self._is_stopped = False

    def answer(self, name: str) -> Any:
        """Return what the task returns for a name.

        WorkerLost if the process ends, ImportError if the task raises it there.
        """
        process = self._started()
        assert process.stdin is not None and process.stdout is not None
        try:
            pickle.dump((self._task, name), process.stdin)
            process.stdin.flush()
            found, missing = pickle.load(process.stdout)
        except (EOFError, OSError, ValueError, pickle.UnpicklingError):
            raise WorkerLost(self._ended()) from None  # ValueError: `stop` closed the file
        if missing is not None:
            raise ImportError(missing)
        return found

    def stop(self) -> None:
        """End the process, even while it runs the task."""
        with self._lock:
            self._is_stopped = True
            if self._process is not None:
                self._process.terminate()
        self._ended()

    def _started(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._is_stopped:
                raise WorkerLost(None)
            if self._process is None:
                path = [folder for folder in sys.path if isinstance(folder, str)]
                self._process = subprocess.Popen(
                    [sys.executable, "-c", _PROGRAM, *path],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                )
            return self._process

    def _ended(self) -> int | None:
        """Wait for the end of the process; return its exit code, None if `stop` ended it."""
        with self._lock:
            process, self._process = self._process, None
        if process is None:
            return None
        assert process.stdin is not None and process.stdout is not None
        with suppress(OSError):
            process.stdin.close()
        try:
            code = process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        process.stdout.close()
        return code


def serve() -> None:
    """Answer requests of a `Worker` until it closes the pipe; runs in the process."""
    # A Ctrl-C goes to all processes of the terminal: the one that started this one decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # which removes temporary files
    with os.fdopen(os.dup(1), "wb") as answers:
        # What a library prints does not get between the answers.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.close(nowhere)
        while True:
            try:
                task, name = pickle.load(sys.stdin.buffer)
            except EOFError:
                return
            answer: tuple[Any, str | None]
            try:
                answer = task(name), None
            except ImportError as error:
                answer = None, str(error)
            pickle.dump(answer, answers)
            answers.flush()
