"""The command `fleet`: what stands out in many dumps."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from refcycle._cli.arguments import add_json, add_limit, positive_number
from refcycle._cli.command import Command, CommandError, register
from refcycle._cli.files import write
from refcycle._cli.known_signatures import known_signatures, say_what_is_unknown
from refcycle._cli.output import print_json, print_paragraph, print_written
from refcycle._cli.terminal import progress
from refcycle._refcycle import NewFile

# As in `refcycle._fleet.ranking`, whose import costs time.
_ORDERS = ("leak", "processes", "bytes", "growth")


@register
class Fleet(Command):
    """Analyses many dumps."""

    name = "fleet"
    summary = "show what stands out in the dumps of many processes, with DuckDB and pyarrow"
    examples = (
        "dumps/",
        "'dumps/*.refcycle' --html report.html",
        "s3://heaps/shop/ --index summaries --since 2.4",
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the paths and the options."""
        add_json(parser)
        add_limit(parser, 10, "signatures")
        parser.add_argument(
            "--by",
            choices=_ORDERS,
            default="leak",
            help="the order: suspected leaks first, or by the number of processes that have a "
            "signature, by retained bytes, or by growth within a process (default: leak)",
        )
        parser.add_argument(
            "--index",
            metavar="FOLDER",
            help="keep the summaries of the dumps in a folder; otherwise each is beside its dump. "
            "A dump that did not change is not read again",
        )
        parser.add_argument(
            "--known",
            metavar="FILE",
            help="signatures that are no suspects: a text file with one in a line, or the "
            "result of an earlier --json, whose suspects are known. The list of suspects says how "
            "many it leaves out; lists of --by mark them",
        )
        parser.add_argument(
            "--since",
            metavar="VERSION",
            help="compare with the processes whose label `version` is older",
        )
        parser.add_argument("--html", metavar="FILE", help="also write the report as an HTML page")
        parser.add_argument(
            "--jobs",
            type=positive_number,
            metavar="N",
            help="read with N processes (default: one for each processor)",
        )
        parser.add_argument(
            "--engine",
            metavar="dask://HOST:PORT",
            help="read with the workers of a scheduler of Dask instead",
        )
        parser.add_argument(
            "path",
            nargs="+",
            metavar="PATH",
            help="a dump, a folder, a pattern, or a URL that fsspec opens",
        )

    def run(self, options: argparse.Namespace) -> None:
        """Print the report."""
        from refcycle.fleet import analyse  # later: an import costs time

        known = None if options.known is None else known_signatures(options.known)
        try:
            with progress("reading dumps") as shown:
                report = analyse(
                    options.path,
                    index=options.index,
                    jobs=options.jobs,
                    by=options.by,
                    known=known,
                    since=options.since,
                    engine=options.engine,
                    progress=shown,
                )
        except (ImportError, OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        if known is not None:
            there = {found.signature for found in report.findings}
            say_what_is_unknown(options.known, known, there)
        if options.html is not None:
            write(options.html, _writer(options.html, report.to_html))
        if options.json:
            print_json(report.to_dict(options.limit))
            return
        for line in report.to_text(options.limit).split("\n"):
            print_paragraph(line)
        if options.html is not None:
            print()
            print_written(options.html, f"the page is {options.html}", as_json=False)


def _writer(path: str, content: Callable[[], str]) -> Callable[[], None]:
    return lambda: NewFile(path).write([content().encode("utf-8", "backslashreplace")])
