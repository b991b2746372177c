"""Names of references that occur many times in a file: each is that of its own place.

A name after a text is made once and used again, so texts are put into several places here.
"""

import collections
import types

import pytest

import refcycle
from refcycle import ObjectGraph

pytestmark = pytest.mark.any_version

# The same text in different forms and widths, texts that could be mixed up, and a long one.
TEXTS = ["name", "größe", "日本", "", "a b", "user@example.com", "k" * 150, "k" * 90]


class Text(str):
    __slots__ = ()


class Slots:
    __slots__ = ("größe", "name")


class Holder:
    pass


def targets(count):
    return [[number] for number in range(count)]


def dict_of(keys):
    return dict(zip(keys, targets(len(keys)), strict=True))


def instance_of(names):
    made = Holder()
    for name, target in zip(names, targets(len(names)), strict=True):
        setattr(made, name, target)
    return made


def slots():
    made = Slots()
    made.größe, made.name = targets(2)
    return made


def owners():
    """Return objects with references after equal texts."""
    keys = [*TEXTS, b"name", Text("size"), 3, -3, 2.5, None, True, ("name", 1), (), Holder]
    return [
        dict_of(keys),
        dict_of(keys[::-1]),
        dict_of([Text("name"), "größe"]),
        dict_of([b"name", b"k" * 4]),
        collections.OrderedDict(dict_of(TEXTS)),
        types.SimpleNamespace(name=[1], größe=[2]),
        instance_of(["name", "größe", "other"]),
        instance_of(["other", "größe", "name"]),
        instance_of(["name", "not a name", "user@example.com"]),
        slots(),
        targets(20),
        tuple(targets(20)),
    ]


def with_referents(owner):
    """Return an object, and what it holds."""
    if isinstance(owner, Slots):
        return [owner, owner.größe, owner.name]
    if isinstance(owner, (Holder, types.SimpleNamespace)):
        return [owner, vars(owner), *vars(owner).values()]
    return [owner, *(owner.values() if isinstance(owner, dict) else owner)]


def graph_of(owners):
    objects = {id(obj): obj for owner in owners for obj in with_referents(owner)}
    return ObjectGraph(list(objects.values()))


def names(graph):
    """Return the references by name, as the addresses of their ends."""
    return {(edge.tail, edge.head, edge.annotation) for edge in graph.annotated().edges}


def saved(graph, path, **keywords):
    graph.save(path, **keywords)
    return names(refcycle.load(path))


def test_a_name_is_that_of_its_own_place(tmp_path):
    graph = graph_of(owners())
    found = saved(graph, tmp_path / "heap", redact=False)
    assert found == names(graph)
    labels = [name for _, _, name in found]
    assert labels.count("value['größe']") >= 4
    assert "größe" in labels


def test_a_hidden_name_is_that_of_its_own_place(tmp_path):
    """In a redacted file, the key of a namespace is shown where an equal key of data is hidden."""
    made = owners()
    found = saved(graph_of(made), tmp_path / "all")
    alone = [saved(graph_of([owner]), tmp_path / "one") for owner in made]
    assert found == set().union(*alone)
    labels = [name for _, _, name in found]
    assert "value[str (4 characters)]" in labels
    assert "value['größe']" in labels
    assert not any("user@" in label or "k" * 90 in label for label in labels)
