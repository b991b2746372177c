"""The file that a dump of a core file becomes: nothing of it is left if the command is killed."""

import errno
import os
import stat
import subprocess
import sys

import pytest

from refcycle._core.output import Output, output_at
from refcycle._refcycle import NewFile

pytestmark = [
    pytest.mark.any_version,
    pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="no files without names here"),
]

KILLED = """
import os, signal, sys
from refcycle._core.output import output_at
def content():
    yield b"begun"
    os.kill(os.getpid(), signal.SIGKILL)
output_at(sys.argv[1]).write(content())
"""


@pytest.fixture
def path(tmp_path):
    output = output_at(str(tmp_path / "heap"))
    output.discard()
    if not isinstance(output, Output):
        pytest.skip("the file system has no files without names")
    return str(tmp_path / "heap")


def test_it_has_its_name_when_it_is_complete(path):
    folder = os.path.dirname(path)
    seen = []

    def content():
        yield b"a" * 100_000
        seen.append(os.listdir(folder))
        yield b"b"

    before = os.listdir("/proc/self/fd")
    output_at(path).write(content())
    assert os.listdir("/proc/self/fd") == before
    assert (seen, os.listdir(folder)) == ([[]], ["heap"])
    with open(path, "rb") as file:
        assert file.read() == b"a" * 100_000 + b"b"
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600


def test_a_process_that_is_killed_leaves_nothing(path):
    done = subprocess.run([sys.executable, "-c", KILLED, path], check=False)
    assert done.returncode < 0
    assert os.listdir(os.path.dirname(path)) == []


def test_an_error_leaves_nothing(path):
    def content():
        yield b"begun"
        raise KeyboardInterrupt

    before = os.listdir("/proc/self/fd")
    with pytest.raises(KeyboardInterrupt):
        output_at(path).write(content())
    output_at(path).discard()
    assert os.listdir("/proc/self/fd") == before
    assert os.listdir(os.path.dirname(path)) == []


def test_a_file_that_appears_meanwhile_stays(path):
    output = output_at(path)
    with open(path, "w") as file:
        file.write("of someone else")
    with pytest.raises(FileExistsError) as caught:
        output.write([b"content"])
    assert caught.value.filename == path
    with open(path) as file:
        assert file.read() == "of someone else"


def test_an_existing_file_is_replaced(path):
    with open(path, "w") as file:
        file.write("before")
    output = output_at(path)
    assert isinstance(output, NewFile)
    output.write([b"after"])
    with open(path, "rb") as file:
        assert file.read() == b"after"


def test_a_file_system_without_such_files(path, monkeypatch):
    real = os.open

    def refused(name, flags, *arguments, **options):
        if flags & os.O_TMPFILE == os.O_TMPFILE:
            raise OSError(errno.EOPNOTSUPP, "not supported")
        return real(name, flags, *arguments, **options)

    monkeypatch.setattr(os, "open", refused)
    output = output_at(path)
    assert isinstance(output, NewFile)
    output.write([b"content"])
    assert os.listdir(os.path.dirname(path)) == ["heap"]


def test_an_error_of_the_content_is_passed_on(path):
    def content():
        yield b"begun"
        raise TimeoutError("no answer")

    with pytest.raises(TimeoutError) as caught:
        output_at(path).write(content())
    assert (str(caught.value), caught.value.filename) == ("no answer", None)


@pytest.mark.parametrize("end", ["none/", "none/.", ""])
def test_a_path_that_names_no_file_is_an_error_before_the_work(path, end):
    with pytest.raises(IsADirectoryError):
        output_at(os.path.join(os.path.dirname(path), end))


def test_a_folder_that_does_not_exist(path):
    with pytest.raises(FileNotFoundError):
        output_at(os.path.join(path, "none", "heap"))
