"""What a report says about garbage and cycles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from refcycle._cycles.groups import MOST_CUT, Advice, advised_in, compared_part, grouped
from refcycle._cycles.imported_modules import KEPT_BY_MODULES
from refcycle._page.findings import Finding, Note, Section, references_of
from refcycle._text.numbers import counted, size_text

if TYPE_CHECKING:
    from refcycle._refcycle import ObjectGraph
    from refcycle.cycles import Cycle

__all__ = ["section_on_cycles_in_use", "section_on_garbage"]

_MOST_SHOWN = 10


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
    of_modules = [cycle for cycle in cycles if cycle.is_kept_by_modules]
    others = [cycle for cycle in cycles if not cycle.is_kept_by_modules]
    small = [cycle for cycle in others if len(cycle) <= MOST_CUT]
    paragraphs = [about]
    if of_modules:
        objects = counted(sum(map(len, of_modules)), "object")
        paragraphs.append(
            f"{counted(len(of_modules), 'component')} of {objects}: {KEPT_BY_MODULES}."
        )
    if len(small) < len(others):
        large = counted(len(others) - len(small), "component")
        paragraphs.append(f"{large} of more than {MOST_CUT:,} objects not shown.")
    compared = compared_part(small)
    if len(compared) < len(small):
        paragraphs.append(f"The first {len(compared):,} cycles were compared.")
    groups = sorted(grouped(compared), key=lambda equal: -sum(map(len, equal)))
    findings = [_finding(group) for group in groups[:_MOST_SHOWN]]
    return Section(key, title, paragraphs, findings, max(0, len(groups) - _MOST_SHOWN))


def _finding(equal: Sequence[Cycle]) -> Finding:
    cycle, times = equal[0], len(equal)
    cut = cycle.cut()
    notes = [Note("fix", Advice(str(cut)).sentence(advised_in(equal)))]
    if times > 1:
        notes.insert(0, Note("text", f"{times:,} cycles like this"))
    size = None if times > 1 else sum(cycle.graph.shallow_sizes())
    return Finding(
        cycle.text,
        cycle.objects,
        count=sum(map(len, equal)),
        size=size,
        notes=tuple(notes),
        cut=references_of(cycle.graph, cut.edges),
    )
