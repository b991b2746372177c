"""The command `attach`: the largest retainers of a running process."""

from __future__ import annotations

import argparse

from refcycle._cli.arguments import add_json, add_limit
from refcycle._cli.command import Command, register
from refcycle._cli.commands.top import print_top
from refcycle._cli.processes import add_process, dump_process


@register
class Attach(Command):
    """Shows the largest retainers of a process."""

    name = "attach"
    summary = "show the largest retainers and types of a running process"
    examples = ("--limit 20 4711",)

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the process and the options for the output."""
        add_json(parser)
        add_limit(parser, 10, "objects and types")
        parser.add_argument("--output", metavar="FILE", help="keep the dump in this file")
        add_process(parser)

    def run(self, options: argparse.Namespace) -> None:
        """Take a dump and print its tables."""
        from tempfile import TemporaryDirectory  # later: an import costs time

        with TemporaryDirectory() as folder:
            path = options.output or f"{folder}/heap.refcycle"
            dump_process(path, options)
            print_top(path, options.limit, as_json=options.json)
