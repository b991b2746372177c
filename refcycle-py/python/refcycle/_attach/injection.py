"""Has another process of Python 3.10 to 3.13 run code, by means of gdb.

Gdb stops the process, and in its main thread calls `Py_AddPendingCall`, which is made for being
called at any time: it puts a function into a queue, and the main thread calls this function as
soon as it may run Python code. The function is a few instructions in new memory, which call
`PyRun_SimpleString`. Gdb has no part in that: the process runs on before.

`Py_AddPendingCall` takes a lock. Other threads release it, as they run during the call; the main
thread must not be where it holds the lock itself, for a few instructions, in which it calls no
function but those of locks. So it is stopped in a system call, at the start of another function of
Python, or in a loop in which it takes no lock: see `_reach_safe_point`.
"""

from __future__ import annotations

import os
import re
import shutil
import struct
import sys
from contextlib import suppress
from typing import NamedTuple

from refcycle._attach.elf import Elf, NotElf, read_elf
from refcycle._attach.gdb import Gdb, GdbError

__all__ = ["Injected", "NoGdb", "NotPossible", "OtherVersion", "inject", "is_supported"]

_PAGE = 4096
_READ, _EXECUTE = 1, 4
_PRIVATE, _ANONYMOUS = 2, 32
_FAILED = -1
_SYSTEM_CALL = b"\x0f\x05"
_MOST_STEPS = 5000
_CODE_SIZE = 64
_COMPARED = 16
# Functions that take locks, or may be called while the lock is held.
_OF_LOCKS = re.compile("Thread|Mutex|Pending|Semaphore|ParkingLot|Lock|_PyEval_")
_LIBC = re.compile(r"(libc[.-]|ld-musl)")
_NEEDED = "Py_AddPendingCall", "PyRun_SimpleString", "Py_IsInitialized", "PyErr_SetInterruptEx"


class NotPossible(Exception):
    """The process cannot be attached to, for this reason."""


class NoGdb(Exception):
    """Gdb is not installed."""


class OtherVersion(Exception):
    """The process runs this version of Python."""


class Injected(NamedTuple):
    """Code that a process will run, or has run."""

    pid: int
    address: int
    text: int
    code: bytes

    def withdraw(self) -> None:
        """Have the process run nothing instead, if it has not started."""
        with Gdb(_gdb(), self.pid) as gdb:
            # It may be another program by now.
            if gdb.read(self.address, len(self.code)) == self.code:
                gdb.write(self.text, b"\0")


def is_supported() -> bool:
    """Whether this kind of machine is supported."""
    return sys.platform == "linux" and os.uname().machine == "x86_64" and sys.maxsize > 1 << 32


