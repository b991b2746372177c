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
    "newer_words",
    "nothing_line",
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
    if report.since is not None:
        newer = counted(report.compared, "process", "processes")
        older = f"{report.compared_with:,} of older versions"
        yield escaped(f"compared: {newer}{newer_words(report)} with {older}")
        if report.not_compared:
            names = report.not_compared[:_MOST_NAMED]
            more = len(report.not_compared) - len(names)
            rest = f" and {more:,} more" if more else ""
            yield escaped(f"not compared, without an older version: {', '.join(names)}{rest}")


def newer_words(report: FleetReport) -> str:
    """Return which processes can be outliers, after their number; empty if all can."""
    if report.since is None:
        return ""
    if report.without_version:
        return f" not older than version {report.since}"
    return f" of version {report.since} or newer"


def nothing_line(report: FleetReport) -> str:
    """Return that nothing is suspected, and what would be."""
    if report.since is None:
        few = "a few of at least 5 processes of an application have far more of it than the others"
    else:
        few = f"processes{newer_words(report)} have far more of it than those of older versions"
    grows = "it grows with each of at least 3 dumps of a process"
    return escaped(f"nothing stands out: a signature does if {few}, or if {grows}")


def failure_lines(report: FleetReport) -> Iterator[str]:
    """Yield the files that could not be read."""
    for failure in report.failures:
        yield escaped(f"not read: {failure.name}: {failure.reason}")


def known_lines(report: FleetReport) -> list[str]:
    """Return how many suspects are left out because they are known: a line, or none."""
    number = len(report.known_suspects)
    if not number:
        return []
    signatures = len({found.signature for found in report.known_suspects})
    # Applications may share a signature.
    of = "" if signatures == number else f", with {counted(signatures, 'signature')},"
    left_out = f"{counted(number, 'known suspect')}{of} left out"
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


def reasons_of(found: Finding, newer: str = "") -> Iterator[str]:
    """Yield what speaks for a leak, a sentence each.

    `newer` says which processes are compared with those of older versions; empty without these.
    """
    if found.excess:
        have = "has" if found.outliers == 1 else "have"
        themselves = _themselves(found.larger_outliers, found.outliers)
        if newer and themselves.startswith(" in "):
            themselves = f",{themselves}"
        usual = "usual in older versions" if newer else "usual"
        compared = f"{counted(found.compared, 'process', 'processes')}{newer}"
        yield escaped(
            f"{found.outliers:,} of {compared} {have} {size_text(found.excess)} more than "
            f"{usual}{themselves}: {_numbers_of(found)}"
        )
        if found.is_uniform:
            same = "number and size" if found.larger_outliers else "number"
            yield f"all of them have the same {same}: it may be data that only these load"
    if found.grown:
        in_processes = counted(found.growing, "process", "processes")
        themselves = _themselves(found.larger_growing, found.growing)
        size = size_text(found.grown)
        yield escaped(f"grows with each dump in {in_processes}{newer}, by {size}{themselves}")
    if found.is_garbage:
        yield "it is garbage: references in a cycle keep it until the collector runs"
    if found.is_new:
        yield "no older version has it"
    elif found.older_most:
        yield f"older versions have it too: up to {counted(found.older_most, 'object')}"


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
