"""Reads the symbols of a program or library in the ELF format. Nothing in the file is trusted."""

from __future__ import annotations

import os
import struct
from typing import NamedTuple

__all__ = ["Elf", "NotElf", "read_elf"]

_MAGIC = b"\x7fELF"
_BITS_64, _LITTLE_ENDIAN, _X86_64 = 2, 1, 62
_LOAD, _SYMBOLS, _DYNAMIC_SYMBOLS = 1, 2, 11
_FUNCTION = 2
_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
_SEGMENT = struct.Struct("<IIQQQQQQ")
_SECTION = struct.Struct("<IIQQQQIIQQ")
_SYMBOL = struct.Struct("<IBBHQQ")
# More than the largest symbol tables of unstripped builds, and of their names.
_LARGEST = 1 << 27


class NotElf(Exception):
    """The file is no program for this kind of machine."""


class _Segment(NamedTuple):
    offset: int
    address: int
    size: int


class Elf(NamedTuple):
    """The symbols of a file, with their addresses in it."""

    symbols: dict[str, int]
    functions: dict[str, int]
    """Those symbols that are functions."""
    first: tuple[int, int]
    """The offset and the address of the first part that is loaded."""
    segments: list[_Segment]
    path: str

    def content(self, address: int, size: int) -> bytes:
        """Return the bytes of the file that are loaded to an address; fewer if it ends before."""
        for segment in self.segments:
            if 0 <= address - segment.address < segment.size:
                with open(self.path, "rb") as file:
                    file.seek(segment.offset + address - segment.address)
                    return file.read(min(size, segment.address + segment.size - address))
        return b""


def read_elf(path: str) -> Elf:
    """Read a file for x86-64; NotElf for another one, and OSError if it cannot be read."""
    try:
        return _read(path)
    except (struct.error, IndexError, OverflowError) as error:
        raise NotElf(f"its ELF file is damaged ({error})") from None


def _read(path: str) -> Elf:
    with open(path, "rb") as file:
        end = file.seek(0, os.SEEK_END)

        def at(offset: int, size: int) -> bytes:
            if size > _LARGEST or offset > end:
                raise NotElf("its ELF file is damaged")
            file.seek(offset)
            return file.read(size)

        header = at(0, _HEADER.size)
        if header[:4] != _MAGIC:
            raise NotElf("it runs no ELF file")
        if header[4] != _BITS_64:
            raise NotElf("it is a 32-bit program")
        if header[5] != _LITTLE_ENDIAN:
            raise NotElf("it is a program for another kind of machine")
        fields = _HEADER.unpack(header)
        _, _, machine, _, _, programs, sections, _, _, program_size, programs_count = fields[:11]
        section_size, sections_count = fields[11:13]
        if machine != _X86_64:
            raise NotElf("it is a program for another kind of machine")
        segments = []
        for index in range(programs_count):
            segment = _SEGMENT.unpack(at(programs + index * program_size, _SEGMENT.size))
            if segment[0] == _LOAD:
                segments.append(_Segment(segment[2], segment[3], segment[5]))
        if not segments:
            raise NotElf("its ELF file has nothing to load")
        heads = [
            _SECTION.unpack(at(sections + index * section_size, _SECTION.size))
            for index in range(sections_count)
        ]
        symbols: dict[str, int] = {}
        functions: dict[str, int] = {}
        for wanted in (_SYMBOLS, _DYNAMIC_SYMBOLS):
            for head in heads:
                if head[1] != wanted:
                    continue
                names = at(heads[head[6]][4], heads[head[6]][5])
                table = at(head[4], head[5])
                whole = len(table) - len(table) % _SYMBOL.size
                for start, info, _, section, value, _ in _SYMBOL.iter_unpack(table[:whole]):
                    if not section or not value:
                        continue
                    stop = names.find(b"\0", start)
                    name = names[start:stop].decode("ascii", "replace")
                    symbols[name] = value
                    if info & 15 == _FUNCTION:
                        functions[name] = value
        return Elf(symbols, functions, (segments[0].offset, segments[0].address), segments, path)
