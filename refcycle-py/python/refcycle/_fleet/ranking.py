"""What stands out among the summaries of many dumps."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

from refcycle._fleet.interrupts import interruptible
from refcycle._fleet.process_names import labels_of, process_name
from refcycle._fleet.statements import FINDINGS, PER_PROCESS, PREPARATION, UNUSUAL, VERSIONS
from refcycle._fleet.summaries import PURPOSE, encodable
from refcycle._tables.packages import package

__all__ = ["ORDERS", "Finding", "Ranking", "Sample", "UnusualProcess", "in_order", "rank"]

# The rest of a version begins with a separator or a stage, as in 2.4-beta, 2.4rc1 or 2.4.post1+x.
# Hashes of commits that begin with a digit are no versions.
_STAGE = r"(?:a|b|c|alpha|beta|dev|pre|preview|rc|post|final)\d*"
_RELEASE = re.compile(rf"v?(\d+(?:\.\d+)*)((?:{_STAGE})?(?:[-.+_~ ].*)?)", re.IGNORECASE)


class UnusualProcess(NamedTuple):
    """A process that makes a signature a suspect, at its last dump: one of `Finding.unusual`.

    Attributes:
        process: What is different for each process, as in `summarise`.
        file: The file of its last dump.
        host: Its host, if the dump has it.
        pid: Its number, if the dump has it.
        labels: Its labels.
        count: The number of objects.
        size: The bytes of these objects.
        retained_size: The bytes that are freed with them.
        excess: By how many bytes it has more than is usual; 0 if not far more.
        grown: By how many bytes it grew with the dumps; 0 if it did not with each.
    """

    process: str
    file: str
    host: str | None
    pid: int | None
    labels: dict[str, str]
    count: int  # type: ignore[assignment]  # a tuple has a method of this name
    size: int
    retained_size: int
    excess: int
    grown: int

    @property
    def name(self) -> str:
        """The file, with the host and labels, or the number of the process without these."""
        return process_name(self.file, self.host, self.pid, self.labels)


class Finding(NamedTuple):
    """One signature of one application, in all of its processes: a line of a `FleetReport`.

    Attributes:
        application: The label `service` or `app`, the file of the program, or its command.
        signature: The signature, as in `ObjectGraph.signatures`.
        type_name: The name of the type of the objects.
        module: The module of the type; `None` if it is unknown.
        processes: The number of processes that have such objects.
        of_processes: The number of processes of the application.
        compared: Of these, the number that can be outliers: with `since`, those that are not
            older, and none if the application has no older process.
        count: The number of objects, in the last dump of each process.
        size: The bytes of these objects.
        retained_size: The bytes that are freed with them.
        native_size: Of `size`, the bytes of buffers outside Python's objects.
        is_garbage: Whether it is garbage in one of the dumps.
        growth: By how many bytes the retained size grew from the first to the last dump of
            each process.
        outliers: The number of processes that have far more than is usual.
        excess: By how many bytes these have more: retained bytes, or those of the objects
            themselves where only these are unusual.
        larger_outliers: Of `outliers`, the number whose objects are larger rather than more:
            there, `excess` counts the bytes of the objects themselves.
        outlier_fewest: The least number of objects in one of these processes.
        outlier_most: The most objects in one of them.
        usual_count: The usual number of objects in a process.
        growing: The number of processes with at least three dumps in which it grew from each dump
            to the next.
        larger_growing: Of `growing`, the number in which the objects became larger rather than
            more: there, `grown` counts the bytes of the objects themselves.
        grown: By how many bytes it grew in these.
        is_uniform: Whether there are several outliers, at least three if the objects are larger
            rather than more, and all have exactly the same number and bytes of these objects: it
            may be data that only these processes load.
        is_constant: Whether each outlier has several dumps, all with the same number and bytes.
        example: The file of the last dump of the process that has most of what is unusual; `None`
            if `unusual` is empty.
        unusual: The processes with far more and those in which it grows, as `UnusualProcess`,
            those with most of what is unusual first.
        is_known: Whether the list of known signatures has it; `None` without such a list.
        is_new: Whether no dump of an older version has it; `None` without `since`, and if the
            application has no such dump.
        older_most: The most objects in a dump of an older version; `None` like `is_new`.
    """

    application: str
    signature: str
    type_name: str
    module: str | None
    processes: int
    of_processes: int
    compared: int
    count: int  # type: ignore[assignment]  # a tuple has a method of this name
    size: int
    retained_size: int
    native_size: int
    is_garbage: bool
    growth: int
    outliers: int
    excess: int
    larger_outliers: int
    outlier_fewest: int
    outlier_most: int
    usual_count: int
    growing: int
    larger_growing: int
    grown: int
    is_uniform: bool
    is_constant: bool
    example: str | None = None
    unusual: tuple[UnusualProcess, ...] = ()
    is_known: bool | None = None
    is_new: bool | None = None
    older_most: int | None = None

    @property
    def evidence(self) -> int:
        """The bytes that speak for a leak, 0 if nothing does.

        What all outliers have in the same number and size, at each dump, is data that they load.
        """
        excess = 0 if self.is_uniform and self.is_constant else self.excess
        return max(excess, self.grown)

    @property
    def is_suspect(self) -> bool:
        """Whether something speaks for a leak, and the signature is not known."""
        return self.evidence > 0 and not self.is_known


class Sample(NamedTuple):
    """What a process had of a signature at a dump."""

    application: str
    signature: str
    process: str
    number: int
    time: str | None
    count: int  # type: ignore[assignment]  # a tuple has a method of this name
    retained_size: int
    is_unusual: bool
    """Whether it is one of the processes that make the signature a suspect."""
    name: str
    """The file, and which process it is of."""


class Ranking(NamedTuple):
    """The result of the reduction."""

    findings: list[Finding]
    samples: list[Sample]
    dumps: int
    processes: int
    applications: int
    versions: list[str]
    first: str | None
    last: str | None
    failures: list[tuple[str, str]]
    """Files that could not be read, each with the reason, as the summaries say."""
    older: int
    """The number of processes of older versions."""
    without_version: int
    """Of the other processes, the number whose label is no version, or that have none."""
    compared: int
    """The number of these whose application has processes of older versions too."""
    compared_with: int
    """The number of processes of older versions of the same applications."""
    not_compared: tuple[str, ...]
    """The applications that have no process of an older version; none if there is none at all."""


ORDERS = ("leak", "processes", "bytes", "growth")
"""What findings can be ordered by."""

_MEASURES: dict[str, Callable[[Finding], int]] = {
    "leak": lambda found: found.evidence if found.is_suspect else 0,
    "processes": lambda found: found.processes,
    "bytes": lambda found: found.retained_size,
    "growth": lambda found: found.growth,
}
# Of these, pictures are made.
_SAMPLED = 12


def rank(
    summaries: Mapping[str, str | None],
    *,
    by: str = "leak",
    known: Collection[str] | None = None,
    since: str | None = None,
) -> Ranking:
    """Reduce summaries: `summaries` maps the path of each Parquet file to the name of its dump.

    A file with the summaries of several dumps has None, and the names are those in it.
    """
    duckdb = package("duckdb", PURPOSE)
    connection = duckdb.connect()
    try:
        with interruptible():
            _fill(connection, summaries)
            older = _older(connection, since)
            connection.execute("create table older (version varchar)")
            if older:
                connection.executemany("insert into older values (?)", [[one] for one in older])
            for statement in PREPARATION:
                connection.execute(statement)
            rows = connection.execute(FINDINGS).fetchall()
            unusual = _unusual(connection.execute(UNUSUAL).fetchall())
            sides = {name: _Sides(*of) for name, *of in connection.execute(VERSIONS).fetchall()}
            findings = [_finding(row, unusual, known, sides, bool(older)) for row in rows]
            findings = in_order(findings, by)
            suspects = [found.signature for found in findings if found.is_suspect]
            suspects = list(dict.fromkeys(suspects))[:_SAMPLED]  # applications may share one
            found = connection.execute(PER_PROCESS, {"signatures": suspects}).fetchall()
            samples = [_sample(row) for row in found]
            return Ranking(findings, samples, *_overview(connection, sides if older else {}))
    except duckdb.Error as error:
        raise ValueError(f"these are no summaries of dumps: {error}") from error
    finally:
        connection.close()


def _fill(connection: Any, summaries: Mapping[str, str | None]) -> None:
    """Make the tables `everything` and `rows`."""
    pyarrow = package("pyarrow", PURPOSE)
    paths = list(summaries)
    shown = [None if name is None else encodable(name) for name in summaries.values()]
    names = pyarrow.array(shown, pyarrow.string())
    connection.register("names", pyarrow.table({"path": paths, "name": names}))
    connection.execute(
        "create table everything as select parquet.* exclude (file, filename), "
        "coalesce(names.name, parquet.file) as file "
        "from read_parquet($paths, filename=true, hive_partitioning=false, union_by_name=true) "
        "as parquet join names on filename = path",
        {"paths": paths},
    )
    # Summaries of older versions do not have it.
    connection.execute("alter table everything add column if not exists earlier_dumps bigint")
    connection.execute("create view rows as from everything where error is null")


def _older(connection: Any, since: str | None) -> list[str]:
    """Return the versions of dumps before a version; none without it."""
    if since is None:
        return []
    limit = _version_key(since)
    rows = connection.execute("select distinct labels['version'] from rows").fetchall()
    versions = _in_order_of_versions(rows)
    older = [version for version in versions if _place(version) < (False, limit, "")]
    if versions and older == versions:
        raise ValueError(
            f"no dump is of version {since} or newer: they have {', '.join(versions)}"
        )
    if not older:
        known = f"they have {', '.join(versions)}" if versions else "they have no label `version`"
        raise ValueError(f"no dump is of a version before {since}: {known}")
    return older


def _in_order_of_versions(rows: Iterable[tuple[str | None]]) -> list[str]:
    return sorted((version for (version,) in rows if version), key=_place)


def _place(version: str) -> tuple[bool, tuple[Any, ...], str]:
    """Return what orders labels: versions, then what is none, such as `main-3f2a`, as text."""
    try:
        return False, _version_key(version), version
    except ValueError:
        return True, (), version


def _version_key(version: str) -> tuple[tuple[int, ...], bool, str]:
    """Return what orders versions: dotted numbers, releases after their candidates."""
    match = _RELEASE.fullmatch(version.strip())
    if match is None:
        raise ValueError(f"not a version such as 2.4.1: {version}")
    numbers = [int(number) for number in match[1].split(".")]
    while numbers and numbers[-1] == 0:
        del numbers[-1]
    rest = match[2].lstrip(".-_").lower()
    return tuple(numbers), not rest.startswith(("a", "b", "c", "dev", "rc", "pre")), rest


class _Sides(NamedTuple):
    """The numbers of processes of an application that are compared with each other."""

    newer: int
    older: int


def _compared(sides: Mapping[str, _Sides]) -> tuple[int, int, tuple[str, ...]]:
    """Return how many processes are compared, with how many, and the applications that are not."""
    both = [one for one in sides.values() if one.newer and one.older]
    without = tuple(name for name, one in sides.items() if not one.older)
    return sum(one.newer for one in both), sum(one.older for one in both), without


_Key = tuple[str, str]  # an application and a signature


def _unusual(rows: Iterable[tuple[Any, ...]]) -> dict[_Key, tuple[UnusualProcess, ...]]:
    """Return the unusual processes by application and signature, in the order of the rows."""
    found: dict[_Key, list[UnusualProcess]] = {}
    for application, signature, process, file, host, pid, keys, values, *numbers in rows:
        one = UnusualProcess(
            process, file, host, pid, labels_of(keys, values), *map(_whole, numbers)
        )
        found.setdefault((application, signature), []).append(one)
    return {key: tuple(processes) for key, processes in found.items()}


def _sample(row: tuple[Any, ...]) -> Sample:
    *facts, file, host, pid, keys, values = row
    return Sample(*[*facts, process_name(file, host, pid, labels_of(keys, values))])


def _finding(
    row: tuple[Any, ...],
    unusual: Mapping[_Key, tuple[UnusualProcess, ...]],
    known: Collection[str] | None,
    sides: Mapping[str, _Sides],
    has_since: bool,
) -> Finding:
    *facts, older_most = row
    # The sums of DuckDB are decimals or floats.
    found = Finding(*(_whole(fact) for fact in facts))
    has_older = has_since and sides[found.application].older > 0
    processes = unusual.get((found.application, found.signature), ())
    return found._replace(
        compared=found.compared if has_older or not has_since else 0,
        example=processes[0].file if processes else None,
        unusual=processes,
        is_known=None if known is None else found.signature in known,
        is_new=not older_most if has_older else None,
        older_most=_whole(older_most) if has_older else None,
    )


def _whole(fact: Any) -> Any:
    return fact if fact is None or isinstance(fact, str | bool) else round(fact)


def in_order(findings: Iterable[Finding], by: str) -> list[Finding]:
    """Return findings in one of the orders."""
    return sorted(findings, key=lambda found: _order(found, by))


def _order(found: Finding, by: str) -> tuple[Any, ...]:
    measure = _MEASURES[by](found)
    may_be_data = by == "leak" and found.is_suspect and found.is_uniform and not found.growing
    return (
        measure <= 0,
        may_be_data,
        -measure,
        -found.retained_size,
        found.signature,
        found.application,
    )


def _overview(connection: Any, sides: Mapping[str, _Sides]) -> tuple[Any, ...]:
    [row] = connection.execute(
        "select count(*), count(distinct process), count(distinct application), "
        "min(time), max(time) from dumps"
    ).fetchall()
    dumps, processes, applications, first, last = row
    rows = connection.execute("select distinct version from dumps").fetchall()
    versions = _in_order_of_versions(rows)
    failures = connection.execute(
        "select distinct file, error from everything where error is not null order by all"
    ).fetchall()
    rows = connection.execute(
        "select version, is_older, count(distinct process) from dumps group by all"
    ).fetchall()
    older = sum(number for _, is_older, number in rows if is_older)
    without = sum(number for version, _, number in rows if not version or _place(version)[0])
    return (
        *(dumps, processes, applications, versions, first, last, failures, older, without),
        *_compared(sides),
    )
