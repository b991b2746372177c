"""The report with which a page opens: the answers of `top`, `why`, `cycles` and `diff` at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from refcycle._page.cycles import section_on_cycles_in_use, section_on_garbage
from refcycle._page.growth import sections_on_growth
from refcycle._page.holding import (
    section_of_answers,
    section_on_holders,
    section_on_retainers,
    section_on_suspects,
    section_on_target,
)
from refcycle._page.process import section_on_process, section_on_types

if TYPE_CHECKING:
    from refcycle._page.findings import Section
    from refcycle._refcycle import ObjectGraph

__all__ = ["report_of"]

# A smaller graph is shown at once; only its cycles and its target need words.
_SMALL = 150


def report_of(graph: ObjectGraph, target: Any, before: ObjectGraph | None) -> list[Section]:
    """Return what a page says about a graph, in the order of the page.

    `target` is the vertex at which the page starts, or None. `before` is an earlier graph, for
    what grew since, or None. No code of the objects runs. Takes about five times as long as a
    snapshot.
    """
    sections: list[Section] = []
    if not len(graph):
        return sections
    if target is not None:
        sections.append(section_on_target(graph, target))
    is_small = len(graph) < _SMALL
    # What was found comes first, then what else is known.
    if before is not None:
        sections += sections_on_growth(before, graph)
    if not is_small:
        sections.append(section_on_suspects(graph))
    garbage = graph.unreachable()
    if len(garbage) or not is_small:
        sections.append(section_on_garbage(garbage))
    if not is_small:
        sections.append(section_on_retainers(graph))
        sections.append(section_on_holders(graph))
    in_use = section_on_cycles_in_use(graph, garbage)
    if in_use is not None:
        sections.append(in_use)
    if not is_small:
        sections.append(section_on_process(graph))
        sections.append(section_on_types(graph))
        sections.append(section_of_answers(graph, sections))
    return sections
