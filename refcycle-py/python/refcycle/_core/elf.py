"""Reads ELF files: programs, libraries and core files of 64-bit x86 Linux."""

from __future__ import annotations

import errno
import os
import stat
import struct
from collections.abc import Callable, Iterator
from typing import NamedTuple

__all__ = ["CORE", "Elf", "ElfError", "Note", "Segment", "build_id", "functions", "reader"]

CORE = 4
_X86_64, _AARCH64 = 62, 183
_HEADER, _PROGRAM, _SECTION = 64, 56, 64
_LOAD, _DYNAMIC, _NOTE = 1, 2, 4
_MANY = 0xFFFF  # the number of program headers is then in the first section header
_BUILD_ID = 3
_SYMBOL_TABLE, _STRING_TABLE, _STRINGS_SIZE = 6, 5, 10
_HASH, _GNU_HASH = 4, 0x6FFFFEF5
_FUNCTION, _SYMBOL = 2, 24
# More is damage, not a program.
_MOST_SYMBOLS = 1 << 24
_MOST_SEGMENTS = 1 << 18
_MOST_NOTES = 1 << 28  # bytes, of all notes
_MOST_NAMES = 1 << 28
_MOST_DYNAMIC = 1 << 20

Read = Callable[[int, int], bytes]
"""Returns the bytes at a place: fewer, or none, where there are none."""


class ElfError(Exception):
    """Some bytes are not an ELF file that can be used; the text continues "FILE is"."""


def reader(descriptor: int, path: str) -> Read:
    """Return a function that reads a regular file, of which `path` is for errors.

    ElfError if it is another kind of file.
    """
    found = os.fstat(descriptor)
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    if not stat.S_ISREG(found.st_mode):
        raise ElfError("not a regular file")

    def read(offset: int, length: int) -> bytes:
        length = min(length, found.st_size - offset)
        if offset < 0 or length <= 0:
            return b""
        try:
            return os.pread(descriptor, length, offset)
        except OSError as error:
            error.filename = path
            raise

    return read


class Segment(NamedTuple):
    """A part of an ELF file that is mapped to memory.

    `flags` are 4 (read), 2 (write) and 1 (execute).
    """

    kind: int
    flags: int
    offset: int
    address: int
    in_file: int
    in_memory: int

    @property
    def end(self) -> int:
        """The first address behind it."""
        return self.address + self.in_memory


class Note(NamedTuple):
    """A note of an ELF file."""

    owner: bytes
    kind: int
    content: bytes


class Elf:
    """The headers of an ELF file, of which `read` returns the bytes."""

    def __init__(self, read: Read) -> None:
        self.read = read
        header = read(0, _HEADER)
        if header[:4] != b"\x7fELF":
            raise ElfError("not an ELF file")
        if len(header) < _HEADER:
            raise ElfError("truncated")
        if header[4] != 2:
            raise ElfError("of a 32-bit program, and only 64-bit programs are supported")
        if header[5] != 1:
            raise ElfError("of a big-endian machine, and only x86-64 is supported")
        fields = struct.unpack_from("<HHIQQQIHHHHHH", header, 16)
        self.kind, machine, sections, count = fields[0], fields[1], fields[5], fields[9]
        if machine != _X86_64:
            name = "aarch64" if machine == _AARCH64 else f"machine {machine}"
            raise ElfError(f"of {name}, and only x86-64 is supported so far")
        if count == _MANY:
            count = struct.unpack_from("<I", self._whole(sections, _SECTION), 44)[0]
        if count > _MOST_SEGMENTS:
            raise ElfError("damaged")
        table = self._whole(fields[4], count * _PROGRAM)
        self.segments: list[Segment] = []
        self.notes: list[Segment] = []
        self.dynamic: Segment | None = None
        for at in range(0, len(table), _PROGRAM):
            kind, flags, offset, address, _, in_file, in_memory, _ = struct.unpack_from(
                "<IIQQQQQQ", table, at
            )
            segment = Segment(kind, flags, offset, address, in_file, in_memory)
            if kind == _LOAD:
                self.segments.append(segment)
            elif kind == _NOTE:
                self.notes.append(segment)
            elif kind == _DYNAMIC:
                self.dynamic = segment

    def _whole(self, offset: int, length: int) -> bytes:
        content = self.read(offset, length)
        if len(content) < length:
            raise ElfError("truncated")
        return content

    def all_notes(self) -> Iterator[Note]:
        """Yield the notes. ElfError if a part of them is missing."""
        if sum(segment.in_file for segment in self.notes) > _MOST_NOTES:
            raise ElfError("damaged: it has too many notes")
        for segment in self.notes:
            yield from _notes(self._whole(segment.offset, segment.in_file))


