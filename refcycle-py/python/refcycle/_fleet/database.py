"""Dumps as tables of DuckDB."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, NamedTuple

from refcycle._fleet.dump_tables import (
    OfGraph,
    OfIndex,
    account_in,
    facts_of_file,
    frames_in,
    metadata_rows,
)
from refcycle._fleet.interrupts import interruptible
from refcycle._fleet.sources import Failure, local, reason_of
from refcycle._fleet.summaries import encodable, warn
from refcycle._index.files import opened
from refcycle._tables.packages import package

if TYPE_CHECKING:
    from refcycle._refcycle import LoadedGraph

__all__ = ["TABLES", "Answer", "Database", "NothingReadError"]

_PURPOSE = "sql"

TABLES = {
    "vertices": {
        "file": "varchar",
        "vertex": "ubigint",
        "id": "ubigint",
        "type": "varchar",
        "label": "varchar",
        "size": "ubigint",
        "module": "varchar",
        "retained": "ubigint",
    },
    "edges": {
        "file": "varchar",
        "id": "ubigint",
        "tail": "ubigint",
        "head": "ubigint",
        "label": "varchar",
    },
    "objects": {
        "file": "varchar",
        "vertex": "ubigint",
        "address": "ubigint",
        "type": "varchar",
        "module": "varchar",
        "kind": "varchar",
        "name": "varchar",
        "place": "varchar",
        "label": "varchar",
        "size": "ubigint",
        "retained": "ubigint",
        "reference_count": "ubigint",
        "state": "varchar",
        "allocated": "varchar",
        "waste": "varchar",
        "saved": "ubigint",
        "has_unknown_size": "boolean",
        "native": "ubigint",
        "dominator": "ubigint",
        "distance": "ubigint",
        "root_group": "varchar",
        "signature_id": "ubigint",
        "component": "ubigint",
        "is_garbage": "boolean",
        "owner": "varchar",
    },
    "types": {
        "file": "varchar",
        "type": "varchar",
        "module": "varchar",
        "count": "bigint",
        "bytes": "bigint",
    },
    "roots": {
        "file": "varchar",
        "vertex": "ubigint",
        "group": "varchar",
        "holder": "varchar",
        "type": "varchar",
        "retained": "ubigint",
    },
    "signatures": {
        "file": "varchar",
        "signature_id": "ubigint",
        "signature": "varchar",
        "type": "varchar",
        "module": "varchar",
        "count": "bigint",
        "bytes": "bigint",
        "retained": "bigint",
        "native": "bigint",
        "is_garbage": "boolean",
    },
    "frames": {
        "file": "varchar",
        "thread": "varchar",
        "depth": "bigint",
        "call": "varchar",
    },
    "account": {
        "file": "varchar",
        "part": "varchar",
        "bytes": "bigint",
    },
    "metadata": {
        "file": "varchar",
        "key": "varchar",
        "value": "varchar",
    },
    "files": {
        "file": "varchar",
        "number": "bigint",
        "application": "varchar",
        "host": "varchar",
        "pid": "bigint",
        "process": "varchar",
        "command": "varchar",
        "time": "varchar",
        "earlier_dumps": "bigint",
        "labels": "map(varchar, varchar)",
        "python": "varchar",
        "refcycle": "varchar",
        "objects": "bigint",
        "bytes": "bigint",
    },
}
"""The columns of the tables and their types."""

# The tables that need only the metadata of a dump, and what gives their rows.
_OF_METADATA = {"frames": frames_in, "account": account_in, "metadata": metadata_rows}

# What finds the columns that a plan needs.
_OF_COLUMNS = "unused_columns"

_OF_GROUPING_SETS = re.compile(r"\b(rollup|cube|grouping)\b", re.IGNORECASE)

# Nothing that a statement says can undo this, and it sees no variables of Python.
_CONFINED = (
    "set temp_directory = ''; set enable_external_access = false; "
    "set python_enable_replacements = false; set lock_configuration = true"
)


class Answer(NamedTuple):
    """The result of a query."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


class NothingReadError(ValueError):
    """None of the dumps can be read."""


