"""Checks tests: the part of the plugin that needs refcycle."""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import pytest

from pytest_refcycle import is_asked_for
from pytest_refcycle.findings import Findings
from pytest_refcycle.leftovers import Leftovers, leftovers_of
from pytest_refcycle.young import YoungObjects

if TYPE_CHECKING:
    from collections.abc import Generator

    from refcycle._cycles.reports import CycleReport

# The name under which a worker of pytest-xdist sends its findings at the end.
_OUTPUT = "refcycle"
# The time for finding what holds the objects that are left: at first these seconds, then this
# share of the time of the session.
_SECONDS = 10.0
_SHARE = 0.05


class Checks:
    """Examines what each test leaves behind. A plugin of one session."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._fails: bool = config.option.refcycle_fail
        self._reports: bool = config.option.refcycle or self._fails
        self._allowed = _allowed(config)
        self._young = YoungObjects()
        self._found = Findings()
        self._began = perf_counter()
        self._took = 0.0

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Look for garbage after the test itself, without its fixtures."""
        if not self._is_checked(item):
            return (yield)
        self._young.begin()
        try:
            result = yield
        except BaseException:
            # The traceback still holds objects, which is not the fault of the test.
            self._young.forget()
            raise
        reports = self._look(item)
        self._found.add_cycles(item.nodeid, reports)
        if reports and (self._fails or is_asked_for(item)):
            from refcycle._cycles.reports import failure_on

            pytest.fail(failure_on(reports), pytrace=False)
        return result

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Look for objects at the end, when fixtures have released theirs."""
        modules = len(sys.modules)
        result = yield
        if self._young.is_open:
            # An import creates objects of all kinds.
            if self._reports and len(sys.modules) == modules:
                self._found.add_leftovers(item.nodeid, self._leftovers(item))
            self._young.close()
        return result

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Return the set-aside objects to the collector; a worker sends its findings."""
        self._young.end()
        output = getattr(self._config, "workeroutput", None)
        if output is not None:
            output[_OUTPUT] = self._found.as_data()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Add the findings of a worker of pytest-xdist."""
        data = getattr(node, "workeroutput", {}).get(_OUTPUT)
        if data is not None:
            self._found.add_data(data)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the findings."""
        if self._reports:
            terminalreporter.write_sep("=", "refcycle")
            for line in self._found.lines():
                terminalreporter.write_line(line)

    def _is_checked(self, item: pytest.Item) -> bool:
        marker = item.get_closest_marker("refcycle")
        if marker is not None:
            return is_asked_for(item)
        return self._reports or is_asked_for(item)

    def _leftovers(self, item: pytest.Item) -> Leftovers:
        """Return what a test has left; who holds it, as long as that takes little time."""
        began = perf_counter()
        allowed = self._allowed_for(item)
        is_cheap = self._took <= _SECONDS + _SHARE * (began - self._began)
        left = leftovers_of(self._young.alive(), allowed, find_holders=is_cheap or bool(allowed))
        self._took += perf_counter() - began
        return left

    def _allowed_for(self, item: pytest.Item) -> frozenset[str]:
        """Return the signatures that a test may leave behind."""
        allowed = self._allowed
        for marker in item.iter_markers("refcycle"):
            allowed = allowed | _as_set(marker.kwargs.get("allow", ()))
        return allowed

    def _look(self, item: pytest.Item) -> list[CycleReport]:
        garbage = self._young.garbage()
        if not garbage:
            return []
        # Here, because most suites do not need them.
        from pytest_refcycle.known import is_of_the_test_itself
        from refcycle import ObjectGraph
        from refcycle._cycles.reports import report_on

        allowed = self._allowed_for(item)
        reports = report_on(ObjectGraph(garbage), allowed, is_of_the_test_itself)
        del garbage
        self._young.collect()
        return reports


def _as_set(signatures: Any) -> frozenset[str]:
    return frozenset((signatures,) if isinstance(signatures, str) else signatures)


def _allowed(config: pytest.Config) -> frozenset[str]:
    allowed = {line.strip() for line in config.getini("refcycle_allow")}
    name = config.getini("refcycle_allow_file")
    if name:
        path = Path(config.rootpath, name)
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise pytest.UsageError(
                f"refcycle_allow_file: {path} is not readable: {error}"
            ) from None
        lines = (line.strip() for line in text.splitlines())
        allowed.update(line for line in lines if line and not line.startswith("#"))
    return frozenset(allowed)
