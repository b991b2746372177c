"""The command `convert`: a dump in another format."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from refcycle._cli.arguments import add_file, add_json, add_partial
from refcycle._cli.command import Command, CommandError, register
from refcycle._cli.files import load, refuse_same_file, write
from refcycle._cli.output import print_written
from refcycle._text.numbers import counted

if TYPE_CHECKING:
    from refcycle._refcycle import LoadedGraph

# How a file is written, by the end of its name.
_CONVERSIONS: dict[str, Callable[[LoadedGraph, str], object]] = {
    ".json": lambda graph, out: graph.export_json(out),
    ".graphml": lambda graph, out: graph.export_graphml(out),
    ".gexf": lambda graph, out: graph.export_gexf(out),
    ".cyjs": lambda graph, out: graph.export_cytoscape(out),
    ".csv": lambda graph, out: graph.export_csv(out),
    ".parquet": lambda graph, out: graph.export_parquet(out, _edges_path(out)),
    ".pb.gz": lambda graph, out: graph.export_flame_graph(out),
    ".pprof": lambda graph, out: graph.export_flame_graph(out),
    ".speedscope.json": lambda graph, out: graph.export_flame_graph(out),
    ".collapsed": lambda graph, out: graph.export_flame_graph(out),
    ".folded": lambda graph, out: graph.export_flame_graph(out),
    ".heapsnapshot": lambda graph, out: graph.export_heapsnapshot(out),
    ".html": lambda graph, out: graph.export_html(out),
    ".svg": lambda graph, out: graph.export_image(out),
    ".png": lambda graph, out: graph.export_image(out),
    ".pdf": lambda graph, out: graph.export_image(out),
    ".dot": lambda graph, out: graph.export_image(out),
    ".refcycle": lambda graph, out: graph.save(out),
    ".arrow": lambda graph, out: graph.save(out),
    ".feather": lambda graph, out: graph.save(out),
}


def _edges_path(out: str) -> str:
    """Return the path of the table of the references, beside that of the objects."""
    return f"{os.path.splitext(out)[0]}.edges.parquet"


@register
class Convert(Command):
    """Writes a dump in another format."""

    name = "convert"
    summary = "convert a dump to another format, chosen by the file's extension"
    description = (
        "Convert a dump to another format, chosen by the file's extension. .pb.gz and .pprof (for "
        "pprof and Perfetto), .speedscope.json, .collapsed and .folded are flame graphs of "
        "retained memory. .parquet is the table of the objects; that of the references is written "
        "beside it, as .edges.parquet; this needs pyarrow."
    )
    examples = ("heap.refcycle heap.heapsnapshot", "heap.refcycle heap.speedscope.json")

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the two files."""
        add_json(parser)
        add_partial(parser)
        add_file(parser)
        parser.add_argument(
            "output", metavar="OUT", help="the output file; its extension determines the format"
        )

    def run(self, options: argparse.Namespace) -> None:
        """Write the output file."""
        out = options.output
        endings = [ending for ending in _CONVERSIONS if out.endswith(ending)]
        if not endings:
            known = ", ".join(_CONVERSIONS)
            name = out or "the name of the output is empty"
            raise CommandError(f"{name}: unknown format; the name must end in {known}")
        convert = _CONVERSIONS[max(endings, key=len)]
        others = [_edges_path(out)] if out.endswith(".parquet") else []
        for written in (out, *others):
            refuse_same_file(written, options.file)
        graph = load(options.file, partial=options.partial)
        write(out, lambda: convert(graph, out))
        text = f"{out}: {counted(len(graph), 'object')}"
        if others:
            references = counted(len(graph.edges), "reference")
            text += f"; {others[0]}: {references}"
        print_written(out, text, as_json=options.json, others=others)
