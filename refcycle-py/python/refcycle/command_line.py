"""The command `refcycle`, which is `python -m refcycle` too."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from refcycle import __version__
from refcycle._cli.completion import SHELLS, script
from refcycle._text.tables import printable

__all__ = ["main"]

_EXAMPLES = """\
examples:
  refcycle run script.py --port 8000
  refcycle run -m package.module
  refcycle run --fail --json --output cycles.json script.py
"""

_OVERVIEW = """\
examples:
  refcycle run script.py               report the garbage and growth of a program
  refcycle top heap.refcycle           what retains most in a file that refcycle.dump wrote
  refcycle why heap.refcycle Session   what keeps the Session objects alive
  refcycle diff one.refcycle two.refcycle
"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="refcycle",
        description="What keeps Python objects alive, and which cycles hold garbage together.",
        epilog=_OVERVIEW,
        formatter_class=argparse.RawDescriptionHelpFormatter,
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
    _add_file_commands(commands)
    return parser


def _add_file_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands that answer from files of heaps."""

    def add(name: str, what: str, example: str, *, json: bool = True) -> argparse.ArgumentParser:
        command = commands.add_parser(
            name,
            help=what,
            description=f"{what[0].upper()}{what[1:]}.",
            epilog=f"example:\n  refcycle {name} {example}\n",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if json:
            command.add_argument("--json", action="store_true", help="answer as JSON")
        return command

    def limit(command: argparse.ArgumentParser, number: int) -> None:
        command.add_argument(
            "--limit", type=_positive, default=number, metavar="N", help=f"show N ({number})"
        )

    def file(command: argparse.ArgumentParser, name: str = "file") -> None:
        what = "a file that ObjectGraph.save or refcycle.dump wrote"
        command.add_argument(name, metavar="FILE", help=what)

    top = add("top", "tell what retains most in a file, and which types", "heap.refcycle")
    limit(top, 10)
    file(top)
    why = add("why", "tell why objects of a file are alive", "heap.refcycle Session")
    limit(why, 5)
    file(why)
    why.add_argument(
        "object", metavar="TYPE-or-ID", help="the name of a type, or an address (id) of an object"
    )
    cycles = add(
        "cycles",
        "tell the cycles of a file and what to cut; exit with 1 if it has garbage",
        "--garbage heap.refcycle",
    )
    limit(cycles, 10)
    cycles.add_argument(
        "--garbage", action="store_true", help="only those that nothing from outside holds"
    )
    file(cycles)
    diff = add("diff", "tell what grew between two files of one process", "a.refcycle b.refcycle")
    file(diff, "before")
    diff.add_argument("after", metavar="FILE", help="the later one")
    page = add("html", "make a page to explore a file", "heap.refcycle page.html")
    page.add_argument(
        "--target", metavar="TYPE-or-ID", help="where it starts: a type, or an address"
    )
    file(page)
    page.add_argument("output", metavar="OUT", help="the page")
    convert = add(
        "convert",
        "write a file in another format, by the name's ending",
        "heap.refcycle heap.heapsnapshot",
    )
    file(convert)
    convert.add_argument("output", metavar="OUT", help="the other file")
    _add_commands_of_processes(add, limit)
    completion = add(
        "completion", "print a script with which a shell completes", "bash", json=False
    )
    completion.add_argument("shell", choices=SHELLS, help="which shell")
    sql = add(
        "sql",
        "ask DuckDB, if it is installed, about the tables vertices and edges of a file",
        "heap.refcycle 'select type, sum(size) from vertices group by type order by 2 desc'",
    )
    file(sql)
    sql.add_argument("query", metavar="QUERY", help="a statement of SQL")


def _add_commands_of_processes(
    add: Callable[..., argparse.ArgumentParser],
    limit: Callable[[argparse.ArgumentParser, int], None],
) -> None:
    """Add the commands that ask a process that runs."""
    attach = add("attach", "tell what retains most in a process that runs", "--limit 20 4711")
    limit(attach, 10)
    attach.add_argument("--output", metavar="FILE", help="keep the dump, as a file")
    dump = add(
        "dump",
        "have a process that runs write its heap into a file",
        "4711 heap.refcycle",
    )
    for command in (attach, dump):
        command.add_argument(
            "--timeout",
            type=float,
            default=30.0,
            metavar="SECONDS",
            help="how long to wait until it runs Python code (30)",
        )
        command.add_argument(
            "--values",
            action="store_true",
            help="write the contents of strings and numbers, too; they may be secrets",
        )
        command.add_argument(
            "pid", type=int, metavar="PID", help="the process, which runs Python 3.14 or later"
        )
    dump.add_argument("output", metavar="FILE", help="the file")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is less than 1")
    return number


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Do what the arguments say, without any what the command line says, and exit.

    The exit status is 2 for arguments that make no sense, else that of the command.
    """
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.command == "completion":
        print(script(parser, asked.shell), end="")
        sys.exit(0)
    if asked.command != "run":
        from refcycle._cli.commands import run as answer

        sys.exit(answer(asked))
    # Here, so that --help and --version are quick.
    from refcycle._cli.run_program import Program, ProgramError, run

    try:
        program = Program.named(asked.program, asked.arguments, is_module=asked.module)
    except ProgramError as error:
        parser.exit(2, f"refcycle: {printable(str(error))}\n")
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
