"""Patterns of references that keep objects alive, each with a fix.

A pattern is reported only where it is the reason: wrong advice is worse than no advice.
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
# What can name a constant, besides modules and classes.
_OF_CONSTANTS = {
    "function",
    "method",
    "cell",
    "tuple",
    "property",
    "classmethod",
    "staticmethod",
}
# What holds functions under other names.
_OF_CODE = {"module", "function", "codecs.CodecInfo"}
# Its registry of threads removes them when they end.
_THREADS = "threading"


def remedies(chains: Sequence[Chain], cycle: Sequence[Step], types: Types) -> tuple[Remedy, ...]:
    """Return the patterns in chains and in a cycle, each once, in the order of the chains."""
    found: list[Remedy] = []
    seen_chains = [_seen(chain.steps, types) for chain in chains]
    # What a module names is meant to stay. Other owners do not matter then.
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
    """Return whether a module holds the object by names only: its own, or those in its code."""
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
    """Return whether the program put the first of these that is not a container into one."""
    for place, step in enumerate(steps):
        if step.is_container or step.type.known == "tuple":
            continue
        # For example the factory of a defaultdict.
        if step.is_attribute:
            return False
        if step.type.known == "function":
            # A function made in a call; modules name all others.
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
                f"{step.label} holds its object: store callbacks as weakref.WeakMethod, or "
                "unregister the callback when the object is no longer needed",
            )
    return None


def _is_in_code(steps: Sequence[Seen]) -> bool:
    """Return whether the last of these is a function under another name, not a callback."""
    for place in range(len(steps) - 1, 0, -1):
        holder = steps[place - 1]
        is_between = holder.type.known in ("tuple", "cell")
        if not is_between and holder.name not in _DEFAULTS:
            return holder.is_class or holder.type.known in _OF_CODE
    return False


def _cached(steps: Sequence[Seen]) -> Remedy | None:
    for step, following in pairwise(steps):
        # The function and its attributes are not entries.
        if not step.is_cache or following.kind not in ("key", "value"):
            continue
        return Remedy(
            "functools.lru_cache",
            "the cache keeps arguments and results alive, for a method also the object: call "
            "cache_clear(), limit it with maxsize, or use functools.cached_property",
        )
    return None


def _default_argument(steps: Sequence[Seen]) -> Remedy | None:
    for place, step in enumerate(steps):
        # The defaults themselves are a tuple or a dict.
        if step.name in _DEFAULTS and _has_grown(steps[place + 1 :]):
            return Remedy(
                "default argument",
                "a default value is created once and shared by all calls: use None as the "
                "default and create the object in the function",
            )
    return None


def _has_grown(steps: Sequence[Seen]) -> bool:
    """Return whether something was put into the first of these, or into an attribute of it."""
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
                f"{following.name} of {step.label} keeps its items alive: remove them when they "
                f"are no longer needed, or {_weak(following, steps[place + 2])}",
            )
    return None


def _weak(container: Seen, item: Seen) -> str:
    """Return the weak container that can replace a container, by how that holds an item."""
    if item.kind == "key":
        return "use a weakref.WeakKeyDictionary"
    if item.kind == "element":
        return "use a weakref.WeakSet"
    if container.type.facts.has_keys_or_elements:
        return "use a weakref.WeakValueDictionary"
    return "store weak references (weakref.ref)"


def _exception(steps: Sequence[Seen]) -> Remedy | None:
    for place, (step, following) in enumerate(pairwise(steps[:-1])):
        if following.type.known != "traceback":
            continue
        # A future written in C also holds the traceback itself.
        for holder in (step, *steps[place - 1 : place]):
            if holder.type.facts.is_future:
                return Remedy(
                    "task or future with its exception",
                    f"{holder.label} holds its exception, whose traceback holds the variables "
                    "of all its frames: drop the task or future after reading its result; remove "
                    "it from a set with add_done_callback(tasks.discard)",
                )
        if step.type.facts.is_exception:
            return Remedy(
                "exception with its frames",
                "the traceback of a stored exception holds the variables of all its frames: "
                "store its text or error.with_traceback(None), and `del` the variable that holds "
                "the error",
            )
    return None


def _kept_future(steps: Sequence[Seen]) -> Remedy | None:
    for holder, step in pairwise(steps):
        if holder.is_container and step.is_done:
            return Remedy(
                "task or future that is done",
                f"{step.label} stays in a container and keeps its result alive: remove it with "
                "add_done_callback(tasks.discard), or after reading its result",
            )
    return None


def _suspended(steps: Sequence[Seen]) -> Remedy | None:
    for place, step in enumerate(steps[:-1]):
        if not step.is_suspended:
            continue
        if place and steps[place - 1].type.facts.is_future:
            return Remedy(
                "task that has not ended",
                "the variables of its coroutine live until it ends: let it finish, or call "
                "cancel(), and await it",
            )
        return Remedy(
            "suspended generator or coroutine",
            f"the variables of {step.label} live until it ends: call close(), or exhaust it",
        )
    return None


def _thread_local(steps: Sequence[Seen]) -> Remedy | None:
    for place, step in enumerate(steps):
        # Its attributes are in a dict of dicts, one for each thread.
        below = steps[place + 1 : place + 4]
        by_threads = len(below) > 2 and all(names.type.known == "dict" for names in below[:2])
        if step.type.facts.is_thread_local and by_threads and below[1].kind != "key":
            return Remedy(
                "thread local",
                "the value lives as long as its thread, in a thread pool until the program ends: "
                "delete the attribute when the work is done",
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
