"""The command `diff`: what grew between two dumps."""

from __future__ import annotations

import argparse

from refcycle._cli.arguments import WITHOUT_TRACKED_ONLY, add_file, add_json
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
        add_file(parser, "before", "the earlier file", "BEFORE")
        add_file(parser, "after", "the later file", "AFTER")

    def run(self, options: argparse.Namespace) -> None:
        """Print what grew."""
        from refcycle._growth.outside import hinting  # later: an import costs time
        from refcycle.differences import diff

        before, after = load(options.before), load(options.after)
        try:
            found = diff(before, after)
        except ValueError as error:
            raise CommandError(str(error)) from error
        if not options.json:
            with hinting(WITHOUT_TRACKED_ONLY):
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
