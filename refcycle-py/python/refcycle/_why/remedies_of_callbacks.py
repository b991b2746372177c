"""Patterns: callbacks and pending calls that keep objects alive."""

from __future__ import annotations

import atexit
import re
import sys
from collections.abc import Sequence
from itertools import pairwise
from types import ModuleType
from typing import Any

from refcycle._refcycle import SavedObject, object_name
from refcycle._why.remedy import Chains, Pattern, Seen, put_in

__all__ = [
    "AT_EXIT",
    "BOUND_METHOD",
    "CLOSURE",
    "CONTEXT",
    "ITERATOR",
    "PARTIAL",
    "PENDING",
    "at_exit",
    "bound_method",
    "closure",
    "context",
    "iterator",
    "partial",
    "pending",
]

BOUND_METHOD = "bound method"
CLOSURE = "closure in a callback"
PARTIAL = "functools.partial"
CONTEXT = "context variable"
PENDING = "pending call or item"
AT_EXIT = "function registered for exit"
ITERATOR = "iterator that is not exhausted"

# A `with` statement holds these until it ends.
_OF_STATEMENTS = {"__exit__", "__aexit__"}
_DEFAULTS = ("__defaults__", "__kwdefaults__")
# Types of objects that hold functions under names.
_OF_CODE = {
    "classmethod",
    "codecs.CodecInfo",
    "function",
    "module",
    "property",
    "staticmethod",
}
_OF_CALLS = {"local", "stack", ""}
_IN_CONTAINERS = {"item", "value", "key", "element"}

_QUEUE = (
    "the queue keeps the item until it is taken out: take the items out, or bound the queue "
    "(maxsize)"
)
_SCHEDULED = (
    "the event loop keeps the callback and its arguments until it has run: cancel() the handle "
    "when the object is done"
)
_THREAD = (
    "a thread keeps its target and its arguments until it ends: let it end, for example by an "
    "Event that its loop checks"
)
_ATEXIT = {"function of atexit", "functions of atexit"}
_ARGUMENTS_AT_EXIT = {"argument of a function of atexit", "arguments of a function of atexit"}
_CALLABLE = {"function", "functools.partial", "method"}
_POOL = (
    "a thread pool keeps the function and its arguments until a thread has run it: wait for the "
    "result, cancel() the future, or shutdown(cancel_futures=True)"
)
_TIMER = (
    "a timer keeps its function and its arguments, also after it has run: cancel() it if it is "
    "pending, and drop what refers to it"
)
_CALLS_TO_COME = {
    "_queue.SimpleQueue": _QUEUE,
    "asyncio.events.Handle": _SCHEDULED,
    "asyncio.events.TimerHandle": _SCHEDULED,
    "asyncio.queues.LifoQueue": _QUEUE,
    "asyncio.queues.PriorityQueue": _QUEUE,
    "asyncio.queues.Queue": _QUEUE,
    "concurrent.futures.thread._WorkItem": _POOL,
    "queue.LifoQueue": _QUEUE,
    "queue.PriorityQueue": _QUEUE,
    "queue.Queue": _QUEUE,
    "threading.Thread": _THREAD,
    "threading.Timer": _TIMER,
}
_ITERATORS = {
    "builtins.filter",
    "builtins.map",
    "itertools.dropwhile",
    "itertools.filterfalse",
    "itertools.starmap",
    "itertools.takewhile",
}
_HANDLES = {"asyncio.events.Handle", "asyncio.events.TimerHandle"}
_PARTS_OF_CALLS = {
    "_args",
    "_callback",
    "_kwargs",
    "_queue",
    "_target",
    "args",
    "fn",
    "function",
    "kwargs",
    "lst",
    "queue",
    "task",
    None,
}


def bound_method(steps: Sequence[Seen]) -> Pattern | None:
    """Recognise a method that is stored as a callback, and so holds its object."""
    for place, (step, following) in enumerate(pairwise(steps)):
        if (
            step.type.known == "method"
            and step.own_name is not None
            and step.own_name.rpartition(".")[2] not in _OF_STATEMENTS
            and following.name == "__self__"
            and following.is_put_in
            and not _is_used_by_call(steps, place)
            and not _is_in_code(steps[: place + 1])
        ):
            # C code calls what was registered: a WeakMethod would return the method only.
            can_be_weak = place > 0 and following.type.facts.has_weak_references
            weak = ", or store a weakref.WeakMethod of it" * can_be_weak
            return Pattern(
                BOUND_METHOD,
                f"{step.label} keeps its object alive: remove the callback when the object is "
                f"done{weak}",
                place,
            )
    return None


