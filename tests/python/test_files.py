"""What becomes of a file that is written over, and who may read a new one."""

import os
import pathlib
import re
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time

import pytest
from helpers.processes import run_json
from helpers.writers import DUMPS, NAMED, PATIENCE, SMALL, WRITERS, parametrized

import refcycle
from refcycle._refcycle import NewFile

pytestmark = pytest.mark.any_version

posix = pytest.mark.skipif(os.name != "posix", reason="no such modes and links here")
as_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away"
)
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
names = parametrized(WRITERS)
dumps = parametrized(DUMPS)


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request):
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


@posix
@names
def test_a_new_file_is_for_its_owner_alone(tmp_path, umask, name):
    path = tmp_path / "new"
    WRITERS[name](path)
    assert path.stat().st_size > 0
    assert mode(path) == 0o600
    assert os.listdir(tmp_path) == ["new"]


@posix
def test_a_dump_on_a_signal_is_for_its_owner_alone(tmp_path, umask):
    for fork in (False, True):
        with refcycle.dump_on_signal(signal.SIGUSR2, tmp_path, fork=fork) as dumps:
            signal.raise_signal(signal.SIGUSR2)
            deadline = time.monotonic() + PATIENCE
            while dumps.is_dumping and time.monotonic() < deadline:
                time.sleep(0.01)
    assert [mode(path) for path in tmp_path.iterdir()] == [0o600, 0o600]


@posix
def test_a_dump_on_a_memory_error_is_for_its_owner_alone(tmp_path, umask):
    found = run_json(
        f"""
        import json, os, sys, refcycle
        os.umask({umask})
        refcycle.dump_on_memory_error({str(tmp_path)!r}, reserve=0)
        sys.excepthook(MemoryError, MemoryError(), None)
        [name] = os.listdir({str(tmp_path)!r})
        print(json.dumps(os.stat(os.path.join({str(tmp_path)!r}, name)).st_mode & 0o777))
        """
    )
    assert found == 0o600


@posix
def test_the_page_that_a_browser_opens_is_for_its_owner_alone(tmp_path, umask, monkeypatch):
    import webbrowser

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(webbrowser, "open", lambda url: True)
    assert [mode(SMALL.view()), mode(NAMED.view())] == [0o600, 0o600]


@posix
def test_the_report_of_a_program_is_for_its_owner_alone(tmp_path):
    from refcycle._cli.run_program import _write

    path = tmp_path / "report"
    before = os.umask(0)
    try:
        assert _write("of \udc80\n", str(path))
    finally:
        os.umask(before)
    assert (path.read_text(), mode(path)) == ("of \\udc80\n", 0o600)
    path.chmod(0o644)
    assert _write("again\n", str(path))
    assert (path.read_text(), mode(path)) == ("again\n", 0o644)
    assert not _write("", str(tmp_path / "none" / "report"))
    assert not _write("", "a\0b")
    assert os.listdir(tmp_path) == ["report"]


@posix
@names
@pytest.mark.parametrize("old", [0o644, 0o400, 0o666])
def test_a_file_keeps_its_permissions(tmp_path, name, old):
    path = tmp_path / "old"
    path.write_text("older")
    path.chmod(old)
    WRITERS[name](path)
    assert path.read_bytes() != b"older"
    assert mode(path) == old
    assert os.listdir(tmp_path) == ["old"]


@posix
@as_root
@dumps
def test_a_file_keeps_its_owner_but_no_privileges(tmp_path, name):
    path = tmp_path / "old"
    path.write_text("older")
    os.chown(path, 65534, 12345)
    path.chmod(0o6750)
    WRITERS[name](path)
    found = path.stat()
    assert (found.st_uid, found.st_gid, mode(path)) == (65534, 12345, 0o750)


@posix
@as_root
def test_another_group_gets_no_more_than_everybody():
    found = run_json(
        """
        import json, os, tempfile, refcycle
        with tempfile.TemporaryDirectory(dir="/tmp") as folder:
            os.chmod(folder, 0o777)
            path = os.path.join(folder, "old")
            found = []
            graph = refcycle.ObjectGraph([[]])
            graph.save(path)  # what it imports, the other user may not read
            for mode in (0o640, 0o664, 0o660):
                with open(path, "w"):
                    pass
                os.chown(path, 0, 0)
                os.chmod(path, mode)
                os.setegid(65534)
                os.seteuid(65534)
                graph.save(path)
                os.seteuid(0)
                os.setegid(0)
                status = os.stat(path)
                found.append([status.st_uid, status.st_gid, status.st_mode & 0o777])
                os.unlink(path)
        print(json.dumps(found))
        """
    )
    assert found == [[65534, 65534, mode] for mode in (0o600, 0o644, 0o600)]


