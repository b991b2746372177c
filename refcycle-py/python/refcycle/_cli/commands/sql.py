"""The command `sql`: queries with DuckDB."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import TYPE_CHECKING, Any

from refcycle._cli.arguments import add_json, positive_number
from refcycle._cli.command import Command, CommandError, register
from refcycle._cli.files import load, not_used
from refcycle._cli.suggestions import did_you_mean
from refcycle._text.escapes import escaped, printable
from refcycle._text.numbers import counted

if TYPE_CHECKING:
    from refcycle._fleet.database import Answer

_DESCRIPTION = """\
Query dumps with DuckDB, if it is installed, and pyarrow. The tables, each with a column `file`:
vertices and edges (as in to_arrow), objects (with the columns of the file, and retained size,
dominator, distance from the roots, owner and so on), types, roots (holders outside the graph),
signatures (how objects are held), frames (the stacks of the threads), account (what the memory of
the process was for), metadata and files. Instead of SQL, QUERY may be the name of a ready query:
see --list. What takes a search of the whole dump is read from its index if it has one: see
`refcycle index`."""

_LONGEST = 1_000_000


@register
class Sql(Command):
    """Queries dumps with DuckDB."""

    name = "sql"
    summary = "query the tables of dumps with DuckDB, if it is installed"
    description = _DESCRIPTION
    examples = (
        "heap.refcycle 'select type, sum(size) from vertices group by type order by 2 desc'",
        "'dumps/*.refcycle' growth-of-types",
        "--list",
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the files and the query."""
        add_json(parser)
        parser.add_argument("--list", action=_List, help="print the ready queries and exit")
        parser.add_argument(
            "--limit",
            type=positive_number,
            metavar="N",
            help="show at most N rows (default: all)",
        )
        parser.add_argument(
            "--timeout",
            type=_seconds,
            metavar="SECONDS",
            help="stop the query after this time (default: no limit)",
        )
        parser.add_argument(
            "--confined",
            action="store_true",
            help="let the query read and write no other files, and load no extensions: for "
            "queries from elsewhere",
        )
        parser.add_argument(
            "file", nargs="+", metavar="FILE", help="a dump, a folder, a pattern, or a URL"
        )
        parser.add_argument("query", metavar="QUERY", help="an SQL statement, or a ready query")

    def run(self, options: argparse.Namespace) -> None:
        """Print the rows of the result."""
        names, rows = _answer(options)
        if options.json:
            print(json.dumps([dict(zip(names, row, strict=True)) for row in rows], default=str))
            return
        print("\t".join(map(printable, names)))
        for row in rows:
            print("\t".join(printable(str(value)) for value in row))
        if options.limit is not None and len(rows) == options.limit:
            print(f"{counted(len(rows), 'row')}, as limited by --limit", file=sys.stderr)


def _seconds(text: str) -> float:
    """Return a time of more than 0."""
    try:
        seconds = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds") from None
    if not 0 < seconds < _LONGEST:
        raise argparse.ArgumentTypeError(f"{text} is not more than 0 and less than {_LONGEST}")
    return seconds


class _List(argparse.Action):
    """Prints the ready queries."""

    def __init__(self, option_strings: Any, dest: str, **keywords: Any) -> None:
        super().__init__(option_strings, dest, nargs=0, **keywords)

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from refcycle._fleet.queries import QUERIES  # later: an import costs time

        width = max(map(len, QUERIES))
        for name, query in QUERIES.items():
            print(f"{name:{width}}  {query.summary}")
        parser.exit()


def _answer(options: argparse.Namespace) -> Answer:
    """Return the names of the columns and the rows."""
    from refcycle._fleet.database import Database  # later: an import costs time
    from refcycle._fleet.queries import QUERIES
    from refcycle._fleet.sources import is_url, sources_in

    paths, statement = options.file, options.query
    if statement in QUERIES:
        statement = QUERIES[statement].statement
    try:
        sources, failures = sources_in(paths)
        for failure in failures:
            text = f"{failure.name}: {failure.reason}"
            if sources and failure.name not in paths:  # one of many in a folder or a pattern
                print(escaped(f"not read: {text}"), file=sys.stderr)
                continue
            if not is_url(failure.name) and not os.path.lexists(failure.name):
                load(failure.name)  # which explains what may have been meant
            raise CommandError(text)
        names = [source.name for source in sources]
        database = Database(names, load, not_used, is_confined=options.confined)
        return database.answer(statement, options.limit, options.timeout)
    except ValueError as error:
        words = statement.split()
        hint = did_you_mean(statement, QUERIES) if len(words) == 1 else ""
        raise CommandError(f"{error}{hint}") from error
    except (ImportError, OSError) as error:
        raise CommandError(str(error)) from error
