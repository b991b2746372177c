"""The parser of the command line, built from the commands."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import Any, NoReturn

from refcycle._cli.command import Command, CommandError
from refcycle._cli.suggestions import did_you_mean
from refcycle._refcycle import VERSION
from refcycle._text.escapes import printable

__all__ = ["parser_of", "raising_parser_of"]

_OVERVIEW = """\
examples:
  refcycle run script.py              report the garbage and growth of a program
  refcycle top heap.refcycle          show the largest retainers of a dump
  refcycle why heap.refcycle Session  show what keeps the Session objects alive
  refcycle diff one.refcycle two.refcycle
"""


class _HelpFormatter(argparse.HelpFormatter):
    """Fills the lines of a description, and leaves examples, which are indented, as they are."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return text if "\n  " in text else super()._fill_text(text, width, indent)


class _Parser(argparse.ArgumentParser):
    """A parser whose errors say what a mistyped word may have meant."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse, and reject options that this parser does not know."""
        found, unknown = super().parse_known_args(args, namespace)
        for word in unknown:
            if word.startswith("--"):
                word = word.partition("=")[0]
                options = [option for option in self._option_string_actions if option[:2] == "--"]
                self.error(f"unknown option {word}{did_you_mean(word, options)}")
        return found, unknown

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Reject a value that is not one of the choices, such as a command."""
        if action.choices is not None and value not in action.choices:
            known = [str(choice) for choice in action.choices]
            what = "command" if action.dest == "command" else action.dest
            hint = did_you_mean(str(value), known)
            choices = f"; the choices are {', '.join(known)}" if not hint else ""
            self.error(f"unknown {what} {value}{hint}{choices}")

    def error(self, message: str) -> NoReturn:
        """Print the usage and what is wrong; exit with 2."""
        super().error(printable(message))


class _RaisingParser(_Parser):
    """A parser for callers in this process."""

    def error(self, message: str) -> NoReturn:
        """Raise a CommandError with the message."""
        raise CommandError(printable(message))


def parser_of(commands: Iterable[Command]) -> argparse.ArgumentParser:
    """Return a parser. Its results have the command as `command`, `None` if there is none."""
    return _with_commands(_Parser, commands)


def raising_parser_of(commands: Iterable[Command]) -> argparse.ArgumentParser:
    """Return a parser that raises a CommandError where the other one exits."""
    return _with_commands(_RaisingParser, commands)


def _with_commands(kind: type[_Parser], commands: Iterable[Command]) -> argparse.ArgumentParser:
    parser = kind(
        prog="refcycle",
        description="Show what keeps Python objects alive and which cycles hold garbage together.",
        epilog=_OVERVIEW,
        formatter_class=_HelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"refcycle {VERSION}")
    parsers = parser.add_subparsers(dest="command", metavar="command")
    for command in commands:
        own = parsers.add_parser(
            command.name,
            help=command.summary,
            description=command.description or _sentence(command.summary),
            epilog=_examples(command),
            formatter_class=_HelpFormatter,
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
