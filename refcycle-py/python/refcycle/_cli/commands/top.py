"""The command `top`: the largest retainers and types of a dump."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from refcycle._cli.arguments import (
    WITHOUT_TRACKED_ONLY,
    add_file,
    add_json,
    add_limit,
    add_partial,
)
from refcycle._cli.command import Command, register
from refcycle._cli.files import is_partial, load, not_used
from refcycle._cli.output import print_json, print_more, print_paragraph, table
from refcycle._cli.terminal import bold, red, with_bar
from refcycle._objects.allocations import place_text
from refcycle._text.numbers import counted, size_text

if TYPE_CHECKING:
    from refcycle._index.leaders import Largest, Leaders, SuspectFacts
    from refcycle.memory_account import MemoryAccount

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
        add_partial(parser)
        add_file(parser)

    def run(self, options: argparse.Namespace) -> None:
        """Print the tables."""
        print_top(options.file, options.limit, as_json=options.json, partial=options.partial)


def print_top(path: str, limit: int, *, as_json: bool, partial: bool = False) -> None:
    """Print the largest retainers, leak suspects, and the largest types."""
    found = _found_in(path, limit, partial)
    if as_json:
        print_json(_data(found, limit))
        return
    _print_summary(found)
    print(bold("\nlargest retainers:"))
    rows = [
        (size_text(one.retained_size), f"{one.retained_count:,}", _object(one))
        for one in found.largest[:limit]
    ]
    print(table(("size", "objects", "object"), rows))
    if len(found.largest) > limit:
        print("and more: use --limit to show them")
    _print_suspects(found.suspects)
    print(bold("\nlargest types:"))
    rows = [
        (size_text(size), f"{number:,}", name)
        for name, (number, size) in _largest_types(found, limit)
    ]
    print(table(("size", "objects", "type"), rows))
    print_more(len(found.types) - len(rows), "type")


def _found_in(path: str, limit: int, partial: bool) -> Leaders:
    from refcycle._index.files import opened  # later: an import costs time
    from refcycle._index.leaders import MOST, leaders_of

    with opened(path, not_used) as index:
        if index is not None and limit < MOST:
            return index.leaders
    graph = load(path, partial=partial)
    return with_bar("computing retained sizes", lambda: leaders_of(graph, limit + 1))


def _largest_types(found: Leaders, limit: int) -> list[tuple[str, tuple[int, int]]]:
    """Return the number and bytes of the objects by the name of the type, the largest first."""
    return sorted(found.types.items(), key=lambda item: (-item[1][1], item[0]))[:limit]


def _data(found: Leaders, limit: int) -> dict[str, Any]:
    """Return everything for JSON, with exact sizes."""
    return {
        "objects": found.objects,
        "size": found.size,
        **_memory_data(found),
        "retained": [
            {
                "address": one.address,
                "label": one.label,
                "name": one.name,
                "allocated_at": one.allocated_at,
                "size": one.size,
                "retained_size": one.retained_size,
                "retained_count": one.retained_count,
            }
            for one in found.largest[:limit]
        ],
        "suspects": [
            {
                "type": one.type,
                "objects": one.objects,
                "name": one.name,
                "accumulation_point": one.accumulation_point,
                "retained_size": one.retained_size,
                "share": one.share,
                "is_uncaught": one.is_uncaught,
            }
            for one in found.suspects
        ],
        "types": [
            {"type": name, "count": number, "size": size}
            for name, (number, size) in _largest_types(found, limit)
        ],
    }


def _print_summary(found: Leaders) -> None:
    """Print the size of the heap, and what the memory of the process was for if the dump says."""
    from refcycle._growth.outside import (  # later: an import costs time
        blocks_beside,
        hinting,
        memory_in,
    )

    print(f"{counted(found.objects, 'object')}, {size_text(found.size)}")
    _print_memory(found)
    if found.metadata.get("untracked") == "false":
        with hinting(WITHOUT_TRACKED_ONLY):
            # Of a dump that was cut off, objects are missing too.
            is_part = is_partial(found.metadata)
            rest = "" if is_part else blocks_beside(memory_in(found.metadata), found.objects)
        text = "this dump has only the objects that the collector tracks"
        print_paragraph(f"{text}: {rest}" if rest else text)


def _object(found: Largest) -> str:
    """Return the name of an object, its address, and where it was allocated."""
    name = f"{found.name} (0x{found.address:x})"
    return name if found.allocated_at is None else f"{name}, {place_text(found.allocated_at)}"


def _print_suspects(suspects: list[SuspectFacts]) -> None:
    leaks = [found for found in suspects if not found.is_uncaught]
    rest = [found for found in suspects if found.is_uncaught]
    print()
    for found in rest:
        print_paragraph(f"{found.share:.0%} of all bytes: {found.text}")
    if leaks:
        print(bold("leak suspects:"))
        for found in leaks:
            print_paragraph(f"  {found.share:.0%} of all bytes: {found.text}", red)
    else:
        what = "nothing else" if rest else "nothing"
        print_paragraph(
            f"no leak suspects: besides modules and classes, {what} retains 10% of all bytes"
        )


def _account(found: Leaders) -> MemoryAccount | None:
    """Return the account in the dump; `None` if it has none."""
    from refcycle.memory_account import account_in  # later: an import costs time

    text = found.metadata.get("memory")
    return None if text is None else account_in(text, found.types)


def _print_memory(found: Leaders) -> None:
    """Print what the memory of the process was for, if the dump says it."""
    account = _account(found)
    if account is None or account.resident is None:
        return
    shares = sorted(account.parts, key=lambda part: -(part.size or 0))
    shown = [
        f"{part.share:.0%} {part.name}" for part in shares if part.share and part.share >= 0.01
    ]
    print_paragraph(f"process of {size_text(account.resident)}: {', '.join(shown)}")
    for advice in account.advice:
        print_paragraph(f"  {advice}")


def _memory_data(found: Leaders) -> dict[str, Any]:
    """Return the facts about the memory of the process that the dump contains."""
    metadata = found.metadata
    known: dict[str, Any] = {
        name: int(metadata[name])
        for name in ("allocated_blocks", "resident_bytes")
        if name in metadata
    }
    if is_partial(metadata):
        known["partial"] = True
    if "untracked" in metadata:
        known["untracked"] = metadata["untracked"] == "true"
    account = _account(found)
    if account is not None:
        known["memory"] = account.to_dict()
    return known
