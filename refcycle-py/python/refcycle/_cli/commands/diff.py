"""The command `diff`: what grew between two dumps."""

from __future__ import annotations

import argparse

from refcycle._cli.arguments import add_file, add_json
from refcycle._cli.command import Command, CommandError, register
from refcycle._cli.files import load
from refcycle._cli.output import growth_data, print_json, samples_data


@register
class Diff(Command):
    """Compares two dumps of one process."""

    name = "diff"
    summary = "show what grew between two dumps of one process"
    examples = ("a.refcycle b.refcycle",)

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the two files."""
        add_json(parser)
        add_file(parser, "before")
        parser.add_argument("after", metavar="FILE", help="the later file")

    def run(self, options: argparse.Namespace) -> None:
        """Print what grew."""
        from refcycle.differences import diff  # later: an import costs time

        before, after = load(options.before), load(options.after)
        try:
            found = diff(before, after)
        except ValueError as error:
            raise CommandError(str(error)) from error
        if not options.json:
            print(found)
            return
        print_json(
            {
                "new": len(found.new),
                "gone": len(found.gone),
                "types": growth_data(found.table),
                "samples": samples_data(found.samples),
            }
        )
