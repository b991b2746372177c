"""What a comparison of snapshots found, as text and for notebooks."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import TYPE_CHECKING

from refcycle._growth.held_groups import Samples
from refcycle._growth.larger import LargerObjects, larger_blocks
from refcycle._growth.new_garbage import line_on_garbage
from refcycle._growth.samples import Sample, blocks_of, heading
from refcycle._growth.signature_census import type_name_of
from refcycle._html.parts import document, fix, paragraph, preformatted
from refcycle._text.escapes import escaped, text_for_stdout
from refcycle._text.lines import line_width, wrapped_text
from refcycle._text.numbers import counted
from refcycle._text.tables import SHOWN
from refcycle.holder_groups import SignatureTable

if TYPE_CHECKING:
    from refcycle.differences import GrowthTable

__all__ = ["Findings"]

_SHOWN_BESIDE_CHAINS = 8
_SIGNATURES_SHOWN = 10
_AT_OLD_ADDRESSES = (
    "new objects at the addresses of others that went, which files cannot tell apart. To find who "
    "holds more of them, ask `why` for the type in both files."
)
_FURTHER = "new objects of these types are also held like this"


class Findings:
    """A table, samples and signatures, printed and shown alike."""

    __slots__ = ("larger", "samples", "signatures", "table")

    def __init__(
        self,
        table: GrowthTable,
        samples: Iterable[Sample],
        signatures: SignatureTable,
        larger: Iterable[LargerObjects] = (),
    ) -> None:
        self.table = table
        self.samples = samples if isinstance(samples, Samples) else Samples(samples)
        self.signatures = signatures
        self.larger = tuple(larger)

    def _title(self) -> str:
        raise NotImplementedError

    def _count_of(self, sample: Sample) -> int:
        """Return how many objects are held in the same way as the sample."""
        if sample._count is not None:
            return sample._count
        signature = sample.chain.signature
        return max((row.count for row in self.signatures if row.signature == signature), default=1)

    def __str__(self) -> str:
        """Return the table and, for the types that grew most, a chain to one of their objects."""
        return text_for_stdout(self._text)

    def _text(
        self,
        *,
        ascii: bool = False,
        option: str = "`samples`",
        most: int = _SIGNATURES_SHOWN,
        for_more: str = "see `signatures`",
    ) -> str:
        # With a long table, the chains would not be on the first screen.
        has_chains = self.samples or self.larger
        table = self.table._text(_SHOWN_BESIDE_CHAINS) if has_chains else str(self.table)
        if self.larger and not self.table:  # "nothing grew" would be wrong
            table = self.table._line_on_the_rest()
        lines = [self._title(), *([table] if table else []), *self._garbage()]
        for block in self._blocks(ascii=ascii):
            lines += ["", *block]
        further = self._further()
        if further:
            lines += ["", f"{_FURTHER}:", further._text(most)]
            if len(further) > most:
                lines[-1] += f": {for_more}"
        more = [wrapped_text(line, line_width()) for line in self._more(option)]
        return "\n".join([*lines, "", *more] if more else lines)

    def _blocks(self, *, ascii: bool = False) -> Iterable[list[str]]:
        headings = [heading(sample, self._count_of(sample)) for sample in self.samples]
        yield from blocks_of(self.samples, headings, ascii=ascii)
        yield from larger_blocks(self.larger, ascii=ascii)

    def _further(self) -> SignatureTable:
        """Return how else new objects of the types of the samples are held.

        A single object is no growth, nor are objects that replace others.
        """
        types = {sample.type_name for sample in self.samples}
        shown = {sample.chain.signature for sample in self.samples}
        return SignatureTable(
            row
            for row in self.signatures
            if row.count > 1
            and not row.is_garbage
            and row.signature not in shown
            and row.signature not in self.samples.steady
            and type_name_of(row.example) in types
        )

    def _more(self, option: str = "`samples`") -> list[str]:
        """Return lines about what has no sample, if there is anything."""
        lines = []
        if count := self.samples.other_fixes:
            lines.append(f"and {counted(count, 'chain')} with other fixes: use a larger {option}")
        return [*lines, *self._unknown()]

    def _unknown(self) -> list[str]:
        """Return a line about objects that no sample explains, if there are any."""
        if not (unknown := self.samples.unknown):
            return []
        types = ", ".join(f"{count:,} more {escaped(name)}" for name, count in unknown)
        return [f"{types}: {_AT_OLD_ADDRESSES}"]

    def _garbage(self) -> list[str]:
        """Return a line about new garbage, if there is any."""
        line = line_on_garbage(self.signatures)
        return [line] if line else []

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self._title()}>"

    def _repr_mimebundle_(
        self,
        include: Container[str] | None = None,
        exclude: Container[str] | None = None,
    ) -> dict[str, str]:
        """Return what a notebook shows, by MIME type: `text/plain` and `text/html`."""
        most = _SHOWN_BESIDE_CHAINS if self.samples or self.larger else SHOWN
        table = self.table._html(self._title(), most)
        if self.larger and not self.table:
            table = "".join(
                map(paragraph, filter(None, (self._title(), self.table._line_on_the_rest())))
            )
        parts = [table, *map(paragraph, self._garbage())]
        for title, chain, *fixes in self._blocks():
            parts += [paragraph(title), preformatted(chain), *map(fix, fixes)]
        if further := self._further():
            parts.append(further._html(_FURTHER, _SIGNATURES_SHOWN))
        parts += map(paragraph, self._more())
        return {"text/plain": str(self), "text/html": document(*parts)}
