"""The report with which a page of `export_html` opens."""

import gc
import sys

import pytest
from helpers.pages import Page

import refcycle
from refcycle import ObjectGraph, snapshot
from refcycle.annotated_graph import AnnotatedGraph, AnnotatedVertex

pytestmark = pytest.mark.any_version


class Child:
    pass


class Parent:
    def __init__(self):
        self.child = Child()
        self.child.parent = self


class Record:  # with a slot, so that no dict is new
    __slots__ = ("number",)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "graph.html"


def page_of(graph, file, **options):
    graph.export_html(file, **options)
    return Page(file)


def registry():
    """A dict with a list of lists: large enough for a report."""
    lists = [[number] for number in range(300)]
    return {"sessions": lists}


def graph_of(cache):
    """A part of a snapshot, in which only the variable `cache` of a test is outside."""
    heap = snapshot()
    return heap.full_subgraph([cache, cache["sessions"], *cache["sessions"]])


def ids_of(page, finding):
    ids = page.column("ids")
    return [ids[vertex] for vertex in finding["vertices"]]


def cut_in(page, finding):
    """The ids of the ends of the references that the page draws in red."""
    ids = page.column("ids")
    return [(ids[tail], ids[head]) for tail, head in finding["cut"]]


class Store:
    def __init__(self):
        self.sessions = {}


# A fix is known for what an object of a module collects.
STORE = Store()


def test_the_reference_that_a_fix_removes(file):
    STORE.sessions.update((number, Child()) for number in range(60))
    try:
        # No variable holds the session.
        page = page_of(snapshot().ancestors(STORE.sessions[7], 8), file)
        [finding] = page.report["why"]["findings"]
        assert cut_in(page, finding) == [(id(STORE.sessions), id(STORE.sessions[7]))]
        fixes = [note["text"] for note in finding["notes"] if note["kind"] == "fix"]
        assert len(fixes) == 1 and "`Store.sessions` keeps its items alive" in fixes[0]
    finally:
        STORE.sessions.clear()


def test_all_references_of_a_cut_are_red(file):
    was_enabled = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        parent = Parent()
        parent.others = [Child() for _ in range(3)]
        for child in parent.others:
            child.parent = parent
        del parent, child
        graph = snapshot()
    finally:
        if was_enabled:
            gc.enable()
    target = next(obj for obj in graph.find_by_typename("Parent") if hasattr(obj, "others"))
    graph.export_html(file, target=target)
    page = Page(file)
    [finding] = page.report["why"]["findings"]
    cut = cut_in(page, finding)
    assert {head for _, head in cut} == {id(target)}
    # Before 3.11, an attribute is in the dict of the object.
    children = [target.child, *target.others]
    tails = {tail for tail, _ in cut}
    assert tails in (set(map(id, children)), {id(vars(child)) for child in children})


def test_without_a_fix_nothing_is_red(file):
    cache = registry()
    page = page_of(snapshot().ancestors(cache["sessions"], 2), file)
    [finding] = page.report["why"]["findings"]
    assert finding["cut"] == []


def test_a_large_graph_has_all_sections(file):
    cache = registry()
    page = page_of(graph_of(cache), file)
    # What was found comes before the account of memory.
    assert list(page.report) == [
        "suspects", "garbage", "retainers", "holders", "process", "types", "answers",
    ]  # fmt: skip
    assert page.report["process"]["about"][-1].startswith("302 objects, ")
    types = {row["name"]: row["count"] for row in page.report["types"]["findings"]}
    assert types == {"dict": 1, "list": 301}


def test_a_suspect_has_its_accumulation_point_and_its_chain(file):
    cache = registry()
    graph = graph_of(cache)
    page = page_of(graph, file)
    [suspect] = page.report["suspects"]["findings"]
    total = sum(graph.shallow_sizes())
    assert ids_of(page, suspect) == [id(cache), id(cache["sessions"])]
    assert suspect["retained"] == total and suspect["share"] == 1
    accumulated, chain, *_ = suspect["notes"]
    [found] = graph.leak_suspects()
    assert accumulated == {
        "kind": "text",
        "text": f"accumulated in {found.accumulation_point_name}",
    }
    assert chain["kind"] == "chain" and chain["text"].startswith("dict (1 item)")


def test_the_largest_retainers_are_those_of_top(file):
    cache = registry()
    graph = graph_of(cache)
    page = page_of(graph, file)
    found = page.report["retainers"]["findings"]
    expected = graph.top_retained(20)
    assert [row["name"] for row in found] == [one.name for one in expected]
    assert [row["retained"] for row in found] == [one.retained_size for one in expected]
    assert ids_of(page, found[0]) == [id(cache)] and found[0]["count"] == 302


def test_the_page_says_why_what_it_found_is_alive(file):
    cache = registry()
    graph = graph_of(cache)
    page = page_of(graph, file)
    [row] = [row for row in graph.signatures() if row.count > 1]
    # The suspect, which is the only retainer too, has its answer where it is listed.
    [answer] = page.report["answers"]["findings"]
    assert ids_of(page, answer) == [id(row.example)]
    [chain] = answer["notes"]
    assert chain["kind"] == "chain"
    first, *others = chain["text"].splitlines()
    assert first == "list (1 item) is kept alive by"
    assert others[-2].endswith("['sessions'] \u2192 list (300 items)")


