"""Dumps on a signal."""

import errno
import os
import re
import signal
import threading
import time

import pytest
from helpers.processes import run

import refcycle
from refcycle import signal_dumps

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGUSR2"), reason="no such signals")

PATIENCE = 100


class Kept:
    pass


@pytest.fixture(autouse=True)
def handler():
    """Calls of the previous handler."""
    calls = []

    def called(number, frame):
        calls.append((number, frame.f_code.co_name))

    before = signal.signal(signal.SIGUSR2, called)
    yield calls
    signal.signal(signal.SIGUSR2, before)


def send():
    signal.raise_signal(signal.SIGUSR2)


def finish(dumps):
    deadline = time.monotonic() + PATIENCE
    while dumps.is_dumping:
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("fork", [False, True])
def test_a_signal_writes_what_is_alive_and_calls_the_handler_before(tmp_path, handler, fork):
    kept = [Kept(), Kept()]
    with refcycle.dump_on_signal(signal.SIGUSR2, tmp_path, fork=fork) as dumps:
        assert os.listdir(tmp_path) == []
        send()
        finish(dumps)
        del kept[0]
        send()
        finish(dumps)
    names = sorted(os.listdir(tmp_path))
    own = f"{__name__}.Kept"  # other tests have a class Kept, too
    found = [[obj.type_name for obj in refcycle.load(tmp_path / name)] for name in names]
    assert [kinds.count(own) for kinds in found] == [2, 1]
    shape = rf"\d{{8}}T\d{{6}}\.\d{{3}}Z-{os.getpid()}(-2)?\.refcycle"
    assert all(re.fullmatch(shape, name) for name in names)
    assert handler == [(signal.SIGUSR2, "send")] * 2


def test_a_file_is_never_written_over(tmp_path, monkeypatch):
    from refcycle._dumps import new_files

    monkeypatch.setattr(time, "time_ns", lambda: 1_700_000_000_123_000_000)
    for _ in range(3):
        path = new_files.new_path(str(tmp_path))
        assert not os.path.exists(path)
        open(path, "x").close()
    start = f"20231114T221320.123Z-{os.getpid()}"
    assert sorted(os.listdir(tmp_path)) == sorted(
        [f"{start}.refcycle", f"{start}-2.refcycle", f"{start}-3.refcycle"]
    )


def test_the_handler_is_put_back_and_dumps_end(tmp_path, handler):
    before = signal.getsignal(signal.SIGUSR2)
    dumps = refcycle.dump_on_signal(signal.SIGUSR2, tmp_path)
    assert signal.getsignal(signal.SIGUSR2) != before
    dumps.close()
    dumps.close()
    assert signal.getsignal(signal.SIGUSR2) is before
    send()
    assert len(handler) == 1
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("disposition", [signal.SIG_IGN, signal.SIG_DFL])
def test_a_signal_that_nobody_handled(tmp_path, disposition):
    signal.signal(signal.SIGUSR2, disposition)
    with refcycle.dump_on_signal(signal.SIGUSR2, tmp_path):
        send()
    assert len(os.listdir(tmp_path)) == 1
    assert signal.getsignal(signal.SIGUSR2) is disposition


def test_a_handler_that_came_later_stays(tmp_path, handler):
    dumps = refcycle.dump_on_signal(signal.SIGUSR2, tmp_path)
    ours = signal.getsignal(signal.SIGUSR2)
    later = signal.signal(signal.SIGUSR2, lambda number, frame: ours(number, frame))
    later = signal.getsignal(signal.SIGUSR2)
    dumps.close()
    assert signal.getsignal(signal.SIGUSR2) is later
    send()
    assert os.listdir(tmp_path) == []
    assert len(handler) == 1


def test_a_signal_while_a_dump_is_going_on_starts_no_other(tmp_path, monkeypatch, handler):
    started = []

    def slow(path, **options):
        started.append(path)
        send()
        send()

    monkeypatch.setattr(signal_dumps, "dump", slow)
    with refcycle.dump_on_signal(signal.SIGUSR2, tmp_path) as dumps:
        send()
        assert len(started) == 1
        assert not dumps.is_dumping
        send()
    assert len(started) == 2
    assert len(handler) == 6


