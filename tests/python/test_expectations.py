"""Objects that should be freed, and reports of those that are not."""

import gc
import logging
import os
import sys
import threading
import weakref

import pytest
from helpers.interpreters import KINDS
from helpers.processes import run

import refcycle
from refcycle import dumping, expectations
from refcycle.expectations import Expectations

SINGLE = f"{__name__}.Request"


class Request:
    pass


class Slotted:
    __slots__ = ("value",)


class Registry:
    """What holds requests, by name: a chain that no test shares."""

    def __init__(self):
        self.by_name = {}


REGISTRY = Registry()
HELD = f"module {__name__}.REGISTRY -> {__name__}.Registry.by_name -> dict[*] -> {SINGLE}"


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture(autouse=True)
def nothing_is_left():
    yield
    REGISTRY.by_name.clear()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def reports():
    return []


@pytest.fixture
def watch(clock, reports):
    return Expectations(report=reports.append, clock=clock)


def keep(name, watch, **options):
    """Expect a request to be freed, and hold it."""
    REGISTRY.by_name[name] = Request()
    watch.expect_freed(REGISTRY.by_name[name], **options)


def test_what_is_freed_in_time_is_not_reported(watch, clock, reports):
    request = Request()
    watch.expect_freed(request, within=30)
    assert watch.counts == (1, 0, 1, 0, 0, 0)
    del request
    assert watch.counts == (1, 1, 0, 0, 0, 0)
    clock.now += 31
    assert watch.check() == ()
    assert reports == []
    # Nothing was overdue, so the heap was not examined.
    assert watch.counts.checks == 0


def test_what_is_alive_is_reported_when_its_time_is_over_and_once(watch, clock, reports):
    keep("secret key", watch, within=30, note="request 17")
    clock.now += 29
    assert watch.check() == ()
    clock.now += 1
    [found] = watch.check()
    assert reports == [found]
    assert found[:2] == (SINGLE, HELD)
    assert (found.count, found.note, found.is_garbage, found.is_new) == (
        1,
        "request 17",
        False,
        True,
    )
    assert found.retained_size >= sys.getsizeof(REGISTRY.by_name["secret key"])
    assert watch.counts == (1, 0, 0, 1, 0, 1)
    clock.now += 1000
    assert watch.check() == ()
    REGISTRY.by_name.clear()
    # It was reported, so it does not count as freed.
    assert watch.counts == (1, 0, 0, 1, 0, 1)


def test_the_report_shows_the_chain_and_keys_only_on_request(clock):
    for redact in (True, False):
        watch = Expectations(report=lambda found: None, redact=redact, clock=clock)
        keep("secret key", watch, within=0, note="request 17")
        [found] = watch.check()
        title, *lines = found.to_text().split("\n")
        assert title.startswith(f"1 {SINGLE} object (request 17) not freed in time, ")
        assert title.endswith(f" retained: {HELD}")
        assert ("secret key" in found.to_text()) is not redact
        assert any(".by_name" in line for line in lines) or redact


def test_equal_chains_are_one_report_and_only_the_first_one_is_new(watch, clock, reports):
    for number in range(3):
        keep(number, watch, within=0, note=f"request {number}")
    watch.check()
    assert [(found.count, found.is_new) for found in reports] == [(3, True)]
    assert reports[0].note in ("request 0", "request 1", "request 2")
    keep(3, watch, within=0, note="request 3")
    watch.check()
    assert [(found.count, found.note, found.is_new) for found in reports[1:]] == [
        (1, "request 3", False)
    ]
    assert watch.counts == (4, 0, 0, 4, 0, 2)


@pytest.mark.usefixtures("clean_heap")
def test_garbage_is_told_apart(watch, reports):
    request = Request()
    request.itself = request
    watch.expect_freed(request, within=0, note="a cycle")
    del request
    [found] = watch.check()
    assert (found.count, found.note, found.is_garbage) == (1, "a cycle", True)
    assert found.signature.startswith("garbage cycle of ")
    assert "garbage that waits for the collector" in found.to_text()
    assert watch.counts == (1, 0, 0, 0, 1, 1)


def test_an_object_that_the_collector_does_not_track(watch):
    class Text(str):
        __slots__ = ("__weakref__",)

    keep("a", watch, within=0)
    code = compile("0", "<a test>", "eval")
    watch.expect_freed(code, within=0, note="code")
    assert not gc.is_tracked(code)
    found = {row.note: row for row in watch.check()}
    assert found[""].signature == HELD
    assert found["code"].count == 1
    assert watch.counts.not_freed == 2


def test_no_reference_is_kept_and_nothing_is_resurrected(watch, clock, reports):
    REGISTRY.by_name["a"] = Request()
    before = sys.getrefcount(REGISTRY.by_name["a"])
    watch.expect_freed(REGISTRY.by_name["a"], within=0)
    freed = weakref.ref(REGISTRY.by_name["a"])
    watch.check()
    after = sys.getrefcount(REGISTRY.by_name["a"])
    assert after == before
    REGISTRY.by_name.clear()
    assert freed() is None
    assert len(reports) == 1


