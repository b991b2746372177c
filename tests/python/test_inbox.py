"""The folder that another process fills, when that process is hostile."""

import errno
import json
import os
import socket
import stat
import subprocess
import sys
import time

import pytest

from refcycle import attachment
from refcycle._attach import inbox as _inbox
from refcycle._attach.inbox import Inbox, Untrusted

posix = pytest.mark.skipif(not _inbox._HAS_DESCRIPTORS, reason="no descriptors of folders here")
as_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs to be root, for a second user"
)
pytestmark = posix

OTHER = 65534
SECRET = b"of root"
A_DUMP = b"ARROW1 the dump ARROW1"


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret"
    path.write_bytes(SECRET)
    path.chmod(0o600)
    return path


@pytest.fixture
def target(tmp_path):
    folder = tmp_path / "target"
    folder.mkdir()
    return folder / "x.refcycle"


@pytest.fixture
def inbox(target):
    made = Inbox(str(target.parent), "work", os.geteuid())
    made.fill("pass")
    yield made
    made.close()


def inside(inbox, name):
    return os.path.join(inbox.inner.path, name)


def refuse(use, match):
    with pytest.raises(Untrusted, match=match):
        use()


def descriptors():
    return sorted(os.listdir("/dev/fd"))


def a_link(path, secret):
    os.symlink(secret, path)


def a_dangling_link(path, secret):
    os.symlink(f"{secret}-none", path)


def a_second_name(path, secret):
    os.link(secret, path)


def a_fifo(path, secret):
    os.mkfifo(path)


def a_folder(path, secret):
    os.mkdir(path)


def a_socket(path, secret):
    with socket.socket(socket.AF_UNIX) as server:
        folder = os.open(os.path.dirname(path), os.O_RDONLY)
        try:  # the path of a socket must be short
            server.bind(f"/proc/self/fd/{folder}/{os.path.basename(path)}")
        finally:
            os.close(folder)


def a_device(path, secret):
    os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, 5))  # /dev/zero


def a_file_of_another_user(path, secret):
    with open(path, "wb") as file:
        file.write(SECRET)
    os.chown(path, OTHER, -1)


KINDS = [a_link, a_dangling_link, a_second_name, a_fifo, a_folder]
KINDS += [a_socket] if sys.platform.startswith("linux") else []
ROOTS_KINDS = [a_device, a_file_of_another_user]


@pytest.mark.parametrize("name", ["dump.refcycle", "answer"])
@pytest.mark.parametrize(
    "kind", KINDS + [pytest.param(kind, marks=as_root) for kind in ROOTS_KINDS]
)
def test_what_is_no_file_of_that_user_is_not_read(inbox, target, secret, kind, name):
    before = descriptors()
    kind(inside(inbox, name), secret)
    use = inbox.answer if name == "answer" else lambda: inbox.collect(str(target))
    refuse(use, r"is not a regular file|has 2 names|belongs to user 65534 instead of")
    assert not target.exists()
    assert descriptors() == before
    assert secret.read_bytes() == SECRET
    assert secret.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["dump.refcycle", "answer"])
@pytest.mark.parametrize("kind", [a_link, a_second_name, a_fifo])
def test_what_is_exchanged_between_two_looks_is_not_read(
    inbox, target, secret, monkeypatch, kind, name
):
    path = inside(inbox, name)
    with open(path, "wb") as file:
        file.write(b"{}")
    real = inbox.inner.open

    def exchanged(name):
        os.unlink(path)
        kind(path, secret)
        return real(name)

    monkeypatch.setattr(inbox.inner, "open", exchanged)
    use = inbox.answer if name == "answer" else lambda: inbox.collect(str(target))
    refuse(use, "cannot be opened|is not a regular file|has 2 names")
    assert not target.exists()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["asked", "begun", "answer"])
def test_marks_of_any_kind_are_only_looked_at(inbox, secret, kind, name):
    os.unlink(inside(inbox, "asked"))
    kind(inside(inbox, name), secret)
    assert (inbox.is_asked(), inbox.has_begun(), inbox.is_answered()) == (
        name == "asked",
        name == "begun",
        name == "answer",
    )
    assert secret.read_bytes() == SECRET


