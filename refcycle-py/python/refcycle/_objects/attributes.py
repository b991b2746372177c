"""Attributes, also those that an object stores in its `__dict__`.

A chain or a cycle shows an object, its `__dict__` and an entry of it as one attribute.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from refcycle._refcycle import ReferenceName

__all__ = ["entry_name", "is_attribute", "is_to_namespace", "without_namespaces"]


def is_attribute(reference: ReferenceName | None, name: str) -> bool:
    """Return whether a reference is the attribute of this name."""
    return reference is not None and reference.kind == "attribute" and reference.name == name


def is_to_namespace(reference: ReferenceName | None, *, is_dict: bool) -> bool:
    """Return whether a reference leads to the `__dict__` of its holder.

    `is_dict` says whether the object to which it leads is exactly a dict.
    """
    return is_dict and is_attribute(reference, "__dict__")


def entry_name(reference: ReferenceName | None) -> str | None:
    """Return the name of the attribute that an entry of a `__dict__` represents.

    None if the key cannot be the name of an attribute, or is unknown.
    """
    return None if reference is None else reference.key


def without_namespaces(
    count: int, is_namespace: Callable[[int], bool]
) -> Iterator[tuple[int, bool]]:
    """Yield the places of the objects of a chain, without any `__dict__` between two objects.

    Each comes with whether the previous object is such a `__dict__`, so that the reference is its
    entry.
    The first and the last object are never left out.
    """
    is_entry = False
    for place in range(count):
        if 0 < place < count - 1 and is_namespace(place):
            is_entry = True
        else:
            yield place, is_entry
            is_entry = False
