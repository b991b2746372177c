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


LONG = (
    "save",
    "export_json",
    "export_html",
    "export_heapsnapshot",
    "export_graphml",
    "export_gexf",
    "export_cytoscape",
    "export_csv",
    "export_treemap",
    "export_flame_graph",
)


@pytest.mark.parametrize("name", LONG)
def test_a_missing_folder_is_an_error_before_the_work(place, name):
    write = getattr(refcycle.ObjectGraph([[] for _ in range(20_000)]), name)
    told = []
    with pytest.raises(FileNotFoundError) as caught:
        write("none/x.svg", progress=lambda done, total: told.append(done))
    assert told in ([], [0])
    assert caught.value.filename == "none/x.svg"
    assert sorted(os.listdir(place)) == ["file", "folder"]


@pytest.mark.parametrize("name", LONG)
def test_a_file_is_where_its_path_led_when_it_was_begun(place, name):
    write = getattr(refcycle.ObjectGraph([[] for _ in range(20_000)]), name)
    told = []

    def progress(done, total):
        told.append(done)
        if done:
            os.chdir(place / "folder")

    write("x.svg", **({"format": "pprof"} if "flame" in name else {}), progress=progress)
    assert sorted(os.listdir(place)) == ["file", "folder", "x.svg"]
    assert os.listdir(place / "folder") == []
    assert told[0] == 0 and told[-1] == 1000
