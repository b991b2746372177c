"""The text of an answer: a tree, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import NamedTuple

from refcycle._refcycle import object_name
from refcycle._text.numbers import counted
from refcycle._why.chains import Chain, Step, lines_of, repetition_text
from refcycle._why.garbage import Garbage
from refcycle._why.remedy import Remedy
from refcycle._why.repetitions import Repetition, folded

__all__ = ["Line", "Role", "tree_lines"]

_MOST_HIDDEN = 3


_TOOL = "tool"


class Role(Enum):
    """What a line is about."""

    ALIVE = "alive"
    GARBAGE = "garbage"
    STEP = "step"
    MORE = "more"
    ELSEWHERE = "elsewhere"
    APART = "apart"
    OTHERWISE = "otherwise"
    FIX = "fix"


class Line(NamedTuple):
    """A line of the text.

    Attributes:
        branches: The characters that connect it with other lines.
        text: What follows them.
        role: What the line is about.
    """

    branches: str
    text: str
    role: Role

    @property
    def is_fix(self) -> bool:
        """Whether it says what to change in the program."""
        return self.role is Role.FIX


def tree_lines(
    label: str,
    chains: Sequence[Chain],
    *,
    more: bool,
    only_caller: bool,
    unexplained: tuple[int, str],
    hidden: Sequence[str],
    garbage: Garbage | None,
    graphs: str,
    remedies: Sequence[Remedy],
    unicode: bool,
) -> Iterable[Line]:
    """Yield the lines: what the object is, what holds it, and how to fix it."""
    if only_caller:
        caller = "variables of the calling function" if chains else "this call"
        yield Line("", f"{label} is kept alive only by {caller}", Role.ALIVE)
    elif chains:
        yield Line("", f"{label} is kept alive by", Role.ALIVE)
    elif garbage:
        nothing = "nothing else holds it" if graphs else "nothing holds it"
        yield Line("", f"{label} is garbage: {garbage.holders() or nothing}", Role.GARBAGE)
        yield from _garbage_lines(garbage, unicode=unicode)
    inner, end, bar = ("├─ ", "└─ ", "│  ") if unicode else ("|- ", "`- ", "|  ")
    last = len(chains) - 1 + more
    for number, chain in enumerate(chains):
        if chain.kind == _TOOL and number and chains[number - 1].kind != _TOOL:
            yield Line(bar, "and by a test runner, a prompt or a debugger:", Role.APART)
        start, below = (end, "   ") if number == last else (inner, bar)
        for place, (branches, text) in enumerate(lines_of(chain, unicode=unicode)):
            yield Line((below if place else start) + branches, text, Role.STEP)
    if more:
        yield Line(end, "and more: use a larger `limit` to show them", Role.MORE)
    if hidden:
        known = ", ".join(hidden[:_MOST_HIDDEN])
        rest = f" and {len(hidden) - _MOST_HIDDEN} more" if len(hidden) > _MOST_HIDDEN else ""
        yield Line("", f"also held, below these chains, by {known}{rest}", Role.ELSEWHERE)
    references, where = unexplained
    if references:
        yield Line("", f"and {counted(references, 'reference')} from {where}", Role.ELSEWHERE)
    if graphs:
        yield Line("", graphs, Role.ELSEWHERE)
    for remedy in remedies:
        yield Line("", f"{remedy.name}: {remedy.advice}", Role.FIX)


def _garbage_lines(garbage: Garbage, *, unicode: bool) -> Iterable[Line]:
    if garbage.nearest:
        yield from _cycle_lines(garbage.nearest, unicode=unicode)
    for other in garbage.others():
        yield Line("", other, Role.STEP)
    if advice := garbage.advice():
        yield Line("", f"to free it without a collection: {advice}", Role.FIX)
    if garbage.collection:
        yield Line("", f"garbage: {garbage.collection}", Role.GARBAGE)


def names_held_by(chains: Sequence[Chain]) -> list[str]:
    """Return the names of modules that hold the object itself: the last reference of each."""
    return [_module_of(chain) + chain.steps[-1].reference for chain in chains]


def _module_of(chain: Chain) -> str:
    module = chain.steps[-2]
    # A program can delete the name of a module.
    return object_name(module.object).name or module.label


def lines_without(names: Sequence[str], lines: Sequence[Line]) -> Iterable[Line]:
    """Yield lines about what would hold the object if the names were gone."""
    *others, last = names
    what = f"{', '.join(others)} and {last}" if others else last
    yield Line("", f"without {what}:", Role.OTHERWISE)
    for branches, text, role in lines:
        yield Line(f"  {branches}", text, role)


def _cycle_lines(cycle: Sequence[Step], *, unicode: bool) -> Iterable[Line]:
    branch, arrow = ("└─ ", " → ") if unicode else ("`- ", " -> ")
    first, *rest = cycle
    yield Line(branch, first.label, Role.STEP)
    depth = 1
    for step in folded(rest):
        if isinstance(step, Repetition):
            text = repetition_text(step)
        else:
            text = step.reference + arrow + step.label
        yield Line("   " * depth + branch, text, Role.STEP)
        depth += 1
    closing = f"{first.reference}{arrow}back to {first.label}"
    yield Line("   " * depth + branch, closing, Role.STEP)
