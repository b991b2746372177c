"""Pages to explore a graph; what they do in a browser is tested in refcycle-dot/viewer."""

import gc
import os
import pathlib
import sys
import tempfile
import webbrowser

import pytest
from helpers.pages import Page

from refcycle import ObjectGraph, snapshot
from refcycle.annotated_graph import AnnotatedEdge, AnnotatedGraph, AnnotatedVertex


def object_graph():
    inner = []
    return ObjectGraph([{"the key": inner}, inner])


def annotated_graph():
    vertices = [AnnotatedVertex(1, "dict[1]"), AnnotatedVertex(2, "list[0]")]
    return AnnotatedGraph(vertices, [AnnotatedEdge(1, "value['the key']", 2, 1)])


@pytest.fixture(params=[object_graph, annotated_graph], ids=lambda make: make.__name__)
def graph(request):
    return request.param()


@pytest.fixture
def file(tmp_path):
    return tmp_path / "graph.html"


@pytest.mark.parametrize("kind", [str, pathlib.Path])
def test_a_page_has_the_whole_graph(graph, file, kind):
    assert graph.export_html(kind(file)) is None
    page = Page(file)
    assert page.text.startswith("<!DOCTYPE html>") and page.text.endswith("</html>\n")
    assert page.labels() == ["dict (1 item)", "list (0 items)"]
    assert page.types() == ["dict", "list"]
    assert page.edges() == [(0, 1, "['the key']")]
    assert page.about["vertices"] == 2 and page.about["edges"] == 1
    assert page.about["whole"] is True and page.about["target"] is None


def test_objects_have_types_sizes_and_ids(file):
    outer = {"held": ["only", "here"]}
    graph = snapshot().descendants(outer, 1)
    graph.export_html(file)
    page = Page(file)
    sizes = list(graph.shallow_sizes())
    assert page.types() == ["dict", "list"]
    assert page.column("sizes") == sizes
    assert page.column("retained") == [sum(sizes), sizes[1]]
    # One more than the number of the object above; 0 if there is no such object.
    assert page.column("dominators") == [0, 1]
    assert page.column("ids") == [id(outer), id(outer["held"])]


def test_what_something_else_holds_is_not_retained(file):
    held = ["here", "and elsewhere"]
    outer = {"held": held}
    graph = snapshot().descendants(outer, 1)
    graph.export_html(file)
    page = Page(file)
    assert page.column("retained") == list(graph.shallow_sizes())
    assert page.column("dominators") == [0, 0]


def test_annotations_have_no_sizes(file):
    annotated_graph().export_html(file)
    page = Page(file)
    assert page.about["sizes"] is False and "retained" not in page.elements


def test_classes_of_one_name_are_one_type(file):
    first, second = type("Same", (), {}), type("Same", (), {})
    ObjectGraph([first(), second()]).export_html(file)
    page = Page(file)
    assert page.types() == ["test_html.Same"] * 2 and page.column("type-counts") == [2]


def test_the_target_is_a_vertex(graph, file):
    vertex = list(graph)[1]
    graph.export_html(file, target=vertex)
    assert Page(file).about["target"] == 1
    graph.export_html(file, vertex)
    assert Page(file).about["target"] == 1


@pytest.mark.parametrize("make", ["object", "annotated"])
def test_a_target_that_is_no_vertex_is_a_key_error(make, file):
    graph, stranger = (
        (object_graph(), []) if make == "object" else (annotated_graph(), AnnotatedVertex(7, ""))
    )
    for ask in (lambda: graph.export_html(file, target=stranger), lambda: graph.view(stranger)):
        with pytest.raises(KeyError, match=type(stranger).__name__):
            ask()
    assert not file.exists()


def test_components_are_told(file):
    a, b = [], []
    a.append(b)
    b.append(a)
    ObjectGraph([a, b, []]).export_html(file)
    page = Page(file)
    first, second, third = page.column("components")
    assert first == second > 0 and third == 0
    assert page.about["cycles"] == 1


def test_the_same_graph_gives_the_same_bytes(tmp_path):
    graph = ObjectGraph([[n, str(n)] for n in range(500)])
    graph.export_html(tmp_path / "a.html")
    graph.export_html(tmp_path / "b.html")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_no_user_code_runs_and_nothing_stays(file):
    class Hostile:
        def _no(self, *_):
            raise AssertionError("user code ran")

        __repr__ = __str__ = __eq__ = __hash__ = __sizeof__ = _no

    objects = [Hostile() for _ in range(20)]
    graph = ObjectGraph(objects)
    graph.export_html(file)
    gc.collect()
    before = len(gc.get_objects())
    graph.export_html(file)
    gc.collect()
    assert len(gc.get_objects()) <= before


@pytest.mark.parametrize(
    "label", ["</script><script>alert(1)</script>", "<!--<script>", "a&b", "\0\x1b\u2028", "中 😀"]
)
def test_a_label_is_no_markup(label, tmp_path, file):
    AnnotatedGraph([AnnotatedVertex(1, label)], []).export_html(file)
    page = Page(file)
    assert page.labels() == [label]
    AnnotatedGraph([AnnotatedVertex(1, "tame")], []).export_html(tmp_path / "tame.html")
    tame = (tmp_path / "tame.html").read_text(encoding="utf-8")
    for sign in ("<", ">", "&"):
        assert page.text.count(sign) == tame.count(sign)


