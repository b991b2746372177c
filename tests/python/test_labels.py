"""The name of each kind of reference."""

import asyncio
import ctypes
import gc
from collections import Counter

import helpers.private_kinds  # noqa: F401
import pytest
from helpers.kinds import LABELLED, UNLABELLED

from refcycle import ObjectGraph
from refcycle.annotations import annotated_references
from refcycle.key_transform_dict import KeyTransformDict


def edge_labels(holder, target):
    """The labels of the edges between two objects in a graph of both."""
    edges = ObjectGraph([holder, target]).annotated().edges
    return [e.annotation for e in edges if (e.tail, e.head) == (id(holder), id(target))]


def reference_count(holder, target):
    return sum(referent is target for referent in gc.get_referents(holder))


@pytest.mark.parametrize("kind", LABELLED)
def test_a_reference_has_its_name(kind):
    holder, target, *labels = LABELLED[kind]()
    assert annotated_references(holder)[target] == labels


@pytest.mark.parametrize("kind", LABELLED)
def test_an_edge_has_the_name_of_its_reference(kind):
    holder, target, *labels = LABELLED[kind]()
    count = reference_count(holder, target)
    found = edge_labels(holder, target)
    assert len(found) >= count
    assert found == labels[: len(found)]


def places(holder, target):
    """The labels of the fields of a struct that are the address of an object."""
    count = type(holder).__basicsize__ // 8
    words = (ctypes.c_uint64 * count).from_address(id(holder))
    return {f"field at byte {8 * n}" for n, word in enumerate(words) if word == id(target)}


@pytest.mark.parametrize("kind", UNLABELLED)
def test_where_no_name_is_known_none_is_invented(kind):
    holder, target, *right = UNLABELLED[kind]()
    right += places(holder, target)
    found = edge_labels(holder, target)
    assert len(found) == reference_count(holder, target) > 0
    assert set(found) <= {None, *right}
    assert set(annotated_references(holder).get(target, [])) <= set(right)


def test_attributes_of_a_set_are_not_elements():
    class Derived(set):
        pass

    holder = Derived()
    holder.value = target = frozenset([1])
    assert "element" not in annotated_references(holder)[target]
    holder.add(target)
    assert "element" in annotated_references(holder)[target]


def test_there_are_many_kinds():
    assert len(LABELLED) >= 150


def test_what_a_task_waits_for():
    async def waiting(future):
        await future

    async def main():
        target = asyncio.get_running_loop().create_future()
        holder = asyncio.ensure_future(waiting(target))
        await asyncio.sleep(0)
        labels = edge_labels(holder, target), edge_labels(holder, holder.get_coro())
        target.cancel()
        return labels

    assert asyncio.run(main()) == (["_fut_waiter"], ["_coro"])


def test_annotated_references_is_a_mapping_by_identity():
    inner = []
    found = annotated_references([inner, inner, {}])
    assert type(found) is KeyTransformDict
    assert found[inner] == ["item[0]", "item[1]"]
    assert found[list] == ["__class__"]
    assert [] not in found and len(found) == 3
    assert found[[]] == []


def test_annotated_references_of_what_has_none():
    assert list(annotated_references(5).items()) == [(int, ["__class__"])]
    assert list(annotated_references(None).items()) == [(type(None), ["__class__"])]


def test_names_are_text_of_their_own():
    for labels in annotated_references({"a": [], ("b", 1): {}}).values():
        assert type(labels) is list and all(type(label) is str for label in labels)


def test_keys_are_cut_when_they_are_long():
    for key in (
        "x" * 10**6,
        b"x" * 10**6,
        tuple(range(10**5)),
        ("y" * 10**5,) * 3,
        (((((((),),),),),),),
    ):
        target = []
        (label,) = annotated_references({key: target})[target]
        assert label.startswith("value[") and label.endswith("]")
        assert len(label) < 300


def test_a_cut_key_shows_its_beginning():
    target = []
    (label,) = annotated_references({"abc" + "x" * 1000: target})[target]
    assert label.startswith("value['abcxxx") and "..." in label


def test_huge_integer_keys_are_not_written_out():
    target = []
    (label,) = annotated_references({10**100_000: target})[target]
    assert len(label) < 100 and label.startswith("value[") and "int" in label


def test_integer_keys_of_some_size_are_written_out():
    target = []
    assert annotated_references({-(2**100): target})[target] == [f"value[{-(2**100)}]"]


def test_keys_with_lone_surrogates_can_be_written_as_json():
    target = []
    holder = {"a\udc80": target}
    assert annotated_references(holder)[target] == ["value['a\\udc80']"]
    assert "value['a\\\\udc80']" in ObjectGraph([holder, target]).to_json()


def test_attributes_with_lone_surrogates_can_be_written():
    class Plain:
        pass

    holder = Plain()
    setattr(holder, "a\udc80", target := [])
    graph = ObjectGraph([holder, target])
    assert "digraph" in graph.to_dot() and '"vertices"' in graph.to_json()


def test_parallel_references_have_a_name_each():
    holder, target = [], []
    holder.extend([target] * 1000)
    assert Counter(edge_labels(holder, target)) == Counter(f"item[{n}]" for n in range(1000))


def test_instances_with_many_attributes():
    class Plain:
        pass

    for count in (1, 5, 29, 30, 31, 40, 200):
        holder = Plain()
        targets = [[] for _ in range(count)]
        for number, target in enumerate(targets):
            setattr(holder, f"name{number}", target)
        edges = ObjectGraph([holder, *targets]).annotated().edges
        heads = {id(target): f"name{number}" for number, target in enumerate(targets)}
        assert all(edge.annotation == heads[edge.head] for edge in edges)
        if any(obj is targets[0] for obj in gc.get_referents(holder)):
            assert len(edges) == count


def test_attributes_follow_what_is_done_to_an_instance():
    class Plain:
        pass

    class Other:
        pass

    first = Plain()
    for name in "abcdef":
        setattr(first, name, [name])
    second = Plain()
    for name in "fedcba":
        setattr(second, name, [name, 2])
    third = Plain()
    third.b, third.z = ["b", 3], ["z", 3]
    del first.c
    first.c = ["c", 4]
    del second.a
    second.__class__ = Other
    second.g = ["g"]
    for holder in (first, second, third):
        values = {name: getattr(holder, name) for name in "abcdefgz" if hasattr(holder, name)}
        assert values
        graph = ObjectGraph([holder, *values.values()])
        for edge in graph.annotated().edges:
            target = graph.head(edge.id)
            assert values[edge.annotation] is target
    assert sorted(vars(third)) == ["b", "z"]
    assert annotated_references(third)[third.__dict__] == ["__dict__"]
