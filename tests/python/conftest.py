"""Every test starts and ends with the collector in the state of a fresh interpreter."""

import faulthandler
import gc
import os

import pytest

import refcycle

HANG_LIMIT = 300

# readline sets it for the processes that tests start: their lines would be broken.
os.environ["COLUMNS"] = ""


def pytest_configure(config):
    for marker in (
        "large_imports: imports other people's large packages",
        "any_version: takes long, and does not depend on the version",
    ):
        config.addinivalue_line("markers", marker)


def pytest_collection_modifyitems(items):
    # Imported modules remain, and make each later look at the heap slower.
    items.sort(key=lambda item: item.get_closest_marker("large_imports") is not None)


@pytest.fixture(autouse=True)
def hang_limit():
    faulthandler.dump_traceback_later(HANG_LIMIT, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


@pytest.fixture(autouse=True)
def collector_as_it_was():
    thresholds = gc.get_threshold()
    yield
    gc.set_debug(0)
    gc.set_threshold(*thresholds)
    gc.garbage.clear()
    gc.enable()


@pytest.fixture
def clean_heap():
    """No garbage, and collections only on request."""
    yield
    gc.enable()


@pytest.hookimpl(hookwrapper=True)
def pytest_pyfunc_call(pyfuncitem):
    if "clean_heap" in pyfuncitem.fixturenames:
        refcycle.snapshot()  # the first one imports what later calls need
        gc.collect()
        if "some_state" not in pyfuncitem.fixturenames:
            gc.disable()
    yield


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """Writes dumps as if they came from several processes of one application."""
    from helpers.fleets import Fleet  # later: most tests need none of it

    return Fleet(tmp_path, monkeypatch)


@pytest.fixture
def in_tmp_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def collector_is_left_alone():
    """The settings of the collector are as they were."""
    gc.disable()
    gc.set_threshold(601, 9, 8)
    before = gc.isenabled(), gc.get_debug(), gc.get_threshold(), len(gc.garbage)
    yield
    assert (gc.isenabled(), gc.get_debug(), gc.get_threshold(), len(gc.garbage)) == before
