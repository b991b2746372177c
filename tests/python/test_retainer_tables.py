"""The tables of what retains most, and of leak suspects."""

import doctest
import xml.etree.ElementTree as ElementTree

import pytest

import refcycle
import refcycle.retainers
from refcycle import ObjectGraph
from refcycle.retainers import RetainedTable, SuspectTable

pytestmark = pytest.mark.any_version


class Owner:
    def __init__(self, items):
        self.items = items


def heap(owners=3):
    """A graph of owners, of which each retains a list, the largest last."""
    found = [Owner([[] for _ in range(10 * (number + 1))]) for number in range(owners)]
    graph = refcycle.snapshot()
    parts = [part for owner in found for part in (owner, owner.items, *owner.items)]
    return found, graph.full_subgraph(parts)


def rows_of(page):
    rows = ElementTree.fromstring(page).iter("tr")
    return [[cell.text for cell in row] for row in rows]


def test_the_examples_are_right():
    result = doctest.testmod(refcycle.retainers)
    assert (result.failed, result.attempted >= 6) == (0, True)


def test_retainers_are_a_list_and_a_table():
    owners, graph = heap()
    found = graph.top_retained(2)
    assert isinstance(found, list) and type(found) is RetainedTable
    assert [one.vertex for one in found] == [owners[2], owners[1]]
    assert found == list(found) and found[:1] == [found[0]]
    headings, *rows = str(found).splitlines()
    assert headings.split() == ["size", "objects", "object"]
    assert [row.rsplit("  ", 1)[-1] for row in rows] == [one.name for one in found]
    assert [f"{one.retained_count:,}" in row for one, row in zip(found, rows, strict=True)] == [
        True,
        True,
    ]
    bundle = found._repr_mimebundle_()
    assert bundle["text/plain"] == str(found)
    first, *cells = rows_of(bundle["text/html"])
    assert first == ["size", "objects", "object"]
    assert [cell[2] for cell in cells] == [one.name for one in found]
    assert "text-align:right" in bundle["text/html"]


def test_what_is_directly_dominated_is_a_table_too():
    owners, graph = heap()
    assert type(graph.directly_dominated_by()) is RetainedTable
    below = graph.directly_dominated_by(owners[0])
    assert below[0].vertex is owners[0].items
    assert str(below).splitlines()[0].split() == ["size", "objects", "object"]
    assert type(graph.dominator_tree().children()) is RetainedTable


def test_a_long_table_says_how_many_rows_are_left_out():
    lists = [[] for _ in range(30)]
    found = ObjectGraph(lists).top_retained(30)
    assert len(found) == 30
    assert str(found).splitlines()[-1] == "and 10 more objects"
    assert "and 10 more objects" in found._repr_mimebundle_()["text/html"]


def test_suspects_are_a_list_and_a_table():
    owners, graph = heap(30)
    found = graph.leak_suspects()
    assert isinstance(found, list) and type(found) is SuspectTable
    [suspect] = found
    assert set(suspect.vertices) == set(owners)
    headings, row = str(found).splitlines()
    assert headings.split() == ["size", "share", "suspect"]
    assert f"{suspect.share:.0%}" in row and f"30 {suspect.type_name} objects" in row
    [_, cells] = rows_of(found._repr_mimebundle_()["text/html"])
    assert cells[1:] == [f"{suspect.share:.0%}", f"30 {suspect.type_name} objects"]


def test_nothing_found_is_said():
    lists = [[] for _ in range(50)]
    found = ObjectGraph(lists).leak_suspects()
    assert found == [] and type(found) is SuspectTable
    text = "no leak suspects: besides modules and classes, nothing retains a large part of all"
    assert " ".join(str(found).split()).startswith(text)
    assert text in found._repr_mimebundle_()["text/html"]
    for empty in (ObjectGraph().top_retained(), ObjectGraph().directly_dominated_by()):
        assert (empty, str(empty)) == ([], "no objects")
    assert ObjectGraph().leak_suspects() == []


def test_names_are_escaped():
    hostile = type("<b>\n&", (), {"__module__": "m"})
    graph = ObjectGraph([hostile()])
    found = graph.top_retained()
    assert len(str(found).splitlines()) == 2
    page = found._repr_mimebundle_()["text/html"]
    assert "<b>" not in page and "m.&lt;b&gt;" in page


def test_a_file_has_the_same_tables(tmp_path):
    _, graph = heap()
    graph.save(tmp_path / "heap.refcycle")
    loaded = refcycle.load(tmp_path / "heap.refcycle")
    assert str(loaded.top_retained(3)) == str(graph.top_retained(3))
    assert str(loaded.leak_suspects()) == str(graph.leak_suspects())
