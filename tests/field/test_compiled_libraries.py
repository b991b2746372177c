"""Objects that compiled libraries hold: cffi, PyO3, uvloop, Numba."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from holding import (
    Thing,
    chains,
    check_all_calls,
    holders,
    is_at_its_place,
    label_between,
    unexplained,
)


class TestCffi:
    @pytest.fixture
    def ffi(self):
        return pytest.importorskip("cffi").FFI()

    def test_a_handle(self, ffi, tmp_path):
        thing = Thing()
        handle = ffi.new_handle(thing)
        assert holders(thing) == {("__CDataOwnGC", "structobj")}
        assert ffi.from_handle(handle) is thing
        check_all_calls([handle, thing], tmp_path)

    def test_a_destructor(self, ffi, tmp_path):
        thing = Thing()
        memory = ffi.new("char[10]")

        def destructor(pointer, thing=thing):
            pass

        kept = ffi.gc(memory, destructor)
        assert holders(thing) == {("tuple", "item[0]")}
        assert label_between(kept, destructor) == "destructor"
        assert label_between(kept, memory) == "origin"
        check_all_calls([kept, memory, destructor], tmp_path)

    def test_a_callback(self, ffi, tmp_path):
        thing = Thing()

        def called(number, thing=thing):
            return number

        callback = ffi.callback("int(int)", called)
        assert callback(3) == 3
        [(kind, _)] = {each for each in holders(called) if each[0] != "function"}
        assert kind == "tuple"
        check_all_calls([callback, called, thing], tmp_path)

    def test_a_buffer(self, ffi, tmp_path):
        memory, array = ffi.new("char[10]"), bytearray(b"abc")
        assert label_between(ffi.buffer(memory), memory) == "mb_keepalive"
        assert label_between(ffi.from_buffer(array), array) is None
        check_all_calls([memory, array], tmp_path)


class TestPyO3:
    def test_a_class_that_shows_its_objects(self, tmp_path):
        core = pytest.importorskip("pydantic_core")
        thing = Thing()

        def check(value, thing=thing):
            return value

        schema = core.core_schema.no_info_plain_validator_function(check)
        validator = core.SchemaValidator(schema)
        found = holders(check)
        assert {kind for kind, _ in found} == {"SchemaValidator", "dict"}
        for kind, label in found:
            if kind == "SchemaValidator":
                assert label is None or is_at_its_place(validator, label, check)
        check_all_calls([validator, check, thing], tmp_path)

    def test_a_class_that_shows_nothing(self, tmp_path):
        rpds = pytest.importorskip("rpds")
        thing = Thing()
        kept = rpds.HashTrieMap({"thing": thing})
        assert holders(thing) == set()
        assert unexplained(thing) == 1
        assert "and 1 reference from C code" in chains(thing)
        check_all_calls([kept, thing], tmp_path)


class TestUvloop:
    def test_what_a_loop_holds(self, tmp_path):
        uvloop = pytest.importorskip("uvloop")
        # Python's loops of asyncio and those of uvloop are set and removed in one way.
        loop = uvloop.new_event_loop()
        try:
            loop.run_until_complete(self.hold(loop, tmp_path))
        finally:
            loop.close()

    async def hold(self, loop, folder):
        def late(thing):
            pass

        thing = Thing()
        timer = loop.call_later(1000, late, thing)
        own = {"coroutine", "cell"}
        assert {each for each in holders(thing) if each[0] not in own} == {("tuple", "item[0]")}
        [(kind, label)] = {each for each in holders(late) if each[0] not in own}
        assert kind == "TimerHandle"
        assert is_at_its_place(timer, label, late)
        found = chains(thing)
        assert "object uvloop.Loop field at byte" in found
        assert "→ set (1 item) element → object uvloop.loop.TimerHandle field at byte" in found
        check_all_calls([timer, late, thing], folder)
        timer.cancel()

        task = loop.create_task(self.wait(Thing()))
        await asyncio.sleep(0)
        waiting = task.get_coro().cr_frame.f_locals["thing"]
        assert ("coroutine", "local 'thing'") in holders(waiting)
        assert "unfinished task: the variables of its coroutine live" in chains(waiting)
        check_all_calls([waiting], folder)
        task.cancel()

    async def wait(self, thing):
        await asyncio.sleep(1000)


NUMBA = """
import gc
import sys
from pathlib import Path

import numba

sys.path.insert(0, sys.argv[1])
from holding import Thing, chains, check_all_calls, holders, unexplained

import refcycle


@numba.jit(forceobj=True)
def compiled(value):
    return called(value)


def called(value):
    assert value in refcycle.snapshot()
    assert "frame called at" in chains(value)
    check_all_calls([], Path(sys.argv[2]))
    return value


def kept():
    held = Thing()

    @numba.jit(forceobj=True)
    def closure():
        return held

    assert closure() is held
    return closure


thing = Thing()
assert compiled(thing) is thing
# The compiled code has let it go.
assert unexplained(thing) == 0

function = kept()
held = function()
assert ("list", "item[0]") in holders(held)
assert "numba.core.environment.Environment .consts" in chains(held)
assert unexplained(held) == 0
check_all_calls([function, held, thing], Path(sys.argv[2]))
"""


def test_numba(tmp_path):
    pytest.importorskip("numba")
    command = [sys.executable, "-c", NUMBA, Path(__file__).parent, tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
