"""What a report says about large objects and about how objects are held."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from refcycle._objects.allocations import place_text
from refcycle._objects.types import id_of
from refcycle._page.findings import Finding, Note, Section, notes_on, references_of
from refcycle._text.numbers import counted

if TYPE_CHECKING:
    from refcycle._page.findings import Reference
    from refcycle._refcycle import ObjectGraph, Retained, Suspect
    from refcycle.holder_groups import SignatureRow
    from refcycle.liveness import Why

__all__ = [
    "finding_of_row",
    "section_of_answers",
    "section_on_holders",
    "section_on_retainers",
    "section_on_suspects",
    "section_on_target",
]

# Sections whose findings have an answer, and those whose findings have none.
_ANSWERED = ("why", "suspects")
_ASKED = ("growth", "new", "retainers", "holders", "garbage", "cycles")
_NO_SUSPECTS = "Besides modules and classes, nothing retains 10% of all bytes."
_ABOUT_SUSPECTS = (
    "Objects that retain at least 10% of all bytes, alone or with others of their type."
)
_ABOUT_RETAINERS = "Each would free so much memory if it were gone."
_ABOUT_HOLDERS = (
    "Objects of one type that are held in the same way. Objects of one line may retain those of "
    "another."
)
_MOST_RETAINERS = 20
_MOST_ROWS = 15
_MOST_OBJECTS = 100
_CHAINS = 3
# Each takes some 40 ms for half a million objects.
_MOST_ANSWERS = 40


def section_on_target(graph: ObjectGraph, target: Any) -> Section:
    """Return why an object is alive."""
    why = graph.why(target)
    finding = Finding(why.label, [target], notes=notes_on(why), cut=_cut(why))
    return Section("why", "Why it is alive", [], [finding])


def section_of_answers(graph: ObjectGraph, sections: Sequence[Section]) -> Section:
    """Return why the first object of each finding is alive.

    These are the answers that the details of an object show. They are not shown in the report.
    At most 40 objects are asked about, in the order of the sections.
    """
    known = {id_of(found.objects[0]) for found in _findings(sections, _ANSWERED) if found.objects}
    objects: dict[int, Any] = {}
    for found in _findings(sections, _ASKED):
        for obj in found.objects[:1]:
            if id_of(obj) not in known:
                objects.setdefault(id_of(obj), obj)
    findings = []
    for obj in [*objects.values()][:_MOST_ANSWERS]:
        why = graph.why(obj, limit=_CHAINS)
        findings.append(Finding(why.label, [obj], notes=notes_on(why), cut=_cut(why)))
    return Section("answers", "Why objects are alive", [], findings)


def _cut(why: Why) -> tuple[Reference, ...]:
    """Return the references that the fixes of an answer remove."""
    found = references_of(why.graph, why._cut)
    # `graph` has the shortest cycle, and a cut is that of a whole component.
    for cycle, cut in zip(why.cycles, why.cuts, strict=False):
        found += references_of(cycle.graph, cut.edges)
    return found


def _findings(sections: Sequence[Section], keys: Collection[str]) -> Iterator[Finding]:
    for section in sections:
        if section.key in keys:
            yield from section.findings


def section_on_suspects(graph: ObjectGraph) -> Section:
    """Return the objects that retain a large part of all bytes, and what holds them."""
    findings = [_suspect(graph, found) for found in graph.leak_suspects()]
    about = _ABOUT_SUSPECTS if findings else _NO_SUSPECTS
    return Section("suspects", "Leak suspects", [about], findings)


def _suspect(graph: ObjectGraph, found: Suspect) -> Finding:
    vertices = found.vertices
    name, point = found.name, found.accumulation_point_name
    objects = vertices[:_MOST_OBJECTS]
    notes = []
    if point is not None and point != name:
        notes.append(Note("text", f"accumulated in {point}"))
        # The page opens the last object: where the memory spreads out.
        objects = [*objects, found.accumulation_point]
    if len(vertices) > 1:
        notes.append(Note("text", "the largest of them:"))
    why = graph.why(vertices[0], limit=_CHAINS)
    return Finding(
        name or counted(len(vertices), f"{found.type_name} object"),
        objects,
        count=len(vertices),
        retained=found.retained_size,
        share=found.share,
        notes=(*notes, *notes_on(why)),
        cut=_cut(why),
    )


def section_on_retainers(graph: ObjectGraph) -> Section:
    """Return the single objects that retain most."""
    total = sum(graph.shallow_sizes()) or 1
    findings = [_retainer(found, total) for found in graph.top_retained(_MOST_RETAINERS)]
    return Section("retainers", "Largest retainers", [_ABOUT_RETAINERS], findings)


def _retainer(found: Retained, total: int) -> Finding:
    size, place = found.retained_size, found.allocated_at
    return Finding(
        found.name,
        [found.vertex],
        count=found.retained_count,
        retained=size,
        share=size / total,
        notes=() if place is None else (Note("text", place_text(place)),),
    )


def section_on_holders(graph: ObjectGraph) -> Section:
    """Return how many objects are held, by signature."""
    rows = [row for row in graph.signatures() if row.count > 1 and not row.is_garbage]
    findings = [finding_of_row(row) for row in rows[:_MOST_ROWS]]
    more = max(0, len(rows) - _MOST_ROWS)
    return Section("holders", "How objects are held", [_ABOUT_HOLDERS], findings, more)


def finding_of_row(row: SignatureRow) -> Finding:
    """Return a row of a table of signatures."""
    objects = [row.example]
    return Finding(row.signature, objects, row.count, size=row.size, retained=row.retained_size)
