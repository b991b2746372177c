"""The Python code that compiled code calls is registered in one place."""

import importlib

import pytest

import refcycle
from refcycle import ObjectGraph, _provided, _refcycle

pytestmark = pytest.mark.any_version


@pytest.fixture
def places():
    yield dict(_provided.PLACES)
    _refcycle._register(_provided.PLACES)


@pytest.mark.parametrize("name", _provided.PLACES)
def test_each_place_exists(name):
    module, attribute = _provided.PLACES[name]
    assert callable(getattr(importlib.import_module(module), attribute))


@pytest.mark.parametrize("name", _provided.PLACES)
def test_each_place_is_needed(places, name):
    del places[name]
    with pytest.raises(ValueError, match=f'no place for "{name}"'):
        _refcycle._register(places)
    assert isinstance(refcycle.why([]), importlib.import_module("refcycle.liveness").Why)


def test_an_unknown_place_is_rejected(places):
    with pytest.raises(ValueError, match="unknown names: the known ones are answer, cut, cycles"):
        _refcycle._register({**places, "colour": ("refcycle", "red")})


def test_the_registered_place_is_called(places):
    _refcycle._register({**places, "cycles": ("operator", "is_not")})
    assert ObjectGraph([[], []]).cycles() is True
