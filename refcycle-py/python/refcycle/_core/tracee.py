"""A process that is traced from its start, in which this process makes system calls."""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from refcycle._core.core_file import USER_END, CoreError
from refcycle._core.deadline import Deadline

__all__ = ["Registers", "Stop", "Tracee", "signal_name"]

_TRACEME, _CONT, _STEP, _GETREGS, _SETREGS, _UNTIL_CALL = 0, 7, 9, 12, 13, 24
_SETOPTIONS, _GETEVENTMSG, _GETREGSET, _SETREGSET = 0x4200, 0x4201, 0x4204, 0x4205
_KILL_WITH_TRACER, _TRACE_SECCOMP, _MARK_CALLS = 0x100000, 0x80, 0x1
_SECCOMP_EVENT = 7
_CALL_MARK = 0x80
_CALL_AND_STOP = b"\x0f\x05\xcc"  # syscall; int3
_MMAP, _MUNMAP = 9, 11
_PRIVATE, _FIXED, _ANONYMOUS, _FIXED_NOREPLACE = 0x2, 0x10, 0x20, 0x100000
_NAMES = [
    "r15", "r14", "r13", "r12", "rbp", "rbx", "r11", "r10", "r9", "r8", "rax", "rcx", "rdx", "rsi",
    "rdi", "orig_rax", "rip", "cs", "eflags", "rsp", "ss", "fs_base", "gs_base", "ds", "es", "fs",
    "gs",
]  # fmt: skip
_NO_CALL = (1 << 64) - 1
_FLAGS = 0x202
_LARGEST_ERROR = 4095
_LONGEST_STATE = 1 << 16


class Registers(ctypes.Structure):
    """The general registers of a thread, in the order of the kernel."""

    _fields_ = [(name, ctypes.c_ulonglong) for name in _NAMES]


class _Part(ctypes.Structure):
    """A part of our memory (struct iovec)."""

    _fields_ = [("start", ctypes.c_void_p), ("length", ctypes.c_size_t)]


class Stop:
    """Why a process stopped: `signal`, or `asked` for a system call that the filter leaves to us.

    `called` is whether a system call that `resume` was to stop at has returned, and `ended` is how
    the process ended, if it did.
    """

    def __init__(
        self, signal: int = 0, asked: int = 0, called: bool = False, ended: str = ""
    ) -> None:
        self.signal = signal
        self.asked = asked
        self.called = called
        self.ended = ended


