"""The findings of a session, by cycle and by test. No object is held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_refcycle.leftovers import Leftovers
    from refcycle._cycles.reports import CycleReport

_MOST_TESTS = 3


class Findings:
    """The cycles that tests leave behind, by signature, and other objects, by test."""

    def __init__(self) -> None:
        self._cycles: dict[str, CycleReport] = {}
        self._tests: dict[str, list[str]] = {}
        self._leftovers: dict[str, tuple[str, list[str]]] = {}
        self._checked = 0

    def add_cycles(self, test: str, reports: list[CycleReport]) -> None:
        """Add the cycles that a test leaves behind."""
        self._checked += 1
        for report in reports:
            self._add(report, [test])

    def add_leftovers(self, test: str, left: Leftovers) -> None:
        """Add the other objects that a test leaves behind, if there are any."""
        if left.names:
            self._leftovers[test] = (left.names, left.holders)

    def as_data(self) -> list[Any]:
        """Return everything as lists, dicts, strings and numbers, for `add_data`."""
        cycles = [[report.as_data(), self._tests[name]] for name, report in self._cycles.items()]
        return [cycles, self._leftovers, self._checked]

    def add_data(self, data: list[Any]) -> None:
        """Add the findings of another process."""
        from refcycle._cycles.reports import CycleReport

        cycles, leftovers, checked = data
        self._checked += checked
        for fields, tests in cycles:
            self._add(CycleReport(*fields), tests)
        self._leftovers.update(
            {test: (names, holders) for test, (names, holders) in leftovers.items()}
        )

    def lines(self) -> Iterator[str]:
        """Yield the lines of the report, the most frequent cycles first."""
        from refcycle._text.escapes import escaped
        from refcycle._text.numbers import counted

        for report in sorted(self._cycles.values(), key=lambda found: -found.times):
            yield from str(report).splitlines()
            tests = self._tests[report.signature]
            shown = ", ".join(sorted(tests)[:_MOST_TESTS])
            yield escaped(f"    in {shown}{_rest(len(tests))}")
        for test, (names, holders) in sorted(self._leftovers.items()):
            yield escaped(f"left behind by {test}: {names}")
            yield from (escaped(f"    held: {holder}") for holder in holders)
        careless = {test for tests in self._tests.values() for test in tests}
        cycles = f"{len(careless):,} with cycles left behind"
        objects = f"{len(self._leftovers):,} with objects left behind"
        yield f"{counted(self._checked, 'test')} checked: {cycles}, {objects}"

    def _add(self, report: CycleReport, tests: list[str]) -> None:
        known = self._cycles.setdefault(report.signature, report)
        if known is not report:
            known.times += report.times
        self._tests.setdefault(report.signature, []).extend(tests)


def _rest(count: int) -> str:
    more = count - _MOST_TESTS
    return "" if more <= 0 else f" and {more} more"