class Database:
    """The tables of some dumps. Those that a query does not name are empty.

    Attributes:
        failures: The dumps that the last query needed and that could not be read.
        processes: The names of those that were read, by process, each list by time.
    """

    def __init__(
        self,
        names: Sequence[str],
        load: Callable[[str], LoadedGraph],
        progress: Callable[[int, int], object] | None = None,
        complain: Callable[[str], object] = warn,
        *,
        is_confined: bool = False,
    ) -> None:
        """Take the names of the dumps, and the function that reads one.

        `progress` is called with the number of dumps that are read and of all, and `complain`
        with the reason for which an index is not used. Statements of a
        confined database read and write no files, and load no extensions.
        """
        self._duckdb = package("duckdb", _PURPOSE)
        self._pyarrow = package("pyarrow", _PURPOSE)
        self._names = names
        self._load = load
        self._progress = progress
        self.failures: list[Failure] = []
        self.processes: dict[str, list[str]] = {}
        self._is_confined = is_confined
        self._complain = complain

    def answer(
        self, statement: str, limit: int | None = None, timeout: float | None = None
    ) -> Answer:
        """Return at most `limit` rows of the result of a statement, None for all.

        ValueError if it is wrong: the text says what exists; also if it is not done after
        `timeout` seconds. A dump that cannot be read is one of `failures` and stops nothing.
        NothingReadError if the statement needs dumps and none can be read.
        """
        self.failures = []
        self.processes = {}
        connection = self._duckdb.connect()
        try:
            # Otherwise the name of a table could be that of a variable of these functions.
            connection.execute("set python_enable_replacements = false")
            statements = connection.extract_statements(statement)
            if not statements:
                raise ValueError("the query is empty")
            wanted = _tables_in(statement)
            _declare(connection)
            if wanted:
                needed = set(TABLES["objects"])
                if [each.type for each in statements] == [self._duckdb.StatementType.SELECT]:
                    # Not if it is confined: this opens the files that a query names.
                    if not self._is_confined:
                        # The error of a wrong query comes before the dumps are read, which takes
                        # long.
                        connection.sql(statement)  # this does not execute a query
                    needed = self._columns_of_objects(statement, timeout)
                self._read(connection, wanted, needed)
            if self._is_confined:
                connection.execute(_CONFINED)
            with _interrupted_after(connection, timeout), interruptible():
                found = connection.execute(statement)
                rows = found.fetchall() if limit is None else found.fetchmany(limit)
            return Answer([column[0] for column in found.description or ()], rows)
        except self._duckdb.Error as error:
            text = _explained(error, statement, self._duckdb)
            if timeout is not None and isinstance(error, self._duckdb.InterruptException):
                text = f"the query took more than {timeout:g} s, and was stopped"
            raise ValueError(text) from error
        finally:
            connection.close()

    def _columns_of_objects(self, statement: str, timeout: float | None = None) -> set[str]:
        """Return the columns of `objects` that a query reads, all if DuckDB does not tell."""
        every = set(TABLES["objects"])
        with (
            self._duckdb.connect() as connection,
            _interrupted_after(connection, timeout),
            interruptible(),
        ):
            try:
                _declare(connection)
                # Others remove parts of the plan, since the tables are empty here.
                [(names,)] = connection.execute(
                    "select string_agg(name, ',') from duckdb_optimizers() "
                    f"where name <> '{_OF_COLUMNS}'"
                ).fetchall()
                connection.execute(f"set disabled_optimizers = '{names}'")
                if self._is_confined:
                    connection.execute(_CONFINED)
                [(_, plan)] = connection.execute(f"explain (format json) {statement}").fetchall()
                scans = list(_scans(json.loads(plan)))
            except self._duckdb.InterruptException:
                raise
            except (self._duckdb.Error, AttributeError, LookupError, TypeError, ValueError):
                return every  # the plan is not as expected, or the query is wrong
        found = [columns for table, columns in scans if table == "objects"]
        # Before 1.5, that of grouping sets has no columns where it reads all.
        if not scans or (not all(found) and _OF_GROUPING_SETS.search(statement)):
            return every
        columns = {column for columns in found for column in columns}
        return columns if columns <= every else every

    def _read(self, connection: Any, wanted: set[str], needed: AbstractSet[str]) -> None:
        """Fill tables from all dumps, `objects` with the columns that are needed."""
        for done, name in enumerate(self._names, start=1):
            path = name
            connection.begin()
            try:
                with local(name) as path, interruptible():
                    self._fill(connection, name, path, wanted, needed)
            except (ImportError, self._duckdb.OutOfMemoryException):
                raise
            except Exception as error:  # packages for remote files have errors of their own
                connection.rollback()
                self.failures.append(Failure(name, reason_of(error, path)))
            else:
                connection.commit()
            if self._progress is not None:
                self._progress(done, len(self._names))
        if self.failures and len(self.failures) == len(self._names):
            raise NothingReadError("\n".join(f"{name}: {why}" for name, why in self.failures))
        _number(connection)
        found = connection.execute(
            "select process, list(file order by number) from files group by process"
        )
        self.processes = dict(found.fetchall())

    def _fill(
        self, connection: Any, name: str, path: str, wanted: set[str], needed: AbstractSet[str]
    ) -> None:
        """Add the rows of the dump at a path, which has another name if it is a copy."""
        with opened(path, self._complain) as index:
            dump: OfIndex | OfGraph
            if index is not None and "edges" not in wanted:
                dump = OfIndex(index)
            else:
                dump = OfGraph(self._load(path), path)
            if wanted & {"vertices", "types"}:
                vertices = dump.vertices()
                if "vertices" in wanted:
                    self._add(connection, "vertices", vertices, name)
                if "types" in wanted:
                    self._add_types(connection, vertices, name)
            if "edges" in wanted and isinstance(dump, OfGraph):
                self._add(connection, "edges", dump.edges(), name)
            if wanted & {"objects", "roots"}:
                columns = set(needed) if "objects" in wanted else set()
                if "roots" in wanted:
                    columns |= {"roots", "type", "retained"}
                objects = dump.objects(columns)
                if "objects" in wanted:
                    self._add(connection, "objects", objects, name)
                if "roots" in wanted:
                    self._add_roots(connection, objects, name)
            if "signatures" in wanted:
                self._add(connection, "signatures", dump.signatures(), name)
            if "files" in wanted:
                facts = facts_of_file(dump.metadata, *dump.totals())
                self._add_rows(connection, "files", [facts], name)
            for table, rows_in in _OF_METADATA.items():
                if table in wanted:
                    self._add_rows(connection, table, rows_in(dump.metadata), name)

    def _add(self, connection: Any, table: str, rows: Any, name: str) -> None:
        known = [column for column in TABLES[table] if column in rows.column_names]
        columns = ", ".join(f'"{column}"' for column in known)
        _insert(
            connection,
            f"insert into {table} (file, {columns}) select $file, {columns} from new_rows",
            rows,
            name,
        )

    def _add_rows(
        self, connection: Any, table: str, rows: list[dict[str, Any]], name: str
    ) -> None:
        pyarrow = self._pyarrow
        types = {
            "varchar": pyarrow.string(),
            "bigint": pyarrow.int64(),
            "map(varchar, varchar)": pyarrow.map_(pyarrow.string(), pyarrow.string()),
        }
        columns = {
            column: pyarrow.array([row.get(column) for row in rows], types[kind])
            for column, kind in TABLES[table].items()
            if column != "file"
        }
        self._add(connection, table, pyarrow.table(columns), name)

    def _add_roots(self, connection: Any, objects: Any, name: str) -> None:
        if "roots" not in objects.column_names:
            return
        _insert(
            connection,
            'insert into roots select $file, vertex, one."group", one.holder, type, retained '
            "from (select vertex, unnest(roots) as one, type, retained from new_rows)",
            objects,
            name,
        )

    def _add_types(self, connection: Any, vertices: Any, name: str) -> None:
        _insert(
            connection,
            "insert into types select $file, type, module, count(*), sum(size) as bytes "
            "from new_rows group by type, module order by bytes desc, count(*) desc, type",
            vertices,
            name,
        )


