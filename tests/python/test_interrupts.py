"""Ctrl-C while the heap is read: the call ends soon, and leaves nothing behind."""

import ctypes
import functools
import gc
import operator
import os
import random
import signal
import struct
import sys
import threading
import time

import pytest

import refcycle

call = operator.methodcaller("__call__")
set_interrupt = ctypes.pythonapi.PyErr_SetInterrupt
set_interrupt.restype = None

# Of a type, in words: the function that shows the references of an instance.
TRAVERSE = 23

# Many times the objects after which a pass asks whether SIGINT has arrived.
MANY = 100_000


class Node:
    __slots__ = ("next",)


class Trigger:
    """As large as a `Node`, so that both are in the same areas of memory."""

    __slots__ = ("next",)


@pytest.fixture
def handler():
    """Sets a handler of SIGINT for the test."""
    before = signal.getsignal(signal.SIGINT)
    yield functools.partial(signal.signal, signal.SIGINT)
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module")
def world():
    """A chain of many objects, one of fifty of which is a `Trigger`."""
    refcycle.snapshot()  # imports what it needs
    nodes = []
    for number in range(MANY):
        node = Node() if number % 50 else Trigger()
        node.next = nodes[-1] if nodes else None
        nodes.append(node)
    yield nodes
    for node in nodes:
        node.next = None


@pytest.fixture
def triggers(world):
    """SIGINT arrives whenever a `Trigger` is asked for its references."""
    gc.disable()  # it would ask
    slot = id(Trigger) + TRAVERSE * struct.calcsize("P")
    slot = ctypes.c_void_p.from_address(slot)
    before = slot.value
    slot.value = ctypes.cast(set_interrupt, ctypes.c_void_p).value
    yield
    slot.value = before


CALLS = {
    "snapshot": lambda world: refcycle.snapshot,
    "untracked": lambda world: functools.partial(refcycle.snapshot, untracked=True),
    "preview": lambda world: refcycle.garbage_preview,
    "reachable": lambda world: functools.partial(refcycle.objects_reachable_from, world),
    "between": lambda world: functools.partial(refcycle.ObjectGraph, world),
}

each_call = pytest.mark.parametrize("name", CALLS)
needs_pipes = pytest.mark.skipif(sys.platform == "win32", reason="needs sockets instead of pipes")


def interrupted(function, results):
    """Call a compiled function with a SIGINT that has arrived, and add its result."""
    # No Python code runs in between, so no handler does.
    results.extend(map(call, [set_interrupt, function]))


def let_handlers_run():
    for _ in range(1000):
        pass


def shape(graph, world):
    """The references of the objects of `world` in a graph."""
    known = {id(node) for node in world}
    return [
        (id(parent), sorted(id(child) for child in graph.children(parent) if id(child) in known))
        for parent in world[:: MANY // 100]
        if parent in graph
    ]


@each_call
def test_it_ends_with_the_error_of_the_handler(name, world, handler):
    class Stop(Exception):
        pass

    def stop(number, frame):
        raise Stop(number, frame.f_code.co_name)

    handler(stop)
    results = []
    with pytest.raises(Stop) as caught:
        interrupted(CALLS[name](world), results)
    assert caught.value.args == (signal.SIGINT, "interrupted")
    assert results == [None]


def test_the_default_handler_raises_keyboard_interrupt(world, handler):
    handler(signal.default_int_handler)
    results = []
    with pytest.raises(KeyboardInterrupt):
        interrupted(refcycle.snapshot, results)
    assert results == [None]


@each_call
def test_it_is_complete_if_the_handler_raises_nothing(name, world, handler):
    """The handler runs once, during the call."""
    function = CALLS[name](world)
    expected = function()
    results, called = [], []
    handler(lambda *_: called.append((len(results), gc.isenabled())))
    interrupted(function, results)
    let_handlers_run()
    assert called == [(1, True)]
    assert shape(results[1], world) == shape(expected, world)


@each_call
def test_it_ends_in_the_middle(name, world, handler, triggers):
    """All references are given back."""
    handler(signal.default_int_handler)
    function = CALLS[name](world)
    results, references, objects = [], [], []
    for _ in range(4):
        try:
            results.extend(map(call, [function]))
        except KeyboardInterrupt:
            pass
        references.append(sum(map(sys.getrefcount, world)))
        objects.append(len(gc.get_objects()))
    assert results == []
    assert set(references) == {references[0]}
    assert objects[-1] == objects[-2]  # the first calls may create what is kept


@each_call
def test_it_is_made_once_more_to_its_end(name, world, handler, triggers):
    """Although SIGINT arrives again and again."""
    results, called = [], []
    handler(lambda *_: called.append(len(results)))
    results.extend(map(call, [CALLS[name](world)]))
    let_handlers_run()
    assert len(called) == 2
    assert called[0] == 0
    if name != "preview":
        assert len(shape(results[0], world)) == 100


def test_the_program_is_as_before(world, handler, triggers):
    before = sum(map(sys.getrefcount, world))
    handler(signal.default_int_handler)
    with pytest.raises(KeyboardInterrupt):
        refcycle.snapshot()
    assert sum(map(sys.getrefcount, world)) == before
    assert not gc.isenabled()


@needs_pipes
def test_the_file_for_signals_is_written_once(world, handler):
    """asyncio handles one signal for each byte."""
    called = []
    handler(lambda *_: called.append(1))
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    before = signal.set_wakeup_fd(writer)
    try:
        interrupted(refcycle.snapshot, [])
        let_handlers_run()
    finally:
        signal.set_wakeup_fd(before)
        os.close(writer)
    with open(reader, "rb") as file:
        assert file.read() == bytes([signal.SIGINT])
    assert called == [1]


def test_other_threads_leave_the_signal_to_the_main_thread(world, handler):
    threads, results = [], []
    handler(lambda *_: threads.append(threading.current_thread()))
    thread = threading.Thread(target=interrupted, args=(refcycle.snapshot, results))
    thread.start()
    thread.join()
    let_handlers_run()
    assert threads == [threading.main_thread()]
    assert len(shape(results[1], world)) == 100


def test_a_handler_may_look_at_the_heap_itself(world, handler):
    results, inner = [], []
    handler(lambda *_: inner.append(refcycle.snapshot()))
    interrupted(refcycle.snapshot, results)
    let_handlers_run()
    assert shape(inner[0], world) == shape(results[1], world)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_it_ends_while_a_file_is_written(tmp_path, handler):
    handler(signal.default_int_handler)
    pipe = tmp_path / "heap.refcycle"
    os.mkfifo(pipe)
    rest = []

    def read():
        with open(pipe, "rb") as file:
            file.read(1)
            os.kill(os.getpid(), signal.SIGINT)
            # The pipe is full: until something is read, the call waits, and it looks for signals
            # after fifty milliseconds at the earliest.
            time.sleep(0.2)
            rest.append(len(file.read()))

    values = random.Random(1)
    graph = refcycle.ObjectGraph([values.randbytes(90) for _ in range(20_000)])
    whole = tmp_path / "whole.refcycle"
    graph.save(whole, redact=False)
    reader = threading.Thread(target=read)
    reader.start()
    with pytest.raises(KeyboardInterrupt):
        graph.save(pipe, redact=False)
    reader.join()
    assert 1 + rest[0] < whole.stat().st_size
