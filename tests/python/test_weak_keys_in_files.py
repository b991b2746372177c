"""Values of a `WeakKeyDictionary` that hold their keys have a fix in files too."""

import gc
import sys
import types
import weakref

import pytest

import refcycle

pytestmark = pytest.mark.any_version

THIS = sys.modules[__name__]
NAME = "value of a WeakKeyDictionary that holds its key"


class Key:
    pass


class Value:
    pass


def caller(key):
    return lambda: key


@pytest.fixture
def remedies(tmp_path):
    """Return what `why` recognises in a file of the table and what it leads to."""

    def of(table, type_name):
        THIS.TABLE = table
        gc.collect()
        path = tmp_path / "heap.refcycle"
        refcycle.snapshot().save(path)
        found = []
        for graph in refcycle.snapshot(), refcycle.load(path):
            [target] = graph.find_by_typename(type_name)
            found.append(graph.why(target).remedies)
        assert found[0] == found[1]
        return found[1]

    yield of
    THIS.TABLE = None


def test_a_value_that_names_its_key(remedies):
    key, value = Key(), Value()
    value.key = key
    table = weakref.WeakKeyDictionary({key: value})
    del key, value
    [remedy] = remedies(table, "Key")
    assert remedy.name == NAME
    assert remedy.advice.endswith("let `.key` be a weakref.ref of the key")
    [remedy] = remedies(table, "Value")
    assert remedy.name == NAME


def test_a_value_that_leads_to_its_key_through_a_function(remedies):
    key, value = Key(), Value()
    value.parts = [types.SimpleNamespace(call=caller(key))]
    table = weakref.WeakKeyDictionary({key: value})
    del key, value
    [remedy] = remedies(table, "Value")
    assert remedy.name == NAME


def test_the_key_of_another_value(remedies):
    """The value leads to a key, but not to that of its own entry."""
    key, other, value = Key(), Value(), types.SimpleNamespace()
    THIS.KEPT = [other]
    value.other = key
    table = weakref.WeakKeyDictionary({other: value})
    del key, other, value
    assert NAME not in [remedy.name for remedy in remedies(table, "Key")]
    THIS.KEPT = None


def test_a_value_that_leads_to_its_key_only_through_a_module(remedies):
    key, value = Key(), Value()
    THIS.KEPT = [key]
    value.call = test_a_value_that_names_its_key  # its globals have the key
    value.module, value.kind = THIS, Key
    table = weakref.WeakKeyDictionary({key: value})
    del key, value
    assert NAME not in [remedy.name for remedy in remedies(table, "Value")]
    THIS.KEPT = None


def test_other_objects_have_no_such_keys(tmp_path):
    path = tmp_path / "heap.refcycle"
    refcycle.ObjectGraph([{}, []]).save(path)
    one, other = refcycle.load(path)
    assert one._weak_keys_held_by(other) == one._weak_keys_held_by(one) == []
