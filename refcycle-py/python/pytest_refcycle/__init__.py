"""The pytest plugin of refcycle: it reports tests that leave cyclic garbage or objects behind.

pytest loads this module wherever refcycle is installed. It is a package beside `refcycle`, so that
refcycle and its extension are imported only on request: by `--refcycle`, by the marker `refcycle`
or by the fixture `no_cycles`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["is_asked_for", "no_cycles"]

_NAME = "refcycle-checks"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the command line and of the ini file."""
    group = parser.getgroup("refcycle")
    group.addoption(
        "--refcycle",
        action="store_true",
        help="report tests that leave cyclic garbage or objects behind",
    )
    group.addoption(
        "--refcycle-fail",
        action="store_true",
        help="the same; also fail tests that leave cyclic garbage behind",
    )
    parser.addini(
        "refcycle_allow",
        "signatures of cycles and of chains to objects that tests may leave behind, one per line",
        type="linelist",
        default=[],
    )
    parser.addini(
        "refcycle_allow_file",
        "a file with such signatures, relative to the root; # starts a comment",
        default="",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker; start checking if the command line asks for it."""
    config.addinivalue_line(
        "markers",
        "refcycle(allow=(), check=True): the test fails if it leaves cyclic garbage behind, "
        "except for the allowed signatures; with check=False it is not checked",
    )
    if config.option.refcycle or config.option.refcycle_fail:
        _begin(config)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Start checking if a test asks for it. UsageError for a marker with wrong arguments."""
    for item in items:
        for marker in item.iter_markers("refcycle"):
            problem = _problem_of(marker)
            if problem:
                raise pytest.UsageError(f"{item.nodeid}: the marker refcycle {problem}")
    if not config.pluginmanager.has_plugin(_NAME) and any(map(is_asked_for, items)):
        _begin(config)


def _problem_of(marker: pytest.Mark) -> str:
    """Return what is wrong with the arguments of a marker; empty if nothing is."""
    if marker.args:
        return "has only keyword arguments: allow and check"
    for name in marker.kwargs:
        if name not in ("allow", "check"):
            return f"has no argument {name}: it has allow and check"
    allow = marker.kwargs.get("allow", ())
    is_list = isinstance(allow, list | tuple | set | frozenset)
    if isinstance(allow, str) or (is_list and all(isinstance(each, str) for each in allow)):
        return ""
    return f"has the argument allow={allow!r}: it must be a list of signatures, which are str"


def is_asked_for(item: pytest.Item) -> bool:
    """Return whether a test is checked, and may fail, whatever the command line says."""
    marker = item.get_closest_marker("refcycle")
    if marker is not None:
        return bool(marker.kwargs.get("check", True))
    return "no_cycles" in getattr(item, "fixturenames", ())


def _begin(config: pytest.Config) -> None:
    if pytest.version_tuple < (8,):
        raise pytest.UsageError(f"refcycle needs pytest 8 or later; this is {pytest.__version__}")
    # Here, because it imports refcycle.
    from pytest_refcycle.checks import Checks

    config.pluginmanager.register(Checks(config), _NAME)


@pytest.fixture
def no_cycles() -> Callable[..., Any]:
    """Fail the test if it leaves cyclic garbage behind.

    The value is `refcycle.assert_no_cycles`, for parts of the test.
    """
    import refcycle

    return refcycle.assert_no_cycles
