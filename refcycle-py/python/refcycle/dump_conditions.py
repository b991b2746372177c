"""Dump the heap when something happens, without a change of the program.

`python -m refcycle run --dump-on WORDS PROGRAM` and the environment variable REFCYCLE_DUMP_ON use
the words of `dump_on`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial

from refcycle._arguments import wrong_type
from refcycle._background import Background
from refcycle._dumps import cgroups
from refcycle._dumps.fork import is_for_a_dump
from refcycle._dumps.hooks import Closing
from refcycle._dumps.limits import Limit
from refcycle._dumps.new_files import complain, new_path, say, writable_directory
from refcycle._dumps.residue import resident_bytes
from refcycle._dumps.words import Request, Threshold, parsed
from refcycle._text.numbers import size_text
from refcycle.dumping import LIMIT, check_options, dump_in_a_fork
from refcycle.dumping import dump_new as dump
from refcycle.memory_error_dumps import dump_on_memory_error
from refcycle.signal_dumps import dump_on_signal

__all__ = ["ConditionDumps", "dump_on"]

VARIABLE = "REFCYCLE_DUMP_ON"
_PERIOD = 1.0


def dump_on(words: str) -> ConditionDumps:
    """Dump the heap when one of some conditions is met. The words are separated by commas.

    Conditions:

    - `MemoryError`: an uncaught MemoryError ends the program or a thread: see
      `refcycle.dump_on_memory_error`;
    - `SIGUSR2`, or another signal: it arrives: see `refcycle.dump_on_signal`;
    - `rss>2GB`: the process has more memory than this. Units are kB, MB, GB and TB, or KiB to TiB;
    - `cgroup>90%`: the control group of the process, that of its container, uses more of its limit
      than this, without files that the kernel only caches. Linux kills a process when it is at
      100 %;
    - `pressure>20%`: in the last ten seconds, something in the group waited for memory for this
      share of the time (PSI).

    Settings:

    - `to=FOLDER`: where files are written; by default the current folder. It must exist;
    - `most=3`: the number of dumps for each condition, in each process;
    - `every=60s`: the shortest time between two dumps for one condition, also in `min` or `h`;
    - `fork`: a fork of the process writes the file, and the process goes on: see `refcycle.dump`.
      Not for a MemoryError.

    The dumps are redacted, and only their owner can read them. A line on stderr names the
    condition and the file of each dump, or says why there is none. Limits are
    checked once a second by a daemon thread, which takes less than 1 ms; a fork of the process,
    such as a worker of a server, gets a thread of its own. For `cgroup` and `pressure`, a dump of
    tracked objects is written first, which needs less memory; a complete one then replaces it.

    Call it in the main thread if there are signals. `close` of the result, or the end of its
    `with` statement, ends it. TypeError unless `words` is a str; ValueError that names a wrong
    word; OSError if the folder does not exist or cannot be written. Other errors are those of
    `refcycle.dump_on_signal`.

    >>> import refcycle.dump_conditions
    >>> with refcycle.dump_conditions.dump_on("MemoryError,rss>500GB,to=/tmp"):
    ...     pass
    >>> refcycle.dump_conditions.dump_on("ram>2GB")
    Traceback (most recent call last):
    ValueError: unknown word 'ram>2GB': the words are MemoryError, a signal such as SIGUSR2, ...
    """
    if type(words) is not str:
        raise wrong_type("words", "a str", words)
    return ConditionDumps(parsed(words))


class ConditionDumps(Closing):
    """The dumps on conditions: the result of `dump_on`. A context manager."""

    __slots__ = ("_background", "_directory", "_fork", "_hooks", "_missing", "_root", "_watched")

    def __init__(
        self,
        request: Request,
        *,
        root: str = "/",
        clock: Callable[[], float] = time.monotonic,
        thread: bool = True,
    ) -> None:
        self._hooks: list[Closing] = []
        self._directory = writable_directory(request.folder)
        self._fork = request.fork
        self._root = root
        self._missing: set[Threshold] = set()
        self._watched = [
            (threshold, Limit(request.most, request.every, clock=clock))
            for threshold in request.thresholds
        ]
        check_options(request.fork, LIMIT)
        self._background = Background("refcycle dump_on", self._work, self._be_forked)
        try:
            self._install(request)
        except BaseException:
            self.close()
            raise
        if self._watched and thread:
            self._start()

    def _install(self, request: Request) -> None:
        if request.on_memory_error:
            on_error = dump_on_memory_error(self._directory)
            on_error._tells = True
            self._hooks.append(on_error)
        for number in request.signals:
            dumps = dump_on_signal(
                number,
                self._directory,
                fork=request.fork,
                most=request.most,
                every=request.every,
            )
            dumps._tells = True
            self._hooks.append(dumps)

    def close(self) -> None:
        """Remove all hooks and end the thread. Closing it again does nothing.

        In the main thread if there are signals (otherwise ValueError).
        """
        self._background.stop()
        while self._hooks:
            self._hooks[-1].close()
            self._hooks.pop()

    def _start(self) -> None:
        if not self._background.start():
            words = ", ".join(threshold.word for threshold, _ in self._watched)
            say(f"no thread can be started here, so nothing is dumped on {words}")

    def _be_forked(self, was_running: bool) -> None:
        if was_running and not is_for_a_dump():
            self._start()

    def _work(self) -> float:
        for threshold, limit in self._watched:
            try:
                self._check(threshold, limit)
            except Exception as error:
                complain(self._directory, error)
        return _PERIOD

    def _check(self, threshold: Threshold, limit: Limit) -> None:
        reading = self._reading(threshold.source)
        if reading is None:
            if threshold not in self._missing:
                self._missing.add(threshold)
                say(f"nothing is dumped on {threshold.word}: {_MISSING[threshold.source]}")
        elif reading > threshold.limit and not limit.reason_against():
            self._dump(threshold, reading)

    def _reading(self, source: str) -> float | None:
        if source == "rss":
            return resident_bytes()
        return (cgroups.memory_share if source == "cgroup" else cgroups.pressure)(self._root)

    def _dump(self, threshold: Threshold, reading: float) -> None:
        path = new_path(self._directory)
        is_size = threshold.source == "rss"
        value = size_text(round(reading)) if is_size else f"{reading:.0%}"
        told = partial(_tell, path, f"{threshold.source} is {value}, {threshold.word}")
        if self._fork:
            dump_in_a_fork(path, True, True, LIMIT, told)
            return
        if not is_size:
            # There may be no memory for a complete one.
            dump(path, redact=True, untracked=False)
        try:
            dump(path, redact=True, untracked=True)
        except (MemoryError, OSError) as error:
            if is_size:
                raise
            say(
                f"the dump {path} has only the objects that the collector tracks: a complete one "
                f"failed: {str(error) or type(error).__name__}"
            )
        told(None)


_MISSING = {
    "rss": "the system does not report the memory of the process",
    "cgroup": "the control group of the process has no limit, or cannot be read",
    "pressure": "the kernel does not report the pressure on memory",
}


def _tell(path: str, why: str, error: Exception | None) -> None:
    if error is not None:
        complain(os.path.dirname(path), error)
    else:
        say(f"{why}: the heap is dumped to {path}")


_of_environment: ConditionDumps | None = None


def reason_of(error: Exception) -> str:
    """Return the reason for an error of `dump_on`, with the file that it is about, if any."""
    if not isinstance(error, OSError):
        return str(error)
    return str(error.strerror) + (f": {error.filename}" if error.filename is not None else "")


def start_from_environment() -> None:
    """Do what REFCYCLE_DUMP_ON says. What is wrong with it is a line on stderr, not an error."""
    global _of_environment
    words = os.environ.get(VARIABLE, "")
    if not words.strip() or _of_environment is not None:
        return
    try:
        _of_environment = dump_on(words)
    except Exception as error:
        say(f"{VARIABLE} is ignored: {reason_of(error)}")


def stop_from_environment() -> bool:
    """Stop what `start_from_environment` started, for commands that analyse other processes.

    Return whether it had started anything.
    """
    global _of_environment
    started, _of_environment = _of_environment, None
    if started is not None:
        started.close()
    return started is not None
