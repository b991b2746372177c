"""Many objects grouped by how they are held, and tables of signatures.

A signature is a chain of references for comparisons: types and names of references, without
indices, keys, addresses and lengths. It is the same in every run.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from refcycle._html.parts import document, fix, html_table, paragraph, preformatted
from refcycle._text.escapes import escaped, text_for_stdout
from refcycle._text.numbers import counted, signed, signed_size, size_text
from refcycle._text.tables import SHOWN, text_table

if TYPE_CHECKING:
    from refcycle.liveness import Why

__all__ = [
    "FurtherHolder",
    "HolderGroup",
    "SignatureGrowth",
    "SignatureRow",
    "SignatureTable",
    "WhyAll",
    "signature_page",
    "signature_table",
    "signature_table_of",
    "why_all_of",
]

_HEADINGS = ("count", "size", "retained", "signature")
_FURTHER_SHOWN = 3
_GROWTH_HEADINGS = ("count", "size", "signature")
_TRACKED_ONLY_HINT = (
    " among the objects that the collector tracks; to include strings, numbers and other "
    "untracked objects, take the snapshot with untracked=True"
)


class FurtherHolder(NamedTuple):
    """A chain that holds objects of a group in addition to the group's own chain.

    Attributes:
        signature: The signature of the chain.
        count: The number of objects of the group that it holds.
    """

    signature: str
    count: int  # type: ignore[assignment]  # a tuple has a method of this name


class HolderGroup(NamedTuple):
    """Objects that are held in the same way: a group of `WhyAll`.

    Attributes:
        signature: The signature of the chain of references that holds each of them, as in `module
            app.SESSIONS -> dict[*] -> app.Session`. For garbage it begins with the types of the
            cycle that holds them, as in `garbage cycle of app.Child, app.Parent: app.Child`.
        count: The number of objects.
        size: The bytes of the objects themselves.
        retained_size: The bytes that are freed with them: what each of them retains, counted once.
            Objects of one group may retain those of another, so that the sum of several groups is
            not a total: see `WhyAll.retained_size`.
        example: One of the objects.
        why: Why the example is alive, with the chain of the group; `None` after the first groups.
        is_garbage: Whether nothing outside holds them. Objects of refcycle, such as an older
            snapshot, do not count; of what only these hold, the signature begins with `objects of
            refcycle`.
        also_held_by: What else holds objects of the group, so that they stay alive when its chain
            is cut: a tuple of `FurtherHolder`, the one that holds most of them first. An object
            may count for several. References of C code, of tools and of garbage do not count, nor
            do those of the container or the instance at which the chains of the group part: it
            counts as a whole. If there are very many such chains, some are missing. `None` if it
            is unknown: it is only examined for the first ten groups with a chain.
    """

    signature: str
    count: int  # type: ignore[assignment]  # a tuple has a method of this name
    size: int
    retained_size: int
    example: object
    why: Why | None
    is_garbage: bool = False
    also_held_by: tuple[FurtherHolder, ...] | None = None

    @property
    def lines_on_further_holders(self) -> list[str]:
        """What a text says about `also_held_by`: how many objects each chain holds too.

        At most three chains are shown, and none that holds less than a hundredth of the objects.
        """
        held = self.also_held_by or ()
        shown = [one for one in held[:_FURTHER_SHOWN] if 100 * one.count >= self.count]
        lines = []
        for one in shown:
            if self.count == 1:
                what = "it is"
            elif one.count == self.count:
                what = f"all {self.count:,} are"
            else:
                what = f"{one.count:,} of the {self.count:,} {'is' if one.count == 1 else 'are'}"
            lines.append(f"{what} also held by {one.signature}")
        rest = len(held) - len(shown)
        if rest and shown:
            more = counted(rest, "more chain holds", "more chains hold")
            lines.append(f"and {more} some of them")
        elif rest:
            lines.append(f"{counted(rest, 'chain also holds', 'chains also hold')} a few of them")
        return lines


class WhyAll:
    """Why many objects are alive: the result of `ObjectGraph.why_all`. Print it to see a text.

    It keeps the examples and the objects of their chains alive, and nothing else of the heap.

    Attributes:
        type_name: The name of the type that was asked for; empty if objects were passed.
        groups: All groups, a tuple of `HolderGroup`, the one that retains most first.
        retained_size: The bytes that are freed with all of these objects, each byte counted once.
        tracked_only: Whether the snapshot was taken without `untracked=True`: strings, numbers and
            other untracked objects are not found, and all bytes are without them.
    """

    def __init__(
        self,
        type_name: str,
        groups: tuple[HolderGroup, ...],
        retained_size: int,
        tracked_only: bool,
    ) -> None:
        self.type_name = type_name
        self.groups = groups
        self.retained_size = retained_size
        self.tracked_only = tracked_only

    @property
    def count(self) -> int:
        """The number of objects."""
        return sum(group.count for group in self.groups)

    @property
    def note_on_bytes(self) -> str:
        """What a text says about the bytes if they are not those of all objects."""
        return " (bytes: tracked objects only)" if self.tracked_only else ""

    def to_text(self, *, ascii: bool = False) -> str:
        """Return the groups as text, with a chain to an example of each of the first ones.

        It has ASCII characters only if `ascii` is true.
        """
        if not self.groups:
            of_type = f" of type {self.type_name}" if self.type_name else ""
            hint = _TRACKED_ONLY_HINT if self.tracked_only else ""
            return escaped(f"no objects{of_type}{hint}")
        held = counted(len(self.groups), "group")
        title = f"{self._objects()}, grouped by how they are held: {held}{self.note_on_bytes}"
        lines = [escaped(title)]
        shown = [group for group in self.groups if group.why is not None]
        for group in shown:
            lines += ["", *_group_lines(group, ascii=ascii)]
        others = self.groups[len(shown) :]
        if others:
            objects = counted(sum(group.count for group in others), "object")
            groups = counted(len(others), "more group")
            lines += ["", f"and {objects} in {groups}: use a larger `limit` to show them"]
        return "\n".join(lines)

    def __str__(self) -> str:
        return text_for_stdout(self.to_text)

    def __repr__(self) -> str:
        objects = counted(self.count, "object")
        return f"<WhyAll: {objects} in {counted(len(self.groups), 'group')}>"

    def _repr_mimebundle_(
        self,
        include: Container[str] | None = None,
        exclude: Container[str] | None = None,
    ) -> dict[str, str]:
        """Return what a notebook shows, by MIME type: `text/plain` and `text/html`."""
        if not self.groups:
            return {"text/plain": self.to_text(), "text/html": document(paragraph(self.to_text()))}
        rows = [_cells(group) for group in self.groups]
        title = f"{self._objects()}, grouped by how they are held{self.note_on_bytes}"
        parts = [html_table(title, _HEADINGS, rows, what="group")]
        for group in self.groups:
            if group.why is not None:
                parts += _group_parts(group, group.why)
        return {"text/plain": self.to_text(), "text/html": document(*parts)}

    def _objects(self) -> str:
        what = f"object of type {self.type_name}" if self.type_name else "object"
        return counted(self.count, what, what.replace("object", "objects", 1))


def _group_lines(group: HolderGroup, *, ascii: bool) -> Iterable[str]:
    objects = counted(group.count, "object")
    sizes = f"{size_text(group.size)}, {size_text(group.retained_size)} retained"
    yield f"{objects} ({sizes}): {escaped(group.signature)}"
    if group.why is not None:
        # The first line describes the object that is asked about: here, one example of several.
        _, *lines = group.why.to_text(ascii=ascii).split("\n")
        yield from (f"  {line}" for line in lines)
    yield from (f"  {escaped(line)}" for line in group.lines_on_further_holders)


def _group_parts(group: HolderGroup, why: Why) -> Iterable[str]:
    """Yield what a notebook shows of the example of a group."""
    yield paragraph(f"{counted(group.count, 'object')}: {group.signature}")
    # The first line describes the object that is asked about: here, one example of several.
    _, *lines = why.lines()
    yield preformatted("\n".join(line.branches + line.text for line in lines if not line.is_fix))
    yield from (fix(line.text) for line in lines if line.is_fix)
    yield from map(paragraph, group.lines_on_further_holders)


class SignatureRow(NamedTuple):
    """Objects that are held by chains with one signature: a row of a `SignatureTable`.

    Attributes:
        signature: The signature of the chain; see `HolderGroup.signature`.
        count: The number of objects.
        size: The bytes of the objects themselves.
        retained_size: The bytes that are freed with them: what each of them retains, counted once.
            Objects of one row may retain those of another, so that the sum of several rows is not
            a total.
        example: One of the objects.
        is_garbage: Whether nothing outside holds them. Objects of refcycle, such as an older
            snapshot, do not count; of what only these hold, the signature begins with `objects of
            refcycle`.
    """

    signature: str
    count: int  # type: ignore[assignment]  # a tuple has a method of this name
    size: int
    retained_size: int
    example: object
    is_garbage: bool = False


class SignatureTable(tuple[SignatureRow, ...]):
    """How objects are held, by signature, the rows that retain most first.

    A tuple of `SignatureRow`. Printed, it has at most 20 rows with complete signatures; a notebook
    shows an HTML table. The exact bytes are in the rows.

    >>> from refcycle.holder_groups import SignatureRow, SignatureTable
    >>> row = SignatureRow("module app.pool -> list[*] -> app.Session", 2, 96, 512, None)
    >>> print(SignatureTable([row]))
    count      size   retained  signature
        2  96 bytes  512 bytes  module app.pool -> list[*] -> app.Session
    """

    __slots__ = ()

    def __str__(self) -> str:
        """Return the table as a text."""
        return self._text(SHOWN)

    def _text(self, most: int) -> str:
        """Return a table of at most so many rows."""
        rows = [_cells(row) for row in self]
        return text_table(_HEADINGS, rows, what="signature", most=most)

    def _repr_mimebundle_(
        self,
        include: Container[str] | None = None,
        exclude: Container[str] | None = None,
    ) -> dict[str, str]:
        """Return what a notebook shows, by MIME type: `text/plain` and `text/html`."""
        return {"text/plain": str(self), "text/html": document(self._html("Signatures"))}

    def _html(self, caption: str, most: int = SHOWN) -> str:
        rows = [_cells(row) for row in self]
        return html_table(caption, _HEADINGS, rows, what="signature", most=most)


def _cells(row: SignatureRow | HolderGroup) -> tuple[str, str, str, str]:
    return f"{row.count:,}", size_text(row.size), size_text(row.retained_size), row.signature


class SignatureGrowth(NamedTuple):
    """New objects that are held by chains with one signature.

    An object does not count as new if one of its type had the same address before.

    Attributes:
        signature: The signature of the chain, as in `module app.SESSIONS -> dict[*] ->
            app.Session`.
        count: The number of objects.
        size: The bytes that they take themselves.
    """

    signature: str
    count: int  # type: ignore[assignment]  # a tuple has a method of this name
    size: int


def signature_table(rows: Iterable[SignatureGrowth], most: int = SHOWN) -> str:
    """Return at most `most` of the rows as a table for a terminal."""
    return text_table(_GROWTH_HEADINGS, _growth_cells(rows), what="signature", most=most)


def signature_page(caption: str, rows: Iterable[SignatureGrowth], most: int = SHOWN) -> str:
    """Return at most `most` of the rows as HTML."""
    cells = _growth_cells(rows)
    return html_table(caption, _GROWTH_HEADINGS, cells, what="signature", most=most)


def _growth_cells(rows: Iterable[SignatureGrowth]) -> list[tuple[str, str, str]]:
    return [(signed(row.count), signed_size(row.size), row.signature) for row in rows]


def why_all_of(
    type_name: str, rows: Iterable[tuple[Any, ...]], retained_size: int, tracked_only: bool
) -> WhyAll:
    """Return the answer that the search found."""
    found = (HolderGroup(*row) for row in rows)
    groups = tuple(one._replace(also_held_by=_further(one.also_held_by)) for one in found)
    return WhyAll(type_name, groups, retained_size, tracked_only)


def _further(rows: Iterable[tuple[str, int]] | None) -> tuple[FurtherHolder, ...] | None:
    return None if rows is None else tuple(FurtherHolder(*row) for row in rows)


def signature_table_of(rows: Iterable[tuple[Any, ...]]) -> SignatureTable:
    """Return the rows as a table."""
    return SignatureTable(SignatureRow(*row) for row in rows)
