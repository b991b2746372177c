"""The way from paths to a report: find the dumps, summarise them, reduce the summaries."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from refcycle._fleet.engines import Outcome, in_processes, number_of_processors
from refcycle._fleet.index import Index
from refcycle._fleet.ranking import Ranking, rank
from refcycle._fleet.report import FleetReport
from refcycle._fleet.sources import Failure, Source, sources_in
from refcycle._fleet.summaries import PURPOSE
from refcycle._tables.packages import package

__all__ = ["Engine", "Options", "report_of", "report_of_summaries"]

Engine = Callable[[Sequence[str]], Iterator[Outcome]]
"""Yields the outcome of each dump, in any order."""


class Options(NamedTuple):
    """How dumps are analysed: see `refcycle.fleet.analyse`."""

    folder: str | None = None
    jobs: int | None = None
    by: str = "leak"
    known: Collection[str] | None = None
    since: str | None = None
    engine: Engine | None = None
    progress: Callable[[int, int], object] | None = None


def report_of(paths: Iterable[str], options: Options) -> FleetReport:
    """Return the report on the dumps at some paths."""
    package("duckdb", PURPOSE)  # before the long work
    sources, failures = sources_in(paths)
    with tempfile.TemporaryDirectory(prefix="refcycle-") as scratch:
        index = Index(options.folder, scratch)
        summaries: dict[str, str | None] = {}
        new: dict[str, Source] = {}
        for source in sources:
            path = index.known(source)
            if path is None:
                new[source.name] = source
            else:
                summaries[path] = source.name
        for source, outcome in _read(new, options):
            if outcome.batch is None:
                failures.append(Failure(source.name, outcome.reason))
            else:
                summaries[index.add(source, _decoded(outcome.batch))] = source.name
        if not summaries:
            raise ValueError("\n".join(f"{name}: {reason}" for name, reason in sorted(failures)))
        found = rank(summaries, by=options.by, known=options.known, since=options.since)
    return _report(found, failures, len(new), options)


def report_of_summaries(paths: Iterable[str], options: Options) -> FleetReport:
    """Return the report on summaries in Parquet files and in folders of them."""
    files: dict[str, str | None] = {}
    for path in paths:
        if os.path.isdir(path):
            names = sorted(name for name in os.listdir(path) if name.endswith(".parquet"))
            files.update((os.path.join(path, name), None) for name in names)
        else:
            os.stat(path)
            files[path] = None
    if not files:
        raise ValueError("there are no Parquet files")
    found = rank(files, by=options.by, known=options.known, since=options.since)
    return _report(found, [], 0, options)


def _report(
    found: Ranking, failures: Iterable[Failure], read: int, options: Options
) -> FleetReport:
    return FleetReport(
        found.findings,
        sorted([*failures, *(Failure(*failure) for failure in found.failures)]),
        found.dumps,
        found.processes,
        found.applications,
        found.versions,
        found.first,
        found.last,
        read,
        options.by,
        found.samples,
        options.since,
        found.older,
        found.without_version,
        found.compared,
        found.compared_with,
        found.not_compared,
    )


def _read(new: dict[str, Source], options: Options) -> Iterator[tuple[Source, Outcome]]:
    names = list(new)
    if options.engine is not None:
        outcomes = options.engine(names)
    else:
        jobs = options.jobs or number_of_processors()
        outcomes = in_processes(names, jobs)
    for done, outcome in enumerate(outcomes, start=1):
        if options.progress is not None:
            options.progress(done, len(new))
        yield new[outcome.name], outcome


def _decoded(batch: bytes) -> object:
    [found] = package("pyarrow", PURPOSE).ipc.open_stream(batch)
    return found
