"""What a report says about garbage and cycles."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING

from refcycle._page.findings import Finding, Note, Section
from refcycle._text.numbers import counted, size_text

if TYPE_CHECKING:
    from refcycle._refcycle import ObjectGraph
    from refcycle.cycles import Cycle

__all__ = ["section_on_cycles_in_use", "section_on_garbage"]

_MOST_EXAMINED = 10_000
_MOST_SHOWN = 10
# The time of a name and of a cut grows with the component.
_LARGEST = 20_000


class _Kind:
    """The cycles with one signature."""

    __slots__ = ("count", "example", "times")

    def __init__(self, example: Cycle) -> None:
        self.example = example
        self.times = self.count = 0


def section_on_garbage(garbage: ObjectGraph) -> Section:
    """Return the cycles of garbage, with what to cut."""
    size = size_text(sum(garbage.shallow_sizes()))
    cycles = garbage.cycles()
    if not len(garbage):
        return Section("garbage", "Garbage", ["No garbage: something holds every object."], [])
    about = f"{counted(len(garbage), 'object')} that nothing holds, {size}, in "
    about += f"{counted(len(cycles), 'cycle')}. Only a collection frees them."
    return _section("garbage", "Garbage", about, cycles)


def section_on_cycles_in_use(graph: ObjectGraph, garbage: ObjectGraph) -> Section | None:
    """Return the cycles that something holds, the largest first; None if there are none."""
    unused = {id(obj) for obj in garbage}
    every = [cycle for cycle in graph.cycles() if id(next(iter(cycle.graph))) not in unused]
    if not every:
        return None
    about = (
        f"{counted(len(every), 'cycle')} that something holds. They become garbage when it lets "
        "them go, and only a collection frees them then."
    )
    every.sort(key=len, reverse=True)
    return _section("cycles", "Cycles in use", about, every)


def _section(key: str, title: str, about: str, cycles: list[Cycle]) -> Section:
    small = [cycle for cycle in cycles if len(cycle) <= _LARGEST]
    paragraphs = [about]
    if len(small) < len(cycles):
        large = counted(len(cycles) - len(small), "component")
        paragraphs.append(f"{large} of more than {_LARGEST:,} objects not shown.")
    if len(small) > _MOST_EXAMINED:
        paragraphs.append(f"The first {_MOST_EXAMINED:,} cycles were compared.")
    kinds = _kinds(islice(small, _MOST_EXAMINED))
    findings = [_finding(kind) for kind in kinds[:_MOST_SHOWN]]
    return Section(key, title, paragraphs, findings, max(0, len(kinds) - _MOST_SHOWN))


def _kinds(cycles: Iterable[Cycle]) -> list[_Kind]:
    """Group cycles by their signatures; the group with most objects comes first."""
    found: dict[str, _Kind] = {}
    for cycle in cycles:
        kind = found.setdefault(cycle.signature, _Kind(cycle))
        kind.times += 1
        kind.count += len(cycle)
    return sorted(found.values(), key=lambda kind: -kind.count)


def _finding(kind: _Kind) -> Finding:
    cycle = kind.example
    notes = [Note("fix", f"to cut it: {cycle.cut()}")]
    if kind.times > 1:
        notes.insert(0, Note("text", f"{kind.times:,} cycles like this"))
    size = None if kind.times > 1 else sum(cycle.graph.shallow_sizes())
    return Finding(cycle.text, cycle.objects, count=kind.count, size=size, notes=tuple(notes))
