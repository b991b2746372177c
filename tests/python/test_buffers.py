"""Memory outside of Python's objects: functions of the program, devices, shared buffers."""

import gc
import itertools
import sys

import pytest

import refcycle
from refcycle import Buffer, ObjectGraph

GIGABYTE = 1 << 30


class Texture:
    """A storage of the program, as a library for a GPU has."""

    def __init__(self, size, address=None, device=None):
        self.size, self.address, self.device = size, address, device


ADDRESSES = itertools.count(1 << 40, 1 << 30)


@pytest.fixture
def start():
    """An address of its own for each test."""
    return next(ADDRESSES)


class Other(Texture):
    pass


@pytest.fixture(autouse=True)
def registered():
    refcycle.register_size(
        Texture,
        lambda texture: Buffer(texture.size, address=texture.address, device=texture.device),
    )
    yield
    refcycle.register_size(Texture, None)


@pytest.fixture
def reports(monkeypatch):
    found = []
    monkeypatch.setattr(sys, "unraisablehook", lambda report: found.append(report.exc_value))
    return found


def size(obj):
    return ObjectGraph([obj]).shallow_size(obj)


def own_size(texture):
    """The size without the function that is registered."""
    refcycle.register_size(Texture, None)
    return size(texture)


def added(result):
    texture = Texture(0)
    refcycle.register_size(Texture, lambda texture: result)
    return size(texture) - own_size(texture)


def vertices(graph, textures):
    """The vertices for memory that several of these textures use."""
    found = [buffer.vertex for buffer in graph.buffers() if buffer.holders[0] in textures]
    return [vertex for vertex in found if vertex is not None]


def test_a_number_is_added_to_the_size_of_the_object():
    assert added(0) == 0
    assert added(12_345) == 12_345
    assert added(1 << 48) == 1 << 48
    assert added([Buffer(10), Buffer(20)]) == 30


def test_a_function_is_for_exactly_its_type():
    texture = Other(5_000)
    assert size(texture) == own_size(texture)


def test_an_error_is_reported_and_the_size_is_unknown(reports):
    def fails(texture):
        raise ValueError("no size")

    texture = Texture(0)
    refcycle.register_size(Texture, fails)
    graph = ObjectGraph([texture])
    [found] = graph.buffers()
    assert (found.size, found.holders) == (None, [texture])
    assert repr(found) == "<NativeBuffer: unknown size, 1 holder>"
    assert graph.has_unknown_size(texture)
    measured = graph.shallow_size(texture)
    assert {str(error) for error in reports} == {"no size"}
    assert measured == own_size(texture)


@pytest.mark.parametrize("result", [-1, "many", 1.5, 1 << 70, [1]])
def test_a_result_that_is_no_size_is_reported(reports, result):
    assert added(result) == 0
    assert {type(error) for error in reports} <= {TypeError, ValueError}
    assert reports


def test_none_is_unknown_without_a_report(reports):
    refcycle.register_size(Texture, lambda texture: None)
    [found] = ObjectGraph([Texture(0)]).buffers()
    assert found.size is None
    assert not reports


def test_register_size_checks_its_arguments():
    with pytest.raises(TypeError, match="^type must be a class, not int$"):
        refcycle.register_size(1, len)
    with pytest.raises(TypeError, match="^function must be callable or None, not int$"):
        refcycle.register_size(Texture, 1)


def test_the_first_error_of_a_function_is_reported_once(reports):
    def fail(texture):
        raise ZeroDivisionError

    textures = [Texture(0), Texture(0)]
    for _ in range(2):
        refcycle.register_size(Texture, fail)
        graph = ObjectGraph(textures)
        assert [graph.has_unknown_size(texture) for texture in textures] == [True, True]
        refcycle.size(textures[0])
        assert [type(error) for error in reports] == [ZeroDivisionError]
        reports.clear()


def test_a_buffer_of_a_graph_has_a_public_class():
    from refcycle.object_graph import NativeBuffer

    [found] = ObjectGraph([Texture(12)]).buffers()
    assert type(found) is NativeBuffer and NativeBuffer.__module__ == "refcycle.object_graph"


