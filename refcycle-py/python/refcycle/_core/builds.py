"""Checks that the programs and libraries of a core file are here, in the same build."""

from __future__ import annotations

import errno
import os
from typing import NamedTuple

from refcycle._core.core_file import CoreError, CoreFile, FileRange, opened_elf
from refcycle._core.deadline import Deadline
from refcycle._core.elf import Elf, ElfError, Segment, build_id, functions
from refcycle._core.readable import is_plain_file

__all__ = ["Builds", "check_builds"]

_EXECUTABLE = 1
# Enough for all headers of a program.
_HEAD = 4096
# What Linux appends to the name of a mapped file that was removed.
_DELETED = " (deleted)"


class Builds(NamedTuple):
    """The files of a core file.

    - paths: Where each file is here, by its name in the core file.
    - segments: The segments of programs and libraries, by the same names.
    - functions: The addresses of the exported functions in the process.
    - missing: Sentences about files that cannot be checked.
    """

    paths: dict[str, str]
    segments: dict[str, list[Segment]]
    functions: dict[str, list[int]]
    missing: list[str]


def check_builds(core: CoreFile, executable: str, deadline: Deadline) -> Builds:
    """Find the files that the process had mapped. CoreError if one is of another build.

    `executable` is the path of the program here.
    """
    executable = os.path.abspath(executable)
    found = Builds({}, {}, {}, [])
    program = core.executable()
    if program is None:
        raise CoreError(f"{core.path} does not name its program")
    images = {one.path: (one, head) for one, head in core.images()}
    if program.path not in images:
        images[program.path] = (program, b"")
    _check_program(core, executable, *images[program.path])
    executed = _executed(core)
    for path in dict.fromkeys(one.path for one in core.files):
        deadline.check()
        here = executable if path == program.path else path
        if path in images:
            _add_image(core, found, here, *images[path], is_executed=path in executed)
        elif is_plain_file(here):
            found.paths[path] = here
    return found


def _check_program(core: CoreFile, executable: str, one: FileRange, head: bytes) -> None:
    try:
        descriptor, elf = opened_elf(executable)
    except ElfError as error:
        raise CoreError(f"{executable} is {error}") from None
    with open(descriptor, "rb"):
        if _is_other(elf, head):
            there = one.path.removesuffix(_DELETED)
            name = os.path.basename(there)
            if os.path.realpath(executable) != os.path.realpath(there):
                raise CoreError(
                    f"{core.path} is of another program or build than {executable}: it is of "
                    f"{one.path}"
                )
            raise CoreError(
                f"{executable} is another build of {name} than the one in {core.path}: it was "
                "replaced since"
            )


def _add_image(
    core: CoreFile, found: Builds, here: str, one: FileRange, head: bytes, *, is_executed: bool
) -> None:
    is_deleted = here.endswith(_DELETED)
    if is_deleted and head:
        here = here.removesuffix(_DELETED)  # it may be the same build again
    other = _replaced_meanwhile(core, one.path) if is_deleted else _replaced(core, here)
    try:
        if not is_plain_file(here):  # a device is not opened
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        descriptor, elf = opened_elf(here)
    except ElfError:
        if head:
            raise CoreError(other) from None
        found.paths[one.path] = here  # data, such as an archive of locales
        return
    except OSError as error:
        if is_deleted and (head or is_executed):
            raise CoreError(other) from None
        if head or is_executed:
            raise CoreError(
                f"the library {here} of {core.path} cannot be opened ({error.strerror}): make a "
                "dump on the machine, or in the container, where the program ran"
            ) from None
        return
    with open(descriptor, "rb"):
        if _is_other(elf, head):
            raise CoreError(other)
        found.paths[one.path] = here
        found.segments[one.path] = elf.segments
        if not head:
            found.missing.append(f"the build of {one.path}, which could not be checked")
        if elf.segments:
            bias = one.address - (elf.segments[0].address & -_HEAD)
            for name, addresses in functions(elf).items():
                there = found.functions.setdefault(name, [])
                there.extend(bias + address for address in addresses)


def _replaced(core: CoreFile, path: str) -> str:
    return (
        f"{path} is another build than the one in {core.path}: it was replaced since, or this is "
        "another machine"
    )


def _replaced_meanwhile(core: CoreFile, path: str) -> str:
    return (
        f"{path.removesuffix(_DELETED)} was replaced or deleted while the program of {core.path} "
        "ran: reinstall the version that the program used"
    )


def _is_other(elf: Elf, head: bytes) -> bool:
    """Whether a file differs from the one with these first bytes."""
    if not head:
        return False
    try:
        known = build_id(Elf(lambda offset, length: head[offset : offset + length]))
    except ElfError:
        return True
    here = build_id(elf)
    if known and here:
        return known != here
    return elf.read(0, _HEAD) != head[:_HEAD]


def _executed(core: CoreFile) -> set[str]:
    """Return the names of the files with code."""
    return {
        one.path
        for one in core.files
        if any(part.flags & _EXECUTABLE for part in core.parts(one.address, one.end))
    }
