"""The report of a fleet as one HTML page, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from refcycle._fleet.pictures import bars, lines
from refcycle._fleet.ranking import in_order
from refcycle._fleet.words import (
    failure_lines,
    headings,
    known_lines,
    newer_words,
    reasons_of,
    row_of,
    summary_lines,
)
from refcycle._html.parts import document, escape, html_table, paragraph
from refcycle._text.numbers import counted, size_text

if TYPE_CHECKING:
    from refcycle._fleet.ranking import Finding
    from refcycle._fleet.report import FleetReport

__all__ = ["page_of"]

_STYLE = (
    "body{margin:0;background:#fff;font-family:system-ui,sans-serif}"
    "main{max-width:68em;margin:0 auto;padding:1.5em}"
    "h1{font-size:1.5em;margin:0 0 .3em}h2{font-size:1.15em;margin:1.6em 0 .5em}"
    "h3{font-size:1em;margin:1.4em 0 .2em;overflow-wrap:anywhere}"
    "h1,h2,h3{color:var(--rc-text)}figure{margin:.6em 0}svg{max-width:100%;height:auto}"
    "figcaption{color:var(--rc-dim);font-size:12px}"
    "line{stroke:var(--rc-line)}.usual{fill:#9db4cf;stroke:#9db4cf}"
    ".unusual{fill:#c8571b;stroke:#c8571b}rect{stroke:none!important}"
    "polyline{fill:none!important;stroke-width:1.5}.legend .dim{margin:0}"
    ".refcycle table{width:100%;margin-top:2em}.refcycle caption{font-size:1.3em}"
    "caption:empty{display:none}main details table{margin:.3em 0}details{margin-bottom:1.6em}"
    "summary{color:var(--rc-text);cursor:pointer;font-size:13px}"
    "main .refcycle caption{width:auto;max-width:100%}td:last-child{min-width:9em}"
    "@media (max-width:40em){.refcycle table{display:block;overflow-x:auto}}"
    "@media (prefers-color-scheme:dark){body{background:#0d1117}}"
    "@media print{main{padding:0}}"
)
_TABLES = {
    "processes": "In most processes",
    "bytes": "Most retained bytes",
    "growth": "Most growth from the first to the last dump of a process",
}
_OF_PROCESSES = ("count", "retained", "more than usual", "grown", "last dump")
# More processes are shown on demand.
_MOST_OPEN = 5
_MOST_PROCESSES = 300
_LEGEND = "orange: the processes that are suspected; blue: the others"


def page_of(report: FleetReport, limit: int) -> str:
    """Return the page."""
    content = document("".join(_parts(report, limit)))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>refcycle: {report.dumps:,} dumps</title><style>{_STYLE}</style></head>"
        f"<body><main>{content}</main></body></html>\n"
    )


def _parts(report: FleetReport, limit: int) -> Iterator[str]:
    yield "<h1>A fleet of dumps</h1>"
    for number, line in enumerate(summary_lines(report)):
        yield paragraph(line, "dim" if number else "")
    for line in failure_lines(report):
        yield paragraph(line, "bad")
    yield "<h2>Suspected leaks</h2>"
    suspects = report.suspects
    known = known_lines(report)
    if not suspects and not known:
        yield paragraph("Nothing stands out.")
    elif suspects and report.samples:
        yield paragraph(_LEGEND, "dim")
    for found in suspects[:limit]:
        yield from _suspect(report, found)
    if len(suspects) > limit:
        yield paragraph(f"and {len(suspects) - limit:,} more")
    yield from (paragraph(f"{line[0].upper()}{line[1:]}.") for line in known)
    for order, caption in _TABLES.items():
        rows = [row_of(found) for found in in_order(report.findings, order)]
        yield html_table(caption, headings(), rows, what="signature", most=limit)


def _suspect(report: FleetReport, found: Finding) -> Iterator[str]:
    where = f" in {found.application}" if report.applications > 1 else ""
    yield f"<h3>{escape(size_text(found.evidence))}: {escape(found.signature + where)}</h3>"
    yield from map(paragraph, reasons_of(found, newer_words(report)))
    key = found.application, found.signature
    samples = [one for one in report.samples if (one.application, one.signature) == key]
    if samples:
        yield bars(found, samples)
        yield lines(samples)
    yield _processes(found)


def _processes(found: Finding) -> str:
    """Return a table of the processes that make a signature a suspect."""
    rows = [
        (
            f"{one.count:,}",
            size_text(one.retained_size),
            size_text(one.excess) if one.excess else "",
            size_text(one.grown) if one.grown else "",
            one.name,
        )
        for one in found.unusual
    ]
    if not rows:
        return ""
    table = html_table("", _OF_PROCESSES, rows, what="dump", most=_MOST_PROCESSES)
    is_open = " open" if len(rows) <= _MOST_OPEN else ""
    number = counted(len(rows), "suspected process", "suspected processes")
    return f"<details{is_open}><summary>{number}</summary>{table}</details>"
