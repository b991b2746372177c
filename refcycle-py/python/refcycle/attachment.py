"""Dump the heap of another process that has not imported refcycle."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from refcycle._arguments import check_flags, check_number, index_of
from refcycle._attach import no_request, remote
from refcycle._attach.inbox import Inbox, Untrusted, new_name
from refcycle._dumps.paths import absolute
from refcycle._text.escapes import printable

if TYPE_CHECKING:
    from _typeshed import StrPath

__all__ = ["attach"]

_PAUSE = 0.01
_OLDEST = (3, 14)
_LONGEST = 1000


def attach(
    pid: int,
    path: StrPath,
    *,
    timeout: float = 30.0,
    redact: bool = True,
    untracked: bool = True,
) -> None:
    """Dump the heap of another process to a file for `refcycle.load`.

    That process need not have imported refcycle. It must run CPython 3.14 or later, in the same
    version (3.x) as this process. `sys.remote_exec` asks it to import refcycle from where this
    process imported it, and to write the dump. The process pauses meanwhile, and nothing remains
    in it except the import. `redact` is that of `ObjectGraph.save`, `untracked` that of `dump`.

    Its main thread writes the dump as soon as it runs Python code. While that thread waits for a
    lock or a connection, or runs in C, nothing happens; after `timeout` seconds the request is
    withdrawn. Once started, the dump has no time limit.

    The other process must see the file's folder under the same name: it writes into a folder
    beside the file, or, if its user has no access there, into one in the folder for temporary
    files. The dump is copied from there, as `dump` writes it: only its owner can read a new file
    (0600).

    A process of another user, to which root attaches for example, may be hostile. Nothing that it
    leaves in that folder is trusted: no link is followed, nothing but a dump is read, and the
    resulting file belongs to this process. `path` must then not be a symbolic link, a device or a
    pipe. Choose a folder that only you can change.

    After each of these errors, an existing file at `path` is unchanged:

    - RuntimeError: the Python here or there is too old; the two versions differ; the process
      does not run Python; remote debugging is disabled in it (`-X disable-remote-debug`,
      `PYTHON_DISABLE_REMOTE_DEBUG` or a build without it); it is in a container that does not
      see the folder; it cannot import refcycle; it hands over something other than its dump;
    - ProcessLookupError: there is no such process, or it ended meanwhile;
    - PermissionError: this process is not allowed to access that one. Both must have the same
      user, or this one needs root's rights or, on Linux, CAP_SYS_PTRACE. Linux' `ptrace_scope` may
      forbid more, and macOS requires root;
    - TimeoutError: its main thread ran no Python code in that time;
    - OSError and MemoryError as in `dump`.

    >>> import refcycle
    >>> refcycle.attach(12345, "server.refcycle")  # doctest: +SKIP
    """
    if sys.version_info < _OLDEST:
        raise RuntimeError(
            "attach needs Python 3.14 or later in both processes; this is "
            f"{_version(sys.version_info)}: let the program call refcycle.dump_on_signal, or "
            "write a core file with gcore and use `refcycle core` (Linux on x86-64)"
        )
    check_flags(redact=redact, untracked=untracked)
    check_number("timeout", timeout)
    if index_of("pid", pid) <= 0:
        raise ValueError(f"pid is {pid}: it must be a positive number")
    if not timeout > 0:
        raise ValueError(f"timeout is {timeout}: it must be more than 0 seconds")
    if _is_gone(pid):
        raise ProcessLookupError(errno.ESRCH, f"there is no process {pid}")
    target = absolute(path)
    owner, groups = _user(pid)
    _check_place(target, owner)
    try:
        place = _within_reach(os.path.dirname(target), owner, groups)
        inbox = Inbox(place, new_name(pid), owner)
    except Untrusted as error:
        raise _untrusted(pid, error) from None
    except OSError as error:
        raise OSError(error.errno, error.strerror, target) from None
    try:
        _ask(pid, inbox, redact, untracked)
        try:
            _wait_for_begin(pid, inbox, timeout)
            said = _wait_for_answer(pid, inbox)
        except BaseException:
            _take_back(pid, inbox)
            raise
        if said:
            raise _failure(pid, said, target)
        inbox.collect(target)
    except Untrusted as error:
        raise _untrusted(pid, error) from None
    finally:
        inbox.close()


def _untrusted(pid: int, error: Untrusted) -> RuntimeError:
    return RuntimeError(
        f"process {pid} handed over something other than a dump: {printable(str(error))}; "
        "something in it interferes"
    )


def _check_place(target: str, owner: int | None) -> None:
    """Raise OSError for a target that cannot be overwritten."""
    if os.path.isdir(target):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), target)
    if owner is None or owner == os.geteuid():
        return
    with suppress(FileNotFoundError, NotADirectoryError):
        mode = os.lstat(target).st_mode
        if stat.S_ISLNK(mode):
            text = "no symbolic link is followed when attaching to another user's process"
            raise OSError(errno.ELOOP, text, target)
        if not stat.S_ISREG(mode):
            text = "only a regular file is overwritten when attaching to another user's process"
            raise OSError(errno.EINVAL, text, target)


def _within_reach(directory: str, owner: int | None, groups: set[int]) -> str:
    """Return the folder, or that for temporary files if the user has no access to it."""
    if owner is None or owner in (0, os.geteuid()):
        return directory
    for folder in (directory, tempfile.gettempdir()):
        if _can_pass(os.path.realpath(folder), owner, groups):
            return folder
    return directory


def _can_pass(folder: str, owner: int | None, groups: set[int]) -> bool:
    while True:
        found = os.stat(folder)
        if found.st_uid == owner:
            needed = stat.S_IXUSR
        elif found.st_gid in groups:
            needed = stat.S_IXGRP
        else:
            needed = stat.S_IXOTH
        if not found.st_mode & needed:
            return False
        around = os.path.dirname(folder)
        if around == folder:
            return True
        folder = around


def _version(version: Any) -> str:
    return f"{version[0]}.{version[1]}"


def _is_gone(pid: int) -> bool:
    """Whether there is no such process, or only a zombie."""
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


def _ask(pid: int, inbox: Inbox, redact: bool, untracked: bool) -> None:
    """Ask the process to run the script when it can."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(remote.__file__)))
    with open(remote.__file__, encoding="utf-8") as file:
        code = file.read()
    # The functions and their globals hold each other: this frees them immediately.
    options = f"redact={redact!r}, untracked={untracked!r}"
    # By its name, `unused_locals` tells it from the program, which it interrupts.
    code += f"\n\n__name__ = {remote.__name__!r}\n"
    code += f"take_dump({package!r}, {inbox.inner.path!r}, {options})\nglobals().clear()\n"
    _check_sight(pid, inbox)
    try:
        inbox.fill(code)
    except PermissionError as error:  # the folder cannot be given to the other user
        raise PermissionError(error.errno, _permissions(pid)) from None
    _send(pid, inbox.script)


