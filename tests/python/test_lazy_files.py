"""Files of several parts, of which the names are read when they are asked for."""

import gc
import os
import subprocess
import sys

import pytest
from helpers.large_files import PART, marked_parts

import refcycle
from refcycle import command_line
from refcycle._cli.commands import top

pytestmark = pytest.mark.any_version


@pytest.fixture(scope="module")
def content(tmp_path_factory):
    """A dump of three parts or more."""
    path = tmp_path_factory.mktemp("files") / "whole.refcycle"
    marked = marked_parts()
    refcycle.snapshot().save(path)
    del marked
    return path.read_bytes()


@pytest.fixture
def path(content, tmp_path):
    path = tmp_path / "heap.refcycle"
    path.write_bytes(content)
    return path


def open_files():
    return sum(
        os.path.realpath(f"/proc/self/fd/{number}").endswith(".refcycle")
        for number in os.listdir("/proc/self/fd")
    )


def names_of(graph):
    """Return the names of some objects of each part, and of their references."""
    return [
        (obj.label, obj.name, obj.kind, obj.type_name, obj.size, obj.references())
        for obj in list(graph)[:: PART // 500]
    ]


class TestOfTheSameFile:
    def test_names_are_those_of_a_complete_load(self, path):
        later, complete = refcycle.load(path), refcycle.load(path, check=True)
        assert len(later) > 2 * PART
        assert names_of(later) == names_of(complete)

    def test_answers_are_those_of_a_complete_load(self, path):
        later, complete = refcycle.load(path), refcycle.load(path, check=True)
        tops = [graph.top_retained(5) for graph in (later, complete)]
        assert [str(top) for top in tops[:1]] == [str(top) for top in tops[1:]]
        [one], [other] = (graph.find_by_typename("Marked") for graph in (later, complete))
        assert str(later.why(one)) == str(complete.why(other))
        assert str(later.why_all("Marked")) == str(complete.why_all("Marked"))
        assert [row.signature for row in later.signatures()] == [
            row.signature for row in complete.signatures()
        ]

    def test_a_copy_has_all_names(self, path, tmp_path):
        later, copy = refcycle.load(path), tmp_path / "copy.refcycle"
        later.save(copy)
        assert names_of(refcycle.load(copy)) == names_of(later)

    def test_a_part_of_the_graph_has_its_names(self, path):
        later, complete = refcycle.load(path), refcycle.load(path, check=True)
        found = []
        for graph in (later, complete):
            [marked] = graph.find_by_typename("Marked")
            below = graph.descendants(marked, generations=1)
            found.append([(obj.label, obj.references(2)) for obj in below])
        assert found[0] == found[1] and len(found[0]) > 1


class TestObjects:
    def test_an_object_is_always_the_same(self, path):
        graph = refcycle.load(path)
        [marked] = graph.find_by_typename("Marked")
        assert graph.at(marked.address) is marked
        assert marked in graph
        everything = list(graph)  # now all objects exist
        assert [obj for obj in everything if obj is marked] == [marked]
        assert graph.at(marked.address) is marked
        assert len(set(map(id, everything))) == len(graph)

    def test_objects_of_another_load_are_not_in_the_graph(self, path):
        graph, other = refcycle.load(path), refcycle.load(path)
        [marked] = other.find_by_typename("Marked")
        assert marked in other and marked not in graph
        assert [] not in graph
        with pytest.raises(KeyError):
            graph.why(marked)

    def test_an_object_outlives_its_graph(self, path):
        graph = refcycle.load(path)
        [marked] = graph.find_by_typename("Marked")
        del graph
        gc.collect()
        assert marked.label.endswith("Marked")


class TestWhatHappensToTheFile:
    def test_it_can_be_removed(self, path, content):
        graph = refcycle.load(path)
        path.unlink()
        found = names_of(graph)
        path.write_bytes(content)
        assert found == names_of(refcycle.load(path, check=True))

    def test_it_can_be_replaced(self, path):
        graph, expected = refcycle.load(path), names_of(refcycle.load(path, check=True))
        refcycle.ObjectGraph([[]]).save(path)
        assert len(refcycle.load(path)) == 1
        assert names_of(graph) == expected

    @pytest.mark.parametrize("size", [10_000, -1])
    def test_it_must_not_be_written_to(self, path, content, size):
        graph, complete = refcycle.load(path), refcycle.load(path, check=True)
        expected = names_of(complete)
        with open(path, "r+b") as file:
            file.truncate(size if size >= 0 else len(content) + 1)
        for _ in range(2):
            with pytest.raises(ValueError, match="was changed after it was loaded") as caught:
                names_of(graph)
            assert not caught.value.is_cut_off
            assert caught.value.dump_reason in str(caught.value)
            assert str(path) in str(caught.value)
        assert sum(graph.shallow_sizes()) == sum(complete.shallow_sizes())
        assert names_of(complete) == expected

    def test_a_repr_is_no_error(self, path):
        graph = refcycle.load(path)
        [marked] = graph.find_by_typename("Marked")
        with open(path, "ab") as file:
            file.write(b"more")
        address = f"at 0x{marked.address:x}>"
        unknown = f"<SavedObject: {marked.type_name}, name unknown: {path}: the file was changed"
        assert repr(marked).startswith(unknown) and repr(marked).endswith(address)
        assert repr([marked]) == f"[{marked!r}]"

    def test_a_command_says_so(self, path, monkeypatch, capsys):
        graph = refcycle.load(path)
        with open(path, "ab") as file:
            file.write(b"more")
        monkeypatch.setattr(top, "load", lambda *_, **__: graph)
        with pytest.raises(SystemExit) as ended:
            command_line.main(["top", str(path)])
        assert ended.value.code == 2
        assert "was changed after it was loaded" in " ".join(capsys.readouterr().err.split())

    @pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="no list of open files")
    def test_it_is_open_while_the_graph_lives(self, path, tmp_path):
        before = open_files()
        complete = refcycle.load(path, check=True)
        small = tmp_path / "small.refcycle"
        refcycle.ObjectGraph([[]]).save(small)
        one = refcycle.load(small)
        assert open_files() == before
        later = refcycle.load(path)
        assert open_files() == before + 1
        del later
        assert open_files() == before
        assert len(complete) > len(one)


MANY = """
import os, resource, sys, refcycle
limits = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (36, limits[1]))
graphs = [refcycle.load(sys.argv[1]) for _ in range(10)]
links = (os.path.realpath(f"/proc/self/fd/{number}") for number in os.listdir("/proc/self/fd"))
print(sum(link.endswith(".refcycle") for link in links))
os.unlink(sys.argv[1])
print({graph.find_by_typename("Marked")[0].name for graph in graphs})
"""


@pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="the system does not list files")
def test_many_graphs_do_not_hold_all_files_open(path):
    """Of those that are loaded later, everything is read at once."""
    done = subprocess.run(
        [sys.executable, "-c", MANY, str(path)], check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == ["9", "{None}"]
