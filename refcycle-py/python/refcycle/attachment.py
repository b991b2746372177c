"""A snapshot of another process that has not imported refcycle."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from refcycle import _attached, _nothing

if TYPE_CHECKING:
    from _typeshed import StrPath

__all__ = ["attach"]

_PAUSE = 0.01
_OLDEST = (3, 14)


def attach(pid: int, path: StrPath, *, timeout: float = 30.0, redact: bool = True) -> None:
    """Have another process write a dump of itself: a file for `refcycle.load`.

    That process need not have imported refcycle. It runs CPython 3.14 or later, of the
    version (3.x) that runs this; `sys.remote_exec` asks it to import refcycle from where it
    is imported here and to take the dump. It stands still for that, and nothing stays in it
    but the import. `redact` is that of `ObjectGraph.save`.

    Its main thread takes the dump as soon as it runs Python code. While that waits, for a
    lock, a connection or in C, nothing happens; after `timeout` seconds the request is taken
    back. Once begun, the dump has all the time that it needs.

    The folder of the file must be one that the other process sees by the same name: it
    writes into a folder beside the file. What is there at `path` is there still after each
    of these errors:

    - RuntimeError: this Python, or that of the process, is too old; the two versions differ;
      it is no Python; remote debugging is disabled in it (`-X disable-remote-debug`,
      `PYTHON_DISABLE_REMOTE_DEBUG` or a build without it); it is in a container that does
      not see the folder; it cannot import refcycle;
    - ProcessLookupError: there is no such process, or it has ended meanwhile;
    - PermissionError: this process may not look into that one. They must have the same user,
      or this one root's rights or, on Linux, CAP_SYS_PTRACE; Linux' `ptrace_scope` may
      forbid more, and macOS wants root;
    - TimeoutError: its main thread has run no Python code in the time;
    - OSError and MemoryError as of `dump`.

    >>> import refcycle
    >>> refcycle.attach(12345, "server.refcycle")  # doctest: +SKIP
    """
    if sys.version_info < _OLDEST:
        raise RuntimeError(
            "to attach to a process takes Python 3.14 or later, both there and here, and this "
            f"is {_version(sys.version_info)}: let the program call refcycle.dump_on_signal"
        )
    if pid <= 0:
        raise ValueError(f"pid is {pid}: it must be that of a process")
    if not timeout > 0:
        raise ValueError(f"timeout is {timeout}: it must be more than 0 seconds")
    if _is_gone(pid):
        raise ProcessLookupError(errno.ESRCH, f"there is no process {pid}")
    target = os.path.abspath(os.fspath(path))
    directory = os.path.dirname(target)
    work = os.path.join(directory, f".refcycle-attach-{pid}-{os.getpid()}-{time.time_ns()}")
    try:
        os.mkdir(work, 0o700)
    except OSError as error:
        raise OSError(error.errno, error.strerror, target) from None
    try:
        _ask(pid, work, redact)
        try:
            _wait_for_begin(pid, work, timeout)
            said = _wait_for_answer(pid, work)
        except BaseException:
            _take_back(pid, work)
            raise
        if said:
            raise _failure(pid, said, target)
        _move(os.path.join(work, "dump.refcycle"), target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _version(version: Any) -> str:
    return f"{version[0]}.{version[1]}"


def _is_gone(pid: int) -> bool:
    """Whether there is no such process, or one that only waits to be waited for."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return True
    except PermissionError:
        pass
    with suppress(OSError), open(f"/proc/{pid}/stat", "rb") as file:
        # The name of the program comes before, in brackets, and may have any characters.
        return file.read().rpartition(b")")[2].split()[0] == b"Z"
    return False


def _ask(pid: int, work: str, redact: bool) -> None:
    """Let the process run the script when it can."""
    package = os.path.dirname(os.path.abspath(_attached.__file__))
    with open(_attached.__file__, encoding="utf-8") as file:
        code = file.read()
    # The functions and their globals hold each other: so they go at once.
    code += f"\n\ntake_dump({package!r}, {work!r}, {redact!r})\nglobals().clear()\n"
    script = os.path.join(work, "script.py")
    asked = os.path.join(work, "asked")
    with open(script, "w", encoding="utf-8") as file:
        file.write(code)
    with open(asked, "w"):
        pass
    _let_in(pid, work, script, asked)
    _send(pid, script)


def _let_in(pid: int, work: str, *files: str) -> None:
    """Give the files to the user of the process; RuntimeError if it does not see them."""
    if os.path.exists(f"/proc/{pid}"):
        try:
            seen = os.stat(f"/proc/{pid}/root{work}")
        except FileNotFoundError:
            raise _unseen(pid, work) from None
        except OSError:  # no permission, as the next step will say
            return
        if not os.path.samestat(seen, os.stat(work)):
            raise _unseen(pid, work)
    owner = _owner(pid)
    if owner != os.geteuid():
        with suppress(OSError):
            for file in (*files, work):
                os.chown(file, owner, -1)


