"""Callbacks that are registered with SQLite and with `sys.monitoring`: who holds them."""

import _socket
import builtins
import sqlite3
import sys

import pytest
from helpers.leaks import give_back, leak

import refcycle

SQLITE = "callback of a sqlite3 connection"
# Before 3.11, the connection has a dict of its collations.
OF_COLLATIONS = sys.version_info >= (3, 11)


class Callback:
    def __call__(self, *args):
        return 0


class Aggregate:
    def step(self, value):
        pass

    def finalize(self):
        return 0

    value = finalize
    inverse = step


def root_of(graph, obj):
    found = [root for root in graph.roots() if root.vertex is obj]
    return found[0] if found else None


def facts(root):
    return root.external_references, root.holders, root.unexplained


@pytest.fixture
def connection():
    made = sqlite3.connect(":memory:")
    yield made
    made.close()


def register_one(connection, callback):
    connection.create_function("double", 1, callback)


def register_two_of_a_name(connection, callback):
    connection.create_function("double", 1, callback)
    connection.create_function("double", 2, callback)


def register_a_collation(connection, callback):
    connection.create_collation("backwards", callback)


REGISTER = {
    "function": (register_one, 1),
    "overloads": (register_two_of_a_name, 2),
    "collation": (register_a_collation, 1),
}


@pytest.mark.parametrize("untracked", [False, True])
@pytest.mark.parametrize("kind", REGISTER)
def test_a_callback_of_sqlite(connection, kind, untracked):
    register, count = REGISTER[kind]
    callback = Callback()
    register(connection, callback)
    graph = refcycle.snapshot(untracked=untracked)
    if register is register_a_collation and not OF_COLLATIONS:
        assert root_of(graph, callback) is None
        return
    assert facts(root_of(graph, callback)) == (count, (SQLITE,) * count, 0)
    assert SQLITE in str(graph.why(callback))
    connection.close()
    assert root_of(refcycle.snapshot(untracked=untracked), callback) is None


def test_an_aggregate_of_sqlite(connection):
    aggregate = type("Aggregate", (Aggregate,), {})
    connection.create_aggregate("total", 1, aggregate)
    root = root_of(refcycle.snapshot(), aggregate)
    assert facts(root) == (1, (SQLITE,), 0)
    if hasattr(connection, "create_window_function") and sqlite3.sqlite_version_info >= (3, 25):
        connection.create_window_function("totals", 1, aggregate)
        root = root_of(refcycle.snapshot(), aggregate)
        assert facts(root) == (2, (SQLITE,) * 2, 0)


def test_many_functions_of_a_subclass():
    class Connection(sqlite3.Connection):
        pass

    connection = sqlite3.connect(":memory:", factory=Connection)
    callbacks = [Callback() for _ in range(200)]
    for number, callback in enumerate(callbacks):
        connection.create_function(f"function_{number}", -1, callback)
    graph = refcycle.snapshot()
    holders = {id(root.vertex): facts(root) for root in graph.roots()}
    assert {holders.get(id(callback)) for callback in callbacks} == {(1, (SQLITE,), 0)}
    connection.close()


def test_what_sqlite_does_not_hold_is_not_named(connection):
    callback, other = Callback(), Callback()
    connection.create_function("double", 1, callback)
    connection.create_collation("backwards", callback)
    leak(other)
    leak(callback)
    try:
        graph = refcycle.snapshot()
        assert facts(root_of(graph, other)) == (1, (), 1)
        count = 1 + OF_COLLATIONS
        assert facts(root_of(graph, callback)) == (count + 1, (SQLITE,) * count, 1)
    finally:
        give_back(other)
        give_back(callback)


SETTERS = ["set_trace_callback", "set_authorizer", "set_progress_handler"]


@pytest.mark.parametrize("setter", SETTERS)
def test_a_hook_of_a_connection(connection, setter):
    callback = Callback()
    arguments = (callback, 1000) if setter == "set_progress_handler" else (callback,)
    getattr(connection, setter)(*arguments)
    graph = refcycle.snapshot()
    root = root_of(graph, callback)
    if root is None:
        assert any(parent is connection for parent in graph.parents(callback))
    else:
        # Before 3.11, the connection does not show it.
        assert root.unexplained == 0
        (holder,) = root.holders
        assert holder.endswith(" of object sqlite3.Connection")
    connection.close()
    assert root_of(refcycle.snapshot(), callback) is None


@pytest.fixture
def tool():
    if sys.version_info < (3, 12):
        pytest.skip("sys.monitoring is new in 3.12")
    monitoring = sys.monitoring
    free = [number for number in range(6) if monitoring.get_tool(number) is None]
    number = free[-1]
    monitoring.use_tool_id(number, "a tool of this test")
    yield number
    for event in (monitoring.events.LINE, monitoring.events.C_RAISE, monitoring.events.PY_START):
        monitoring.register_callback(number, event, None)
    monitoring.free_tool_id(number)


def test_a_callback_of_monitoring(tool):
    monitoring = sys.monitoring
    first, last, other = Callback(), Callback(), Callback()
    monitoring.register_callback(tool, monitoring.events.PY_START, first)
    monitoring.register_callback(tool, monitoring.events.LINE, last)
    monitoring.register_callback(tool, monitoring.events.C_RAISE, last)
    leak(other)
    try:
        graph = refcycle.snapshot()
    finally:
        give_back(other)
    name = f"callback of sys.monitoring, tool {tool}"
    assert facts(root_of(graph, first)) == (1, (name,), 0)
    assert facts(root_of(graph, last)) == (2, (name, name), 0)
    assert facts(root_of(graph, other)) == (1, (), 1)
    assert name in str(graph.why(first))
    monitoring.register_callback(tool, monitoring.events.PY_START, None)
    assert root_of(refcycle.snapshot(), first) is None


def test_a_capsule_of_cpython():
    kept = _socket.socket
    leak(kept)
    try:
        root = root_of(refcycle.snapshot(), kept)
    finally:
        give_back(kept)
    if sys.version_info < (3, 12):
        assert root is None  # It is compiled in.
        return
    # From 3.13 on, the capsule shows its references.
    names = ("capsule _socket.CAPI",) if sys.version_info < (3, 13) else ()
    assert tuple(name for name in root.holders if "capsule" in name) == names
    # Only the reference that was lost has no holder.
    assert root.unexplained == 1


def test_the_types_of_pybind11():
    pytest.importorskip("scipy.fft._pocketfft.pypocketfft")
    graph = refcycle.snapshot()
    types = {root.vertex.__name__: root for root in graph.roots() if is_of_pybind11(root.vertex)}
    if "pybind11_object" not in types or any("pybind11" in name for name in vars(builtins)):
        pytest.skip("an older pybind11 keeps its state elsewhere")
    kept = types["pybind11_object"].vertex
    assert facts(types["pybind11_object"]) == (1, ("internals of pybind11",), 0)
    assert {root.unexplained for root in types.values()} == {0}
    leak(kept)
    try:
        again = root_of(refcycle.snapshot(), kept)
    finally:
        give_back(kept)
    assert facts(again) == (2, ("internals of pybind11",), 1)


def is_of_pybind11(obj):
    return isinstance(obj, type) and obj.__module__ == "pybind11_builtins"
