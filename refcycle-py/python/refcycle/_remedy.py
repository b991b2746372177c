"""What is said of a form of holder that is known, and which kinds of objects matter in it."""

from __future__ import annotations

import _thread
import collections
import enum
import functools
import sys
import types
from collections.abc import Iterable
from itertools import islice
from typing import Any, NamedTuple

from refcycle.type_flags import can_be_referred_to_weakly, is_made_at_run_time

# Types are known by their ids: a metaclass can have an `__eq__` and a `__hash__`.
_CONTAINERS = {
    id(cls)
    for cls in (
        list,
        dict,
        set,
        collections.deque,
        collections.defaultdict,
        collections.OrderedDict,
        collections.Counter,
    )
}
_GENERATORS = {
    id(types.GeneratorType): "gi_running",
    id(types.CoroutineType): "cr_running",
    id(types.AsyncGeneratorType): "ag_running",
}
_CACHE = type(functools.lru_cache(len))
_STAND_FOR_WORK = {id(types.MethodType), id(types.FrameType), id(bytearray), id(memoryview)}
_STAND_FOR_WORK |= _GENERATORS.keys()
# Where the classes of futures are. They are not imported for this.
_MOST_CHOICES = 50
_OF_ASYNCIO = ("_asyncio", "Future")
_FUTURES = (_OF_ASYNCIO, ("asyncio.futures", "_PyFuture"), ("concurrent.futures._base", "Future"))


class Remedy(NamedTuple):
    """A form of holder that is known, and what helps."""

    name: str
    """Which form it is, as in "bound method"."""
    advice: str
    """What to do, in a sentence."""


def is_class(obj: object) -> bool:
    """Return whether an object is a class, of whatever metaclass."""
    return issubclass(type(obj), type)


def is_container(obj: object) -> bool:
    """Return whether an object is a container of Python's own that can grow."""
    return id(type(obj)) in _CONTAINERS


def is_cache(obj: object) -> bool:
    """Return whether an object is what `functools.lru_cache` makes."""
    return type(obj) is _CACHE


def is_exception(obj: object) -> bool:
    """Return whether an object is an exception."""
    return issubclass(type(obj), BaseException)


def is_thread_local(obj: object) -> bool:
    """Return whether an object is a `threading.local`."""
    return issubclass(type(obj), _thread._local)


def is_suspended(obj: object) -> bool:
    """Return whether an object is a generator or a coroutine that is not running."""
    running = _GENERATORS.get(id(type(obj)))
    return running is not None and not getattr(obj, running)


def is_future(obj: object) -> bool:
    """Return whether an object is a task or a future, of asyncio or `concurrent.futures`."""
    return any(issubclass(type(obj), cls) for cls in _classes(_FUTURES))


def is_done(future: object) -> bool:
    """Return whether a future has a result. False where only its own code could tell."""
    return any(
        issubclass(type(future), cls) and cls.done(future) for cls in _classes([_OF_ASYNCIO])
    )


def _classes(names: Iterable[tuple[str, str]]) -> Iterable[Any]:
    for module_name, name in names:
        module = sys.modules.get(module_name)
        if type(module) is types.ModuleType:
            found = vars(module).get(name)
            if type(found) is type:
                yield found


def is_choice(container: Any, *, by_key: bool = False) -> bool:
    """Return whether a container has several items, each of a class of its own.

    So are things to choose from, as an encoder for each format, and not what piles up.
    """
    items: Iterable[object]
    if issubclass(type(container), dict):
        items = dict.keys(container) if by_key else dict.values(container)
    else:
        items = container
    try:
        kinds = [id(type(item)) for item in islice(items, _MOST_CHOICES)]
    except RuntimeError:  # another thread has changed it
        return False
    return 1 < len(kinds) < _MOST_CHOICES and len(set(kinds)) == len(kinds)


def is_put_in(obj: object) -> bool:
    """Return whether an object is of a kind that programs put into containers while they run.

    Tables of constants hold classes, functions, members of enums, texts, numbers, and small
    values that cannot be referred to weakly.
    """
    cls = type(obj)
    if is_class(obj) or is_cache(obj) or issubclass(type(cls), enum.EnumMeta):
        return False
    if id(cls) in _STAND_FOR_WORK or is_exception(obj) or is_future(obj):
        return True
    return is_made_at_run_time(cls) and can_be_referred_to_weakly(cls)
