"""Garbage that has not been collected yet does not hold live objects."""

import gc
import random

import pytest

import refcycle


class Request:
    """A reference cycle of one object, which refers to others."""

    __slots__ = ("items", "itself")

    def __init__(self, *items):
        self.items = items
        self.itself = self


class Node:
    __slots__ = ("data", "others")

    def __init__(self, size):
        self.others = []
        self.data = bytes(size)


def entries(count=200):
    return {number: [bytearray(1000)] for number in range(count)}


def leave_behind(items):
    for item in items:
        Request(item)


def figures(cache, path):
    """The bytes of the cache in all answers."""
    size = refcycle.size(cache)
    graph = refcycle.snapshot(untracked=True)
    alone = graph.why_all([cache]).groups[0].retained_size
    items = sum(group.retained_size for group in graph.why_all(list(cache.values())).groups)
    graph.save(path)
    loaded = refcycle.load(path)
    saved = loaded.at(id(cache))
    top = {row.vertex.address: row.retained_size for row in loaded.top_retained(len(loaded))}
    below = graph.directly_dominated_by(cache)
    sizes = dict(zip(map(id, graph), graph.retained_sizes(), strict=True))
    first = next(iter(cache.values()))
    return {
        "size": size,
        "retained_size": graph.retained_size(cache),
        "retained_sizes": sizes[id(cache)],
        "of a group": alone,
        "loaded": loaded.retained_size(saved),
        "top": top.get(id(cache)),
        "groups of items": items,
        "directly dominated": sum(one.retained_size for one in below),
        "dominator": graph.immediate_dominator(first) is cache,
        "count": len(graph.dominated_by(cache)),
    }


@pytest.fixture
def dump(tmp_path):
    return str(tmp_path / "heap.refcycle")


def test_as_after_a_collection(clean_heap, dump):
    cache = entries()
    leave_behind(cache.values())
    before = figures(cache, dump)
    gc.collect()
    after = figures(cache, dump)
    assert before == after
    assert before["size"] == before["retained_size"] == before["loaded"] > 200_000
    assert before["of a group"] == before["size"] > before["groups of items"] > 200_000
    assert before["dominator"]


def test_what_live_objects_hold_is_still_shared(clean_heap, dump):
    cache = entries()
    requests = [Request(item) for item in cache.values()]
    found = figures(cache, dump)
    assert found["size"] == found["retained_size"] == found["loaded"] < 50_000
    assert not found["dominator"]
    # Half of them become garbage.
    del requests[:100]
    half = figures(cache, dump)
    assert 100_000 < half["size"] == half["retained_size"] == half["loaded"] < 150_000
    gc.collect()
    assert figures(cache, dump) == half
    assert len(requests) == 100


def test_a_kept_snapshot_with_the_garbage_changes_nothing(clean_heap):
    cache = entries()
    leave_behind(cache.values())
    before = refcycle.size(cache)
    kept = refcycle.snapshot(untracked=True)
    gc.collect()
    graph = refcycle.snapshot(untracked=True)
    assert graph.retained_size(cache) == refcycle.size(cache) == before > 200_000
    assert cache in kept


def test_garbage_retains_garbage_only(clean_heap):
    shared, own = [bytes(5000)], [bytes(7000)]
    Request(shared, own)
    del own
    graph = refcycle.snapshot(untracked=True)
    [request] = (obj for obj in graph if type(obj) is Request)
    assert 7000 < graph.retained_size(request) < 8500
    assert shared not in graph.dominated_by(request)
    assert 5000 < graph.retained_size(shared) < 5200
    # The graph of the garbage alone has the same sizes.
    own_size = graph.retained_size(request)
    del graph, request
    alone = refcycle.garbage_preview()
    [request] = (obj for obj in alone if type(obj) is Request)
    tracked = refcycle.snapshot().retained_size(request)
    assert alone.retained_size(request) == tracked < own_size


def test_a_graph_of_a_part_counts_all_outside(clean_heap):
    # What holds the items from outside the part is not known, so that it may be live.
    cache = entries()
    leave_behind(cache.values())
    part = refcycle.objects_reachable_from(cache)
    assert part.retained_size(cache) < 50_000


def test_little_is_not_looked_up(clean_heap):
    cache = entries(20)
    leave_behind(cache.values())
    graph = refcycle.snapshot(untracked=True)
    assert refcycle.size(cache) < 5_000 < 20_000 < graph.retained_size(cache)
    del graph
    gc.collect()
    assert refcycle.size(cache) > 20_000


def linked(rng, count):
    """A list of the nodes that are live."""
    nodes = [Node(rng.randrange(100, 2000)) for _ in range(count)]
    for node in nodes:
        for _ in range(rng.choice([0, 1, 1, 2, 3])):
            node.others.append(rng.choice(nodes))
    # What was held from outside, and is not any more.
    for node in nodes[: count // 2]:
        node.others.append(node)
    alone = Node(100)
    alone.others += [alone, rng.choice(nodes)]
    return rng.sample(nodes, 3)


def reached(starts, without=None):
    seen, pending = {}, [node for node in starts if node is not without]
    while pending:
        node = pending.pop()
        if id(node) not in seen:
            seen[id(node)] = node
            pending += [other for other in node.others if other is not without]
    return seen


def group_sizes(graph, targets):
    found = graph.why_all(targets)
    groups = sorted((group.signature, group.retained_size) for group in found.groups)
    return found.retained_size, groups


@pytest.mark.parametrize("seed", range(10))
def test_random_graphs(seed, clean_heap, dump):
    rng = random.Random(seed)
    kept = linked(rng, 60)
    graph = refcycle.snapshot(untracked=True)
    nodes = {id(obj): obj for obj in graph if type(obj) is Node}
    graph.full_subgraph([*nodes.values(), *(obj.others for obj in nodes.values())]).save(dump)
    live = reached(kept)
    assert set(live) < set(nodes)
    for node in live.values():
        still = reached(kept, without=node)
        freed = [key for key in reached([node]) if key not in still]
        assert {id(obj) for obj in graph.dominated_by(node) if type(obj) is Node} == set(freed)
        parts = [part for key in freed for part in (live[key], live[key].others, live[key].data)]
        assert graph.retained_size(node) == sum(map(graph.shallow_size, parts))
    # Groups are computed from the dominators if these are known, and otherwise in another way.
    known, garbage = refcycle.load(dump), sorted(set(nodes) - set(live))
    known.retained_sizes()
    for some in (sorted(live), garbage, sorted(nodes)):
        for count in (1, 2, 5):
            chosen = rng.sample(some, min(count, len(some)))
            found = [
                group_sizes(loaded, [loaded.at(address) for address in chosen])
                for loaded in (refcycle.load(dump), known)
            ]
            assert found[0] == found[1]
