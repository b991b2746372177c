"""Attaching by gdb: to Python 3.10 to 3.13, and into containers. See also `test_attach`."""

import contextlib
import errno
import os
import shutil
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest
from helpers.attached import BUSY, PATIENCE, by_gdb, end, instead, process

import refcycle
from refcycle import attachment
from refcycle._attach import elf, gdb, injection

FUTEX = "202"  # on x86-64
BEFORE_3_14 = sys.version_info < (3, 14)


@pytest.fixture
def folder(tmp_path):
    return tmp_path


UNTIL_STOPPED = """
    import os, sys, time
    class Kept: pass
    held = [Kept(), Kept()]
    {before}
    print("ready", flush=True)
    end = time.monotonic() + 100
    while not os.path.exists("stop") and time.monotonic() < end:
        {work}
    print("end")
"""
WORK = {
    "a loop that calls nothing": ("", "for _ in range(100_000): pass"),
    "allocations": ("", "made = [(i, str(i), [i]) for i in range(1000)]"),
    "a function of C": ("text = b'x' * 5_000_000; import hashlib", "hashlib.sha256(text)"),
    "copies": ("data = bytearray(20_000_000)", "copy = data[:]"),
    "sleep": ("", "time.sleep(0.05)"),
    "system calls": ("", "os.stat('.')"),
    "collections": ("import gc; many = [[i] for i in range(20_000)]", "gc.collect()"),
    "signals": (
        "import signal; signal.signal(signal.SIGALRM, lambda *_: None); "
        "signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001); "
        # The signal would end a process that no longer handles it.
        "import atexit; atexit.register(signal.setitimer, signal.ITIMER_REAL, 0)",
        "sum(range(1000))",
    ),
    "children": ("import subprocess", "subprocess.run([sys.executable, '-S', '-c', ''])"),
    "new threads": (
        "import threading",
        "thread = threading.Thread(target=int); thread.start(); thread.join()",
    ),
    "busy threads": (
        "import threading; exec('def run():\\n while True: [str(i) for i in range(1000)]'); "
        "[threading.Thread(target=run, daemon=True).start() for _ in range(2)]",
        "made = [str(i) for i in range(1000)]",
    ),
    "a queue": (
        "import queue, threading; items = queue.Queue(); "
        "exec('def run():\\n while True: items.put(0); time.sleep(0.01)'); "
        "threading.Thread(target=run, daemon=True).start()",
        "items.get()",
    ),
    "asyncio": ("import asyncio", "asyncio.run(asyncio.sleep(0.01))"),
}


@instead
@pytest.mark.parametrize("kind", WORK)
def test_a_process_that_works_continues(folder, kind):
    before, work = WORK[kind]
    path = folder / "heap.refcycle"
    with process(folder, UNTIL_STOPPED.format(before=before, work=work)) as running:
        for _ in range(2):
            refcycle.attach(running.pid, path, timeout=PATIENCE)
        assert end(running, folder) == "end\n"
    assert refcycle.load(path).count_by_typename()["Kept"] == 2


def until_it_waits(pid):
    """Wait until the main thread waits for its lock, which it does not get on its own."""
    end = time.monotonic() + PATIENCE
    seen = 0
    with contextlib.suppress(OSError):  # without this file, as before
        while seen < 5 and time.monotonic() < end:
            call = Path(f"/proc/{pid}/syscall").read_text().split()[0]
            seen = seen + 1 if call == FUTEX else 0
            time.sleep(0.01)


@instead
def test_requests_that_were_withdrawn_do_nothing(folder):
    with process(folder, BUSY, stdin=subprocess.PIPE) as running:
        until_it_waits(running.pid)
        for _ in range(3):
            with pytest.raises(TimeoutError, match="the request is withdrawn"):
                refcycle.attach(running.pid, folder / "none", timeout=0.01)
        assert os.listdir(folder) == []
        assert running.communicate("x", timeout=PATIENCE)[0] == "False\n"
        assert running.returncode == 0
    assert os.listdir(folder) == []


