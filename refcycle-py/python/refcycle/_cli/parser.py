"""The parser of the command line, built from the commands."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from refcycle._cli.command import Command
from refcycle._refcycle import VERSION

__all__ = ["parser_of"]

_OVERVIEW = """\
examples:
  refcycle run script.py               report the garbage and growth of a program
  refcycle top heap.refcycle           show the largest retainers of a dump
  refcycle why heap.refcycle Session   show what keeps the Session objects alive
  refcycle diff one.refcycle two.refcycle
"""


def parser_of(commands: Iterable[Command]) -> argparse.ArgumentParser:
    """Return a parser. Its results have the command as `command`."""
    parser = argparse.ArgumentParser(
        prog="refcycle",
        description="Show what keeps Python objects alive and which cycles hold garbage together.",
        epilog=_OVERVIEW,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"refcycle {VERSION}")
    parsers = parser.add_subparsers(dest="command", required=True, metavar="command")
    for command in commands:
        own = parsers.add_parser(
            command.name,
            help=command.summary,
            description=command.description or _sentence(command.summary),
            epilog=_examples(command),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.add_arguments(own)
        own.set_defaults(command=command)
    return parser


def _sentence(summary: str) -> str:
    return f"{summary[0].upper()}{summary[1:]}."


def _examples(command: Command) -> str:
    title = "example:" if len(command.examples) == 1 else "examples:"
    lines = [f"  refcycle {command.name} {example}" for example in command.examples]
    return "\n".join([title, *lines, ""])
