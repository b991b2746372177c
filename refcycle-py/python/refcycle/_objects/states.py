"""The state of execution of generators and asyncio futures, and the classes that have one."""

from __future__ import annotations

import sys
import types
from typing import Any

from refcycle._refcycle import SavedObject

__all__ = ["has_state", "is_future", "is_greenlet", "state_of"]

_GENERATORS = {
    id(types.GeneratorType): "gi_running",
    id(types.CoroutineType): "cr_running",
    id(types.AsyncGeneratorType): "ag_running",
}
# The modules of the classes of futures. They are not imported for this purpose.
_OF_ASYNCIO = ("_asyncio", "Future")
_GREENLET = ("greenlet._greenlet", "greenlet")
_FUTURES = (_OF_ASYNCIO, ("asyncio.futures", "_PyFuture"), ("concurrent.futures._base", "Future"))


def _class_at(module_name: str, name: str) -> type[Any] | None:
    module = sys.modules.get(module_name)
    found = vars(module).get(name) if type(module) is types.ModuleType else None
    return found if type(found) is type else None


def _future_of_asyncio() -> Any:
    """Return the class whose `done` is written in C, and so runs no other code."""
    found = _class_at(*_OF_ASYNCIO)
    is_it = found is not None and type(vars(found).get("done")) is types.MethodDescriptorType
    return found if is_it else None


def _is_below(class_: type[Any], place: tuple[str, str]) -> bool:
    base = _class_at(*place)
    return base is not None and issubclass(class_, base)


def is_future(class_: type[Any]) -> bool:
    """Return whether a class is one of tasks or futures, of asyncio or `concurrent.futures`."""
    return any(_is_below(class_, place) for place in _FUTURES)


def is_greenlet(class_: type[Any]) -> bool:
    """Return whether a class is one of greenlets, also of gevent or eventlet."""
    return _is_below(class_, _GREENLET)


def has_state(class_: type[Any]) -> bool:
    """Return whether `state_of` knows the state of the instances of a class."""
    future = _future_of_asyncio()
    return id(class_) in _GENERATORS or (future is not None and issubclass(class_, future))


def state_of(obj: object) -> str | None:
    """Return the state of execution of an object, live or from a file.

    A generator or coroutine is "running" or "suspended", also before its start and after its
    end; a future is "pending" or "done". None for all others, including futures that are written
    in Python, because only their own code could tell.
    """
    if type(obj) is SavedObject:
        return obj.state
    running = _GENERATORS.get(id(type(obj)))
    if running is not None:
        return "running" if getattr(obj, running) else "suspended"
    future = _future_of_asyncio()
    if future is not None and issubclass(type(obj), future):
        return "done" if future.done(obj) else "pending"
    return None
