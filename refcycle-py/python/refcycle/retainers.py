"""Tables of the objects that retain most."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import TYPE_CHECKING

from refcycle._html.parts import document, html_table, paragraph
from refcycle._objects.allocations import after_a_name, most_frequent, place_text
from refcycle._refcycle import allocated_at
from refcycle._text.lines import line_width, wrapped_text
from refcycle._text.numbers import counted, size_text
from refcycle._text.tables import text_table

if TYPE_CHECKING:
    from refcycle._refcycle import Retained, Suspect

    _OfRetained = list[Retained]
    _OfSuspects = list[Suspect]
else:
    _OfRetained = _OfSuspects = list

__all__ = ["RetainedTable", "SuspectTable", "suspect_text"]

_HEADINGS = ("size", "objects", "object")
_HEADINGS_OF_SUSPECTS = ("size", "share", "suspect")
_NO_SUSPECTS = (
    "no leak suspects: besides modules and classes, nothing retains a large part of all bytes"
)


class RetainedTable(_OfRetained):
    """Objects with what they retain, the largest first: a list of `Retained`.

    Printed, it is a table of at most 20 rows; a notebook shows an HTML table.

    >>> import refcycle
    >>> names = [["John", "Smith"]]
    >>> heap = refcycle.snapshot()
    >>> print(heap.full_subgraph([names, *names]).top_retained(1))
         size  objects  object
    136 bytes        2  list (1 item)
    """

    __slots__ = ()

    def _rows(self) -> list[tuple[str, str, str]]:
        return [
            (size_text(found.retained_size), f"{found.retained_count:,}", _name(found))
            for found in self
        ]

    def __str__(self) -> str:
        """Return the table as a text."""
        return text_table(_HEADINGS, self._rows(), what="object") if self else "no objects"

    def _repr_mimebundle_(
        self,
        include: Container[str] | None = None,
        exclude: Container[str] | None = None,
    ) -> dict[str, str]:
        """Return what a notebook shows, by MIME type: `text/plain` and `text/html`."""
        page = html_table("Largest retainers", _HEADINGS, self._rows(), what="object")
        return {"text/plain": str(self), "text/html": document(page)}


class SuspectTable(_OfSuspects):
    """The few objects that retain most of a heap, the largest first: a list of `Suspect`.

    Printed, it is a table; a notebook shows an HTML table.

    >>> import refcycle
    >>> names = [["John", "Smith"]]
    >>> heap = refcycle.snapshot()
    >>> print(heap.full_subgraph([names, *names]).leak_suspects())
         size  share  suspect
    136 bytes   100%  list (1 item)
    """

    __slots__ = ()

    def _rows(self) -> list[tuple[str, str, str]]:
        return [
            (size_text(found.retained_size), f"{found.share:.0%}", suspect_text(found))
            for found in self
        ]

    def __str__(self) -> str:
        """Return the table as a text."""
        if not self:
            return wrapped_text(_NO_SUSPECTS, line_width())
        return text_table(_HEADINGS_OF_SUSPECTS, self._rows(), what="suspect")

    def _repr_mimebundle_(
        self,
        include: Container[str] | None = None,
        exclude: Container[str] | None = None,
    ) -> dict[str, str]:
        """Return what a notebook shows, by MIME type: `text/plain` and `text/html`."""
        page = paragraph(_NO_SUSPECTS)
        if self:
            page = html_table("Leak suspects", _HEADINGS_OF_SUSPECTS, self._rows())
        return {"text/plain": str(self), "text/html": document(page)}


def _name(found: Retained) -> str:
    place = found.allocated_at
    return found.name if place is None else f"{found.name}, {place_text(place)}"


def suspect_text(found: Suspect) -> str:
    """Return what a suspect is: an object, or how many of a type, and where they accumulate."""
    return ", ".join(_parts(found))


def _parts(found: Suspect) -> Iterator[str]:
    vertices = found.vertices
    what = found.name or counted(len(vertices), f"{found.type_name} object")
    yield what + after_a_name(most_frequent(map(allocated_at, vertices)), len(vertices))
    point = found.accumulation_point_name
    if point is not None and point != found.name:
        yield f"accumulated in {point}"
    if found.is_uncaught:
        yield (
            "held by the exception that ended the program or a thread: "
            "what it was doing, and not a leak"
        )