@by_gdb
def test_code_that_was_withdrawn_does_not_run(folder):
    with process(folder, BUSY, stdin=subprocess.PIPE) as running:
        until_it_waits(running.pid)
        injection.inject(running.pid, "print('first', flush=True)")
        injection.inject(running.pid, "print('second', flush=True)").withdraw()
        injection.inject(running.pid, "1 / 0")  # what it raises is lost
        injection.inject(running.pid, "print('last', flush=True)")
        said = running.communicate("x", timeout=PATIENCE)[0]
    assert said == "first\nlast\nFalse\n"
    assert running.returncode == 0


@by_gdb
def test_the_code_leaves_no_names(folder):
    code = """
        import time
        names = None
        names = set(globals())
        print("ready", flush=True)
        end = time.monotonic() + 100
        while time.monotonic() < end and set(globals()) - {"end"} == names:
            time.sleep(0.001)
        print(set(globals()) - names - {"end"})
    """
    with process(folder, code) as running:
        injection.inject(running.pid, "own = 5")
        injection.inject(running.pid, "import __main__; __main__.told = own = 5")
        assert running.communicate(timeout=PATIENCE)[0] == "{'told'}\n"


@instead
def test_a_full_queue(folder, monkeypatch):
    real = gdb.Gdb.call

    def call(self, address, returns, takes, arguments):
        return -1 if takes == "void*,void*" else real(self, address, returns, takes, arguments)

    monkeypatch.setattr(gdb.Gdb, "call", call)
    with process(folder) as running:
        with pytest.raises(RuntimeError, match="it has too many calls to do, and does none"):
            refcycle.attach(running.pid, folder / "none")
        assert end(running, folder) == "False True set()\n"
    assert os.listdir(folder) == ["stop"]


@instead
def test_this_process(folder):
    with pytest.raises(RuntimeError, match=r"it is this process: call refcycle\.dump"):
        refcycle.attach(os.getpid(), folder / "none")
    assert os.listdir(folder) == []


@instead
def test_a_thread(folder):
    code = """
        import threading, time
        threading.Thread(target=time.sleep, args=[100], daemon=True).start()
        print("ready", flush=True)
        time.sleep(100)
    """
    with process(folder, code) as running:
        [thread] = set(os.listdir(f"/proc/{running.pid}/task")) - {str(running.pid)}
        with pytest.raises(RuntimeError, match=f"is a thread of process {running.pid}: name"):
            refcycle.attach(int(thread), folder / "none")
    assert os.listdir(folder) == []


@instead
def test_a_stopped_process(folder):
    with process(folder) as running:
        running.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, running.pid, os.WSTOPPED | os.WNOWAIT)
        with pytest.raises(RuntimeError, match=f"is stopped: let it .* kill -CONT {running.pid}"):
            refcycle.attach(running.pid, folder / "none")
        running.send_signal(signal.SIGCONT)
        refcycle.attach(running.pid, folder / "server.refcycle")
    assert os.listdir(folder) == ["server.refcycle"]


@instead
def test_a_process_that_another_debugger_looks_at(folder):
    with process(folder) as running:
        with gdb.Gdb(shutil.which("gdb"), running.pid):
            with pytest.raises(RuntimeError, match=r"process \d+ is debugging it: end that first"):
                refcycle.attach(running.pid, folder / "none")
        refcycle.attach(running.pid, folder / "server.refcycle")
    assert os.listdir(folder) == ["server.refcycle"]


@instead
def test_a_program_that_is_no_python(folder):
    other = subprocess.Popen(["sleep", "100"])
    try:
        with pytest.raises(RuntimeError, match="does not run CPython, or its Python is stripped"):
            refcycle.attach(other.pid, folder / "none")
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()
    assert os.listdir(folder) == []


