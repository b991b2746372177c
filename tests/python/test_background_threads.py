"""The thread of `expect_freed`: exceptions, signals, first calls at once, and forks."""

import os
import threading
import time

import pytest
from helpers.processes import run, run_json

from refcycle import _background
from refcycle.expectations import Expectations


class Request:
    pass


def wait_until(condition):
    end = time.monotonic() + 100
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)


@pytest.mark.any_version
@pytest.mark.parametrize("place", ["report", "clock"])
def test_the_thread_survives_any_exception(capfd, monkeypatch, place):
    monkeypatch.setattr(_background, "_PAUSE", 0.001)
    found = []
    errors = [SystemExit("a mistake")]

    def fail():
        if errors and threading.current_thread() is not threading.main_thread():
            raise errors.pop()

    def report(row):
        found.append(row.note)
        if place == "report":
            fail()

    def now():
        if place == "clock" and found:
            fail()
        return 100.0

    watch = Expectations(report=report, thread=True, pause=0, clock=now)
    kept = [Request(), Request()]
    watch.expect_freed(kept[0], within=0, note="request 1")
    wait_until(lambda: not errors)
    watch.expect_freed(kept[1], within=0, note="request 2")
    watch._background.wake()
    wait_until(lambda: len(found) == 2)
    watch.close()
    assert found == ["request 1", "request 2"]
    assert capfd.readouterr().err == (
        "refcycle: the thread `refcycle expect_freed` tries again in 0 s after a SystemExit\n"
    )


@pytest.mark.any_version
@pytest.mark.parametrize("method", ["set", "clear", "wait"])
def test_a_wake_within_each_step_of_the_signal_ends_the_wait(method):
    call = {"set": "signal.set()", "clear": "signal.clear()", "wait": "signal.wait(0)"}[method]
    # A finalizer or a signal handler can run between any two lines or instructions.
    text = run(
        f"""
import faulthandler, sys
faulthandler.dump_traceback_later(100, exit=True)
from refcycle._background import Signal

def trace(frame, event, argument):
    frame.f_trace_opcodes = True
    if event in ("opcode", "line"):
        calls.append(event)
        sys.settrace(None)
        signal.set()
        sys.settrace(trace)
    return trace

for is_set in (False, True):
    signal, calls = Signal(), []
    if is_set:
        signal.set()
    sys.settrace(trace)
    {call}
    sys.settrace(None)
    assert calls
    signal.set()
    signal.wait(1000)
    signal.clear()
    assert not signal._is_clear.acquire(blocking=False)
print("done")
"""
    )
    assert text == "done\n"


@pytest.mark.any_version
def test_two_first_calls_at_once_leave_one_thread(monkeypatch):
    done = threading.Event()

    def work():
        done.set()
        return 1000.0

    class Running(set):
        def add(self, background):
            # Meanwhile, another call starts a thread.
            if background not in self:
                super().add(background)
                assert background.start()

    monkeypatch.setattr(_background, "_running", Running())
    background = _background.Background("refcycle a test", work)
    assert background.start()
    assert background.is_running and done.wait(100)
    wait_until(lambda: [each.name for each in threading.enumerate()].count("refcycle a test") == 1)
    background.stop()
    assert "refcycle a test" not in [each.name for each in threading.enumerate()]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.any_version
def test_a_fork_starts_anew_without_a_thread():
    text = run(
        """
import faulthandler, os, threading
faulthandler.dump_traceback_later(100, exit=True)
from refcycle.expectations import Expectations

class Request:
    pass

kept = [Request(), Request()]
own = Expectations(report=lambda row: print(row.note))
own.expect_freed(kept[0], within=0, note="in the parent")
held, done = threading.Event(), threading.Event()

def hold():
    with own._check_lock, own._counted:
        held.set()
        done.wait()

thread = threading.Thread(target=hold)
thread.start()
held.wait()
pid = os.fork()
if pid == 0:
    print(list(own.counts), flush=True)
    own.expect_freed(kept[1], within=0, note="in the child")
    own.check()
    print(list(own.counts), flush=True)
    os._exit(0)
assert os.waitpid(pid, 0)[1] == 0
done.set()
thread.join()
print(list(own.counts))
"""
    )
    assert text == ("[0, 0, 0, 0, 0, 0]\nin the child\n[1, 0, 0, 1, 0, 1]\n[1, 0, 1, 0, 0, 0]\n")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_fork_starts_anew_and_can_check():
    told = run_json(
        """
import json, os, threading
import refcycle.expectations
from refcycle import expect_freed

class Request:
    pass

kept = [Request(), Request()]
expect_freed(kept[0])
reading, writing = os.pipe()
pid = os.fork()
if pid == 0:
    status = 1
    try:
        done, found = threading.Event(), []
        refcycle.expectations.configure(
            report=lambda row: (found.append(row.note), done.set()), pause=0
        )
        before = refcycle.expectations.default.counts
        expect_freed(kept[1], within=0.01, note="in the child")
        done.wait(100)
        after = refcycle.expectations.default.counts
        os.write(writing, json.dumps([before, found, after]).encode())
        status = 0
    finally:
        os._exit(status)
os.waitpid(pid, 0)
print(json.dumps([json.loads(os.read(reading, 10000)), refcycle.expectations.default.counts]))
"""
    )
    [before, found, after], parent = told
    assert before == [0, 0, 0, 0, 0, 0]
    assert found == ["in the child"]
    assert after == [1, 0, 0, 1, 0, 1]
    assert parent == [1, 0, 1, 0, 0, 0]