def test_no_code_of_the_program_runs(watch):
    calls = []

    class Hostile:
        def _called(self, *arguments):
            calls.append(arguments)
            raise AssertionError

        __hash__ = __eq__ = __repr__ = __str__ = __bool__ = __len__ = _called
        __getattr__ = __iter__ = __call__ = _called

    objects = [Hostile(), Hostile(), Hostile()]
    for obj in objects[:2]:
        watch.expect_freed(obj, within=0)
    del obj
    watch.expect_freed(objects[2], within=30)
    [found] = watch.check()
    assert found.count == 2
    objects.clear()
    assert watch.counts.freed == 1
    assert calls == []


@pytest.mark.parametrize(
    ("obj", "text"),
    [
        (
            [],
            "an object of type list cannot have weak references, because list has no "
            "__weakref__: pass an object that refers to it",
        ),
        (
            Slotted(),
            f"an object of type {__name__}.Slotted cannot have weak references: add "
            f"'__weakref__' to the __slots__ of {__name__}.Slotted, or pass an object that "
            "refers to it",
        ),
    ],
    ids=["list", "slots"],
)
def test_objects_without_weak_references(watch, obj, text):
    with pytest.raises(TypeError) as raised:
        watch.expect_freed(obj)
    assert str(raised.value) == text
    assert watch.counts == (0, 0, 0, 0, 0, 0)


@pytest.mark.any_version
def test_wrong_arguments(watch, tmp_path):
    request = Request()
    for options, error, text in [
        ({"note": 17}, TypeError, "note must be a str, not int"),
        ({"within": "30"}, TypeError, "within must be a number, not str"),
        ({"within": -1}, ValueError, "within is -1: it must be 0 seconds or more"),
        ({"within": float("nan")}, ValueError, "within is nan: it must be 0 seconds or more"),
    ]:
        with pytest.raises(error) as raised:
            watch.expect_freed(request, **options)
        assert str(raised.value) == text
    assert watch.counts.expected == 0
    for options, error in [
        ({"report": 17}, TypeError),
        ({"pause": -1}, ValueError),
        ({"most_dumps": 0}, ValueError),
        ({"redact": "no"}, TypeError),
        ({"dump_to": tmp_path / "none"}, FileNotFoundError),
    ]:
        with pytest.raises(error):
            watch.configure(**options)


@pytest.mark.any_version
def test_without_a_function_new_signatures_are_logged(clock, caplog):
    watch = Expectations(clock=clock)
    with caplog.at_level(logging.WARNING, "refcycle"):
        keep("a", watch, within=0, note="request 1")
        watch.check()
        keep("b", watch, within=0, note="request 2")
        watch.check()
    [record] = caplog.records
    assert record.levelname == "WARNING" and record.name == "refcycle"
    assert "(request 1) not freed in time" in record.getMessage()


@pytest.mark.any_version
def test_a_report_that_fails_is_a_line_on_stderr(clock, capfd):
    def report(found):
        raise ZeroDivisionError("a mistake")

    watch = Expectations(report=report, clock=clock)
    keep("a", watch, within=0)
    assert len(watch.check()) == 1
    expected = "refcycle: the report of expect_freed failed with ZeroDivisionError: a mistake\n"
    assert capfd.readouterr().err == expected


@pytest.mark.any_version
def test_a_new_signature_causes_a_dump_and_the_number_is_limited(clock, tmp_path, monkeypatch):
    options = []

    def dump(path, **given):
        options.append(given)
        open(path, "w").close()

    monkeypatch.setattr(dumping, "dump_new", dump)
    watch = Expectations(report=lambda found: None, dump_to=tmp_path, most_dumps=2, clock=clock)

    def dumps_after_a_leak_in(name):
        vars(REGISTRY)[name] = [Request()]
        watch.expect_freed(vars(REGISTRY)[name][0], within=0)
        watch.check()
        clock.now += 3600
        return len(os.listdir(tmp_path))

    try:
        assert dumps_after_a_leak_in("first") == 1
        # The same signature again.
        assert dumps_after_a_leak_in("first") == 1
        del REGISTRY.first
        assert dumps_after_a_leak_in("second") == 2
        assert dumps_after_a_leak_in("third") == 2
    finally:
        for name in {"first", "second", "third"} & vars(REGISTRY).keys():
            delattr(REGISTRY, name)
    assert options == [{"redact": True, "untracked": True}] * 2


@pytest.mark.any_version
def test_the_thread_sleeps_until_something_is_due(watch, clock):
    assert watch._work() == float("inf")
    keep("a", watch, within=30)
    keep("b", watch, within=7)
    assert watch._work() == 7
    clock.now += 7
    # After a check, there is a pause.
    assert watch._work() == 60
    assert watch.counts == (2, 0, 1, 1, 0, 1)
    clock.now += 30
    assert watch._work() == 30
    assert watch.counts.checks == 1
    clock.now += 30
    # What is expected from now on may be due after the shortest time, but not before the pause.
    assert watch._work() == 60
    assert watch.counts == (2, 0, 0, 2, 0, 2)


