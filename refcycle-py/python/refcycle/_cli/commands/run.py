"""The command `run`: what garbage a program leaves, and what grows in it; or when to dump it."""

from __future__ import annotations

import argparse

from refcycle._cli.arguments import add_tracked_only
from refcycle._cli.command import Command, CommandError, register
from refcycle._cli.files import refuse_same_file


@register
class Run(Command):
    """Runs a program and reports."""

    name = "run"
    summary = "run a program, and report its cyclic garbage and what grew"
    description = (
        "Run a program, and report the cyclic garbage that it leaves, the types that have "
        "more or larger objects than at its start, and what holds these. The report goes to "
        "stderr; the exit status is that of the program. With --dump-on, the program runs as "
        "without refcycle, and there is no report: its heap is dumped when memory runs out or a "
        "signal arrives."
    )
    runs_program = True
    examples = (
        "script.py --port 8000",
        "-m package.module",
        "--fail --json --output cycles.json script.py",
        "--dump-on 'MemoryError,SIGUSR2,rss>2GB,cgroup>90%,to=/var/tmp' server.py",
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
        parser.add_argument(
            "--dump-on",
            metavar="WORDS",
            help="dump the heap on MemoryError, on a signal such as SIGUSR2, on rss>2GB, "
            "cgroup>90%% or pressure>20%%, separated by commas; with to=FOLDER, most=3 dumps for "
            "each, every=60s at most, and fork to let the program go on meanwhile",
        )
        parser.add_argument("program", metavar="PROGRAM", help="a file, or with -m a module")
        parser.add_argument(
            "arguments", nargs=argparse.REMAINDER, metavar="...", help="the program's arguments"
        )

    def run(self, options: argparse.Namespace) -> int:
        """Run the program and report; return the exit status."""
        if options.dump_on is not None:
            return _run_with_dumps(options)
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


def _run_with_dumps(options: argparse.Namespace) -> int:
    """Run the program with the collector on and without a report; return the exit status."""
    from refcycle._cli.run_program import Program, run_alone  # later: an import costs time
    from refcycle._dumps.new_files import say
    from refcycle.dump_conditions import VARIABLE, dump_on, reason_of, stop_from_environment

    given = {
        "--fail": options.fail,
        "--json": options.json,
        "--output": options.output,
        "--allow": options.allow,
    }
    for name, value in given.items():
        if value:
            raise CommandError(f"--dump-on makes no report: leave out {name}")
    program = Program.named(options.program, options.arguments, is_module=options.module)
    if stop_from_environment():
        say(f"{VARIABLE} is not used in this process, because of --dump-on")
    try:
        dump_on(options.dump_on)
    except (OSError, ValueError, RuntimeError) as error:
        raise CommandError(f"--dump-on: {reason_of(error)}") from None
    return run_alone(program)
