"""The report on a program that has run: what matters most for the program comes first."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from refcycle._cli.output import growth_data, samples_data
from refcycle._cycles.reports import CycleReport, count_of, text_of
from refcycle._growth.samples import Sample, heading
from refcycle._text.numbers import counted
from refcycle._text.tables import SHOWN
from refcycle.differences import GrowthTable
from refcycle.holder_groups import SignatureGrowth, signature_table

__all__ = ["Cycles", "Growth", "report_as_json", "report_as_text"]

# With a longer table, what holds the objects would not be on the first screen.
_SHOWN_BELOW_FINDINGS = 8
_SAMPLES_SHOWN = 4
_NOTHING_KEPT = "nothing that the program keeps is known to pile up"


class Growth(NamedTuple):
    """What grew in a program."""

    table: GrowthTable
    """By type."""
    held: tuple[SignatureGrowth, ...]
    """The holders of the new objects, by signature: those of the program come first."""
    own: int
    """How many of these rows are of the program."""
    samples: list[Sample]
    """Chains to objects of the first rows, each with another fix."""

    @property
    def kept(self) -> int:
        """The number of objects that are held like the first sample."""
        chain = self.samples[0].chain
        return next(row.count for row in self.held if row.signature == chain.signature)


class Cycles(NamedTuple):
    """The garbage at the end."""

    own: list[CycleReport]
    """The cycles with an object of the program, and those that nothing tells apart."""
    others: list[CycleReport]
    """Those of imported modules alone."""


def report_as_text(cycles: Cycles, growth: Growth) -> str:
    """Return the report as text; the first line says what matters most.

    That is what the program keeps in a way for which a fix is known, or the cycles of garbage that
    it leaves: the one with more objects. Garbage of imported modules comes below.
    """
    kept, garbage = list(_kept(growth)), list(_garbage(cycles))
    left = sum(report.objects * report.times for report in cycles.own)
    is_kept_first = bool(kept) and growth.kept > left
    lines = [*kept, *garbage] if is_kept_first else [*garbage, *kept]
    if not kept and not cycles.own:
        lines[0] += f", and {_NOTHING_KEPT}"
    has_more = bool(kept or cycles.own)
    return "\n".join([*lines, *_of_imports(cycles), *_tables(growth, has_more)]) + "\n"


def _kept(growth: Growth) -> Iterator[str]:
    """Yield what the program keeps, with the fix; nothing if no fix is known."""
    counts = {row.signature: row.count for row in growth.held}
    before = "refcycle: what the program keeps"
    for sample in growth.samples[:_SAMPLES_SHOWN]:
        yield f"{before}: {heading(sample, counts[sample.chain.signature])}"
        yield str(sample)
        before = "refcycle: it also keeps"
    more = len(growth.samples) - _SAMPLES_SHOWN
    if more > 0:
        yield f"refcycle: and {counted(more, 'more chain')} with other fixes: see --json"


def _garbage(cycles: Cycles) -> Iterator[str]:
    if cycles.own:
        yield f"refcycle: {count_of(cycles.own)} of garbage at the end of the program"
        yield text_of(cycles.own)
    elif cycles.others:
        yield "refcycle: no cyclic garbage of the program at its end"
    else:
        yield "refcycle: no cyclic garbage at the end of the program"


def _of_imports(cycles: Cycles) -> Iterator[str]:
    if cycles.others:
        yield f"refcycle: {count_of(cycles.others)} of garbage of imported modules"
        yield text_of(cycles.others)


def _tables(growth: Growth, has_more: bool) -> Iterator[str]:
    most = _SHOWN_BELOW_FINDINGS if has_more else SHOWN
    yield "refcycle: what grew since its start"
    yield growth.table._text(most)
    if growth.held:
        yield "refcycle: what holds it"
        shown = growth.held[: growth.own] or growth.held
        yield signature_table(shown)
        if others := len(growth.held) - len(shown):
            yield f"besides, {counted(others, 'signature')} of imported modules"


def report_as_json(cycles: Cycles, growth: Growth, status: int) -> str:
    """Return the report as JSON, with exact sizes."""
    reports: Sequence[CycleReport] = [*cycles.own, *cycles.others]
    found = {
        "status": status,
        "cycles": [
            {name: getattr(one, name) for name in CycleReport.__slots__} for one in reports
        ],
        "growth": growth_data(growth.table),
        "held": [row._asdict() for row in growth.held],
        "samples": samples_data(growth.samples),
    }
    return json.dumps(found, indent=2) + "\n"
