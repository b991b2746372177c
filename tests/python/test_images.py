"""Pictures of graphs."""

import os
import pathlib
import sys
import warnings

import pytest
from helpers.pictures import png_size, script, svg_texts

from refcycle import ObjectGraph
from refcycle.annotated_graph import AnnotatedEdge, AnnotatedGraph, AnnotatedVertex

SHELL = pytest.mark.skipif(sys.platform == "win32", reason="shell scripts")


def object_graph():
    inner = []
    return ObjectGraph([{"the key": inner}, inner])


def annotated_graph():
    vertices = [AnnotatedVertex(1, "dict[1]"), AnnotatedVertex(2, "list[0]")]
    return AnnotatedGraph(vertices, [AnnotatedEdge(1, "value['the key']", 2, 1)])


@pytest.fixture(params=[object_graph, annotated_graph], ids=lambda make: make.__name__)
def graph(request):
    return request.param()


LABELS = ["['the key']", "dict (1 item)", "list (0 items)"]


@pytest.mark.parametrize("kind", [str, pathlib.Path])
def test_an_svg_shows_all_labels(graph, tmp_path, kind):
    file = tmp_path / "graph.svg"
    assert graph.export_image(kind(file)) is None
    assert sorted(svg_texts(file)) == LABELS


def test_a_png_is_an_image(graph, tmp_path):
    file = tmp_path / "graph.png"
    graph.export_image(file)
    width, height = png_size(file.read_bytes())
    assert 50 < width < 2000 and 50 < height < 2000


def test_the_default_is_refcycle_png_in_the_current_directory(graph, in_tmp_path):
    graph.export_image()
    assert os.listdir() == ["refcycle.png"]
    png_size((in_tmp_path / "refcycle.png").read_bytes())


def test_the_format_goes_before_the_extension(graph, in_tmp_path):
    graph.export_image("a.png", format="svg")
    assert sorted(svg_texts("a.png")) == LABELS
    graph.export_image("a.svg", "png")
    png_size((in_tmp_path / "a.svg").read_bytes())


def test_a_format_without_a_name_goes_to_refcycle_png(graph, in_tmp_path):
    graph.export_image(format="svg")
    assert sorted(svg_texts("refcycle.png")) == LABELS


@pytest.mark.parametrize("name", ["noext", "dir.svg/noext", ".svg"])
def test_without_an_extension_it_is_a_png(graph, in_tmp_path, name):
    os.mkdir("dir.svg")
    graph.export_image(name)
    png_size((in_tmp_path / name).read_bytes())


@pytest.mark.parametrize("name", ["a.SVG", "a.b.svg"])
def test_the_last_extension_counts_in_any_case(graph, in_tmp_path, name):
    graph.export_image(name)
    assert sorted(svg_texts(name)) == LABELS


def test_a_picture_that_is_there_is_replaced(graph, tmp_path):
    file = tmp_path / "graph.svg"
    file.write_text("x" * 100_000)
    graph.export_image(file)
    assert sorted(svg_texts(file)) == LABELS


def test_the_empty_graph_has_a_picture(tmp_path):
    file = tmp_path / "empty.svg"
    ObjectGraph().export_image(file)
    assert svg_texts(file) == ["no objects"]
    ObjectGraph().export_image(tmp_path / "empty.png")
    png_size((tmp_path / "empty.png").read_bytes())


@pytest.mark.parametrize("label", ["a<b>&c", 'q"q', "back\\slash", "é \U0001f600", "x" * 40])
def test_a_label_is_shown_as_it_is(tmp_path, label):
    file = tmp_path / "graph.svg"
    AnnotatedGraph([AnnotatedVertex(1, label)], []).export_image(file)
    assert "".join(svg_texts(file)) == label


def test_a_long_label_is_cut(tmp_path):
    file = tmp_path / "graph.svg"
    AnnotatedGraph([AnnotatedVertex(1, "x" * 5000 + "y")], []).export_image(file)
    (text,) = svg_texts(file)
    assert text == "x" * (len(text) - 1) + "…" and 20 < len(text) < 200


def test_the_lines_of_a_label_are_lines(tmp_path):
    file = tmp_path / "graph.svg"
    AnnotatedGraph([AnnotatedVertex(1, "frame\nfile.py:1")], []).export_image(file)
    assert svg_texts(file) == ["frame", "file.py:1"]


def test_loops_and_parallel_edges_are_drawn_with_their_labels(tmp_path):
    file = tmp_path / "graph.svg"
    loop = []
    loop += [loop, loop, {"a": loop}]
    ObjectGraph([loop, loop[2]]).export_image(file)
    expected = ["['a']", "[0]", "[1]", "[2]", "dict (1 item)", "list (3 items)"]
    assert sorted(svg_texts(file)) == expected