def test_shared_memory_is_a_vertex_that_is_counted_once(start):
    textures = [Texture(8_000, start), Texture(4_000, start), Texture(100, start + 1_000_000)]
    graph = refcycle.snapshot()
    [shared] = vertices(graph, textures)
    assert (shared.size, shared.address, shared.device) == (8_000, start, None)
    assert graph.shallow_size(shared) == 8_000
    assert sorted(map(id, graph.parents(shared))) == sorted(map(id, textures[:2]))
    assert graph.retained_size(textures) > 8_100
    assert graph.retained_size(textures[0]) < 1_000
    assert graph.immediate_dominator(shared) is textures
    assert all(graph.shallow_size(texture) < 1_000 for texture in textures[:2])
    assert graph.shallow_size(textures[2]) == own_size(textures[2]) + 100


def test_sizes_of_a_snapshot_are_those_of_the_single_objects(start):
    textures = [Texture(8_000, start), Texture(4_000, start), Texture(100, start + 1_000_000)]
    graph = refcycle.snapshot()
    sizes = dict(zip(map(id, graph), graph.shallow_sizes(), strict=True))
    for texture in textures:
        assert sizes[id(texture)] == graph.shallow_size(texture)
    refcycle.register_size(Texture, None)
    plain = dict(zip(map(id, graph), graph.shallow_sizes(), strict=True))
    assert [sizes[id(texture)] - plain[id(texture)] for texture in textures] == [0, 0, 100]


def test_why_names_all_holders_of_a_buffer(start, monkeypatch):
    module = sys.modules[__name__]
    monkeypatch.setattr(module, "one", Texture(8_000, start), raising=False)
    monkeypatch.setattr(module, "other", [Texture(8_000, start)], raising=False)
    graph = refcycle.snapshot()
    [shared] = vertices(graph, [module.one, *module.other])
    why = graph.why(shared)
    assert [chain.steps[-1].reference for chain in why.chains] == [".memory", ".memory"]
    holders = {id(chain.steps[-2].object) for chain in why.chains}
    assert holders == {id(module.one), id(module.other[0])}
    assert not why.unexplained


def test_pieces_that_overlap_are_one_buffer(start):
    pieces = [(0, 100), (50, 100), (149, 1), (150, 10), (1000, 5)]
    textures = [Texture(size, start + place) for place, size in pieces]
    found = ObjectGraph(textures).buffers()
    assert [(buffer.size, len(buffer.holders)) for buffer in found] == [(150, 3), (10, 1), (5, 1)]


def test_a_graph_without_the_vertex_counts_shared_memory_once(start):
    textures = [Texture(8_000, start), Texture(8_000, start)]
    graphs = [ObjectGraph(textures), refcycle.snapshot().full_subgraph(textures)]
    sums = [sum(graph.shallow_sizes()) for graph in graphs]
    refcycle.register_size(Texture, None)
    plain = sum(graphs[0].shallow_sizes())
    assert sums == [plain + 8_000, plain + 8_000]


def test_memory_of_a_python_object_belongs_to_it():
    data = bytearray(9_000)
    view = (memoryview(data), Texture(0))
    import ctypes

    start = ctypes.addressof(ctypes.c_char.from_buffer(data))
    view[1].size, view[1].address = 5_000, start + 100
    graph = refcycle.snapshot(untracked=True)
    assert not any(view[1] in buffer.holders for buffer in graph.buffers())
    assert view[1] in graph.parents(data)
    assert graph.shallow_size(view[1]) < 1_000
    assert graph.shallow_size(data) > 9_000


