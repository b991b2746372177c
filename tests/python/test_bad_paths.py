"""What is no path, and where no file can be, is the same error for all that writes files."""

import os
import pathlib
import signal
import sys

import pytest
from helpers.writers import DUMPS, READERS, WRITERS, parametrized

import refcycle


class Path:
    """A path of one's own."""

    def __init__(self, path):
        self.path = path

    def __fspath__(self):
        return self.path


class Raising:
    def __fspath__(self):
        raise LookupError("a reason")


BAD = {
    "bytes": (b"now.refcycle", TypeError),
    "bytes of a path": (Path(b"now.refcycle"), TypeError),
    "int": (3, TypeError),
    "None": (None, TypeError),
    "list": ([], TypeError),
    "a path of an int": (Path(3), TypeError),
    "a path that raises": (Raising(), LookupError),
    "NUL": ("a\0b", ValueError),
    "NUL in a path": (pathlib.PurePath("a\0b"), ValueError),
    "a lone surrogate": ("a\ud800b", ValueError),
    "empty": ("", FileNotFoundError),
    "a folder": (".", IsADirectoryError),
    "the name of a folder": ("folder/", IsADirectoryError),
    "a folder above": ("..", IsADirectoryError),
    "a folder that is missing": (os.path.join("none", "x"), FileNotFoundError),
    "a file as a folder": (os.path.join("file", "x"), NotADirectoryError),
}
posix_only = {"a lone surrogate", "a folder", "the name of a folder", "a folder above"}
posix_only |= {"a file as a folder", "empty"}


@pytest.fixture
def place(in_tmp_path, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("older")
    return tmp_path


def attach(path):
    refcycle.attach(os.getpid(), path)


ATTACH = {"attach": attach} if sys.version_info >= (3, 14) else {}


@pytest.mark.any_version
@parametrized(WRITERS | READERS | ATTACH)
@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_path_is_the_same_error_everywhere(place, name, kind):
    if os.name != "posix" and kind in posix_only:
        pytest.skip("the errors of this system differ")
    if name in ("export_csv of vertices", "export_image svg") and kind == "None":
        pytest.skip("it means none")
    if "export_image" in name and kind == "None":
        pytest.skip("it means the usual one")
    path, error = BAD[kind]
    use = (WRITERS | READERS | ATTACH)[name]
    with pytest.raises(error) as caught:
        use(path)
    if error in (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        assert type(caught.value) is error
        assert caught.value.errno and caught.value.filename is not None
    assert sorted(os.listdir(place)) == ["file", "folder"]
    assert os.listdir(place / "folder") == []
    assert (place / "file").read_text() == "older"


@pytest.mark.parametrize("use", [refcycle.dump_on_signal, refcycle.dump_on_memory_error])
@pytest.mark.parametrize("kind", ["bytes", "int", "NUL", "a lone surrogate", "empty"])
def test_what_is_no_folder(place, use, kind):
    if not hasattr(signal, "SIGUSR2"):
        pytest.skip("no such signal")
    path, error = BAD[kind]
    with pytest.raises(error):
        use(*([signal.SIGUSR2] if use is refcycle.dump_on_signal else []), path)


@pytest.mark.any_version
@parametrized(DUMPS)
def test_paths_of_ones_own_and_names_that_are_no_utf8(place, name):
    DUMPS[name](Path("own"))
    DUMPS[name](pathlib.Path("pure"))
    found = ["file", "folder", "own", "pure"]
    if sys.platform.startswith("linux"):
        DUMPS[name]("\udcff.refcycle")
        found.append("\udcff.refcycle")
        refcycle.load("\udcff.refcycle")
    assert sorted(os.listdir(place)) == found


def test_a_missing_folder_is_an_error_of_save_before_the_work(place):
    graph = refcycle.ObjectGraph([[] for _ in range(30_000)])
    told = []
    with pytest.raises(FileNotFoundError):
        graph.save("none/x", progress=lambda done, total: told.append(done))
    assert told == [0]
    graph.save("x", progress=lambda done, total: told.append(done))
    assert told[0] == 0 and told[-1] == 1000


def test_a_file_is_where_its_path_led_when_it_was_begun(place):
    graph = refcycle.ObjectGraph([[] for _ in range(30_000)])
    graph.save("x", progress=lambda done, total: done and os.chdir(place / "folder"))
    assert sorted(os.listdir(place)) == ["file", "folder", "x"]
    assert os.listdir(place / "folder") == []
