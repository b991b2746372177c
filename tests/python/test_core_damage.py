"""Core files that are damaged, or made to do harm, are rejected with an explanation."""

import os
import platform
import random
import shutil
import struct
import subprocess
import sys

import pytest

pytestmark = [
    pytest.mark.any_version,
    pytest.mark.skipif(
        not sys.platform.startswith("linux") or platform.machine() != "x86_64",
        reason="core files are of Linux on x86-64",
    ),
]

PROGRAM = os.path.realpath(shutil.which("true") or "true")
CODE, DATA, PAGE = 0x400000, 0x800000, 4096
STATUS, AUXILIARY, FILES = 1, 6, 0x46494C45
HEADERS, LOAD, NOTE = 64, 1, 4


def note(kind, content):
    content += b"\0" * (-len(content) % 4)
    return struct.pack("<III", 5, len(content), kind) + b"CORE\0\0\0\0" + content


def thread(stack_pointer=DATA + 64):
    registers = [0] * 27
    registers[19] = stack_pointer
    return note(STATUS, bytes(112) + struct.pack("<27Q", *registers))


def mapped(*ranges):
    table = b"".join(struct.pack("<QQQ", *one[:3]) for one in ranges)
    names = b"".join(os.fsencode(one[3]) + b"\0" for one in ranges)
    return note(FILES, struct.pack("<QQ", len(ranges), PAGE) + table + names)


def core(
    *,
    notes=None,
    files=((CODE, CODE + PAGE, 0, PROGRAM),),
    segments=None,
    header_at=HEADERS,
    note_at=None,
):
    """The bytes of a core file of PROGRAM, with the first page of it and a page of data."""
    with open(PROGRAM, "rb") as file:
        head = file.read(PAGE).ljust(PAGE, b"\0")
    if notes is None:
        auxiliary = note(AUXILIARY, struct.pack("<4Q", 3, CODE + 64, 0, 0))
        notes = thread() + auxiliary + mapped(*files)
    if segments is None:
        segments = [(5, 0, CODE, PAGE, PAGE), (6, PAGE, DATA, PAGE, PAGE)]
    first = HEADERS + 56 * (1 + len(segments))
    data = first + len(notes)
    table = [(NOTE, 4, first if note_at is None else note_at, 0, len(notes), 0)]
    table += [(LOAD, flags, data + at, *rest) for flags, at, *rest in segments]
    headers = b"".join(
        struct.pack("<IIQQQQQQ", kind, flags, at, address, 0, in_file, in_memory, PAGE)
        for kind, flags, at, address, in_file, in_memory in table
    )
    start = b"\x7fELF\x02\x01\x01" + bytes(9)
    start += struct.pack(
        "<HHIQQQIHHHHHH", 4, 62, 1, 0, header_at, 0, 0, HEADERS, 56, len(table), 64, 0, 0
    )
    return start + headers + notes + head + bytes(PAGE)


def error_of(path, content, timeout=1000.0):
    """The error about a core file, of which there is no dump."""
    from refcycle._core.core_file import CoreError
    from refcycle._core.dump import dump_core

    path.write_bytes(content)
    options = {"redact": True, "untracked": False, "timeout": timeout}
    with pytest.raises(CoreError) as caught:
        dump_core(PROGRAM, str(path), os.devnull, **options)
    assert str(caught.value)
    return str(caught.value)


def test_what_is_damaged(tmp_path):
    file = tmp_path / "core"
    assert "is not of a CPython process" in error_of(file, core())
    for place in (1 << 63, (1 << 63) - 1, (1 << 64) - 1):
        assert "is truncated" in error_of(file, core(header_at=place))
        assert "is truncated" in error_of(file, core(note_at=place))
    first = (5, 0, CODE, PAGE, PAGE)
    for segment, words in (
        ((6, PAGE, DATA, PAGE, 16), "is shorter than its content"),
        ((6, 0, CODE + 16, PAGE, PAGE), "overlap"),
        ((6, 1 << 63, DATA, PAGE, PAGE), "is truncated"),
    ):
        assert words in error_of(file, core(segments=[first, segment]))
    one = (CODE, CODE + PAGE, 0, PROGRAM)
    for other, words in (
        ((CODE + 16, CODE + 32, 0, "/x"), "mapped files overlap"),
        ((1 << 63, (1 << 63) + 1, 0, "/x"), "in no possible place"),
        ((DATA, DATA, 0, "/x"), "in no possible place"),
        ((DATA, DATA + PAGE, 1 << 60, "/x"), "in no possible place"),
    ):
        assert words in error_of(file, core(files=[one, other]))
    assert "it has no threads" in error_of(file, core(notes=mapped(one)))
    assert "without names of mapped files" in error_of(file, core(notes=thread()))
    assert "does not name its program" in error_of(file, core(notes=thread() + mapped(one)))


