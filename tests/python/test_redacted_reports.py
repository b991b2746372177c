"""What reports of `expect_freed` hide: the texts that redacted files hide."""

import contextvars
import sys
import types

import pytest

from refcycle._why.redaction import redacted_signature
from refcycle.expectations import Expectations

SINGLE = f"{__name__}.Request"


class Request:
    def method(self):
        pass


class Holder:
    pass


HELD = Holder()
START = f"module {__name__}.HELD -> {__name__}.Holder"


@pytest.fixture(autouse=True)
def nothing_is_left():
    yield
    vars(HELD).clear()


def report(path, redact):
    """Return the report on the object to which a function leads, and its text.

    No variable of this test holds it.
    """
    watch = Expectations(report=lambda found: None, redact=redact)
    watch.expect_freed(path(), within=0)
    [found] = watch.check()
    return found, found.to_text()


def test_types_that_are_no_names():
    HELD.requests = [type("4111 1111", (), {"__module__": __name__})()]
    for redact in (False, True):
        found, text = report(lambda: HELD.requests[0], redact)
        assert ("4111 1111" in text) is not redact
    assert (found.type_name, found.signature) == (
        "(type)",
        f"{START}.requests -> list[*] -> (type)",
    )


def test_modules_that_are_no_names(monkeypatch):
    monkeypatch.setitem(sys.modules, "pass word", types.ModuleType("pass word"))
    sys.modules["pass word"].request = Request()
    for redact in (False, True):
        found, text = report(lambda: sys.modules["pass word"].request, redact)
        assert ("pass word" in text) is not redact
    assert found.signature == f"? -> {SINGLE}"


@pytest.mark.parametrize("name", ["pass word", "ann@example.com", "db.internal", "x -> y.z"])
def test_attributes_that_are_no_names(name):
    setattr(HELD, name, [Request()])
    for redact in (False, True):
        found, text = report(lambda: getattr(HELD, name)[0], redact)
        assert (name in text) is not redact
    # Where a dict has it, signatures mask it as any key.
    assert found.signature in [
        f"{START}{reference} -> list[*] -> {SINGLE}" for reference in (".?", ".__dict__[*]")
    ]


def test_a_fix_that_shows_a_string_is_left_out():
    variable = contextvars.ContextVar("topsecret")
    HELD.contexts = [contextvars.Context()]
    HELD.contexts[0].run(lambda: variable.set(Request()))
    for redact in (False, True):
        found, text = report(lambda: HELD.contexts[0][variable], redact)
        assert ("the context variable `topsecret`" in text) is not redact
    assert found.chain == ""


def test_other_fixes_are_shown():
    HELD.callbacks = [Request().method]
    found, _ = report(lambda: HELD.callbacks[0].__self__, True)
    assert found.chain.startswith("bound method: method Request.method at ")


@pytest.mark.usefixtures("clean_heap")
@pytest.mark.parametrize("name", ["itself", "pass word"])
def test_a_fix_of_a_cycle_shows_names_only(name):
    def cycle():
        request = Request()
        setattr(request, name, request)
        return request

    found, text = report(cycle, True)
    assert found.is_garbage and "pass word" not in text
    assert (f"`Request.{name}`" in found.chain) is (name == "itself")


@pytest.mark.any_version
@pytest.mark.parametrize(
    "signature",
    [
        "module app.by_name -> app.Registry.page[*] -> ... -> app.Request",
        "garbage cycle of app.Child, app.Page[int, str], ...: app.Child.parent -> (type)",
        "thread: frame run local 'job' -> generator <genexpr> local '.0' -> list",
        "handler of signal *: method app.Pool.stop.__self__ -> app.Pool",
        "functions of os.register_at_fork (after_in_child): list[*] -> function <lambda>",
        "C code: app.make.<locals>.Form.__dict__ key -> method-wrapper",
        "sys.modules: dict[*] -> module xml.etree state of 'xml' -> weak reference",
        "frame ? local -> coroutine serve stack[*] -> class Page[int].(attribute)[*] -> set",
        "set element -> dict key -> int",
    ],
)
def test_names_in_signatures_are_shown(signature):
    assert redacted_signature(signature, None) == signature


@pytest.mark.any_version
@pytest.mark.parametrize(
    "part",
    [
        "app.Pool.pass word",
        "app.Pool.a: secret",
        "app.Pool.4111",
        "app.Pool.(secret)",
        "app.Pool.a[secret word]",
        "module pass word.a",
        "frame 4111 1111 local 'a'",
        "frame run local 'pass word'",
    ],
)
def test_parts_of_signatures_that_are_no_names_are_hidden(part):
    assert redacted_signature(f"list[*] -> {part} -> int", None) == "list[*] -> ? -> int"


@pytest.mark.any_version
@pytest.mark.parametrize(
    "part", ["sys.modules['secret']: dict[*]", "__subclasses__ of pass word: dict[*]"]
)
def test_holders_that_are_no_names_are_hidden(part):
    assert redacted_signature(f"{part} -> int", None) == "? -> int"
