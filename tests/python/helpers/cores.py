"""Programs that leave core files."""

import os
import platform
import shutil
import signal
import subprocess
import sys
import textwrap
import time

import pytest

PATIENCE = 100
# select, nanosleep, futex, clock_nanosleep, pselect6
_SLEEPS = {"23", "35", "202", "230", "270"}


def _why_not():
    """Why no core files can be made or restored here; empty if they can."""
    if not sys.platform.startswith("linux") or platform.machine() != "x86_64":
        return "core files are supported on Linux on x86-64"
    import resource

    with open("/proc/sys/kernel/core_pattern") as file:
        pattern = file.read().strip()
    if pattern[:1] == "|" or "/" in pattern:
        return "the kernel hands core files to a program or another folder"
    if resource.getrlimit(resource.RLIMIT_CORE)[1] != resource.RLIM_INFINITY:
        return "core files are limited"
    if not os.access("/proc/self/coredump_filter", os.W_OK):
        return "there is no /proc/PID/coredump_filter"
    # A process that may not be traced cannot be restored.
    import ctypes

    def trace_me():
        if ctypes.CDLL(None).ptrace(0, 0, None, None) != 0:
            os._exit(1)
        os._exit(0)

    if subprocess.run([sys.executable, "-c", ""], preexec_fn=trace_me, check=False).returncode:
        return "no process may be traced"
    return ""


WHY_NOT = _why_not()
needs_core_files = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "possible")
needs_gcore = pytest.mark.skipif(not shutil.which("gcore"), reason="gcore is not installed")

GRAPH = """
    import ctypes, os, sys, threading, time

    class Kept:
        pass

    class Holder:
        pass

    holder = Holder()
    holder.items = [Kept() for _ in range(3)]

    def work(job, started):
        started.set()
        time.sleep(1000)

    started = threading.Event()
    thread = threading.Thread(
        target=work, args=({"job": Kept()}, started), name="worker-7", daemon=True
    )
    thread.start()
    started.wait()

    def wait():
        inner = [Kept()]
        if len(sys.argv) > 1:
            import refcycle
            refcycle.dump(sys.argv[1])
        print("ready", flush=True)
        END

    wait()
"""
SLEEPS = "time.sleep(1000)"
RUNS = "while True: pass"
HOLDS_THE_GIL = "ctypes.PyDLL(None).sleep(1000)"
CRASHES = "ctypes.string_at(8)"


def start(folder, code, *arguments, python=None, filter="0x33"):
    """Start a program in a folder, which may leave a core file; wait until it says `ready`."""
    import resource

    def prepare():
        limit = resource.RLIM_INFINITY
        resource.setrlimit(resource.RLIMIT_CORE, (limit, limit))
        with open("/proc/self/coredump_filter", "w") as file:
            file.write(filter)

    command = python or [sys.executable, "-c", textwrap.dedent(code), *arguments]
    process = subprocess.Popen(
        command,
        cwd=folder,
        preexec_fn=prepare,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    if python is None:
        line = process.stdout.readline()
        assert line == "ready\n", line
    return process


def wait_until_it_sleeps(process, *, main=True):
    """Wait until each thread, or each but the main one, is in a call of the system that sleeps.

    A thread that wakes another hands the GIL to it later: for some time, none does anything.
    """
    quiet, end = 0, time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            calls = _calls(process.pid, main=main)
        except FileNotFoundError:  # a thread has just ended
            continue
        except OSError:  # the kernel does not say it
            return
        quiet = quiet + 1 if calls <= _SLEEPS else 0
        if quiet == 3:
            return
        time.sleep(0.01)
    raise AssertionError("it does not sleep")


def _calls(pid, *, main):
    """Return the numbers of the calls in which the threads are; "running" for those that run."""
    found = set()
    for thread in os.listdir(f"/proc/{pid}/task"):
        if main or int(thread) != pid:
            with open(f"/proc/{pid}/task/{thread}/syscall") as file:
                found.add(file.read().split()[0])
    return found


def core_of(folder, process, *, kill=True):
    """Return the path of the core file of a process that has ended, or is ended."""
    if kill:
        os.kill(process.pid, signal.SIGABRT)
    process.wait(PATIENCE)
    process.stdout.close()
    cores = [name for name in os.listdir(folder) if name.startswith("core")]
    if len(cores) != 1:
        pytest.skip("the kernel wrote no core file here")
    return os.path.join(folder, cores[0])


def core_by_gcore(folder, process):
    """Return a core file of a running process."""
    done = subprocess.run(
        ["gcore", "-o", os.path.join(folder, "copy"), str(process.pid)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    path = os.path.join(folder, f"copy.{process.pid}")
    if done.returncode or not os.path.exists(path):
        pytest.skip(f"gcore cannot write a core file here: {done.stderr[-200:]}")
    # gdb leaves out a stack that begins with guard pages of a new C library.
    lost = [line for line in (done.stdout + done.stderr).splitlines() if "read failed" in line]
    if any("0xffffffffff600000" not in line for line in lost):
        pytest.skip("gcore cannot read all of the memory here")
    return path


def python_program():
    """Return the path of the program that runs this Python."""
    return os.path.realpath(sys.executable)