@pytest.mark.any_version
def test_what_was_alive_at_the_end_does_not_count_as_freed(watch):
    keep("a", watch)
    keep("b", watch)
    freed = Request()
    watch.expect_freed(freed)
    del freed
    watch.close()
    assert watch.counts == (3, 1, 0, 0, 0, 0)
    REGISTRY.by_name.clear()
    assert watch.counts == (3, 1, 0, 0, 0, 0)
    request = Request()
    watch.expect_freed(request)
    del request
    assert watch.counts == (4, 2, 0, 0, 0, 0)


@pytest.mark.any_version
def test_the_signatures_that_are_remembered_are_bounded(watch, monkeypatch):
    monkeypatch.setattr(expectations, "_MOST_SIGNATURES", 1)
    code = compile("0", "<a test>", "eval")
    keep("a", watch, within=0)
    watch.check()
    watch.expect_freed(code, within=0)
    [found] = watch.check()
    assert not found.is_new and found.signature != HELD
    assert watch._seen == {HELD}


@pytest.mark.any_version
def test_slow_checks_are_rare(clock):
    def report(found):
        pass

    class Slow(Expectations):
        def _examined(self, due):
            clock.now += 2
            return ()

    watch = Slow(report=report, clock=clock, pause=0)
    keep("a", watch, within=0)
    watch.check()
    # At most 1 % of the time.
    assert watch._not_before == pytest.approx(102 + 2 * 99)


def test_a_check_that_fails_forgets_nothing(clock, reports, monkeypatch, capfd):
    def fail(**options):
        raise MemoryError

    watch = Expectations(report=reports.append, clock=clock)
    keep("a", watch, within=0)
    keep("b", watch, within=0)
    with monkeypatch.context() as failing:
        failing.setattr(expectations, "snapshot", fail)
        with pytest.raises(MemoryError):
            watch.check()
        # The thread goes on after a pause.
        assert watch._work() == 60
    assert "refcycle: expect_freed could not check: MemoryError" in capfd.readouterr().err
    assert watch.counts == (2, 0, 2, 0, 0, 2)
    del REGISTRY.by_name["b"]
    assert [found.count for found in watch.check()] == [1]
    assert watch.counts == (2, 1, 0, 1, 0, 3)


def test_a_check_within_a_check_does_nothing(clock, reports):
    class Nested(Expectations):
        def _examined(self, due):
            assert self.check() == ()
            assert self.counts.waiting == 1
            return super()._examined(due)

    watch = Nested(report=reports.append, clock=clock)
    keep("a", watch, within=0)
    assert len(watch.check()) == 1
    assert watch.counts == (1, 0, 0, 1, 0, 1)


def test_a_thread_reports_without_a_call(clock):
    found = []
    done = threading.Event()

    def report(row):
        found.append(row)
        done.set()

    watch = Expectations(report=report, thread=True, pause=0, clock=clock)
    keep("a", watch, within=30, note="request 17")
    clock.now += 30
    watch._background.wake()
    assert done.wait(100)
    watch.close()
    assert [(row.note, row.signature) for row in found] == [("request 17", HELD)]
    assert not [each for each in threading.enumerate() if each.name == "refcycle expect_freed"]
    assert watch.counts.waiting == 0


def test_the_exit_waits_for_nothing_that_is_not_due():
    text = run(
        """
import refcycle
class Request:
    pass
kept = Request()
refcycle.expect_freed(kept, within=30)
print(refcycle.expectations.default.counts.waiting)
"""
    )
    assert text == "1\n"


@pytest.mark.skipif(sys.version_info < (3, 12), reason="only the main interpreter is served")
@pytest.mark.parametrize("kind", KINDS)
def test_in_another_interpreter(kind):
    text = run(
        f"""
import sys
sys.path.insert(0, {os.path.dirname(__file__)!r})
from helpers.interpreters import run_in_new
run_in_new({kind!r}, '''
import refcycle.expectations
class Request:
    pass
kept = [Request()]
refcycle.expect_freed(kept[0], within=1000)
own = refcycle.expectations.Expectations(report=lambda row: print(row.note, row.count))
own.expect_freed(kept[0], within=0, note="request 17")
own.check()
print("running" if refcycle.expectations.default._background.is_running else "no thread")
''')
print("ended")
""",
        stderr=True,
    )
    report, state, end = [line for line in text.split("\n") if line and "refcycle:" not in line]
    assert (report, end) == ("request 17 1", "ended")
    # A thread that cannot be started is no secret.
    said = "refcycle: expect_freed cannot start a thread here, so nothing is checked: call "
    assert (state == "no thread") is (said in text) is (kind == "isolated")


def test_the_default_counts(caplog):
    before = expectations.default.counts
    request = Request()
    refcycle.expect_freed(request, note="request 17")
    assert expectations.default.counts.expected == before.expected + 1
    del request
    after = expectations.default.counts
    assert (after.freed, after.waiting) == (before.freed + 1, before.waiting)