def _is_used_by_call(steps: Sequence[Seen], place: int) -> bool:
    """Return whether a variable or the stack of a call holds this, and not a list of callbacks."""
    # A variable that inner functions share is in a cell.
    if place > 0 and steps[place - 1].type.known == "cell":
        place -= 1
    return place > 0 and steps[place].kind in _OF_CALLS


def _is_in_code(steps: Sequence[Seen]) -> bool:
    """Return whether the last step is a function that is stored under a name, not a callback."""
    for place in range(len(steps) - 1, 0, -1):
        holder = steps[place - 1]
        is_between = holder.type.known in ("tuple", "cell")
        if not is_between and holder.name not in _DEFAULTS:
            return holder.is_class or holder.type.known in _OF_CODE
    return False


def _is_callback(steps: Sequence[Seen], place: int) -> bool:
    """Return whether this is stored where callbacks are, not under a name of a module or a class.

    The first object of a chain is held by CPython or an extension, as a signal handler is.
    """
    step = steps[place]
    if place == 0 or step.kind in _IN_CONTAINERS:
        return not _is_in_code(steps[: place + 1])
    holder = steps[place - 1]
    return step.is_attribute and not holder.is_class and holder.type.known not in _OF_CODE


def closure(steps: Sequence[Seen]) -> Pattern | None:
    """Recognise a function that is stored as a callback, and whose closure holds an object."""
    for place, step in enumerate(steps[:-1]):
        if step.type.known != "function" or not _is_callback(steps, place):
            continue
        below = steps[place + 1 :]
        if below[0].name not in ("__closure__", *_DEFAULTS):
            continue
        inside = next((n for n, held in enumerate(below) if not _is_part_of_function(held)), None)
        if inside is None or not below[inside].is_put_in:
            continue
        is_default = below[0].name in _DEFAULTS
        # The defaults of other functions are meant to stay.
        if is_default and step.own_name != "<lambda>":
            continue
        how = "a default" if is_default else "its closure"
        return Pattern(
            CLOSURE,
            f"{step.label} keeps an object alive by {how}: remove the callback when the object "
            "is done, or let the function use a weakref.ref of it",
            place,
        )
    return None


def _is_part_of_function(step: Seen) -> bool:
    is_dict = step.type.known == "dict" and step.name in _DEFAULTS
    return is_dict or step.type.known in ("tuple", "cell")


def partial(steps: Sequence[Seen]) -> Pattern | None:
    """Recognise a `functools.partial` that is stored, and has an object among its arguments."""
    for place, step in enumerate(steps[:-1]):
        if step.type.known != "functools.partial" or not _is_callback(steps, place):
            continue
        below = steps[place + 1 :]
        if below[0].name not in ("args", "keywords") or not below[-1].is_put_in:
            continue
        return Pattern(
            PARTIAL,
            "the partial keeps its arguments alive: remove it when the object is done, or pass "
            "it a weakref.ref of the object",
            place,
        )
    return None


def iterator(steps: Sequence[Seen]) -> Pattern | None:
    """Recognise a `map` or a similar object that holds a function or an object to iterate over."""
    for place, step in enumerate(steps[:-1]):
        if step.type_name not in _ITERATORS or _is_used_by_call(steps, place) or place == 0:
            continue
        if any(held.is_put_in for held in steps[place + 1 :]):
            return Pattern(
                ITERATOR,
                f"{step.label} keeps its function and what it has not returned yet until it is "
                "exhausted: run it to its end, drop it, or store its results instead",
                place,
            )
    return None


def pending(steps: Sequence[Seen]) -> Pattern | None:
    """Recognise what is pending in a queue, a pool, a thread, a timer or an event loop."""
    for place in range(len(steps) - 1, 0, -1):
        step, following = steps[place - 1 : place + 1]
        advice = _CALLS_TO_COME.get(step.type_name or "")
        if advice is not None and following.name in _PARTS_OF_CALLS:
            return Pattern(PENDING, advice, put_in(steps, place))
        # From 3.14 on, the call of the target shows what it has on its stack.
        if following.kind in ("stack", "") and step.own_name == "run" and _is_of_thread(step):
            return Pattern(PENDING, _THREAD, place)
    return None


def _is_of_thread(step: Seen) -> bool:
    file = object_name(step.object).file or ""
    return step.type.known == "frame" and re.split(r"[/\\]", file)[-1] == "threading.py"


