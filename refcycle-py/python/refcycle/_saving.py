"""What a file says of the program whose heap it has."""

import json
import os
import sys
import threading
import time
from types import FrameType

from refcycle import _types

# Deeper stacks are cut: a recursion has many frames that say the same.
_DEEPEST = 100


# In a fork that only takes a dump, the process of which it is one.
_original: int | None = None


def stand_for(pid: int) -> None:
    """Let what this process saves be of the process whose fork it is."""
    global _original
    _original = pid


def describe(types: list[tuple[type, str]], redact: bool) -> dict[str, str]:
    """Return the facts that a file of a heap has, by name, all as strings.

    `types` are those of the objects, each with its name. Without `redact` the arguments of
    the command are told, which may have secrets.
    """
    facts: dict[str, _types.Facts] = {}
    for class_, name in types:
        # Of several types with one name the first is told of.
        facts.setdefault(name, _types.facts_of(class_))
    return {
        "refcycle": sys.modules["refcycle"].__version__,
        "python": sys.version.split()[0],
        "platform": sys.platform,
        "pid": str(_original or os.getpid()),
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "command": json.dumps(_command(redact)),
        "threads": json.dumps(_stacks()),
        "sys.modules": str(id(sys.modules)),
        "redacted": "true" if redact else "false",
        "types": json.dumps({name: found.flags() for name, found in facts.items()}),
    }


def _command(redact: bool) -> list[str]:
    command = list(sys.orig_argv)
    # The program alone: what follows may be a password.
    return command[:1] if redact else command


def _stacks() -> dict[str, list[str]]:
    """Return the stack of each thread, the innermost call first, by the thread's name."""
    # `threading.enumerate` takes a lock, that whom a signal interrupts may hold.
    active: dict[int, threading.Thread] = getattr(threading, "_active", {})
    names = {ident: thread.name for ident, thread in list(active.items())}
    stacks: dict[str, list[str]] = {}
    frames = sys._current_frames()
    # No variable of a running frame may have the frame: that would be a cycle.
    while frames:
        ident = next(iter(frames))
        name = names.get(ident, f"thread {ident}")
        if name in stacks:
            name = f"{name} ({ident})"
        stacks[name] = _stack(frames.pop(ident))
    return stacks


def _stack(frame: FrameType | None) -> list[str]:
    lines: list[str] = []
    while frame is not None and len(lines) < _DEEPEST:
        if frame.f_globals.get("__name__") != __name__:
            code = frame.f_code
            lines.append(f"{code.co_filename}:{frame.f_lineno} {code.co_name}")
        frame = frame.f_back
    return lines
