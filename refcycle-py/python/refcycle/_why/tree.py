"""The text of an answer: a tree, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import NamedTuple

from refcycle._text.numbers import counted
from refcycle._why.chains import Chain, Step, lines_of
from refcycle._why.remedy import Remedy

__all__ = ["Line", "Role", "tree_lines"]


class Role(Enum):
    """What a line is about."""

    ALIVE = "alive"
    GARBAGE = "garbage"
    STEP = "step"
    MORE = "more"
    FIX = "fix"


class Line(NamedTuple):
    """A line of the text."""

    branches: str
    """The characters that connect it with other lines."""
    text: str
    role: Role


def tree_lines(
    label: str,
    chains: Sequence[Chain],
    *,
    more: bool,
    only_caller: bool,
    cycle: Sequence[Step],
    remedies: Sequence[Remedy],
    unicode: bool,
) -> Iterable[Line]:
    """Yield the lines: what the object is, what holds it, and how to fix it."""
    if only_caller:
        caller = "variables of the calling function" if chains else "this call"
        yield Line("", f"{label} is kept alive by {caller} alone", Role.ALIVE)
    elif chains:
        yield Line("", f"{label} is kept alive by", Role.ALIVE)
    elif cycle:
        cycle_of = f"a cycle of {counted(len(cycle), 'object')}"
        yield Line("", f"{label} is garbage: only {cycle_of} holds it", Role.GARBAGE)
        yield from _cycle_lines(cycle, unicode=unicode)
    else:
        yield Line("", f"{label} is garbage: nothing holds it", Role.GARBAGE)
    inner, end, bar = ("├─ ", "└─ ", "│  ") if unicode else ("|- ", "`- ", "|  ")
    last = len(chains) - 1 + more
    for number, chain in enumerate(chains):
        start, below = (end, "   ") if number == last else (inner, bar)
        for place, (branches, text) in enumerate(lines_of(chain, unicode=unicode)):
            yield Line((below if place else start) + branches, text, Role.STEP)
    if more:
        yield Line(end, "and more: `limit` says how many chains are shown", Role.MORE)
    for remedy in remedies:
        yield Line("", f"{remedy.name}: {remedy.advice}", Role.FIX)


def _cycle_lines(cycle: Sequence[Step], *, unicode: bool) -> Iterable[Line]:
    branch, arrow = ("└─ ", " → ") if unicode else ("`- ", " -> ")
    first, *rest = cycle
    yield Line(branch, first.label, Role.STEP)
    for depth, step in enumerate(rest, start=1):
        yield Line("   " * depth + branch, step.reference + arrow + step.label, Role.STEP)
    closing = f"{first.reference}{arrow}back to {first.label}"
    yield Line("   " * len(cycle) + branch, closing, Role.STEP)