def test_a_signal_while_a_fork_dumps_starts_no_other(tmp_path, monkeypatch):
    from refcycle import dumping

    monkeypatch.setattr(dumping, "snapshot", lambda **options: time.sleep(PATIENCE))
    forks = []
    real = signal_dumps.dump_in_a_fork

    def forked(*arguments):
        forks.append(real(*arguments))
        return forks[-1]

    monkeypatch.setattr(signal_dumps, "dump_in_a_fork", forked)
    with refcycle.dump_on_signal(signal.SIGUSR2, tmp_path, fork=True) as dumps:
        send()
        send()
        assert len(forks) == 1
        assert dumps.is_dumping
        os.kill(forks[0].pid, signal.SIGKILL)
        finish(dumps)
        assert not dumps.is_dumping
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(28, "No space left on device"), "No space left on device"),
        (MemoryError(), "MemoryError"),
        (ValueError("a reason"), "a reason"),
    ],
)
def test_a_failure_is_a_line_on_the_standard_error(
    tmp_path, monkeypatch, capfd, handler, error, reason
):
    def failing(path, **options):
        raise error

    monkeypatch.setattr(signal_dumps, "dump", failing)
    with refcycle.dump_on_signal(signal.SIGUSR2, tmp_path) as dumps:
        send()
        assert not dumps.is_dumping
    assert capfd.readouterr().err == f"refcycle: no dump in {tmp_path}: {reason}\n"
    assert len(handler) == 1


def test_a_failure_of_a_fork_is_a_line_on_the_standard_error(tmp_path, capfd):
    directory = tmp_path / "gone"
    directory.mkdir()
    with refcycle.dump_on_signal(signal.SIGUSR2, directory, fork=True) as dumps:
        directory.rmdir()
        send()
        finish(dumps)
    expected = f"refcycle: no dump in {directory}: No such file or directory\n"
    assert capfd.readouterr().err == expected


def test_another_thread_cannot_set_it_or_close_it(tmp_path):
    errors = []

    def try_both():
        for action in (lambda: refcycle.dump_on_signal(signal.SIGUSR2, tmp_path), dumps.close):
            try:
                action()
            except ValueError as error:
                errors.append(str(error))

    with refcycle.dump_on_signal(signal.SIGUSR2, tmp_path) as dumps:
        thread = threading.Thread(target=try_both)
        thread.start()
        thread.join()
        send()
    what = "must be called in the main thread, which runs signal handlers"
    assert errors == [f"dump_on_signal {what}", f"close {what}"]
    assert len(os.listdir(tmp_path)) == 1


def test_what_it_does_not_take(tmp_path):
    before = signal.getsignal(signal.SIGUSR2)
    (tmp_path / "file").touch()
    with pytest.raises(FileNotFoundError):
        refcycle.dump_on_signal(signal.SIGUSR2, tmp_path / "none")
    with pytest.raises(NotADirectoryError):
        refcycle.dump_on_signal(signal.SIGUSR2, tmp_path / "file")
    with pytest.raises(ValueError, match="timeout is 0"):
        refcycle.dump_on_signal(signal.SIGUSR2, tmp_path, timeout=0)
    with pytest.raises(OSError) as raised:
        refcycle.dump_on_signal(9, tmp_path)
    assert raised.value.errno == errno.EINVAL
    assert raised.value.strerror == (
        "SIGKILL (9) cannot have a handler: use another signal, such as SIGUSR2"
    )
    for number in (0, -1, 4711):
        with pytest.raises(ValueError, match=f"signum is {number}: there is no such signal"):
            refcycle.dump_on_signal(number, tmp_path)
    assert signal.getsignal(signal.SIGUSR2) is before


def test_a_handler_of_c_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(signal, "getsignal", lambda number: None)  # so it shows one
    with pytest.raises(
        RuntimeError, match=r"SIGUSR2 \(\d+\) was not installed by Python and could"
    ):
        refcycle.dump_on_signal(signal.SIGUSR2, tmp_path)
    monkeypatch.undo()
    assert signal.getsignal(signal.SIGUSR2).__name__ == "called"


def test_a_server_is_asked_from_outside(tmp_path):
    told = run(
        f"""
        import os, signal, subprocess, sys, time, refcycle
        refcycle.dump_on_signal(signal.SIGUSR2, {str(tmp_path)!r}, fork=True)
        subprocess.run(["kill", "-USR2", str(os.getpid())], check=True)
        deadline = time.monotonic() + {PATIENCE}
        while not [name for name in os.listdir({str(tmp_path)!r}) if name[0] != "."]:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        print("goes on")
        """
    )
    assert told == "goes on\n"
    [name] = [name for name in os.listdir(tmp_path) if not name.startswith(".")]
    assert len(refcycle.load(tmp_path / name)) > 1000
