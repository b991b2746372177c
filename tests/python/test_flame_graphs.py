"""Flame graphs of retained memory: all formats have the stacks of the dominator tree."""

import json
import os
import subprocess
import sys
from collections import Counter

import pytest
from helpers import profiles

import refcycle
from refcycle import ObjectGraph
from refcycle.loaded_graph import LoadedGraph

pytestmark = pytest.mark.any_version

REST = "(objects not shown)"


class Node:
    __slots__ = ("next",)


class Other:
    __slots__ = ("next",)


def stacks(graph, folder):
    """Return the bytes of each stack, which must be the same in all formats."""
    paths = [folder / f"heap.{ending}" for ending in ("folded", "speedscope.json", "pb.gz")]
    for path in paths:
        assert graph.export_flame_graph(path) is None
    text, scope, (sizes, _) = map(
        lambda read, path: read(path),
        (profiles.collapsed, profiles.speedscope, profiles.pprof),
        paths,
    )
    assert text == scope == +sizes
    return text


def everything(*pending):
    """Yield objects and what their lists and dicts hold; nothing else holds them afterwards."""
    pending = list(pending)
    while pending:
        one = pending.pop(0)
        yield one
        if isinstance(one, list):
            pending += one
        elif isinstance(one, dict):
            pending += one.values()


def name_of(kind):
    return f"{__name__}.{kind.__qualname__}"


def test_the_stacks_of_a_small_graph(tmp_path):
    first, second, shared = [], [], "the text that both of them hold"
    first += [shared, bytes(30)]
    second += [shared]
    graph = ObjectGraph(everything(first, second))
    found = stacks(graph, tmp_path)
    size = graph.shallow_size
    assert found == {
        ("list",): size(first) + size(second),
        ("list", "bytes"): size(first[1]),
        ("str",): size(shared),
    }
    assert sum(found.values()) == sum(graph.shallow_sizes())


def test_a_frame_retains_what_its_objects_retain(tmp_path):
    rows = [{str(key): [[]] for key in range(20)} for _ in range(50)]
    graph = ObjectGraph(everything(rows))
    found = stacks(graph, tmp_path)
    retained = Counter()
    for stack, size in found.items():
        for depth in range(1, len(stack) + 1):
            retained[stack[:depth]] += size
    [top] = {stack[0] for stack in found}
    assert top.startswith("list")
    assert retained[(top,)] == graph.retained_size(rows) == sum(graph.shallow_sizes())
    below = [stack for stack in retained if len(stack) == 2]
    assert all(stack[1].startswith("dict") for stack in below)
    assert sum(retained[stack] for stack in below) == sum(map(graph.retained_size, rows))


def test_counts_of_objects(tmp_path):
    texts = [f"the text with number {number}" for number in range(300)]
    graph = ObjectGraph(everything(texts))
    graph.export_flame_graph(tmp_path / "heap.pprof")
    _, counts = profiles.pprof(tmp_path / "heap.pprof")
    [(top,)] = [stack for stack in counts if len(stack) == 1]
    assert counts == {(top,): 1, (top, "str"): 300}


HELD = {"first": [bytes(5000)], "second": [bytes(5000)]}


def test_large_containers_have_their_owners(tmp_path):
    graph = refcycle.snapshot(untracked=True).full_subgraph(
        [sys.modules[__name__], sys.modules[__name__].__dict__, HELD, *HELD.values()]
    )
    found = stacks(graph, tmp_path)
    named = {frame for stack in found for frame in stack}
    assert f"dict, {__name__}.HELD" in named
    # No key and no length: the two lists are one frame.
    assert f"list, {__name__}.HELD[*]" in named
    assert not any("first" in frame or "items)" in frame for frame in named)


def test_functions_have_their_place(tmp_path):
    graph = ObjectGraph([name_of, Node])
    names = {frame for stack in stacks(graph, tmp_path) for frame in stack}
    line = name_of.__code__.co_firstlineno
    [function] = [name for name in names if name.startswith("function")]
    assert function.startswith("function name_of at ")
    assert function.endswith(f"test_flame_graphs.py:{line}")
    assert f"class {name_of(Node)}" in names
    graph.export_flame_graph(tmp_path / "a", format="speedscope")
    frames = json.loads((tmp_path / "a").read_text())["shared"]["frames"]
    [frame] = [frame for frame in frames if frame["name"] == "function name_of"]
    assert frame["line"] == line and frame["file"].endswith("test_flame_graphs.py")


def chain(count, kinds):
    """Return the first of objects each of which only the one before holds."""
    first = last = kinds[0]()
    for number in range(1, count):
        last.next = kinds[number % len(kinds)]()
        last = last.next
    last.next = None
    return first


def walk(first):
    while first is not None:
        yield first
        first = first.next


@pytest.fixture
def chains():
    """Breaks the chains at the end: otherwise their deallocation would nest."""
    made = []
    yield made
    for one in [one for first in made for one in walk(first)]:
        one.next = None


def test_a_linked_list_is_one_frame(tmp_path, chains):
    first = chain(100_000, [Node])
    chains.append(first)
    graph = ObjectGraph(walk(first))
    assert graph.retained_size(first) == sum(graph.shallow_sizes())
    found = stacks(graph, tmp_path)
    assert found == {(name_of(Node),): 100_000 * graph.shallow_size(first)}


def test_a_deep_tree_is_cut(tmp_path, chains):
    first = chain(100_000, [Node, Other])
    chains.append(first)
    graph = ObjectGraph(walk(first))
    found = stacks(graph, tmp_path)
    assert max(map(len, found)) == 201
    [rest] = [stack for stack in found if stack[-1] == REST]
    assert rest == (*[name_of(Node), name_of(Other)] * 100, REST)
    assert found[rest] == (100_000 - 200) * graph.shallow_size(first)
    assert sum(found.values()) == sum(graph.shallow_sizes())
    _, counts = profiles.pprof(tmp_path / "heap.pb.gz")
    assert counts[rest] == 100_000 - 200
    assert os.path.getsize(tmp_path / "heap.folded") < 2_000_000


