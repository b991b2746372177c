"""Reports on the cycles in a graph of garbage, for tests that should leave none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from refcycle._cycles.replaced_classes import are_all_replaced
from refcycle._objects.allocations import is_tracing
from refcycle._objects.types import Types
from refcycle._text.escapes import escaped
from refcycle._text.numbers import counted

if TYPE_CHECKING:
    from refcycle._refcycle import ObjectGraph
    from refcycle.cycles import Cycle

__all__ = ["CycleReport", "CycleReports", "count_of", "failure_on", "report_on", "text_of"]

# A loop can leave a hundred thousand cycles behind.
_MOST_LOOKED_AT = 1000
_MOST_SHOWN = 5
# Cuts take time in proportion to the component.
_MOST_CUT = 50_000
_MOST_TRACED = 100


class CycleReport:
    """The cycles with one signature. It holds texts and numbers, and no object."""

    __slots__ = ("advice", "allocated", "objects", "signature", "times")

    signature: str
    """See `Cycle.signature`."""
    objects: int
    """The number of objects of the component; of several components, the first one."""
    advice: str
    """What to cut; empty for a component that is too large to find it quickly."""
    allocated: str
    """Where an object of it was allocated; empty unless `tracemalloc` traced it."""
    times: int
    """The number of such cycles."""

    def __init__(
        self, signature: str, objects: int, advice: str, allocated: str, times: int = 1
    ) -> None:
        self.signature = signature
        self.objects = objects
        self.advice = advice
        self.allocated = allocated
        self.times = times

    def as_data(self) -> tuple[str, int, str, str, int]:
        """Return the arguments that make an equal report."""
        return self.signature, self.objects, self.advice, self.allocated, self.times

    def __str__(self) -> str:
        times = "" if self.times == 1 else f", {self.times:,} times"
        lines = [f"{escaped(self.signature)}   ({counted(self.objects, 'object')}{times})"]
        if self.advice:
            lines.append(f"    to cut it: {escaped(self.advice)}")
        if self.allocated:
            lines.append(f"    allocated at {escaped(self.allocated)}")
        return "\n".join(lines)


class CycleReports(list[CycleReport]):
    """Reports on the cycles of a graph, a list."""

    __slots__ = ("unexamined",)

    def __init__(self, reports: Iterable[CycleReport] = (), unexamined: int = 0) -> None:
        super().__init__(reports)
        self.unexamined = unexamined
        """The number of cycles that nothing is known about: there were too many."""


def report_on(
    graph: ObjectGraph,
    allowed: Collection[str] = (),
    is_allowed: Callable[[Cycle], bool] | None = None,
) -> CycleReports:
    """Return reports on the cycles of a graph, except for those that are allowed.

    A cycle is allowed by its signature or by `is_allowed`. Classes that an import has replaced
    are no news. At most 1000 cycles are examined, unless all of them are allowed.
    """
    found: dict[str, CycleReport] = {}
    types = Types(graph)
    unexamined = 0
    cycles = graph.cycles(classes=True)
    for place, cycle in enumerate(cycles):
        if place >= _MOST_LOOKED_AT and found:
            unexamined = len(cycles) - place
            break
        signature = cycle.signature
        if signature in allowed:
            continue
        if is_allowed is not None and is_allowed(cycle):
            continue
        if are_all_replaced(cycle.graph, types):
            continue
        if signature in found:
            found[signature].times += 1
        else:
            found[signature] = _report(cycle)
    return CycleReports(found.values(), unexamined)


def _report(cycle: Cycle) -> CycleReport:
    advice = str(cycle.cut()) if len(cycle) <= _MOST_CUT else ""
    return CycleReport(cycle.signature, len(cycle), advice, _allocation(cycle))


def _allocation(cycle: Cycle) -> str:
    if not is_tracing():
        return ""
    # Imported here because it imports many modules.
    import tracemalloc

    # Up to 3.11 tracemalloc does not know where instances of classes are.
    for obj in (*cycle.objects, *islice(cycle.graph, _MOST_TRACED)):
        traceback = tracemalloc.get_object_traceback(obj)
        if traceback is not None:
            # The most recent call comes last.
            return f"{traceback[-1].filename}:{traceback[-1].lineno}"
    return ""


def text_of(reports: Sequence[CycleReport]) -> str:
    """Return the reports as text: the five most frequent ones."""
    return "\n".join(f"  {line}" for line in _lines_of(reports))


def failure_on(reports: Sequence[CycleReport]) -> str:
    """Return the message for a test that left these cycles behind; empty if there are none.

    The first line names the signature of the most frequent one: a test runner may show no more.
    """
    return f"garbage left behind: {chr(10).join(_lines_of(reports))}" if reports else ""


def _lines_of(reports: Sequence[CycleReport]) -> Iterator[str]:
    ordered = sorted(reports, key=lambda report: -report.times)
    for report in ordered[:_MOST_SHOWN]:
        yield from str(report).splitlines()
    if len(ordered) > _MOST_SHOWN:
        yield f"and {counted(len(ordered) - _MOST_SHOWN, 'other kind')} of cycle"


def count_of(reports: Sequence[CycleReport]) -> str:
    """Return the number of cycles, in words.

    >>> count_of(CycleReports([CycleReport("list[*] -> list", 1, "", "", 1000)], 4000))
    '1,000 cycles (and 4,000 more that were not examined)'
    """
    count = counted(sum(report.times for report in reports), "cycle")
    rest = reports.unexamined if isinstance(reports, CycleReports) else 0
    return f"{count} (and {rest:,} more that were not examined)" if rest else count
