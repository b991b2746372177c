"""What a report says about growth since an earlier graph."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from refcycle._growth.larger import larger_blocks
from refcycle._growth.samples import heading
from refcycle._page.findings import Finding, Note, Section
from refcycle._page.holding import finding_of_row
from refcycle.differences import diff

if TYPE_CHECKING:
    from refcycle._growth.larger import LargerObjects
    from refcycle._growth.samples import Sample
    from refcycle._refcycle import ObjectGraph
    from refcycle.differences import Diff, TypeGrowth

__all__ = ["sections_on_growth"]

_MOST_TYPES = 15
_MOST_ROWS = 10
_MOST_OBJECTS = 100


def sections_on_growth(before: ObjectGraph, after: ObjectGraph) -> list[Section]:
    """Return what grew by type, and by how the new objects are held."""
    found = diff(before, after)
    grown = [row for row in found.table if row.size > 0]
    about = [f"{len(found.new):,} new objects, {len(found.gone):,} gone."]
    if outside := str(found.table.outside or ""):
        about.append(outside)
    about += found._unknown()
    seen: set[str] = set()
    findings = [_finding(row, found, seen) for row in grown[:_MOST_TYPES]]
    findings += map(_finding_of_larger, found.larger)
    # What only replaces other objects is no growth.
    new = [row for row in found.signatures if row.signature not in found.samples.steady]
    rows = [row for row in new if row.count > 1] or new
    return [
        Section("growth", "What grew", about, findings, max(0, len(grown) - _MOST_TYPES)),
        Section(
            "new",
            "Who holds the new objects",
            [],
            [finding_of_row(row) for row in rows[:_MOST_ROWS]],
            max(0, len(rows) - _MOST_ROWS),
        ),
    ]


def _finding(row: TypeGrowth, found: Diff, seen: set[str]) -> Finding:
    """Return a row with a chain; fixes that an earlier row has (`seen`) are not repeated."""
    samples = [sample for sample in found.samples if sample.type_name == row.type_name]
    notes = [note for sample in samples for note in _notes(sample, found) if note.text not in seen]
    seen.update(note.text for note in notes)
    objects = list(islice(found.new.find_by_typename(row.type_name), _MOST_OBJECTS))
    return Finding(row.type_name, objects, count=row.count, size=row.size, notes=tuple(notes))


def _finding_of_larger(found: LargerObjects) -> Finding:
    """Return a row for objects that have become larger themselves."""
    heading, chain, *fixes = next(iter(larger_blocks([found])))
    notes = [Note("chain", f"{heading}\n{chain}"), *(Note("fix", one) for one in fixes)]
    return Finding(found.type_name, [], count=found.count, size=found.size, notes=tuple(notes))


def _notes(sample: Sample, found: Diff) -> list[Note]:
    chain = f"{heading(sample, found._count_of(sample))}:\n{sample.chain}"
    fixes = [Note("fix", f"{remedy.name}: {remedy.advice}") for remedy in sample.remedies]
    return [Note("chain", chain), *fixes]
