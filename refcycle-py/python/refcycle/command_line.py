"""The command `refcycle`, which is `python -m refcycle` too."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn

from refcycle import __version__

__all__ = ["main"]

_EXAMPLES = """\
examples:
  refcycle run script.py --port 8000
  refcycle run -m package.module
  refcycle run --fail --json --output cycles.json script.py
"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="refcycle",
        description="What keeps Python objects alive, and which cycles hold garbage together.",
    )
    parser.add_argument("--version", action="version", version=f"refcycle {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    run = commands.add_parser(
        "run",
        help="run a program, and report its cyclic garbage and what grew",
        description="Run a program, and report the cyclic garbage that it leaves and the types "
        "that have more objects, or larger ones, than at its start. The report goes to the "
        "standard error; the exit status is the program's.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    run.add_argument("-m", dest="module", action="store_true", help="PROGRAM is a module's name")
    run.add_argument(
        "--gc",
        action="store_true",
        help="leave the collector on: less memory, and only the garbage that is there at the end",
    )
    run.add_argument(
        "--untracked", action="store_true", help="count strings, numbers and so on as well"
    )
    run.add_argument(
        "--fail", action="store_true", help="exit with 3 if there is cyclic garbage at the end"
    )
    run.add_argument("--json", action="store_true", help="report as JSON")
    run.add_argument("--output", metavar="FILE", help="write the report into a file")
    run.add_argument("program", metavar="PROGRAM", help="a file, or with -m a module")
    run.add_argument(
        "arguments", nargs=argparse.REMAINDER, metavar="...", help="the program's arguments"
    )
    return parser


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Do what the arguments say, without any what the command line says, and exit.

    The exit status is 2 for arguments that make no sense, else that of the command.
    """
    parser = _parser()
    asked = parser.parse_args(arguments)
    # Here, so that --help and --version are quick.
    from refcycle.run_program import Program, ProgramError, run

    try:
        program = Program.named(asked.program, asked.arguments, is_module=asked.module)
    except ProgramError as error:
        parser.exit(2, f"refcycle: {error}\n")
    sys.exit(
        run(
            program,
            keep_gc=asked.gc,
            untracked=asked.untracked,
            fail=asked.fail,
            as_json=asked.json,
            output=asked.output,
        )
    )