def test_limits(tmp_path, monkeypatch):
    from refcycle._core import core_file, elf

    file = tmp_path / "core"
    one = (CODE, CODE + PAGE, 0, PROGRAM)
    monkeypatch.setattr(core_file, "_MOST_THREADS", 3)
    assert "too many threads" in error_of(file, core(notes=thread() * 4 + mapped(one)))
    monkeypatch.setattr(elf, "_MOST_NOTES", 1000)
    assert "too many notes" in error_of(file, core(notes=thread() * 4 + mapped(one)))
    monkeypatch.setattr(core_file, "_MOST_FILES", 1)
    other = (DATA, DATA + PAGE, 0, "/x")
    assert "damaged" in error_of(file, core(files=[one, other]))
    assert "no answer within 1e-09 s" in error_of(file, core(), timeout=1e-9)


def test_files_that_no_core_file_may_make_it_read(tmp_path):
    file, fifo = tmp_path / "core", tmp_path / "fifo"
    os.mkfifo(fifo)
    code = [(5, 0, CODE, PAGE, PAGE), (5, PAGE, DATA, PAGE, PAGE)]
    for path in (fifo, "/dev/zero", "/proc/self/environ"):
        files = [(CODE, CODE + PAGE, 0, PROGRAM), (DATA, DATA + PAGE, PAGE, path)]
        assert "is not of a CPython process" in error_of(file, core(files=files))
        files[1] = (DATA, DATA + PAGE, 0, path)
        segments = [code[0], (5, 0, DATA, PAGE, PAGE)]  # it begins as a library does
        assert "cannot be opened" in error_of(file, core(files=files, segments=segments))


def test_a_library_that_was_removed_while_the_program_ran(tmp_path):
    library = tmp_path / "library.so"
    files = [(CODE, CODE + PAGE, 0, PROGRAM), (DATA, DATA + PAGE, 0, f"{library} (deleted)")]
    segments = [(5, 0, CODE, PAGE, PAGE), (5, 0, DATA, PAGE, PAGE)]
    content = core(files=files, segments=segments)
    assert "was replaced or deleted while the program" in error_of(tmp_path / "core", content)
    library.write_bytes(b"another version")
    assert "was replaced or deleted while the program" in error_of(tmp_path / "core", content)
    shutil.copy(PROGRAM, library)  # the same build again
    assert "is not of a CPython process" in error_of(tmp_path / "core", content)


def test_bytes_that_were_changed(tmp_path):
    content = core()
    end = len(content) - 2 * PAGE
    chance = random.Random(17)
    for _ in range(300):
        changed = bytearray(content)
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(end)
            if chance.random() < 0.5:
                changed[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFF))
            else:
                at &= -8
                changed[at : at + 8] = chance.choice(
                    (b"\xff" * 8, b"\xff" * 7 + b"\x7f", bytes(8))
                )
        error_of(tmp_path / "core", bytes(changed))


def test_a_core_file_that_is_not_regular(tmp_path):
    from refcycle._core.core_file import CoreError
    from refcycle._core.dump import dump_core

    os.mkfifo(tmp_path / "fifo")
    options = {"redact": True, "untracked": False, "timeout": 1000.0}
    for path in (tmp_path / "fifo", "/dev/zero"):
        with pytest.raises(CoreError, match="is not a regular file"):
            dump_core(PROGRAM, str(path), os.devnull, **options)


def test_closed_standard_streams(tmp_path):
    file = tmp_path / "core"
    file.write_bytes(core())
    code = (
        "import os; os.close(0)\n"
        "from refcycle._core.core_file import CoreFile\n"
        f"core = CoreFile({str(file)!r}, lambda: None)\n"
        "assert core.descriptor > 2 and core.in_file(0x400000, 4) == b'\\x7fELF'"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=100)
