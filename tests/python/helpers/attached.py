"""Programs to attach to."""

import contextlib
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from refcycle._attach.gdb import Gdb, GdbError
from refcycle._attach.injection import is_supported

PATIENCE = 100
HAS_REMOTE_EXEC = sys.version_info >= (3, 14)


def _why_not_by_gdb():
    """Why gdb cannot attach to processes here; None if it can."""
    if not is_supported():
        return "gdb is used on Linux on x86-64 only"
    program = shutil.which("gdb")
    if program is None:
        return "gdb is not installed"
    other = subprocess.Popen(["sleep", "100"])
    try:
        with Gdb(program, other.pid) as gdb:
            gdb.position()
    except GdbError as error:
        return f"gdb cannot attach here: {error}"
    finally:
        other.kill()
        other.wait()
    return None


WHY_NOT_BY_GDB = _why_not_by_gdb()

remote_exec = pytest.mark.skipif(not HAS_REMOTE_EXEC, reason="comes with Python 3.14")
by_gdb = pytest.mark.skipif(WHY_NOT_BY_GDB is not None, reason=WHY_NOT_BY_GDB or "it can")
attaches = pytest.mark.skipif(
    not HAS_REMOTE_EXEC and WHY_NOT_BY_GDB is not None,
    reason=f"{WHY_NOT_BY_GDB}, and this Python is older than 3.14",
)
# What gdb does for Python up to 3.13.
instead = pytest.mark.skipif(
    HAS_REMOTE_EXEC or WHY_NOT_BY_GDB is not None,
    reason=WHY_NOT_BY_GDB or "this Python does not need gdb",
)

SERVER = """
    import os, sys, time

    class Kept:
        pass

    held = [Kept(), Kept(), Kept()]
    before = set(sys.modules), list(sys.path), set(globals())
    own = {"before", "end", "names", "own"}
    print("ready", flush=True)
    end = time.monotonic() + 100
    while not os.path.exists("stop") and time.monotonic() < end:
        time.sleep(0.01)
    names = {name.partition(".")[0] for name in set(sys.modules) - before[0]}
    print("refcycle" in names, sys.path == before[1], set(globals()) - before[2] - own)
"""


BUSY = """
    import os, sys, time, threading
    lock = threading.Lock()
    lock.acquire()
    threading.Thread(target=lambda: (sys.stdin.read(1), lock.release()), daemon=True).start()
    print("ready", flush=True)
    lock.acquire()  # in C, until it is told to go on
    for _ in range(100):
        time.sleep(0.001)
    print("refcycle" in sys.modules)
"""


@contextlib.contextmanager
def process(folder, code=SERVER, *options, python=sys.executable, **more):
    """A program in the folder that has reported that it is ready."""
    command = [python, *options, "-c", textwrap.dedent(code)]
    running = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=folder, **more
    )
    try:
        assert running.stdout.readline() == "ready\n"
        yield running
    finally:
        running.kill()
        running.wait()
        running.stdout.close()


def end(running, folder):
    (Path(folder) / "stop").touch()
    told = running.communicate(timeout=PATIENCE)[0]
    assert running.returncode == 0, told
    return told