def test_device_memory_is_apart_from_other_sizes():
    leaked = [[Texture(3 * GIGABYTE, 0x7000, "cuda:0")], [Texture(GIGABYTE, 0x7000, "cuda:1")]]
    gc.collect()
    graph = refcycle.snapshot()
    found = [buffer for buffer in graph.buffers() if buffer.device]
    assert [(buffer.device, buffer.size) for buffer in found] == [
        ("cuda:0", 3 * GIGABYTE),
        ("cuda:1", GIGABYTE),
    ]
    assert [buffer.holders for buffer in found] == leaked
    assert sum(graph.shallow_sizes()) < GIGABYTE
    for one in graph.top_retained(len(graph)):
        if one.device_sizes and leaked in graph.dominated_by(one.vertex):
            assert one.device_sizes == {"cuda:0": 3 * GIGABYTE, "cuda:1": GIGABYTE}
            break
    else:
        pytest.fail("no object retains the memory on the devices")
    inner = {id(one.vertex): one.device_sizes for one in graph.directly_dominated_by(leaked)}
    assert inner[id(leaked[0])] == {"cuda:0": 3 * GIGABYTE}


def test_a_file_has_buffers_and_devices(tmp_path, start):
    textures = [Texture(8_000, start), Texture(8_000, start)]
    on_device = Texture(GIGABYTE, device="cuda:0")
    graph = refcycle.snapshot()
    path = tmp_path / "heap.refcycle"
    graph.save(path)
    loaded = refcycle.load(path)
    is_ours = {id(each) for each in (*textures, on_device)}
    found = [each for each in loaded.buffers() if each.holders[0].address in is_ours]
    assert [(buffer.size, buffer.device) for buffer in found] == [
        (GIGABYTE, "cuda:0"),
        (8_000, None),
    ]
    assert [holder.address for holder in found[0].holders] == [id(on_device)]
    assert [holder.address for holder in found[1].holders] == sorted(map(id, textures))
    assert loaded.shallow_size(found[0].vertex) == 0
    assert loaded.shallow_size(found[1].vertex) == 8_000
    for texture in (*textures, on_device):
        assert loaded.at(id(texture)).size == graph.shallow_size(texture)
    assert sum(loaded.shallow_sizes()) < GIGABYTE
    again = tmp_path / "again.refcycle"
    loaded.save(again)
    assert repr(refcycle.load(again).buffers()) == repr(loaded.buffers())
    for one in [loaded.at(id(textures[0])), loaded.at(id(on_device))]:
        assert ".memory" in [label and "." + label for label, _ in one.references()]


@pytest.mark.parametrize("untracked", [False, True])
def test_buffers_of_an_earlier_snapshot_are_no_objects_of_a_later_one(untracked, start):
    textures = [Texture(8_000, start), Texture(8_000, start)]
    earlier = refcycle.snapshot(untracked=untracked)
    found = earlier.buffers()
    later = refcycle.snapshot(untracked=untracked)
    [before], [now] = (vertices(graph, textures) for graph in (earlier, later))
    assert now is before  # so that a comparison does not take it for new
    assert any(buffer.vertex is before for buffer in found)
    assert sorted(map(id, later.parents(now))) == sorted(map(id, textures))
    assert later.retained_size(now) == 8_000


@pytest.mark.parametrize("untracked", [False, True])
def test_memory_that_grows_is_a_new_vertex(untracked, start):
    textures = [Texture(8_000, start), Texture(8_000, start)]
    earlier = refcycle.snapshot(untracked=untracked)
    textures[0].size = 9_000
    later = refcycle.snapshot(untracked=untracked)
    [before], [now] = (vertices(graph, textures) for graph in (earlier, later))
    assert (before.size, now.size) == (8_000, 9_000)
    assert before in earlier and before not in later
    assert later.parents(now) == earlier.parents(before)


def test_a_difference_takes_no_memory_for_new_that_was_there(start):
    textures = [Texture(8_000, start), Texture(8_000, start)]
    textures.append(Texture(8_000, device="cuda:0"))
    before = refcycle.snapshot()
    added = [Texture(7_000, start + 1_000_000), Texture(7_000, start + 1_000_000)]
    after = refcycle.snapshot()
    new = refcycle.diff(before, after).new
    assert [buffer.size for buffer in new.find_by_typename("Buffer")] == [7_000]
    assert added and textures


