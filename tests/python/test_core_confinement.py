"""Which files the process of a core file may read."""

import os
import sys

import pytest

pytestmark = [
    pytest.mark.any_version,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="core files are of Linux"),
]


@pytest.mark.parametrize(
    "path",
    [
        "/proc",
        "/proc/self",
        "/proc/self/environ",
        "/proc/self/statm",
        "//proc/self/maps",
        "/proc/self/../self/maps",
        "/proc/thread-self/maps",
        f"/proc/{os.getpid()}/maps",
        "/proc/cpuinfo",
        "/dev/fd/0",
        "/dev/zero",
        "/dev/null",
        "/sys",
        "proc/self/maps",
    ],
)
def test_it_opens_no_file_of_the_kernel(path):
    from refcycle._core.readable import is_plain_file, may_try

    if not os.path.exists(os.path.join("/", path)):
        pytest.skip("it is not there")
    assert not may_try(path.encode())
    assert not is_plain_file(os.path.join("/", path))


def test_it_opens_files_and_folders(tmp_path):
    from refcycle._core.readable import is_plain_file, may_try

    for path in (__file__, tmp_path, "/", "/proc/self/maps", tmp_path / "none"):
        assert may_try(os.fsencode(path))
    assert is_plain_file(__file__) and not is_plain_file(str(tmp_path))
    os.mkfifo(tmp_path / "fifo")
    assert not may_try(os.fsencode(tmp_path / "fifo"))


def test_what_it_has_opened_is_checked_again(tmp_path):
    from refcycle._core.readable import may_keep

    def may_keep_own(path):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            return may_keep(os.getpid(), descriptor)
        finally:
            os.close(descriptor)

    assert all(map(may_keep_own, (__file__, tmp_path, "/proc/self/maps")))
    paths = ("/proc/self/environ", "/proc", "/proc/cpuinfo", "/dev/null")
    assert not any(map(may_keep_own, paths))
    assert not may_keep(os.getpid(), 1 << 20)


def _run_filter(program, number, *arguments):
    """What the filter returns for a system call, by the rules of classic BPF."""
    import struct

    data = struct.pack("<iIQ", number, 0xC000003E, 0) + struct.pack("<6Q", *arguments)
    steps = list(struct.iter_unpack("<HBBI", program))
    at = value = 0
    while True:
        code, if_true, if_false, operand = steps[at]
        at += 1
        if code == 0x20:
            (value,) = struct.unpack_from("<I", data, operand)
        elif code == 0x06:
            return operand
        else:
            holds = value == operand if code == 0x15 else value & operand
            assert code in (0x15, 0x45)
            at += if_true if holds else if_false


def test_the_filter_leaves_no_open_for_writing_to_the_kernel():
    from refcycle._core.seccomp import ASK_READ, ASK_WRITE, filter_program

    program = filter_program(os.getpid())
    trace, open_, openat, creat, openat2 = 0x7FF00000, 2, 257, 85, 437
    writing = (os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC, os.O_APPEND, os.O_TMPFILE)
    for flags in (*writing, os.O_WRONLY | os.O_CLOEXEC | os.O_NONBLOCK):
        assert _run_filter(program, open_, 0, flags, 0, 0, 0, 0) == trace | ASK_WRITE
        assert _run_filter(program, openat, 0, 0, flags, 0, 0, 0) == trace | ASK_WRITE
    for flags in (os.O_RDONLY, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW):
        assert _run_filter(program, open_, 0, flags, 0, 0, 0, 0) == trace | ASK_READ
        assert _run_filter(program, openat, 0, 0, flags, 0, 0, 0) == trace | ASK_READ
    for number in (creat, openat2):
        assert _run_filter(program, number, 0, 0, 0, 0, 0, 0) == 0x00050000 | 38  # ENOSYS


def test_the_filter_asks_about_waits_for_other_threads():
    from refcycle._core.seccomp import ASK_WAIT, filter_program

    program = filter_program(os.getpid())
    trace, allow, futex = 0x7FF00000, 0x7FFF0000, 202
    wait, wake, wait_bitset, wake_bitset, private, realtime = 0, 1, 9, 10, 128, 256

    def result(operation, time_limit=0):
        return _run_filter(program, futex, 1 << 40, operation, 1, time_limit, 0, 0)

    for flags in (0, private, realtime, private | realtime):
        for operation in (wait | flags, wait_bitset | flags):
            assert result(operation) == trace | ASK_WAIT
            assert result(operation, 1) == result(operation, 1 << 32) == allow
        for operation in (wake | flags, wake_bitset | flags):
            assert result(operation) == result(operation, 7) == allow