def _check_sight(pid: int, inbox: Inbox) -> None:
    """Raise RuntimeError if the process does not see the folder."""
    work = inbox.work.path
    if not os.path.exists(f"/proc/{pid}"):
        return
    try:
        seen = os.stat(f"/proc/{pid}/root{work}")
    except FileNotFoundError:
        raise _unseen(pid, work) from None
    except OSError:  # no permission, as the next step will say
        return
    if not os.path.samestat(seen, inbox.work.status()):
        raise _unseen(pid, work)


def _user(pid: int) -> tuple[int | None, set[int]]:
    """Return the user and the groups with which a process opens files; None if unsupported.

    If they are unknown, they are those of this process.
    """
    if not hasattr(os, "geteuid"):
        return None, set()
    with suppress(OSError, ValueError, KeyError), open(f"/proc/{pid}/status") as file:
        lines = (line.partition(":") for line in file)
        ids = {name: rest.split() for name, _, rest in lines if name in ("Uid", "Gid", "Groups")}
        # The last of the four ids is used for files.
        return int(ids["Uid"][3]), {int(ids["Gid"][3]), *map(int, ids["Groups"])}
    with suppress(OSError, ValueError):
        asked = ["ps", "-o", "uid=", "-p", str(pid)]
        found = subprocess.run(asked, capture_output=True, check=False).stdout
        return int(found), set()
    return os.geteuid(), set()


def _unseen(pid: int, work: str) -> RuntimeError:
    return RuntimeError(
        f"process {pid} does not see the folder {os.path.dirname(work)}: it has its own file "
        "system, as in a container; attach from inside it"
    )


def _send(pid: int, script: str) -> None:
    remote_exec: Any = getattr(sys, "remote_exec", None)
    if remote_exec is None:
        raise RuntimeError("this Python was built without remote debugging (sys.remote_exec)")
    try:
        remote_exec(pid, script)
    except (OSError, RuntimeError) as error:
        raise _refusal(pid, error) from error


def _refusal(pid: int, error: BaseException) -> Exception:
    """Return an exception that explains an error of `sys.remote_exec`."""
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
            f"{start}: it runs another version of Python than {here}; use that version to "
            f"attach ({text})"
        )
    if "not enabled in the remote process" in text:
        return RuntimeError(
            f"{start}: remote debugging is disabled in it, by -X disable-remote-debug, "
            "PYTHON_DISABLE_REMOTE_DEBUG or its build"
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
    return ProcessLookupError(errno.ESRCH, f"process {pid} ended during the attach")


def _wait_for_begin(pid: int, inbox: Inbox, timeout: float) -> None:
    deadline = time.monotonic() + timeout
    while inbox.is_asked():
        if _is_gone(pid):
            raise _ended(pid)
        if time.monotonic() > deadline and inbox.forget():
            raise TimeoutError(
                f"the main thread of process {pid} ran no Python code for {timeout:g} s: it "
                "is waiting, or runs C code; the request is withdrawn, try again later"
            )
        time.sleep(_PAUSE)


def _wait_for_answer(pid: int, inbox: Inbox) -> dict[str, Any]:
    while not inbox.is_answered():
        if _is_gone(pid) and not inbox.is_answered():
            raise _ended(pid)
        time.sleep(_PAUSE)
    return inbox.answer()


def _take_back(pid: int, inbox: Inbox) -> None:
    """Make the process run an empty script instead of one that will be deleted."""
    with suppress(Untrusted):
        inbox.forget()
    if not inbox.has_begun() and not _is_gone(pid):
        with suppress(Exception):
            _send(pid, os.path.abspath(no_request.__file__))


def _failure(pid: int, said: dict[str, Any], target: str) -> Exception:
    """Return the exception for the answer of the process, which may contain anything."""
    kind, text, number = said.get("kind"), said.get("text"), said.get("errno")
    kind = printable(kind[:_LONGEST]) if isinstance(kind, str) else "an unknown error"
    text = printable(text[:_LONGEST]) if isinstance(text, str) else "no reason"
    if type(number) is int and 0 < number < 1 << 16:
        return OSError(number, text, target)
    if kind == "MemoryError":
        return MemoryError(f"process {pid} has too little memory for the dump")
    if kind in ("ImportError", "ModuleNotFoundError"):
        return RuntimeError(
            f"process {pid} cannot import refcycle, which may be built for another build of "
            f"Python: {text}"
        )
    return RuntimeError(f"the dump failed in process {pid} with {kind}: {text}")
