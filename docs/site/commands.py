"""The reference of the command line, from its parser."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from refcycle._cli.command import Command
from refcycle._cli.commands import all_commands
from refcycle._cli.parser import parser_of

_START = """\
# Commands

`refcycle` is installed with the package; `python -m refcycle` is the same. This page is generated
from the parser: `refcycle COMMAND --help` shows the same text.

The exit status is 0, or 2 for invalid arguments and requests that cannot be fulfilled, or what the
command says.

"""


def commands_page() -> str:
    """Return the page as Markdown."""
    commands = list(all_commands())
    parsers = _parsers(parser_of(commands))
    rows = [
        f"| [`refcycle {each.name}`](#refcycle-{each.name}) | {_cell(each.summary)} |"
        for each in commands
    ]
    parts = ["| command | what it does |\n|---|---|", "\n".join(rows), ""]
    table = "\n".join(parts)
    return _START + table + "\n".join(_section(each, parsers[each.name]) for each in commands)


def _parsers(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Return the parsers of the commands, by name."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    raise ValueError("the parser has no commands")


def _section(command: Command, parser: argparse.ArgumentParser) -> str:
    formatter = argparse.HelpFormatter(parser.prog, width=90)
    formatter.add_usage(None, parser._actions, parser._mutually_exclusive_groups, prefix="")
    usage = formatter.format_help().strip()
    lines = [
        f"\n## refcycle {command.name}\n",
        f"{parser.description}\n",
        f"```text\n{usage}\n```\n",
    ]
    rows = list(_rows(parser))
    if rows:
        lines += ["| argument | meaning |\n|---|---|", "\n".join(rows), ""]
    if command.examples:
        examples = "\n".join(f"$ refcycle {command.name} {each}" for each in command.examples)
        lines.append(f"```console\n{examples}\n```\n")
    return "\n".join(lines)


def _rows(parser: argparse.ArgumentParser) -> Iterator[str]:
    formatter = argparse.HelpFormatter(parser.prog)
    for action in parser._actions:
        if action.help is argparse.SUPPRESS or isinstance(action, argparse._HelpAction):
            continue
        meaning = formatter._expand_help(action) if action.help else ""
        yield f"| {_name(action)} | {_cell(meaning)} |"


def _name(action: argparse.Action) -> str:
    """Return how an argument is written on the command line."""
    metavar = action.metavar
    if isinstance(metavar, tuple):
        metavar = " ".join(metavar)
    if not action.option_strings:
        return f"`{metavar or action.dest}`"
    value = "" if action.nargs == 0 else f" {metavar or action.dest.upper()}"
    return ", ".join(f"`{option}{value}`" for option in action.option_strings)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")
