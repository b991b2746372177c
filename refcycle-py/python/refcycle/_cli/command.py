"""The base class of the commands, and the list of all commands.

A command is one file in `commands`. It registers a subclass of `Command`; its arguments, its help
and its completion in a shell are all defined there.
"""

from __future__ import annotations

import argparse
from typing import TypeVar

__all__ = ["Command", "CommandError", "register", "registered"]


class CommandError(Exception):
    """A command cannot be executed; the text says why. The exit status is 2."""


class Command:
    """A command of `refcycle`."""

    name = ""
    """What follows `refcycle` on the command line."""
    summary = ""
    """What it does, in one line without a full stop."""
    description = ""
    """A longer description for its own help, which otherwise shows the summary."""
    examples: tuple[str, ...] = ()
    """Examples of what may follow its name."""

    runs_program = False
    """Whether it runs a program in this process."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add its arguments and options."""
        raise NotImplementedError

    def run(self, options: argparse.Namespace) -> int | None:
        """Execute the command; return the exit status, None for 0."""
        raise NotImplementedError


_C = TypeVar("_C", bound=type[Command])

_commands: dict[str, Command] = {}


def register(command: _C) -> _C:
    """Make a class a command of the command line."""
    _commands[command.name] = command()
    return command


def registered() -> list[Command]:
    """Return the commands that are registered, by name."""
    return [_commands[name] for name in sorted(_commands)]
