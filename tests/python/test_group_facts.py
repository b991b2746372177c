"""What `why_all` and `signatures` say besides the chains: sizes, garbage, parts, errors."""

import asyncio
import gc
import random
import re
import sys
from collections import defaultdict

import pytest
from helpers import signature_seeds

import refcycle
from refcycle import ObjectGraph

THIS = sys.modules[__name__]
NAME = __name__


class Visit:
    pass


class Child:
    pass


class Parent:
    pass


class OfCall:
    pass


@pytest.fixture(autouse=True)
def empty():
    # On 3.13, a dict with itself in it waits for the next collection.
    while gc.collect():
        pass
    gc.disable()
    yield
    gc.enable()
    THIS.__dict__.pop("KEPT", None)


def random_graph(seed):
    """Return a graph of targets and others, some of them garbage, and what holds the rest."""
    chosen = random.Random(seed)
    objects = [[] for _ in range(chosen.randrange(1, 12))]
    objects += [{} for _ in range(chosen.randrange(4))]
    nodes = chosen.choices([Visit, Child], k=chosen.randrange(1, 12))
    objects += [node() for node in nodes]
    for _ in range(chosen.randrange(2 * len(objects))):
        tail, head = chosen.choice(objects), chosen.choice(objects)
        if type(tail) is list:
            tail.append(head)
        elif type(tail) is dict:
            tail[len(tail)] = head
        elif chosen.random() < 0.4:
            setattr(tail, chosen.choice("ab"), head)
    dicts = [obj.__dict__ for obj in objects if type(obj) in (Visit, Child)]
    held = chosen.sample(objects, chosen.randrange(1 + len(objects) // 2))
    return ObjectGraph(objects + dicts), held


def union_of_retained(graph, objects):
    found = {id(obj): obj for one in objects for obj in graph.dominated_by(one)}
    return sum(map(graph.shallow_size, found.values()))


class TestSizes:
    @pytest.mark.any_version
    @pytest.mark.parametrize("seed", range(60))
    def test_with_and_without_dominators(self, seed):
        graph, held = random_graph(seed)
        targets = [obj for obj in graph if type(obj) in (Visit, Child)]
        targets = targets[: random.Random(seed).randrange(1, len(targets) + 1)]
        answer = graph.why_all(targets)
        members = defaultdict(list)
        for one in targets:
            [group] = graph.why_all([one]).groups
            members[group.signature].append(one)
        assert {group.signature for group in answer.groups} == {*members}
        for group in answer.groups:
            found = members[group.signature]
            assert group.count == len(found)
            assert group.size == sum(map(graph.shallow_size, found))
            assert group.retained_size == union_of_retained(graph, found)
        assert answer.retained_size == union_of_retained(graph, targets)
        # The dominators are known now.
        assert [g[:4] for g in graph.why_all(targets).groups] == [g[:4] for g in answer.groups]
        assert held is not None

    def test_groups_inside_each_other_count_once(self):
        THIS.KEPT = Visit()
        THIS.KEPT.inside = Visit()
        THIS.KEPT.inside.data = [1, 2, 3]
        graph = refcycle.snapshot()
        answer = graph.why_all(Visit)
        outer, inner = answer.groups
        assert (outer.count, inner.count) == (1, 1)
        assert outer.retained_size == graph.retained_size(THIS.KEPT)
        assert inner.retained_size == graph.retained_size(THIS.KEPT.inside)
        assert answer.retained_size == outer.retained_size

    def test_tracked_objects_only(self, tmp_path):
        THIS.KEPT = [Visit()]
        THIS.KEPT[0].text = "".join(map(str, range(2000)))
        # Only one graph at a time: a graph holds its objects.
        whole = refcycle.snapshot(untracked=True)
        large, largest = whole.why_all(Visit), repr(whole.top_retained(1)[0])
        del whole
        tracked = refcycle.snapshot()
        small = tracked.why_all(Visit)
        assert small.retained_size < 4000 < large.retained_size
        assert (small.tracked_only, large.tracked_only) == (True, False)
        said = "(bytes: tracked objects only)"
        assert str(small).splitlines()[0].endswith(said)
        assert said not in str(large)
        retained = re.compile(r" in \d+ tracked objects?>$")
        assert retained.search(repr(tracked.top_retained(1)[0]))
        assert not retained.search(largest)
        tracked.save(tmp_path / "heap.refcycle")
        loaded = refcycle.load(tmp_path / "heap.refcycle")
        assert loaded.why_all("Visit").tracked_only
        assert retained.search(repr(loaded.top_retained(1)[0]))
        # A graph of given objects has all that were given.
        part = ObjectGraph(THIS.KEPT)
        assert not part.why_all(Visit).tracked_only

    def test_no_untracked_objects_is_not_said_of_a_tracked_snapshot(self):
        text = str(refcycle.snapshot().why_all("str"))
        assert text.startswith("no objects of type str among the objects that the collector ")
        assert "untracked=True" in text
        whole = refcycle.snapshot(untracked=True)
        assert whole.why_all("str").count > 1000
        assert str(whole.why_all("NoSuchType")) == "no objects of type NoSuchType"


before_311 = pytest.mark.skipif(
    sys.version_info < (3, 11), reason="the dict of an instance is an object of the cycle"
)


class TestGarbage:
    @before_311
    def test_by_the_cycle_that_holds_it(self, tmp_path):
        for _ in range(3):
            child, parent = Child(), Parent()
            child.parent, parent.child = parent, child
            parent.visits = [Visit()]
        alone = Visit()
        alone.me = alone
        del child, parent, alone
        graph = refcycle.snapshot()
        pair = f"garbage cycle of {NAME}.Child, {NAME}.Parent"
        below = f"{pair}: {NAME}.Parent.visits -> list[*] -> {NAME}.Visit"
        own = f"garbage cycle of {NAME}.Visit: {NAME}.Visit"
        found = {group.signature: group for group in graph.why_all(Visit).groups}
        assert {name: group.count for name, group in found.items()} == {below: 3, own: 1}
        assert all(group.is_garbage and group.why.is_garbage for group in found.values())
        assert {len(group.why.cycle) for group in found.values()} == {1, 2}
        [children] = graph.why_all(Child).groups
        assert (children.signature, children.count) == (f"{pair}: {NAME}.Child", 3)
        graph.save(tmp_path / "heap.refcycle")
        loaded = refcycle.load(tmp_path / "heap.refcycle")
        saved = {group.signature: group.count for group in loaded.why_all("Visit").groups}
        assert saved == {below: 3, own: 1}

    @before_311
    def test_a_dict_of_an_instance_is_not_named(self):
        lost = Visit()
        lost.me = lost
        lost.__dict__["key"] = lost.__dict__  # since 3.11, it has a dict only now
        del lost
        [group] = refcycle.snapshot().why_all(Visit).groups
        assert group.signature == f"garbage cycle of {NAME}.Visit: {NAME}.Visit"

    def test_only_the_first_types_of_a_large_cycle_are_named(self):
        first = last = Visit()
        for number in range(6):
            last.next = type(f"Type{number}", (), {})()
            last = last.next
        last.next = first
        del first, last, number
        [group] = refcycle.snapshot().why_all(Visit).groups
        types = ", ".join(f"{NAME}.Type{number}" for number in range(4))
        assert group.signature == f"garbage cycle of {types}, ...: {NAME}.Visit"

    def test_what_is_alive_is_no_garbage(self):
        THIS.KEPT = Visit()
        THIS.KEPT.me = THIS.KEPT
        [group] = refcycle.snapshot().why_all(Visit).groups
        assert group.signature == f"module {NAME}.KEPT -> {NAME}.Visit"
        assert not group.is_garbage


class TestPart:
    def test_the_rest_of_the_snapshot_is_not_c_code(self):
        THIS.KEPT = {"a": [Visit()]}
        inner = THIS.KEPT["a"]
        graph = refcycle.snapshot()
        part = graph.descendants(inner)
        [group] = part.why_all(Visit).groups
        assert group.signature == f"outside this part: list[*] -> {NAME}.Visit"
        [chain] = group.why.chains
        assert chain.kind == "outside"
        assert "C code" not in str(part.why_all(Visit))
        assert {row.signature for row in part.signatures(inner)} == {group.signature}

    def test_c_code_is_said_of_a_whole_snapshot(self):
        held = iter([Visit()])
        kept = sys.intern("a new text for this test")
        signatures = {row.signature for row in refcycle.snapshot().signatures()}
        assert any(signature.startswith("C code: ") for signature in signatures)
        assert not any("outside this part" in signature for signature in signatures)
        assert held and kept


def asked_about(answers):
    graph = refcycle.snapshot()
    [held] = graph.find_by_typename("OfCall")
    answers.append(graph.why(held))


@pytest.mark.any_version
def test_a_variable_of_a_running_coroutine_is_one_chain():
    answers = []

    async def running():
        kept = OfCall()
        asked_about(answers)
        return kept

    async def main():
        await asyncio.ensure_future(running())

    asyncio.run(main())
    [why] = answers
    assert [chain.steps[-1].name for chain in why.chains] == ["kept"]
    assert not why.more


def test_variables_of_two_frames_are_two_chains():
    answers = []

    def inner(kept):
        asked_about(answers)
        return kept

    def outer():
        mine = OfCall()
        return inner(mine), mine

    outer()
    names = sorted(chain.steps[-1].name for chain in answers[0].chains)
    assert names == ["kept", "mine"]


class TestErrors:
    @pytest.mark.parametrize("limit", [0, -1, -100])
    def test_limits(self, limit):
        graph = refcycle.snapshot()
        visit = Visit()
        THIS.KEPT = visit
        message = f"limit must be at least 1, but is {limit}"
        for call in (
            lambda: graph.why_all("Visit", limit=limit),
            lambda: graph.why(THIS, limit=limit),
            lambda: refcycle.why(visit, limit=limit),
        ):
            with pytest.raises(ValueError, match=f"^{message}$"):
                call()
        with pytest.raises(ValueError, match="^n must not be negative, but is -1$"):
            graph.top_retained(-1)
        assert graph.top_retained(0) == []

    def test_what_cannot_be_asked_about(self):
        graph = refcycle.snapshot()
        with pytest.raises(TypeError) as caught:
            graph.why_all(5)
        assert str(caught.value) == (
            "target must be a class, the name of one, or a collection of objects of the graph, "
            "not int: for a single object, pass [obj]"
        )

    def test_a_class(self, tmp_path):
        class Derived(Visit):
            pass

        THIS.KEPT = [Visit(), Visit(), Derived()]
        graph = refcycle.snapshot(untracked=True)
        answer = graph.why_all(Visit)
        assert (answer.count, answer.type_name) == (2, f"{NAME}.Visit")
        nothing = graph.why_all(Parent)
        assert nothing.groups == () and nothing.retained_size == 0
        assert str(nothing) == f"no objects of type {NAME}.Parent"
        graph.save(tmp_path / "heap.refcycle")
        assert refcycle.load(tmp_path / "heap.refcycle").why_all(Visit).count == 2


@pytest.mark.any_version
def test_signatures_are_the_same_with_each_hash_seed():
    first = signature_seeds.first_run()
    assert first["part"] == ["outside this part: list[*] -> __main__.Held"]
    assert len(first["signatures"]) > 30
    for seed in range(10):
        assert signature_seeds.differences(signature_seeds.run(seed), first) == []
