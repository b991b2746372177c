"""Pictures of one signature in all processes, as SVG."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from refcycle._fleet.ranking import Finding, Sample
from refcycle._html.parts import escape
from refcycle._text.numbers import counted, size_text

__all__ = ["bars", "lines"]

_WIDTH, _HEIGHT = 640, 72
# More processes or lines cannot be told apart.
_MOST_BARS = 320
_MOST_LINES = 60


def bars(found: Finding, samples: Sequence[Sample]) -> str:
    """Return a bar for each process, the largest first: what it retains at its last dump.

    Processes that are suspected are in another colour.
    """
    last = [max(group, key=lambda one: one.number) for group in _by_process(samples)]
    last.sort(key=lambda one: (-one.retained_size, one.process))
    most = max((one.retained_size for one in last), default=0)
    number = min(max(found.of_processes, len(last)), _MOST_BARS)
    step = _WIDTH / max(number, 1)
    parts = [
        f'<rect x="{place * step:.2f}" y="{_HEIGHT - height:.2f}" width="{step * 0.8:.2f}" '
        f'height="{height:.2f}" class="{_class(one)}">{_title(one)}</rect>'
        for place, one in enumerate(last[:number])
        for height in [max(1.0, _share(one.retained_size, most) * _HEIGHT)]
    ]
    what = f"retained by each of {found.of_processes:,} processes, at most {size_text(most)}"
    if (found.larger_outliers, found.larger_growing) == (found.outliers, found.growing):
        what += "; orange: the objects themselves are larger; a bar includes what they hold"
    return _picture(parts, what)


def lines(samples: Sequence[Sample]) -> str:
    """Return a line for each process with several dumps; empty if there is none."""
    series = [group for group in _by_process(samples) if len(group) > 1]
    if not series:
        return ""
    series.sort(key=lambda group: (not group[0].is_unusual, group[0].process))
    most = max(one.retained_size for group in series for one in group)
    longest = max(one.number for group in series for one in group)
    parts = [
        f'<polyline points="{_points(group, longest, most)}" class="{_class(group[0])}">'
        f"{_title(*group)}</polyline>"
        for group in reversed(series[:_MOST_LINES])
    ]
    what = f"retained at each dump of a process, from the first to dump {longest:,}"
    return _picture(parts, f"{what}, at most {size_text(most)}")


def _by_process(samples: Iterable[Sample]) -> list[list[Sample]]:
    return [list(group) for _, group in groupby(samples, key=lambda one: one.process)]


def _title(*group: Sample) -> str:
    """Return what the pointer shows for the dumps of a process: its last one, and sizes."""
    sizes = [size_text(one.retained_size) for one in group]
    what = f"{group[-1].name}: {' to '.join(dict.fromkeys((sizes[0], sizes[-1])))}"
    if len(group) > 1:
        what += f" in {counted(len(group), 'dump')}"
        if group[0].time and group[-1].time:
            what += f", {group[0].time} to {group[-1].time}"
    else:
        what += f", {counted(group[0].count, 'object')}"
    return f"<title>{escape(what)}</title>"


def _share(size: int, most: int) -> float:
    return size / most if most else 0.0


def _points(group: Sequence[Sample], longest: int, most: int) -> str:
    return " ".join(
        f"{(one.number - 1) / (longest - 1) * _WIDTH:.1f},"
        f"{_HEIGHT - 2 - _share(one.retained_size, most) * (_HEIGHT - 4):.1f}"
        for one in group
    )


def _class(one: Sample) -> str:
    return "unusual" if one.is_unusual else "usual"


def _picture(parts: Iterable[str], what: str) -> str:
    return (
        f'<figure><svg role="img" aria-label="{escape(what)}" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'width="{_WIDTH}" height="{_HEIGHT}"><line x1="0" x2="{_WIDTH}" y1="{_HEIGHT - 0.5}" '
        f'y2="{_HEIGHT - 0.5}"/>{"".join(parts)}</svg>'
        f"<figcaption>{escape(what)}</figcaption></figure>"
    )
