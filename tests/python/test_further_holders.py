"""What else holds the objects of a group of `why_all`: `HolderGroup.also_held_by`."""

import collections
import functools
import gc
import random
import sys
import weakref

import pytest

import refcycle
from refcycle.holder_groups import FurtherHolder, HolderGroup

THIS = sys.modules[__name__]
NAME = __name__


class Visit:
    def __init__(self):
        self.data = [self.__class__.__name__]


class Basket:
    def __init__(self):
        self.visits = [Visit() for _ in range(3)]


class Link:
    pass


@pytest.fixture(autouse=True)
def empty():
    gc.collect()
    yield
    for name in [name for name in vars(THIS) if name.startswith("KEPT")]:
        delattr(THIS, name)


def keep(**containers):
    for name, container in containers.items():
        setattr(THIS, f"KEPT_{name}", container)


def in_list(name, end=f"{NAME}.Visit"):
    return f"module {NAME}.KEPT_{name} -> list[*] -> {end}"


def in_dict(name, end=f"{NAME}.Visit"):
    return f"module {NAME}.KEPT_{name} -> dict[*] -> {end}"


def groups(what="Visit", **options):
    """The groups, each with its signature, its count, and what else holds it."""
    found = refcycle.snapshot().why_all(what, **options).groups
    return [(one.signature, one.count, rows(one)) for one in found]


def rows(group):
    held = group.also_held_by
    return None if held is None else [tuple(row) for row in held]


class TestHeldTwice:
    def test_all(self):
        visits = [Visit() for _ in range(50)]
        keep(a=visits, b=dict(enumerate(visits)))
        del visits
        assert groups() == [(in_list("a"), 50, [(in_dict("b"), 50)])]

    def test_some(self):
        visits = [Visit() for _ in range(50)]
        keep(a=visits, b=visits[:20])
        del visits
        assert groups() == [(in_list("a"), 50, [(in_list("b"), 20)])]

    def test_a_single_object(self):
        visit = Visit()
        keep(a=[visit], b={1: visit})
        del visit
        assert groups() == [(in_list("a"), 1, [(in_dict("b"), 1)])]

    def test_what_the_held_objects_hold(self):
        visits = [Visit() for _ in range(9)]
        keep(a=visits, b=dict(enumerate(visits)))
        del visits
        found = groups(visit.data for visit in THIS.KEPT_a)
        end = f"{NAME}.Visit.data -> list"
        assert found == [(in_list("a", end), 9, [(in_dict("b", end), 9)])]

    def test_above_a_container_of_each(self):
        baskets = [Basket() for _ in range(4)]
        keep(a=baskets, b=dict(enumerate(baskets)))
        del baskets
        end = f"{NAME}.Basket.visits -> list[*] -> {NAME}.Visit"
        assert groups() == [(in_list("a", end), 12, [(in_dict("b", end), 12)])]

    def test_in_the_same_object(self):
        basket = Basket()
        basket.by_number = dict(enumerate(basket.visits))
        keep(a=basket)
        del basket
        start = f"module {NAME}.KEPT_a -> {NAME}.Basket"
        by_number = f"{start}.by_number -> dict[*] -> {NAME}.Visit"
        assert groups() == [(by_number, 3, [(f"{start}.visits -> list[*] -> {NAME}.Visit", 3)])]

    def test_by_objects_of_another_group(self):
        first, second = [Visit() for _ in range(5)], [Visit() for _ in range(3)]
        for one, other in zip(first, second, strict=False):
            other.peer = one
        keep(a=first, b=dict(enumerate(second)))
        del first, second, one, other
        held = (in_dict("b", f"{NAME}.Visit.peer -> {NAME}.Visit"), 3)
        assert groups() == [(in_list("a"), 5, [held]), (in_dict("b"), 3, [])]

    def test_random_containers(self):
        choose = random.Random(14)
        for _ in range(20):
            containers = {name: [] for name in "abcd"}
            for _ in range(choose.randrange(1, 40)):
                visit = Visit()
                for name in choose.sample("abcd", choose.randrange(1, 5)):
                    containers[name].append(visit)
            del visit
            # Each object counts in the first container that has it.
            seen, expected = set(), {}
            for name, container in containers.items():
                group = {id(visit) for visit in container} - seen
                seen |= group
                others = {
                    in_list(other): len(group & {id(visit) for visit in container})
                    for other, container in containers.items()
                    if other != name
                }
                if group:
                    counts = sorted((-count, other) for other, count in others.items() if count)
                    further = [(other, -negative) for negative, other in counts]
                    expected[in_list(name)] = (len(group), further)
            keep(**containers)
            del container, containers
            found = {signature: (count, further) for signature, count, further in groups()}
            assert found == expected

    def test_from_a_file(self, tmp_path):
        visits = [Visit() for _ in range(5)]
        keep(a=visits, b=dict(enumerate(visits[:2])), c={"visits": Basket()})
        del visits
        graph = refcycle.snapshot()
        graph.save(tmp_path / "heap")
        live = graph.why_all("Visit")
        saved = refcycle.load(tmp_path / "heap").why_all("Visit")
        assert [one.also_held_by for one in live.groups] == [
            one.also_held_by for one in saved.groups
        ]
        held = {one.count: one.also_held_by for one in live.groups}
        assert held == {5: (FurtherHolder(in_dict("b"), 2),), 3: ()}


