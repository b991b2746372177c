"""The command `top`: what retains most."""

from __future__ import annotations

from refcycle._cli.files import load
from refcycle._cli.output import object_line, print_json, table
from refcycle._cli.terminal import bold, progress, red
from refcycle._growth.type_totals import totals
from refcycle._text.tables import counted, printable

__all__ = ["tell_top"]


def tell_top(path: str, count: int, *, as_json: bool) -> None:
    """Print what retains most, and which types take most."""
    graph = load(path)
    with progress("adding up what is retained"):
        largest = graph.top_retained(count)
    suspects = graph.leak_suspects() if len(graph) else []
    types = sorted(totals(graph).items(), key=lambda item: (-item[1][1], item[0]))
    if as_json:
        print_json(
            {
                "objects": len(graph),
                "bytes": sum(graph.shallow_sizes()),
                "retained": [
                    {
                        "address": found.vertex.address,
                        "label": found.vertex.label,
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
                        "retained_size": found.retained_size,
                        "share": found.share,
                    }
                    for found in suspects
                ],
                "types": [
                    {"type": name, "count": number, "size": size}
                    for name, (number, size) in types[:count]
                ],
            }
        )
        return
    print(f"{len(graph):,} objects, {sum(graph.shallow_sizes()):,} bytes")
    print(bold("\nwhat retains most:"))
    rows = [
        (f"{found.retained_size:,}", f"{found.retained_count:,}", object_line(found.vertex))
        for found in largest
    ]
    print(table(("bytes", "objects", "object"), rows))
    if suspects:
        print(bold("\nleak suspects:"))
        for found in suspects:
            share = f"{found.share:.0%} of all bytes"
            objects = counted(len(found.vertices), f"{printable(found.type_name)} object")
            print(f"  {red(objects)}: {share}")
    print(bold("\ntypes that take most by themselves:"))
    rows = [(f"{size:,}", f"{number:,}", name) for name, (number, size) in types[:count]]
    print(table(("bytes", "objects", "type"), rows))
