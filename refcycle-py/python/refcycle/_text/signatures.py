"""Signatures that a caller allows."""

from __future__ import annotations

from collections.abc import Iterable

from refcycle._arguments import names_in

__all__ = ["allowed_signatures"]


def allowed_signatures(allow: Iterable[str], name: str = "allow") -> frozenset[str]:
    """Return the signatures in an argument: a collection of them, or a single one.

    TypeError for anything else.

    >>> sorted(allowed_signatures(["list[*]", "dict[*]"])), sorted(allowed_signatures("list[*]"))
    (['dict[*]', 'list[*]'], ['list[*]'])
    """
    return names_in(allow, name, "signatures")
