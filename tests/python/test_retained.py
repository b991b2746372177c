"""Retained objects: dominators, retained sizes, the largest retainers, suspects."""

import gc
import random
import sys
import tracemalloc

import pytest
from helpers.leaks import give_back, leak
from helpers.processes import run_json

import refcycle
from refcycle import ObjectGraph


class Node:
    def __init__(self, *others):
        self.others = list(others)


class Slots:
    __slots__ = ("held",)

    def __init__(self, held):
        self.held = held


def ids(objects):
    return {id(obj) for obj in objects}


class TestDominators:
    def test_parts_of_a_snapshot(self):
        def made():
            end, own = ["end"], ["own"]
            bottom = [end]
            left, right = [bottom, own], [bottom]
            return [left, right]

        top = made()
        graph = refcycle.snapshot()
        [left, right] = top
        [bottom, own] = left
        [end] = bottom
        assert graph.immediate_dominator(left) is top
        assert graph.immediate_dominator(right) is top
        assert graph.immediate_dominator(bottom) is top
        assert graph.immediate_dominator(end) is bottom
        assert graph.immediate_dominator(own) is left
        assert ids(graph.dominated_by(top)) == ids([top, left, right, bottom, end, own])
        assert ids(graph.dominated_by(left)) == ids([left, own])
        assert ids(graph.dominated_by(bottom)) == ids([bottom, end])
        below = graph.directly_dominated_by(top)
        assert ids(one.vertex for one in below) == ids([left, right, bottom])
        sizes = [one.retained_size for one in below]
        assert sizes == sorted(sizes, reverse=True)
        [first] = [one for one in below if one.vertex is left]
        size = graph.shallow_size
        assert first.shallow_size == size(left)
        assert first.retained_size == size(left) + size(own)
        assert first.retained_count == 2
        assert first.name.startswith("list (2 items), ")
        shown = f"<Retained: {first.name}, {first.retained_size} bytes in 2 tracked objects>"
        assert repr(first) == shown

    def test_what_c_code_holds_is_dominated_by_nothing(self):
        inner = []
        outer = [inner]
        leak(inner)
        graph = refcycle.snapshot()
        give_back(inner)
        assert graph.immediate_dominator(inner) is None
        assert ids(graph.dominated_by(outer)) == ids([outer])

    def test_garbage_is_dominated_by_its_cycle(self, clean_heap):
        first, second, held = Node(), Node(), Node()
        first.others.append(second)
        second.others += [first, held]
        keys = [id(first), id(second), id(held)]
        del first, second, held
        graph = refcycle.garbage_preview()
        _, second, held = (obj for key in keys for obj in graph if id(obj) == key)
        assert graph.immediate_dominator(held) is second.others
        gone = graph.dominated_by(held)
        assert held in gone and held.others in gone and second not in gone
        assert graph.retained_size(held) == sum(gone.shallow_sizes())

    @pytest.mark.parametrize("name", ["immediate_dominator", "dominated_by", "retained_size"])
    def test_what_is_no_vertex_is_a_key_error(self, name):
        with pytest.raises(KeyError, match="list"):
            getattr(ObjectGraph([{}]), name)([])
        with pytest.raises(KeyError, match="NoneType"):
            ObjectGraph([{}]).directly_dominated_by(None)


class TestSizes:
    def test_the_empty_graph(self):
        graph = ObjectGraph()
        assert graph.top_retained() == graph.leak_suspects() == []
        assert len(graph.retained_sizes()) == 0

    def test_a_graph_without_edges(self):
        one, other = [], {}
        graph = ObjectGraph([one, other])
        assert list(graph.retained_sizes()) == list(graph.shallow_sizes())
        assert [r.vertex for r in graph.top_retained(1)] == [max([one, other], key=sys.getsizeof)]

    def test_the_top_adds_up_to_everything(self):
        graph = refcycle.snapshot()
        top = graph.directly_dominated_by()
        assert sum(one.retained_count for one in top) == len(graph)
        sizes = [one.retained_size for one in top]
        assert sizes == sorted(sizes, reverse=True)
        assert [one.retained_size for one in graph.top_retained(3)] == sizes[:3]

    def test_sizes_are_those_of_the_graph(self):
        graph = refcycle.snapshot()
        sizes = dict(zip(map(id, graph), graph.retained_sizes(), strict=True))
        for one in graph.top_retained(20):
            assert sizes[id(one.vertex)] == graph.retained_size(one.vertex) == one.retained_size

    @pytest.mark.parametrize("seed", range(10))
    def test_what_is_retained_is_what_is_freed(self, seed):
        rng = random.Random(seed)
        gc.collect()
        gc.disable()
        tracemalloc.start()
        nodes = [Node() for _ in range(60)]
        for node in nodes:
            for _ in range(rng.randrange(3)):
                node.others.append(rng.choice(nodes))
            node.others.append(bytes(rng.randrange(1000, 5000)))
        kept = Slots([rng.choice(nodes), rng.choice(nodes)])
        root = kept.held
        del nodes, node
        gc.collect()
        graph = refcycle.snapshot(untracked=True)
        expected = graph.retained_size(root)
        count = len(graph.dominated_by(root))
        del graph, root
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        kept.held = None
        gc.collect()
        freed = before - tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        assert count >= 3
        assert abs(freed - expected) <= 0.02 * expected + 200