def test_a_request_that_cannot_be_taken_back(inbox):
    os.unlink(inside(inbox, "asked"))
    assert inbox.forget() is False
    os.mkdir(inside(inbox, "asked"))
    refuse(inbox.forget, "the request cannot be withdrawn")


ANSWERS = [
    b"",
    b"[" * 60_000,
    b"[" * 30_000 + b"]" * 30_000,
    b"1" * 60_000,
    b'{"a": ' + b"1" * 50_000 + b"}",
    b"\xff\xfe{}",
    b"\x00",
    b'"text"',
    b"null",
    b"[1]",
    b'{"a": 1',
    b"{} {}",
    b"\xed\xa0\x80",
]


@pytest.mark.parametrize("answer", ANSWERS, ids=range(len(ANSWERS)))
def test_an_answer_that_is_no_object(inbox, answer):
    with open(inside(inbox, "answer"), "wb") as file:
        file.write(answer)
    refuse(inbox.answer, "its answer is not a JSON object")


def test_an_answer_that_is_huge(inbox):
    with open(inside(inbox, "answer"), "wb") as file:
        file.truncate(1 << 40)
    refuse(inbox.answer, f"its answer has {1 << 40} bytes")


SAID = [
    {"kind": "X"},
    {"text": "x"},
    {"kind": None, "text": None},
    {"kind": 3, "text": [1], "errno": "x"},
    {"kind": "OSError", "text": None, "errno": None},
    {"kind": "OSError", "text": "x", "errno": True},
    {"kind": "OSError", "text": "x", "errno": -1},
    {"kind": "OSError", "text": "x", "errno": 10**30},
    {"kind": "OSError", "text": "x", "errno": 1.5},
    {"kind": "MemoryError", "text": {}},
    {"kind": "ImportError", "text": 4},
    {"kind": "\ud800" * 5000, "text": "\x1b[31m\u202e\x00\udcff"},
    {"other": {"deep": [[[]]]}},
]


@pytest.mark.parametrize("said", SAID, ids=range(len(SAID)))
def test_whatever_it_says_is_an_exception_that_can_be_printed(inbox, said):
    with open(inside(inbox, "answer"), "w") as file:
        json.dump(said, file)
    error = attachment._failure(17, inbox.answer(), "target")
    assert type(error) in (RuntimeError, MemoryError, OSError)
    assert str(error).isprintable()
    assert len(str(error)) < 20_000
    str(error).encode()


def test_an_error_of_the_system_is_passed_on():
    error = attachment._failure(17, {"kind": "OSError", "text": "full", "errno": 28}, "there")
    assert (type(error), error.errno, error.strerror, error.filename) == (
        OSError,
        28,
        "full",
        "there",
    )


def leave(inbox, content):
    with open(inside(inbox, "dump.refcycle"), "wb") as file:
        file.write(content)


def test_a_dump_is_copied_and_is_private(inbox, target):
    content = b"ARROW1" + os.urandom(3_000_000) + b"ARROW1"
    leave(inbox, content)
    before = os.umask(0)
    try:
        inbox.collect(str(target))
    finally:
        os.umask(before)
    assert target.read_bytes() == content
    assert target.stat().st_mode & 0o777 == 0o600
    assert sorted(os.listdir(target.parent)) == ["work", target.name]


def test_a_dump_that_is_larger_than_the_disk(inbox, target):
    target.write_bytes(b"older")
    with open(inside(inbox, "dump.refcycle"), "wb") as file:
        try:
            file.truncate(1 << 62)
        except OSError:
            file.truncate(1 << 42)
    if inbox._around.free() > 1 << 42:
        pytest.skip("a disk of more than 4 TiB")
    with pytest.raises(OSError) as caught:
        inbox.collect(str(target))
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, str(target))
    assert target.read_bytes() == b"older"


@pytest.mark.parametrize("content", [b"", b"ARROW1", b"x" * 100, b"ARROW1" + b"x" * 100])
def test_what_is_no_dump_takes_no_place(inbox, target, content):
    target.write_bytes(b"older")
    leave(inbox, content)
    with pytest.raises(Untrusted):
        inbox.collect(str(target))
    assert target.read_bytes() == b"older"


