"""The command `completion`: a script for completion in a shell."""

from __future__ import annotations

import argparse

from refcycle._cli.command import Command, register, registered
from refcycle._cli.completion import SHELLS, script
from refcycle._cli.parser import parser_of


@register
class Completion(Command):
    """Prints a script for a shell."""

    name = "completion"
    summary = "print a script for completion in a shell"
    examples = ("bash",)

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the shell."""
        parser.add_argument("shell", choices=SHELLS, help="the shell")

    def run(self, options: argparse.Namespace) -> None:
        """Print the script."""
        print(script(parser_of(registered()), options.shell), end="")
