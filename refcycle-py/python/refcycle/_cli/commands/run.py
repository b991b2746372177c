"""The command `run`: what garbage a program leaves, and what grows in it."""

from __future__ import annotations

import argparse

from refcycle._cli.arguments import add_tracked_only
from refcycle._cli.command import Command, register
from refcycle._cli.files import refuse_same_file


@register
class Run(Command):
    """Runs a program and reports."""

    name = "run"
    summary = "run a program, and report its cyclic garbage and what grew"
    description = (
        "Run a program, and report the cyclic garbage that it leaves, the types that have "
        "more or larger objects than at its start, and what holds these. The report goes to "
        "stderr; the exit status is that of the program."
    )
    examples = (
        "script.py --port 8000",
        "-m package.module",
        "--fail --json --output cycles.json script.py",
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the program and the options of the report."""
        parser.add_argument(
            "-m", dest="module", action="store_true", help="PROGRAM is the name of a module"
        )
        parser.add_argument(
            "--gc",
            action="store_true",
            help="leave the collector on: needs less memory, but reports only the garbage that "
            "still exists at the end",
        )
        add_tracked_only(parser)
        # The default now.
        parser.add_argument(
            "--untracked", action="store_true", default=True, help=argparse.SUPPRESS
        )
        parser.add_argument(
            "--fail",
            action="store_true",
            help="exit with 3 if there is cyclic garbage at the end",
        )
        parser.add_argument(
            "--allow",
            action="append",
            default=[],
            metavar="SIGNATURE",
            help="leave out cycles and objects with this signature, as the report shows it; may "
            "be given several times",
        )
        parser.add_argument("--json", action="store_true", help="report as JSON")
        parser.add_argument("--output", metavar="FILE", help="write the report to a file")
        parser.add_argument("program", metavar="PROGRAM", help="a file, or with -m a module")
        parser.add_argument(
            "arguments", nargs=argparse.REMAINDER, metavar="...", help="the program's arguments"
        )

    def run(self, options: argparse.Namespace) -> int:
        """Run the program and report; return the exit status."""
        from refcycle._cli.run_program import Program, run  # later: an import costs time

        if options.output and not options.module:
            refuse_same_file(options.output, options.program)
        return run(
            Program.named(options.program, options.arguments, is_module=options.module),
            keep_gc=options.gc,
            untracked=options.untracked,
            fail=options.fail,
            as_json=options.json,
            output=options.output,
            allow=frozenset(options.allow),
        )
