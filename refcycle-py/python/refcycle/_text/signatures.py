"""Signatures that a caller allows."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["allowed_signatures"]


def allowed_signatures(allow: Iterable[str], name: str = "allow") -> frozenset[str]:
    """Return the signatures in an argument: a collection of them, or a single one.

    TypeError for anything else.

    >>> sorted(allowed_signatures(["list[*]", "dict[*]"])), sorted(allowed_signatures("list[*]"))
    (['dict[*]', 'list[*]'], ['list[*]'])
    """
    if isinstance(allow, str):
        return frozenset((allow,))
    try:
        found: list[object] = list(allow)
    except TypeError:
        found = [None]
    for each in found:
        if not isinstance(each, str):
            is_shown = type(allow) in (list, tuple, set, frozenset)
            wrong = repr(allow) if is_shown else f"of type {type(allow).__name__}"
            raise TypeError(f"{name} is {wrong}: it must be a list of signatures, which are str")
    return frozenset(map(str, found))
