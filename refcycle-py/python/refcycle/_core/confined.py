"""Confines a restored process: what it may use, and which system calls it may make."""

from __future__ import annotations

import struct

from refcycle._core.core_file import CoreError
from refcycle._core.seccomp import filter_program
from refcycle._core.tracee import Tracee

__all__ = ["confine"]

_SETRLIMIT, _PRCTL, _SECCOMP = 160, 157, 317
_NO_NEW_PRIVILEGES, _FILTER_MODE = 38, 1
_LIMIT_CPU, _LIMIT_FILE_SIZE, _LIMIT_CORE, _LIMIT_MEMORY = 0, 1, 4, 9
_SAID = 1 << 20
_LONGEST, _MARGIN = 1e6, 60  # seconds


def confine(tracee: Tracee, room: int, most: int, seconds: float) -> None:
    """Confine the process for good. It may map `most` bytes and take some more than `seconds`.

    `room` is the address of some memory for arguments.
    """
    import resource  # of Unix

    call = tracee.call
    for limit, value in (
        (_LIMIT_CPU, int(min(seconds, _LONGEST)) + _MARGIN),
        (_LIMIT_MEMORY, most),
        (_LIMIT_FILE_SIZE, _SAID),
        (_LIMIT_CORE, 0),
    ):
        # It may not raise the limit that it has from us.
        highest = resource.getrlimit(limit)[1]
        value = value if highest == resource.RLIM_INFINITY else min(value, highest)
        tracee.write(room, struct.pack("<QQ", value, value))
        call(_SETRLIMIT, limit, room)
    program = filter_program(tracee.pid)
    start = room + 16
    tracee.write(start, program)
    tracee.write(room, struct.pack("<HxxxxxxQ", len(program) // 8, start))
    try:
        call(_PRCTL, _NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        call(_SECCOMP, _FILTER_MODE, 0, room)
    except OSError as error:
        raise CoreError(
            "the process cannot be confined, which this command needs: the kernel, or the "
            f"container, allows no seccomp filter ({error.strerror})"
        ) from None
