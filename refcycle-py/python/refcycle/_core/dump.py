"""Writes a dump from a core file."""

from __future__ import annotations

import json
import os
import platform
import select
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import partial
from itertools import chain
from typing import Any

from refcycle._attach import remote
from refcycle._core import inside
from refcycle._core.builds import Builds, check_builds
from refcycle._core.core_file import CoreError, CoreFile, Interrupted, Thread, Unreadable
from refcycle._core.deadline import Deadline, TooLong
from refcycle._core.output import Output, output_at
from refcycle._core.restored import Restored, Waiting
from refcycle._refcycle import VERSION, NewFile
from refcycle._text.escapes import printable

__all__ = ["dump_core"]

_CHUNK = 1 << 20
# What a core file never has.
_ALWAYS_MISSING = ("the account of the process memory", "the name of the machine")
_SET_PIPE_SIZE = 1031
_HIGH = 4096
_NEEDED = (
    "PyGILState_Check", "PyGILState_Ensure", "PyGILState_GetThisThreadState", "PyErr_Fetch",
    "PyDict_New", "PyGC_Disable", "PyMem_GetAllocator", "PyRun_String", "Py_GetVersion",
)  # fmt: skip
_FILE_INPUT = 257
_MOST_SAID = 1 << 20
_LEAST_OUTPUT = 1 << 28


def dump_core(
    executable: str, core_path: str, path: str, *, redact: bool, untracked: bool, timeout: float
) -> list[str]:
    """Write a dump from a core file; return what is missing in it, as sentences.

    CoreError if that is not possible, OSError if a file cannot be read or written.
    """
    if not sys.platform.startswith("linux") or platform.machine() not in ("x86_64", "AMD64"):
        raise CoreError(
            "core files are supported on Linux on x86-64 so far, and this is "
            f"{sys.platform} on {platform.machine()}"
        )
    try:
        return _dump(executable, core_path, path, redact, untracked, Deadline(timeout))
    except Unreadable as error:
        raise CoreError(f"{core_path} could not be read: {error}") from None
    except MemoryError:
        raise CoreError(f"there is not enough memory to read {core_path}") from None


def _dump(
    executable: str, core_path: str, path: str, redact: bool, untracked: bool, deadline: Deadline
) -> list[str]:
    with closing(CoreFile(core_path, deadline.check)) as core:
        builds = check_builds(core, executable, deadline)
        missing = [name for name in _NEEDED if name not in builds.functions]
        if missing:
            raise CoreError(f"{core_path} is not of a CPython process: it has no {missing[0]}")
        if not core.known_until(core.threads[0].storage):
            raise CoreError(
                f"{core_path} lacks the data of the process: the core file was written with a "
                "/proc/PID/coredump_filter without bit 0"
            )
        file = output_at(path)  # now: if it cannot be written, nothing else is done
        try:
            lost = _write(
                core, builds, file, redact=redact, untracked=untracked, deadline=deadline
            )
        except BaseException:
            file.discard()
            raise
        return [*_ALWAYS_MISSING, *builds.missing, *lost]


def _write(
    core: CoreFile,
    builds: Builds,
    file: Output | NewFile,
    deadline: Deadline,
    *,
    redact: bool,
    untracked: bool,
) -> list[str]:
    """Write the dump; return what was missing in the memory."""
    code = partial(_code, core=core, redact=redact, untracked=untracked)
    try:
        return _attempt(core, builds, file, code, deadline, finishes=False)
    except Interrupted as error:
        first = error
    try:
        return _attempt(core, builds, file, code, deadline, finishes=True)
    except TooLong:
        raise
    except CoreError:  # the process has ended meanwhile, for example
        raise first from None


def _attempt(
    core: CoreFile,
    builds: Builds,
    file: Output | NewFile,
    code: Callable[[str], bytes],
    deadline: Deadline,
    *,
    finishes: bool,
) -> list[str]:
    """Write the dump by a new process. Interrupted if nothing is written yet."""
    most = _LEAST_OUTPUT + 4 * core.size
    reading, pipe = _pipe()
    try:
        with (
            tempfile.TemporaryFile() as said,
            closing(
                Restored(core, builds, pipe, said.fileno(), deadline, finishes=finishes)
            ) as restored,
        ):
            os.close(pipe)
            pipe = -1
            try:
                _check_version(restored, core)
                thread = _enter(restored, core)
                text = code(restored.target)
                content = _run(restored, thread, text, reading, said, deadline, most)
                begin = next(content, b"")
                try:
                    file.write(chain((begin,), content))
                except Interrupted as error:
                    raise Unreadable(str(error)) from None
            except Unreadable as error:
                words = _words(said)[1]
                more = f" ({words})" if words else ""
                raise type(error)(f"{error}{more}") from None
            return restored.missing
    finally:
        os.close(reading)
        if pipe >= 0:
            os.close(pipe)


