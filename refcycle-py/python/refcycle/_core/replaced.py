"""Replaces functions of a restored process that need other threads or data of the kernel."""

from __future__ import annotations

import struct

from refcycle._core.core_file import CoreError, CoreFile
from refcycle._core.elf import Elf, ElfError, functions
from refcycle._core.tracee import Tracee

__all__ = ["replace_kernel_page", "replace_locks"]

# The functions of the kernel's page, and the system calls that do the same without its data.
_VDSO_CALLS = {
    "__vdso_gettimeofday": 96,
    "__vdso_time": 201,
    "__vdso_clock_gettime": 228,
    "__vdso_clock_getres": 229,
    "__vdso_getcpu": 309,
    "__vdso_getrandom": 318,
}
# What these functions return where there is no other thread: a wait ends early, as POSIX allows,
# or has reached its time limit.
_ALONE = {
    "pthread_mutex_lock": 0,
    "pthread_mutex_trylock": 0,
    "pthread_mutex_unlock": 0,
    "pthread_cond_signal": 0,
    "pthread_cond_broadcast": 0,
    "pthread_cond_wait": 0,
}
_ETIMEDOUT = 110
_TIMED_WAITS = ("pthread_cond_timedwait", "pthread_cond_clockwait")
_INT3, _RET = b"\xcc", b"\xc3"


def replace_kernel_page(core: CoreFile, tracee: Tracee) -> None:
    """Replace the functions of the kernel's page, of which the data are not there."""
    start = core.vdso
    if not start:
        return
    try:
        elf = Elf(lambda offset, length: core.in_file(start + offset, length))
        found = functions(elf)
    except ElfError:
        raise CoreError(f"{core.path} lacks the page of the kernel (vdso)") from None
    for name, number in _VDSO_CALLS.items():
        # mov eax, number; syscall; ret
        code = _result(number) + b"\x0f\x05" + _RET
        for address in found.get(name, ()):
            tracee.write(start + address - elf.segments[0].address, code)


def replace_locks(places: dict[str, list[int]], tracee: Tracee) -> frozenset[int]:
    """Replace the functions for locks, which threads hold or wait for that do not exist.

    There is one thread: nobody is to be woken, and nobody releases a lock. `places` are the
    addresses of functions. Where a wait with a time limit begins, the process stops, behind the
    addresses that are returned; when it goes on, the time is over.
    """
    for name, result in _ALONE.items():
        for address in places.get(name, ()):
            tracee.write(address, _result(result) + _RET)
    waits = [address for name in _TIMED_WAITS for address in places.get(name, ())]
    for address in waits:
        tracee.write(address, _INT3 + _result(_ETIMEDOUT) + _RET)
    return frozenset(address + len(_INT3) for address in waits)


def _result(number: int) -> bytes:
    return b"\xb8" + struct.pack("<I", number)  # mov eax, number
