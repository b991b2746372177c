"""The command `waste`: the bytes that a program could save."""

from __future__ import annotations

import argparse

from refcycle._cli.arguments import add_file, add_json, add_limit, add_partial
from refcycle._cli.command import Command, register
from refcycle._cli.files import load
from refcycle._cli.output import print_json
from refcycle._cli.terminal import with_bar

__all__ = ["Waste"]


@register
class Waste(Command):
    """Shows the bytes that the program of a dump could save."""

    name = "waste"
    summary = "show the bytes that the program of a dump could save, and how"
    examples = ("heap.refcycle",)

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the file and the options for the output."""
        add_json(parser)
        add_limit(parser, 10, "rows")
        add_partial(parser)
        add_file(parser)

    def run(self, options: argparse.Namespace) -> None:
        """Print the table."""
        graph = load(options.file, partial=options.partial)
        found = with_bar("computing retained sizes", graph.waste)
        if options.json:
            print_json(found.to_dict())
        else:
            print(found.to_text(limit=options.limit))
