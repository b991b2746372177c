"""New objects that nothing holds any more, in one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from refcycle._growth.signature_census import type_name_of
from refcycle._text.escapes import printable
from refcycle._text.numbers import counted

if TYPE_CHECKING:
    from refcycle.holder_groups import SignatureRow

__all__ = ["line_on_garbage"]

_MOST_TYPES = 3
# How the signature of what only refcycle's own objects hold begins, which no collection frees.
_OBSERVED = "objects of refcycle: "


def line_on_garbage(rows: Iterable[SignatureRow]) -> str:
    """Return how much of what is new is garbage, and of which types; empty if nothing is."""
    counts: Counter[str] = Counter()
    for row in rows:
        if row.is_garbage and not row.signature.startswith(_OBSERVED):
            counts[type_name_of(row.example)] += row.count
    if not counts:
        return ""
    types = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    named = [f"{count:,} {printable(name)}" for name, count in types[:_MOST_TYPES]]
    if others := types[_MOST_TYPES:]:
        named.append(f"{sum(count for _, count in others):,} of other types")
    objects = counted(sum(counts.values()), "object")
    return f"new garbage, which waits for a collection: {objects} ({', '.join(named)})"