def test_pictures_need_no_dot(graph, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    graph.export_image(tmp_path / "graph.svg")
    assert sorted(svg_texts(tmp_path / "graph.svg")) == LABELS


@pytest.mark.parametrize(
    ("name", "given"), [("a.xyz", None), ("a.svg", "xyz"), ("archive.tar.gz", None), ("a.svg", "")]
)
def test_an_unknown_format_is_refused_with_those_that_are_known(graph, in_tmp_path, name, given):
    file = in_tmp_path / name
    file.write_text("before")
    with pytest.raises(ValueError) as caught:
        graph.export_image(name, format=given)
    assert "svg" in str(caught.value) and "png" in str(caught.value)
    assert file.read_text() == "before" and os.listdir() == [name]


def test_a_folder_that_does_not_exist_is_an_os_error(graph, tmp_path):
    for name in ("graph.svg", "graph.png"):
        with pytest.raises(FileNotFoundError, match="nowhere") as caught:
            graph.export_image(tmp_path / "nowhere" / name)
        assert caught.value.errno == 2
        assert str(caught.value.filename) == str(tmp_path / "nowhere" / name)


def without_a_font(name):
    """A graph with a label of ideographs that no font has: they are unassigned."""
    vertices = [AnnotatedVertex(0, f"'{chr(0x3FFFD)} {chr(0x3FFFC)}'")]
    AnnotatedGraph(vertices, []).export_image(name)


@pytest.mark.parametrize("name", ["a.png", "a.pdf"])
def test_a_script_without_a_font_is_one_warning(in_tmp_path, name):
    with pytest.warns(UserWarning) as caught:
        without_a_font(name)
    [warning] = caught
    assert warning.filename == __file__
    text = str(warning.message)
    assert text.startswith("there is no font for Chinese, Japanese or Korean (such as '")
    assert "U+3FFFC" in text and "fonts-noto-cjk" in text and "SVG" in text
    assert (in_tmp_path / name).stat().st_size > 500


def test_an_svg_needs_no_font(in_tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        without_a_font("a.svg")
        AnnotatedGraph([AnnotatedVertex(0, "\u03b1\u00d7\u2192\u0436")], []).export_image("a.png")


def test_a_warning_that_is_an_error_leaves_the_whole_picture(in_tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UserWarning, match="no font"):
            without_a_font("a.png")
    assert png_size((in_tmp_path / "a.png").read_bytes())


@SHELL
class TestDotExecutable:
    COPY = (
        'cat > "stdin.txt"; echo "$@" > args.txt\n'
        "for a; do case $a in -o*) o=${a#-o};; esac; done\n"
    )

    def fake(self, folder, body=""):
        return script(folder / "fake dot", self.COPY + body)

    def test_it_is_given_the_dot_text(self, graph, in_tmp_path):
        executable = self.fake(in_tmp_path, 'printf picture > "${o:-/dev/stdout}"')
        graph.export_image("a.svg", dot_executable=executable)
        dot = (in_tmp_path / "stdin.txt").read_text()
        assert dot.startswith("digraph G {") and dot.endswith("}\n")
        assert [label in dot for label in LABELS] == [True] * 3
        assert (in_tmp_path / "a.svg").read_text().strip() == "picture"

    @pytest.mark.parametrize("name", ["a.pdf", "a.xyz"])
    def test_it_is_asked_for_any_format(self, graph, in_tmp_path, name):
        executable = str(self.fake(in_tmp_path, 'printf picture > "${o:-/dev/stdout}"'))
        graph.export_image(name, dot_executable=executable)
        assert f"-T{name[2:]}" in (in_tmp_path / "args.txt").read_text().split()
        assert (in_tmp_path / name).read_text() == "picture"

    def test_the_format_goes_before_the_extension(self, graph, in_tmp_path):
        executable = self.fake(in_tmp_path, 'printf picture > "${o:-/dev/stdout}"')
        graph.export_image("a.svg", "pdf", executable)
        assert "-Tpdf" in (in_tmp_path / "args.txt").read_text().split()
        assert (in_tmp_path / "a.svg").read_text().strip() == "picture"

    def test_its_error_text_is_in_ours(self, graph, in_tmp_path):
        executable = self.fake(in_tmp_path, "echo it went boom >&2; exit 3")
        (in_tmp_path / "a.svg").write_text("before")
        with pytest.raises(RuntimeError, match="it went boom"):
            graph.export_image("a.svg", dot_executable=executable)
        assert (in_tmp_path / "a.svg").read_text() == "before"
        assert sorted(os.listdir()) == ["a.svg", "args.txt", "fake dot", "stdin.txt"]

    def test_one_that_ends_at_once_is_an_error(self, graph, in_tmp_path):
        (in_tmp_path / "a.svg").write_text("before")
        with pytest.raises(RuntimeError):
            graph.export_image("a.svg", dot_executable="/bin/false")
        assert (in_tmp_path / "a.svg").read_text() == "before"

    def test_one_that_is_not_there_is_an_os_error(self, graph, in_tmp_path):
        (in_tmp_path / "a.svg").write_text("before")
        with pytest.raises(FileNotFoundError, match="nosuch"):
            graph.export_image("a.svg", dot_executable="/bin/nosuch")
        assert (in_tmp_path / "a.svg").read_text() == "before"
        assert os.listdir() == ["a.svg"]

    def test_one_that_cannot_be_run_is_an_os_error(self, graph, in_tmp_path):
        (in_tmp_path / "text").write_text("no program")
        with pytest.raises(PermissionError):
            graph.export_image("a.svg", dot_executable=in_tmp_path / "text")

    def test_it_is_found_on_the_path(self, graph, in_tmp_path, monkeypatch):
        body = 'printf picture > "${o:-/dev/stdout}"'
        (in_tmp_path / "bin").mkdir()
        script(in_tmp_path / "bin" / "dot", self.COPY + body)
        monkeypatch.setenv("PATH", f"{in_tmp_path / 'bin'}:/usr/bin:/bin")
        graph.export_image("a.svg", dot_executable="dot")
        assert (in_tmp_path / "a.svg").read_text().strip() == "picture"

    def test_a_large_graph_goes_through_it(self, in_tmp_path):
        executable = self.fake(in_tmp_path, 'printf picture > "${o:-/dev/stdout}"')
        graph = AnnotatedGraph([AnnotatedVertex(n, "x" * 50) for n in range(20_000)], [])
        graph.export_image("a.svg", dot_executable=executable, fold=False, summary=False)
        assert (in_tmp_path / "stdin.txt").read_text().count("xxx…") == 20_000
        assert (in_tmp_path / "a.svg").read_text().strip() == "picture"