def test_a_page_has_the_chains_by_which_objects_are_held(file):
    cache = registry()
    graph = graph_of(cache)
    page = page_of(graph, file)
    chains = [page.texts[number] for number in page.column("chains")]
    rows = [row for row in graph.signatures() if row.count > 1]
    assert chains == [row.signature for row in rows]
    held = dict(zip(page.column("ids"), page.column("chain-of"), strict=True))
    of_lists = {held[id(one)] for one in cache["sessions"]}
    # Those of a single object have no number.
    assert of_lists == {1} and held[id(cache)] == held[id(cache["sessions"])] == 0
    assert "chains" not in page_of(graph.annotated(), file).elements


def test_a_spread_out_graph_has_no_suspects(file):
    """Each list retains only itself, and lists have only their type in common."""
    report = page_of(ObjectGraph([[] for _ in range(200)]), file).report
    assert report["suspects"]["findings"] == []
    assert "nothing retains 10%" in report["suspects"]["about"][0]


def test_objects_are_grouped_by_how_they_are_held(file):
    cache = registry()
    graph = graph_of(cache)
    found = page_of(graph, file).report["holders"]["findings"]
    rows = [row for row in graph.signatures() if row.count > 1]
    assert [(row["name"], row["count"]) for row in found] == [
        (row.signature, row.count) for row in rows
    ]
    assert [row["count"] for row in found] == [300]


def test_garbage_is_named_with_its_cut(file):
    was_enabled = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        for _ in range(3):
            Parent()
        graph = refcycle.garbage_preview()
    finally:
        if was_enabled:
            gc.enable()
    page = page_of(graph, file)
    [finding] = page.report["garbage"]["findings"]
    cycle = graph.cycles()[0]
    parts = cycle.graph
    wanted = [(id(parts.tail(edge)), id(parts.head(edge))) for edge in cycle.cut().edges]
    assert cut_in(page, finding) == wanted and wanted
    assert finding["name"] == cycle.text
    assert finding["count"] == sum(map(len, graph.cycles()))
    assert finding["notes"] == [
        {"kind": "text", "text": "3 cycles like this"},
        {"kind": "fix", "text": f"to cut it: {cycle.cut()}"},
    ]
    assert len(finding["vertices"]) == len(cycle.objects)


def test_a_cycle_that_is_held_is_no_garbage(file):
    ring = []
    ring.append([ring])
    report = page_of(ObjectGraph([ring, ring[0]]), file).report
    assert list(report) == ["cycles"]
    assert report["cycles"]["findings"][0]["name"] == "list[0] -> list[0] -> list"


def test_the_target_comes_first_with_its_chains(file):
    cache = registry()
    graph = snapshot()
    page = page_of(graph.ancestors(cache["sessions"], 2), file)
    assert next(iter(page.report)) == "why"
    [finding] = page.report["why"]["findings"]
    assert finding["vertices"] == [page.about["target"]]
    assert finding["name"].startswith("list (300 items)")
    chain = finding["notes"][0]
    assert chain["kind"] == "chain" and "['sessions'] → this object" in chain["text"]


def test_what_holds_a_root_is_in_the_page(file):
    frame = sys._getframe()
    page = page_of(snapshot().full_subgraph([frame]), file)
    del frame
    assert [text for text in page.holders().values() if text.startswith("running in thread")]


def test_growth_has_its_holders(file):
    kept = []
    globals()["KEPT"] = kept
    try:
        before = snapshot()
        for number in range(200):
            kept.append(Record())
            kept[-1].number = [number]
        after = snapshot()
        report = page_of(after, file, before=before).report
    finally:
        del globals()["KEPT"]
    growth = {row["name"]: row for row in report["growth"]["findings"]}
    assert growth["Record"]["count"] == 200 and growth["Record"]["size"] > 0
    new = {row["name"]: row for row in report["new"]["findings"]}
    [(name, row)] = [(name, row) for name, row in new.items() if name.endswith("Record")]
    assert row["count"] == 200 and ".KEPT -> list[*] -> " in name


def test_without_an_earlier_graph_there_is_no_growth(file):
    report = page_of(graph_of(registry()), file).report
    assert "growth" not in report and "new" not in report


def test_an_earlier_graph_must_fit(file):
    before, after = snapshot(), snapshot()
    with pytest.raises(ValueError, match="older than before"):
        before.export_html(file, before=after)
    with pytest.raises(TypeError, match="only a graph of objects"):
        AnnotatedGraph([AnnotatedVertex(1, "a")], []).export_html(file, before=before)
    assert not file.exists()


def test_annotations_and_small_graphs_have_none(file):
    assert page_of(AnnotatedGraph([AnnotatedVertex(1, "a")], []), file).report is None
    assert page_of(ObjectGraph([[1]]), file).report == {}


def test_a_dump_has_the_account_of_its_process(tmp_path, file):
    path = tmp_path / "heap.refcycle"
    refcycle.dump(path)
    graph = refcycle.load(path)
    report = page_of(graph, file).report
    about = report["process"]["about"]
    assert any(line.startswith("Python 3.") for line in about)
    account = refcycle.memory_account.account_of_file(graph)
    if account.resident is None:
        pytest.skip("the system does not report the memory of the process")
    assert report["process"]["title"] == "Memory of the process"
    parts = {row["name"]: row["size"] for row in report["process"]["findings"]}
    objects = next(part for part in account.parts if part.key == "objects")
    assert parts[objects.name] == objects.size
    [row] = [row for row in report["process"]["findings"] if row["name"] == objects.name]
    kinds = [note["text"] for note in row["notes"]]
    assert kinds[0].startswith(f"{account.kinds[0].count:,} {account.kinds[0].type_name} object")
