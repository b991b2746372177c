"""Patterns of cycles, each with a fix."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from refcycle._cycles.link_evidence import is_back_name
from refcycle._refcycle import object_name
from refcycle._why.remedy import Remedy, Seen

_OF_CLOSURES = {"function", "cell", "tuple"}
_OF_FRAMES = {"frame", "traceback"}


def _closure(cycle: Sequence[Seen]) -> Remedy | None:
    kinds = {step.type.known for step in cycle if not step.is_cache}
    if "cell" in kinds and kinds <= _OF_CLOSURES:
        return Remedy(
            "closure that holds itself",
            "a nested function that calls itself by name is in a cycle with its cell: make it a "
            "function of the module or a method, or set the name to None after use",
        )
    return None


def _exception(cycle: Sequence[Seen]) -> Remedy | None:
    if not any(step.type.known in _OF_FRAMES for step in cycle):
        return None
    has_traceback = any(step.type.known == "traceback" for step in cycle)
    if has_traceback and any(step.type.facts.is_future for step in cycle):
        return Remedy(
            "task or future in a variable of the frames of its exception",
            "it holds its exception, whose traceback holds the frame, whose variable holds the "
            "task or future: `del` the variable in a `finally` block, or after reading the result",
        )
    if not any(step.type.facts.is_exception for step in cycle):
        return None
    return Remedy(
        "exception in a variable of its own frame",
        "the exception holds its traceback, whose frame has a variable that holds the "
        "exception: `del` the variable in a `finally` block, or do not store the exception",
    )


def _link_back(cycle: Sequence[Seen]) -> Remedy | None:
    links = [
        (holder, step)
        for holder, step in zip([cycle[-1], *cycle], cycle, strict=False)
        if step.is_attribute and object_name(step.object).kind == "instance"
    ]
    if not links or len(cycle) < 2:
        return None
    upwards = [link for link in links if is_back_name(str(link[1].name))]
    if not upwards:
        return None
    holder, step = upwards[0]
    owner = holder.label if (name := object_name(holder.object).type_name) is None else name
    owner = owner.rsplit(".", 1)[-1]
    return Remedy(
        "link back",
        f"make `{owner}.{step.name}` a weak reference (weakref.ref), or set it to None when the "
        "objects are no longer needed",
    )


IN_CYCLES: list[Callable[[Sequence[Seen]], Remedy | None]] = [_closure, _exception, _link_back]
"""The functions that recognise the patterns, each by the steps of a cycle."""
