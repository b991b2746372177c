"""Brings the memory of a core file back to life in a new process, and calls functions in it.

The process has one thread, no files but a pipe for the dump, and the filter of `seccomp`: it can
read files and use its memory. It is killed at the end.
"""

from __future__ import annotations

import os
import struct
import time
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from refcycle._core.builds import Builds
from refcycle._core.confined import confine
from refcycle._core.core_file import (
    PAGE,
    USER_END,
    CoreError,
    CoreFile,
    Interrupted,
    Piece,
    Thread,
    Unreadable,
)
from refcycle._core.deadline import Deadline, TooLong
from refcycle._core.readable import may_keep, may_try
from refcycle._core.replaced import replace_kernel_page, replace_locks
from refcycle._core.seccomp import ASK_BRK, ASK_READ, ASK_WAIT, ASK_WRITE
from refcycle._core.stepping import Finisher, Stepper
from refcycle._core.tracee import Registers, Stop, Tracee, signal_name
from refcycle._text.numbers import size_text

__all__ = ["Restored", "Waiting"]

_PREAD, _OPEN, _CLOSE, _MMAP, _MPROTECT = 17, 2, 3, 9, 10
_PRIVATE, _FIXED, _ANONYMOUS, _NORESERVE, _NOREPLACE = 0x2, 0x10, 0x20, 0x4000, 0x100000
_MORE_MEMORY = 1 << 31
_EACCES, _ENOSYS, _LARGEST_ERROR = 13, 38, 4095
_WORKING_FOLDER = -100 & 0xFFFFFFFF
_LONGEST_PATH = 4096
_SCRATCH = 1 << 20
_STACK, _SMALLEST_STACK = 8 << 20, 512 << 10
_RED_ZONE = 128
_MOST_READ = 1 << 30
_READ_AND_WRITE = 3
_NO_CALL = (1 << 64) - 1
_AFTER_RETURN = 3  # in the page for system calls, behind the int3
_VDSO_DATA = 1 << 16
_WAITING = (
    "a thread held a lock when the process ended, such as that of an import, and the dump needs it"
)
_NEVER_USED = "that was never used, or excluded from core files; it reads as zeros"


class Waiting(Interrupted):
    """A function waits for a thread that does not exist."""