@as_root
def test_for_another_user_no_file_of_that_user_is_written_over(target):
    target.write_bytes(b"older")
    os.chown(target, OTHER, -1)
    inbox = Inbox(str(target.parent), "work", OTHER)
    inbox.fill("pass")
    leave(inbox, A_DUMP)
    os.chown(inside(inbox, "dump.refcycle"), OTHER, -1)
    with pytest.raises(PermissionError):
        inbox.collect(str(target))
    assert target.read_bytes() == b"older"
    inbox.close()


@pytest.mark.parametrize("change", ["grows", "shrinks"])
def test_a_dump_that_changes_while_it_is_copied(inbox, target, monkeypatch, change):
    content = b"ARROW1" + b"x" * 5_000_000 + b"ARROW1"
    leave(inbox, content)
    path = inside(inbox, "dump.refcycle")
    real = os.read

    def read(descriptor, size):
        if change == "grows":
            with open(path, "ab") as file:
                file.write(b"y" * 1_000_000)
        else:
            os.truncate(path, 100)
        return real(descriptor, size)

    monkeypatch.setattr(_inbox.os, "read", read)
    if change == "grows":
        inbox.collect(str(target))
        assert target.read_bytes() == content
        return
    refuse(lambda: inbox.collect(str(target)), "was truncated while it was read")
    assert os.listdir(target.parent) == ["work"]


def test_a_folder_that_another_takes_the_place_of(inbox, target, secret, tmp_path):
    """Its name leads elsewhere, but the open folder is the same."""
    leave(inbox, A_DUMP)
    trap = tmp_path / "trap"
    (trap / "in").mkdir(parents=True)
    for name in ("script.py", "in/dump.refcycle", "in/answer"):
        (trap / name).write_bytes(SECRET)
    os.rename(inbox.work.path, tmp_path / "moved")
    os.symlink(trap, inbox.work.path)
    inbox.collect(str(target))
    assert target.read_bytes() == A_DUMP
    assert not inbox.is_answered()
    inbox.close()
    assert sorted(os.listdir(trap)) == ["in", "script.py"]
    assert sorted(os.listdir(trap / "in")) == ["answer", "dump.refcycle"]
    assert os.path.islink(inbox.work.path)


@pytest.mark.parametrize("kind", ["link", "folder", "file"])
def test_a_folder_that_is_there_is_not_taken(target, tmp_path, kind):
    trap = tmp_path / "trap"
    trap.mkdir()
    place = target.parent / "work"
    {"link": lambda: place.symlink_to(trap), "folder": place.mkdir, "file": place.touch}[kind]()
    before = descriptors()
    with pytest.raises(FileExistsError):
        Inbox(str(target.parent), "work", os.geteuid())
    assert os.listdir(trap) == []
    assert descriptors() == before


@pytest.mark.parametrize("kind", ["link", "another"])
def test_a_folder_that_is_exchanged_as_soon_as_it_is_made(target, tmp_path, monkeypatch, kind):
    trap = tmp_path / "trap"
    trap.mkdir()
    (trap / "kept").write_bytes(SECRET)
    trap.chmod(0o700)
    real = os.mkdir

    def made(name, *arguments, **options):
        real(name, *arguments, **options)
        place = target.parent / name
        place.rmdir()
        if kind == "link":
            place.symlink_to(trap)
        else:
            trap.rename(place)

    monkeypatch.setattr(os, "mkdir", made)
    before = descriptors()
    with pytest.raises((OSError, Untrusted)):
        Inbox(str(target.parent), "work", os.geteuid())
    monkeypatch.undo()
    found = trap if kind == "link" else target.parent / "work"
    assert os.listdir(found) == ["kept"]
    assert found.stat().st_mode & 0o777 == 0o700
    assert descriptors() == before


def test_clearing_away_follows_nothing(inbox, target, secret, tmp_path):
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_bytes(SECRET)
    for number, kind in enumerate(KINDS):
        kind(inside(inbox, f"{number}"), secret)
    os.symlink(kept, inside(inbox, "to a folder"))
    inbox.close()
    assert os.listdir(target.parent) == []
    assert (kept / "file").read_bytes() == SECRET
    assert secret.read_bytes() == SECRET


