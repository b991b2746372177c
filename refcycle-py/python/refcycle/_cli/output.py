"""What commands print: JSON, tables, objects."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from refcycle._cli.terminal import dim
from refcycle._text.escapes import printable
from refcycle._text.lines import line_width, wrapped_text
from refcycle._text.numbers import counted
from refcycle._text.tables import text_table

if TYPE_CHECKING:
    from refcycle.differences import GrowthTable, LargerObjects, Sample
    from refcycle.holder_groups import SignatureRow

__all__ = [
    "growth_data",
    "larger_data",
    "print_json",
    "print_more",
    "print_paragraph",
    "print_written",
    "samples_data",
    "signatures_data",
    "table",
]


def print_json(data: object) -> None:
    """Print data as indented JSON."""
    print(json.dumps(data, indent=2))


def growth_data(table: GrowthTable) -> list[dict[str, Any]]:
    """Return the rows of a table for JSON."""
    return [{"type": name, "count": count, "size": size} for name, count, size in table]


def signatures_data(rows: Iterable[SignatureRow]) -> list[dict[str, Any]]:
    """Return how objects are held for JSON."""
    return [
        {
            "signature": row.signature,
            "count": row.count,
            "size": row.size,
            "retained_size": row.retained_size,
        }
        for row in rows
    ]


def samples_data(samples: Iterable[Sample]) -> list[dict[str, Any]]:
    """Return chains with their fixes for JSON."""
    return [
        {
            "type": one.type_name,
            "chain": str(one.chain),
            "remedies": [remedy._asdict() for remedy in one.remedies],
        }
        for one in samples
    ]


def larger_data(found: Iterable[LargerObjects]) -> list[dict[str, Any]]:
    """Return what became larger itself, with its chains, for JSON."""
    return [
        {
            "type": one.type_name,
            "count": one.count,
            "size": one.size,
            "chain": str(one.chain),
            "remedies": [remedy._asdict() for remedy in one.remedies],
        }
        for one in found
    ]


def print_paragraph(text: str, paint: Callable[[str], str] = str) -> None:
    """Print a line, on a terminal as several that fit it."""
    for line in wrapped_text(printable(text), line_width()).split("\n"):
        print(paint(line))


def print_more(count: int, what: str) -> None:
    """Print how many items the limit left out, if it did."""
    if count > 0:
        print_paragraph(f"and {counted(count, f'more {what}')}: use --limit to show them")


def print_written(path: str, text: str, *, as_json: bool, others: Sequence[str] = ()) -> None:
    """Print that a file was written: the text, or the path and size as JSON.

    `others` are the files that were written beside it, for JSON.
    """
    if as_json:
        data: dict[str, object] = _written(path)
        if others:
            data["others"] = [_written(other) for other in others]
        print_json(data)
    elif text:
        print(printable(text))


def _written(path: str) -> dict[str, object]:
    return {"output": path, "size": os.path.getsize(path)}


def table(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Return a table of all rows for a terminal, with dimmed headings."""
    first, *lines = text_table(headings, rows, most=len(rows)).splitlines()
    return "\n".join([dim(first), *lines])