def inject(pid: int, source: str) -> Injected:
    """Have the main thread of a process run code, when it can, in an empty namespace.

    What it raises is lost. NotPossible, NoGdb, OtherVersion, and OSError if the process cannot be
    looked at.
    """
    program = _gdb()
    _check_state(pid)
    files = _Files(pid)
    functions = files.python()
    mmap = files.libc()
    run = f"__import__('builtins').exec({source!a}, {{}})"
    content = f"try:\n {run}\nexcept BaseException: pass\n".encode("ascii") + b"\0"
    size = -(-(_CODE_SIZE + len(content)) // _PAGE) * _PAGE
    with Gdb(program, pid) as gdb:
        for name, found in functions.items():
            if gdb.read(found.address, len(found.content)) != found.content:
                raise NotPossible(f"its {name} differs from that in {found.path}")
        if not gdb.call(functions["Py_IsInitialized"].address, "int", "void", ""):
            raise NotPossible("its Python has not started, or is about to end")
        _reach_safe_point(gdb, files.functions, files.of_locks)
        flags = f"0,{size},{_READ | _EXECUTE},{_PRIVATE | _ANONYMOUS},-1,0"
        page = gdb.call(mmap, "void*", "void*,long,int,int,int,long", flags)
        if page == _FAILED or not page:
            raise NotPossible("it may have no new executable memory")
        code = _call_and_return_0(functions["PyRun_SimpleString"].address)
        injected = Injected(pid, page, page + _CODE_SIZE, code)
        gdb.write(injected.address, code)
        gdb.write(injected.text, content)
        add = functions["Py_AddPendingCall"].address
        try:
            arguments = f"{injected.address:#x},{injected.text:#x}"
            if gdb.call(add, "int", "void*,void*", arguments) != 0:
                raise NotPossible("it has too many calls to do, and does none of them")
        except BaseException:
            with suppress(GdbError):
                gdb.write(injected.text, b"\0")
            raise
    return injected


def _gdb() -> str:
    program = shutil.which("gdb")
    if program is None:
        raise NoGdb
    return program


def _call_and_return_0(function: int) -> bytes:
    """Return code of a function that calls this one, and returns 0 even if that one fails.

    It fails without an exception, which the interpreter does not expect.
    """
    return (
        b"\xf3\x0f\x1e\xfa"  # endbr64
        b"\x48\x83\xec\x08"  # sub rsp, 8
        b"\x48\xb8" + struct.pack("<Q", function) + b"\xff\xd0"  # call function
        b"\x31\xc0"  # xor eax, eax
        b"\x48\x83\xc4\x08"  # add rsp, 8
        b"\xc3"  # ret
    )


def _check_state(pid: int) -> None:
    with open(f"/proc/{pid}/status", encoding="utf-8", errors="replace") as file:
        fields = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
    if (leader := int(fields["Tgid"])) != pid:
        raise NotPossible(f"it is a thread of process {leader}: name that one")
    if pid == os.getpid():
        raise NotPossible("it is this process: call refcycle.dump")
    if tracer := int(fields["TracerPid"]):
        raise NotPossible(f"process {tracer} is debugging it: end that first")
    if fields["State"].startswith("T"):
        raise NotPossible(f"it is stopped: let it continue, with kill -CONT {pid}")


class _Function(NamedTuple):
    address: int
    content: bytes
    path: str


class _Mapped(NamedTuple):
    elf: Elf
    move: int
    """What is added to an address in the file."""
    path: str


class _Files:
    """The program and the libraries of a process."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        # Unlike /proc/PID/maps, reading the link says whether this is permitted.
        self._program = os.readlink(f"/proc/{pid}/exe")
        self._mapped: dict[str, list[tuple[int, int]]] = {}
        with open(f"/proc/{pid}/maps", encoding="utf-8", errors="surrogateescape") as file:
            for line in file:
                fields = line.rstrip("\n").split(None, 5)
                if len(fields) == 6 and fields[5].startswith("/"):
                    start = int(fields[0].partition("-")[0], 16)
                    self._mapped.setdefault(fields[5], []).append((int(fields[2], 16), start))
        self.functions: set[int] = set()
        """The addresses of functions of Python that are not called with the lock."""
        self.of_locks: set[int] = set()
        """The addresses of the others."""

    def python(self) -> dict[str, _Function]:
        """Return the functions of Python that are needed; OtherVersion if it is not this one."""
        mapped = self._python()
        symbols = mapped.elf.symbols
        if "Py_AddPendingCall" not in symbols:
            raise NotPossible(
                "it does not run CPython, or its Python is stripped of the names of its functions"
            )
        missing = [name for name in _NEEDED if name not in symbols]
        version = self._version(mapped)
        if version is None or version != sys.version_info[:2]:
            raise OtherVersion(f"{version[0]}.{version[1]}" if version else "older than 3.10")
        if missing:
            raise NotPossible(f"its Python has no {missing[0]}")
        for name, address in mapped.elf.functions.items():
            kind = self.of_locks if _OF_LOCKS.search(name) else self.functions
            kind.add(mapped.move + address)
        return {
            name: _Function(
                mapped.move + symbols[name],
                mapped.elf.content(symbols[name], _COMPARED),
                mapped.path,
            )
            for name in _NEEDED
        }

    def libc(self) -> int:
        """Return the address of `mmap`."""
        names = [path for path in self._mapped if _LIBC.match(os.path.basename(path))]
        for path in [*names, self._program]:
            mapped = self._open(path)
            if mapped is not None and "mmap" in mapped.elf.functions:
                return mapped.move + mapped.elf.functions["mmap"]
        raise NotPossible("its C library has no function mmap")

    def _python(self) -> _Mapped:
        """Return the file that has the interpreter, or else the program."""
        program = self._open(self._program)
        if program is None:
            raise NotPossible("its program is unknown")
        if "Py_AddPendingCall" in program.elf.symbols:
            return program
        for path in self._mapped:
            if os.path.basename(path).startswith("libpython"):
                library = self._open(path)
                if library is not None and "Py_AddPendingCall" in library.elf.symbols:
                    return library
        return program

    def _open(self, path: str) -> _Mapped | None:
        if path not in self._mapped:
            return None
        # The process may see other files under these names than this one does.
        name = f"/proc/{self._pid}/root{path}"
        if path == self._program:
            name = f"/proc/{self._pid}/exe"
        try:
            elf = read_elf(name)
        except NotElf as error:
            raise NotPossible(str(error)) from None
        except FileNotFoundError:
            raise NotPossible(
                f"its file {path} was removed or replaced since it started: restart it"
            ) from None
        offset, address = elf.first
        for mapped_offset, start in self._mapped[path]:
            if mapped_offset == offset // _PAGE * _PAGE:
                return _Mapped(elf, start - address // _PAGE * _PAGE, path)
        return None

    def _version(self, mapped: _Mapped) -> tuple[int, int] | None:
        """Return the version; None if it is older than 3.10."""
        place = mapped.elf.symbols.get("Py_Version")
        if place is not None:
            content = mapped.elf.content(place, 8)
            if len(content) == 8:
                number = struct.unpack("<Q", content)[0]
                return number >> 24 & 255, number >> 16 & 255
        # It came with 3.11, and this one with 3.10.
        return (3, 10) if "PyErr_SetInterruptEx" in mapped.elf.symbols else None


def _reach_safe_point(gdb: Gdb, functions: set[int], of_locks: set[int]) -> None:
    """Run the main thread until it is certain that it does not hold the lock of the queue.

    While a thread holds this lock, it makes no system call (it waits before it has the lock, and
    wakes others after it has released it), calls nothing but functions of locks, and runs in no
    loop. So it is sufficient to see it in or before a system call, at the start of another
    function, or at the same instruction twice with no function of locks in between.
    """
    position = gdb.position()
    if gdb.read(position - len(_SYSTEM_CALL), len(_SYSTEM_CALL)) == _SYSTEM_CALL:
        return
    gdb.run_alone(True)
    try:
        seen: set[int] = set()
        for _ in range(_MOST_STEPS):
            at_call = gdb.read(position, len(_SYSTEM_CALL)) == _SYSTEM_CALL
            if at_call or position in functions or position in seen:
                return
            if position in of_locks:
                seen.clear()
            seen.add(position)
            position = gdb.step()
    finally:
        gdb.run_alone(False)
    raise NotPossible("its main thread reached no point at which it can be asked: try again")