def test_clearing_away_does_no_more_than_a_little(inbox, target):
    """Folders in it are not entered, however deep they are, and the number of files is limited."""
    os.mkdir(inside(inbox, "deep"))
    folder = os.open(inside(inbox, "deep"), os.O_RDONLY)
    for _ in range(2000):
        os.mkdir("d", dir_fd=folder)
        deeper = os.open("d", os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = deeper
    os.close(folder)
    for number in range(1500):
        with open(inside(inbox, f"{number}"), "w"):
            pass
    path = inbox.inner.path
    inbox.close()
    left = len(os.listdir(path))
    # pytest cannot remove folders that are this deep.
    subprocess.run(["rm", "-rf", path], check=True)
    assert 500 <= left <= 504


@as_root
def test_the_folder_is_given_to_another_user_and_the_script_is_not(target):
    before = os.umask(0o077)
    try:
        inbox = Inbox(str(target.parent), "work", OTHER)
        inbox.fill("pass")
    finally:
        os.umask(before)
    work, inner = os.stat(inbox.work.path), os.stat(inbox.inner.path)
    script = os.stat(inbox.script)
    assert [(found.st_uid, stat.S_IMODE(found.st_mode)) for found in (work, inner, script)] == [
        (0, 0o711),
        (OTHER, 0o700),
        (0, 0o644),
    ]
    inbox.close()
    assert os.listdir(target.parent) == []


@as_root
@pytest.mark.parametrize("kind", ["link", "device", "fifo"])
def test_for_another_user_only_a_file_is_written_over(target, secret, kind):
    inbox = Inbox(str(target.parent), "work", OTHER)
    inbox.fill("pass")
    leave(inbox, A_DUMP)
    os.chown(inside(inbox, "dump.refcycle"), OTHER, -1)
    if kind == "link":
        target.symlink_to(secret)
    elif kind == "device":
        a_device(target, secret)
    else:
        os.mkfifo(target)
    with pytest.raises(OSError):
        attachment._check_place(str(target), OTHER)
    with pytest.raises(OSError) as caught:  # if it appeared after that look
        inbox.collect(str(target))
    assert caught.value.filename == str(target)
    assert secret.read_bytes() == SECRET
    assert sorted(os.listdir(target.parent)) == ["work", target.name]
    os.unlink(target)
    inbox.collect(str(target))
    found = target.stat()
    assert (target.read_bytes(), found.st_uid, found.st_mode & 0o777) == (A_DUMP, 0, 0o600)
    inbox.close()


@as_root
def test_for_another_user_the_folder_stays_the_one_that_was_named(target, tmp_path):
    if not os.path.isdir("/proc/self/fd"):
        pytest.skip("no paths of descriptors on this system")
    inbox = Inbox(str(target.parent), "work", OTHER)
    inbox.fill("pass")
    leave(inbox, A_DUMP)
    os.chown(inside(inbox, "dump.refcycle"), OTHER, -1)
    trap = tmp_path / "trap"
    trap.mkdir()
    (trap / target.name).write_bytes(SECRET)
    os.rename(target.parent, tmp_path / "moved")
    os.symlink(trap, target.parent)
    inbox.collect(str(target))
    inbox.close()
    assert (trap / target.name).read_bytes() == SECRET
    assert (tmp_path / "moved" / target.name).read_bytes() == A_DUMP
    assert os.listdir(tmp_path / "moved") == [target.name]


def test_a_folder_that_a_user_can_get_into(tmp_path):
    open_folder = tmp_path / "open"
    open_folder.mkdir()
    for folder in (open_folder, *open_folder.parents):
        if not folder.stat().st_mode & 0o001:
            break
    else:
        assert attachment._can_pass(str(open_folder), OTHER, set())
    open_folder.chmod(0o700)
    assert not attachment._can_pass(str(open_folder), OTHER, set())


def test_an_endless_wait_ends_with_the_process(inbox):
    with pytest.raises(ProcessLookupError):
        attachment._wait_for_answer(2**22 + 1, inbox)
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        attachment._wait_for_begin(os.getpid(), inbox, 0.05)
    assert time.monotonic() - started < 60
