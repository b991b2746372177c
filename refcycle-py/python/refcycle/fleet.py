"""Many dumps at once: what stands out in a few processes of many, and what grows in them.

`analyse` reads dumps with a pool of processes, makes a summary of each, and reduces the summaries
with DuckDB; the command `refcycle fleet` does the same. `summarise` is the summary of one dump, a
plain function for Spark, Ray and other engines. It needs pyarrow, `analyse` also DuckDB, and URLs
need fsspec: the extra `fleet` brings them, as in `pip install './refcycle-py[fleet]'`. They are
imported when they are needed.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from refcycle._arguments import names_in
from refcycle._fleet import summaries
from refcycle._fleet.analysis import Options, report_of, report_of_summaries
from refcycle._fleet.engines import dask_engine, summarised_batch
from refcycle._fleet.ranking import ORDERS, Finding, UnusualProcess
from refcycle._fleet.report import FleetReport
from refcycle._fleet.sources import local
from refcycle._text.progress_bar import shown

if TYPE_CHECKING:
    from _typeshed import StrPath

    from refcycle._refcycle import _Progress as Progress

__all__ = [
    "Finding",
    "FleetReport",
    "UnusualProcess",
    "analyse",
    "map_in_arrow",
    "reduce",
    "schema",
    "spark_schema",
    "summarise",
]


def summarise(path: StrPath) -> Any:
    """Return the summary of a dump: a `pyarrow.RecordBatch` with a few hundred rows.

    `path` is a path, or a URL that fsspec opens. A row stands for all objects with one signature,
    which is the same in every process: see `ObjectGraph.signatures`. The rows are those with most
    retained bytes, most bytes or most objects, 150 of each, in the order of retained bytes; so any
    signature with a hundredth of the heap has one. The columns:

    - `file`; `application` (the label `service` or `app`, else the file of the program, else the
      command); `host` (from a file that is not redacted, or the label `host`); `pid`; `process`,
      which is different for each process; `command`; `time` (UTC, in seconds);
      `earlier_dumps` (how many dumps the process wrote before, also by `ObjectGraph.save`; a fork
      counts those before it too); `labels` (a map: those of the
      environment variable REFCYCLE_LABELS of the process, as in `service=shop,version=2.4`);
      `objects` and `heap_bytes`, of the whole file.
    - `signature`, `type`, `module` (of the type), `count`, `shallow` (the bytes of the objects
      themselves), `retained` (the bytes that are freed with them), `native` (of `shallow`, the
      bytes of buffers that are no Python objects), `is_garbage`.
    - `error`, which is null: see `map_in_arrow`.

    What a file does not contain is null. `ImportError` if pyarrow is not installed, `OSError` or
    `ValueError` if the file cannot be read. Takes about two seconds for a million objects.

        >>> import os, tempfile
        >>> from importlib.util import find_spec
        >>> from refcycle import ObjectGraph
        >>> from refcycle.fleet import summarise
        >>> path = os.path.join(tempfile.mkdtemp(), "heap.refcycle")
        >>> ObjectGraph([[], []]).save(path)
        >>> if find_spec("pyarrow"):
        ...     batch = summarise(path)
        ...     assert batch["count"].to_pylist() == [2]
    """
    name = os.fspath(path)
    with local(name) as file:
        return summaries.summary(file, name)


def schema() -> Any:
    """Return the schema of what `summarise` returns, a `pyarrow.Schema`.

    `ImportError` if pyarrow is not installed.

        >>> from importlib.util import find_spec
        >>> from refcycle.fleet import schema
        >>> if find_spec("pyarrow"):
        ...     assert schema().names[-4:] == ["retained", "native", "is_garbage", "error"]
    """
    return summaries.schema()


def spark_schema() -> str:
    """Return the schema of what `summarise` returns, as Spark writes it.

    >>> from refcycle.fleet import spark_schema
    >>> spark_schema()[:40]
    'file string, application string, host st'
    """
    types = {"int64": "bigint", "bool": "boolean", "labels": "map<string,string>"}
    columns = summaries.columns().items()
    return ", ".join(f"{name} {types.get(kind, kind)}" for name, kind in columns)


def map_in_arrow(batches: Iterable[Any]) -> Iterator[Any]:
    """Yield the summary of each dump whose path is in the column `path` of Arrow record batches.

    This is the function that `DataFrame.mapInArrow` of Spark needs, with the schema
    `spark_schema()`. A file that cannot be read becomes a row with `file` and `error`. Write the
    rows as Parquet files, and call `reduce`.

        >>> import os, tempfile
        >>> from importlib.util import find_spec
        >>> from refcycle import ObjectGraph
        >>> from refcycle.fleet import map_in_arrow
        >>> path = os.path.join(tempfile.mkdtemp(), "heap.refcycle")
        >>> ObjectGraph([[], []]).save(path)
        >>> if find_spec("pyarrow"):
        ...     import pyarrow
        ...
        ...     batch = pyarrow.record_batch({"path": [path, path + "x"]})
        ...     good, bad = map_in_arrow([batch])
        ...     assert good["count"].to_pylist() == [2]
        ...     assert bad["error"].to_pylist() == ["No such file or directory"]
    """
    for batch in batches:
        yield from map(summarised_batch, batch.column("path").to_pylist())


def reduce(
    paths: StrPath | Iterable[StrPath],
    *,
    by: str = "leak",
    known: Collection[str] | None = None,
    since: str | None = None,
) -> FleetReport:
    """Return what stands out in summaries that other engines made, as a `FleetReport`.

    `paths` are Parquet files with rows of `summarise` or `map_in_arrow`, of any number of dumps,
    and folders of such files. The other arguments are those of `analyse`. `OSError` if a file does
    not exist, `ValueError` if there is none or one is something else. Takes some two seconds for a
    thousand dumps.

        >>> import os, tempfile
        >>> from importlib.util import find_spec
        >>> from refcycle import ObjectGraph
        >>> from refcycle.fleet import reduce, summarise
        >>> path = os.path.join(tempfile.mkdtemp(), "heap")
        >>> ObjectGraph([[], []]).save(path)
        >>> if find_spec("pyarrow") and find_spec("duckdb"):
        ...     import pyarrow.parquet
        ...
        ...     table = pyarrow.Table.from_batches([summarise(path)])
        ...     pyarrow.parquet.write_table(table, path + ".parquet")
        ...     assert reduce(path + ".parquet").dumps == 1
    """
    _check_order(by)
    options = Options(by=by, known=_known(known), since=since)
    return report_of_summaries(_names(paths), options)


def analyse(
    paths: StrPath | Iterable[StrPath],
    *,
    index: StrPath | None = None,
    jobs: int | None = None,
    by: str = "leak",
    known: Collection[str] | None = None,
    since: str | None = None,
    engine: str | None = None,
    progress: Progress = None,
) -> FleetReport:
    """Return what stands out in many dumps, as a `FleetReport`. Print it to see a text.

    `paths` are files, folders (all files below them that end with `.refcycle`), patterns such as
    `dumps/*.refcycle`, and URLs that fsspec opens, of files, folders and patterns. The summary of
    each file is kept beside it, as `heap.refcycle.fleet.parquet`, or in the folder `index`; a file
    that did not change is not read again. Summaries of URLs are kept only in `index`. `jobs` is
    the number of processes that read; by default there is one for each processor. They do not
    import the main module, and one that is killed stops nothing. `engine`, such as
    `dask://HOST:8786`, is a scheduler of Dask whose workers read instead: they need refcycle,
    pyarrow and the same paths.

    A signature is suspected of a leak if a few of at least five processes of an application have
    far more of it than the others, or if it grows with each of at least three dumps of a process,
    by at least a hundredth of the heap. What grows in a few processes and falls as much in others
    is no suspect. `by` is the order: `leak` (the suspects first, those of the most bytes first),
    `processes`, `bytes` (retained) or `growth` (from the first to the last dump of each process).
    `known` are signatures that are no suspects. With `since`, a version, the processes whose label
    `version` is older are what is usual, and only the others can be suspects. Labels that are no
    versions, such as `main-3f2a`, are not older.

    A file that cannot be read is one of `failures` and stops nothing. `progress` is called with
    the number of files that are done and of all; `True` shows a bar. `ImportError` if pyarrow or
    DuckDB is not installed; `ValueError` if no file can be read, or no version is older than
    `since`. Takes two seconds of processor time for a million objects that were not read before,
    and some two seconds for a thousand summaries.

        >>> import os, tempfile
        >>> from importlib.util import find_spec
        >>> from refcycle import ObjectGraph
        >>> from refcycle.fleet import analyse
        >>> folder = tempfile.mkdtemp()
        >>> ObjectGraph([[], []]).save(os.path.join(folder, "heap.refcycle"))
        >>> if find_spec("pyarrow") and find_spec("duckdb"):
        ...     report = analyse(folder)
        ...     assert (report.dumps, report.findings[0].count) == (1, 2)
    """
    _check_order(by)
    if jobs is not None and jobs < 1:
        raise ValueError(f"jobs must be at least 1, not {jobs}")
    folder = None if index is None else os.fspath(index)
    workers = None if engine is None else dask_engine(_address(engine))
    with shown("analyse", progress) as tell:
        options = Options(folder, jobs, by, _known(known), since, workers, tell)
        return report_of(_names(paths), options)


def _names(paths: StrPath | Iterable[StrPath]) -> list[str]:
    several = [paths] if isinstance(paths, str | os.PathLike) else paths
    return [os.fspath(path) for path in several]


def _check_order(by: str) -> None:
    if by not in ORDERS:
        raise ValueError(f"by must be {', '.join(ORDERS[:-1])} or {ORDERS[-1]}, not {by!r}")


def _known(known: Collection[str] | None) -> frozenset[str] | None:
    return None if known is None else names_in(known, "known", "signatures")


def _address(engine: str) -> str:
    """Return the address of a scheduler of Dask."""
    kind, mark, address = engine.partition("://")
    if kind != "dask" or not mark or not address:
        raise ValueError(f"engine must be as in dask://HOST:8786, not {engine!r}")
    return f"tcp://{address}"
