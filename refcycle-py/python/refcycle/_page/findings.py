"""What a report on a graph consists of. Compiled code reads these tuples by position."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from refcycle._objects.types import id_of
from refcycle._why.tree import Role

if TYPE_CHECKING:
    from refcycle._refcycle import ObjectGraph
    from refcycle.liveness import Why

__all__ = ["Finding", "Note", "Reference", "Section", "notes_on", "references_of"]

Reference = tuple[Any, Any]
"""The object that refers, and what it refers to."""

_MOST_CUT = 100

_MORE = "more chains hold it: ask `why` with a larger `limit`"


class Note(NamedTuple):
    """A remark on a finding."""

    kind: str
    """How it is shown: "text", "chain" (several lines with their indentation) or "fix"."""
    text: str


class Finding(NamedTuple):
    """An object, or several of one kind."""

    name: str
    """What was found, in one line."""
    objects: list[Any]
    """The objects, or the first ones; the page opens them."""
    count: int | None = None  # type: ignore[assignment]  # a tuple has a method of this name
    """The number of objects; for growth, the difference."""
    size: int | None = None
    """The bytes of the objects themselves; for growth, the difference."""
    retained: int | None = None
    """The bytes that would be freed with them."""
    share: float | None = None
    """The bytes as a share of all bytes."""
    notes: tuple[Note, ...] = ()
    cut: tuple[Reference, ...] = ()
    """The references that the fixes remove, at most 100; the page draws them in red."""


class Section(NamedTuple):
    """Findings of one kind."""

    key: str
    """What it is about, for the page."""
    title: str
    about: list[str]
    """What follows the title, one paragraph each."""
    findings: list[Finding]
    """The findings, the most important one first."""
    more: int = 0
    """The number of findings that are left out."""


def references_of(graph: ObjectGraph, edges: Iterable[int]) -> tuple[Reference, ...]:
    """Return the ends of the first edges of a graph, each pair once."""
    ends = [(graph.tail(edge), graph.head(edge)) for edge in islice(edges, _MOST_CUT)]
    return tuple({(id_of(tail), id_of(head)): (tail, head) for tail, head in ends}.values())


def notes_on(why: Why) -> tuple[Note, ...]:
    """Return the chains of an answer as one note, and each fix as another."""
    chain, notes = [], []
    for line in why.lines():
        if line.role is Role.FIX:
            notes.append(Note("fix", line.text))
        elif line.role is Role.MORE:
            notes.append(Note("text", _MORE))
        else:
            chain.append(line.branches + line.text)
    return (Note("chain", "\n".join(chain)), *notes)
