"""Programs that other tools run: trio, coverage, debugpy, several interpreters."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from holding import Thing, chains, check_all_calls, holders

PROGRAM = """
import sys
from pathlib import Path

sys.path.insert(0, {helpers!r})
from holding import Thing, chains, check_all_calls, holders, unexplained

import refcycle

CACHE = {{}}


def fill():
    CACHE["key"] = Thing()
    {more}


fill()
held = CACHE["key"]
assert holders(held) == {{("dict", "value['key']"), ("dict", "value['held']")}}, holders(held)
assert ".CACHE → dict (1 item) ['key'] → this object" in chains(held)
assert unexplained(held) == 0
check_all_calls([CACHE, held], Path(__file__).parent)
print("all right")
"""


def run(folder: Path, *options: str | Path, more: str = "pass") -> str:
    """Run the program with `more` in a call."""
    program = folder / "program.py"
    helpers = str(Path(__file__).parent)
    program.write_text(PROGRAM.format(helpers=helpers, more=more), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-X", "utf8", *options, program],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "all right"
    return done.stdout


class TestTrio:
    def test_a_task_that_waits(self, tmp_path: Path) -> None:
        trio = pytest.importorskip("trio")
        testing = pytest.importorskip("trio.testing")

        async def worker(thing: Thing) -> None:
            await trio.sleep_forever()

        async def main() -> None:
            async with trio.open_nursery() as nursery:
                thing = Thing()
                nursery.start_soon(worker, thing)
                await testing.wait_all_tasks_blocked()
                assert ("coroutine", "local 'thing'") in holders(thing)
                found = chains(thing)
                assert "object trio._core._run.Runner .tasks → set" in found
                assert "object trio.lowlevel.Task .coro → coroutine worker at" in found
                check_all_calls([thing], tmp_path)
                nursery.cancel_scope.cancel()

        trio.run(main)

    def test_a_channel(self, tmp_path: Path) -> None:
        trio = pytest.importorskip("trio")

        async def main() -> None:
            thing = Thing()
            send, receive = trio.open_memory_channel(10)
            send.send_nowait(thing)
            assert ("deque", "item[0]") in holders(thing)
            check_all_calls([send, receive, thing], tmp_path)

        trio.run(main)


class TestCoverage:
    def test_a_program_that_is_measured(self, tmp_path: Path) -> None:
        pytest.importorskip("coverage")
        run(tmp_path, "-m", "coverage", "run", "--data-file=data")
        done = subprocess.run(
            [sys.executable, "-m", "coverage", "report", "--data-file=data"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        # The trace function is called as before, after each of refcycle's calls too.
        assert "program.py" in done.stdout
        [line] = [line for line in done.stdout.splitlines() if line.startswith("program.py")]
        assert line.split()[-1] == "100%"

    def test_what_the_measurement_holds(self, tmp_path: Path) -> None:
        pytest.importorskip("coverage")
        if sys.version_info < (3, 14):
            # The tracer is written in C.
            more = 'assert "should_trace of object coverage.CTracer" in all_holders()'
        else:
            more = 'assert "callback of sys.monitoring, tool 1" in all_holders()'
        more += "\n\ndef all_holders():\n"
        more += (
            "    return {name for root in refcycle.snapshot().roots() for name in root.holders}"
        )
        run(tmp_path, "-m", "coverage", "run", "--data-file=data", more=more)


class TestDebugpy:
    def test_a_program_that_is_debugged(self, tmp_path: Path) -> None:
        pytest.importorskip("debugpy")
        more = 'assert "pydevd" in sys.modules'
        debugger = ("-m", "debugpy", "--listen", "127.0.0.1:0")
        run(tmp_path, "-X", "frozen_modules=off", *debugger, more=more)


INTERPRETER = """
import sys
sys.path.insert(0, {helpers!r})
from holding import Thing, chains, check_all_calls, holders
from pathlib import Path

kept = [Thing()]
assert holders(kept[0]) == {{("list", "item[0]")}}
assert ".kept → list (1 item) [0] → this object" in chains(kept[0])
check_all_calls([kept], Path({folder!r}))
queue.put("all right")
"""


@pytest.mark.skipif(sys.version_info < (3, 14), reason="concurrent.interpreters is new in 3.14")
class TestInterpreters:
    def test_each_one_sees_its_own_heap(self, tmp_path: Path) -> None:
        from concurrent import interpreters

        interpreter, queue, thing = interpreters.create(), interpreters.create_queue(), Thing()
        try:
            interpreter.prepare_main(queue=queue)
            code = INTERPRETER.format(helpers=str(Path(__file__).parent), folder=str(tmp_path))
            interpreter.exec(code)
            assert queue.get(timeout=60) == "all right"
            check_all_calls([interpreter, queue, thing], tmp_path)
            assert holders(thing) == set()
        finally:
            interpreter.close()
