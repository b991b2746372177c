"""What live objects refer to, without copies of very large containers."""

from __future__ import annotations

import collections
import gc
import types
from collections.abc import Iterator
from typing import Any

from refcycle._refcycle import annotated_references

__all__ = ["is_too_large", "referents", "variables"]

# The referents of a larger container are not listed: the list alone would take megabytes.
_MOST_ITEMS = 100_000
# `__len__` of these, so that none of a subclass is called.
_LENGTHS: tuple[tuple[type[Any], Any], ...] = (
    (tuple, tuple.__len__),
    (dict, dict.__len__),
    (list, list.__len__),
    (set, set.__len__),
    (frozenset, frozenset.__len__),
    (collections.deque, collections.deque.__len__),
)
# What a call has besides its variables.
OF_ALL_CALLS = {"f_back", "f_builtins", "f_code", "f_globals", "gi_code", "cr_code", "ag_code"}


def is_too_large(obj: Any) -> bool:
    """Return whether an object is a container with too many items to list them."""
    class_ = type(obj)
    for container, length_of in _LENGTHS:
        if issubclass(class_, container):
            length: int = length_of(obj)
            return length > _MOST_ITEMS
    return False


def referents(obj: Any) -> list[Any]:
    """Return what an object refers to, without the globals of a function.

    Empty for a container with more than 100,000 items.
    """
    if is_too_large(obj):
        return []
    found = gc.get_referents(obj)
    if type(obj) is types.FunctionType:
        names = obj.__globals__
        found = [held for held in found if held is not names]
    return found


def variables(frame: types.FrameType) -> Iterator[Any]:
    """Yield the values of the variables and of the stack of a call."""
    for held, names in annotated_references(frame).items():
        if not OF_ALL_CALLS.issuperset(map(str, names)):
            yield held
