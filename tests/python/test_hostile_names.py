"""Characters in names that a terminal would interpret are escaped in all printed text."""

import gc
import io
import json
import os
import re
import subprocess
import sys
import warnings
from xml.etree import ElementTree

import pytest
from helpers.hostile_names import CHARACTERS, KEY, NAME, Heap, hostile_class, raw

import refcycle
from refcycle import annotations
from refcycle._cli.terminal import Progress
from refcycle._cycles.reports import report_on, text_of
from refcycle._refcycle import _escaped
from refcycle._text.escapes import printable
from refcycle.differences import GrowthTable, TypeGrowth
from refcycle.directed_graph import DirectedGraph


@pytest.fixture(scope="module")
def heap():
    made = Heap()
    yield made
    made.close()


@pytest.fixture(scope="module")
def live(heap):
    return refcycle.ObjectGraph(heap.objects)


@pytest.fixture(scope="module")
def file(tmp_path_factory, heap):
    path = str(tmp_path_factory.mktemp("files") / "heap.refcycle")
    refcycle.snapshot().save(path, redact=False)
    return path


@pytest.fixture(scope="module")
def loaded(file):
    whole = refcycle.load(file)
    [module] = [obj for obj in whole if obj.label.startswith("module\nEvil")]
    return whole.descendants(module, 6)


@pytest.fixture(params=["live", "loaded"])
def graph(request):
    return request.getfixturevalue(request.param)


def texts_of(graph):
    """The printed texts of a graph, by the code that creates them."""
    for obj in graph:
        why = graph.why(obj)
        yield "why", str(why)
        yield "why, repr", repr(why)
        yield "why, ASCII", why.to_text(ascii=True)
        for chain in why.chains:
            yield "chain", str(chain)
            yield "chain, repr", repr(chain.holder)
        yield "why, notebook", why._repr_mimebundle_(include={"text/plain"})["text/plain"]
        yield "tree", str(graph.tree(obj))
    for cycle in graph.cycles():
        yield "cycle", str(cycle)
        yield "cycle, repr", repr(cycle)
        for smallest in (False, True):
            cut = cycle.cut(smallest=smallest)
            yield "cut", str(cut)
            yield "cut, repr", repr(cut)
            yield from (("reference", str(reference)) for reference in cut.references)
        for simple in cycle.simple_cycles(20):
            yield "simple cycle", simple.text
            yield "simple cycle, repr", repr(simple.text)
    yield from (("retained", repr(one)) for one in graph.top_retained(100))
    yield from (("suspect", repr(one)) for one in graph.leak_suspects(0.001))
    yield "waste", graph.waste().to_text()
    yield from (("root", repr(one)) for one in graph.roots())
    yield "text", graph.to_text()
    yield "text, ASCII", graph.to_text(ascii=True)
    yield "dominators", graph.dominator_tree().to_text(children=1000)
    yield "notebook", graph._repr_mimebundle_(include={"text/plain"})["text/plain"]
    yield "reports", text_of(report_on(graph))
    yield "graph, repr", repr(graph)


def test_answers(graph):
    kinds = {}
    for kind, text in texts_of(graph):
        kinds[kind] = kinds.get(kind, False) or "Evil" in text or "key" in text
        assert raw(text) == [], f"{kind}: {text!a}"
    # If the names are not printed, the test checks nothing.
    without = {"waste", "graph, repr", "chain, repr", "simple cycle, repr", "why, repr"}
    assert {kind for kind, seen in kinds.items() if not seen} <= without, kinds
    assert {"cut", "cycle", "retained", "root", "suspect", "chain", "why"} <= kinds.keys()


def test_readable_text_stays(heap, live):
    assert "中文" in str(live.why(heap.owner))
    assert "中文" in repr(live.top_retained(100))


def test_objects_of_files(loaded):
    for obj in loaded:
        assert raw(repr(obj)) == []