def test_the_policy_allows_nothing_from_outside(graph, file):
    graph.export_html(file)
    head = Page(file).text.split("<style>")[0]
    assert "default-src 'none'; script-src 'sha256-" in head
    assert "unsafe-inline" not in head and "'unsafe-eval'" not in head


class TestFiles:
    def test_a_file_that_is_there_is_replaced(self, graph, file):
        file.write_text("before" * 10**6)
        graph.export_html(file)
        assert Page(file).about["vertices"] == 2
        assert os.listdir(file.parent) == [file.name]

    def test_a_folder_that_does_not_exist_is_an_os_error(self, graph, tmp_path):
        with pytest.raises(FileNotFoundError) as caught:
            graph.export_html(tmp_path / "nowhere" / "a.html")
        assert caught.value.filename == str(tmp_path / "nowhere" / "a.html")

    def test_a_folder_is_no_file(self, graph, tmp_path):
        # As `open` does.
        error = PermissionError if sys.platform == "win32" else IsADirectoryError
        with pytest.raises(error):
            graph.export_html(tmp_path)
        assert os.listdir(tmp_path) == []

    @pytest.mark.skipif(sys.platform != "linux", reason="there is no /dev/full")
    def test_a_full_disk_is_an_os_error(self, graph):
        with pytest.raises(OSError) as caught:
            graph.export_html("/dev/full")
        assert caught.value.errno == 28

    @pytest.mark.parametrize("path", [None, 5, 1.5])
    def test_what_is_no_path_is_a_type_error(self, graph, path):
        with pytest.raises(TypeError):
            graph.export_html(path)


class TestStrangeGraphs:
    def test_no_vertices(self, file):
        ObjectGraph().export_html(file)
        page = Page(file)
        assert page.labels() == [] and page.about["vertices"] == 0

    def test_one_vertex(self, file):
        ObjectGraph([[]]).export_html(file)
        assert Page(file).labels() == ["list (0 items)"]

    def test_a_label_of_ten_megabytes_is_cut(self, file):
        AnnotatedGraph([AnnotatedVertex(1, "é" * 10_000_000)], []).export_html(file)
        (label,) = Page(file).labels()
        assert label == "é" * 2000 + "… (9,998,000 more characters)"

    def test_many_parallel_edges(self, file):
        inner = []
        ObjectGraph([[inner] * 100_000, inner]).export_html(file)
        edges = Page(file).edges()
        assert len(edges) == 100_000
        assert edges[-1] == (0, 1, "[99999]")

    def test_a_complete_graph(self, file):
        lists = [[] for _ in range(60)]
        for each in lists:
            each.extend(lists)
        ObjectGraph(lists).export_html(file)
        page = Page(file)
        assert len(page.edges()) == 3600 and page.about["cycles"] == 1

    def test_a_large_graph_has_an_overview(self, file):
        ring = [[] for _ in range(100)]
        for before, after in zip(ring, ring[1:] + ring[:1], strict=True):
            before.append(after)
        numbers = list(range(1000, 1100))
        ring[0].append(numbers)
        ObjectGraph([*ring, numbers, *numbers]).export_html(file)
        page = Page(file)
        labels = [page.texts[number] for number in page.column("group-labels")]
        assert labels == ["cycle of 100\nlist 100", "int \u00d7 100", "list"]
        assert page.column("group-counts") == [100, 100, 1]
        assert page.column("group-edges") == [0, 2, 1, 2, 1, 100]
        assert page.column("groups") == [0] * 100 + [2] + [1] * 100


class TestView:
    @pytest.fixture(autouse=True)
    def browser(self, monkeypatch, tmp_path):
        self.opened = []
        monkeypatch.setattr(webbrowser, "open", self.opened.append)
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def test_the_browser_is_shown_the_page(self, graph, tmp_path):
        path = graph.view()
        assert type(path) is str and path.endswith(".html")
        assert self.opened == [pathlib.Path(path).as_uri()]
        assert Page(pathlib.Path(path)).labels() == ["dict (1 item)", "list (0 items)"]
        assert os.listdir(tmp_path) == [os.path.basename(path)]

    @pytest.mark.skipif(sys.platform == "win32", reason="files have no mode")
    def test_nobody_else_may_read_it(self, graph):
        assert os.stat(graph.view()).st_mode & 0o077 == 0

    def test_the_target_is_passed_on(self, graph):
        path = graph.view(target=list(graph)[1])
        assert Page(pathlib.Path(path)).about["target"] == 1

    def test_a_browser_that_fails_leaves_no_file(self, graph, monkeypatch, tmp_path):
        def fail(url):
            raise webbrowser.Error("no browser")

        monkeypatch.setattr(webbrowser, "open", fail)
        with pytest.raises(webbrowser.Error, match="no browser"):
            graph.view()
        assert os.listdir(tmp_path) == []
