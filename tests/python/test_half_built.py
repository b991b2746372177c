"""Tuples and frozensets that C code is filling while refcycle looks at the heap.

Their filler fails if anything else holds them: `PyTuple_SetItem`, `PySet_Add` and, up to 3.13,
`tuple(iterable)`.
"""

import ctypes
import textwrap
from pathlib import Path

import pytest
from helpers.looking import LOOKS, World
from helpers.processes import run

import refcycle

HERE = Path(__file__).parent

SET_UP = textwrap.dedent(
    """
    import os
    import sys
    import tempfile
    import threading

    import refcycle
    from helpers import endings
    from pytest_refcycle.leftovers import leftovers_of
    from pytest_refcycle.young import YoungObjects


    class Filler:
        '''A thread that is always within `tuple(iterable)`.'''

        def __init__(self):
            self.failed = 0
            self._process = os.getpid()
            # Locks that are released to go on: faster than a semaphore.
            self._next, self._is_within = threading.Lock(), threading.Lock()
            self._next.acquire()
            self._is_within.acquire()
            threading.Thread(target=self._fill, daemon=True).start()
            self._is_within.acquire()

        def _fill(self):
            while True:
                try:
                    tuple(self._items())
                except SystemError:
                    self.failed += 1

        def _items(self):
            yield 1
            self._is_within.release()
            self._next.acquire()
            yield 2

        def fill_another(self, *event):
            '''End the tuple and begin another one, between two steps of the main thread.'''
            if os.getpid() != self._process:
                return  # a fork does not have the thread
            self._next.release()
            self._is_within.acquire()


    def failures_during(call):
        '''Return how many tuples failed that ended between two steps of a call.'''
        before = filler.failed
        sys.setprofile(filler.fill_another)
        try:
            call()
        finally:
            sys.setprofile(None)
        filler.fill_another()
        return filler.failed - before


    filler = Filler()
    """
)


def test_the_threads_of_the_test_do_not_disturb_each_other():
    """What `gc.get_objects()` returns does, up to 3.13; `snapshot()` does not."""
    code = """
        import gc

        def list_all():
            for obj in gc.get_objects():
                id(obj)

        print(failures_during(list_all) > 0, sys.version_info < (3, 14))
        print(failures_during(refcycle.snapshot))
        """
    is_disturbed, is_early, failed = run(SET_UP + textwrap.dedent(code), cwd=HERE).split()
    assert is_disturbed == is_early
    assert failed == "0"


def test_no_call_holds_a_tuple_that_another_thread_is_filling():
    code = """
        endings.MANY = 20  # there is nothing to search without the GIL

        def cycles():
            ring = [[endings.Owner([]) for _ in range(3)] for _ in range(3)]
            for inner in ring:
                inner[0].items.append(ring)
                inner[0].owner = inner[1]
                inner[1].owner = inner[0]
            str(refcycle.snapshot().cycles())
            del ring, inner
            str(refcycle.garbage_preview().cycles())

        def plugin():
            young = YoungObjects()
            young.begin()
            kept = [endings.Owner([])]
            young.garbage()
            leftovers_of(young.alive())
            young.close()
            young.end()

        with tempfile.TemporaryDirectory() as folder:
            calls = endings.Calls(folder)
            found = {}
            # Both count the objects of a snapshot, in many steps of Python code.
            for name in set(endings.ALONE) - {"census", "watch"}:
                found[name] = failures_during(getattr(calls, name))
            for call in (cycles, plugin):
                found["own " + call.__name__] = failures_during(call)
        print(len(found) > 25, {name: failed for name, failed in found.items() if failed})
        """
    assert run(SET_UP + textwrap.dedent(code), cwd=HERE) == "True {}\n"


# Not `ctypes.pythonapi`: others declare the arguments of its functions too.
API = ctypes.PyDLL(None)
API.PyTuple_New.restype = API.PyFrozenSet_New.restype = ctypes.c_void_p
API.PyTuple_SetItem.argtypes = [ctypes.c_void_p, ctypes.c_ssize_t, ctypes.py_object]
API.PySet_Add.argtypes = [ctypes.c_void_p, ctypes.py_object]
API.Py_IncRef.argtypes = [ctypes.py_object]
API.Py_DecRef.argtypes = [ctypes.c_void_p]


class Item:
    """The collector tracks its instances."""


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    world = World(str(tmp_path_factory.mktemp("world")))
    yield world
    world.end.set()


@pytest.mark.parametrize("look", LOOKS)
def test_c_code_can_go_on_filling(world, look):
    pair, chosen, item = API.PyTuple_New(2), API.PyFrozenSet_New(None), object()
    try:
        kept = LOOKS[look](world)
        API.Py_IncRef(item)  # the tuple takes it over
        API.PyTuple_SetItem(pair, 0, item)
        API.PySet_Add(chosen, item)
        del kept
    finally:
        API.Py_DecRef(pair)
        API.Py_DecRef(chosen)


def test_what_c_code_fills_is_let_go():
    chosen = API.PyFrozenSet_New(None)
    API.PySet_Add(chosen, Item())  # since 3.15, it is tracked only then
    let_go = refcycle.snapshot().statistics()["tuples_let_go"]
    API.Py_DecRef(chosen)
    assert let_go == refcycle.snapshot().statistics()["tuples_let_go"] + 1


def test_complete_ones_are_vertices():
    held = [frozenset({Item()}), (object(), [])]

    def function(value):
        return value in {"a constant", 1.5}

    constants = [each for each in function.__code__.co_consts if type(each) is frozenset]
    graph = refcycle.snapshot(untracked=True)
    assert len(constants) == 1
    assert [each in graph for each in (*held, *constants)] == [True] * 3
