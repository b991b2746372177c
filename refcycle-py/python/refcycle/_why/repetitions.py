"""Repetitions in a chain, as of the frames of a recursion or the nodes of a linked list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from refcycle._refcycle import object_name

if TYPE_CHECKING:
    from refcycle._why.chains import Step

__all__ = ["Repetition", "folded"]

_LONGEST = 4
# Fewer repetitions are shown in full.
_FEWEST = 4


class Repetition(NamedTuple):
    """Steps that are left out because they repeat the steps before them."""

    count: int  # type: ignore[assignment]  # a tuple has a method of this name
    """The number of steps that are left out."""
    period: int
    """The number of steps in one repetition."""


def folded(steps: Sequence[Step]) -> Iterator[Step | Repetition]:
    """Yield the steps; of repeated ones, only the first and the last repetition.

    Takes linear time.
    """
    sorts = [_sort(step) for step in steps]
    place = 0
    while place < len(steps):
        period, count = _repetition(sorts, place)
        if count < _FEWEST:
            yield steps[place]
            place += 1
            continue
        end = place + period * count
        yield from steps[place : place + period]
        yield Repetition(period * (count - 2), period)
        yield from steps[end - period : end]
        place = end


def _sort(step: Step) -> tuple[object, ...]:
    """Return a key that is equal for steps that repeat each other."""
    what = step.label if step.object is None else object_name(step.object).stable
    return step.kind, step.name if step.kind != "value" else None, what


def _repetition(sorts: Sequence[object], place: int) -> tuple[int, int]:
    """Return the period of the repetition that starts here, and how often it occurs."""
    for period in range(1, _LONGEST + 1):
        end = place + period
        while end < len(sorts) and sorts[end] == sorts[end - period]:
            end += 1
        count = (end - place) // period
        if count >= _FEWEST:
            return period, count
    return 1, 1