def test_only_the_largest_frames_are_shown(tmp_path):
    kinds = [type(f"Kind{number}", (), {"__slots__": ()}) for number in range(100)]
    holders = [[kind() for kind in kinds] for _ in range(300)]
    # Each holder is of its own kind, so that none of their frames is another's.
    tops = [type(f"Top{number}", (list,), {})(held) for number, held in enumerate(holders)]
    holders.clear()
    graph = ObjectGraph(everything(tops))
    found = stacks(graph, tmp_path)
    assert sum(found.values()) == sum(graph.shallow_sizes())
    shown = [stack for stack in found if REST not in stack]
    hidden = {stack: size for stack, size in found.items() if REST in stack}
    assert len(shown) == 20_000
    one = graph.shallow_size(tops[0][0])
    assert sum(hidden.values()) == (1 + 300 + 300 * 100 - 20_000) * one


def test_the_empty_graph(tmp_path):
    assert stacks(ObjectGraph(), tmp_path) == {}


def test_one_object(tmp_path):
    alone = [1]
    graph = ObjectGraph([alone])
    assert stacks(graph, tmp_path) == {("list",): graph.shallow_size(alone)}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a;b 7", "a,b 7"),
        ("two\nlines\r\t", "two lines  "),
        ("a\u2028b", "a b"),
        ("\u4e2d \U0001f600", "\u4e2d \U0001f600"),
        ('quote " and \\', 'quote " and \\'),
        ("</script>", "</script>"),
    ],
)
def test_names_with_special_characters(tmp_path, name, shown):
    kind = type(name, (), {"__module__": "app"})
    graph = ObjectGraph([kind()])
    size = sum(graph.shallow_sizes())
    for ending in ("folded", "speedscope.json", "pb.gz"):
        graph.export_flame_graph(tmp_path / f"heap.{ending}")
    assert profiles.collapsed(tmp_path / "heap.folded") == {(f"app.{shown}",): size}
    assert profiles.speedscope(tmp_path / "heap.speedscope.json") == {(f"app.{name}",): size}
    assert profiles.pprof(tmp_path / "heap.pb.gz")[0] == {(f"app.{name}",): size}


def test_a_long_name_is_cut(tmp_path):
    graph = ObjectGraph([type("K" * 900, (), {"__module__": "app"})()])
    [(name,)] = stacks(graph, tmp_path)
    assert name == "app." + "K" * 196 + "\u2026"


def test_a_graph_from_a_file_has_the_same_stacks(tmp_path):
    rows = [{"key": [number, "text"]} for number in range(30)]
    graph = ObjectGraph([rows, *rows, *(row["key"] for row in rows), name_of])
    graph.save(tmp_path / "heap.refcycle")
    loaded = refcycle.load(tmp_path / "heap.refcycle")
    assert type(loaded) is LoadedGraph
    assert stacks(loaded, tmp_path) == stacks(graph, tmp_path)


def test_the_format_is_that_of_the_name_or_the_argument(tmp_path):
    graph = ObjectGraph([[]])
    for name, start in [
        ("a.PB.GZ", b"\x1f\x8b"),
        ("a.pprof", b"\x1f\x8b"),
        ("a.speedscope.json", b'{"$schema"'),
        ("a.collapsed", b"list "),
    ]:
        graph.export_flame_graph(str(tmp_path / name))
        assert (tmp_path / name).read_bytes().startswith(start)
    graph.export_flame_graph(tmp_path / "a.json", format="collapsed")
    assert (tmp_path / "a.json").read_bytes().startswith(b"list ")
    with pytest.raises(ValueError, match=r"a.txt: the name of a flame graph must end in .pb.gz"):
        graph.export_flame_graph(tmp_path / "a.txt")
    with pytest.raises(ValueError, match="format must be one of 'pprof', .* but is \"svg\""):
        graph.export_flame_graph(tmp_path / "a.folded", format="svg")
    assert not {"a.txt", "a.folded"} & set(os.listdir(tmp_path))


def test_the_same_graph_gives_the_same_bytes(tmp_path):
    graph = ObjectGraph([[1], {2: []}, name_of])
    for ending in ("pb.gz", "speedscope.json", "folded"):
        graph.export_flame_graph(tmp_path / f"a.{ending}")
        graph.export_flame_graph(tmp_path / f"b.{ending}")
        assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize("format", ["pprof", "speedscope", "collapsed"])
def test_a_full_disk(format):
    with pytest.raises(OSError) as caught:
        ObjectGraph([[]]).export_flame_graph("/dev/full", format=format)
    assert caught.value.errno == 28


@pytest.mark.parametrize("ending", ["pb.gz", "pprof", "speedscope.json", "collapsed", "folded"])
def test_the_command_converts(tmp_path, ending):
    graph = ObjectGraph([[1], {}])
    graph.save(tmp_path / "heap.refcycle")
    out = tmp_path / f"heap.{ending}"
    subprocess.run(
        [sys.executable, "-m", "refcycle", "convert", tmp_path / "heap.refcycle", out],
        check=True,
        timeout=120,
    )
    read = {"json": profiles.speedscope, "collapsed": profiles.collapsed}
    read |= {"folded": profiles.collapsed}
    found = read.get(ending.split(".")[-1], lambda path: profiles.pprof(path)[0])(out)
    assert set(found) == {("list",), ("dict",)}
    assert sum(found.values()) == sum(graph.shallow_sizes())
