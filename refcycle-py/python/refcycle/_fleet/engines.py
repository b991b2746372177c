"""Who makes the summaries: this process, or a pool of local processes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any, NamedTuple

from refcycle._fleet.sources import local, reason_of
from refcycle._fleet.summaries import PURPOSE, failure, summary
from refcycle._fleet.workers import Worker, WorkerLost
from refcycle._tables.packages import package

__all__ = [
    "Outcome",
    "dask_engine",
    "in_processes",
    "number_of_processors",
    "summarised",
    "summarised_batch",
]

_KILLED = "the process that read it was killed; it may need more memory than there is"
_ENDED = "the process that read it ended with exit code {}"


class Outcome(NamedTuple):
    """What became of a dump.

    Attributes:
        name: Its path or URL.
        batch: Its summary as an Arrow IPC stream; `None` if it could not be read.
        reason: Why it could not be read.
    """

    name: str
    batch: bytes | None
    reason: str


def summarised(name: str) -> Outcome:
    """Return the summary of a dump, or why it cannot be read. Runs in any process."""
    found = _read(name)
    return Outcome(name, None, found) if isinstance(found, str) else _outcome(name, found)


def summarised_batch(name: str) -> Any:
    """Return the summary of a dump, or a row that says why it cannot be read."""
    found = _read(name)
    return failure(name, found) if isinstance(found, str) else found


def _read(name: str) -> Any:
    """Return the summary of a dump, or a text that says why it cannot be read."""
    path = name
    try:
        with local(name) as path:
            return summary(path, name)
    except ImportError:
        raise
    except Exception as error:  # packages for remote files have errors of their own
        # The name is shown beside the reason, and the path of a copy says nothing to anybody.
        return reason_of(error, path)


def _outcome(name: str, batch: Any) -> Outcome:
    return Outcome(name, _encoded(batch), "")


def _encoded(batch: Any) -> bytes:
    pyarrow = package("pyarrow", PURPOSE)
    sink = pyarrow.BufferOutputStream()
    with pyarrow.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    encoded: bytes = sink.getvalue().to_pybytes()
    return encoded


def in_processes(
    names: Sequence[str], jobs: int, task: Callable[[str], Outcome] = summarised
) -> Iterator[Outcome]:
    """Yield the outcome of each dump as it comes, with a pool of processes that run a task.

    A dump whose process ended is read once more at the end, with no other at the same time: it
    may have needed memory that others had. ImportError if a task needs a missing package.
    """
    if not sys.executable:  # Python is a part of another program
        yield from map(task, names)
        return
    jobs = min(jobs, len(names))
    lost = yield from _pooled(names, jobs, task)
    if jobs > 1:
        lost = yield from _pooled(sorted(lost), 1, task)
    for name, code in sorted(lost.items()):
        yield Outcome(name, None, _KILLED if code is None or code < 0 else _ENDED.format(code))


def _pooled(
    names: Sequence[str], jobs: int, task: Callable[[str], Outcome]
) -> Generator[Outcome, None, dict[str, int | None]]:
    """Yield outcomes; return the names that were lost with a process, and its exit code."""
    lost: dict[str, int | None] = {}
    if not names:
        return lost
    # Later: an import costs time.
    from concurrent.futures import ThreadPoolExecutor, as_completed
    from queue import SimpleQueue

    workers = [Worker(task) for _ in range(jobs)]
    idle: SimpleQueue[Worker] = SimpleQueue()
    for worker in workers:
        idle.put(worker)

    def outcome(name: str) -> Outcome:
        worker = idle.get()
        try:
            found: Outcome = worker.answer(name)
            return found
        finally:
            idle.put(worker)

    pool = ThreadPoolExecutor(jobs)  # its threads wait for the processes
    try:
        futures = {pool.submit(outcome, name): name for name in names}
        for future in as_completed(futures):
            try:
                yield future.result()
            except WorkerLost as error:
                lost[futures[future]] = error.code
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            worker.stop()
        pool.shutdown()
    return lost


def dask_engine(address: str) -> Callable[[Sequence[str]], Iterator[Outcome]]:
    """Return an engine that reads with the workers of a scheduler of Dask."""
    distributed = package("distributed", "an engine of Dask")

    def engine(names: Sequence[str]) -> Iterator[Outcome]:
        with distributed.Client(address) as client:
            # The same name may be another file later: no result is taken from an earlier call.
            futures = client.map(summarised, names, pure=False)
            of_keys = {future.key: name for future, name in zip(futures, names, strict=True)}
            for future in distributed.as_completed(futures):
                error = future.exception()
                if error is None:
                    yield future.result()
                else:  # it was killed with several workers, or the function is not there
                    yield Outcome(of_keys[future.key], None, str(error) or type(error).__name__)

    return engine


def number_of_processors() -> int:
    """Return the number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1
