"""Forms of cycles that are known, and what helps against each."""

from __future__ import annotations

import types
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from refcycle._remedy import Remedy, is_cache, is_exception, is_future

if TYPE_CHECKING:
    from refcycle.liveness import Step

_UPWARDS = {"parent", "owner", "root", "manager", "container", "document", "back"}
_OF_CLOSURES = {id(types.FunctionType), id(types.CellType), id(tuple)}
_OF_FRAMES = {id(types.FrameType), id(types.TracebackType)}


def _closure(cycle: Sequence[Step]) -> Remedy | None:
    kinds = {id(type(step.object)) for step in cycle if not is_cache(step.object)}
    if id(types.CellType) in kinds and kinds <= _OF_CLOSURES:
        return Remedy(
            "closure that holds itself",
            "a function inside another one that calls itself by name is in a cycle with its "
            "cell: make it a function of the module or a method, or set the name to None",
        )
    return None


def _exception(cycle: Sequence[Step]) -> Remedy | None:
    if not any(id(type(step.object)) in _OF_FRAMES for step in cycle):
        return None
    has_traceback = any(type(step.object) is types.TracebackType for step in cycle)
    if has_traceback and any(is_future(step.object) for step in cycle):
        return Remedy(
            "task or future in a variable of the frames of its exception",
            "it holds its exception, that its traceback, that the frame, and that the task or "
            "future again: `del` the variable in a `finally`, or when its outcome has been read",
        )
    if not any(is_exception(step.object) for step in cycle):
        return None
    return Remedy(
        "exception in a variable of its own frame",
        "the exception holds its traceback, that the frame, and that the exception: `del` "
        "the variable in a `finally`, or keep the exception in none",
    )


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


IN_CYCLES: list[Callable[[Sequence[Step]], Remedy | None]] = [_closure, _exception, _link_back]
"""What recognises them, each by the steps of the cycle."""
