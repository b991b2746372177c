"""A graph that is too large for a picture, as HTML."""

from __future__ import annotations

from collections.abc import Sequence

from refcycle._html.parts import document, html_table

__all__ = ["table_of_types"]


def table_of_types(
    title: str, rows: Sequence[tuple[str, str]], others: tuple[str, str] | None
) -> str:
    """Return the types with the numbers of their vertices; `others` is a row for the rest."""
    every = [*rows, others] if others else rows
    return document(html_table(title, ("vertices", "type"), every, most=len(every)))
