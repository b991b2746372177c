"""Bytes that a program could save: the result of `ObjectGraph.waste`."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import Any, NamedTuple

from refcycle._html.parts import document, html_table, paragraph
from refcycle._text.escapes import printable
from refcycle._text.lines import line_width, wrapped_text
from refcycle._text.numbers import counted, size_text
from refcycle._text.tables import SHOWN, text_table

__all__ = ["Waste", "WasteRow", "waste_of"]

_HEADINGS = ("saved", "objects", "what")
_NO_ROWS = "no savings found in the objects of the program"
# With the title, the headings and the lines below, the text has at most 25 lines.
_SHOWN = 10
_PROGRAM = "program"


class _Form(NamedTuple):
    """How a kind of waste is shown."""

    what: str
    """The kind, with `{}` for the name of the type."""

    title: str
    """What precedes the advice."""

    advice: str
    """What to do. With the title it fits in a line of 80 characters."""


def _when_complete(what: str, copy: str) -> _Form:
    return _Form("spare room of {}", what, f"copy it when complete: {copy}")


# By the kind, which is that of compiled code and of dumps.
_FORMS = {
    "duplicate": _Form("duplicate {}", "duplicate", "share one of the equal objects"),
    "empty": _Form("empty {}", "empty", "use None or a shared empty tuple until it is needed"),
    "nearly empty": _Form(
        "nearly empty {}",
        "nearly empty",
        "use a tuple (for a deque, a list) while there is one item",
    ),
    "spare room in dict": _when_complete(
        "spare room in dict", "dict(d), unless it will grow again"
    ),
    "spare room in list": _when_complete("spare room in list", "list(x)"),
    "spare room in set": _when_complete("spare room in set", "set(s)"),
    "spare room in bytearray": _when_complete(
        "spare room in bytearray", "bytes(b) or bytearray(b)"
    ),
    "instance dict": _Form(
        "{} with __dict__",
        "instance dict",
        "use __slots__ or dataclass(slots=True) if attributes are fixed",
    ),
    "boxed integers": _Form(
        "{} of boxed integers", "boxed integers", "use array.array('q', x) or a numpy array"
    ),
    "boxed floats": _Form(
        "{} of boxed floats", "boxed floats", "use array.array('d', x) or a numpy array"
    ),
}
# Types for which the advice is another one.
_FORMS_OF_TYPES = {
    ("duplicate", "str"): _Form(
        "duplicate {}",
        "duplicate str",
        "share equal strings: sys.intern(text) where they are made",
    ),
    ("duplicate", "bytes"): _Form(
        "duplicate {}", "duplicate bytes", "share equal bytes: known.setdefault(data, data)"
    ),
    ("spare room in set", "frozenset"): _Form(
        "spare room of {}", "spare room in frozenset", "create it from a set: frozenset(set(s))"
    ),
}


class WasteRow(NamedTuple):
    """Objects of one kind and one type that waste bytes and belong to one holder.

    Attributes:
        kind: Why they waste bytes: `duplicate`, `empty`, `nearly empty`, `spare room in dict` (or
            `list`, `set`, `bytearray`), `instance dict`, `boxed integers` or `boxed floats`. A
            frozenset has the kind of a set.
        type_name: The name of their type, with its module except for builtins.
        count: The number of objects.
        size: The bytes that following the advice saves.
        owner: The name of the object in which they collect, as in `app.cache.entries`.
        place: Where the example is, as in `app.cache.entries['start'].tags`.
        belongs_to: `program`, or who else holds them: `library`, `interpreter`, `C code`, or in a
            part of a snapshot `outside`.
        example: The object that wastes most.
    """

    kind: str
    type_name: str
    count: int  # type: ignore[assignment]  # a tuple has a method of this name
    size: int
    owner: str
    place: str
    belongs_to: str
    example: object

    @property
    def advice(self) -> str:
        """What saves the bytes, in a few words."""
        return self._form.advice

    @property
    def what(self) -> str:
        """The kind and the type in a few words, as in `duplicate str`."""
        return self._form.what.format(self.type_name)

    @property
    def _form(self) -> _Form:
        return _FORMS_OF_TYPES.get((self.kind, self.type_name)) or _FORMS[self.kind]

    def to_dict(self) -> dict[str, Any]:
        """Return the row without its example, for JSON."""
        return {
            "kind": self.kind,
            "type": self.type_name,
            "count": self.count,
            "size": self.size,
            "owner": self.owner,
            "place": self.place,
            "belongs_to": self.belongs_to,
            "advice": self.advice,
        }


class Waste:
    """The bytes that a program could save: the result of `ObjectGraph.waste`.

    Iterating over it returns the rows of the program. Print it for a table of the rows that save
    most, with the advice for each kind. It keeps the examples alive, and nothing else of the heap.

    Attributes:
        rows: What the program wastes: a tuple of at most 100 `WasteRow` of at least 1,000 bytes
            each, the most bytes first.
        others: What libraries, the interpreter and C code hold, in the same form: the program can
            change little about it.
        rest: The number and the bytes of the objects of the program that are in none of `rows`.
        rest_of_others: The number and the bytes of the objects that are in none of `others`, of
            those that the program does not hold.
        garbage: The number of objects of garbage that are wasteful, and the bytes that they waste.
            They are in none of these.
        total_size: The bytes of all objects of the graph.
        missing: What the result does not include: a tuple of sentences, empty if it is complete.
    """

    def __init__(
        self,
        rows: Iterable[WasteRow] = (),
        *,
        rest: tuple[int, int] = (0, 0),
        rest_of_others: tuple[int, int] = (0, 0),
        garbage: tuple[int, int] = (0, 0),
        total_size: int = 0,
        is_known: bool = True,
        untracked: bool | None = None,
    ) -> None:
        all_rows = tuple(rows)
        self.rows = tuple(row for row in all_rows if row.belongs_to == _PROGRAM)
        self.others = tuple(row for row in all_rows if row.belongs_to != _PROGRAM)
        self.rest = rest
        self.rest_of_others = rest_of_others
        self.garbage = garbage
        self.total_size = total_size
        self.missing = _missing(is_known, untracked)

    def __iter__(self) -> Iterator[WasteRow]:
        """Return an iterator over the rows of the program."""
        return iter(self.rows)

    def __len__(self) -> int:
        """Return the number of rows of the program."""
        return len(self.rows)

    @property
    def count(self) -> int:
        """The number of objects of the program that waste bytes."""
        return sum(row.count for row in self.rows) + self.rest[0]

    @property
    def size(self) -> int:
        """The bytes that the program could save."""
        return sum(row.size for row in self.rows) + self.rest[1]

    def to_dict(self) -> dict[str, Any]:
        """Return the result without the examples, for JSON."""
        return {
            "count": self.count,
            "size": self.size,
            "total_size": self.total_size,
            "rows": [row.to_dict() for row in self.rows],
            "others": [row.to_dict() for row in self.others],
            "rest": {"count": self.rest[0], "size": self.rest[1]},
            "rest_of_others": {"count": self.rest_of_others[0], "size": self.rest_of_others[1]},
            "garbage": {"count": self.garbage[0], "size": self.garbage[1]},
            "missing": list(self.missing),
        }

    def _title(self) -> str:
        if not self.count:
            return _NO_ROWS
        objects = counted(self.count, "object")
        share = f" of {size_text(self.total_size)}" if self.total_size else ""
        return f"{size_text(self.size)}{share} can be saved, in {objects} of the program"

    def _cells(self) -> list[tuple[str, str, str]]:
        return [_cells(row) for row in self.rows]

    def _size_after(self, shown: int) -> str:
        return size_text(sum(row.size for row in self.rows[shown:]))

    def _below(self) -> Iterator[str]:
        """Yield the lines that come after the table and the advice."""
        count, size = self.rest
        if count:
            yield f"of these, {size_text(size)} in {counted(count, 'object')} that no row shows"
        count = sum(row.count for row in self.others) + self.rest_of_others[0]
        if count:
            size = sum(row.size for row in self.others) + self.rest_of_others[1]
            objects = counted(count, "object")
            rows = f" ({counted(len(self.others), 'row')} in others)" if self.others else ""
            yield f"besides, {size_text(size)} in {objects} of libraries and the interpreter{rows}"
        count, size = self.garbage
        if count:
            objects = counted(count, "wasteful object")
            yield f"not counted: {size_text(size)} in {objects} of garbage"
        yield from self.missing

    def to_text(self, *, limit: int = _SHOWN) -> str:
        """Return a table of the first `limit` rows, and the advice for each of their kinds.

        Its lines fit the terminal.
        """
        lines = [self._title()]
        shown = self.rows[:limit]
        if shown:
            rest = self._size_after(limit)
            lines.append(text_table(_HEADINGS, self._cells(), what="row", most=limit, rest=rest))
            lines += _advice_lines(shown)
        return wrapped_text("\n".join([*lines, *self._below()]), line_width())

    def __str__(self) -> str:
        """Return the table with the advice, in at most 25 lines."""
        return self.to_text()

    def __repr__(self) -> str:
        return f"<Waste: {self._title()}>"

    def _repr_mimebundle_(
        self,
        include: Container[str] | None = None,
        exclude: Container[str] | None = None,
    ) -> dict[str, str]:
        """Return what a notebook shows, by MIME type: `text/plain` and `text/html`."""
        below = [paragraph(line, "dim") for line in self._below()]
        if not self.rows:
            page = document(paragraph(self._title()), *below)
            return {"text/plain": str(self), "text/html": page}
        headings = (*_HEADINGS, "how to save it")
        rows = [(*cells, row.advice) for cells, row in zip(self._cells(), self.rows, strict=True)]
        rest = self._size_after(SHOWN)
        table = html_table(self._title(), headings, rows, what="row", texts=2, rest=rest)
        return {"text/plain": str(self), "text/html": document(table, *below)}


def _missing(is_known: bool, untracked: bool | None) -> tuple[str, ...]:
    if not is_known:
        return (
            "this file does not say what its objects waste: an earlier version wrote it; "
            "write a new one",
        )
    if untracked is False:
        return (
            "strings and bytes are not included: the snapshot has only the objects that the "
            "collector tracks; take one with untracked=True",
        )
    return ()


def _cells(row: WasteRow) -> tuple[str, str, str]:
    what = f"{row.what} in {row.owner}"
    if row.place != row.owner:
        what += f", as in {row.place}"
    return size_text(row.size), f"{row.count:,}", what


def _advice_lines(rows: Iterable[WasteRow]) -> list[str]:
    """Return the advice for each kind, once."""
    known: dict[str, str] = {}
    for row in rows:
        known.setdefault(row._form.title, row.advice)
    return [printable(f"  {title}: {advice}") for title, advice in known.items()]


def waste_of(
    rows: Iterable[tuple[Any, ...]],
    rest: tuple[int, int],
    rest_of_others: tuple[int, int],
    garbage: tuple[int, int],
    total_size: int,
    is_known: bool,
    untracked: bool | None,
) -> Waste:
    """Return the rows that the search found as a result."""
    return Waste(
        (WasteRow(*row) for row in rows),
        rest=rest,
        rest_of_others=rest_of_others,
        garbage=garbage,
        total_size=total_size,
        is_known=is_known,
        untracked=untracked,
    )
