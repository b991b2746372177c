"""Attaching to a process of another user, who may mean harm."""

import errno
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from helpers.attached import PATIENCE, attaches, process

import refcycle
from refcycle import attachment

no_permission = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs to be root, to be another user"
)


@attaches
@no_permission
def test_a_process_of_another_user():
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        os.chmod(folder, 0o777)
        with process(folder) as running:
            os.seteuid(65534)
            try:
                with pytest.raises(PermissionError, match="run as the same user, or") as caught:
                    refcycle.attach(running.pid, os.path.join(folder, "none"))
            finally:
                os.seteuid(0)
        assert caught.value.errno in (errno.EPERM, errno.EACCES)
        assert os.listdir(folder) == []


@attaches
def test_a_process_of_a_user_that_root_attaches_to():
    if os.geteuid() != 0:
        pytest.skip("needs root")
    # Where another user may read Python and refcycle.
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        os.chmod(folder, 0o755)
        code = """
            import json, platform, threading, time, importlib.util, os, sys
            import refcycle
            refcycle.snapshot()  # imports what a dump needs: the other user may not read it
            os.setuid(65534)
            class Kept: pass
            held = Kept()
            print("ready", flush=True)
            end = time.monotonic() + 100
            while time.monotonic() < end:
                time.sleep(0.01)
        """
        with process(folder, code) as running:
            path = os.path.join(folder, "server.refcycle")
            refcycle.attach(running.pid, path)
        assert refcycle.load(path).count_by_typename()["Kept"] == 1
        assert os.stat(path).st_uid == 0
        assert os.listdir(folder) == ["server.refcycle"]


@pytest.fixture
def shared():
    """A folder of root that others may read."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("needs root")
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


AS_ANOTHER_USER = """
    import json, os, platform, sys, threading, time, importlib.util
    import refcycle, refcycle.dumping
    refcycle.snapshot()  # imports what a dump needs: the other user may not read it
    class Kept: pass
    held = Kept()
    real = refcycle.dumping.dump
    {code}
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
    print("ready", flush=True)
    end = time.monotonic() + 100
    while time.monotonic() < end:
        time.sleep(0.01)
"""


@attaches
@pytest.mark.parametrize("mode", [0o755, 0o700])
def test_what_root_has_attached_to_is_roots(shared, mode):
    """Also in a folder to which the user has no access."""
    shared.chmod(mode)
    path = shared / "server.refcycle"
    left = set(os.listdir("/tmp"))
    with process("/tmp", AS_ANOTHER_USER.format(code="")) as running:
        assert attachment._user(running.pid) == (65534, {65534})
        refcycle.attach(running.pid, path)
        path.chmod(0o640)
        refcycle.attach(running.pid, path)
    assert refcycle.load(path).count_by_typename()["Kept"] == 1
    found = path.stat()
    assert (found.st_uid, found.st_gid, found.st_mode & 0o777) == (0, 0, 0o640)
    assert os.listdir(shared) == [path.name]
    assert not [name for name in set(os.listdir("/tmp")) - left if name.startswith(".refcycle")]


@attaches
def test_the_command_of_root_answers_for_a_process_of_a_user(shared):
    """Its folder for temporary files is accessible only to root."""
    with process("/tmp", AS_ANOTHER_USER.format(code="")) as running:
        command = [sys.executable, "-m", "refcycle", "attach", str(running.pid)]
        told = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    assert (told.returncode, told.stderr) == (0, "")
    assert "largest retainers" in told.stdout


HARM = {
    "a link to a file of root": "os.symlink(secret, path)",
    "a link to nothing": "os.symlink(secret + '-new', path)",
    "a pipe": "os.mkfifo(path)",
    "a folder": "os.mkdir(path)",
    "no file": "pass",
    "a file without end": "open(path, 'wb').truncate(1 << 43)",
    "two names": "real(path); os.link(path, path + '2')",
    "an answer that is a link": "os.symlink(secret, answer); time.sleep(1)",
    "an answer that is a pipe": "os.mkfifo(answer); time.sleep(1)",
    "an answer that is a folder": "os.mkdir(answer); time.sleep(1)",
    "an answer that is huge": "open(answer, 'wb').truncate(1 << 43); time.sleep(1)",
    "an answer that is deep": "open(answer, 'w').write('[' * 60_000); time.sleep(1)",
    "an answer of other types": "open(answer, 'w').write('{\"kind\": 1}'); time.sleep(1)",
    "another script": "open(os.path.join(work, 'script.py'), 'w')",
    "another folder": "os.rename(work, work + '2')",
    "another inner folder": "os.rename(inner, inner + '2')",
    "a folder of links": "[os.symlink('/etc/passwd', path + str(n)) for n in range(50)]; 1 / 0",
}


@attaches
@pytest.mark.parametrize("kind", HARM)
def test_a_process_of_a_user_who_means_harm(shared, kind):
    secret = shared / "secret"
    secret.write_text("of root")
    secret.chmod(0o600)
    path = shared / "server.refcycle"
    code = f"""
    def dump(path, **options):
        inner, secret = os.path.dirname(path), {str(secret)!r}
        work, answer = os.path.dirname(inner), os.path.join(inner, "answer")
        {HARM[kind]}
    refcycle.dumping.dump = dump
    """
    with process("/tmp", AS_ANOTHER_USER.format(code=code)) as running:
        with pytest.raises((RuntimeError, OSError)) as caught:
            refcycle.attach(running.pid, path)
        assert running.poll() is None
    assert str(running.pid) in str(caught.value) or caught.value.filename == str(path)
    found = secret.stat()
    assert (found.st_uid, found.st_mode & 0o777, found.st_nlink) == (0, 0o600, 1)
    assert secret.read_text() == "of root"
    assert os.listdir(shared) == ["secret"]


@attaches
def test_root_follows_no_link_to_where_the_dump_goes(shared):
    secret = shared / "secret"
    secret.write_text("of root")
    path = shared / "server.refcycle"
    path.symlink_to(secret)
    with (
        process("/tmp", AS_ANOTHER_USER.format(code="")) as running,
        pytest.raises(OSError, match="no symbolic link is followed") as caught,
    ):
        refcycle.attach(running.pid, path)
    assert (caught.value.errno, caught.value.filename) == (errno.ELOOP, str(path))
    assert secret.read_text() == "of root"
    assert sorted(os.listdir(shared)) == ["secret", path.name]


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no users on this system")
def test_whose_process_it_is(monkeypatch):
    assert attachment._user(os.getpid())[0] == os.geteuid()
    real = open

    def unseen(path, *arguments, **options):
        if str(path).startswith("/proc/"):
            raise FileNotFoundError
        return real(path, *arguments, **options)

    monkeypatch.setattr("builtins.open", unseen)
    assert attachment._user(os.getpid()) == (os.geteuid(), set())
