"""The commands `convert` and `html`: a file in another form."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from refcycle._cli.files import CommandError, about, find, load
from refcycle._cli.output import tell_written
from refcycle._cli.terminal import progress

if TYPE_CHECKING:
    from refcycle._refcycle import LoadedGraph

__all__ = ["convert", "write_html"]

# By the end of a file's name: how it is written.
_CONVERSIONS: dict[str, Callable[[LoadedGraph, str], object]] = {
    ".json": lambda graph, out: graph.export_json(out),
    ".graphml": lambda graph, out: graph.export_graphml(out),
    ".gexf": lambda graph, out: graph.export_gexf(out),
    ".cyjs": lambda graph, out: graph.export_cytoscape(out),
    ".csv": lambda graph, out: graph.export_csv(out),
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


def convert(path: str, out: str, *, as_json: bool) -> None:
    """Write a file in the format that the name of another one has."""
    found = [write for ending, write in _CONVERSIONS.items() if out.endswith(ending)]
    if not found:
        endings = ", ".join(_CONVERSIONS)
        raise CommandError(f"{out}: the format is not known; the name must end in {endings}")
    graph = load(path)
    _written(lambda: found[0](graph, out), out)
    tell_written(out, f"{out}: {len(graph):,} objects", as_json=as_json)


def write_html(path: str, out: str, wanted: str | None, *, as_json: bool) -> None:
    """Write the page on which a file can be explored."""
    graph = load(path)
    target = find(graph, wanted)[0] if wanted else None
    _written(lambda: graph.export_html(out, target), out)
    tell_written(out, f"{out}: open it in a browser", as_json=as_json)


def _written(write: Callable[[], object], out: str) -> None:
    try:
        with progress(f"writing {out}"):
            write()
    except (OSError, ValueError, MemoryError) as error:
        raise about(out, error) from error
