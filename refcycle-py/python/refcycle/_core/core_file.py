"""Reads a core file: the memory of a process, its threads and the files that it had mapped."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from typing import NamedTuple

from refcycle._core.elf import CORE, Elf, ElfError, Segment
from refcycle._text.numbers import size_text

__all__ = ["CoreError", "CoreFile", "FileRange", "Piece", "Thread", "Unreadable", "opened_elf"]

PAGE = 4096
USER_END = 0x7FFFFFFFF000
_STATUS, _INFO, _AUXILIARY, _FILES = 1, 3, 6, 0x46494C45
_PROGRAM_HEADERS, _VDSO = 3, 33
_REGISTERS_AT, _REGISTERS = 112, 27
_RSP, _FS_BASE = 19, 21
_LONGEST_HEAD = 1 << 20


class CoreError(Exception):
    """No dump can be made of a core file; the text says why."""


class Unreadable(CoreError):
    """The process could not be brought back; the text follows "CORE could not be read:"."""


class Thread(NamedTuple):
    """A thread of the process. `signal` is the one that ended it, 0 if none did."""

    id: int
    signal: int
    registers: tuple[int, ...]

    @property
    def stack_pointer(self) -> int:
        """Its register rsp."""
        return self.registers[_RSP]

    @property
    def storage(self) -> int:
        """Its register fs_base, the address of its thread locals."""
        return self.registers[_FS_BASE]


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
    """A core file of a process of 64-bit x86 Linux. CoreError if it is something else."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
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
        elf = Elf(lambda offset, length: os.pread(self.descriptor, length, offset))
        if elf.kind != CORE:
            raise ElfError("a program or a library, and no core file")
        self.segments = [one for one in elf.segments if one.end <= USER_END]
        size = os.fstat(self.descriptor).st_size
        whole = max((one.offset + one.in_file for one in elf.segments), default=0)
        if whole > size:
            raise ElfError(f"truncated: it has {size_text(size)} of {size_text(whole)}")
        self.time = os.fstat(self.descriptor).st_mtime
        self.threads: list[Thread] = []
        self.files: list[FileRange] = []
        self.auxiliary: dict[int, int] = {}
        self.pid = 0
        for note in elf.all_notes():
            if note.owner != b"CORE":
                continue
            if note.kind == _STATUS and len(note.content) >= _REGISTERS_AT + _REGISTERS * 8:
                self.threads.append(_thread(note.content))
            elif note.kind == _INFO and len(note.content) >= 28:
                (self.pid,) = struct.unpack_from("<i", note.content, 24)
            elif note.kind == _AUXILIARY:
                words = [value for (value,) in struct.iter_unpack("<Q", _even(note.content, 8))]
                self.auxiliary = dict(zip(words[::2], words[1::2], strict=False))
            elif note.kind == _FILES:
                self.files = list(_file_ranges(note.content))
        if not self.threads:
            raise ElfError("without threads, and cannot be used")
        if not self.files:
            raise ElfError("without the names of the mapped files (NT_FILE), and cannot be used")

    def in_file(self, address: int, length: int) -> bytes:
        """Return bytes of the memory: as many as follow each other in the core file."""
        for segment in self.segments:
            inside = address - segment.address
            if 0 <= inside < segment.in_file:
                length = min(length, segment.in_file - inside)
                return os.pread(self.descriptor, length, segment.offset + inside)
        return b""

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
        files = sorted(self.files)
        for one in files:
            if not any(_overlap(part, one) for part in self.segments):
                flags = _flags(flags_of.get(one.path, []), one)
                found.append(Piece(one.address, one.end, flags, one.path, one.offset))
        for segment in self.segments:
            at, known = segment.address, segment.address + segment.in_file
            for one in files:
                if one.end <= at or one.address >= segment.end:
                    continue
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
        for one in self.segments:
            if one.address <= address < one.address + one.in_file:
                return one.address + one.in_file
        return 0


def _thread(content: bytes) -> Thread:
    (number,) = struct.unpack_from("<H", content, 12)
    (ident,) = struct.unpack_from("<i", content, 32)
    registers = struct.unpack_from(f"<{_REGISTERS}Q", content, _REGISTERS_AT)
    return Thread(ident, number, registers)


def _even(content: bytes, width: int) -> bytes:
    return content[: len(content) // width * width]


def _file_ranges(content: bytes) -> Iterator[FileRange]:
    if len(content) < 16:
        return
    count, page = struct.unpack_from("<QQ", content)
    if count > len(content) // 24:
        raise ElfError("damaged")
    names = content[16 + 24 * count :].split(b"\0")
    if len(names) < count:
        raise ElfError("damaged")
    for number in range(count):
        start, end, offset = struct.unpack_from("<QQQ", content, 16 + 24 * number)
        yield FileRange(start, end, offset * page, os.fsdecode(names[number]))


def _overlap(segment: Segment, one: FileRange) -> bool:
    return segment.address < one.end and one.address < segment.end


def _flags(segments: list[Segment], one: FileRange) -> int:
    """Return the protection of a range by the headers of its file; read only for data files."""
    for segment in segments:
        start = segment.offset & -PAGE
        if start <= one.offset < segment.offset + segment.in_file:
            return segment.flags
    return 4


def opened_elf(path: str) -> tuple[int, Elf]:
    """Open a program or library. OSError, and ElfError if it is neither."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        return descriptor, Elf(lambda offset, length: os.pread(descriptor, length, offset))
    except BaseException:
        os.close(descriptor)
        raise
