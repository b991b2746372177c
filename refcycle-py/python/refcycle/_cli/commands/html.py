"""The command `html`: a page to explore a dump."""

from __future__ import annotations

import argparse

from refcycle._cli.arguments import add_file, add_force, add_json, add_object
from refcycle._cli.command import Command, CommandError, register
from refcycle._cli.files import default_place, load, refuse_same_file, write
from refcycle._cli.output import print_written
from refcycle._cli.wanted import find


@register
class Html(Command):
    """Writes a page."""

    name = "html"
    summary = "write a page to explore a dump in a browser"
    examples = ("heap.refcycle", "new.refcycle --before old.refcycle --open")

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the file, the page and the options for its content."""
        add_json(parser)
        add_object(
            parser, "--target", "where the page starts: the address of an object, a type or a name"
        )
        parser.add_argument(
            "--before", metavar="FILE", help="an earlier dump of the process: also show what grew"
        )
        parser.add_argument("--open", action="store_true", help="open the page in the browser")
        add_force(parser, "a page")
        add_file(parser)
        parser.add_argument(
            "output",
            metavar="OUT",
            nargs="?",
            help="the page (default: the name of the file with .html, in the same folder)",
        )

    def run(self, options: argparse.Namespace) -> None:
        """Write the page."""
        output = options.output
        if output is None:
            output = default_place(options.file, ".html", force=options.force)
        for source in filter(None, (options.file, options.before)):
            refuse_same_file(output, source)
        graph = load(options.file)
        before = load(options.before) if options.before else None
        target = find(graph, options.target).objects[0] if options.target else None
        write(output, lambda: graph.export_html(output, target, before=before))
        print_written(output, f"{output}: open it in a browser", as_json=options.json)
        if options.open:
            _open(output)


def _open(path: str) -> None:
    import webbrowser  # later: an import costs time
    from pathlib import Path

    if not webbrowser.open(Path(path).resolve().as_uri()):
        raise CommandError(f"no browser could be started: open {path} yourself")
