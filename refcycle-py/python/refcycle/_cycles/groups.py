"""Cycles that are equal for a reader, as one text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from refcycle._cycles.imported_modules import KEPT_BY_MODULES
from refcycle._text.escapes import escaped
from refcycle._text.numbers import counted, first_shown

if TYPE_CHECKING:
    from refcycle.cycles import Cycle

__all__ = [
    "MOST_COMPARED",
    "MOST_CUT",
    "Advice",
    "CycleGroup",
    "advice_on",
    "first_groups",
    "grouped",
]

MOST_CUT = 20_000
"""Larger components are not cut: the time grows with the component."""

MOST_COMPARED = 10_000
"""Of more cycles, only the first ones are grouped: each takes a tenth of a millisecond."""


class Advice(NamedTuple):
    """What to do about a cycle."""

    text: str
    is_cut: bool = True
    """Whether it says what to cut; else why nothing is to be cut."""

    @property
    def sentence(self) -> str:
        """The advice as it is shown."""
        return f"to cut it: {self.text}" if self.is_cut else self.text


class CycleGroup(NamedTuple):
    """Cycles with one signature and one advice."""

    example: Cycle
    """The first of them."""
    advice: Advice | None
    """What to cut; None for a large one."""
    sizes: tuple[int, ...]
    """The number of objects of each, ascending."""

    @property
    def objects(self) -> str:
        """How many objects they have, in words."""
        if len(self.sizes) == 1:
            return counted(self.sizes[0], "object")
        least, most = self.sizes[0], self.sizes[-1]
        if least == most:
            return f"{len(self.sizes):,} cycles of {counted(most, 'object')}"
        return f"{len(self.sizes):,} cycles of {least:,} to {counted(most, 'object')}"

    def lines(self) -> list[str]:
        """Return one line for the cycle, and one for the advice."""
        line = f"{self.objects}: {escaped(self.example.text)}"
        return [line, f"  {escaped(self.advice.sentence)}"] if self.advice else [line]


def advice_on(cycle: Cycle) -> Advice | None:
    """Return what to cut; None for a component that is too large to find it quickly."""
    if cycle.is_kept_by_modules:
        return Advice(KEPT_BY_MODULES, is_cut=False)
    return Advice(str(cycle.cut())) if len(cycle) <= MOST_CUT else None


def grouped(cycles: Iterable[tuple[Cycle, Advice | None]]) -> Sequence[CycleGroup]:
    """Return groups of cycles, in the order of their first ones; each is given with its advice."""
    examples: dict[tuple[str, Advice | None], Cycle] = {}
    sizes: dict[tuple[str, Advice | None], list[int]] = {}
    for cycle, advice in cycles:
        key = cycle.signature, advice
        examples.setdefault(key, cycle)
        sizes.setdefault(key, []).append(len(cycle))
    return [CycleGroup(one, key[1], tuple(sorted(sizes[key]))) for key, one in examples.items()]


def first_groups(cycles: Sequence[Cycle], limit: int) -> tuple[list[CycleGroup], int]:
    """Return the first groups of equal cycles with what to cut, and the number of all groups.

    What to cut takes longest. It is searched for in the first cycle of each group that is
    returned, and then holds for cycles with the same signature.
    """
    kinds: dict[tuple[str, bool, bool], list[Cycle]] = {}
    for cycle in islice(cycles, MOST_COMPARED):
        key = cycle.signature, cycle.is_kept_by_modules, len(cycle) > MOST_CUT
        kinds.setdefault(key, []).append(cycle)
    groups = [
        CycleGroup(equal[0], advice_on(equal[0]), tuple(sorted(map(len, equal))))
        for equal in islice(kinds.values(), limit)
    ]
    return groups, len(kinds)


def shown_part(shown: int, count: int) -> str:
    """Return what follows a number of cycles if not all of their groups are shown.

    >>> f"24 cycles{shown_part(10, 12)}", shown_part(2, 2)
    ('24 cycles in 12 groups, the first 10 shown', '')
    """
    return f" in {counted(count, 'group')}{first_shown(shown, count)}" if shown < count else ""


def lines_on_rest(cycles: Sequence[Cycle], shown: Sequence[CycleGroup], count: int) -> list[str]:
    """Return lines on what is not shown of these cycles, which have so many groups."""
    lines = []
    if len(shown) < count:
        lines.append(f"and {counted(count - len(shown), 'more group')}")
    if len(cycles) > MOST_COMPARED:
        rest = counted(len(cycles) - MOST_COMPARED, "more cycle")
        lines.append(f"{rest}, not compared with the first {MOST_COMPARED:,}")
    return lines
