"""Reads a core file: the memory of a process, its threads and the files that it had mapped."""

from __future__ import annotations

import os
import struct
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from refcycle._core.elf import CORE, Elf, ElfError, Note, Segment, reader
from refcycle._text.numbers import size_text

__all__ = [
    "CoreError", "CoreFile", "FileRange", "Interrupted", "Piece", "Thread", "Unreadable",
    "opened_elf",
]  # fmt: skip

PAGE = 4096
USER_END = 0x7FFFFFFFF000
_STATUS, _INFO, _AUXILIARY, _FILES = 1, 3, 6, 0x46494C45
_FLOATING, _ALL_EXTENDED = 2, 0x202
_EXTENDED_NOTES = ((b"CORE", _FLOATING), (b"LINUX", _ALL_EXTENDED))
_LONGEST_EXTENDED = 1 << 16
_PROGRAM_HEADERS, _VDSO = 3, 33
_REGISTERS_AT, _REGISTERS = 112, 27
_RAX, _ORIG_RAX, _RSP, _FS_BASE = 10, 15, 19, 21
# What the kernel has in rax for a call that it would begin anew (ERESTARTSYS to _RESTARTBLOCK).
_UNFINISHED = range((1 << 64) - 516, (1 << 64) - 511)
_LONGEST_HEAD = 1 << 20
# More is damage, not a process.
_MOST_THREADS = 1 << 16
_MOST_FILES = 1 << 18
_LONGEST_FILE = (1 << 63) - 1


class CoreError(Exception):
    """No dump can be made of a core file; the text says why."""


class Unreadable(CoreError):
    """The process could not be brought back; the text follows "CORE could not be read:"."""


class Interrupted(Unreadable):
    """The process could not go on: a thread may have been in the middle of a change."""


class Thread(NamedTuple):
    """A thread of the process. `signal` is the one that ended it, 0 if none did.

    `extended` is the state of the floating-point and vector units: what kind of a note it is, and
    its content. It is empty if the core file has none.
    """

    id: int
    signal: int
    registers: tuple[int, ...]
    extended: tuple[int, bytes]

    @property
    def stack_pointer(self) -> int:
        """Its register rsp."""
        return self.registers[_RSP]

    @property
    def storage(self) -> int:
        """Its register fs_base, the address of its thread locals."""
        return self.registers[_FS_BASE]

    @property
    def waits(self) -> bool:
        """Whether it was in a system call that had not ended."""
        return self.registers[_ORIG_RAX] < 1 << 63 and self.registers[_RAX] in _UNFINISHED


class FileRange(NamedTuple):
    """A part of a file that the process had mapped."""

    address: int
    end: int
    offset: int
    path: str


class Piece(NamedTuple):
    """A part of the memory that comes from one place.

    `path` is that of a file, None for the core file; empty if the content is nowhere.
    """

    address: int
    end: int
    flags: int
    path: str | None
    offset: int


