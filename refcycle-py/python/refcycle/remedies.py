"""Forms of holders that are known, and what helps against each.

A form is named only where it is the reason: wrong advice is worse than none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from refcycle._refcycle import object_name
from refcycle._why.remedies_of_cycles import IN_CYCLES
from refcycle._why.remedy import Remedy, Seen

if TYPE_CHECKING:
    from refcycle._objects.types import Types
    from refcycle._why.chains import Chain, Step

__all__ = ["Remedy", "remedies"]

_DEFAULTS = ("__defaults__", "__kwdefaults__")
# What names a constant, beside modules and classes.
_OF_CONSTANTS = {
    "function",
    "method",
    "cell",
    "tuple",
    "property",
    "classmethod",
    "staticmethod",
}
# What holds functions by other names.
_OF_CODE = {"module", "function", "codecs.CodecInfo"}
# Its threads take themselves out.
_THREADS = "threading"


def remedies(chains: Sequence[Chain], cycle: Sequence[Step], types: Types) -> tuple[Remedy, ...]:
    """Return what is known of these holders, once each, those of the first chain first."""
    found: list[Remedy] = []
    seen_chains = [_seen(chain.steps, types) for chain in chains]
    # What a module names is meant to stay. Other holders are no news then.
    if not any(map(_is_constant, seen_chains)):
        found += [
            remedy
            for steps in seen_chains
            for recognise in _IN_CHAINS
            if (remedy := recognise(steps)) is not None
        ]
    if cycle:
        seen = _seen(cycle, types)
        found += [remedy for recognise in IN_CYCLES if (remedy := recognise(seen)) is not None]
    return tuple(dict.fromkeys(found))


def _seen(steps: Sequence[Step], types: Types) -> list[Seen]:
    return [Seen(*step, types.of(step.object)) for step in steps]


def _is_constant(steps: Sequence[Seen]) -> bool:
    """Return whether a module holds the object by names: its own, its functions', its classes'."""
    if steps[0].type.known != "module":
        return False
    if any(step.name in _DEFAULTS for step in steps):
        return False
    return all(
        step.is_class
        or step.type.known in _OF_CONSTANTS
        or (step.name == "__dict__" and holder.is_class)
        for holder, step in pairwise(steps[:-1])
    )


def _first_that_was_put_in(steps: Sequence[Seen]) -> bool:
    """Return whether a program put the first of these that is no container into one."""
    for place, step in enumerate(steps):
        if step.is_container or step.type.known == "tuple":
            continue
        # As the factory of a defaultdict.
        if step.is_attribute:
            return False
        if step.type.known == "function":
            # One that was made in a call; others are named by modules.
            return any(after.name == "__closure__" for after in steps[place + 1 : place + 2])
        return step.is_put_in
    return False


def _bound_method(steps: Sequence[Seen]) -> Remedy | None:
    for place, (step, following) in enumerate(pairwise(steps)):
        if (
            step.type.known == "method"
            and following.name == "__self__"
            and following.is_put_in
            and not _is_in_code(steps[: place + 1])
        ):
            return Remedy(
                "bound method",
                f"{step.label} holds its object: keep a weakref.WeakMethod of a callback, or "
                "take the callback back when the object is done",
            )
    return None


def _is_in_code(steps: Sequence[Seen]) -> bool:
    """Return whether the last of these is a function by another name, and no callback."""
    for place in range(len(steps) - 1, 0, -1):
        holder = steps[place - 1]
        is_between = holder.type.known in ("tuple", "cell")
        if not is_between and holder.name not in _DEFAULTS:
            return holder.is_class or holder.type.known in _OF_CODE
    return False


def _cached(steps: Sequence[Seen]) -> Remedy | None:
    for step, following in pairwise(steps):
        # The function and its attributes are no entries.
        if not step.is_cache or following.kind not in ("key", "value"):
            continue
        return Remedy(
            "functools.lru_cache",
            "the cache keeps arguments and results, of a method the object itself: call "
            "cache_clear(), bound it by maxsize, or cache in the object (cached_property)",
        )
    return None


def _default_argument(steps: Sequence[Seen]) -> Remedy | None:
    for place, step in enumerate(steps):
        # The defaults themselves are a tuple or a dict.
        if step.name in _DEFAULTS and _has_grown(steps[place + 1 :]):
            return Remedy(
                "default argument",
                "a default is made once and shared by all calls: make it None, and the object "
                "in the function",
            )
    return None


def _has_grown(steps: Sequence[Seen]) -> bool:
    """Return whether the first of these, or an attribute of it, has been put something into."""
    if not steps:
        return False
    inside = steps if steps[0].is_container else steps[1:]
    return len(inside) > 1 and inside[0].is_container and _first_that_was_put_in(inside)


def _registry(steps: Sequence[Seen]) -> Remedy | None:
    for place, (step, following) in enumerate(pairwise(steps[:-1])):
        if (
            step.type.known == "module"
            and following.is_container
            and following.is_attribute
            and object_name(step.object).name != _THREADS
            and _first_that_was_put_in(steps[place + 2 :])
            and not following.is_choice(by_key=steps[place + 2].kind == "key")
        ):
            return Remedy(
                "module-level registry",
                f"{step.label} keeps what is in its {following.name} until it is "
                "taken out: take it out when it is done, or use a weakref.WeakValueDictionary, "
                "WeakKeyDictionary or WeakSet",
            )
    return None


def _exception(steps: Sequence[Seen]) -> Remedy | None:
    for place, (step, following) in enumerate(pairwise(steps[:-1])):
        if following.type.known != "traceback":
            continue
        # A future written in C holds the traceback itself too.
        for holder in (step, *steps[place - 1 : place]):
            if holder.type.facts.is_future:
                return Remedy(
                    "task or future with its exception",
                    f"{holder.label} keeps its exception, that its traceback, and that the "
                    "variables of all frames: let go of it when its outcome has been read; what "
                    "is in a set is taken out by add_done_callback(tasks.discard)",
                )
        if step.type.facts.is_exception:
            return Remedy(
                "exception with its frames",
                "the traceback of an exception that is kept holds the variables of all its "
                "frames: keep its text, or error.with_traceback(None), and `del` the name of the "
                "error",
            )
    return None


def _kept_future(steps: Sequence[Seen]) -> Remedy | None:
    for holder, step in pairwise(steps):
        if holder.is_container and step.is_done:
            return Remedy(
                "task or future that is done",
                f"{step.label} stays in a container, and with it its result: take it out by "
                "add_done_callback(tasks.discard), or when its outcome has been read",
            )
    return None


def _suspended(steps: Sequence[Seen]) -> Remedy | None:
    for place, step in enumerate(steps[:-1]):
        if not step.is_suspended:
            continue
        if place and steps[place - 1].type.facts.is_future:
            return Remedy(
                "task that has not ended",
                "the variables of its coroutine live until it ends: let it end, or cancel() it, "
                "and await it",
            )
        return Remedy(
            "suspended generator or coroutine",
            f"the variables of {step.label} live until it ends: close() it, or run it to its end",
        )
    return None


def _thread_local(steps: Sequence[Seen]) -> Remedy | None:
    for place, step in enumerate(steps):
        # Its names are in a dict of dicts, by threads.
        below = steps[place + 1 : place + 4]
        by_threads = len(below) > 2 and all(names.type.known == "dict" for names in below[:2])
        if step.type.facts.is_thread_local and by_threads and below[1].kind != "key":
            return Remedy(
                "thread local",
                "it lives as long as its thread, in a pool for ever: delete the attribute when "
                "the work is done",
            )
    return None


_IN_CHAINS: list[Callable[[Sequence[Seen]], Remedy | None]] = [
    _bound_method,
    _cached,
    _default_argument,
    _registry,
    _exception,
    _kept_future,
    _suspended,
    _thread_local,
]