@posix
@names
def test_a_symbolic_link_stays_one(tmp_path, name):
    (tmp_path / "folder").mkdir()
    place, link = tmp_path / "folder" / "place", tmp_path / "link"
    place.write_text("older")
    place.chmod(0o640)
    link.symlink_to("folder/place")
    (tmp_path / "second").symlink_to(link)
    WRITERS[name](tmp_path / "second")
    assert link.is_symlink() and os.readlink(link) == "folder/place"
    assert place.read_bytes() != b"older"
    assert mode(place) == 0o640
    assert sorted(os.listdir(tmp_path)) == ["folder", "link", "second"]
    assert os.listdir(tmp_path / "folder") == ["place"]


@posix
@dumps
def test_where_a_link_leads_that_leads_nowhere_is_the_file(tmp_path, name):
    (tmp_path / "folder").mkdir()
    (tmp_path / "second").symlink_to(tmp_path / "folder" / "none")
    (tmp_path / "link").symlink_to("second")
    WRITERS[name](tmp_path / "link")
    assert sorted(os.listdir(tmp_path)) == ["folder", "link", "second"]
    assert (tmp_path / "link").is_symlink()
    assert os.listdir(tmp_path / "folder") == ["none"]
    assert mode(tmp_path / "folder" / "none") == 0o600


@posix
@dumps
def test_links_in_a_circle_are_an_error(tmp_path, name):
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(OSError):
        WRITERS[name](tmp_path / "a")
    assert sorted(os.listdir(tmp_path)) == ["a", "b"]


@posix
@names
def test_a_pipe_is_written_to(tmp_path, name):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    got = []
    thread = threading.Thread(target=lambda: got.append(path.read_bytes()))
    thread.start()
    WRITERS[name](path)
    thread.join(PATIENCE)
    assert len(got[0]) > 0
    assert stat.S_ISFIFO(path.lstat().st_mode)
    assert os.listdir(tmp_path) == ["pipe"]


@posix
@as_root
@names
def test_a_device_stays_one(tmp_path, name):
    path = tmp_path / "null"
    os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
    try:
        WRITERS[name](path)
    except PermissionError:
        pytest.skip("no devices are opened here")
    found = path.lstat()
    assert (stat.S_ISCHR(found.st_mode), found.st_rdev) == (True, os.makedev(1, 3))
    assert os.listdir(tmp_path) == ["null"]


@forks
@as_root
def test_a_device_that_is_full_is_an_error_of_the_fork(tmp_path):
    path = tmp_path / "full"
    os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, 7))
    try:
        path.write_bytes(b"")
    except PermissionError:
        pytest.skip("no devices are opened here")
    with pytest.raises(OSError, match="No space left") as caught:
        refcycle.dump(path, fork=True).wait(PATIENCE)
    assert caught.value.filename == str(path)
    assert stat.S_ISCHR(path.lstat().st_mode)


@posix
def test_no_file_is_open_to_others_while_it_is_written(tmp_path):
    before = os.umask(0)
    try:
        for old in (None, 0o644):
            path = tmp_path / "file"
            if old is not None:
                path.chmod(old)
            file = NewFile(path)
            [beside] = [name for name in os.listdir(tmp_path) if name != "file"]
            assert beside.startswith(".refcycle-")
            assert mode(tmp_path / beside) == 0o600
            file.write([b"content"])
            assert mode(path) == (old or 0o600)
    finally:
        os.umask(before)
    assert os.listdir(tmp_path) == ["file"]


class TestNewFile:
    def test_what_the_iterable_raises_leaves_the_place(self, tmp_path):
        path = tmp_path / "file"
        path.write_text("older")

        def chunks():
            yield b"some"
            raise KeyError("a reason")

        with pytest.raises(KeyError, match="a reason"):
            NewFile(path).write(chunks())
        with pytest.raises(TypeError):
            NewFile(path).write([b"some", "text"])
        assert path.read_text() == "older"
        assert os.listdir(tmp_path) == ["file"]

    def test_it_is_written_once(self, tmp_path):
        file = NewFile(tmp_path / "file")
        file.write([b"a", b"b"])
        assert (tmp_path / "file").read_bytes() == b"ab"
        for use in (lambda: file.write([]), file.leave):
            with pytest.raises(RuntimeError, match="already written or left"):
                use()
        file.discard()
        assert (tmp_path / "file").read_bytes() == b"ab"

    def test_discarded_or_dropped_it_is_gone(self, tmp_path):
        NewFile(tmp_path / "file").discard()
        file = NewFile(tmp_path / "file")
        assert len(os.listdir(tmp_path)) == 1
        del file
        assert os.listdir(tmp_path) == []

    def test_left_it_stays(self, tmp_path):
        beside = NewFile(tmp_path / "file").leave()
        assert os.listdir(tmp_path) == [os.path.basename(beside)]

    @posix
    def test_links_are_refused_where_they_are_not_wanted(self, tmp_path):
        (tmp_path / "link").symlink_to(tmp_path / "file")
        with pytest.raises(OSError, match="a symbolic link, which is not followed"):
            NewFile(tmp_path / "link", follow_links=False)
        (tmp_path / "file").write_text("older")
        with pytest.raises(OSError, match="a symbolic link, which is not followed"):
            NewFile(tmp_path / "link", follow_links=False)
        assert sorted(os.listdir(tmp_path)) == ["file", "link"]


