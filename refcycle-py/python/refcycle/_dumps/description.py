"""The facts about a program that a dump of its heap contains."""

import os
import sys
import time
from types import FrameType, ModuleType
from typing import Any

from refcycle._dumps import residue
from refcycle._objects.type_flags import namespace_of, resolution_of
from refcycle._objects.types import Facts, facts_of
from refcycle._refcycle import VERSION, redacted_file, redacted_function, thread_frames
from refcycle._text.json_text import json_text

# Deeper stacks are cut: in a recursion, many frames look the same.
_DEEPEST = 100

_ALL_BITS = 2**64 - 1

# The environment variable with the labels of a process.
LABELS = "REFCYCLE_LABELS"

# The code that takes the dump in a process that was restored from a core file.
_RESTORED = "refcycle._attach.remote"

# In a fork that only takes a dump, the id and the stacks of the process that was forked.
_original: int | None = None
_stacks: dict[str, list[str]] | None = None
# In a process that was restored from a core file, the time of the file.
_moment: float | None = None


def stand_for(pid: int, stacks: dict[str, list[str]]) -> None:
    """Describe this process as the process that was forked: its id and its stacks."""
    global _original, _stacks
    _original, _stacks = pid, stacks


def stand_for_core(pid: int, moment: float) -> None:
    """Describe this process as one that ended at this time, of which there is a core file."""
    global _original, _moment
    _original, _moment = pid, moment


def describe(types: list[tuple[type, str]], redact: bool) -> dict[str, str]:
    """Return the facts for a dump, by name, all as strings.

    `types` are those of the objects, each with its name. With `redact`, the arguments of the
    command and the names of files that are not source files are omitted.
    """
    facts: dict[str, Facts] = {}
    for class_, name in types:
        # Of several types with one name, the first one counts.
        facts.setdefault(name, facts_of(class_))
    stacks = stacks_of_threads(redact) if _stacks is None else _stacks
    return {
        "refcycle": VERSION,
        "python": sys.version.split()[0],
        "platform": sys.platform,
        "pid": str(_original or os.getpid()),
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(_moment)),
        **({} if _moment is None else {"source": "core file"}),
        "command": json_text(_command(redact)),
        **_origin(redact),
        "threads": json_text(stacks),
        "sys.modules": str(id(sys.modules)),
        "process": _process(),
        "redacted": "true" if redact else "false",
        "types": json_text({name: found.flags() for name, found in facts.items()}),
        **residue.facts(),
    }


def _process() -> str:
    """Return what tells this process from others that have its id, on other machines.

    It says nothing about the machine, so that redacted files have it. It is the same in each dump
    of the process, also in one from a core file. The hashes of strings are random for each process
    and so, as a rule, are addresses.
    """
    return f"{hash(('process', id(None))) & _ALL_BITS:016x}"


def _command(redact: bool) -> list[str]:
    command = list(sys.orig_argv)
    # Only the program: its arguments may contain a password.
    return command[:1] if redact else command


def _origin(redact: bool) -> dict[str, str]:
    """Return what tells apart the programs of several machines.

    The name of the machine may be a secret; labels are given on purpose.
    """
    found = {}
    main = sys.modules.get("__main__")
    file = vars(main).get("__file__") if type(main) is ModuleType else None
    if type(file) is str:
        found["program"] = redacted_file(file) if redact else file
    # A core file does not tell the machine.
    if not redact and _moment is None and hasattr(os, "uname"):
        found["host"] = os.uname().nodename
    labels = labels_in(os.environ.get(LABELS, ""))
    if labels:
        found["labels"] = json_text(labels)
    return found


def labels_in(text: str) -> dict[str, str]:
    """Return the labels in a text such as `service=shop,version=2.4`.

    A part without a name or a value is ignored: an error would cost the dump.
    """
    pairs = (part.partition("=")[::2] for part in text.split(","))
    return {name.strip(): value.strip() for name, value in pairs if name.strip() and value.strip()}


def stacks_of_threads(redact: bool) -> dict[str, list[str]]:
    """Return the stack of each thread by its name, the innermost call first."""
    names = _thread_names()
    stacks: dict[str, list[str]] = {}
    frames = thread_frames()
    # No variable of a running frame may hold this frame: that would be a cycle.
    while frames:
        ident = frames[-1][0]
        name = names.get(ident, f"thread {ident}")
        if name in stacks:
            name = f"{name} ({ident})"
        stacks[name] = _stack(frames.pop()[1], redact)
    return stacks


def _thread_names() -> dict[int, str]:
    """Return the names of threads by their idents. No code of their classes runs.

    There are none unless the program has imported `threading`. `threading.enumerate` takes a
    lock, which the code that a signal interrupted may hold.
    """
    module = sys.modules.get("threading")
    known: dict[str, Any] = vars(module) if type(module) is ModuleType else {}
    active, thread_class = known.get("_active"), known.get("Thread")
    if type(active) is not dict or type(thread_class) is not type:
        return {}
    names = {}
    for ident, thread in list(active.items()):
        if issubclass(type(thread), thread_class):
            name = _stored(thread, "_name")
            if type(name) is str:
                names[ident] = name
    return names


def _stored(obj: object, name: str) -> object:
    """Return the attribute that an object itself stores; None if its class has the name.

    No code of the class runs. The `__dict__` of the object is not accessed, because that would
    create it.
    """
    if any(name in namespace_of(class_) for class_ in resolution_of(type(obj))):
        return None
    try:
        return object.__getattribute__(obj, name)
    except AttributeError:
        return None


def _stack(frame: FrameType | None, redact: bool) -> list[str]:
    lines: list[str] = []
    while frame is not None and len(lines) < _DEEPEST:
        name = frame.f_globals.get("__name__")
        if name != __name__ and (_moment is None or name != _RESTORED):
            code = frame.f_code
            file, function = code.co_filename, code.co_name
            if redact:
                # `compile` and `replace` take any text for these names.
                file, function = redacted_file(file), redacted_function(function)
            lines.append(f"{file}:{frame.f_lineno} {function}")
        frame = frame.f_back
    return lines
