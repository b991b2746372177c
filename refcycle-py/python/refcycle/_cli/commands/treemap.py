"""The command `treemap`: the retained memory of a dump as a picture."""

from __future__ import annotations

import argparse
from typing import Literal

from refcycle._cli.arguments import add_file, add_force, add_json, add_object
from refcycle._cli.command import Command, CommandError, register
from refcycle._cli.files import default_place, load, refuse_same_file, write
from refcycle._cli.output import print_written
from refcycle._cli.wanted import find

_ENDINGS = (".svg", ".png", ".pdf")


@register
class Treemap(Command):
    """Draws what retains the memory."""

    name = "treemap"
    summary = "draw what retains the memory of a dump, as a treemap or an icicle picture"
    examples = ("heap.refcycle", "--icicle heap.refcycle memory.png")

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the file, the picture and its options."""
        add_json(parser)
        add_object(
            parser, "--target", "draw only what this object retains: its address, type or name"
        )
        parser.add_argument(
            "--icicle", action="store_true", help="rows below rows, as in a flame graph"
        )
        parser.add_argument("--dark", action="store_true", help="light text on a dark ground")
        add_force(parser, "a picture")
        add_file(parser)
        parser.add_argument(
            "output",
            metavar="OUT",
            nargs="?",
            help="the picture, an SVG, PNG or PDF; FILE with the extension .treemap.svg or "
            ".icicle.svg if it is left out",
        )

    def run(self, options: argparse.Namespace) -> None:
        """Draw the picture."""
        form: Literal["icicle", "treemap"] = "icicle" if options.icicle else "treemap"
        out = options.output
        if out is None:
            out = default_place(options.file, f".{form}.svg", force=options.force)
        if not out.lower().endswith(_ENDINGS):
            raise CommandError(f"{out}: the name must end in {', '.join(_ENDINGS)}")
        refuse_same_file(out, options.file)
        graph = load(options.file)
        target = find(graph, options.target).objects[0] if options.target else None
        theme: Literal["dark", "light"] = "dark" if options.dark else "light"
        write(out, lambda: graph.export_treemap(out, form=form, target=target, theme=theme))
        print_written(out, f"{out}: the {form} of {options.file}", as_json=options.json)