def _insert(connection: Any, statement: str, rows: Any, name: str) -> None:
    """Execute a statement that adds `new_rows` of the dump `$file` to a table."""
    connection.register("new_rows", rows)
    connection.execute(statement, {"file": encodable(name)})
    connection.unregister("new_rows")


@contextmanager
def _interrupted_after(connection: Any, timeout: float | None) -> Iterator[None]:
    """Interrupt what the connection does if it is not done after so many seconds."""
    if timeout is None:
        yield
        return
    is_done = Event()

    def watch() -> None:
        # Again and again: an interruption before a statement begins has no effect.
        while not is_done.wait(timeout):
            connection.interrupt()

    watcher = Thread(target=watch, name="refcycle query limit", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        is_done.set()
        watcher.join()


def _tables_in(statement: str) -> set[str]:
    """Return the tables whose names a statement has, as words anywhere in it."""
    words = set(re.findall(r"\w+", statement.lower()))
    found = words & set(TABLES)
    return found | {"files"} if found else found


def _declare(connection: Any) -> None:
    """Create the tables, without rows."""
    for table, columns in TABLES.items():
        declared = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        connection.execute(f"create table {table} ({declared})")


def _scans(plan: list[dict[str, Any]]) -> Iterator[tuple[str, list[str]]]:
    """Yield the tables of ours that a plan of DuckDB reads, with the columns."""
    steps = list(plan)
    while steps:
        step = steps.pop()
        steps += step["children"]
        facts = step["extra_info"]
        table = facts.get("Table", "").split(".")[-1]
        if table in TABLES:
            columns = facts["Projections"]  # a text if there is one, and an empty one for none
            yield table, columns.split() if isinstance(columns, str) else columns


def _number(connection: Any) -> None:
    """Give the files their numbers, by time; in one second, by the number of earlier dumps."""
    connection.execute(
        "update files set number = place from (select file as name, "
        "row_number() over (order by time, earlier_dumps nulls first, file) as place from files) "
        "where file = name"
    )


def _explained(error: Exception, statement: str, duckdb: Any) -> str:
    """Return the text of an error, with the tables and columns that exist if it is about them."""
    text = str(error)
    if isinstance(error, duckdb.CatalogException | duckdb.BinderException):
        tables = _tables_in(statement) - {"files"} or set(TABLES)
        if isinstance(error, duckdb.CatalogException):
            tables = set(TABLES)
        text += "\n" + "\n".join(_columns_of(tables))
    return text


def _columns_of(tables: Iterable[str]) -> list[str]:
    """Return a line for each of these tables."""
    return [f"table {name}: {', '.join(TABLES[name])}" for name in TABLES if name in set(tables)]
