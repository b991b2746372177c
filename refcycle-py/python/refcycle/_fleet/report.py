"""What a fleet of dumps has, as text, data and a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from refcycle._fleet.page import page_of
from refcycle._fleet.ranking import Finding, Sample, in_order
from refcycle._fleet.sources import Failure
from refcycle._fleet.words import (
    failure_lines,
    headings,
    known_lines,
    newer_words,
    nothing_line,
    process_lines,
    reasons_of,
    row_of,
    summary_lines,
)
from refcycle._text.escapes import escaped, text_for_stdout
from refcycle._text.numbers import counted, size_text
from refcycle._text.tables import text_table

__all__ = ["FleetReport"]

_ORDERED = {
    "processes": "signatures by the number of processes that have them",
    "bytes": "signatures by retained bytes",
    "growth": "signatures by growth from the first to the last dump of a process",
}


class FleetReport(NamedTuple):
    """What many dumps have: the result of `refcycle.fleet.analyse`. Print it to see a text.

    Attributes:
        findings: A `Finding` for each signature of each application, in the order that was asked
            for.
        failures: The files that could not be read, each a name and the reason.
        dumps: The number of dumps; one that has two names counts once.
        processes: The number of processes.
        applications: The number of applications.
        versions: The values of the label `version`, in order.
        first: The time of the first dump, as in `metadata`.
        last: The time of the last one.
        read: How many files were read; the summaries of the others were known.
        order: What the findings are ordered by.
        samples: What the processes have of the first suspects, for the pictures of the page.
        since: The version whose processes and newer ones are compared with the older ones; `None`
            if all are compared with each other.
        older: The number of processes of older versions; 0 without `since`.
        without_version: Of the other processes, the number without a version.
        compared: Of the other processes, the number whose application has older ones; 0 without
            `since`.
        compared_with: The number of older processes that these are compared with.
        not_compared: The applications that have no older process; empty without `since`.
    """

    findings: list[Finding]
    failures: list[Failure]
    dumps: int
    processes: int
    applications: int
    versions: list[str]
    first: str | None
    last: str | None
    read: int
    order: str
    samples: list[Sample]
    since: str | None = None
    older: int = 0
    without_version: int = 0
    compared: int = 0
    compared_with: int = 0
    not_compared: tuple[str, ...] = ()

    @property
    def suspects(self) -> list[Finding]:
        """The findings that something speaks for, those of the most bytes first."""
        return [found for found in self.findings if found.is_suspect]

    @property
    def known_suspects(self) -> list[Finding]:
        """The findings that something speaks for, but whose signatures are known."""
        return [found for found in self.findings if found.evidence and found.is_known]

    def to_text(self, limit: int = 10) -> str:
        """Return the report as text with at most `limit` findings."""
        return "\n".join(self._lines(limit))

    def __str__(self) -> str:
        return text_for_stdout(lambda *, ascii=False: self.to_text())

    def __repr__(self) -> str:
        dumps = counted(self.dumps, "dump")
        return f"<FleetReport: {dumps}, {counted(len(self.suspects), 'suspect')}>"

    def _lines(self, limit: int) -> Iterator[str]:
        yield from summary_lines(self)
        yield from failure_lines(self)
        yield ""
        shown = self.findings
        if self.order == "leak":
            shown = self.suspects
            if shown:
                yield "suspected leaks:"
                yield from self._blocks(shown[:limit])
                if len(shown) > limit:
                    yield f"and {counted(len(shown) - limit, 'more suspect')}"
                yield from known_lines(self)
                return
            yield from known_lines(self) or [nothing_line(self)]
            yield ""
            shown = in_order(self.findings, "bytes")
        yield f"{_ORDERED.get(self.order, _ORDERED['bytes'])}:"
        yield text_table(
            headings(), [row_of(found) for found in shown], what="signature", most=limit
        )

    def _blocks(self, findings: Sequence[Finding]) -> Iterator[str]:
        newer = newer_words(self)
        for found in findings:
            where = f" ({found.application})" if self.applications > 1 else ""
            yield escaped(f"  {size_text(found.evidence)}: {found.signature}{where}")
            texts = (*reasons_of(found, newer), *process_lines(found))
            yield from (f"    {text}" for text in texts)

    def to_dict(self, limit: int | None = None) -> dict[str, Any]:
        """Return the report for JSON, with exact numbers; at most `limit` findings.

        `more_findings` is the number of the others. `suspects` and `known_suspects` have the
        signatures of all suspects.
        """
        return {
            "dumps": self.dumps,
            "processes": self.processes,
            "applications": self.applications,
            "versions": self.versions,
            "first": self.first,
            "last": self.last,
            "read": self.read,
            "since": self.since,
            "older": self.older,
            "without_version": self.without_version,
            "compared": self.compared,
            "compared_with": self.compared_with,
            "not_compared": list(self.not_compared),
            "failures": [{"file": name, "reason": reason} for name, reason in self.failures],
            "findings": [
                {
                    **found._asdict(),
                    "unusual": [one._asdict() for one in found.unusual],
                    "evidence": found.evidence,
                    "is_suspect": found.is_suspect,
                }
                for found in self.findings[:limit]
            ],
            "more_findings": len(self.findings[limit:]) if limit is not None else 0,
            "suspects": _signatures(self.suspects),
            "known_suspects": _signatures(self.known_suspects),
        }

    def to_html(self, limit: int = 25) -> str:
        """Return the report as a complete HTML page, with at most `limit` lines in a table."""
        return page_of(self, limit)


def _signatures(findings: Iterable[Finding]) -> list[str]:
    return list(dict.fromkeys(found.signature for found in findings))