class Restored:
    """The process of a core file. `said` is the descriptor of what it writes to stderr.

    It inherits the pipe `pipe`, and opens no file to write: the path of the pipe, `target`, is the
    only one that it seems to open. With `finishes`, threads first finish what they had begun.
    """

    def __init__(
        self,
        core: CoreFile,
        builds: Builds,
        pipe: int,
        said: int,
        deadline: Deadline,
        *,
        finishes: bool,
    ) -> None:
        self.missing: list[str] = []
        self._core = core
        self._builds = builds
        self._pipe = pipe
        self.target = f"/proc/self/fd/{pipe}"
        self._opens = False
        self._breaks: list[int] = []
        self._stacks: dict[int, int] = {}
        self._own_stack = 0
        self._waits: frozenset[int] = frozenset()
        self._may_wait = True
        self._deadline = deadline
        self._tracee = Tracee([core.descriptor, pipe], said, deadline)
        try:
            pieces = core.pieces(builds.segments)
            self._ends = sorted({piece.end for piece in pieces})
            self._starts = sorted({piece.address for piece in pieces})
            self._taken = [(piece.address, piece.end) for piece in pieces]
            self._files = [one for one in core.files if one.path in builds.paths]
            self._file_starts = [one.address for one in self._files]
            self._scratch = self._tracee.make_room(self._taken, _SCRATCH)
            self._text = self._scratch + PAGE
            self._map(pieces)
            replace_kernel_page(core, self._tracee)
            self._stacks = {thread.id: self._stack(thread) for thread in core.threads}
            self._tracee.call(_CLOSE, core.descriptor)
            mapped = sum(piece.end - piece.address for piece in pieces)
            most = mapped + _MORE_MEMORY + 4 * core.size
            confine(self._tracee, self._text, most, deadline.seconds)
            if finishes:
                self._finish()
            self._waits = replace_locks(builds.functions, self._tracee)
        except OSError as error:
            self.close()
            raise CoreError(f"the memory of {core.path} cannot be mapped: {error}") from None
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Kill the process."""
        self._tracee.close()

    def _map(self, pieces: Sequence[Piece]) -> None:
        paths = self._builds.paths
        of_files = [piece for piece in pieces if piece.path in paths]
        path, descriptor = "", -1
        for piece in sorted(of_files, key=lambda piece: piece.path or ""):
            if piece.path != path:
                if descriptor >= 0:
                    self._tracee.call(_CLOSE, descriptor)
                path = piece.path or ""
                self._tracee.write(self._text, os.fsencode(paths[path]) + b"\0")
                descriptor = self._tracee.call(_OPEN, self._text, os.O_RDONLY | os.O_NONBLOCK)
                if not may_keep(self._tracee.pid, descriptor):
                    raise CoreError(f"{paths[path]} was replaced just now")
            self._map_file(piece, descriptor)
        if descriptor >= 0:
            self._tracee.call(_CLOSE, descriptor)
        lost: dict[str, int] = {}
        for piece in pieces:
            if piece.path is None:
                self._map_core(piece)
            elif piece.path in paths or self._is_kernel_data(piece):
                continue
            else:
                if not piece.path:
                    # The kernel leaves out memory that was never written to.
                    self._map_nothing(piece, _protection(piece.flags))
                size = piece.end - max(piece.address, self._core.known_until(piece.address))
                if size > 0 and piece.flags:
                    lost[piece.path] = lost.get(piece.path, 0) + size
        for path, size in lost.items():
            text = f"of {path}, which is not here" if path else _NEVER_USED
            self.missing.append(f"{size_text(size)} of memory {text}")

    def _map_file(self, piece: Piece, descriptor: int) -> None:
        flags = _PRIVATE | _FIXED
        length = piece.end - piece.address
        protection = _protection(piece.flags)
        self._tracee.call(
            _MMAP, piece.address, length, protection, flags, descriptor, piece.offset
        )

    def _map_core(self, piece: Piece) -> None:
        """Read a part of the core file.

        It is not mapped: the memory would have the name of the core file, as that of a library.
        Where a file is mapped already, its name stays.
        """
        if self._is_in_file(piece):
            try:
                self._protect(piece, _READ_AND_WRITE)
                self._read_core(piece)
                return
            except OSError:  # the file is shorter than the memory
                pass
        self._map_nothing(piece, _READ_AND_WRITE)
        self._read_core(piece)

    def _is_in_file(self, piece: Piece) -> bool:
        """Whether a file that is here is mapped in all of a range."""
        number = bisect_right(self._file_starts, piece.address) - 1
        return number >= 0 and piece.end <= self._files[number].end

    def _read_core(self, piece: Piece) -> None:
        at = piece.address
        while at < piece.end:
            length = min(piece.end - at, _MOST_READ)
            offset = piece.offset + at - piece.address
            read = self._tracee.call(_PREAD, self._core.descriptor, at, length, offset)
            if not read:
                raise CoreError(f"{self._core.path} is truncated")
            at += read
        if piece.flags & 7 != 6:
            self._protect(piece, _protection(piece.flags))

    def _protect(self, piece: Piece, protection: int) -> None:
        self._tracee.call(_MPROTECT, piece.address, piece.end - piece.address, protection)

    def _map_nothing(self, piece: Piece, protection: int) -> None:
        flags = _PRIVATE | _FIXED | _ANONYMOUS | _NORESERVE
        length = piece.end - piece.address
        self._tracee.call(_MMAP, piece.address, length, protection, flags, -1, 0)

    def _is_kernel_data(self, piece: Piece) -> bool:
        """Whether a part is the data of the kernel's page, which is not needed."""
        return piece.end <= self._core.vdso <= piece.end + _VDSO_DATA

    def _stack(self, thread: Thread) -> int:
        """Return where calls in a thread begin their stack."""
        pointer = thread.stack_pointer
        part = self._core.segment_at(pointer)
        if part is not None:
            start = self._starts[bisect_right(self._starts, pointer) - 1]
            below = bisect_right(self._ends, start)
            below = self._ends[below - 1] if below else 0
            room = pointer - _RED_ZONE - start
            more = min(start - below - (1 << 16), _STACK) if thread.id == self._core.pid else 0
            if more > 0 and room < _STACK:
                # The kernel would let this stack grow.
                self._map_nothing(Piece(start - more, start, 6, "", 0), _READ_AND_WRITE)
                room += more
            if room >= _SMALLEST_STACK:
                return (pointer - _RED_ZONE) & -16
        # The others have one in common: calls follow each other.
        if not self._own_stack:
            self._own_stack = self._new_stack()
        return self._own_stack

    def _move_stack(self, thread: Thread, pointer: int) -> None:
        """Begin calls below another stack pointer of a thread."""
        if self._stacks[thread.id] != self._own_stack:
            self._stacks[thread.id] = (pointer - _RED_ZONE) & -16

    def _finish(self) -> None:
        stepper = Stepper(self._tracee, self._deadline, self._break, self._move_stack)
        places = self._builds.functions
        Finisher(stepper, places, self.call, self._read, self._text).finish(self.threads)

    def _new_stack(self) -> int:
        # Above the old ones: Python takes a lower address for an overflow.
        for step in range(1, 64):
            place = USER_END - step * 2 * _STACK
            with suppress(OSError):
                flags = _PRIVATE | _ANONYMOUS | _NOREPLACE
                self._tracee.call(_MMAP, place, _STACK, _READ_AND_WRITE, flags, -1, 0)
                return place + _STACK - PAGE
        raise CoreError("there is no room for a stack")

    @property
    def threads(self) -> list[Thread]:
        """The threads of which the memory is there."""
        return [one for one in self._core.threads if self._core.known_until(one.storage)]

    def check_time(self) -> None:
        """Raise TooLong when the time for everything is over."""
        self._deadline.check()

    @property
    def memory(self) -> int:
        """The address of some memory for arguments and results."""
        return self._text

    def write(self, address: int, content: bytes) -> None:
        """Write to the memory."""
        with _faults():
            self._tracee.write(address, content)

    def read_text(self, address: int, most: int = 1000) -> str:
        """Return a string of C."""
        content = self._read(address, most)
        return content.partition(b"\0")[0].decode("utf-8", "replace")

    def _read(self, address: int, most: int) -> bytes:
        """Return bytes up to the end of the memory there."""
        found = b""
        with suppress(OSError):
            while len(found) < most:
                at = address + len(found)
                part = self._tracee.read(at, min(most - len(found), PAGE - at % PAGE))
                if not part:
                    break
                found += part
        return found

    def call(self, thread: Thread, name: str, *arguments: int, share: float = 1.0) -> int:
        """Call a function in a thread. Unreadable if it crashes, TooLong if it does not return.

        It may take this `share` of the time that is left. If that is not all, a wait with a time
        limit is Waiting.
        """
        self._may_wait = share == 1.0
        try:
            return self._call(thread, name, arguments, share)
        finally:
            self._may_wait = True

    def _call(self, thread: Thread, name: str, arguments: Sequence[int], share: float) -> int:
        self.start(thread, name, *arguments)
        least = self._deadline.left * (1 - share)
        while True:
            result = self.result()
            if result is not None:
                return result
            self._deadline.check()
            if self._deadline.left < least:
                self._interrupt()
                raise TooLong(f"{name} did not return in time")
            time.sleep(0.0005)

    def start(self, thread: Thread, name: str, *arguments: int) -> None:
        """Begin to call a function."""
        with _faults():
            self._start(thread, name, *arguments)

    def _start(self, thread: Thread, name: str, *arguments: int) -> None:
        registers = self._tracee.registers()
        for register, value in zip(("rdi", "rsi", "rdx", "rcx", "r8"), arguments, strict=False):
            setattr(registers, register, value)
        self._opens = False
        registers.rip = self._builds.functions[name][0]
        registers.rax, registers.orig_rax, registers.eflags = 0, _NO_CALL, 0x202
        registers.rbp = 0
        registers.rsp = self._stacks[thread.id] - 8
        registers.fs_base, registers.gs_base = thread.storage, thread.registers[22]
        end = struct.pack("<Q", self._scratch + _AFTER_RETURN - 1)
        self._tracee.write(registers.rsp, end)
        self._tracee.set_registers(registers)
        self._tracee.resume()

    def result(self) -> int | None:
        """Return the result of the function; None while it runs. Unreadable if it crashed."""
        with _faults():
            return self._result()

    def _result(self) -> int | None:
        stop = self._tracee.poll()
        if stop is None:
            return None
        if self._is_served(stop):
            self._go_on()
            return None
        if stop.signal == _SIGTRAP:
            registers = self._tracee.registers()
            if registers.rip == self._scratch + _AFTER_RETURN:
                return int(registers.rax)
            if registers.rip in self._waits:
                if self._may_wait:
                    self._go_on()
                    return None
                raise Waiting(_WAITING)
            raise Unreadable(f"the restored process stopped at {registers.rip:#x}")
        if stop.signal == _SIGXCPU:
            raise Unreadable("the restored process has used too much processor time")
        if stop.signal in _CRASHES:
            place = self._tracee.registers().rip
            raise Interrupted(
                f"the restored process crashed with {signal_name(stop.signal)} at {place:#x}: the "
                "core file may lack memory, the program had damaged it, or a thread was in the "
                "middle of changing it, as during a garbage collection"
            )
        self._go_on()
        return None

    def _is_served(self, stop: Stop) -> bool:
        """Answer a stop at a system call; False if it is another one. Unreadable at the end."""
        if stop.ended:
            raise Unreadable(f"the restored process {stop.ended}")
        if stop.asked:
            self._answer(stop)
        elif stop.called:
            self._check_opened()
        else:
            return False
        return True

    def _interrupt(self) -> None:
        with _faults():
            os.kill(self._tracee.pid, _SIGSTOP)
            self._wait_until_it_stops()

    def _wait_until_it_stops(self) -> None:
        while True:
            self._deadline.check()
            stop = self._tracee.poll()
            if stop is None:
                time.sleep(0.0005)
                continue
            if not self._is_served(stop) and stop.signal == _SIGSTOP:
                return
            self._go_on()

    def _go_on(self) -> None:
        self._tracee.resume(until_call=self._opens)

    def _answer(self, stop: Stop) -> None:
        """Decide about a system call that the filter leaves to us."""
        registers = self._tracee.registers()
        if stop.asked == ASK_READ:
            self._opens = may_try(self._path(registers))
            if not self._opens:
                self._skip(registers, -_EACCES)
        elif stop.asked == ASK_WRITE:
            # The kernel opens nothing, whatever the path has become since.
            is_target = self._path(registers) == os.fsencode(self.target)
            self._skip(registers, self._pipe if is_target else -_EACCES)
        elif stop.asked == ASK_BRK:
            self._skip(registers, self._break(registers.rdi))
        elif stop.asked == ASK_WAIT:
            wanted = struct.pack("<I", registers.rdx & 0xFFFFFFFF)
            if self._read(registers.rdi, len(wanted)) == wanted:
                raise Waiting(_WAITING)

    def _path(self, registers: Registers) -> bytes:
        """Return the path of a file that it opens; that of /proc if it is relative to another."""
        folder, name = registers.rdi, registers.rsi
        if registers.orig_rax == _OPEN:
            folder, name = _WORKING_FOLDER, registers.rdi
        path = self._read(name, _LONGEST_PATH).partition(b"\0")[0]
        is_known = path[:1] == b"/" or folder & 0xFFFFFFFF == _WORKING_FOLDER
        return path if is_known else b"/proc"

    def _check_opened(self) -> None:
        """Check what the process has opened: its memory may have changed after the path was read.

        It is stopped before it can use the file.
        """
        result = self._tracee.registers().rax
        if result == -_ENOSYS & _NO_CALL:  # before the call, on a kernel before 4.8
            return
        self._opens = False
        if result <= _NO_CALL - _LARGEST_ERROR and not may_keep(self._tracee.pid, result):
            raise Unreadable("the restored process opened a file other than the one it had named")

    def _skip(self, registers: Registers, result: int) -> None:
        registers.orig_rax, registers.rax = _NO_CALL, result & _NO_CALL
        self._tracee.set_registers(registers)

    def _break(self, wanted: int) -> int:
        """Return what `brk` says: the heap may shrink and cannot grow.

        The C library then takes other memory. A part that it gives back is not used.
        """
        if not self._breaks:
            lower = bisect_right(self._ends, wanted)
            known = self._ends[lower - 1] if lower else 0
            is_inside = wanted > 0 and self._core.segment_at(wanted - 1) is not None
            self._breaks.append(wanted if is_inside else known)
        if wanted and wanted <= self._breaks[0]:
            self._breaks[0] = wanted
        return self._breaks[0]


@contextmanager
def _faults() -> Iterator[None]:
    """Turn errors of the system, which a hostile process can cause, into Unreadable."""
    try:
        yield
    except OSError as error:
        raise Unreadable(
            f"the restored process cannot be controlled: {error.strerror or error}"
        ) from None


# Numbers of Linux: the module is imported on other systems too.
_CRASHES = (4, 6, 7, 8, 11)  # SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGSEGV
_SIGTRAP, _SIGSTOP, _SIGXCPU = 5, 19, 24


def _protection(flags: int) -> int:
    return (flags & 4 and 1) | (flags & 2) | (flags & 1 and 4)