def _pipe() -> tuple[int, int]:
    """Return a pipe: the end to read, which does not wait, and the one to write.

    The number of the latter is high: the program of the core file used low ones for its files.
    """
    import fcntl
    import resource

    reading, pipe = os.pipe()
    try:
        os.set_blocking(reading, False)
        with suppress(OSError):
            fcntl.fcntl(reading, _SET_PIPE_SIZE, _CHUNK)
        limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        limit = min(limit, _HIGH) if limit != resource.RLIM_INFINITY else _HIGH
        return reading, fcntl.fcntl(pipe, fcntl.F_DUPFD_CLOEXEC, max(3, limit - 8))
    except BaseException:
        os.close(reading)
        raise
    finally:
        os.close(pipe)


def _check_version(restored: Restored, core: CoreFile) -> None:
    """Raise CoreError unless the process has the version of Python that runs here."""
    text = restored.read_text(restored.call(core.threads[0], "Py_GetVersion"), 100)
    there = ".".join(text.split(".")[:2])
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if there != here:
        raise CoreError(
            f"{core.path} is of Python {printable(there)}, and this refcycle is installed for "
            f"{here}: use one that is installed for that version"
        )


def _enter(restored: Restored, core: CoreFile) -> Thread:
    """Make a thread hold the GIL, and return it."""
    threads = restored.threads
    holders = [one for one in threads if restored.call(one, "PyGILState_Check") == 1]
    if len(holders) == 1:
        return holders[0]
    of_python = [one for one in threads if restored.call(one, "PyGILState_GetThisThreadState")]
    if not of_python:
        raise Unreadable("no thread of it can run Python code")
    for thread in sorted(of_python, key=lambda one: one.id != core.pid):
        try:
            restored.call(thread, "PyGILState_Ensure", share=0.5)
        except (TooLong, Waiting):
            restored.check_time()
        else:
            return thread
    raise Interrupted(
        "no thread has the GIL, and none can take it: it was handed over when the process ended. "
        "If the program runs again, take another core file"
    )


def _code(pipe: str, *, core: CoreFile, redact: bool, untracked: bool) -> bytes:
    package = os.path.dirname(os.path.dirname(os.path.abspath(remote.__file__)))
    text = ""
    for file in (remote.__file__, inside.__file__):
        with open(file, encoding="utf-8") as source:
            text += source.read()
    # By its name, `unused_locals` tells it from the program.
    text += f"\n\n__name__ = {remote.__name__!r}\n"
    options = f"{core.pid}, {core.time!r}, {redact!r}, {untracked!r}"
    text += f"take_core_dump({package!r}, {VERSION!r}, {pipe!r}, {options})\n"
    return text.encode() + b"\0"


def _run(
    restored: Restored,
    thread: Thread,
    code: bytes,
    reading: int,
    said: Any,
    deadline: Deadline,
    most: int,
) -> Iterator[bytes]:
    """Run Python code in the process, and yield what it writes to the pipe.

    Unreadable at the end if it did not finish the dump, or wrote more than `most` bytes.
    """
    start = restored.memory
    # An exception that was being raised would disturb the code.
    restored.call(thread, "PyErr_Fetch", start, start + 8, start + 16)
    restored.call(thread, "PyGC_Disable")
    names = restored.call(thread, "PyDict_New")
    restored.write(start + 64, code)
    restored.start(thread, "PyRun_String", start + 64, _FILE_INPUT, names, names)
    has_writer = True
    while True:
        deadline.check()
        try:
            chunk = os.read(reading, _CHUNK)
            has_writer = bool(chunk)
        except BlockingIOError:
            chunk, has_writer = b"", True
        if chunk:
            most -= len(chunk)
            if most < 0:
                raise Unreadable("it writes more than a dump of its memory can have")
            yield chunk
        elif restored.result() is not None:
            break
        elif has_writer:
            select.select([reading], [], [], 0.002)
        else:
            time.sleep(0.002)
    while chunk := _rest(reading):  # no more than fits a pipe: it has stopped
        yield chunk
    answer = _words(said)[0]
    if answer is None:
        raise Unreadable("the code for the dump has failed")
    if answer:
        kind, text = printable(str(answer.get("kind"))), printable(str(answer.get("text")))
        raise Unreadable(f"{kind}: {text}")


def _rest(reading: int) -> bytes:
    try:
        return os.read(reading, _CHUNK)
    except BlockingIOError:
        return b""


def _words(said: Any) -> tuple[dict[str, Any] | None, str]:
    """Return the answer of the process, and the last line of what else it wrote to stderr."""
    size = os.fstat(said.fileno()).st_size
    content = os.pread(said.fileno(), min(size, _MOST_SAID), 0).decode("utf-8", "replace")
    answer = None
    parts = content.split("\0")
    if len(parts) >= 3:
        with suppress(ValueError, RecursionError):
            found = json.loads(parts[-2])
            answer = found if isinstance(found, dict) else None
    lines = [line.strip() for line in parts[0].splitlines() if line.strip()]
    return answer, printable(lines[-1][:200]) if lines else ""
