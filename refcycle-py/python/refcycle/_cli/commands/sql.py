"""The command `sql`: queries with DuckDB."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from refcycle._cli.arguments import add_json, positive_number
from refcycle._cli.command import Command, CommandError, register
from refcycle._cli.files import load, not_used
from refcycle._cli.suggestions import did_you_mean
from refcycle._cli.terminal import progress
from refcycle._refcycle import load as load_graph
from refcycle._text.cells import width
from refcycle._text.escapes import escaped, printable
from refcycle._text.numbers import counted

if TYPE_CHECKING:
    from refcycle._fleet.database import Answer
    from refcycle._fleet.sources import Failure

_DESCRIPTION = """\
Query dumps with DuckDB, if it is installed, and pyarrow. The tables, each with a column `file`:
vertices and edges (as in to_arrow), objects (with the columns of the file, and retained size,
dominator, distance from the roots, owner and so on), types, roots (holders outside the graph),
signatures (how objects are held), frames (the stacks of the threads), account (what the memory of
the process was for), metadata and files. Instead of SQL, QUERY may be the name of a ready query:
see --list. What takes a search of the whole dump is read from its index if it has one: see
`refcycle index`."""

_LONGEST = 1_000_000
_MOST_NAMED = 3


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
        answer = _answer(options)
        is_cut = options.limit is not None and len(answer.rows) > options.limit
        answer = answer._replace(rows=answer.rows[: options.limit])
        if options.json:
            names = _distinct(answer.columns)
            rows = [dict(zip(names, row, strict=True)) for row in answer.rows]
            print(json.dumps(rows, default=str))
            return
        for line in _aligned(answer):
            print(line)
        if is_cut:
            print(f"{counted(len(answer.rows), 'row')}, as limited by --limit", file=sys.stderr)


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
    """Return the names of the columns and the rows; tell on stderr which dumps were not read."""
    from refcycle._fleet.database import Database, NothingReadError  # later: an import costs time
    from refcycle._fleet.queries import QUERIES
    from refcycle._fleet.sources import sources_in

    paths, statement = options.file, options.query
    ready = QUERIES.get(statement)
    if ready is not None:
        statement = ready.statement
    elif len(statement.split()) == 1 and statement.strip("; "):
        hint = did_you_mean(statement, QUERIES) or "; `refcycle sql --list` shows all"
        raise CommandError(f"no such ready query: {statement}{hint}")
    try:
        sources, failures = sources_in(paths)
        if not sources:
            raise CommandError(_all_of(failures))
        with progress("reading dumps") as shown:
            names = [source.name for source in sources]
            confined = options.confined
            database = Database(names, load_graph, shown, not_used, is_confined=confined)
            # One more row says whether there are more.
            limit = None if options.limit is None else options.limit + 1
            answer = database.answer(statement, limit, options.timeout)
    except NothingReadError as error:
        raise CommandError(_all_of([*failures, *database.failures])) from error
    except (ImportError, OSError, ValueError) as error:
        raise CommandError(str(error)) from error
    for name, reason in sorted([*failures, *database.failures]):
        print(escaped(f"not read: {name}: {reason}"), file=sys.stderr)
    if ready is not None and ready.compares_dumps:
        _say_what_is_not_compared(options.query, database.processes)
    if ready is not None and ready.needs and not answer.rows:
        print(f"no rows: {ready.needs}", file=sys.stderr)
    return answer


def _say_what_is_not_compared(query: str, processes: dict[str, list[str]]) -> None:
    """Name on stderr the dumps without another one of their process; raise if all are such."""
    alone = sorted(names[0] for names in processes.values() if len(names) == 1)
    for without, named in _perhaps_of_one_process(processes):
        text = (
            f"{without} and {named} may be of one process, but count as two: an older version of "
            "refcycle wrote them, and only one of them names its host"
        )
        print(escaped(text), file=sys.stderr)
    if len(alone) == len(processes):
        are_of = (
            "this is one dump" if len(alone) == 1 else f"these are of {len(alone):,} processes"
        )
        raise CommandError(f"{query} compares dumps of one process, but {are_of}: give two of one")
    if alone:
        named = ", ".join(alone[:_MOST_NAMED])
        more = f" and {len(alone) - _MOST_NAMED:,} more" if len(alone) > _MOST_NAMED else ""
        text = f"not compared: {named}{more}: no other dump of the process"
        print(escaped(text), file=sys.stderr)


def _perhaps_of_one_process(processes: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Yield a dump without a host and one with a host, of each process that may have both."""
    hosts: dict[tuple[str, ...], dict[str, str]] = {}
    for process, (first, *_) in processes.items():
        # A host may have colons. Files of newer versions have a further part, and need no host.
        host, *others = process.rsplit(":", 2)
        if all(others):
            hosts.setdefault(tuple(others), {})[host] = first
    for names in hosts.values():
        if "" in names and len(names) > 1:
            without = names.pop("")
            yield without, next(iter(names.values()))


def _all_of(failures: list[Failure]) -> str:
    """Return the names of files that cannot be read, and why, a line each."""
    return "\n".join(map(_explained, sorted(failures)))


def _explained(failure: Failure) -> str:
    from refcycle._fleet.sources import NO_SUCH_FILE, is_url

    if failure.reason == NO_SUCH_FILE and not is_url(failure.name):
        try:
            load(failure.name)
        except CommandError as error:  # which says what may have been meant
            return str(error)
    return f"{failure.name}: {failure.reason}"


def _distinct(names: list[str]) -> list[str]:
    """Return the names of columns, with numbers for those that others before them have too.

    >>> _distinct(["file", "size", "file"])
    ['file', 'size', 'file_1']
    """
    found: dict[str, None] = {}
    for name in names:
        own, number = name, 0
        while own in found:
            number += 1
            own = f"{name}_{number}"
        found[own] = None
    return list(found)


def _aligned(answer: Answer) -> Iterator[str]:
    """Yield the lines of a table: numbers are aligned on the right, other values on the left."""
    names = [printable(name) for name in answer.columns]
    rows = [[_text(value) for value in row] for row in answer.rows]
    columns: list[tuple[Any, ...]] = list(zip(*answer.rows, strict=True)) or [()] * len(names)
    widths = [max(map(width, cells)) for cells in zip(names, *rows, strict=True)]
    are_numbers = [all(map(_is_number, column)) and column != () for column in columns]
    for row in [names, *rows]:
        cells = []
        for text, wide, is_number in zip(row, widths, are_numbers, strict=True):
            padding = " " * (wide - width(text))
            cells.append(padding + text if is_number else text + padding)
        yield "  ".join(cells).rstrip()


def _is_number(value: object) -> bool:
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return is_number or value is None


def _text(value: object) -> str:
    """Return a value as a table shows it, on one line."""
    return "null" if value is None else printable(str(value))
