"""Retained memory as a treemap and as an icicle picture."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import pytest
from helpers.pictures import SVG, png_size

import refcycle
from refcycle import ObjectGraph

pytestmark = pytest.mark.any_version

REGISTRY = {}


class Block:
    """A block of a picture: its title, and its rectangle."""

    def __init__(self, group):
        self.name, facts = group.find(f"{SVG}title").text.rsplit("\n", 1)
        self.facts = facts
        rect = group.find(f"{SVG}rect")
        self.x, self.y, self.width, self.height = (
            float(rect.get(name)) for name in ("x", "y", "width", "height")
        )

    def __contains__(self, other):
        return (
            self.x - 0.1 <= other.x
            and other.x + other.width <= self.x + self.width + 0.1
            and self.y - 0.1 <= other.y
            and other.y + other.height <= self.y + self.height + 0.1
        )


def drawn(graph, path, **keywords):
    """The blocks of a picture by name, and its texts."""
    graph.export_treemap(path, **keywords)
    root = ElementTree.parse(path).getroot()
    blocks = [Block(e) for e in root.iter(f"{SVG}g") if e.get("class") == "block"]
    return {block.name: block for block in blocks}, [t.text for t in root.iter(f"{SVG}text")]


@pytest.fixture
def heap():
    """A list that retains two lists, one three times as large as the other."""
    both = [[bytearray(100_000)], [bytearray(300_000)]]
    heap = refcycle.snapshot(untracked=True)
    return heap.full_subgraph([both, *both, both[0][0], both[1][0]]), both


def test_areas_are_retained_sizes(heap, tmp_path):
    graph, both = heap
    blocks, texts = drawn(graph, tmp_path / "a.svg")
    assert texts[0].startswith("Retained memory: 400 kB in 5 objects.")
    outer = blocks["list (2 items)"]
    assert outer.facts == "400 kB (100 %) in 5 objects"
    inner = [block for block in blocks.values() if block is not outer]
    assert inner and all(block in outer for block in inner)
    assert both


def test_widths_of_an_icicle_are_retained_sizes(heap, tmp_path):
    graph, both = heap
    graph.export_treemap(tmp_path / "a.svg", form="icicle")
    root = ElementTree.parse(tmp_path / "a.svg").getroot()
    blocks = [Block(e) for e in root.iter(f"{SVG}g") if e.get("class") == "block"]
    everything, outer, *inner = sorted(blocks, key=lambda block: (block.y, block.x))
    assert everything.name == "all objects" and everything.width == pytest.approx(1176, abs=1)
    assert outer.name == "list (2 items)"
    lists = [block for block in inner if block.name.startswith("list (1 item)")]
    wide, narrow = sorted((block.width for block in lists), reverse=True)
    assert wide / narrow == pytest.approx(3, rel=0.01)
    assert [block.y for block in lists] == [outer.y + outer.height] * 2
    del both


def test_one_object_can_be_drawn(heap, tmp_path):
    graph, both = heap
    _, texts = drawn(graph, tmp_path / "a.svg", target=both[1])
    assert texts[0].startswith("What list (1 item)")
    assert "retains: 300 kB in 2 objects" in texts[0]
    with pytest.raises(KeyError, match="no such vertex"):
        graph.export_treemap(tmp_path / "a.svg", target=object())


def test_names_are_those_of_owners_and_dicts_belong_to_their_objects(tmp_path):
    class Session:
        def __init__(self):
            self.items = [bytearray(3_000_000)]

    REGISTRY["session"] = Session()
    vars(REGISTRY["session"])
    heap = refcycle.snapshot(untracked=True)
    heap.save(tmp_path / "heap.refcycle")
    for graph in (heap, refcycle.load(tmp_path / "heap.refcycle")):
        blocks, _ = drawn(graph, tmp_path / "a.svg")
        names = [name for name in blocks if ".REGISTRY" in name]
        assert any(name.startswith("dict (1 item), ") for name in names), names
        assert any("Session" in name and name.startswith("object ") for name in blocks)
        assert not any(name.startswith("dict (1 item), __dict__ of object") for name in blocks)
        assert len(blocks) <= 800
    REGISTRY.clear()


def test_small_objects_are_by_module_and_an_icicle_shows_all_of_them(tmp_path):
    heap = refcycle.snapshot(untracked=True)
    blocks, _ = drawn(heap, tmp_path / "a.svg")
    # Nothing retains most functions and classes of modules that import each other.
    packages = [block for name, block in blocks.items() if " nearest to package " in name]
    modules = [block for name, block in blocks.items() if " nearest to module " in name]
    assert packages and modules
    assert any(module in package for module in modules for package in packages)
    heap.export_treemap(tmp_path / "b.svg", form="icicle")
    root = ElementTree.parse(tmp_path / "b.svg").getroot()
    found = [Block(e) for e in root.iter(f"{SVG}g") if e.get("class") == "block"]
    rows = sorted({block.y for block in found})
    widths = [sum(block.width for block in found if block.y == row) for row in rows[:2]]
    # What is left out is smaller than the smallest block.
    assert widths[0] == pytest.approx(1176, abs=1) and widths[1] > 0.98 * widths[0]


def test_other_formats_and_the_dark_theme(heap, tmp_path):
    graph, _ = heap
    graph.export_treemap(tmp_path / "a.png")
    assert png_size((tmp_path / "a.png").read_bytes()) == (2400, 1600)
    graph.export_treemap(tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")
    graph.export_treemap(tmp_path / "a.image", format="svg", theme="dark")
    assert 'fill="#16181d"' in (tmp_path / "a.image").read_text()


def test_nothing_is_no_objects(tmp_path):
    blocks, texts = drawn(ObjectGraph([]), tmp_path / "a.svg")
    assert blocks == {} and texts[-1] == "no objects"


@pytest.mark.parametrize(
    ("keywords", "error", "text"),
    [
        ({"form": "pie"}, ValueError, "form must be 'treemap' or 'icicle', not \"pie\""),
        ({"theme": "blue"}, ValueError, "theme must be 'light' or 'dark', not 'blue'"),
        ({"format": "gif"}, ValueError, "unsupported format 'gif'"),
    ],
    ids=str,
)
def test_wrong_keywords(keywords, error, text, heap, tmp_path):
    with pytest.raises(error, match=text):
        heap[0].export_treemap(tmp_path / "a.svg", **keywords)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_does_not_exist_is_an_os_error(heap, tmp_path):
    with pytest.raises(FileNotFoundError):
        heap[0].export_treemap(tmp_path / "none" / "a.svg")


def test_the_command_draws_a_dump(heap, tmp_path):
    heap[0].save(tmp_path / "heap.refcycle")

    def run(*arguments):
        command = [sys.executable, "-m", "refcycle", "treemap", *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)

    done = run("heap.refcycle")
    assert done.returncode == 0, done.stderr
    assert "heap.treemap.svg" in done.stdout
    text = (tmp_path / "heap.treemap.svg").read_text()
    assert re.search(r"Retained memory: 40\d kB in 5 objects", text)
    # What is there is not replaced unasked; a name that is given is.
    (tmp_path / "heap.treemap.svg").write_text("mine")
    again = run("heap.refcycle")
    assert (again.returncode, again.stdout) == (2, "")
    assert "heap.treemap.svg exists: name the output, or replace it with --force" in again.stderr
    assert (tmp_path / "heap.treemap.svg").read_text() == "mine"
    assert run("heap.refcycle", "heap.treemap.svg").returncode == 0
    (tmp_path / "heap.treemap.svg").write_text("mine")
    assert run("--force", "heap.refcycle").returncode == 0
    assert (tmp_path / "heap.treemap.svg").read_text() == text
    assert run("--icicle", "heap.refcycle", "a.png").returncode == 0
    assert png_size((tmp_path / "a.png").read_bytes())[0] == 2400
    wrong = run("heap.refcycle", "a.gif")
    assert wrong.returncode == 2 and ".svg, .png, .pdf" in wrong.stderr
