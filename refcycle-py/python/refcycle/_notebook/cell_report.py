"""What a cell leaves behind, as a text and for a notebook. It holds no object."""

from __future__ import annotations

from collections.abc import Container, Sequence

from refcycle._cycles.reports import CycleReport, count_of, text_of
from refcycle._html.parts import document, html_table, paragraph
from refcycle._text.lines import line_width, wrapped_text

__all__ = ["CellReport"]

_NOTHING = "the cell leaves no cyclic garbage behind"
_HEADINGS = ("times", "objects", "cycle", "how to fix it")


class CellReport:
    """The cycles of garbage that a cell leaves behind."""

    def __init__(self, reports: Sequence[CycleReport]) -> None:
        self.reports = tuple(sorted(reports, key=lambda report: -report.times))
        """A report for each kind of cycle, the most frequent first."""
        self._count = count_of(reports)

    def _title(self) -> str:
        if not self.reports:
            return _NOTHING
        return f"the cell leaves {self._count} of garbage behind"

    def __str__(self) -> str:
        text = f"{self._title()}:\n{text_of(self.reports)}" if self.reports else _NOTHING
        return wrapped_text(text, line_width())

    def __repr__(self) -> str:
        return f"<CellReport: {self._title()}>"

    def _repr_mimebundle_(
        self,
        include: Container[str] | None = None,
        exclude: Container[str] | None = None,
    ) -> dict[str, str]:
        """Return what a notebook shows, by MIME type: `text/plain` and `text/html`."""
        rows = [
            (f"{report.times:,}", f"{report.objects:,}", report.signature, _fix(report))
            for report in self.reports
        ]
        page = paragraph(_NOTHING)
        if rows:
            page = html_table(self._title(), _HEADINGS, rows, what="kind of cycle", texts=2)
        return {"text/plain": str(self), "text/html": document(page)}


def _fix(report: CycleReport) -> str:
    place = f"; allocated at {report.allocated}" if report.allocated else ""
    return report.advice + place
