"""The command `dump`: the heap of a running process as a file."""

from __future__ import annotations

import argparse

from refcycle._cli.arguments import add_json
from refcycle._cli.command import Command, register
from refcycle._cli.output import print_written
from refcycle._cli.processes import add_process, dump_process


@register
class Dump(Command):
    """Dumps the heap of a process."""

    name = "dump"
    summary = "dump the heap of a running process to a file"
    examples = ("4711 heap.refcycle",)

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the process and the file."""
        add_json(parser)
        add_process(parser)
        parser.add_argument("output", metavar="FILE", help="the file")

    def run(self, options: argparse.Namespace) -> None:
        """Write the file."""
        dump_process(options.output, options)
        print_written(options.output, "", as_json=options.json)
