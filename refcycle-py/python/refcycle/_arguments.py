"""Checks of arguments. An error names the argument, and is raised before any work."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any

__all__ = [
    "check_call",
    "check_flags",
    "check_number",
    "check_seconds",
    "index_of",
    "names_in",
    "wrong_type",
]

_COLLECTIONS = (list, tuple, set, frozenset)


def wrong_type(name: str, what: str, given: object) -> TypeError:
    """Return the error about an argument of another type.

    >>> wrong_type("limit", "an int", "x")
    TypeError('limit must be an int, not str')
    """
    return TypeError(f"{name} must be {what}, not {type(given).__name__}")


def check_call(name: str, given: Any, what: str = "callable") -> None:
    """Raise TypeError unless an argument can be called."""
    if not callable(given):
        raise wrong_type(name, what, given)


def check_flags(**flags: object) -> None:
    """Raise TypeError for an argument that is neither True nor False.

    For options that are only used later, when an error comes too late.
    """
    for name, given in flags.items():
        # Booleans of NumPy are such too.
        if type(given) is not bool and type(given).__name__ not in ("bool", "bool_"):
            raise wrong_type(name, "True or False", given)


def check_number(name: str, given: Any, *, or_none: bool = False) -> None:
    """Raise TypeError for an argument that is no number."""
    if given is None and or_none:
        return
    ty = type(given)
    if not (hasattr(ty, "__index__") or hasattr(ty, "__float__")):
        raise wrong_type(name, "a number or None" if or_none else "a number", given)


def check_seconds(name: str, given: Any) -> None:
    """Raise TypeError or ValueError for an argument that is no length of time."""
    check_number(name, given)
    if not given >= 0:
        raise ValueError(f"{name} is {given}: it must be 0 seconds or more")


def index_of(name: str, given: Any) -> int:
    """Return an argument as an int; TypeError if it is none."""
    if not hasattr(type(given), "__index__"):
        raise wrong_type(name, "an int", given)
    return operator.index(given)


def names_in(given: Iterable[str], name: str, what: str) -> frozenset[str]:
    """Return the names in an argument: a collection of them, or a single one.

    TypeError for anything else.

    >>> sorted(names_in(["list", "dict"], "ignore", "names of types"))
    ['dict', 'list']
    >>> sorted(names_in("list", "ignore", "names of types"))
    ['list']
    """
    if isinstance(given, str):
        return frozenset((given,))
    try:
        found: list[object] = list(given)
    except TypeError:
        found = [None]
    for each in found:
        if not isinstance(each, str):
            wrong = (
                repr(given) if type(given) in _COLLECTIONS else f"of type {type(given).__name__}"
            )
            raise TypeError(f"{name} is {wrong}: it must be a list of {what}, which are str")
    return frozenset(map(str, found))
