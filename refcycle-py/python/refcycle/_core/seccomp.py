"""A filter for system calls: the process can read files and use its own memory.

The kernel opens no file for it to write: the filter leaves such calls to the tracer, which skips
them.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence

__all__ = ["ASK_BRK", "ASK_READ", "ASK_WAIT", "ASK_WRITE", "filter_program"]

# What the tracer is asked about: a file to open to read, one to write, the heap, and a wait for
# another thread without a time limit.
ASK_READ, ASK_WRITE, ASK_BRK, ASK_WAIT = 1, 2, 3, 4

_ALLOW, _TRACE, _ERROR, _KILL = 0x7FFF0000, 0x7FF00000, 0x00050000, 0x80000000
_ENOSYS, _EAGAIN, _ENOTTY = 38, 11, 25
_X86_64 = 0xC000003E
_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06
_NUMBER_AT, _MACHINE_AT, _ARGUMENTS_AT = 0, 4, 16
_FREE = {
    "read": 0, "write": 1, "close": 3, "stat": 4, "fstat": 5, "lstat": 6, "poll": 7, "lseek": 8,
    "mmap": 9, "mprotect": 10, "munmap": 11, "rt_sigaction": 13, "rt_sigprocmask": 14,
    "pread64": 17, "readv": 19, "writev": 20, "access": 21, "pipe": 22,
    "sched_yield": 24, "mremap": 25, "mincore": 27, "madvise": 28, "dup": 32,
    "nanosleep": 35, "getpid": 39, "exit": 60,
    "uname": 63, "getcwd": 79, "readlink": 89, "gettimeofday": 96, "getrlimit": 97,
    "sysinfo": 99, "getuid": 102, "getgid": 104, "geteuid": 107, "getegid": 108,
    "sigaltstack": 131, "statfs": 137, "fstatfs": 138, "gettid": 186, "time": 201,
    "sched_getaffinity": 204, "getdents64": 217, "restart_syscall": 219, "fadvise64": 221,
    "clock_gettime": 228, "clock_getres": 229, "clock_nanosleep": 230, "exit_group": 231,
    "newfstatat": 262, "readlinkat": 267, "faccessat": 269, "pipe2": 293, "getcpu": 309,
    "getrandom": 318, "statx": 332, "faccessat2": 439,
}  # fmt: skip
_OPEN, _OPENAT, _BRK, _IOCTL, _FCNTL, _PRLIMIT, _READ_PROCESS = 2, 257, 12, 16, 72, 302, 310
_FUTEX = 202
# FUTEX_WAIT and FUTEX_WAIT_BITSET, also with FUTEX_PRIVATE_FLAG and FUTEX_CLOCK_REALTIME.
_WAITS = [wait | flags for wait in (0, 9) for flags in (0, 128, 256, 384)]
# Flags of open, with O_TMPFILE. They are in a register, which only the process itself can change.
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND | 0x400000
_NEW_PROCESSES = (56, 57, 58, 435)  # clone, fork, vfork, clone3
_DUPLICATES_AND_FLAGS = (0, 1, 2, 3, 1030)  # commands of fcntl


def filter_program(pid: int) -> bytes:
    """Return the instructions of the filter for the process `pid`.

    The tracer decides about opening a file to read and about waits, and answers `brk` and opening
    a file to write. Anything that is not listed is ENOSYS: there is no other process, no
    connection and no signal.
    """
    steps = [
        _step(_LOAD, _MACHINE_AT),
        _step(_EQUAL, _X86_64, 1, 0),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER_AT),
    ]
    for number in _FREE.values():
        steps += _case(number, [_step(_RETURN, _ALLOW)])
    for number, flags_at in ((_OPEN, 1), (_OPENAT, 2)):
        to_write = [_step(_ANY_BIT, _WRITING, 0, 1), _step(_RETURN, _TRACE | ASK_WRITE)]
        to_read = _step(_RETURN, _TRACE | ASK_READ)
        steps += _case(number, [_argument(flags_at), *to_write, to_read])
    steps += _case(_FUTEX, _futex())
    steps += _case(_BRK, [_step(_RETURN, _TRACE | ASK_BRK)])
    steps += _case(_IOCTL, [_step(_RETURN, _ERROR | _ENOTTY)])
    checks = [_argument(1)]
    for command in _DUPLICATES_AND_FLAGS:
        checks += [_step(_EQUAL, command, 0, 1), _step(_RETURN, _ALLOW)]
    steps += _case(_FCNTL, [*checks, _step(_RETURN, _ERROR | _ENOSYS)])
    # Only to read the limits of this process: the arguments are 64 bits wide.
    checks = []
    for argument, high in ((0, 0), (2, 0), (2, 4)):
        refused = _step(_RETURN, _ERROR | _ENOSYS)
        checks += [_argument(argument, high), _step(_EQUAL, 0, 1, 0), refused]
    steps += _case(_PRLIMIT, [*checks, _step(_RETURN, _ALLOW)])
    checks = [_argument(0), _step(_EQUAL, pid, 1, 0), _step(_RETURN, _ERROR | _ENOSYS)]
    steps += _case(_READ_PROCESS, [*checks, _step(_RETURN, _ALLOW)])
    for number in _NEW_PROCESSES:
        steps += _case(number, [_step(_RETURN, _ERROR | _EAGAIN)])
    return b"".join([*steps, _step(_RETURN, _ERROR | _ENOSYS)])


def _futex() -> list[bytes]:
    """Ask the tracer about a wait without a time limit, and allow the rest."""
    allowed = _step(_RETURN, _ALLOW)
    steps = []
    for high in (0, 4):  # the time limit is an address of 64 bits
        steps += [_argument(3, high), _step(_EQUAL, 0, 1, 0), allowed]
    steps.append(_argument(1))
    for wait in _WAITS:
        steps += [_step(_EQUAL, wait, 0, 1), _step(_RETURN, _TRACE | ASK_WAIT)]
    return [*steps, allowed]


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, if_true, if_false, value)


def _argument(number: int, high: int = 0) -> bytes:
    """Load the low half of an argument, or the `high` one, which is 4 bytes further."""
    return _step(_LOAD, _ARGUMENTS_AT + 8 * number + high)


def _case(number: int, body: Sequence[bytes]) -> list[bytes]:
    """Do this for one system call. The body returns."""
    return [_step(_EQUAL, number, 0, len(body)), *body]