def at_exit(steps: Sequence[Seen], all_chains: Chains) -> Pattern | None:
    """Recognise a function that is called at the end of the program, or by other C code."""
    holders, unknown = all_chains.holds.holders_of(steps[0].object)
    is_argument = _ATEXIT.intersection(holders) and _is_argument(steps)
    if is_argument or _ARGUMENTS_AT_EXIT.intersection(holders):
        return Pattern(
            AT_EXIT,
            "`atexit` keeps the arguments of a function until the program ends: call "
            "atexit.unregister() with the function when the object is done, or register it with a "
            "weakref.ref of the object",
            0,
        )
    # From 3.14 on, in a list of tuples.
    place = 0 if steps[0].type.known in _CALLABLE else 2
    found = steps[place] if place < len(steps) - 1 else None
    if found is None or found.type.known not in _CALLABLE:
        return None
    # The function that calls all finalizers: without it, none would be called.
    if any(step.label == "class weakref.finalize" for step in steps):
        return None
    if _ATEXIT.intersection(holders):
        return Pattern(
            AT_EXIT,
            f"`atexit` keeps {found.label}, with the object, until the program ends: call "
            "atexit.unregister() when the object is done, or register a function that does not "
            "hold it, such as one that uses a weakref.ref of it",
            min(place, 1),
        )
    # Up to 3.13, the functions that `atexit` holds may not be visible.
    if holders or not unknown or place or _knows_atexit(found.object):
        return None
    return Pattern(
        AT_EXIT,
        f"C code keeps {found.label}, with the object: take it back where it was registered when "
        "the object is done (atexit.unregister(), or create_function(..., None) of a connection "
        "of sqlite3), or register a function that uses a weakref.ref of it",
        0,
    )


def _is_argument(steps: Sequence[Seen]) -> bool:
    """Return whether a chain leads through the arguments that `atexit` has, from 3.14 on."""
    # The entry has the function, a tuple of arguments and a dict of them by name.
    return len(steps) > 2 and steps[1].type.known == "tuple" and steps[2].detail in (1, 2)


def _knows_atexit(obj: object) -> bool:
    """Return whether the functions that `atexit` calls are visible, or there are none."""
    if type(obj) is SavedObject:
        return False
    return sys.version_info >= (3, 14) or not atexit._ncallbacks()


def context(steps: Sequence[Seen]) -> Pattern | None:
    """Recognise a value of a context variable."""
    for place, step in enumerate(steps[:-1]):
        if step.type_name == "_contextvars.Token":
            is_context = steps[place + 1].name == "tok_ctx"
            what = "context in which it was created" if is_context else "previous value"
            return Pattern(
                CONTEXT,
                f"a token of a context variable keeps the {what}: drop it after reset(token)",
                place,
            )
        if step.type_name != "_contextvars.Context" or steps[place + 1].name == "ctx_prev":
            continue
        # A thread has a context of its own; other holders have a copy.
        return Pattern(CONTEXT, _of_context(steps, place), place or 1)
    return None


def _of_context(steps: Sequence[Seen], place: int) -> str:
    variable = _variable_in(steps[place].object, steps[place + 1 :])
    what = "a context variable" if variable is None else f"the context variable `{variable}`"
    holder = steps[place - 1] if place else None
    if holder is None:
        return (
            f"it is the value of {what} of a thread: keep the token of set(), and call "
            "reset(token) in a `finally`"
        )
    if holder.type_name in _HANDLES or holder.type.facts.is_future:
        by = "task or future" if holder.type.facts.is_future else "timer or handle"
        return (
            f"the {by} keeps a copy of the context in which it was created, with the value of "
            f"{what}: cancel() it when the object is done, or create it with "
            "context=contextvars.Context()"
        )
    if holder.type.known == "frame":
        return (
            f"a call that is running uses a context with the value of {what}: keep the token of "
            "set(), and call reset(token) in a `finally`"
        )
    return f"a stored contextvars.Context keeps the value of {what}: drop it when it is done"


def _variable_in(context: object, below: Sequence[Seen]) -> str | None:
    """Return the name of the variable whose value the chain leads through."""
    # The module is not imported for this purpose.
    module = sys.modules.get("_contextvars")
    if type(module) is not ModuleType or type(context) is not vars(module).get("Context"):
        return None
    held = {id(step.object) for step in below}
    contents: Any = context
    for variable, value in contents.items():
        if id(value) in held:
            return object_name(variable).name
    return None