@posix
def test_a_link_that_comes_before_a_dump_on_a_signal_is_not_followed(tmp_path, monkeypatch, capfd):
    from refcycle import signal_dumps

    (tmp_path / "precious").write_text("older")
    (tmp_path / "link").symlink_to(tmp_path / "precious")
    monkeypatch.setattr(signal_dumps, "new_path", lambda directory: str(tmp_path / "link"))
    for fork in (False, True):
        with refcycle.dump_on_signal(signal.SIGUSR2, tmp_path, fork=fork):
            signal.raise_signal(signal.SIGUSR2)
        assert "a symbolic link, which is not followed" in capfd.readouterr().err
    assert (tmp_path / "precious").read_text() == "older"
    assert sorted(os.listdir(tmp_path)) == ["link", "precious"]


@forks
@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM", "SIGALRM"])
@pytest.mark.parametrize("when", ["before", "in the midst"])
def test_a_child_that_is_killed_leaves_nothing(tmp_path, monkeypatch, name, when):
    from refcycle import dumping

    number = signal.Signals[name]

    def save_into(graph, file, *, redact):
        if when == "in the midst":
            file.write(iter(lambda: os.kill(os.getpid(), number) or b"x", None))
        os.kill(os.getpid(), number)
        time.sleep(PATIENCE)

    monkeypatch.setattr(dumping, "save_into", save_into)
    path = tmp_path / "file"
    path.write_text("older")
    with pytest.raises((RuntimeError, TimeoutError)):
        refcycle.dump(path, fork=True).wait(PATIENCE)
    assert path.read_text() == "older"
    assert os.listdir(tmp_path) == ["file"]


@forks
def test_a_fork_that_fails_leaves_nothing(tmp_path, monkeypatch):
    def refuse():
        raise OSError(11, "no")

    monkeypatch.setattr(os, "fork", refuse)
    with pytest.raises(OSError) as caught:
        refcycle.dump(tmp_path / "file", fork=True)
    assert caught.value.errno == 11
    assert os.listdir(tmp_path) == []


def test_one_function_replaces_files():
    """All else writes through it."""
    root = pathlib.Path(__file__).parents[2]
    words = re.compile(
        r"\bos\.(replace|rename|renames|link)\b|fs::rename|shutil\.(move|copy|copy2|copyfile)\b"
    )
    found = {
        path.relative_to(root).as_posix(): len(words.findall(path.read_text(encoding="utf-8")))
        for crate in ("refcycle-core", "refcycle-dot", "refcycle-py")
        for ending in ("rs", "py")
        for folder in ("src", "python")
        for path in (root / crate / folder).rglob(f"*.{ending}")
    }
    assert len(found) > 300
    assert {name: count for name, count in found.items() if count} == {
        "refcycle-core/src/files/replacement.rs": 1,
        # The link to a file without a name, which replaces nothing.
        "refcycle-py/python/refcycle/_core/output.py": 1,
        # Marks in a folder of its own.
        "refcycle-py/python/refcycle/_attach/remote.py": 2,
    }


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs a second user")
@pytest.mark.parametrize("mode", [0o1777, 0o770])
def test_a_file_that_another_user_has_put_there_is_not_written_over(tmp_path, mode):
    """It would give that user what is written."""
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(mode)
    path = shared / "x.refcycle"
    path.write_bytes(b"planted")
    os.chown(path, 65534, -1)
    graph = refcycle.ObjectGraph([[]])
    for write in (graph.save, graph.export_html, refcycle.dump):
        with pytest.raises(PermissionError) as caught:
            write(str(path))
        assert caught.value.filename == str(path)
    assert path.read_bytes() == b"planted"
    assert os.listdir(shared) == [path.name]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a fork")
@pytest.mark.parametrize("fork", [False, True])
def test_a_dump_into_the_standard_output(tmp_path, fork):
    if not os.path.exists("/dev/stdout"):
        pytest.skip("there is no /dev/stdout")
    code = f"import refcycle; d = refcycle.dump('/dev/stdout', fork={fork}); d and d.wait(60)"
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, timeout=100)
    assert done.returncode == 0
    path = tmp_path / "x.refcycle"
    path.write_bytes(done.stdout)
    assert len(refcycle.load(path)) > 1000