def _notes(content: bytes) -> Iterator[Note]:
    at = 0
    while at + 12 <= len(content):
        name, length, kind = struct.unpack_from("<III", content, at)
        at += 12
        owner = content[at : at + name].rstrip(b"\0")
        at += (name + 3) & ~3
        yield Note(owner, kind, content[at : at + length])
        at += (length + 3) & ~3


def build_id(elf: Elf) -> bytes:
    """Return what identifies the build of a program or library; empty if it is not known."""
    try:
        for note in elf.all_notes():
            if note.owner == b"GNU" and note.kind == _BUILD_ID:
                return note.content
    except ElfError:  # only a part of it is known
        pass
    return b""


def functions(elf: Elf) -> dict[str, list[int]]:
    """Return the addresses of the functions that a program or library exports, as in its headers.

    `elf` reads by offsets in its file. A function may have several versions, and an address each.
    """
    if elf.dynamic is None:
        return {}
    content = elf.read(elf.dynamic.offset, min(elf.dynamic.in_file, _MOST_DYNAMIC))
    tags = dict(struct.unpack_from("<QQ", content, at) for at in range(0, len(content) - 15, 16))
    symbols, texts = tags.get(_SYMBOL_TABLE), tags.get(_STRING_TABLE)
    if symbols is None or texts is None:
        return {}
    count = _number_of_symbols(elf, tags)
    if not 0 < count < _MOST_SYMBOLS:
        return {}
    found: dict[str, list[int]] = {}
    table = _at(elf, symbols, count * _SYMBOL)
    names = _at(elf, texts, min(tags.get(_STRINGS_SIZE, 0), _MOST_NAMES))
    for at in range(0, len(table) - _SYMBOL + 1, _SYMBOL):
        name, info, _, section, value, _ = struct.unpack_from("<IBBHQQ", table, at)
        if info & 15 == _FUNCTION and section and name < len(names):
            end = names.find(b"\0", name)
            if end >= 0:
                text = names[name:end].decode("ascii", "replace")
                found.setdefault(text, []).append(value)
    return found


def _number_of_symbols(elf: Elf, tags: dict[int, int]) -> int:
    """Return the number of symbols, which only the hash tables know; 0 without one."""
    if _HASH in tags:
        content = _at(elf, tags[_HASH], 8)
        return int.from_bytes(content[4:8], "little")
    start = tags.get(_GNU_HASH, 0)
    header = _at(elf, start, 16)
    if len(header) < 16:
        return 0
    buckets: int
    first: int
    words: int
    buckets, first, words, _ = struct.unpack("<IIII", header)
    chains = start + 16 + words * 8 + buckets * 4
    if buckets > _MOST_SYMBOLS:
        return 0
    table = _at(elf, start + 16 + words * 8, buckets * 4)
    last: int = max(struct.unpack(f"<{len(table) // 4}I", table), default=0)
    if last < first:
        return first
    # The last symbol of a chain has the lowest bit.
    while (entry := _at(elf, chains + (last - first) * 4, 4)) and not entry[0] & 1:
        last += 1
        if last > _MOST_SYMBOLS:
            return 0
    return last + 1


def _at(elf: Elf, address: int, length: int) -> bytes:
    """Return the bytes of an address of the headers."""
    for segment in elf.segments:
        if segment.address <= address < segment.address + segment.in_file:
            return elf.read(segment.offset + address - segment.address, length)
    return b""
