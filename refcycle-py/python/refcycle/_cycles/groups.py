"""Cycles that are equal for a reader, as one text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from refcycle._cycles.imported_modules import KEPT_BY_MODULES
from refcycle._text.escapes import escaped
from refcycle._text.numbers import counted

if TYPE_CHECKING:
    from refcycle.cycles import Cycle

__all__ = ["MOST_CUT", "Advice", "CycleGroup", "advice_on", "grouped"]

MOST_CUT = 20_000
"""Larger components are not cut: the time grows with the component."""


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
