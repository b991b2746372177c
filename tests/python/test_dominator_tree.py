"""The dominator tree as a value and as a text."""

import doctest

import pytest

import refcycle
from refcycle import ObjectGraph, dominator_tree
from refcycle._text.numbers import size_text


class Pool:
    # Otherwise, it depends on the version whether a dict is between it and the objects that it
    # holds.
    __slots__ = ("free",)

    def __init__(self):
        self.free = [bytearray(50_000), bytearray(30_000), bytearray(10)]


@pytest.fixture
def pool():
    return Pool()


def tree_of(pool):
    # Before anything else holds the objects in the pool.
    heap = refcycle.snapshot(untracked=True)
    return heap.full_subgraph([pool, pool.free, *pool.free]).dominator_tree()


def test_it_has_what_is_above_and_below(pool):
    tree = tree_of(pool)
    assert type(tree) is refcycle.DominatorTree
    assert tree.immediate_dominator(pool) is None
    assert tree.immediate_dominator(pool.free) is pool
    # The test's own names hold the pool, but none of its objects.
    [top] = tree.children()
    assert (top.vertex, top.retained_count) == (pool, 5)
    assert [found.vertex for found in tree.children(pool.free)] == pool.free
    assert set(map(id, tree.subtree(pool.free))) == set(map(id, [pool.free, *pool.free]))
    assert tree.retained_size(pool) == sum(tree.graph.shallow_sizes())
    with pytest.raises(KeyError):
        tree.children(None)


def test_as_a_text_it_has_what_retains_most(pool):
    tree = tree_of(pool)
    first, *lines = tree.to_text(ascii=True).splitlines()
    total = sum(tree.graph.shallow_sizes())
    assert first == f"{size_text(total)} in 5 objects"
    # The smallest is less than a hundredth.
    assert [line.split("  ", 1)[1].strip() for line in lines] == [
        f"`- object {__name__}.Pool, 5 objects",
        f"`- list (3 items), .free of object {__name__}.Pool, 4 objects",
        f"|- object builtins.bytearray, .free[0] of object {__name__}.Pool, 1 object",
        f"`- object builtins.bytearray, .free[1] of object {__name__}.Pool, 1 object",
    ]
    assert lines[0].startswith(f"{size_text(total)}  `- ")
    assert str(tree).splitlines()[1] == f"{size_text(total)}  └─ object {__name__}.Pool, 5 objects"
    assert len(tree.to_text(depth=2).splitlines()) == 3
    assert len(tree.to_text(children=1).splitlines()) == 4


def test_bad_numbers_and_an_empty_graph(pool):
    with pytest.raises(ValueError, match="depth must be at least 1, but is 0"):
        tree_of(pool).to_text(depth=0)
    empty = ObjectGraph().dominator_tree()
    assert (empty.children(), str(empty)) == ([], "0 bytes in 0 objects")
    assert repr(empty) == "<DominatorTree of 0 objects>"


def test_the_examples_are_right():
    assert doctest.testmod(dominator_tree) == (0, 6)
