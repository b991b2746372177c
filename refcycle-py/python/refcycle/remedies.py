"""Forms of holders that are known, and what helps against each."""

from __future__ import annotations

import _thread
import collections
import functools
import types
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from refcycle.liveness import Chain, Step

_CACHE = type(functools.lru_cache(len))
_SUSPENDED = {types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType}
_CONTAINERS = {
    list,
    dict,
    set,
    collections.deque,
    collections.defaultdict,
    collections.OrderedDict,
}
_UPWARDS = {"parent", "owner", "root", "manager", "container", "document", "back"}


class Remedy(NamedTuple):
    """A form of holder that is known, and what helps."""

    name: str
    """Which form it is, as in "bound method"."""
    advice: str
    """What to do, in a sentence."""


def remedies(chains: Sequence[Chain], cycle: Sequence[Step]) -> tuple[Remedy, ...]:
    """Return what is known of these holders, once each, those of the first chain first."""
    found = [
        remedy
        for chain in chains
        for recognise in _IN_CHAINS
        if (remedy := recognise(chain.steps)) is not None
    ]
    if cycle:
        found += [remedy for recognise in _IN_CYCLES if (remedy := recognise(cycle)) is not None]
    return tuple(dict.fromkeys(found))


def _is_exception(obj: object) -> bool:
    return issubclass(type(obj), BaseException)


def _bound_method(steps: Sequence[Step]) -> Remedy | None:
    for step, following in pairwise(steps):
        if type(step.object) is types.MethodType and following.reference == "__self__":
            return Remedy(
                "bound method",
                f"{step.label} holds its object: keep a weakref.WeakMethod of a callback, or "
                "take the callback back when the object is done",
            )
    return None


def _cached(steps: Sequence[Step]) -> Remedy | None:
    if any(type(step.object) is _CACHE for step in steps[:-1]):
        return Remedy(
            "functools.lru_cache",
            "the cache keeps arguments and results, of a method the object itself: call "
            "cache_clear(), bound it by maxsize, or cache in the object (cached_property)",
        )
    return None


def _default_argument(steps: Sequence[Step]) -> Remedy | None:
    if any(step.reference in ("__defaults__", "__kwdefaults__") for step in steps):
        return Remedy(
            "default argument",
            "a default is made once and shared by all calls: make it None, and the object in "
            "the function",
        )
    return None


def _registry(steps: Sequence[Step]) -> Remedy | None:
    for step, following in pairwise(steps[:-1]):
        if type(step.object) is types.ModuleType and type(following.object) in _CONTAINERS:
            return Remedy(
                "module-level registry",
                f"{step.label} keeps what is put into its {following.reference.lstrip('.')} for "
                "ever: take it out when it is done, or use a weakref.WeakValueDictionary, "
                "WeakKeyDictionary or WeakSet",
            )
    return None


def _exception(steps: Sequence[Step]) -> Remedy | None:
    above = steps[:-1]
    has_traceback = any(type(step.object) is types.TracebackType for step in above)
    if has_traceback and any(_is_exception(step.object) for step in above):
        return Remedy(
            "exception with its frames",
            "the traceback of an exception that is kept holds the variables of all its frames: "
            "keep its text, or error.with_traceback(None), and `del` the name of the error",
        )
    return None


def _suspended(steps: Sequence[Step]) -> Remedy | None:
    for step in steps[:-1]:
        if type(step.object) in _SUSPENDED:
            return Remedy(
                "suspended generator or coroutine",
                f"the variables of {step.label} live until it ends: close() it, or run it to "
                "its end",
            )
    return None


def _thread_local(steps: Sequence[Step]) -> Remedy | None:
    if any(issubclass(type(step.object), _thread._local) for step in steps[:-1]):
        return Remedy(
            "thread local",
            "it lives as long as its thread, in a pool for ever: delete the attribute when the "
            "work is done",
        )
    return None


def _closure(cycle: Sequence[Step]) -> Remedy | None:
    kinds = {type(step.object) for step in cycle}
    if types.FunctionType in kinds and types.CellType in kinds:
        return Remedy(
            "closure that holds itself",
            "a function inside another one that calls itself by name is in a cycle with its "
            "cell: make it a function of the module or a method, or set the name to None",
        )
    return None


def _exception_cycle(cycle: Sequence[Step]) -> Remedy | None:
    kinds = {type(step.object) for step in cycle}
    if kinds & {types.FrameType, types.TracebackType} and any(
        _is_exception(step.object) for step in cycle
    ):
        return Remedy(
            "exception in a variable of its own frame",
            "the exception holds its traceback, that the frame, and that the exception: `del` "
            "the variable in a `finally`, or keep the exception in none",
        )
    return None


def _link_back(cycle: Sequence[Step]) -> Remedy | None:
    links = [
        (holder, step)
        for holder, step in zip([cycle[-1], *cycle], cycle, strict=False)
        if step.reference.startswith(".") and step.label.startswith("object ")
    ]
    if not links or len(cycle) < 2:
        return None
    upwards = [link for link in links if link[1].reference.lstrip("._") in _UPWARDS]
    if not upwards:
        return None
    holder, step = upwards[0]
    owner = holder.label.removeprefix("object ").rsplit(".", 1)[-1]
    return Remedy(
        "link back",
        f"make `{owner}{step.reference}` a weak reference (weakref.ref), or cut it when the "
        "objects are done",
    )


_IN_CHAINS: list[Callable[[Sequence[Step]], Remedy | None]] = [
    _bound_method,
    _cached,
    _default_argument,
    _registry,
    _exception,
    _suspended,
    _thread_local,
]
_IN_CYCLES: list[Callable[[Sequence[Step]], Remedy | None]] = [
    _closure,
    _exception_cycle,
    _link_back,
]