class TestSuspects:
    def test_a_leak_is_found_where_it_accumulates(self):
        found = run_json("""
            import json, refcycle
            class Cache:
                def __init__(self):
                    self.entries = {}
            cache = Cache()
            cache.entries.update((n, bytearray(1000)) for n in range(20_000))
            holder = [cache]
            graph = refcycle.snapshot(untracked=True)
            [first, *_] = graph.leak_suspects()
            print(json.dumps([
                first.share > 0.5,
                first.accumulation_point is cache.entries,
                len(first.vertices),
                graph.retained_size(cache) > 20_000_000,
            ]))
        """)
        assert found == [True, True, 1, True]

    def test_many_of_a_type_are_one_suspect(self):
        class Leaked:
            __slots__ = ("__weakref__", "data")

        leaked = []
        for _ in range(1000):
            one = Leaked()
            one.data = [None] * 1000
            leak(one)
            leaked.append(one)
        graph = refcycle.snapshot()
        for one in leaked:
            give_back(one)
        found = [s for s in graph.leak_suspects(0.05) if len(s.vertices) == 1000]
        assert [s.type_name for s in found] == ["Leaked"]
        assert found[0].accumulation_point is None
        assert found[0].retained_size > 8_000_000
        assert ids(found[0].vertices) == ids(leaked)
        assert repr(found[0]).startswith("<Suspect: 1000 objects of Leaked, ")

    @pytest.mark.parametrize("untracked", [False, True])
    @pytest.mark.parametrize(
        "imports",
        ["sys", "json, argparse, logging, unittest", "asyncio, http.server, xml.dom.minidom"],
    )
    def test_a_healthy_program_has_none(self, imports, untracked):
        found = run_json(f"""
            import json, os, refcycle, tempfile, {imports}
            graph = refcycle.snapshot(untracked={untracked})
            path = os.path.join(tempfile.mkdtemp(), "heap.refcycle")
            graph.save(path)
            loaded = refcycle.load(path)
            print(json.dumps([[repr(s) for s in g.leak_suspects()] for g in (graph, loaded)]))
        """)
        assert found == [[], []]

    def test_what_is_beside_a_class_is_one(self):
        found = run_json("""
            import json, refcycle, types
            app = types.ModuleType("app")
            app.C = type("C", (), {f"list{n}": [None] * 10_000 for n in range(40)})
            app.items = [[None] * 100 for n in range(1_500)]
            graph = refcycle.snapshot()
            print(json.dumps([s.name for s in graph.leak_suspects(0.1)]))
        """)
        assert any("1,500 items" in name for name in found if name)

    def test_what_a_module_has_is_one_and_the_module_is_none(self):
        found = run_json("""
            import json, os, refcycle, tempfile, types
            module = types.ModuleType("module")
            module.cache = {n: [None] * 100 for n in range(20_000)}
            module.other = [[None] * 100 for n in range(15_000)]
            graph = refcycle.snapshot()
            path = os.path.join(tempfile.mkdtemp(), "heap.refcycle")
            graph.save(path)
            expected = [id(module.cache), id(module.other)]
            live = [id(s.vertices[0]) for s in graph.leak_suspects()]
            saved = [s.vertices[0].address for s in refcycle.load(path).leak_suspects()]
            print(json.dumps([live == expected, saved == expected]))
        """)
        assert found == [True, True]

    @pytest.mark.parametrize("share", [0, -1, 1.5, float("nan")])
    def test_a_share_is_a_part(self, share):
        with pytest.raises(ValueError, match="share must be more than 0 and at most 1"):
            ObjectGraph([[]]).leak_suspects(share)
