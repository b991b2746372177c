"""What texts and pages say about findings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from refcycle._text.escapes import escaped
from refcycle._text.numbers import counted, signed_size, size_text

if TYPE_CHECKING:
    from refcycle._fleet.ranking import Finding
    from refcycle._fleet.report import FleetReport

__all__ = [
    "failure_lines",
    "headings",
    "known_lines",
    "process_lines",
    "reasons_of",
    "row_of",
    "summary_lines",
]


_MOST_NAMED = 3


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


def known_lines(report: FleetReport) -> list[str]:
    """Return how many suspects are left out because they are known: a line, or none."""
    number = len(report.known_suspects)
    if not number:
        return []
    left_out = f"{counted(number, 'known suspect')} left out"
    return [left_out if report.suspects else f"nothing else stands out: {left_out}"]


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
        f"{found.signature} (known)" if found.is_known else found.signature,
    )


def reasons_of(found: Finding) -> Iterator[str]:
    """Yield what speaks for a leak, a sentence each."""
    if found.excess:
        have = "has" if found.outliers == 1 else "have"
        themselves = _themselves(found.larger_outliers, found.outliers)
        yield (
            f"{found.outliers:,} of {counted(found.of_processes, 'process', 'processes')} {have} "
            f"{size_text(found.excess)} more than usual{themselves}: {_numbers_of(found)}"
        )
        if found.is_uniform:
            yield "all of them have the same number: it may be data that only these load"
    if found.grown:
        in_processes = counted(found.growing, "process", "processes")
        themselves = _themselves(found.larger_growing, found.growing)
        yield f"grows with each dump in {in_processes}, by {size_text(found.grown)}{themselves}"
    if found.is_garbage:
        yield "it is garbage: references in a cycle keep it until the collector runs"
    if found.is_new:
        yield "no older version has it"


def process_lines(found: Finding) -> Iterator[str]:
    """Yield the dumps to look at: those of the processes with most of what is unusual."""
    names = [escaped(one.name) for one in found.unusual]
    for place, name in enumerate(names[:_MOST_NAMED]):
        yield f"    {name}" if place else f"see {name}"
    if len(names) > _MOST_NAMED:
        yield f"    and {len(names) - _MOST_NAMED:,} more"


def _numbers_of(found: Finding) -> str:
    """Return how many objects the outliers have, and how many are usual."""
    fewest, most = found.outlier_fewest, found.outlier_most
    if fewest != most:
        numbers = f"{fewest:,} to {counted(most, 'object')} each"
    else:
        numbers = counted(most, "object") + (" each" if found.outliers > 1 else "")
    if fewest == most == found.usual_count:
        return f"{numbers}, as usual, but larger"
    # What takes little memory is not in a summary.
    usual = counted(found.usual_count, "object") if found.usual_count else "none or few"
    return f"{numbers}, usually {usual}"


def _themselves(larger: int, processes: int) -> str:
    """Return which bytes count where objects are larger rather than more; often nothing."""
    if not larger:
        return ""
    if larger < processes:
        return f" (in {larger:,} of them, in the objects themselves)"
    return " in the objects themselves, without what they hold"
