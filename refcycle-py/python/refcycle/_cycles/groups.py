"""Cycles that are equal for a reader, as one text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from refcycle._text.escapes import escaped
from refcycle._text.numbers import counted

if TYPE_CHECKING:
    from refcycle.cycles import Cycle

__all__ = ["CycleGroup", "advice_on", "grouped"]

# The time of a cut grows with the component.
_MOST_CUT = 20_000


class CycleGroup(NamedTuple):
    """Cycles with one signature and one advice."""

    text: str
    """The first of them by name, as `Cycle.text`."""
    advice: str
    """What to cut; empty for a large one, and if nothing is to be cut."""
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
        line = f"{self.objects}: {escaped(self.text)}"
        return [line, f"  to cut it: {escaped(self.advice)}"] if self.advice else [line]


def advice_on(cycle: Cycle) -> str:
    """Return what to cut; empty for a component that is too large to find it quickly."""
    return str(cycle.cut()) if len(cycle) <= _MOST_CUT else ""


def grouped(cycles: Iterable[tuple[Cycle, str]]) -> Sequence[CycleGroup]:
    """Return groups of cycles, in the order of their first ones; each is given with its advice."""
    texts: dict[tuple[str, str], str] = {}
    sizes: dict[tuple[str, str], list[int]] = {}
    for cycle, advice in cycles:
        key = cycle.signature, advice
        texts.setdefault(key, cycle.text)
        sizes.setdefault(key, []).append(len(cycle))
    return [CycleGroup(text, key[1], tuple(sorted(sizes[key]))) for key, text in texts.items()]