class CoreFile:
    """A core file of a process of 64-bit x86 Linux. CoreError if it is something else.

    `check_time` raises an exception when the time is over.
    """

    def __init__(self, path: str, check_time: Callable[[], None]) -> None:
        self.path = path
        self._check_time = check_time
        self.descriptor = _opened(path)
        try:
            self._read()
        except ElfError as error:
            self.close()
            text = str(error)
            if text == "not an ELF file":
                text = "not a core file; if it is compressed, decompress it first"
            raise CoreError(f"{path} is {text}") from None
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file."""
        os.close(self.descriptor)

    def _read(self) -> None:
        self._read_at = reader(self.descriptor, self.path)
        elf = Elf(self._read_at)
        if elf.kind != CORE:
            raise ElfError("a program or a library, not a core file")
        used = (one for one in elf.segments if one.in_memory and one.end <= USER_END)
        self.segments = sorted(used, key=lambda one: one.address)
        self._starts = [one.address for one in self.segments]
        if any(one.in_file > one.in_memory for one in self.segments):
            raise ElfError("damaged: a part of the memory is shorter than its content")
        if any(one.end > two.address for one, two in pairwise(self.segments)):
            raise ElfError("damaged: parts of the memory overlap")
        size = os.fstat(self.descriptor).st_size
        whole = max((one.offset + one.in_file for one in elf.segments), default=0)
        if whole > size:
            raise ElfError(f"truncated: it has {size_text(size)} of {size_text(whole)}")
        self.time = os.fstat(self.descriptor).st_mtime
        self.size = sum(one.in_file for one in self.segments)
        self.threads: list[Thread] = []
        self.files: list[FileRange] = []
        self.auxiliary: dict[int, int] = {}
        self.pid = 0
        for note in elf.all_notes():
            self._check_time()
            if (note.owner, note.kind) in _EXTENDED_NOTES and self.threads:
                self._add_extended(note)
            elif note.owner != b"CORE":
                continue
            elif note.kind == _STATUS and len(note.content) >= _REGISTERS_AT + _REGISTERS * 8:
                if len(self.threads) == _MOST_THREADS:
                    raise ElfError("damaged: it has too many threads")
                self.threads.append(_thread(note.content))
            elif note.kind == _INFO and len(note.content) >= 28:
                (self.pid,) = struct.unpack_from("<i", note.content, 24)
            elif note.kind == _AUXILIARY:
                words = [
                    value for (value,) in struct.iter_unpack("<Q", _even(note.content[:PAGE], 16))
                ]
                self.auxiliary = dict(zip(words[::2], words[1::2], strict=False))
            elif note.kind == _FILES:
                self.files = sorted(_file_ranges(note.content))
        if not self.threads:
            raise ElfError("damaged: it has no threads, so it cannot be used")
        if not self.files:
            raise ElfError("damaged: without names of mapped files (NT_FILE), it cannot be used")
        if any(
            one.end > two.address for one, two in zip(self.files, self.files[1:], strict=False)
        ):
            raise ElfError("damaged: mapped files overlap")

    def _add_extended(self, note: Note) -> None:
        """Add a note to the thread before it; the one with all of the state is the better one."""
        last = self.threads[-1]
        if last.extended[0] != _ALL_EXTENDED and len(note.content) <= _LONGEST_EXTENDED:
            self.threads[-1] = last._replace(extended=(note.kind, note.content))

    def in_file(self, address: int, length: int) -> bytes:
        """Return bytes of the memory: as many as follow each other in the core file."""
        segment = self.segment_at(address)
        if segment is None:
            return b""
        inside = address - segment.address
        return self._read_at(segment.offset + inside, min(length, segment.in_file - inside))

    def segment_at(self, address: int) -> Segment | None:
        """Return the part of the memory around an address; None if there is none."""
        number = bisect_right(self._starts, address) - 1
        if number >= 0 and address < self.segments[number].end:
            return self.segments[number]
        return None

    def parts(self, start: int, end: int) -> Sequence[Segment]:
        """Return the parts of the memory that overlap a range."""
        first = bisect_right(self._starts, start) - 1
        if first < 0 or self.segments[first].end <= start:
            first += 1
        return self.segments[first : bisect_left(self._starts, end, first)]

    @property
    def vdso(self) -> int:
        """The address of the kernel's page of functions; 0 without one."""
        return self.auxiliary.get(_VDSO, 0)

    def executable(self) -> FileRange | None:
        """Return the range of the file that the process executed; None if it is unknown."""
        address = self.auxiliary.get(_PROGRAM_HEADERS, 0)
        return next((one for one in self.files if one.address <= address < one.end), None)

    def images(self) -> Iterator[tuple[FileRange, bytes]]:
        """Yield the ranges of programs and libraries that begin a file, with their first bytes.

        The bytes are empty if the core file does not have them.
        """
        seen = set()
        for one in self.files:
            if one.offset == 0 and one.path not in seen:
                head = self.in_file(one.address, min(one.end - one.address, _LONGEST_HEAD))
                if not head or head[:4] == b"\x7fELF":
                    seen.add(one.path)
                    yield one, head

    def pieces(self, flags_of: dict[str, list[Segment]]) -> list[Piece]:
        """Return all of the memory; a later piece replaces what earlier ones have there.

        `flags_of` has the segments of files, for ranges whose protection the core file lacks.
        """
        found: list[Piece] = []
        starts = [one.address for one in self.files]
        ends = [one.end for one in self.files]
        for one in self.files:
            if not self.parts(one.address, one.end):
                flags = _flags(flags_of.get(one.path, []), one)
                found.append(Piece(one.address, one.end, flags, one.path, one.offset))
        for segment in self.segments:
            at, known = segment.address, segment.address + segment.in_file
            first = bisect_right(ends, at)
            for one in self.files[first : bisect_left(starts, segment.end)]:
                begin, end = max(at, one.address), min(segment.end, one.end)
                if begin > max(at, known):
                    found.append(Piece(max(at, known), begin, segment.flags, "", 0))
                offset = one.offset + begin - one.address
                found.append(Piece(begin, end, segment.flags, one.path, offset))
                at = end
            if segment.end > max(at, known):
                found.append(Piece(max(at, known), segment.end, segment.flags, "", 0))
        for segment in self.segments:
            if segment.in_file:
                end = segment.address + segment.in_file
                found.append(Piece(segment.address, end, segment.flags, None, segment.offset))
        return found

    def known_until(self, address: int) -> int:
        """Return the end of the memory around an address that the core file has; 0 if none."""
        one = self.segment_at(address)
        known = one.address + one.in_file if one else 0
        return known if known > address else 0


def _thread(content: bytes) -> Thread:
    (number,) = struct.unpack_from("<H", content, 12)
    (ident,) = struct.unpack_from("<i", content, 32)
    registers = struct.unpack_from(f"<{_REGISTERS}Q", content, _REGISTERS_AT)
    return Thread(ident, number, registers, (0, b""))


def _even(content: bytes, width: int) -> bytes:
    return content[: len(content) // width * width]


def _file_ranges(content: bytes) -> Iterator[FileRange]:
    if len(content) < 16:
        return
    count, page = struct.unpack_from("<QQ", content)
    if count > min(len(content) // 24, _MOST_FILES):
        raise ElfError("damaged")
    names = content[16 + 24 * count :].split(b"\0", count)
    if len(names) < count:
        raise ElfError("damaged")
    for number in range(count):
        start, end, offset = struct.unpack_from("<QQQ", content, 16 + 24 * number)
        if not start < end <= USER_END or offset * page > _LONGEST_FILE:
            raise ElfError("damaged: a mapped file is in no possible place")
        yield FileRange(start, end, offset * page, os.fsdecode(names[number]))


def _flags(segments: list[Segment], one: FileRange) -> int:
    """Return the protection of a range by the headers of its file; read only for data files."""
    for segment in segments:
        start = segment.offset & -PAGE
        if start <= one.offset < segment.offset + segment.in_file:
            return segment.flags
    return 4


def opened_elf(path: str) -> tuple[int, Elf]:
    """Open a program or library. OSError, and ElfError if it is neither."""
    descriptor = _opened(path)
    try:
        return descriptor, Elf(reader(descriptor, path))
    except BaseException:
        os.close(descriptor)
        raise


def _opened(path: str) -> int:
    """Open a file to read, with a descriptor above those of the standard streams."""
    import fcntl  # of Unix

    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    if descriptor > 2:
        return descriptor
    try:
        return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 3)
    finally:
        os.close(descriptor)
