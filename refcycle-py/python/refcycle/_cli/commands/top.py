"""The command `top`: the largest retainers and types of a dump."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from refcycle._cli.arguments import WITHOUT_TRACKED_ONLY, add_file, add_json, add_limit
from refcycle._cli.command import Command, register
from refcycle._cli.files import load
from refcycle._cli.output import object_line, print_json, table
from refcycle._cli.terminal import bold, progress, red
from refcycle._objects.allocations import after_a_name, most_frequent, place_text
from refcycle._text.escapes import printable
from refcycle._text.numbers import counted, size_text

if TYPE_CHECKING:
    from refcycle._refcycle import LoadedGraph, Suspect

__all__ = ["print_top"]


@register
class Top(Command):
    """Shows the largest retainers of a dump."""

    name = "top"
    summary = "show the largest retainers and types of a dump"
    examples = ("heap.refcycle",)

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the file and the options for the output."""
        add_json(parser)
        add_limit(parser, 10, "objects and types")
        add_file(parser)

    def run(self, options: argparse.Namespace) -> None:
        """Print the tables."""
        print_top(options.file, options.limit, as_json=options.json)


def _suspect(found: Suspect) -> str:
    """Return what a suspect is: an object, or how many of a type."""
    if found.name is not None:
        return printable(found.name)
    return counted(len(found.vertices), f"{printable(found.type_name)} object")


def _place_of_suspect(found: Suspect) -> str:
    """Return where most of its objects were allocated."""
    allocation = most_frequent(obj.allocated_at for obj in found.vertices)
    return printable(after_a_name(allocation, len(found.vertices)))


def _place(allocated_at: str | None) -> str:
    return "" if allocated_at is None else printable(f", {place_text(allocated_at)}")


def print_top(path: str, limit: int, *, as_json: bool) -> None:
    """Print the largest retainers, leak suspects, and the largest types."""
    from refcycle._growth.outside import (  # later: an import costs time
        blocks_beside,
        hinting,
        memory_at,
    )
    from refcycle._growth.type_totals import totals

    graph = load(path)
    with progress("computing retained sizes"):
        largest = graph.top_retained(limit)
    suspects = graph.leak_suspects() if len(graph) else []
    types = sorted(totals(graph).items(), key=lambda item: (-item[1][1], item[0]))
    if as_json:
        print_json(
            {
                "objects": len(graph),
                "size": sum(graph.shallow_sizes()),
                **_memory_data(graph),
                "retained": [
                    {
                        "address": found.vertex.address,
                        "label": found.vertex.label,
                        "name": found.name,
                        "allocated_at": found.allocated_at,
                        "size": found.shallow_size,
                        "retained_size": found.retained_size,
                        "retained_count": found.retained_count,
                    }
                    for found in largest
                ],
                "suspects": [
                    {
                        "type": found.type_name,
                        "objects": len(found.vertices),
                        "name": found.name,
                        "accumulation_point": found.accumulation_point_name,
                        "retained_size": found.retained_size,
                        "share": found.share,
                    }
                    for found in suspects
                ],
                "types": [
                    {"type": name, "count": number, "size": size}
                    for name, (number, size) in types[:limit]
                ],
            }
        )
        return
    print(f"{counted(len(graph), 'object')}, {size_text(sum(graph.shallow_sizes()))}")
    _print_memory(graph)
    if graph.metadata.get("untracked") == "false":
        with hinting(WITHOUT_TRACKED_ONLY):
            rest = blocks_beside(memory_at(graph), len(graph))
        print(f"this dump has only the objects that the collector tracks{rest and ': '}{rest}")
    print(bold("\nlargest retainers:"))
    rows = [
        (
            size_text(found.retained_size),
            f"{found.retained_count:,}",
            object_line(found.name, found.vertex),
        )
        for found in largest
    ]
    places = [_place(found.allocated_at) for found in largest]
    print(table(("size", "objects", "object"), rows, places))
    if not suspects:
        print("\nno leak suspects: besides modules and classes, nothing retains 10% of all bytes")
    else:
        print(bold("\nleak suspects:"))
        for found in suspects:
            share = f"{found.share:.0%} of all bytes"
            print(f"  {red(_suspect(found))}: {share}{_place_of_suspect(found)}")
            point = found.accumulation_point_name
            if point is not None and point != found.name:
                print(f"    accumulated in {printable(point)}")
    print(bold("\nlargest types:"))
    rows = [(size_text(size), f"{number:,}", name) for name, (number, size) in types[:limit]]
    print(table(("size", "objects", "type"), rows))


def _print_memory(graph: LoadedGraph) -> None:
    """Print what the memory of the process was for, if the dump says it."""
    from refcycle.memory_account import account_of_file  # later: an import costs time

    account = account_of_file(graph)
    if account is None or account.resident is None:
        return
    shares = sorted(account.parts, key=lambda part: -(part.size or 0))
    shown = [
        f"{part.share:.0%} {part.name}" for part in shares if part.share and part.share >= 0.01
    ]
    print(f"process of {size_text(account.resident)}: {', '.join(shown)}")
    for advice in account.advice:
        print(f"  {advice}")


def _memory_data(graph: LoadedGraph) -> dict[str, Any]:
    """Return the facts about the memory of the process that the dump contains."""
    from refcycle.memory_account import account_of_file  # later: an import costs time

    metadata = graph.metadata
    known: dict[str, Any] = {
        name: int(metadata[name])
        for name in ("allocated_blocks", "resident_bytes")
        if name in metadata
    }
    if "untracked" in metadata:
        known["untracked"] = metadata["untracked"] == "true"
    account = account_of_file(graph)
    if account is not None:
        known["memory"] = account.to_dict()
    return known
