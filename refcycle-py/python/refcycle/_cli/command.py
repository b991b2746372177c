"""The commands, and what each of them consists of.

A command is one file in `commands`. It registers a subclass of `Command`; its arguments, its
help and what a shell completes all come from there.
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
    """The same at length, for its own help; without it that shows the summary."""
    examples: tuple[str, ...] = ()
    """What may follow its name."""

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