@instead
@pytest.mark.parametrize(
    ("version", "said"), [((3, 14), r"3\.14"), ((3, 9), r"3\.9"), (None, r"older than 3\.10")]
)
def test_another_version_of_python(folder, monkeypatch, version, said):
    monkeypatch.setattr(injection._Files, "_version", lambda self, mapped: version)
    with process(folder) as running:
        with pytest.raises(RuntimeError, match=rf"another version of Python than 3.*\({said}\)"):
            refcycle.attach(running.pid, folder / "none")
        assert running.poll() is None
    assert os.listdir(folder) == []


@by_gdb
def test_the_version_of_a_process(folder):
    with process(folder) as running:
        files = injection._Files(running.pid)
        assert files._version(files._python()) == sys.version_info[:2]


@instead
def test_no_gdb(folder, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with process(folder) as running:
        with pytest.raises(
            RuntimeError, match="needs gdb for Python 3.*: install the package gdb"
        ):
            refcycle.attach(running.pid, folder / "none")
    assert os.listdir(folder) == []


@pytest.mark.skipif(not BEFORE_3_14, reason="before Python 3.14")
def test_a_machine_that_is_not_supported(folder, monkeypatch):
    monkeypatch.setattr(attachment, "is_supported", lambda: False)
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    with pytest.raises(RuntimeError, match=rf"3\.14 or later.*, or Linux.* this is {here}: let"):
        refcycle.attach(os.getpid(), folder / "none")
    assert os.listdir(folder) == []


@pytest.mark.skipif(not BEFORE_3_14 or not injection.is_supported(), reason="without gdb")
@pytest.mark.parametrize(
    ("raised", "kind", "message"),
    [
        (gdb.GdbError("ptrace: Operation not permitted."), PermissionError, "no permission to"),
        (PermissionError(errno.EACCES, "Permission denied"), PermissionError, "no permission to"),
        (gdb.GdbError("gdb did not answer in time"), RuntimeError, "to: gdb did not answer in"),
        (injection.NotPossible("a reason"), RuntimeError, "cannot be attached to: a reason"),
    ],
)
def test_refusals(folder, monkeypatch, raised, kind, message):
    text = (type(raised), raised.args)

    def refuse(pid, source):
        raise text[0](*text[1])

    monkeypatch.setattr(attachment, "inject", refuse)
    with process(folder) as running:
        with pytest.raises(kind, match=message):
            refcycle.attach(running.pid, folder / "none")
    assert os.listdir(folder) == []


@instead
def test_a_process_that_ends_meanwhile(folder, monkeypatch):
    real = injection._reach_safe_point

    def end_first(gdb, functions, of_locks):
        real(gdb, functions, of_locks)
        running.kill()

    monkeypatch.setattr(injection, "_reach_safe_point", end_first)
    with process(folder) as running:
        with pytest.raises(ProcessLookupError, match="ended during the attach"):
            refcycle.attach(running.pid, folder / "none")
    assert os.listdir(folder) == []


@by_gdb
def test_an_interrupt_meanwhile_lets_the_process_continue(folder, monkeypatch):
    def interrupted(gdb, functions, of_locks):
        raise KeyboardInterrupt

    with process(folder) as running:
        with monkeypatch.context() as patched:
            patched.setattr(injection, "_reach_safe_point", interrupted)
            with pytest.raises(KeyboardInterrupt):
                injection.inject(running.pid, "pass")
        assert end(running, folder) == "False True set()\n"


@by_gdb
def test_a_call_that_does_not_return_is_undone(folder, monkeypatch):
    """In the process, it is as if there had been no call."""
    with process(folder, UNTIL_STOPPED.format(before="", work="time.sleep(0.01)")) as running:
        found = injection._Files(running.pid)
        [libc] = [path for path in found._mapped if injection._LIBC.match(os.path.basename(path))]
        mapped = found._open(libc)
        pause = mapped.move + mapped.elf.functions["pause"]
        with gdb.Gdb(shutil.which("gdb"), running.pid) as session:
            with monkeypatch.context() as patched:
                patched.setattr(gdb, "_PATIENCE", 1.0)
                with pytest.raises(gdb.GdbError, match="gdb did not answer in time"):
                    session.call(pause, "int", "void", "")
        assert end(running, folder) == "end\n"


@by_gdb
def test_a_gdb_that_ends(folder):
    with process(folder) as running:
        with pytest.raises(gdb.GdbError, match="gdb has ended"):
            gdb.Gdb(shutil.which("true"), running.pid)
        assert end(running, folder) == "False True set()\n"


class Steps:
    """A thread that runs through these instructions."""

    def __init__(self, *positions, system_calls=()):
        self.positions = list(positions)
        self.system_calls = system_calls
        self.alone = False

    def position(self):
        return self.positions[0]

    def read(self, address, size):
        return b"\x0f\x05" if address in self.system_calls else b"\0" * size

    def step(self):
        assert self.alone
        del self.positions[0]
        return self.positions[0]

    def run_alone(self, alone):
        self.alone = alone


@pytest.mark.parametrize(
    ("thread", "reached"),
    [
        (Steps(10, system_calls=[8]), 10),
        (Steps(10, 11, 12, system_calls=[11]), 11),
        (Steps(10, 11, 100, 12), 100),
        (Steps(10, 11, 12, 10), 10),
        # The lock may be taken and released in this loop.
        (Steps(10, 200, 11, 12, 10, 11, 12, 10, 13), 11),
    ],
)
def test_a_safe_point(thread, reached):
    injection._reach_safe_point(thread, {100}, {200})
    assert thread.position() == reached
    assert not thread.alone


def test_no_safe_point():
    thread = Steps(*range(1000, 10_000))
    with pytest.raises(injection.NotPossible, match="reached no point"):
        injection._reach_safe_point(thread, {100}, {200})
    assert not thread.alone


def header(bits=2, order=1, machine=62, sections=0):
    start = b"\x7fELF" + bytes([bits, order, 1]) + bytes(9)
    return struct.pack(
        "<16sHHIQQQIHHHHHH", start, 3, machine, 1, 0, 64, 1 << 62, 0, 64, 56, 1, 64, sections, 0
    ) + struct.pack("<IIQQQQQQ", 1, 5, 0, 0, 0, 4096, 4096, 4096)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "runs no ELF file"),
        (b"#!/bin/sh\n", "runs no ELF file"),
        (header(bits=1), "a 32-bit program"),
        (header(order=2), "another kind of machine"),
        (header(machine=183), "another kind of machine"),
        (header()[:70], "damaged"),
        (header()[:40], "damaged"),
        (header(sections=3), "damaged"),
    ],
)
def test_files_that_are_no_programs_for_this_machine(folder, content, message):
    (folder / "program").write_bytes(content)
    with pytest.raises(elf.NotElf, match=message):
        elf.read_elf(str(folder / "program"))


def test_a_program_without_symbols(folder):
    (folder / "program").write_bytes(header())
    found = elf.read_elf(str(folder / "program"))
    assert (found.symbols, found.functions, found.first) == ({}, {}, (0, 0))
    assert found.content(0, 4) == b"\x7fELF" and found.content(1 << 40, 4) == b""


@pytest.mark.skipif(not injection.is_supported(), reason="needs Linux on x86-64")
def test_damaged_programs(folder):
    """Each field of the start, with each of some values."""
    with open(os.path.realpath(sys.executable), "rb") as file:
        content = file.read(1 << 16)
    path = folder / "program"
    for place in range(0, 120, 2):
        for value in (b"\0\0", b"\xff\xff", b"\x01\0", b"\0\x80"):
            path.write_bytes(content[:place] + value + content[place + 2 :])
            try:
                elf.read_elf(str(path))
            except elf.NotElf:
                pass
