"""Who makes the summaries: this process, or a pool of local processes."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any, NamedTuple

from refcycle._fleet.sources import local
from refcycle._fleet.summaries import PURPOSE, failure, summary
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
    except (OSError, ValueError, MemoryError) as error:
        strerror = error.strerror if isinstance(error, OSError) else None
        text = strerror or str(error) or type(error).__name__
        # The name is shown beside the reason, and the path of a copy says nothing to anybody.
        return text.removeprefix(f"{path}: ")


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

    If a process is killed, the dumps of the pool that are not done are read one by one, so that
    the one that is too large is known.
    """
    jobs = min(jobs, len(names))
    if jobs <= 1:
        yield from map(task, names)
        return
    lost = yield from _pooled(names, jobs, task)
    for name in lost:
        again = yield from _pooled([name], 1, task)
        yield from (Outcome(name, None, _KILLED) for name in again)


def _pooled(
    names: Sequence[str], jobs: int, task: Callable[[str], Outcome]
) -> Generator[Outcome, None, list[str]]:
    """Yield outcomes; return the names that were lost with a process."""
    # Later: an import costs time.
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    lost = []
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"))
    try:
        futures = {}
        for name in names:
            try:
                futures[pool.submit(task, name)] = name
            except BrokenProcessPool:
                lost.append(name)
        for future in as_completed(futures):
            try:
                yield future.result()
            except BrokenProcessPool:
                lost.append(futures[future])
    finally:
        pool.shutdown(cancel_futures=True)
    return sorted(lost)


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
