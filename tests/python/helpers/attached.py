"""Programs to attach to."""

import contextlib
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

PATIENCE = 100

attaches = pytest.mark.skipif(sys.version_info < (3, 14), reason="comes with Python 3.14")

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