def _owner(pid: int) -> int:
    """Return the user whose process it is; this one's, where that is not to be known."""
    with suppress(OSError):
        return os.stat(f"/proc/{pid}").st_uid
    with suppress(OSError, ValueError):
        asked = ["ps", "-o", "uid=", "-p", str(pid)]
        return int(subprocess.run(asked, capture_output=True, check=False).stdout)
    return os.geteuid()


def _unseen(pid: int, work: str) -> RuntimeError:
    return RuntimeError(
        f"process {pid} does not see the folder {os.path.dirname(work)}: it has a file system "
        "of its own, as in a container; attach from inside of it"
    )


def _send(pid: int, script: str) -> None:
    remote_exec: Any = getattr(sys, "remote_exec", None)
    if remote_exec is None:
        raise RuntimeError("this Python is built without remote debugging (sys.remote_exec)")
    try:
        remote_exec(pid, script)
    except (OSError, RuntimeError) as error:
        raise _refusal(pid, error) from error


def _refusal(pid: int, error: BaseException) -> Exception:
    """Return what `sys.remote_exec` means."""
    reasons = [error]
    while (reason := reasons[-1].__cause__ or reasons[-1].__context__) is not None:
        reasons.append(reason)
    if _is_gone(pid) or any(isinstance(reason, ProcessLookupError) for reason in reasons):
        return _ended(pid)
    for reason in reasons:
        if isinstance(reason, PermissionError):
            return PermissionError(reason.errno, _permissions(pid))
    text = str(error)
    start = f"process {pid} cannot be attached to"
    here = _version(sys.version_info)
    if "Can't send commands" in text:
        return RuntimeError(
            f"{start}: it has another version of Python than {here}, which it "
            f"must be attached to with ({text})"
        )
    if "not enabled in the remote process" in text:
        return RuntimeError(
            f"{start}: remote debugging is disabled in it, by -X disable-remote-debug, by "
            "PYTHON_DISABLE_REMOTE_DEBUG or in its build"
        )
    if "PyRuntime" in text:
        return RuntimeError(f"{start}: it does not run CPython 3.14 or later")
    if isinstance(error, OSError):
        return OSError(error.errno, f"{start}: {error.strerror}")
    return RuntimeError(f"{start}: {text}")


def _permissions(pid: int) -> str:
    text = f"no permission to attach to process {pid}: run as the same user, or as root"
    if sys.platform == "darwin":
        return f"{text}; on macOS only root may"
    if sys.platform.startswith("linux"):
        text += " or with CAP_SYS_PTRACE (in a container: --cap-add=SYS_PTRACE)"
        with suppress(OSError), open("/proc/sys/kernel/yama/ptrace_scope") as file:
            if (scope := file.read().strip()) != "0":
                text += (
                    f"; /proc/sys/kernel/yama/ptrace_scope is {scope}, and 0 allows the same user"
                )
    return text


def _ended(pid: int) -> ProcessLookupError:
    return ProcessLookupError(errno.ESRCH, f"process {pid} ended while it was attached to")


def _wait_for_begin(pid: int, work: str, timeout: float) -> None:
    asked = os.path.join(work, "asked")
    deadline = time.monotonic() + timeout
    while os.path.exists(asked):
        if _is_gone(pid):
            raise _ended(pid)
        if time.monotonic() > deadline and _forget(asked):
            raise TimeoutError(
                f"the main thread of process {pid} ran no Python code for {timeout:g} s: it "
                "waits, or works in C; no dump is taken when it goes on, try again then"
            )
        time.sleep(_PAUSE)


def _forget(asked: str) -> bool:
    """Take the request back; False when the process has just begun."""
    try:
        os.unlink(asked)
    except FileNotFoundError:
        return False
    return True


def _wait_for_answer(pid: int, work: str) -> dict[str, Any]:
    answer = os.path.join(work, "answer")
    while not os.path.exists(answer):
        if _is_gone(pid) and not os.path.exists(answer):
            raise _ended(pid)
        time.sleep(_PAUSE)
    with open(answer, encoding="utf-8") as file:
        said: dict[str, Any] = json.load(file)
    return said


def _take_back(pid: int, work: str) -> None:
    """Have the process run nothing, in place of a script that will not be there."""
    _forget(os.path.join(work, "asked"))
    begun = os.path.exists(os.path.join(work, "begun"))
    if not begun and not _is_gone(pid):
        with suppress(Exception):
            _send(pid, os.path.abspath(_nothing.__file__))


def _failure(pid: int, said: dict[str, Any], target: str) -> Exception:
    kind, text = said["kind"], said["text"]
    if "errno" in said:
        return OSError(said["errno"], text, target)
    if kind == "MemoryError":
        return MemoryError(f"process {pid} has too little memory for the dump")
    if kind in ("ImportError", "ModuleNotFoundError"):
        return RuntimeError(
            f"process {pid} cannot import refcycle, which may be made for another build of "
            f"Python: {text}"
        )
    return RuntimeError(f"the dump failed in process {pid} with {kind}: {text}")


def _move(made: str, target: str) -> None:
    with suppress(OSError):
        os.chown(made, os.geteuid(), os.getegid())
    try:
        os.replace(made, target)
    except OSError as error:
        raise OSError(error.errno, error.strerror, target) from None
