"""The command `sql`: queries with DuckDB."""

from __future__ import annotations

import argparse
import json
from typing import Any

from refcycle._cli.arguments import add_file, add_json
from refcycle._cli.command import Command, CommandError, register
from refcycle._cli.files import load
from refcycle._text.escapes import printable


@register
class Sql(Command):
    """Queries a dump with DuckDB."""

    name = "sql"
    summary = "query the tables vertices and edges of a dump with DuckDB, if it is installed"
    examples = (
        "heap.refcycle 'select type, sum(size) from vertices group by type order by 2 desc'",
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the file and the query."""
        add_json(parser)
        add_file(parser)
        parser.add_argument("query", metavar="QUERY", help="an SQL statement")

    def run(self, options: argparse.Namespace) -> None:
        """Print the rows of the result."""
        names, rows = _answer(options.file, options.query)
        if options.json:
            print(json.dumps([dict(zip(names, row, strict=True)) for row in rows], default=str))
            return
        print("\t".join(map(printable, names)))
        for row in rows:
            print("\t".join(printable(str(value)) for value in row))


def _answer(path: str, statement: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return the names of the columns and the rows."""
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
        return [column[0] for column in answer.description], answer.fetchall()
    except duckdb.Error as error:
        raise CommandError(str(error)) from error


def _for_duckdb(table: Any) -> Any:
    """Return a table that DuckDB can read; this needs pyarrow."""
    try:
        import pyarrow  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError as error:
        raise CommandError(
            "sql needs DuckDB and pyarrow, and pyarrow is not installed: pip install pyarrow"
        ) from error
    return pyarrow.table(table)
