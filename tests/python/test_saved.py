"""Saved graphs, and their answers from the file.

One file, because the tests ask the same saved graphs.
"""

import asyncio
import codecs
import collections
import functools
import gc
import json
import os
import sys
import threading
import types

import helpers.hostile_private  # noqa: F401 (its objects are among HOSTILE)
import pytest
from helpers.hostile import HOSTILE, watched

import refcycle
from refcycle import ObjectGraph
from refcycle._objects import types as _types
from refcycle.loaded_graph import LoadedGraph, SavedObject


class Node:
    def __init__(self):
        self.child = None

    def method(self):
        pass


class Slotted:
    __slots__ = ("__weakref__", "parent")


KEPT = {"registry": []}


def saved(graph, path, **keywords):
    file = str(path / "heap.refcycle")
    graph.save(file, **keywords)
    return refcycle.load(file)


def pairs(graph):
    """The references by name, as the addresses of their ends."""
    return [(edge.tail, edge.head, edge.annotation) for edge in graph.annotated().edges]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A snapshot, and the graph from its file."""
    KEPT["registry"] = [Node(), Node(), Node()]
    graph = refcycle.snapshot()
    graph.retained_sizes()
    before = graph.shallow_sizes()
    loaded = saved(graph, tmp_path_factory.mktemp("whole"), redact=False)
    # Some objects change their size when they are used: code gets a cache.
    sizes = [{size, now} for size, now in zip(before, graph.shallow_sizes(), strict=True)]
    yield graph, loaded, sizes
    KEPT["registry"] = []


def test_a_snapshot_comes_back(whole):
    graph, loaded, sizes = whole
    assert type(loaded) is LoadedGraph
    assert [obj.address for obj in loaded] == [id(obj) for obj in graph]
    assert list(loaded.edges) == list(graph.edges)
    assert sum(len(known) > 1 for known in sizes) < 500
    assert all(map(set.__contains__, sizes, loaded.shallow_sizes()))
    assert loaded.count_by_typename() == graph.count_by_typename()
    step = len(graph) // 200
    for obj, saved_obj in list(zip(graph, loaded, strict=True))[::step]:
        heads = [loaded.head(edge).address for edge in loaded.out_edges(saved_obj)]
        assert heads == [id(graph.head(edge)) for edge in graph.out_edges(obj)]


def test_what_holds_objects_is_in_the_file(whole):
    graph, loaded, _ = whole
    counts = [loaded.external_references(obj) for obj in loaded]
    assert counts == [graph.external_references(obj) for obj in graph]
    roots = {root.vertex.address: root for root in loaded.roots()}
    assert roots.keys() == {id(root.vertex) for root in graph.roots()}
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
    assert "running in thread MainThread" in roots[id(frame)].holders


def test_why_answers_from_the_file(whole):
    _, loaded, _ = whole
    why = loaded.why(loaded.at(id(KEPT["registry"][0])))
    [chain] = why.chains
    assert chain.holder == f"sys.modules['{__name__}']"
    references = [step.reference for step in chain.steps]
    assert references == ["", ".KEPT", "['registry']", "[0]"]
    assert chain.steps[-1].label == f"object {__name__}.Node"
    assert not why.is_garbage


def one_of_each_known_type():
    async def coroutine():
        pass

    async def asynchronous():
        yield

    def fail():
        raise ValueError

    waiting = coroutine()
    waiting.close()
    try:
        fail()
    except ValueError as error:
        traceback = error.__traceback__
    return [
        *([], {}, set(), (list,), bytearray(), memoryview(b""), property(), int, sys),
        *(len, "".__str__, fail, waiting.close, waiting, asynchronous(), (n for n in [])),
        *(classmethod(fail), staticmethod(fail), functools.lru_cache(fail), Node().method),
        *(collections.deque(), collections.Counter(), collections.OrderedDict()),
        *(collections.defaultdict(), codecs.lookup("utf-8"), types.CellType()),
        *(traceback, traceback.tb_frame, fail.__code__, types.MappingProxyType({})),
        *(functools.partial(fail), functools.partialmethod(fail), functools.cached_property(fail)),
        *(vars(Node)["__dict__"], vars(Slotted)["__weakref__"], vars(dict)["fromkeys"]),
        *(vars(list)["append"], vars(int)["__add__"], types.FunctionType.__closure__),
    ]


def test_types_of_pythons_own_are_known_by_their_names(tmp_path):
    graph = ObjectGraph(one_of_each_known_type())
    alive, in_file = _types.Types(graph), saved(graph, tmp_path)
    assert {alive.of(obj).known for obj in graph} == _types._KNOWN.keys()
    assert [obj.type_name for obj in in_file] == [alive.of(obj).known for obj in graph]
    known = _types.Types(in_file)
    assert [known.of(obj).facts for obj in in_file] == [alive.of(obj).facts for obj in graph]
    kinds = [type(name, (), {}) for name in ("deque", "_lru_cache_wrapper")]
    assert [alive.of(kind()).known for kind in kinds] == ["", ""]


def test_what_takes_its_time_has_a_state(tmp_path):
    async def coroutine():
        pass

    async def pass_on():
        yield

    def generate():
        path = tmp_path / "running"
        ObjectGraph([running]).save(path)
        yield refcycle.load(path)

    running = generate()
    [found] = next(running)
    assert found.state == "running"
    loop = asyncio.new_event_loop()
    pending, done = loop.create_future(), loop.create_future()
    done.set_result(None)
    loop.close()
    waiting = coroutine()
    loaded = saved(ObjectGraph([running, waiting, pass_on(), pending, done, []]), tmp_path)
    states = [obj.state for obj in loaded]
    assert states == ["suspended", "suspended", "suspended", "pending", "done", None]
    again = saved(loaded, tmp_path)
    assert [obj.state for obj in again] == states
    waiting.close()


def test_no_code_of_what_calls_itself_a_future_runs(tmp_path, monkeypatch):
    ran = []

    class Future:
        def done(self):
            ran.append(self)

    fake = types.ModuleType("_asyncio")
    fake.Future = Future
    monkeypatch.setitem(sys.modules, "_asyncio", fake)
    [obj] = saved(ObjectGraph([Future()]), tmp_path)
    assert (obj.state, ran) == (None, [])


def test_no_code_of_a_thread_runs(tmp_path):
    ran, end = [], threading.Event()

    class Worker(threading.Thread):
        @property
        def name(self):
            ran.append(self)
            return "no name"

        def __getattribute__(self, attribute):
            if sys._getframe(1).f_globals.get("__name__", "").startswith("refcycle"):
                ran.append(attribute)
            return super().__getattribute__(attribute)

    worker = Worker(name="a worker", target=end.wait)
    worker.start()
    ran.clear()
    try:
        loaded = saved(ObjectGraph([[]]), tmp_path)
        assert ran == []
    finally:
        end.set()
        worker.join()
    assert "a worker" in json.loads(loaded.metadata["threads"])


def test_references_are_told_by_names_and_types(tmp_path):
    held = Node()
    loaded = saved(ObjectGraph([[held, held], held]), tmp_path)
    [holder, _] = loaded
    expected = [(f"item[{n}]", f"{__name__}.Node") for n in range(2)]
    assert holder.references() == expected
    assert holder.references(1) == holder.references(limit=1) == expected[:1]
    [alone] = loaded.full_subgraph([holder])
    assert alone.references() == expected
    with pytest.raises(OverflowError):
        holder.references(-1)


def test_sizes_are_retained_as_in_the_heap(whole):
    graph, loaded, _ = whole
    registry = KEPT["registry"]
    assert loaded.retained_size(loaded.at(id(registry))) == graph.retained_size(registry)
    dominator = loaded.immediate_dominator(loaded.at(id(registry[0])))
    assert dominator.address == id(registry)
    largest = [found.vertex.address for found in loaded.top_retained(5)]
    assert largest == [id(found.vertex) for found in graph.top_retained(5)]


def test_parts_of_it_are_of_its_class(whole):
    _, loaded, _ = whole
    registry = loaded.at(id(KEPT["registry"]))
    part = loaded.descendants(registry, generations=1)
    assert type(part) is LoadedGraph
    assert sorted(edge[2] for edge in pairs(part) if edge[0] == registry.address) == [
        "item[0]",
        "item[1]",
        "item[2]",
    ]
    [parent] = [obj for obj in loaded.parents(registry) if obj.type_name == "dict"]
    assert list(loaded.shortest_path(parent, registry).edges) == [
        edge for edge in loaded.out_edges(parent) if loaded.head(edge) is registry
    ]


def test_it_leaves_in_every_form(whole, tmp_path):
    _, loaded, _ = whole
    part = loaded.descendants(loaded.at(id(KEPT["registry"])), generations=1)
    assert part.to_arrow().vertices.column_names == [
        *("vertex", "id", "type", "label", "size", "module", "retained")
    ]
    assert "item[2]" in part.to_svg() or "item" in part.to_svg()
    assert str(part.tree(part.at(id(KEPT["registry"])))).startswith("list (3 items)")
    part.export_heapsnapshot(tmp_path / "a.heapsnapshot")
    nodes = json.loads((tmp_path / "a.heapsnapshot").read_text())
    assert f"{__name__}.Node" in nodes["strings"]
    part.export_html(tmp_path / "a.html")
    assert "registry" not in part.to_json()


def test_saved_again_it_is_the_same(whole, tmp_path):
    _, loaded, _ = whole
    part = loaded.ancestors(loaded.at(id(KEPT["registry"])), generations=2)
    again = saved(part, tmp_path)
    assert pairs(again) == pairs(part)
    assert [obj.label for obj in again] == [obj.label for obj in part]
    assert [again.external_references(obj) for obj in again] == [
        part.external_references(obj) for obj in part
    ]


def test_cycles_have_the_same_names_and_cuts(tmp_path):
    one, other, slotted = Node(), Node(), Slotted()
    one.child, other.child, slotted.parent = other, slotted, one
    loop = [one]
    loop.append(loop)
    graph = ObjectGraph([one, other, slotted, one.__dict__, other.__dict__, loop])
    loaded = saved(graph, tmp_path)
    assert [(c.text, c.signature, c.cut().names) for c in loaded.cycles()] == [
        (c.text, c.signature, c.cut().names) for c in graph.cycles()
    ]
    assert [len(found) for found in loaded.cycles()] == [len(found) for found in graph.cycles()]


def test_garbage_is_told_from_the_file(tmp_path):
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        node = Node()
        node.child = node
        address = id(node)
        del node
        loaded = saved(refcycle.snapshot(), tmp_path)
    finally:
        if was_enabled:
            gc.enable()
    why = loaded.why(loaded.at(address))
    assert why.is_garbage
    assert [step.reference for step in why.cycle] == [".child"]


def test_values_are_left_out_unless_asked_for(tmp_path):
    secrets = {
        "user": "hunter2 hunter2",
        "pass word": b"hunter2",
        12345678: 87654321,
        (1234567, "a-b"): 1.2345678,
        None: True,
    }
    objects = [secrets, *secrets.keys(), *secrets.values()]
    file = tmp_path / "heap.refcycle"
    graph = ObjectGraph(objects)
    loaded = saved(graph, tmp_path)
    labels = [obj.label for obj in loaded]
    assert labels[0] == "dict[5]"
    assert sorted(labels[1:]) == sorted(
        [
            *[f"str ({length} characters)" for length in (4, 9, 15)],
            *"bytes (7 bytes);int;int;float;tuple[2];None;True".split(";"),
        ]
    )
    names = [edge[2] for edge in pairs(loaded) if (edge[2] or "").startswith("value")]
    assert [name[6:-1] for name in names] == [
        "str (4 characters)",
        "str (9 characters)",
        "int",
        "(int, str (3 characters))",
        "None",
    ]
    for content in (b"hunter2", b"12345678", b"1234567"):
        assert content not in file.read_bytes()
    shown = saved(graph, tmp_path, redact=False)
    assert "'hunter2 hunter2'" in [obj.label for obj in shown]
    assert "value['pass word']" in [edge[2] for edge in pairs(shown)]
    assert (shown.metadata["redacted"], loaded.metadata["redacted"]) == ("false", "true")


def test_it_says_what_it_is_of(tmp_path):
    ready, over = threading.Event(), threading.Event()

    def waiting_here():
        ready.set()
        over.wait()

    thread = threading.Thread(target=waiting_here, name="worker one")
    thread.start()
    ready.wait()
    try:
        found = saved(ObjectGraph([[]]), tmp_path).metadata
    finally:
        over.set()
        thread.join()
    assert found["python"] == ".".join(map(str, sys.version_info[:3])) or "rc" in found["python"]
    assert found["pid"] == str(os.getpid())
    assert json.loads(found["command"]) == sys.orig_argv[:1]
    stacks = json.loads(found["threads"])
    assert any(line.endswith(" waiting_here") for line in stacks["worker one"])
    assert any("test_it_says_what_it_is_of" in line for line in stacks["MainThread"])


def test_two_files_are_compared(tmp_path):
    KEPT["registry"] = [Node()]
    kept = KEPT["registry"][0]
    refcycle.snapshot().save(tmp_path / "a.refcycle")
    gone = id(KEPT["registry"][0])
    KEPT["registry"] += [Node() for _ in range(5)]
    refcycle.snapshot().save(tmp_path / "b.refcycle")
    before, after = (refcycle.load(tmp_path / name) for name in ("a.refcycle", "b.refcycle"))
    found = refcycle.diff(before, after, samples=100)
    assert {row.type_name: row.count for row in found.table}["Node"] == 5
    assert len(found.new.find_by_typename("Node")) == 5
    assert gone == id(kept)
    [chain] = [sample.chain for sample in found.samples if sample.type_name == "Node"]
    assert f"sys.modules['{__name__}']" in str(chain)
    with pytest.raises(ValueError, match="is not from a file, but the other graph is"):
        refcycle.diff(before, refcycle.snapshot())
    with pytest.raises(ValueError, match="only one of the files has the untracked objects"):
        refcycle.diff(before, saved(ObjectGraph([[]]), tmp_path))
    KEPT["registry"] = []


def test_saving_runs_no_code_of_the_objects(tmp_path):
    path = tmp_path / "heap.refcycle"
    graph = ObjectGraph([make() for make in HOSTILE.values()])
    with watched() as touched:
        graph.save(path)
        graph.save(path, redact=False)
    assert touched == []
    loaded = refcycle.load(path)
    assert len(loaded) == len(graph)
    assert [obj.address for obj in loaded] == list(map(id, graph))


def test_nothing_stays_in_the_heap(tmp_path):
    graph = ObjectGraph([[], {}])
    graph.save(tmp_path / "a.refcycle")
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        gc.collect()
        before = refcycle.snapshot()
        for _ in range(3):
            graph.save(tmp_path / "a.refcycle")
        # Garbage would be new, too.
        found = refcycle.diff(before, refcycle.snapshot())
    finally:
        if was_enabled:
            gc.enable()
    ours = sys._getframe()
    assert [obj for obj in found.new if obj is not ours] == []


def test_an_empty_graph_is_saved(tmp_path):
    loaded = saved(ObjectGraph(), tmp_path)
    assert (len(loaded), list(loaded.edges), loaded.metadata) == (0, [], {})


def test_a_saved_object_is_itself_alone(tmp_path):
    inner = []
    loaded = saved(ObjectGraph([inner]), tmp_path)
    [obj] = loaded
    assert type(obj) is SavedObject
    assert repr(obj) == f"<SavedObject: list (0 items) at 0x{id(inner):x}>"
    assert obj in loaded
    [other] = refcycle.load(tmp_path / "heap.refcycle")
    assert other not in loaded
    with pytest.raises(KeyError, match="no object of the graph was at 0x1"):
        loaded.at(1)
    with pytest.raises(TypeError, match="load the file again"):
        loaded.__reduce__()
    with pytest.raises(TypeError, match="call refcycle.load"):
        LoadedGraph([inner])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is too short"),
        (b"\0" * 5000, "does not begin like an Apache Arrow file"),
        (b"ARROW1\0\0" + b"x" * 5000, "cut off, or still being written"),
        (b"ARROW1\0\0" + b"\xff" * 5000 + b"ARROW1", "footer is larger than the file"),
    ],
)
def test_what_is_no_file_of_a_heap_is_refused(tmp_path, content, words):
    path = tmp_path / "not.refcycle"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=words):
        refcycle.load(path)


def test_a_file_of_zeros_of_4_gb_costs_nothing(tmp_path):
    path = tmp_path / "zeros.refcycle"
    with open(path, "wb") as file:
        file.truncate(4 << 30)
    with pytest.raises(ValueError, match="does not begin like an Apache Arrow file"):
        refcycle.load(path)


def test_a_file_that_is_being_written_is_refused(tmp_path):
    refcycle.ObjectGraph([[]]).save(tmp_path / "whole")
    whole = (tmp_path / "whole").read_bytes()
    for size in range(0, len(whole), 97):
        (tmp_path / "part").write_bytes(whole[:size])
        with pytest.raises(ValueError, match="not a heap dump"):
            refcycle.load(tmp_path / "part")


def test_what_cannot_be_written_leaves_nothing(tmp_path):
    with pytest.raises(FileNotFoundError):
        ObjectGraph([[]]).save(tmp_path / "no" / "folder")
    with pytest.raises(FileNotFoundError):
        refcycle.load(tmp_path / "nothing")
    if sys.platform == "linux":
        with pytest.raises(OSError, match="No space left"):
            ObjectGraph([[]]).save("/dev/full")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.large_imports
def test_other_tools_read_the_file(tmp_path):
    feather = pytest.importorskip("pyarrow.feather")
    # No instance holds anything here, because what it shows to the collector depends on the
    # version.
    held = Node()
    by_name = {"child": held}
    listed = [by_name]
    path = tmp_path / "heap.refcycle"
    ObjectGraph([listed, by_name, held]).save(path)
    rows = feather.read_table(path).to_pylist()
    assert [row["address"] for row in rows] == [id(listed), id(by_name), id(held)]
    assert [row["type"] for row in rows] == ["list", "dict", f"{__name__}.Node"]
    assert (rows[0]["referents"], rows[0]["reference_labels"]) == ([1], ["item[0]"])
    name = "value[str (5 characters)]"
    assert (rows[1]["referents"], rows[1]["reference_labels"]) == ([2], [name])
    assert rows[1]["size"] == ObjectGraph([by_name]).shallow_size(by_name)


class Text(str):
    __slots__ = ()


class Table(dict):
    __slots__ = ()


def test_objects_that_are_alike_have_the_names_of_their_own(tmp_path):
    """A name is made once for what it depends on: the type, and the length of most."""
    alike = ["abc", "xyz", b"abc", Text("abc"), (1, 2, 3), (3, 2, 1), [1, 2, 3], {1, 2, 3}]
    alike += [{1: 1, 2: 2}, Table({1: 1, 2: 2}), "ab", 10**30, 3.5, 2j, True, False, None, ...]
    graph = ObjectGraph(alike)
    expected = {
        True: ["str (3 characters)"] * 2 + ["bytes (3 bytes)"],
        False: ["'abc'", "'xyz'", "b'abc'"],
    }
    for redact, atoms in expected.items():
        loaded = saved(graph, tmp_path, redact=redact)
        found = [loaded.at(id(obj)) for obj in alike]
        assert [obj.label for obj in found[:3]] == atoms
        labels = [obj.label for obj in found[3:10]]
        assert labels[0] == f"object\n{__name__}.Text"
        assert labels[1:] == ["tuple[3]", "tuple[3]", "list[3]", "set[3]", "dict[2]", "dict[2]"]
        numbers = [str(10**30), "3.5", "2j"] if not redact else ["int", "float", "complex"]
        rest = ["str (2 characters)" if redact else "'ab'", *numbers, "True", "False", "None"]
        assert [obj.label for obj in found[10:17]] == rest
        names = [type(obj) for obj in alike]
        dotted = {Text: f"{__name__}.Text", Table: f"{__name__}.Table"}
        assert [obj.type_name for obj in found] == [dotted.get(t, t.__name__) for t in names]


def test_many_references_to_few_objects_are_named_by_their_places(tmp_path):
    """In the order of the items, whatever comes twice; and where half of them is not there."""
    one, two, three = [], [1], [2]
    many = [three, one, two, one, one, two, three, one, two, three, one]
    items = [("three", three), *((f"key {at}", part) for at, part in enumerate(many))]
    table = dict(items)
    loaded = saved(ObjectGraph([many, table, one, two, three]), tmp_path, redact=False)
    for holder, names in (
        (many, [(f"item[{at}]", id(part)) for at, part in enumerate(many)]),
        (table, [(f"value[{key!r}]", id(part)) for key, part in items]),
    ):
        found = [(name, head) for tail, head, name in pairs(loaded) if tail == id(holder)]
        assert found == names