class Tracee:
    """A process that has not executed anything. It is killed when this object is closed.

    `keep` are the descriptors that it inherits; `said` becomes its stderr.
    """

    def __init__(self, keep: Sequence[int], said: int, deadline: Deadline) -> None:
        self._deadline = deadline
        self._library: Any = ctypes.CDLL(None, use_errno=True)
        self._library.ptrace.restype = ctypes.c_long
        try:
            self._process = subprocess.Popen(
                [sys.executable],
                preexec_fn=self._ask_to_be_traced,
                pass_fds=tuple(keep),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                cwd="/",
                env={},
            )
        except subprocess.SubprocessError:
            raise CoreError(
                "no process can be traced here, which this command needs: in a container on a "
                "kernel before 4.8, add --cap-add=SYS_PTRACE"
            ) from None
        self.pid = self._process.pid
        self._ended = False
        try:
            stop = self.wait()
            if stop.signal != signal.SIGTRAP:
                raise CoreError("the process for the dump cannot be started")
            self._ptrace(_SETOPTIONS, 0, _KILL_WITH_TRACER | _TRACE_SECCOMP | _MARK_CALLS)
            self._memory = os.open(f"/proc/{self.pid}/mem", os.O_RDWR | os.O_CLOEXEC)
        except BaseException:
            self._kill()
            raise
        self._base = self.registers()
        self._stub = self._base.rip

    def _ask_to_be_traced(self) -> None:
        os.setsid()
        if self._library.ptrace(_TRACEME, 0, None, None) != 0:
            raise OSError(ctypes.get_errno(), "ptrace")

    def close(self) -> None:
        """Kill the process."""
        with suppress(OSError):
            os.close(self._memory)
        self._kill()

    def _kill(self) -> None:
        if not self._ended:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            with suppress(ChildProcessError):
                while not os.WIFSIGNALED(os.waitpid(self.pid, 0)[1]):
                    pass
        self._process.returncode = -signal.SIGKILL

    def _ptrace(self, request: int, address: int, data: Any) -> None:
        if isinstance(data, int):
            data = ctypes.c_void_p(data)
        done = self._library.ptrace(
            ctypes.c_long(request), ctypes.c_int(self.pid), ctypes.c_void_p(address), data
        )
        if done != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))

    def registers(self) -> Registers:
        """Return the registers of the stopped process."""
        found = Registers()
        self._ptrace(_GETREGS, 0, ctypes.byref(found))
        return found

    def set_registers(self, registers: Registers) -> None:
        """Replace the registers of the stopped process."""
        self._ptrace(_SETREGS, 0, ctypes.byref(registers))

    def extended(self, kind: int) -> bytes:
        """Return the state of the floating-point and vector units, as a note of this kind."""
        content = ctypes.create_string_buffer(_LONGEST_STATE)
        part = _Part(ctypes.addressof(content), _LONGEST_STATE)
        self._ptrace(_GETREGSET, kind, ctypes.byref(part))
        return content.raw[: part.length]

    def set_extended(self, kind: int, content: bytes) -> None:
        """Replace that state. OSError if it is not one of this processor."""
        kept = ctypes.create_string_buffer(content, len(content))
        part = _Part(ctypes.addressof(kept), len(content))
        self._ptrace(_SETREGSET, kind, ctypes.byref(part))

    def read(self, address: int, length: int) -> bytes:
        """Return bytes of its memory. OSError if there are none."""
        _check_range(address, length)
        return os.pread(self._memory, length, address)

    def write(self, address: int, content: bytes) -> None:
        """Write to its memory, whatever the protection. OSError if there is none."""
        _check_range(address, len(content))
        if os.pwrite(self._memory, content, address) < len(content):
            raise OSError("the memory is too short")

    def resume(self, *, until_call: bool = False) -> None:
        """Let it run; `until_call` stops it when the system call that it asked about returns."""
        self._ptrace(_UNTIL_CALL if until_call else _CONT, 0, 0)

    def step(self) -> None:
        """Let it execute one instruction."""
        self._ptrace(_STEP, 0, 0)

    def wait(self) -> Stop:
        """Wait until it stops."""
        return self._stop(os.waitpid(self.pid, 0)[1])

    def poll(self) -> Stop | None:
        """Return why it has stopped; None if it runs."""
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        return self._stop(status) if pid else None

    def _stop(self, status: int) -> Stop:
        if os.WIFSIGNALED(status):
            self._ended = True
            return Stop(ended=f"was killed by {signal_name(os.WTERMSIG(status))}")
        if os.WIFEXITED(status):
            self._ended = True
            return Stop(ended=f"ended with status {os.WEXITSTATUS(status)}")
        if status >> 16 == _SECCOMP_EVENT:
            message = ctypes.c_ulong()
            self._ptrace(_GETEVENTMSG, 0, ctypes.byref(message))
            return Stop(asked=message.value)
        if os.WSTOPSIG(status) == signal.SIGTRAP | _CALL_MARK:
            return Stop(called=True)
        return Stop(signal=os.WSTOPSIG(status))

    def make_room(self, taken: Sequence[tuple[int, int]], length: int) -> int:
        """Unmap all of its memory except a new part of this length, which is returned.

        `taken` are ranges that the part must not overlap. Its first page is for system calls.
        """
        self.write(self._stub, _CALL_AND_STOP)
        for start in _gaps(taken, length):
            with suppress(OSError):
                flags = _PRIVATE | _ANONYMOUS | _FIXED_NOREPLACE
                if self.call(_MMAP, start, length, 3, flags, -1, 0) == start:
                    break
        else:
            raise CoreError("there is no free part of the address space")
        page = os.sysconf("SC_PAGE_SIZE")
        self.call(_MMAP, start, page, 5, _PRIVATE | _ANONYMOUS | _FIXED, -1, 0)
        self.write(start, _CALL_AND_STOP)
        self._stub = start
        end = 0x7FFFFFFFF000
        self.call(_MUNMAP, 0, start)
        self.call(_MUNMAP, start + length, end - start - length)
        return start

    def call(self, number: int, *arguments: int) -> int:
        """Make a system call in the process. OSError if it fails, TooLong after the deadline."""
        self._deadline.check()
        registers = Registers.from_buffer_copy(self._base)
        names = ("rdi", "rsi", "rdx", "r10", "r8", "r9")
        for name, value in zip(names, arguments, strict=False):
            setattr(registers, name, value & _NO_CALL)
        registers.rax, registers.orig_rax, registers.rip = number, _NO_CALL, self._stub
        registers.eflags = _FLAGS
        self.set_registers(registers)
        stop = self._after_call()
        if stop.ended:
            raise CoreError(f"the process for the dump {stop.ended}")
        registers = self.registers()
        if stop.signal != signal.SIGTRAP or registers.rip != self._stub + len(_CALL_AND_STOP):
            raise CoreError(f"a system call in the process ended with {signal_name(stop.signal)}")
        result: int = registers.rax
        if result > _NO_CALL - _LARGEST_ERROR:
            code = _NO_CALL - result + 1
            raise OSError(code, os.strerror(code))
        return result

    def _after_call(self) -> Stop:
        while True:
            self.resume()
            stop = self.wait()
            # Signals from outside are not for this process.
            if stop.ended or stop.signal in (signal.SIGTRAP, signal.SIGSEGV, signal.SIGBUS):
                return stop


def _check_range(address: int, length: int) -> None:
    if not 0 <= address <= USER_END - length:
        raise OSError(errno.EFAULT, os.strerror(errno.EFAULT))


def signal_name(number: int) -> str:
    """Return the name of a signal."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _gaps(taken: Sequence[tuple[int, int]], length: int) -> Iterator[int]:
    """Yield places between ranges where a part of this length fits, low ones first."""
    place = 0x10000000
    for start, end in sorted(taken):
        if start >= place + length + (1 << 30):
            yield place
            yield start - length - (1 << 29)
        place = max(place, (end + (1 << 29)) & -(1 << 16))
