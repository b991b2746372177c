"""A bug in compiled code is an ordinary exception."""

import sys

import pytest

import refcycle
from refcycle import _refcycle


def test_what_is_beyond_the_guard_is_caught_by_except_exception():
    """PyO3's own exception for a panic, when a field is converted."""
    names = [kind.__name__ for kind in RuntimeError.__subclasses__()]
    assert "PanicException" in names


@pytest.mark.skipif(not hasattr(_refcycle, "fail"), reason="in builds for the tests alone")
def test_a_panic_is_a_runtime_error_that_says_where(capfd):
    with pytest.raises(RuntimeError) as caught:
        _refcycle.fail("a bug")
    assert type(caught.value) is RuntimeError
    assert "a bug in refcycle" in str(caught.value)
    assert "border.rs" in str(caught.value)
    assert "a bug" in str(caught.value)
    # stderr belongs to the program.
    assert capfd.readouterr() == ("", "")
    assert len(refcycle.snapshot()) > 1000


@pytest.mark.skipif(not hasattr(_refcycle, "fail"), reason="in builds for the tests alone")
def test_a_finalizer_that_meets_one_is_reported(monkeypatch):
    told = []
    monkeypatch.setattr(sys, "unraisablehook", lambda unraisable: told.append(unraisable.exc_type))

    class Finalized:
        def __del__(self):
            _refcycle.fail("a bug")

    Finalized()
    assert told == [RuntimeError]


@pytest.mark.skipif(not hasattr(_refcycle, "fail"), reason="in builds for the tests alone")
class TestPause:
    """Violations of the contract of `paused` are reported, also around and in a nested pause."""

    @pytest.mark.parametrize("acts", ["", "n", "nn"])
    def test_a_pause_that_changes_nothing(self, acts):
        _refcycle.misuse_pause(acts)

    @pytest.mark.parametrize("acts", ["c", "cn", "nc", "i", "in"])
    def test_creation_of_objects(self, acts):
        with pytest.raises(RuntimeError, match="while the heap was paused: 2 calls"):
            _refcycle.misuse_pause(acts)
        _refcycle.misuse_pause("")

    @pytest.mark.parametrize("acts", ["a", "na"])
    def test_attaching(self, acts):
        with pytest.raises(RuntimeError, match="attached while the heap was paused"):
            _refcycle.misuse_pause(acts)
        _refcycle.misuse_pause("")
