"""The command `html`: a page to explore a dump."""

from __future__ import annotations

import argparse

from refcycle._cli.arguments import add_file, add_json, add_object
from refcycle._cli.command import Command, register
from refcycle._cli.files import find, load, refuse_same_file, write
from refcycle._cli.output import print_written


@register
class Html(Command):
    """Writes a page."""

    name = "html"
    summary = "write a page to explore a dump in a browser"
    examples = ("heap.refcycle page.html",)

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the file, the page and the option for its start."""
        add_json(parser)
        add_object(
            parser, "--target", "where the page starts: a type, or the address of an object"
        )
        add_file(parser)
        parser.add_argument("output", metavar="OUT", help="the page")

    def run(self, options: argparse.Namespace) -> None:
        """Write the page."""
        refuse_same_file(options.output, options.file)
        graph = load(options.file)
        target = find(graph, options.target)[0] if options.target else None
        write(options.output, lambda: graph.export_html(options.output, target))
        text = f"{options.output}: open it in a browser"
        print_written(options.output, text, as_json=options.json)