@pytest.mark.any_version
def test_nothing_remains(start):
    textures = [Texture(8_000, start) for _ in range(50)]
    for _ in range(3):
        refcycle.snapshot().buffers()
    gc.collect()
    before = len(gc.get_objects()), sys.getallocatedblocks()
    for _ in range(20):
        graph = refcycle.snapshot(untracked=True)
        graph.buffers()
        graph.shallow_sizes()
        del graph
    gc.collect()
    after = len(gc.get_objects()), sys.getallocatedblocks()
    assert after[0] - before[0] < 20
    assert after[1] - before[1] < 200
    assert len(textures) == 50


@pytest.mark.parametrize(
    ("buffer", "text"),
    [
        (Buffer(10), "<Buffer: 10 bytes>"),
        (Buffer(10, device="cuda:0"), "<Buffer: 10 bytes on cuda:0>"),
        (Buffer(10, device="a\x1b[0m"), "<Buffer: 10 bytes on a\\x1b[0m>"),
    ],
)
def test_repr(buffer, text):
    assert repr(buffer) == text


@pytest.mark.parametrize("size", [-1, (1 << 48) + 1, 1 << 64, 1 << 70])
def test_sizes_have_limits(size, reports):
    with pytest.raises(ValueError, match=r"size must be from 0 to 2\*\*48"):
        Buffer(size)
    assert added(size) == 0
    assert {str(error) for error in reports} == {"a size must be from 0 to 2**48"}
    assert Buffer(1 << 48).size == 1 << 48


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        ({"size": "many"}, TypeError, "size must be an int, not str"),
        ({"size": 1, "address": -1}, ValueError, "address must be from 0 to"),
        ({"size": 1, "address": "a"}, TypeError, "address must be an int, not str"),
    ],
)
def test_errors_name_the_argument(arguments, error, text):
    with pytest.raises(error, match=text):
        Buffer(**arguments)


class Stop(BaseException):
    pass


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, Stop])
@pytest.mark.parametrize(
    "ask",
    [
        lambda graph: graph.shallow_sizes(),
        lambda graph: graph.shallow_size(next(iter(graph))),
        lambda graph: graph.buffers(),
        lambda graph: graph.retained_sizes(),
        lambda graph: refcycle.snapshot(untracked=True),
    ],
)
def test_an_exception_that_is_no_error_is_raised(kind, ask, reports):
    calls = []

    def stops(texture):
        calls.append(texture)
        raise kind("stop")

    graph = ObjectGraph([Texture(1) for _ in range(10)])
    refcycle.register_size(Texture, stops)
    with pytest.raises(kind, match="stop"):
        ask(graph)
    assert len(calls) == 1
    assert not reports
    refcycle.register_size(Texture, lambda texture: 5_000)
    assert sum(graph.shallow_sizes()) > 50_000
    assert sum(graph.retained_sizes()) > 50_000


def test_a_function_that_asks_for_sizes_ends(reports):
    found = []

    def nested(texture):
        graph = ObjectGraph([texture])
        found.append((graph.shallow_size(texture), graph.has_unknown_size(texture)))
        return refcycle.size(texture) + 5_000

    texture = Texture(0)
    own = own_size(texture)
    refcycle.register_size(Texture, nested)
    assert size(texture) >= own + 5_000
    assert found == [(own, True)]
    assert not reports


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize(
    "ask", [size, lambda texture: refcycle.snapshot(), lambda texture: refcycle.size(texture)]
)
def test_the_collector_stays_as_the_function_leaves_it(before, after, ask):
    seen = []

    def switch(texture):
        seen.append(gc.isenabled())
        (gc.enable if after else gc.disable)()
        return 0

    texture = Texture(0)
    refcycle.register_size(Texture, switch)
    (gc.enable if before else gc.disable)()
    try:
        ask(texture)
        assert seen[0] == before
        assert gc.isenabled() == after
    finally:
        gc.enable()


def test_the_references_of_each_buffer_are_its_holders(start):
    textures = [Texture(100, start + 1000 * (number // 2)) for number in range(2_000)]
    graph = refcycle.snapshot()
    shared = [obj for obj in graph if isinstance(obj, Buffer)]
    shared = [buffer for buffer in shared if start <= (buffer.address or 0) < start + 1_000_000]
    assert len(shared) == 1_000
    assert all(len(graph.parents(buffer)) == 2 for buffer in shared)
    assert textures
