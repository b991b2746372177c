"""What commands print: JSON, tables, objects."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from refcycle._tables import printable, text_table
from refcycle.commands.terminal import dim

__all__ = ["object_line", "print_json", "table"]


def print_json(data: object) -> None:
    """Print data as JSON, in lines."""
    print(json.dumps(data, indent=2))


def object_line(obj: Any) -> str:
    """Return what an object is, and its address."""
    return f"{printable(obj.label)} (0x{obj.address:x})"


def table(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Return a table for a terminal, the headings less bright."""
    first, *lines = text_table(headings, rows).splitlines()
    return "\n".join([dim(first), *lines])