def test_names_are_data_as_they_are(heap, live):
    found = live.find_by_typename(NAME)
    assert {id(obj) for obj in found} == {id(heap.owner), id(heap.child)}
    assert NAME in annotations.object_annotation(heap.owner)


@pytest.mark.any_version
def test_tables(heap):
    before = refcycle.snapshot()
    more = [hostile_class()() for _ in range(5)]
    found = refcycle.diff(before, refcycle.snapshot())
    assert "Evil" in str(found)
    with refcycle.watch() as growth:
        for _ in growth.steps(range(8)):
            more += [type(heap.owner)() for _ in range(10)]
    tables = [found, refcycle.census(), growth.report(), GrowthTable([TypeGrowth(NAME, 1, 1)])]
    for table in tables:
        for text in (str(table), repr(table), *table._repr_mimebundle_().values()):
            assert raw(text) == [], ascii(text)
    assert "Evil" in str(growth.report())


def test_leaks(heap):
    kept = []
    snapshots = []
    for _ in range(3):
        kept += [type(heap.owner)() for _ in range(50)]
        snapshots.append(refcycle.snapshot())
    found = refcycle.leaks(*snapshots)
    assert "Evil" in str(found)
    assert raw(str(found)) == []


def message_of(error, call):
    with pytest.raises(error) as caught:
        call()
    return str(caught.value)


def test_errors(heap, live, loaded):
    stranger = type(heap.owner)()
    wrong = type(heap.owner)()
    messages = [
        message_of(KeyError, lambda: live.why(stranger)),
        message_of(KeyError, lambda: live.children(stranger)),
        message_of(KeyError, lambda: loaded.children(stranger)),
        message_of(TypeError, lambda: live.descendants(heap.owner, wrong)),
        message_of(TypeError, lambda: live.export_image("x.svg", theme=wrong)),
        message_of(TypeError, lambda: refcycle.AnnotatedGraph([wrong], [])),
        message_of(TypeError, lambda: refcycle.AnnotatedGraph.from_json(wrong)),
        message_of(TypeError, lambda: refcycle.AnnotatedGraph.from_graphml(wrong)),
        message_of(ValueError, lambda: DirectedGraph.from_edge_pairs([1], [(1, stranger)])),
    ]
    for message in messages:
        assert "Evil" in message
        assert raw(message) == [], ascii(message)


def test_what_tests_are_told():
    cls = hostile_class()
    kept = []

    def still_alive():
        with refcycle.assert_freed() as watch:
            kept.append(cls())
            watch(kept[-1])

    def leaves_a_cycle():
        with refcycle.assert_no_cycles():
            one = cls()
            vars(one)[KEY] = one
            del one

    def without_weak_references():
        slotted = type(NAME, (), {"__slots__": ()})
        with refcycle.assert_freed() as watch:
            watch(slotted())

    for call in (still_alive, leaves_a_cycle):
        message = message_of(AssertionError, call)
        assert "Evil" in message
        assert raw(message) == [], ascii(message)
    message = message_of(TypeError, without_weak_references)
    assert "Evil" in message
    assert raw(message) == []
    gc.collect()


def test_warnings(live, tmp_path):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        live.export_image(tmp_path / "picture.png")
    assert [raw(str(warning.message)) for warning in caught] == [[]] * len(caught)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pictures_are_valid_xml(graph, tmp_path, theme):
    text = graph.to_svg(theme=theme)
    ElementTree.fromstring(text)
    assert raw(text.replace("\t", "")) == []
    assert "Evil" in text
    path = tmp_path / "picture.svg"
    graph.export_image(path)
    ElementTree.parse(path)


def test_exports(live, tmp_path):
    assert raw(live.to_dot().replace("\t", "")) == []
    ElementTree.fromstring(live.to_graphml())
    ElementTree.fromstring(live.to_gexf())
    assert raw(live.to_json()) == []
    assert raw(live.to_cytoscape()) == []
    json.loads(live.to_json())
    page = tmp_path / "page.html"
    live.export_html(page)
    assert raw(page.read_text(encoding="utf-8").replace("\t", "")) == []


