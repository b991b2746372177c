"""Patterns of references that keep objects alive, each with a fix.

A pattern is reported only where it is the reason: wrong advice is worse than no advice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

from refcycle._objects.callers import asking_frame
from refcycle._objects.unused_locals import UnusedLocals
from refcycle._refcycle import object_name
from refcycle._why import (
    filled_containers,
    known_holders,
    remedies_of_attributes,
    remedies_of_callbacks,
    remedies_of_calls,
    remedies_of_containers,
)
from refcycle._why.holds import Holds
from refcycle._why.remedies_of_cycles import IN_CYCLES
from refcycle._why.remedy import Chains, Pattern, Remedy, Seen

if TYPE_CHECKING:
    from refcycle._objects.types import Types
    from refcycle._why.chains import Chain, Step
    from refcycle.object_graph import ObjectGraph

__all__ = ["Remedy", "patterns", "remedies", "remedies_of"]

_IS_OPTIMIZED = 1

Recogniser = Callable[[Sequence[Seen]], Pattern | None]

_IN_CHAINS: list[Recogniser] = [
    known_holders.prompt,
    known_holders.known_holder,
    remedies_of_callbacks.context,
    remedies_of_callbacks.pending,
    remedies_of_callbacks.bound_method,
    remedies_of_callbacks.closure,
    remedies_of_callbacks.partial,
    remedies_of_callbacks.iterator,
    remedies_of_containers.weak_key,
    remedies_of_containers.part_of_text_or_array,
    remedies_of_containers.cached,
    remedies_of_attributes.default_of_field,
    remedies_of_containers.default_argument,
    remedies_of_containers.module_registry,
    remedies_of_containers.class_registry,
    remedies_of_attributes.in_object,
    remedies_of_attributes.in_closure,
    remedies_of_calls.exception,
    remedies_of_calls.kept_frame,
    remedies_of_calls.kept_future,
    remedies_of_calls.suspended,
    remedies_of_calls.suspended_greenlet,
    remedies_of_containers.thread_local,
]

_CALLBACKS = {
    remedies_of_callbacks.BOUND_METHOD,
    remedies_of_callbacks.CLOSURE,
    remedies_of_callbacks.PARTIAL,
}
_REGISTRIES = {
    filled_containers.CONTAINER_OF_OBJECT,
    remedies_of_containers.CLASS_REGISTRY,
    remedies_of_containers.MODULE_REGISTRY,
}
_SUSPENDED = {
    remedies_of_calls.GREENLET,
    remedies_of_calls.NOT_ENDED,
    "suspended generator or coroutine",
}
_EXCEPTIONS = {"exception with its frames", "traceback with its frames"}
_HANDLED = {"exception that is being handled"}

# Patterns that are not reported for a chain if a more specific one is found.
_REPLACED = {
    **{name: {filled_containers.CONTAINER_OF_OBJECT} for name in _CALLBACKS},
    known_holders.KNOWN: _CALLBACKS | _REGISTRIES | {"thread local"},
    remedies_of_calls.UNCAUGHT: _EXCEPTIONS | _HANDLED,
    known_holders.PROMPT: _REGISTRIES | _EXCEPTIONS,
    remedies_of_calls.UNUSED: _CALLBACKS | _REGISTRIES | _SUSPENDED,
    remedies_of_callbacks.AT_EXIT: _CALLBACKS,
    remedies_of_callbacks.ITERATOR: _CALLBACKS,
    remedies_of_callbacks.PENDING: _CALLBACKS | _REGISTRIES,
    remedies_of_callbacks.CONTEXT: _REGISTRIES,
    remedies_of_calls.DONE: {filled_containers.CONTAINER_OF_OBJECT},
    remedies_of_calls.WITH_EXCEPTION: {
        filled_containers.CONTAINER_OF_OBJECT,
        remedies_of_calls.DONE,
    },
    # The event loop keeps what wakes the task.
    remedies_of_calls.NOT_ENDED: {
        filled_containers.CONTAINER_OF_OBJECT,
        remedies_of_callbacks.PENDING,
    },
}


def remedies(
    chains: Sequence[Chain],
    cycle: Sequence[Step],
    types: Types,
    graph: ObjectGraph | None = None,
    unexplained: int = 0,
    *,
    is_new: bool = False,
    news: Callable[[Any], bool] | None = None,
) -> tuple[Remedy, ...]:
    """Return the patterns recognised in these holders, once each, the first chain first.

    `graph` has the objects of the chains; without it, less is known. `unexplained` is the number
    of references to the object that are in no chain. `is_new` says that the object was created
    since a snapshot, and `news` tells it of any object.
    """
    found = patterns(chains, types, graph, unexplained, is_new=is_new, is_added=is_new, news=news)
    return remedies_of(found, cycle, types)


def remedies_of(
    found: Sequence[Sequence[Pattern]], cycle: Sequence[Step], types: Types
) -> tuple[Remedy, ...]:
    """Return the remedies of the patterns of each chain, once each, and those for a cycle."""
    all_found = [pattern.remedy for of_chain in found for pattern in of_chain]
    if cycle:
        seen = _seen(cycle, types)
        recognised = [recognise(seen) for recognise in IN_CYCLES]
        all_found += [remedy for remedy in recognised if remedy is not None]
    return tuple(dict.fromkeys(all_found))


def patterns(
    chains: Sequence[Chain],
    types: Types,
    graph: ObjectGraph | None = None,
    unexplained: int = 0,
    *,
    is_new: bool = False,
    is_added: bool = False,
    news: Callable[[Any], bool] | None = None,
) -> list[list[Pattern]]:
    """Return the patterns recognised in each chain; the arguments are those of `remedies`.

    `is_added` says that the object was put where it is since a snapshot.
    """
    seen_chains = [_seen(chain.steps, types) for chain in chains]
    for seen in seen_chains if is_new else ():
        seen[-1] = seen[-1]._replace(is_new=is_new, is_added=is_added)
        first = next((at for at, step in enumerate(seen) if news and news(step.object)), None)
        if first is not None:
            seen[first] = seen[first]._replace(is_added=True, is_first_new=True)
    # An object that a module names is meant to stay, so that its other holders are not worth a
    # report.
    if any(_is_meant_to_stay(steps) for steps in seen_chains):
        return [[] for _ in chains]
    all_chains = Chains(seen_chains, UnusedLocals(graph), Holds(graph, chains, unexplained))
    found = [
        _of_chain(steps, all_chains, chain.holder)
        for chain, steps in zip(chains, seen_chains, strict=True)
    ]
    # `sys` has the exception too, because the program was ending.
    if any(remedies_of_calls.is_uncaught(chain.holder) for chain in chains):
        return [[each for each in of_chain if not _is_of_prompt(each)] for of_chain in found]
    return found


def _is_of_prompt(pattern: Pattern) -> bool:
    return pattern.name == known_holders.PROMPT


def _is_meant_to_stay(steps: Sequence[Seen]) -> bool:
    """Return whether a module names the object, other than to ask about it."""
    is_constant = remedies_of_containers.is_constant(steps)
    return is_constant and known_holders.prompt(steps) is None and not _is_asking_name(steps)


def _is_asking_name(steps: Sequence[Seen]) -> bool:
    """Return whether it is a name of the prompt or script that asks."""
    frame = asking_frame()
    # At a prompt and in a script, code has no local variables of its own.
    if len(steps) != 2 or frame is None or frame.f_code.co_flags & _IS_OPTIMIZED:
        return False
    module = steps[0].object
    return type(module) is ModuleType and vars(module) is frame.f_globals


def _of_chain(steps: Sequence[Seen], all_chains: Chains, holder: str) -> list[Pattern]:
    recognised = [
        remedies_of_calls.unused_variable(steps, all_chains),
        remedies_of_callbacks.at_exit(steps, all_chains),
        remedies_of_calls.uncaught(holder, steps),
        known_holders.held_by_interpreter(holder, steps),
    ]
    recognised += [recognise(steps) for recognise in _IN_CHAINS]
    found = [pattern for pattern in recognised if pattern is not None]
    replaced = {name for pattern in found for name in _REPLACED.get(pattern.name, ())}
    return [pattern for pattern in found if pattern.name not in replaced]


def _seen(steps: Sequence[Step], types: Types) -> list[Seen]:
    found = []
    for step in steps:
        name = object_name(step.object)
        found.append(Seen(*step[:-1], types.of(step.object), name.type_name, name.name))
    return found
