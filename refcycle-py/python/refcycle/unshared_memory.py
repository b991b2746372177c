"""Which objects of a forked process are on memory that it does not share with its parent."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any, NamedTuple

from refcycle._html.parts import document, html_table, paragraph
from refcycle._refcycle import ObjectGraph, PageReading, snapshot, unshared
from refcycle._text.lines import line_width, wrapped_text
from refcycle._text.numbers import counted, size_text
from refcycle._text.tables import text_table

__all__ = ["UnsharedMemory", "UnsharedRow", "unshared", "unshared_of"]

_HEADINGS = ("size", "share", "objects", "held by")
# A parent whose children have all of its pages shares more than this.
_LEAST_SHARED = 64 << 10

_OTHERS = {
    "blocks_without_object": "free blocks of Python's allocator, and blocks of no object",
    "libraries": "data of libraries",
    "stacks": "stacks of threads",
    "refcycle": "refcycle's own graphs",
    "other": "other memory, in which no object is seen",
}


class UnsharedRow(NamedTuple):
    """Objects on private pages that are held in the same way: a row of an `UnsharedMemory`.

    Attributes:
        signature: The signature of the chain that holds them, as in `module app.CACHE -> dict[*]
            -> str`.
        type_name: The name of their type, as in `count_by_typename`.
        count: The number of objects that are, at least in part, on private pages.
        size: The bytes of these pages. A page with several objects is divided in proportion to
            them.
    """

    signature: str
    type_name: str
    count: int  # type: ignore[assignment]  # a tuple has a method of this name
    size: int

    def to_dict(self) -> dict[str, Any]:
        """Return the row for JSON."""
        return {
            "signature": self.signature,
            "type": self.type_name,
            "count": self.count,
            "size": self.size,
        }


class UnsharedMemory:
    """The memory that this process does not share: the result of `unshared`. Print it for a table.

    It has names and numbers, and keeps no object alive.

    Attributes:
        is_forked: Whether this process is a fork of the one that imported refcycle, and shares
            memory with it. `None` if refcycle was imported later: the process shares memory with
            another one, which may be its parent or its child.
        private: The bytes in main memory that only this process has, without those of files that
            it has not changed; `None` if they are unknown.
        shared: The bytes in main memory, without those of files, that another process has too;
            `None` if they are unknown.
        rows: The objects on private pages, a tuple of `UnsharedRow`, the largest first. Empty if
            the process shares nothing, `None` if the pages are unknown.
    """

    __slots__ = ("_others", "is_forked", "private", "rows", "shared")

    def __init__(
        self,
        *,
        is_forked: bool | None,
        private: int | None,
        shared: int | None,
        rows: tuple[UnsharedRow, ...] | None,
        others: Mapping[str, int],
    ) -> None:
        self.is_forked = is_forked
        self.private = private
        self.shared = shared
        self.rows = rows
        self._others = others

    @property
    def others(self) -> dict[str, int]:
        """The private bytes that do not belong to an object, by what they are.

        `blocks_without_object` (pages of Python's allocator on which no object is seen),
        `libraries`, `stacks`, `refcycle` and `other`.
        """
        return dict(self._others)

    @property
    def named_share(self) -> float | None:
        """The share of the private bytes that is attributed, as a number from 0 to 1.

        Attributed are the bytes of objects, libraries, stacks and refcycle's own graphs.

        `None` if it is unknown, and if the process shares nothing.
        """
        if not self.private or not self.rows:
            return None
        known = sum(row.size for row in self.rows) + sum(
            self._others.get(key, 0) for key in ("libraries", "stacks", "refcycle")
        )
        return min(1.0, known / self.private)

    def to_dict(self) -> dict[str, Any]:
        """Return all figures as dicts, lists, strings and numbers, for JSON."""
        return {
            "is_forked": self.is_forked,
            "private": self.private,
            "shared": self.shared,
            "rows": None if self.rows is None else [row.to_dict() for row in self.rows],
            "others": self.others,
            "named_share": self.named_share,
        }

    def _title(self) -> str:
        if self.private is None or self.shared is None:
            return "the pages that this process shares are unknown: /proc/self cannot be read"
        private = f"{size_text(self.private)} of memory belongs to this process alone"
        if self.is_forked is False:
            return f"{private}: it was not forked, or its parent has ended"
        if self.rows is None:
            return f"{private}; on which pages is unknown: /proc/self/pagemap cannot be read"
        whose = "its parent" if self.is_forked else "another process"
        return f"{private}, {size_text(self.shared)} is shared with {whose}"

    def _rows(self) -> list[tuple[str, str, str, str]]:
        rows = [
            (size_text(row.size), self._percent(row.size), f"{row.count:,}", row.signature)
            for row in self.rows or ()
        ]
        others = [
            (size_text(size), self._percent(size), "", _OTHERS[key])
            for key, size in self._others.items()
            if size
        ]
        return [*others, *rows]

    def _percent(self, size: int) -> str:
        return f"{size / self.private:.1%}" if self.private else ""

    def __str__(self) -> str:
        """Return the table: what is not an object, then the objects by how they are held."""
        rows = self._rows()
        lines = [self._title()]
        if rows:
            lines.append(text_table(_HEADINGS, rows, what="group"))
        return wrapped_text("\n".join(lines), line_width())

    def __repr__(self) -> str:
        groups = "unknown" if self.rows is None else counted(len(self.rows), "group")
        return f"<UnsharedMemory: {self._title()}, {groups}>"

    def _repr_mimebundle_(
        self,
        include: Container[str] | None = None,
        exclude: Container[str] | None = None,
    ) -> dict[str, str]:
        """Return what a notebook shows, by MIME type: `text/plain` and `text/html`."""
        rows = self._rows()
        page = paragraph(self._title())
        if rows:
            page = html_table(self._title(), _HEADINGS, rows, what="group")
        return {"text/plain": str(self), "text/html": document(page)}


def unshared_of(pages: PageReading) -> UnsharedMemory:
    """Return the answer of `unshared`, for pages that were read before anything was imported."""
    private, shared = pages.private, pages.shared
    is_forked: bool | None = pages.is_fork or None
    if shared is not None and shared < _LEAST_SHARED:
        is_forked = False
    if is_forked is False or shared is None:
        return UnsharedMemory(
            is_forked=is_forked,
            private=private,
            shared=shared,
            rows=None if shared is None else (),
            others={},
        )
    # No variable of a running frame may have the snapshot: that would be a cycle.
    figures = _figures(pages, snapshot(untracked=True))
    rows = None
    if figures is not None:
        rows = tuple([UnsharedRow(*row) for row in figures["rows"]])
    return UnsharedMemory(
        is_forked=is_forked,
        private=private,
        shared=shared,
        rows=rows,
        others={} if figures is None else figures["others"],
    )


def _figures(pages: PageReading, heap: ObjectGraph) -> dict[str, Any] | None:
    return pages.unshared(heap)