def command(*arguments, status=0):
    done = subprocess.run(
        [sys.executable, "-m", "refcycle", *arguments],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert status is None or done.returncode == status, done
    return done.stdout.decode(), done.stderr.decode()


COLOURS = re.compile("\x1b\\[[0-9]+m")


@pytest.mark.any_version
@pytest.mark.parametrize("form", ["text", "--json"])
def test_commands(file, form):
    options = [] if form == "text" else [form]
    address = re.search("0x[0-9a-f]+", repr(refcycle.load(file).find_by_typename(NAME)[0]))[0]
    answers = [
        command("why", file, NAME, *options),
        command("why", file, address, *options),
        command("top", file, "--limit", "1000", *options),
        command("diff", file, file, *options),
        command("cycles", file, "--limit", "1000", *options, status=None),
        command("why", file, "Nobody" + CHARACTERS.replace("\x00", ""), *options, status=2),
    ]
    for out, err in answers:
        assert raw(COLOURS.sub("", out + err).replace("\t", "")) == [], ascii(out + err)
    assert "Evil" in answers[0][0]


@pytest.mark.any_version
def test_a_program_that_is_run(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(
        f"cls = type({NAME!r}, (), {{}})\n"
        "one = cls()\n"
        f"vars(one)[{KEY!r}] = one\n"
        "del one\n"
        "KEPT = [cls() for _ in range(100)]\n",
        encoding="utf-8",
    )
    out, err = command("run", str(path))
    assert "Evil" in err
    assert raw(out + err) == []
    done = subprocess.run(
        [sys.executable, "-m", "refcycle", "run", f"no\x1b[2J{tmp_path}"],
        capture_output=True,
        text=True,
    )
    assert raw(done.stderr) == []


@pytest.mark.any_version
def test_the_plugin(tmp_path):
    (tmp_path / "test_it.py").write_text(
        f"""
cls = type({NAME!r}, (), {{}})
cls.__module__ = "of_the_program"
KEPT = []

def test_cycle():
    one = cls()
    vars(one)[{KEY!r}] = one

def test_leftover():
    KEPT.append(cls())
""",
        encoding="utf-8",
    )
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "--refcycle",
            "-q",
            "-p",
            "no:cacheprovider",
            "test_it.py",
        ],
        cwd=tmp_path,
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    text = done.stdout.decode()
    assert text.count("Evil") >= 2, text
    assert raw(COLOURS.sub("", text)) == []


def test_progress():
    stream = io.StringIO()
    Progress(f"reading {NAME}", stream)
    assert raw(stream.getvalue().replace("\r", "")) == []


def test_complaints_of_dumps(tmp_path, capfd):
    from refcycle._dumps.new_files import complain

    complain(str(tmp_path / NAME), OSError(2, "none", NAME))
    complain("here", ValueError(NAME + "\udc80"))
    text = capfd.readouterr().err
    assert text.count("Evil") == 2
    assert raw(text) == []


def test_dumps_that_fail(tmp_path):
    if not hasattr(os, "fork"):
        pytest.skip("no fork on this system")
    taken = refcycle.dump(tmp_path / "file\x1b\u202e.refcycle", fork=True)
    taken.wait(100)
    assert raw(repr(taken)) == []


def test_what_is_escaped():
    for character in CHARACTERS:
        assert raw(_escaped(f"中{character}")) == []
    assert _escaped("a\x1b\u202e\U000e0041\udc80\n") == r"a\x1b\u202e\U000e0041\udc80\n"
    for text in ("Session", "naïve", "مرحبا", "中文 あ", "👩\u200d🚀", "❤\ufe0f", "e\u0301"):
        assert _escaped(text) == printable(text) == text
    assert _escaped("a\u200db") == r"a\u200db"
