"""GraphML, GEXF, Cytoscape's JSON and CSV: others read them, and GraphML comes back."""

import contextlib
import csv
import io
import json
import os
import pathlib
import signal
import sys
import threading
import time
import xml.dom.minidom

import pytest

import refcycle
from refcycle import ObjectGraph
from refcycle.annotated_graph import AnnotatedEdge, AnnotatedGraph, AnnotatedVertex
from refcycle.directed_graph import DirectedGraph

pytestmark = [pytest.mark.large_imports, pytest.mark.any_version]

HOSTILE = [
    "dict[1]",
    "",
    "</data></node><script>alert(1)</script>",
    "]]> <!-- <![CDATA[ &lt; &amp; & &bomb;",
    "two\nlines\tand\ra \"quote\" and 'another', a comma; \\",
    "\u4e2d \U0001f600 \u202eback",
    "javascript:alert(1)",
    '=HYPERLINK("x")',
]


def hostile():
    vertices = [AnnotatedVertex(2**63 + n, label) for n, label in enumerate(HOSTILE)]
    edges = [
        AnnotatedEdge(n, label, vertices[n // 2].id, vertices[n].id)
        for n, label in enumerate(HOSTILE)
    ]
    edges.append(AnnotatedEdge(100, None, vertices[0].id, vertices[0].id))
    edges.append(AnnotatedEdge(101, "again", vertices[0].id, vertices[0].id))
    return AnnotatedGraph(vertices, edges)


def parts(graph):
    return (
        [(v.id, v.annotation) for v in graph.vertices],
        sorted((e.id, e.annotation, e.tail, e.head) for e in graph.edges if e.annotation),
        sorted((e.id, e.tail, e.head) for e in graph.edges),
    )


def expected_edges(graph):
    return sorted((str(e.tail), str(e.head), e.annotation) for e in graph.edges if e.annotation)


def read_with_networkx(graph, file, kind):
    networkx = pytest.importorskip("networkx")
    if kind == "graphml":
        graph.export_graphml(file)
        read = networkx.read_graphml(file)
    elif kind == "gexf":
        graph.export_gexf(file)
        read = networkx.read_gexf(file)
    else:
        graph.export_cytoscape(file)
        read = networkx.cytoscape_graph(json.loads(file.read_text(encoding="ascii")))
    return read


KINDS = ["graphml", "gexf", "cytoscape"]


@pytest.mark.parametrize("kind", KINDS)
def test_networkx_reads_all_labels(tmp_path, kind):
    graph = hostile()
    read = read_with_networkx(graph, tmp_path / f"a.{kind}", kind)
    assert read.is_directed() and read.is_multigraph()
    name = {"cytoscape": "name"}.get(kind, "label")
    labels = {vertex: label or "" for vertex, label in read.nodes(data=name)}
    assert labels == {str(v.id): v.annotation for v in graph.vertices}
    name = {"cytoscape": "interaction"}.get(kind, "label")
    edges = [
        (tail, head, data.get(name))
        for tail, head, data in read.edges(data=True)
        if data.get(name)
    ]
    assert sorted(edges) == expected_edges(graph)
    assert read.number_of_edges() == len(graph.edges)


@pytest.mark.parametrize("kind", KINDS)
def test_networkx_reads_a_heap(tmp_path, kind):
    inner = []
    graph = ObjectGraph([{"the key": inner}, inner])
    read = read_with_networkx(graph, tmp_path / "a.txt", kind)
    [(tail, head, data)] = read.edges(data=True)
    assert (tail, head) == tuple(str(id(v)) for v in graph.vertices)
    assert "value['the key']" in data.values()
    assert "list[0]" in read.nodes[head].values()


class Held:
    pass


FACTS = ["type", "module", "size", "retained"]


def held():
    """A list that holds two objects of one class, and one of them a list."""
    one, other = Held(), Held()
    one.inner = [1, 2, 3]
    return [one, other, one.inner]


@pytest.mark.parametrize("kind", KINDS)
def test_vertices_have_types_and_sizes(tmp_path, kind):
    objects = held()
    graph = ObjectGraph(objects)
    read = read_with_networkx(graph, tmp_path / "a.txt", kind)
    for obj in objects:
        found = read.nodes[str(id(obj))]
        name = f"{__name__}.Held" if type(obj) is Held else "list"
        assert {fact: found[fact] for fact in FACTS} == {
            "type": name,
            "module": type(obj).__module__,
            "size": graph.shallow_size(obj),
            "retained": graph.retained_size(obj),
        }
    sizes = [size for _, size in read.nodes(data="size")]
    assert sum(sizes) == sum(graph.shallow_sizes())
    assert all(type(size) is int for size in sizes)


@pytest.mark.parametrize("kind", KINDS)
def test_vertices_of_a_file_have_the_same_facts(tmp_path, kind):
    objects = held()
    graph = ObjectGraph([*objects, sys.modules[__name__]])
    graph.save(tmp_path / "heap.refcycle")
    loaded = refcycle.load(tmp_path / "heap.refcycle")
    live = read_with_networkx(graph, tmp_path / "a.txt", kind)
    read = read_with_networkx(loaded, tmp_path / "b.txt", kind)
    facts = {node: [data[fact] for fact in FACTS] for node, data in read.nodes(data=True)}
    assert facts == {node: [data[fact] for fact in FACTS] for node, data in live.nodes(data=True)}
    assert facts[str(id(objects[0]))][:2] == [f"{__name__}.Held", __name__]


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_fact_is_left_out(tmp_path, kind):
    vertices = [AnnotatedVertex(1, "list[3]")]
    read = read_with_networkx(AnnotatedGraph(vertices, []), tmp_path / "a.txt", kind)
    assert read.nodes["1"]["type"] == "list"
    assert not {"module", "size", "retained"} & read.nodes["1"].keys()
    # The module of a class is unknown if the file does not contain it.
    ObjectGraph([Held()]).save(tmp_path / "heap.refcycle")
    loaded = refcycle.load(tmp_path / "heap.refcycle")
    [found] = dict(read_with_networkx(loaded, tmp_path / "a.txt", kind).nodes).values()
    assert found["type"] == f"{__name__}.Held" and "module" not in found


@pytest.mark.parametrize("kind", ["graphml", "gexf"])
def test_lxml_reads_the_facts(tmp_path, kind):
    etree = pytest.importorskip("lxml.etree")
    graph = ObjectGraph([type("<&\"'\u4e2d", (), {"__module__": "app"})()])
    getattr(graph, f"export_{kind}")(tmp_path / "a")
    root = etree.parse(tmp_path / "a").getroot()
    if kind == "graphml":
        found = {data.get("key"): data.text for data in root.iterfind(".//{*}node/{*}data")}
        del found["label"]
        declared = [key.get("id") for key in root.iterfind("{*}key[@for='node']")]
        assert declared == ["label", *FACTS]
    else:
        values = root.iterfind(".//{*}attvalue")
        found = {value.get("for"): value.get("value") for value in values}
        declared = [one.get("id") for one in root.iterfind(".//{*}attribute")]
        assert declared == FACTS
    [size] = graph.shallow_sizes()
    name = "app.<&\"'\u4e2d"
    assert [found[fact] for fact in FACTS] == [name, "app", str(size), str(size)]


@pytest.mark.parametrize("kind", KINDS)
def test_graphs_of_other_objects_have_their_str(tmp_path, kind):
    graph = DirectedGraph.from_edge_pairs(["one", "two"], [("one", "two")])
    read = read_with_networkx(graph, tmp_path / "a.txt", kind)
    name = {"cytoscape": "name"}.get(kind, "label")
    assert list(read.nodes(data=name)) == [("0", "one"), ("1", "two")]


@pytest.mark.parametrize("kind", KINDS)
def test_the_empty_graph(tmp_path, kind):
    read = read_with_networkx(ObjectGraph(), tmp_path / "a.txt", kind)
    assert (read.number_of_nodes(), read.number_of_edges()) == (0, 0)


def test_a_text_is_what_the_file_would_be(tmp_path):
    graph, file = hostile(), tmp_path / "a"
    for export, text in [
        (graph.export_graphml, graph.to_graphml()),
        (graph.export_gexf, graph.to_gexf()),
        (graph.export_cytoscape, graph.to_cytoscape()),
    ]:
        assert export(file) is None
        assert file.read_bytes() == text.encode()
    assert os.listdir(tmp_path) == ["a"]


def test_characters_that_xml_lacks_are_shown_by_their_codes():
    graph = AnnotatedGraph([AnnotatedVertex(1, "\x00\x1b[0m\uffff")], [])
    for text in (graph.to_graphml(), graph.to_gexf()):
        xml.dom.minidom.parseString(text)
        assert "\\x00\\x1b[0m\\uffff" in text
    [node] = json.loads(graph.to_cytoscape())["elements"]["nodes"]
    assert node["data"]["name"] == "\\x00\\x1b[0m\\uffff"


class TestCsv:
    def rows(self, file):
        return list(csv.DictReader(io.StringIO(file.read_bytes().decode(), newline="")))

    def test_the_edges_alone(self, tmp_path):
        inner = []
        holder = {"a, b": inner}
        ObjectGraph([holder, inner]).export_csv(tmp_path / "edges.csv")
        row = {"source": str(id(holder)), "target": str(id(inner)), "id": "0"}
        assert self.rows(tmp_path / "edges.csv") == [{**row, "label": "value['a, b']"}]
        assert os.listdir(tmp_path) == ["edges.csv"]

    def test_edges_and_vertices(self, tmp_path):
        graph = hostile()
        graph.export_csv(tmp_path / "edges.csv", vertices_path=str(tmp_path / "vertices.csv"))
        vertices = self.rows(tmp_path / "vertices.csv")
        assert list(vertices[0]) == ["id", "label", "type"]
        labels = [label if label[:1] != "=" else "'" + label for label in HOSTILE]
        assert [row["label"] for row in vertices] == labels
        assert [int(row["id"]) for row in vertices] == [v.id for v in graph.vertices]
        edges = self.rows(tmp_path / "edges.csv")
        assert len(edges) == len(graph.edges)
        assert [row["label"] for row in edges if row["id"] == "100"] == [""]

    def test_facts_about_vertices(self, tmp_path):
        objects = held()
        graph = ObjectGraph(objects)
        graph.export_csv(tmp_path / "edges.csv", tmp_path / "vertices.csv")
        rows = {int(row["id"]): row for row in self.rows(tmp_path / "vertices.csv")}
        row = rows[id(objects[0])]
        assert [row[fact] for fact in FACTS] == [
            f"{__name__}.Held",
            __name__,
            str(graph.shallow_size(objects[0])),
            str(graph.retained_size(objects[0])),
        ]


class TestBack:
    def test_ours_comes_back(self, tmp_path):
        graph = hostile()
        assert parts(AnnotatedGraph.from_graphml(graph.to_graphml())) == parts(graph)
        graph.export_graphml(tmp_path / "a.graphml")
        assert parts(AnnotatedGraph.import_graphml(tmp_path / "a.graphml")) == parts(graph)
        text = graph.to_graphml().encode()
        assert parts(AnnotatedGraph.from_graphml(text)) == parts(graph)
        assert parts(AnnotatedGraph.from_graphml(bytearray(text))) == parts(graph)

    def test_a_heap_comes_back_as_by_json(self, tmp_path):
        inner = []
        graph = ObjectGraph([{"the key": inner}, inner])
        graph.export_graphml(str(tmp_path / "a.graphml"))
        read = AnnotatedGraph.import_graphml(str(tmp_path / "a.graphml"))
        assert read.to_json() == graph.to_json()

    def test_what_networkx_wrote(self, tmp_path):
        networkx = pytest.importorskip("networkx")
        made = networkx.MultiDiGraph()
        made.add_node("a", label="<first>")
        made.add_node("b", size=5)
        made.add_edge("a", "b", label="one")
        made.add_edge("a", "b")
        networkx.write_graphml(made, tmp_path / "a.graphml")
        read = AnnotatedGraph.import_graphml(tmp_path / "a.graphml")
        assert [(v.id, v.annotation) for v in read.vertices] == [(0, "<first>"), (1, "b")]
        assert [(e.annotation, e.tail, e.head) for e in read.edges] == [
            ("one", 0, 1),
            (None, 0, 1),
        ]

    def test_an_undirected_graph_is_refused(self, tmp_path):
        networkx = pytest.importorskip("networkx")
        networkx.write_graphml(networkx.path_graph(2), tmp_path / "a.graphml")
        with pytest.raises(ValueError, match="line [0-9]+: undirected edges"):
            AnnotatedGraph.import_graphml(tmp_path / "a.graphml")

    BAD = {
        "nothing": ("", "no <graph>"),
        "another format": ("<svg/>", "the root element is <svg>"),
        "JSON": ('{"vertices": []}', "text outside of the root element"),
        "cut short": (hostile().to_graphml()[:700], "line [0-9]+"),
        "a bomb": (
            '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><graphml/>',
            "declares entities",
        ),
        "a file of the system": (
            '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
            '<graphml><graph edgedefault="directed"><node id="&x;"/></graph></graphml>',
            "declares entities",
        ),
        "two of one id": (
            '<graphml><graph edgedefault="directed"><node id="a"/><node id="a"/>'
            "</graph></graphml>",
            'duplicate node id "a"',
        ),
        "an edge to nowhere": (
            '<graphml><graph edgedefault="directed"><node id="1"/>'
            '<edge source="1" target="2"/></graph></graphml>',
            'an edge refers to "2", but no node has this id',
        ),
    }

    @pytest.mark.parametrize("name", BAD)
    def test_bad_ones_are_a_value_error(self, name, tmp_path):
        text, says = self.BAD[name]
        (tmp_path / "bad.graphml").write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match=says):
            AnnotatedGraph.from_graphml(text)
        with pytest.raises(ValueError, match="this is not the GraphML of a graph: .*" + says):
            AnnotatedGraph.import_graphml(tmp_path / "bad.graphml")

    @pytest.mark.parametrize("wrong", [None, 5, [], pathlib.Path("a")])
    def test_what_is_no_text_is_a_type_error(self, wrong):
        with pytest.raises(TypeError, match=type(wrong).__name__):
            AnnotatedGraph.from_graphml(wrong)

    def test_bytes_that_are_no_utf8(self):
        with pytest.raises(ValueError, match="UTF-8"):
            AnnotatedGraph.from_graphml(b"<graphml><!-- \xff --></graphml>")

    def test_a_file_that_does_not_exist(self, tmp_path):
        with pytest.raises(FileNotFoundError, match="nofile") as caught:
            AnnotatedGraph.import_graphml(tmp_path / "nofile.graphml")
        assert caught.value.errno == 2

    def test_a_folder_is_no_file(self, tmp_path):
        with pytest.raises(OSError):
            AnnotatedGraph.import_graphml(tmp_path)


GRAPHS = [hostile(), ObjectGraph([[]]), DirectedGraph.from_edge_pairs([1], [(1, 1)])]
EXPORTS = ["export_graphml", "export_gexf", "export_cytoscape", "export_csv"]


class TestFiles:
    @pytest.mark.parametrize("graph", GRAPHS, ids=lambda graph: type(graph).__name__)
    @pytest.mark.parametrize("export", EXPORTS)
    def test_a_folder_that_does_not_exist(self, graph, export, tmp_path):
        file = tmp_path / "nowhere" / "a"
        with pytest.raises(FileNotFoundError, match="nowhere") as caught:
            getattr(graph, export)(file)
        assert caught.value.errno == 2 and str(caught.value.filename) == str(file)
        assert os.listdir(tmp_path) == []

    @pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
    @pytest.mark.parametrize("export", EXPORTS)
    def test_a_full_disk(self, export):
        with pytest.raises(OSError) as caught:
            getattr(hostile(), export)("/dev/full")
        assert caught.value.errno == 28

    def test_a_failure_leaves_the_old_file(self, tmp_path):
        file = tmp_path / "a.graphml"
        file.write_text("before")
        graph = AnnotatedGraph([AnnotatedVertex(-1, "a")], [])
        with pytest.raises(ValueError, match="64"):
            graph.export_graphml(file)
        assert file.read_text() == "before" and os.listdir(tmp_path) == ["a.graphml"]

    def test_what_is_no_path_is_a_type_error(self):
        for export in EXPORTS:
            with pytest.raises(TypeError):
                getattr(hostile(), export)(5)

    @pytest.mark.parametrize("format", ["graphml", "GEXF", "csv", "cyjs", "heapsnapshot"])
    def test_as_a_picture_they_are_refused_with_the_way_to_make_them(self, format, tmp_path):
        with pytest.raises(ValueError, match=r"export_graphml.*export_heapsnapshot"):
            ObjectGraph([[]]).export_image(tmp_path / "a.svg", format=format)
        assert os.listdir(tmp_path) == []


class TestSizes:
    def test_a_label_of_ten_megabytes(self):
        label = "<" * 10_000_000
        graph = AnnotatedGraph([AnnotatedVertex(1, label)], [])
        [vertex] = AnnotatedGraph.from_graphml(graph.to_graphml()).vertices
        assert vertex.annotation == label
        assert len(graph.to_gexf()) > 4 * len(label)

    def test_many_parallel_edges(self):
        shared = []
        graph = ObjectGraph([shared, [shared] * 100_000])
        read = AnnotatedGraph.from_graphml(graph.to_graphml())
        assert sorted({e.annotation for e in read.edges})[:2] == ["item[0]", "item[10000]"]
        assert len(read.edges) == 100_000
        assert graph.to_gexf().count("<edge ") == 100_000

    def test_a_complete_graph(self):
        lists = [[] for _ in range(60)]
        for one in lists:
            one.extend(lists)
        graph = ObjectGraph(lists)
        assert len(AnnotatedGraph.from_graphml(graph.to_graphml()).edges) == 3600
        assert len(json.loads(graph.to_cytoscape())["elements"]["edges"]) == 3600


class Stopped(Exception):
    """Raised by a signal."""


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with names")
class TestCtrlC:
    @pytest.fixture
    def pipe(self, tmp_path):
        def stop(number, frame):
            raise Stopped

        os.mkfifo(tmp_path / "pipe")
        before = signal.signal(signal.SIGALRM, stop)
        yield tmp_path / "pipe"
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

    def run(self, work, other):
        """Works until the signal arrives, while another thread reads the pipe."""
        thread = threading.Thread(target=other)
        thread.start()
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        started = time.monotonic()
        with pytest.raises(Stopped):
            work()
        taken = time.monotonic() - started
        thread.join(30)
        assert not thread.is_alive()
        return taken

    @pytest.mark.parametrize(
        ("read", "begin", "nothing"),
        [
            (
                AnnotatedGraph.import_graphml,
                b'<graphml><graph edgedefault="directed">',
                b"<!-- nothing -->",
            ),
            (AnnotatedGraph.import_json, b'{"vertices": [', b" " * 10),
        ],
        ids=["graphml", "json"],
    )
    def test_it_stops_a_file_that_is_read(self, pipe, read, begin, nothing):
        def write():
            with contextlib.suppress(BrokenPipeError), open(pipe, "wb") as file:
                file.write(begin)
                while True:
                    file.write(nothing * 1000)

        assert self.run(lambda: read(pipe), write) < 10

    def test_it_stops_a_file_that_is_written(self, pipe):
        def read():
            with open(pipe, "rb") as file:
                while file.read(1 << 16):
                    time.sleep(0.005)

        graph = AnnotatedGraph([AnnotatedVertex(1, "x" * 30_000_000)], [])
        assert self.run(lambda: graph.export_gexf(pipe), read) < 10


class Loud:
    """None of its methods may be called."""

    def __repr__(self):
        raise AssertionError("user code ran")

    __str__ = __eq__ = __sizeof__ = __len__ = __repr__
    __hash__ = None


def test_no_code_of_the_objects_runs(tmp_path):
    graph = ObjectGraph([[Loud()], Loud(), {"a": Loud()}])
    for export in (*EXPORTS, "export_heapsnapshot"):
        getattr(graph, export)(tmp_path / "a")
    assert "Loud" in graph.to_graphml()
    before = sys.getrefcount(Loud)
    graph.to_graphml()
    assert sys.getrefcount(Loud) == before


@pytest.mark.parametrize("character", ["a", "\xe9", "\u4e2d", "\U0001f600"])
def test_a_long_text_is_an_ordinary_string(character):
    label = character * 2**20
    text = DirectedGraph.from_out_edges([label], {label: []}).to_json()
    assert [vertex["annotation"] for vertex in json.loads(text)["vertices"]] == [label]
    # Strings are equal only if they store their characters in the same way.
    assert text == text.encode().decode()
