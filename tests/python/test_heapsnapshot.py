"""Heap snapshots, as memlab and Chrome's DevTools read them."""

import gc
import json
import os
import pathlib
import shutil
import subprocess
import sys
import weakref
from collections import Counter

import pytest
from helpers.processes import run_json

from refcycle import ObjectGraph, snapshot

NODE = pathlib.Path(__file__).parents[1] / "node"

READERS = pytest.mark.skipif(
    shutil.which("node") is None or not (NODE / "node_modules").is_dir(),
    reason="needs node and `npm ci` in tests/node",
)


def read(name, *files):
    """The results of memlab and the DevTools for files, and for the objects of one class."""
    done = subprocess.run(
        ["node", "--require", "./promise.cjs", "read.mjs", name, *map(str, files)],
        cwd=NODE,
        capture_output=True,
        encoding="utf-8",
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


class File:
    """A file, read without interpretation."""

    def __init__(self, path):
        self.data = json.loads(path.read_text(encoding="ascii"))
        nodes, edges, strings = (self.data[key] for key in ("nodes", "edges", "strings"))
        meta = self.data["snapshot"]["meta"]
        self.nodes = []
        self.edges = []
        place = 0
        for tail, start in enumerate(range(0, len(nodes), 7)):
            kind, name, number, size, degree = nodes[start : start + 5]
            self.nodes.append((meta["node_types"][0][kind], strings[name], number, size))
            for at in range(3 * place, 3 * (place + degree), 3):
                kind, name, head = edges[at : at + 3]
                kind = meta["edge_types"][0][kind]
                name = name if kind == "element" else strings[name]
                self.edges.append((tail, kind, name, head // 7))
            place += degree
        assert 3 * place == len(edges)

    def names(self):
        return Counter(name for kind, name, _, _ in self.nodes if kind != "synthetic")

    def find(self, name):
        [place] = [place for place, node in enumerate(self.nodes) if node[1] == name]
        return place

    def leaving(self, name):
        place = self.find(name)
        return [
            (kind, label, self.nodes[head][1])
            for tail, kind, label, head in self.edges
            if tail == place
        ]

    def entering(self, name):
        place = self.find(name)
        return [
            (kind, label, self.nodes[tail][1])
            for tail, kind, label, head in self.edges
            if head == place
        ]

    def ids(self, name):
        return [number for _, known, number, _ in self.nodes if known == name]


class Holder:
    __slots__ = ("__weakref__", "data", "me")

    def __init__(self):
        self.data = [bytearray(1_000_000), bytearray(2_000_000)]


HOLDER = f"{Holder.__module__}.Holder"


def held():
    """A holder, held from outside, and its parts."""
    holder = Holder()
    return holder, [holder, holder.data, *holder.data]


def exported(graph, tmp_path, name="a.heapsnapshot"):
    assert graph.export_heapsnapshot(tmp_path / name) is None
    return File(tmp_path / name)


def test_objects_are_told_by_class_name_and_size(tmp_path):
    function, text = len, "text"
    objects = [[1], {}, "text", b"bytes", 12, 1.5, None, True, held, Holder, os, function]
    graph = ObjectGraph(objects)
    file = exported(graph, tmp_path)
    nodes = [(kind, name) for kind, name, _, _ in file.nodes if kind != "synthetic"]
    assert nodes == [
        ("object", "list"),
        ("object", "dict"),
        ("string", "'text'"),
        ("string", "b'bytes'"),
        ("number", "12"),
        ("number", "1.5"),
        ("object", "NoneType"),
        ("object", "bool"),
        ("closure", "held"),
        ("code", "class Holder"),
        ("code", "module os"),
        ("object", "builtin_function_or_method"),
    ]
    sizes = [size for kind, _, _, size in file.nodes if kind != "synthetic"]
    assert sizes == list(graph.shallow_sizes())
    assert text


def test_references_have_their_names(tmp_path):
    holder, objects = held()
    file = exported(ObjectGraph([*objects, {"a": holder}]), tmp_path)
    assert ("property", "data", "list") in file.leaving(HOLDER)
    assert file.leaving("dict") == [("property", "value['a']", HOLDER)]
    assert file.leaving("list") == [
        ("element", 0, "bytearray"),
        ("element", 1, "bytearray"),
    ]
    job = [file]

    def generator(job):
        yield job

    running = generator(job)
    next(running)
    # Up to 3.10, the locals are those of a frame object.
    holder = running if sys.version_info >= (3, 11) else running.gi_frame
    file = exported(ObjectGraph([holder, job]), tmp_path)
    contexts = [(name, head) for _, kind, name, head in file.edges if kind == "context"]
    assert [(name, file.nodes[head][1]) for name, head in contexts] == [("job", "list")]


def test_a_weak_reference_is_a_weak_edge(tmp_path):
    holder, objects = held()
    reference = weakref.ref(holder)
    dead = weakref.ref(Holder())
    file = exported(ObjectGraph([*objects, reference, dead]), tmp_path)
    weak = [edge for edge in file.edges if edge[1] == "weak"]
    [(tail, _, name, head)] = weak
    assert (file.nodes[tail][1], name, file.nodes[head][1]) == (
        f"{type(reference).__module__}.{type(reference).__qualname__}".removeprefix("builtins."),
        "referent",
        HOLDER,
    )
    assert dead() is None


def test_roots_are_grouped_by_what_holds_them(tmp_path):
    graph = snapshot()
    file = exported(graph, tmp_path)
    assert file.leaving("")[0] == ("element", 1, "(GC roots)")
    groups = {name for _, _, name in file.leaving("(GC roots)")}
    assert {"(Threads)", "(Interpreter)", "(Held from elsewhere)"} <= groups
    threads = file.leaving("(Threads)")
    assert any(label == "running in thread MainThread" for _, label, _ in threads)
    interpreter = {label for _, label, _ in file.leaving("(Interpreter)")}
    assert any("modules" in label for label in interpreter), interpreter
    total = sum(size for _, _, _, size in file.nodes)
    assert abs(total - sum(graph.shallow_sizes())) < 0.01 * total


def test_garbage_hangs_on_a_group_of_its_own(tmp_path, clean_heap):
    class Loop(Holder):
        __slots__ = ()

    loop = Loop()
    loop.me = loop
    del loop
    whole = snapshot()
    [loop] = whole.find_by_typename("Loop")
    file = exported(whole.full_subgraph([loop, loop.data]), tmp_path)
    assert [name for _, _, name in file.leaving("(GC roots)")] == ["(Not reached)"]
    name = f"{__name__}.{Loop.__qualname__}"
    assert file.leaving("(Not reached)") == [("internal", "no reference is known", name)]


def test_two_snapshots_have_the_same_ids(tmp_path):
    holder, objects = held()
    before = exported(ObjectGraph(objects), tmp_path)
    more = Holder()
    after = exported(ObjectGraph([more, *objects]), tmp_path)
    assert set(before.ids("bytearray")) <= set(after.ids("bytearray"))
    assert before.ids("list") == after.ids("list")
    assert len(set(after.ids(HOLDER)) - set(before.ids(HOLDER))) == 1
    numbers = [number for _, _, number, _ in after.nodes]
    assert len(numbers) == len(set(numbers)) and all(number % 2 for number in numbers)
    assert before.ids(HOLDER)[0] >= 101 and holder


def test_an_address_that_is_used_again_has_a_new_id(tmp_path):
    # Freed memory is used for the next object of the same size.
    answer = run_json(
        """
        import json
        from refcycle import ObjectGraph

        def id_of(obj):
            ObjectGraph([obj]).export_heapsnapshot("a.heapsnapshot")
            with open("a.heapsnapshot", encoding="ascii") as file:
                nodes = json.load(file)["nodes"]
            return nodes[-5]

        class One: __slots__ = "a"
        class Other: __slots__ = "a"

        answer = []
        floats = (lambda: float("1234567.5"), lambda: float("7654321.5"))
        for first, second in [(One, Other), floats, (One, One)]:
            for _ in range(1000):
                one = first()
                place, number = id(one), id_of(one)
                del one
                other = second()
                if id(other) == place:
                    answer.append(id_of(other) == number)
                    break
        print(json.dumps(answer))
        """,
        cwd=tmp_path,
    )
    # Objects of one class cannot be distinguished, as the documentation says.
    assert answer == [False, False, True]


def test_the_same_heap_gives_the_same_bytes(tmp_path):
    _, objects = held()
    graph = ObjectGraph(objects)
    for name in ("a", "b"):
        graph.export_heapsnapshot(str(tmp_path / name))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_hostile_names_are_data(tmp_path):
    name = '</script><b>"\\\x00\ud800'
    kind = type("Hostile", (), {"__module__": "m"})
    kind.__qualname__ = name
    graph = ObjectGraph([kind(), "x" * 10_000_000, {"<key>\n": []}, [[]]])
    file = exported(graph, tmp_path)
    names = file.names()
    assert any("script" in known for known in names)
    assert max(map(len, names)) < 1100
    text = (tmp_path / "a.heapsnapshot").read_text(encoding="ascii")
    assert "</script" not in text


def test_the_empty_graph_and_one_vertex(tmp_path):
    assert len(exported(ObjectGraph(), tmp_path).nodes) == 2
    assert exported(ObjectGraph([[]]), tmp_path).names() == {"list": 1}


class TestFiles:
    def test_a_folder_that_does_not_exist(self, tmp_path):
        with pytest.raises(FileNotFoundError, match="nowhere") as caught:
            ObjectGraph([[]]).export_heapsnapshot(tmp_path / "nowhere" / "a")
        assert caught.value.errno == 2
        assert os.listdir(tmp_path) == []

    @pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
    def test_a_full_disk(self):
        with pytest.raises(OSError) as caught:
            snapshot().export_heapsnapshot("/dev/full")
        assert caught.value.errno == 28


def test_nothing_stays_in_the_heap(tmp_path, clean_heap):
    graph = ObjectGraph([[], {}, Holder()])
    graph.export_heapsnapshot(tmp_path / "a")
    before = len(gc.get_objects())
    graph.export_heapsnapshot(tmp_path / "a")
    assert len(gc.get_objects()) == before


@READERS
class TestReaders:
    def test_totals_counts_and_retained_sizes(self, tmp_path):
        holder, objects = held()
        reference = weakref.ref(holder)
        graph = ObjectGraph([*objects, reference])
        file = exported(graph, tmp_path)
        answer = read(HOLDER, tmp_path / "a.heapsnapshot")["read"][0]
        total = sum(graph.shallow_sizes())
        memlab, devtools = answer["memlab"], answer["devtools"]
        assert memlab["nodes"] == devtools["nodes"] == len(file.nodes)
        assert memlab["edges"] == len(file.edges)
        assert memlab["total"] == devtools["total"] == devtools["listed"] == total
        assert memlab["counts"]["object bytearray"] == 2
        size_of = graph.shallow_size
        assert devtools["classes"]["bytearray"] == [2, sum(map(size_of, holder.data))]
        [by_memlab], [by_devtools] = memlab["objects"], devtools["objects"]
        assert by_memlab["size"] == by_devtools["size"] == size_of(holder)
        assert by_memlab["retained"] == by_devtools["retained"]
        assert by_memlab["id"] == by_devtools["id"] == file.ids(HOLDER)[0]
        kinds = {kind for kind, _, _ in by_memlab["referrers"]}
        assert "weak" in kinds and "internal" in kinds

    def test_the_retained_size_is_what_would_go(self, tmp_path):
        holder = Holder()
        shared = holder.data[0]  # held from here as well
        whole = snapshot(untracked=True)
        graph = whole.full_subgraph([holder, holder.data, *holder.data])
        exported(graph, tmp_path)
        answer = read(HOLDER, tmp_path / "a.heapsnapshot")["read"][0]
        goes = [holder, holder.data, holder.data[1]]
        expected = sum(map(graph.shallow_size, goes))
        for tool in ("memlab", "devtools"):
            [told] = answer[tool]["objects"]
            assert told["retained"] == expected, tool
        assert shared is holder.data[0]

    @pytest.mark.any_version
    def test_a_whole_heap(self, tmp_path):
        class Unique(Holder):
            __slots__ = ()

        kept = Unique()
        graph = snapshot(untracked=True)
        exported(graph, tmp_path)
        total = sum(graph.shallow_sizes())
        name = f"{__name__}.{Unique.__qualname__}"
        answer = read(name, tmp_path / "a.heapsnapshot")["read"][0]
        memlab, devtools = answer["memlab"], answer["devtools"]
        assert memlab["total"] == devtools["total"]
        assert abs(memlab["total"] - total) < 0.01 * total
        assert memlab["nodes"] == devtools["nodes"] > len(graph)
        [by_memlab], [by_devtools] = memlab["objects"], devtools["objects"]
        assert by_memlab["retained"] == by_devtools["retained"] >= 3_000_000
        assert kept

    def test_two_snapshots_are_compared(self, tmp_path):
        kept = [Holder(), Holder()]
        gone = [Holder() for _ in range(3)]
        first = ObjectGraph([kept, *kept, *gone, *(h.data for h in kept + gone)])
        first.export_heapsnapshot(tmp_path / "a.heapsnapshot")
        new = [Holder() for _ in range(5)]
        # `first` holds the removed objects, so no address is reused.
        second = ObjectGraph([kept, *kept, *new, *(h.data for h in kept + new)])
        second.export_heapsnapshot(tmp_path / "b.heapsnapshot")
        answer = read(HOLDER, tmp_path / "a.heapsnapshot", tmp_path / "b.heapsnapshot")
        size = first.shallow_size(gone[0])
        list_size = first.shallow_size(gone[0].data)
        assert answer["changes"] == {
            HOLDER: [5, 3, 2 * size],
            "list": [5, 3, 2 * list_size],
        }

    def test_a_container_that_grew_is_the_same(self, tmp_path):
        growing = []
        ObjectGraph([growing]).export_heapsnapshot(tmp_path / "a.heapsnapshot")
        growing.extend(range(1000))
        ObjectGraph([growing]).export_heapsnapshot(tmp_path / "b.heapsnapshot")
        answer = read("list", tmp_path / "a.heapsnapshot", tmp_path / "b.heapsnapshot")
        assert answer["changes"] == {}
        ids = [one["devtools"]["objects"][0]["id"] for one in answer["read"]]
        assert ids[0] == ids[1]