class TestHeldOnce:
    def test_a_single_container(self):
        keep(a=[Visit() for _ in range(5)])
        assert groups() == [(in_list("a"), 5, [])]

    def test_references_back(self):
        visits = [Visit() for _ in range(5)]
        for visit in visits:
            visit.part = Link()
            visit.part.owner = visit
        keep(a=visits)
        del visit, visits
        assert groups() == [(in_list("a"), 5, [])]
        [(_, count, further)] = groups("Link")
        assert (count, further) == (5, [])

    def test_references_within_the_group(self):
        visits = [Visit() for _ in range(5)]
        for one, other in zip(visits, visits[1:], strict=False):
            one.later, other.earlier = other, one
        keep(a=visits)
        del visits, one, other
        assert groups() == [(in_list("a"), 5, [])]

    def test_a_container_with_two_names(self):
        visits = [Visit() for _ in range(5)]
        keep(a=visits, b={"visits": visits})
        del visits
        # Removing the objects from it frees them.
        assert groups() == [(in_list("a"), 5, [])]

    @pytest.mark.parametrize("maxsize", [None, 100])
    def test_a_cache_with_two_parts(self, maxsize):
        @functools.lru_cache(maxsize=maxsize)
        def visit(_number):
            return Visit()

        for number in range(5):
            visit(number)
        keep(cache=visit)
        del visit
        assert [(count, further) for _, count, further in groups()] == [(5, [])]

    @pytest.mark.parametrize("make", [collections.OrderedDict, collections.deque, set, tuple])
    def test_containers_of_other_types(self, make):
        keep(a=make([(Visit(), 1), (Visit(), 2)]))
        assert [further for _, _, further in groups()] == [[]]

    def test_weak_references(self):
        visits = [Visit() for _ in range(5)]
        keep(a=visits, b=weakref.WeakSet(visits), c=weakref.WeakValueDictionary(enumerate(visits)))
        del visits
        assert groups() == [(in_list("a"), 5, [])]

    def test_garbage(self):
        gc.disable()
        try:
            visit = Visit()
            visit.me = visit
            del visit
            [(_, count, further)] = groups()
        finally:
            gc.enable()
        assert (count, further) == (1, [])


def test_only_the_first_groups_with_a_chain_are_examined():
    visits = [Visit() for _ in range(12)]
    keep(**{f"name_{number:02}": visit for number, visit in enumerate(visits)})
    del visits
    assert [further for _, _, further in groups(limit=12)] == [[]] * 10 + [None] * 2
    assert [further for _, _, further in groups(limit=2)] == [[]] * 2 + [None] * 10


def test_the_texts():
    visits = [Visit() for _ in range(1200)]
    keep(a=visits, b=dict(enumerate(visits)), c=visits[:1100], d=visits[:1])
    del visits
    answer = refcycle.snapshot().why_all("Visit")
    lines = [
        f"all 1,200 are also held by {in_dict('b')}",
        f"1,100 of the 1,200 are also held by {in_list('c')}",
        "and 1 more chain holds some of them",
    ]
    assert str(answer).splitlines()[-3:] == [f"  {line}" for line in lines]
    for line in lines:
        assert line.replace("->", "-&gt;") in answer._repr_mimebundle_()["text/html"]


def test_the_words_about_many_chains():
    rows = tuple(FurtherHolder(f"chain {number}", 1) for number in range(5))
    group = HolderGroup("chain", 1, 0, 0, None, None, also_held_by=rows)
    assert group.lines_on_further_holders == [
        "it is also held by chain 0",
        "it is also held by chain 1",
        "it is also held by chain 2",
        "and 2 more chains hold some of them",
    ]
    few = group._replace(count=1000, also_held_by=rows[:2])
    assert few.lines_on_further_holders == ["2 chains also hold a few of them"]
    one = few._replace(count=100, also_held_by=rows[:1])
    assert one.lines_on_further_holders == ["1 of the 100 is also held by chain 0"]
    assert group._replace(also_held_by=None).lines_on_further_holders == []


def test_an_object_in_several_containers_counts_once():
    visits = [Visit() for _ in range(20)]
    keep(own=visits, caches={name: list(visits) for name in "xyz"})
    del visits
    [(signature, count, others)] = groups()
    assert count == 20 and others
    assert all(number <= count for _, number in others), (signature, others)
