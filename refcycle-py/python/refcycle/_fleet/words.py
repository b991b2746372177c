"""What texts and pages say about findings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from refcycle._text.escapes import escaped
from refcycle._text.numbers import counted, signed_size, size_text

if TYPE_CHECKING:
    from refcycle._fleet.ranking import Finding
    from refcycle._fleet.report import FleetReport

__all__ = ["failure_lines", "headings", "reasons_of", "row_of", "summary_lines"]


def summary_lines(report: FleetReport) -> Iterator[str]:
    """Yield what the dumps are."""
    counts = (
        counted(report.dumps, "dump"),
        counted(report.processes, "process", "processes"),
        counted(report.applications, "application"),
    )
    yield f"{counts[0]} of {counts[1]} of {counts[2]}"
    if report.first is not None:
        yield escaped(f"{report.first} to {report.last}")
    if report.versions:
        yield escaped(f"versions: {', '.join(report.versions)}")


def failure_lines(report: FleetReport) -> Iterator[str]:
    """Yield the files that could not be read."""
    for failure in report.failures:
        yield escaped(f"not read: {failure.name}: {failure.reason}")


def headings() -> tuple[str, ...]:
    """Return the headings of a table of findings."""
    return "processes", "count", "retained", "growth", "signature"


def row_of(found: Finding) -> tuple[str, ...]:
    """Return the cells of a finding in that table."""
    return (
        f"{found.processes:,} of {found.of_processes:,}",
        f"{found.count:,}",
        size_text(found.retained_size),
        signed_size(found.growth) if found.growth else "0",
        found.signature,
    )


def reasons_of(found: Finding) -> Iterator[str]:
    """Yield what speaks for a leak, a sentence each."""
    if found.excess:
        # What takes little memory is not in a summary.
        usual = counted(found.usual_count, "object") if found.usual_count else "none or few"
        have = "has" if found.outliers == 1 else "have"
        each = "" if found.outliers == 1 else " each"
        count = f"{counted(found.outlier_count, 'object')}{each}"
        is_larger = found.outlier_count == found.usual_count
        compared = "as usual, but larger" if is_larger else f"usually {usual}"
        yield (
            f"{found.outliers:,} of {counted(found.of_processes, 'process', 'processes')} {have} "
            f"{size_text(found.excess)} more than usual: {count}, {compared}"
        )
        if found.is_uniform:
            yield "all of them have the same number: it may be data that only these load"
    if found.grown:
        in_processes = counted(found.growing, "process", "processes")
        yield f"grows with each dump in {in_processes}, by {size_text(found.grown)}"
    if found.is_garbage:
        yield "it is garbage: references in a cycle keep it until the collector runs"
    if found.is_new:
        yield "no older version has it"
    if found.example is not None:
        yield f"see {escaped(found.example)}"
