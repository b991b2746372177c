"""Lets threads of a restored process finish what they were doing when the process ended.

A thread that was allocating has the free list of the allocator in its registers, and one that was
about to have the GIL has only locked it. So such a thread goes on for a limited number of
instructions, one at a time. It makes no system call that could wait or that leads out of the
process.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count

from refcycle._core.core_file import Thread
from refcycle._core.deadline import Deadline
from refcycle._core.tracee import Registers, Tracee

__all__ = ["Finisher", "Stepper"]

_MOST_STEPS = 20_000  # of a thread
_MOST_OF_ALL = 200_000
_STEPS_BETWEEN = 64  # between questions for the GIL
_LONGEST = 15  # of an instruction
_PREFIXES = bytes(
    [0x26, 0x2E, 0x36, 0x3E, *range(0x40, 0x50), *range(0x64, 0x68), 0xF0, 0xF2, 0xF3]
)
_NO_CALL = (1 << 64) - 1
_SYSCALL = b"\x0f\x05"
# Numbers of Linux: the module is imported on other systems too.
_SIGTRAP, _CRASHES = 5, (4, 6, 7, 8, 11)  # SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGSEGV
_ORIG_RAX = 15
_EINTR = 4
_BRK, _FUTEX = 12, 202
_WAKES = (1, 5, 10)  # FUTEX_WAKE, FUTEX_WAKE_OP, FUTEX_WAKE_BITSET
_FUTEX_COMMAND = 0x7F
# mmap, mprotect, munmap, sched_yield, mremap, madvise, getpid, gettimeofday, gettid, time,
# clock_gettime
_HARMLESS = frozenset({9, 10, 11, 24, 25, 28, 39, 96, 186, 201, 228})
# Those for objects and for memory. Where a call of their functions begins, no other is halfway.
_DOMAINS = (1, 2)
# A build may have their code inline in these, which no allocation calls halfway either.
_CALLERS = (
    "PyMem_Calloc", "PyMem_Free", "PyMem_Malloc", "PyMem_Realloc", "PyObject_Calloc",
    "PyObject_Free", "PyObject_GC_Del", "PyObject_Malloc", "PyObject_Realloc",
    "PyType_GenericAlloc", "PyEval_SaveThread", "_PyEval_EvalFrameDefault", "_PyObject_GC_New",
)  # fmt: skip
_ALLOCATOR = struct.Struct("<5Q")  # the context; malloc, calloc, realloc, free

Call = Callable[..., int]
"""Calls a function in a thread: `call(thread, name, *arguments)`."""


class Stepper:
    """Executes single instructions of threads.

    `brk` answers that system call, and `move` is told the new stack pointer of a thread.
    """

    def __init__(
        self,
        tracee: Tracee,
        deadline: Deadline,
        brk: Callable[[int], int],
        move: Callable[[Thread, int], None],
    ) -> None:
        self._tracee = tracee
        self._deadline = deadline
        self._brk = brk
        self._move = move
        self._states: dict[int, tuple[Registers, bytes]] = {}
        self._steps: Counter[int] = Counter()  # of each thread
        self._left = _MOST_OF_ALL

    def go_on(
        self, thread: Thread, is_done: Callable[[Registers], bool], *, wakes: bool = False
    ) -> bool:
        """Let a thread go on until `is_done`, which is asked after each instruction.

        False if it did not come to that: it would wait, leave the process or crash, or it would
        take too many instructions. With `wakes`, a wait for another thread ends, as at a signal.
        """
        is_woken = wakes and thread.registers[_ORIG_RAX] == _FUTEX
        if thread.waits and not is_woken:
            return False
        if not thread.extended[1]:  # it would go on with other numbers
            return False
        try:
            base = self._state(thread)
            self._set_state(thread, self._states.get(thread.id) or self._first(thread, base[0]))
            try:
                return self._run(thread, is_done)
            finally:
                self._states[thread.id] = self._state(thread)
                self._set_state(thread, base)
        except OSError:  # a core file of another processor, or damaged
            return False

    def _first(self, thread: Thread, own: Registers) -> tuple[Registers, bytes]:
        registers = Registers(*thread.registers)
        for name in ("cs", "ss", "ds", "es", "fs", "gs"):
            setattr(registers, name, getattr(own, name))
        registers.orig_rax = _NO_CALL
        if thread.waits:
            registers.rax = -_EINTR & _NO_CALL
        return registers, thread.extended[1]

    def _state(self, thread: Thread) -> tuple[Registers, bytes]:
        return self._tracee.registers(), self._tracee.extended(thread.extended[0])

    def _set_state(self, thread: Thread, state: tuple[Registers, bytes]) -> None:
        registers, extended = state
        self._tracee.set_extended(thread.extended[0], extended)
        self._tracee.set_registers(registers)

    def _run(self, thread: Thread, is_done: Callable[[Registers], bool]) -> bool:
        registers = self._tracee.registers()
        while self._left and self._steps[thread.id] < _MOST_STEPS:
            self._deadline.check()
            self._left -= 1
            self._steps[thread.id] += 1
            if not self._step(registers):
                return False
            registers = self._tracee.registers()
            self._move(thread, registers.rsp)
            if is_done(registers):
                return True
        return False

    def _step(self, registers: Registers) -> bool:
        """Execute an instruction. False if that is not possible."""
        # The memory of the only thread does not change until the step.
        code = self._tracee.read(registers.rip, _LONGEST)
        call = code.lstrip(_PREFIXES)
        if _loads_stack_segment(call):
            return False
        if call.startswith(_SYSCALL):
            number = registers.rax
            behind = registers.rip + len(code) - len(call) + len(_SYSCALL)
            if number == _FUTEX and registers.rsi & _FUTEX_COMMAND in _WAKES:
                return self._skip(registers, behind, 0)  # there is nobody to wake
            if number == _BRK:
                return self._skip(registers, behind, self._brk(registers.rdi))
            if number not in _HARMLESS:
                return False
        self._tracee.step()
        return self._has_stepped()

    def _skip(self, registers: Registers, behind: int, result: int) -> bool:
        registers.rax, registers.rcx, registers.r11 = result, behind, registers.eflags
        registers.rip = behind
        self._tracee.set_registers(registers)
        return True

    def _has_stepped(self) -> bool:
        """Wait for the end of a step. False if the instruction could not be executed."""
        while True:
            stop = self._tracee.wait()
            if stop.signal in _CRASHES or not stop.signal:
                # A system call that the filter leaves to us is not made: it gets other registers.
                return False
            if stop.signal == _SIGTRAP:
                return True
            # Signals from outside are not for this process.
            self._tracee.step()

    @contextmanager
    def paused(self, thread: Thread) -> Iterator[None]:
        """Call functions in a thread, which can go on afterwards."""
        state = self._state(thread)
        yield
        self._set_state(thread, state)


def _loads_stack_segment(code: bytes) -> bool:
    """Return whether an instruction is `mov ss` or `lss`: a step ends behind the next one then.

    That could be a system call.
    """
    is_move = code[:1] == b"\x8e" and code[1] >> 3 & 7 == 2
    return is_move or code.startswith(b"\x0f\xb2")


class Finisher:
    """Lets those threads go on of which the interpreter needs it.

    `places` are the addresses of functions. `call` calls one in a thread, and `read` reads what it
    wrote to the address `room`.
    """

    def __init__(
        self,
        stepper: Stepper,
        places: dict[str, list[int]],
        call: Call,
        read: Callable[[int, int], bytes],
        room: int,
    ) -> None:
        self._stepper = stepper
        self._places = places
        self._call = call
        self._read = read
        self._room = room

    def finish(self, threads: Sequence[Thread]) -> None:
        """Let the thread with the GIL finish a change of the memory, or one take the GIL."""
        holders = [one for one in threads if self._has_gil(one)]
        if len(holders) == 1:
            entries = self._allocators(holders[0])
            self._stepper.go_on(holders[0], lambda registers: registers.rip in entries)
            return
        of_python = [one for one in threads if self._call(one, "PyGILState_GetThisThreadState")]
        # What one waits for, another may then have released.
        for wakes in (False, True):
            for thread in of_python:
                is_done = self._asks_for_gil(thread)
                if self._stepper.go_on(thread, is_done, wakes=wakes):
                    return

    def _has_gil(self, thread: Thread) -> bool:
        return self._call(thread, "PyGILState_Check") == 1

    def _asks_for_gil(self, thread: Thread) -> Callable[[Registers], bool]:
        steps = count(1)

        def has_gil(_: Registers) -> bool:
            if next(steps) % _STEPS_BETWEEN:
                return False
            with self._stepper.paused(thread):
                return self._has_gil(thread)

        return has_gil

    def _allocators(self, thread: Thread) -> frozenset[int]:
        """Return the addresses of the functions that allocate and free."""
        found = {place for name in _CALLERS for place in self._places.get(name, ())}
        for domain in _DOMAINS:
            self._call(thread, "PyMem_GetAllocator", domain, self._room)
            content = self._read(self._room, _ALLOCATOR.size)
            found.update(_ALLOCATOR.unpack(content.ljust(_ALLOCATOR.size, b"\0"))[1:])
        return frozenset(found - {0})
