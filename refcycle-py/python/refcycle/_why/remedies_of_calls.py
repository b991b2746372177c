"""Patterns: running frames, coroutines, generators and tracebacks that keep objects alive."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from refcycle._why.remedy import Chains, Pattern, Seen

__all__ = [
    "DONE",
    "GREENLET",
    "NOT_ENDED",
    "UNCAUGHT",
    "UNUSED",
    "WITH_EXCEPTION",
    "exception",
    "is_uncaught",
    "kept_frame",
    "kept_future",
    "suspended",
    "suspended_greenlet",
    "uncaught",
    "unused_variable",
]

DONE = "completed task or future"
NOT_ENDED = "unfinished task"
WITH_EXCEPTION = "task or future with its exception"
UNCAUGHT = "exception that ended the program or a thread"
UNUSED = "variable that is not used again"
GREENLET = "suspended greenlet"
# How the holder of that exception begins.
_UNCAUGHT = "uncaught in "
# Types of objects that stand for the one object that they hold.
_CARRIERS = {"method", "tuple", "function", "cell", "functools.partial"}
_OF_METHODS = {"self", "cls"}
# CPython shows value stacks from 3.14 on. Some of their values have no place.
_OF_STACKS = {"stack", ""}


def unused_variable(steps: Sequence[Seen], all_chains: Chains) -> Pattern | None:
    """Recognise a variable that a running or waiting call holds and does not read again.

    Only if the call no longer holds the object once the variable is deleted.
    """
    place = _place_of_variable(steps)
    if place is None or any(_is_in_use(chain, all_chains) for chain in all_chains.chains):
        return None
    call, variable = steps[place - 1], steps[place]
    unused = all_chains.unused.of(call.object)
    if variable.name not in unused.names or variable.name in _OF_METHODS:
        return None
    if not _goes_with_variable(steps, place, all_chains):
        return None
    name = variable.name
    where = "after its last use"
    if name in unused.in_loop:
        where = "at the end of the loop, in a `finally` block if the body can end early"
    return Pattern(
        UNUSED,
        f"`{call.own_name or 'the call'}` still holds the value of `{name}` and does not read it "
        f"again: put `del {name}` {where}",
        place,
    )


def _place_of_variable(steps: Sequence[Seen]) -> int | None:
    """Return the place of the variable of a call that is nearest to the object.

    The call is one of a thread, a task or a greenlet.
    """
    for place in range(len(steps) - 1, 0, -1):
        if steps[place].kind != "local" or not _is_call(steps[place - 1]):
            continue
        call = place - 1
        # A coroutine that another one awaits, and up to 3.10 its frame.
        while call and _is_call(steps[call - 1]) and steps[call].kind != "local":
            call -= 1
        is_of_thread = call == 0 and steps[call].type.known == "frame"
        if is_of_thread or (call and _runs_calls(steps[call - 1])):
            return place
    return None


def _runs_calls(step: Seen) -> bool:
    return step.type.facts.is_future or step.type.facts.is_greenlet


def _is_call(step: Seen) -> bool:
    return step.is_generator or step.type.known == "frame"


def _is_carried(steps: Sequence[Seen], place: int) -> bool:
    """Return whether a variable holds the object itself, or one that stands for it."""
    return all(step.type.known in _CARRIERS for step in steps[place:-1])


def _goes_with_variable(steps: Sequence[Seen], place: int, all_chains: Chains) -> bool:
    """Return whether a call holds the object, or a path to it, through the variable only."""
    holds = all_chains.holds
    *between, asked = steps[place:]
    if not between:
        return holds.is_held_once_by(steps[place - 1].object, asked.object)
    carriers = between if _is_carried(steps, place) else between[:1]
    return all(holds.is_held_once(step.object) for step in carriers)


def _is_on_stack(steps: Sequence[Seen]) -> bool:
    """Return whether the value stack of a call has the object, or one that stands for it."""
    return any(
        _is_call(steps[place - 1])
        and steps[place].kind in _OF_STACKS
        and not _is_call(steps[place])
        and _is_carried(steps, place)
        for place in range(1, len(steps))
    )


def _is_in_use(steps: Sequence[Seen], all_chains: Chains) -> bool:
    """Return whether a call that runs or waits still uses the object."""
    if _is_on_stack(steps):
        return True
    place = _place_of_variable(steps)
    if place is None or not _is_carried(steps, place):
        return False
    name = steps[place].name
    return name in _OF_METHODS or name not in all_chains.unused.of(steps[place - 1].object).names


def is_uncaught(holder: str) -> bool:
    """Return whether a chain begins with the exception that ended a thread and caused a dump."""
    return holder.startswith(_UNCAUGHT)


def uncaught(holder: str, steps: Sequence[Seen]) -> Pattern | None:
    """Recognise what the exception holds that ended a thread and caused a dump.

    `holder` is the holder of the first object of a chain.
    """
    if not is_uncaught(holder) or len(steps) == 1:
        return None
    return Pattern(
        UNCAUGHT,
        "its traceback has the frames that it ended, with the last values of their variables: "
        "what the program was doing, and not a leak",
        0,
    )


def exception(steps: Sequence[Seen]) -> Pattern | None:
    """Recognise the traceback of an exception, with the exception or without."""
    for place, (step, following) in enumerate(pairwise(steps[:-1])):
        if following.type.known != "traceback":
            continue
        # A future written in C holds the traceback itself too.
        for at in (place, place - 1)[: place + 1]:
            holder = steps[at]
            if holder.type.facts.is_future:
                return Pattern(
                    WITH_EXCEPTION,
                    f"{holder.label} keeps its exception, which keeps its traceback, which keeps "
                    "the variables of all its frames: drop it when you have read its outcome; "
                    "remove it from a set with add_done_callback(tasks.discard)",
                    at,
                )
        if step.type.facts.is_exception:
            return _of_exception(steps, place)
        return _of_traceback(steps, place + 1)
    # The frames of a traceback that begins the chain.
    return _of_traceback(steps, 0) if steps[0].type.known == "traceback" else None


def _of_exception(steps: Sequence[Seen], place: int) -> Pattern:
    # From outside, only the thread that handles an exception holds it.
    if place == 0:
        return Pattern(
            "exception that is being handled",
            "its traceback keeps the variables of its frames until the `except` block ends: "
            "leave the block before you wait or continue",
            0,
        )
    if steps[place].name in ("__cause__", "__context__"):
        return Pattern(
            "exception with its frames",
            "the traceback of the exception from which a stored one was raised keeps the "
            "variables of all its frames: store the text instead (traceback.format_exception)",
            place + 1,
        )
    return Pattern(
        "exception with its frames",
        "the traceback of a stored exception keeps the variables of all its frames: store its "
        "text or error.with_traceback(None) instead",
        place + 1,
    )


def _of_traceback(steps: Sequence[Seen], place: int) -> Pattern | None:
    if place + 1 >= len(steps):
        return None
    step = steps[place]
    above = steps[:place]
    if any(holder.type_name == "logging.LogRecord" for holder in above[-2:]):
        return Pattern(
            "log record with its traceback",
            "the `exc_info` of a stored log record keeps the variables of all frames of the "
            "traceback: store the formatted text, and set `record.exc_info = None`",
            place,
        )
    if step.kind == "local":
        return Pattern(
            "traceback with its frames",
            f"the variable `{step.name}` keeps a traceback, which keeps the variables of all its "
            f"frames: `del {step.name}` when it has been handled",
            place,
        )
    return Pattern(
        "traceback with its frames",
        "a stored traceback keeps the variables of all its frames: store its text "
        "(traceback.format_tb) instead, or call traceback.clear_frames",
        place,
    )


def kept_frame(steps: Sequence[Seen]) -> Pattern | None:
    """Recognise a frame that something other than its thread and its traceback holds."""
    for place in range(1, len(steps) - 1):
        holder, frame, variable = steps[place - 1 : place + 2]
        if frame.type.known != "frame" or variable.kind != "local":
            continue
        if holder.type.known in ("frame", "traceback") or holder.is_generator:
            continue
        if holder.type.facts.is_greenlet:
            continue
        return Pattern(
            "stored frame",
            f"{frame.label} keeps its variables: store what you need of it, such as its "
            "function and line, and `del` the frame",
            place,
        )
    return None


def kept_future(steps: Sequence[Seen]) -> Pattern | None:
    """Recognise a completed future that was never removed from its container."""
    for place, (holder, step) in enumerate(pairwise(steps), start=1):
        if holder.is_container and step.is_done:
            return Pattern(
                DONE,
                f"{step.label} stays in a container, and keeps its result: remove it with "
                "add_done_callback(tasks.discard), or when you have read its outcome",
                place,
            )
    return None


def suspended(steps: Sequence[Seen]) -> Pattern | None:
    """Recognise a coroutine or generator that has neither ended nor been closed."""
    for place, step in enumerate(steps[:-1]):
        if not step.is_suspended:
            continue
        if place and steps[place - 1].type.facts.is_future:
            return Pattern(
                NOT_ENDED,
                "the variables of its coroutine live until it ends: let it end, or cancel() it, "
                "and await it",
                place + 1,
            )
        close = "await its aclose()" if step.type.known == "async_generator" else "close() it"
        return Pattern(
            "suspended generator or coroutine",
            f"the variables of {step.label} live until it ends: {close}, or run it to its end",
            place + 1,
        )
    return None


def suspended_greenlet(steps: Sequence[Seen]) -> Pattern | None:
    """Recognise a greenlet that waits and so keeps the variables of its calls alive."""
    for place, (greenlet, frame) in enumerate(pairwise(steps[:-1]), start=1):
        if greenlet.type.facts.is_greenlet and frame.type.known == "frame":
            return Pattern(
                GREENLET,
                f"the variables of `{frame.own_name or 'the call'}` live until the greenlet ends: "
                "let it end, set a timeout on what it waits for, or end it with kill() or throw()",
                place + 1,
            )
    return None
