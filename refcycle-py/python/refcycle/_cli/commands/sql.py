"""The command `sql`: queries by DuckDB."""

from __future__ import annotations

import json
from typing import Any

from refcycle._cli.files import CommandError, load
from refcycle._text.tables import printable

__all__ = ["query"]


def query(path: str, statement: str, *, as_json: bool) -> None:
    """Print the answer of DuckDB to a query over the tables `vertices` and `edges`."""
    try:
        import duckdb  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError as error:
        raise CommandError(
            "sql needs DuckDB, which is not installed: pip install duckdb"
        ) from error
    tables = load(path).to_arrow()
    connection = duckdb.connect()
    vertices, edges = _for_duckdb(tables.vertices), _for_duckdb(tables.edges)
    connection.register("vertices", vertices)
    connection.register("edges", edges)
    try:
        answer = connection.execute(statement)
        names = [column[0] for column in answer.description]
        rows = answer.fetchall()
    except duckdb.Error as error:
        raise CommandError(str(error)) from error
    if as_json:
        print(json.dumps([dict(zip(names, row, strict=True)) for row in rows], default=str))
        return
    print("\t".join(map(printable, names)))
    for row in rows:
        print("\t".join(printable(str(value)) for value in row))


def _for_duckdb(table: Any) -> Any:
    """Return a table as DuckDB takes it: through pyarrow, which it needs for that."""
    try:
        import pyarrow  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError as error:
        raise CommandError(
            "sql needs pyarrow beside DuckDB, which is not installed: pip install pyarrow"
        ) from error
    return pyarrow.table(table)
