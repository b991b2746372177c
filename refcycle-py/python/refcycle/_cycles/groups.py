"""Cycles that are equal for a reader, as one text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from refcycle._cycles.imported_modules import KEPT_BY_MODULES
from refcycle._text.escapes import escaped
from refcycle._text.numbers import counted, first_shown

if TYPE_CHECKING:
    from refcycle.cycles import Cycle

__all__ = [
    "MOST_CUT",
    "Advice",
    "CycleGroup",
    "advice_on",
    "advised_in",
    "compared_part",
    "first_groups",
    "grouped",
]

MOST_CUT = 20_000
"""Larger components are not cut: the time grows with the component."""

_MOST_COMPARED = 10_000
_MOST_OBJECTS_COMPARED = 200_000


class Advice(NamedTuple):
    """What to do about a cycle."""

    text: str
    is_cut: bool = True
    """Whether it says what to cut; else why nothing is to be cut."""

    def sentence(self, what: str = "it") -> str:
        """Return the advice as it is shown."""
        return f"to cut {what}: {self.text}" if self.is_cut else self.text


class CycleGroup(NamedTuple):
    """Cycles with one signature."""

    example: Cycle
    """The first of them."""
    advice: Advice | None
    """What to cut in the first one; None for a large one."""
    sizes: tuple[int, ...]
    """The number of objects of each, ascending."""
    advised: str
    """Which of them the advice is about, in words: see `advised_in`."""

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
        if self.advice is None:
            return [line]
        return [line, f"  {escaped(self.advice.sentence(self.advised))}"]


def advice_on(cycle: Cycle) -> Advice | None:
    """Return what to cut; None for a component that is too large to find it quickly."""
    if cycle.is_kept_by_modules:
        return Advice(KEPT_BY_MODULES, is_cut=False)
    return Advice(str(cycle.cut())) if len(cycle) <= MOST_CUT else None


def compared_part(cycles: Sequence[Cycle]) -> Sequence[Cycle]:
    """Return the first cycles: as many as are compared, because each needs a name."""
    objects = 0
    for place, cycle in enumerate(cycles[:_MOST_COMPARED]):
        objects += len(cycle)
        if objects > _MOST_OBJECTS_COMPARED:
            return cycles[: place + 1]
    return cycles[:_MOST_COMPARED]


def grouped(cycles: Iterable[Cycle]) -> list[list[Cycle]]:
    """Return the cycles by signature, in the order of the first ones."""
    kinds: dict[tuple[str, bool, bool], list[Cycle]] = {}
    for cycle in cycles:
        key = cycle.signature, cycle.is_kept_by_modules, len(cycle) > MOST_CUT
        kinds.setdefault(key, []).append(cycle)
    return [*kinds.values()]


def advised_in(equal: Sequence[Cycle]) -> str:
    """Return which of some cycles with one signature the advice on the first one is about.

    It holds for all that have as many objects and references.
    """
    shapes = {(len(cycle), len(cycle.graph.edges)) for cycle in equal}
    return "it" if len(shapes) == 1 else "the first"


def _group_of(equal: Sequence[Cycle]) -> CycleGroup:
    sizes = tuple(sorted(map(len, equal)))
    return CycleGroup(equal[0], advice_on(equal[0]), sizes, advised_in(equal))


def first_groups(cycles: Sequence[Cycle], limit: int) -> tuple[list[CycleGroup], int]:
    """Return the first groups of cycles with one signature, and the number of all groups.

    What to cut takes longest: it is searched for in the first cycle of each returned group.
    """
    kinds = grouped(compared_part(cycles))
    return [_group_of(equal) for equal in kinds[:limit]], len(kinds)


def shown_part(shown: int, count: int) -> str:
    """Return what follows a number of cycles if not all of their groups are shown.

    >>> f"24 cycles{shown_part(10, 12)}", shown_part(2, 2)
    ('24 cycles in 12 groups, the first 10 shown', '')
    """
    return f" in {counted(count, 'group')}{first_shown(shown, count)}" if shown < count else ""


def lines_on_rest(cycles: Sequence[Cycle], shown: Sequence[CycleGroup], count: int) -> list[str]:
    """Return lines about the cycles that are not shown; `count` is the number of groups."""
    lines = []
    if len(shown) < count:
        lines.append(f"and {counted(count - len(shown), 'more group')}")
    compared = len(compared_part(cycles))
    if compared < len(cycles):
        rest = counted(len(cycles) - compared, "more cycle")
        lines.append(f"{rest}, not compared with the first {compared:,}")
    return lines
