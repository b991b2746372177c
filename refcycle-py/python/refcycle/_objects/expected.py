"""Weak references to objects that should be freed. No code of the objects runs."""

from __future__ import annotations

import weakref
from typing import Any

from refcycle._objects.type_flags import can_have_weak_slot
from refcycle._refcycle import object_name
from refcycle._text.escapes import escaped

__all__ = ["Expected", "ExpectedMark", "no_weak_references", "type_name_of"]


class Expected(weakref.ref[Any]):
    """A weak reference to an object that should be freed, with the time when it should be."""

    __slots__ = ("deadline", "note")

    deadline: float
    note: str

    # Those of a weak reference call the methods of the object.
    __hash__ = object.__hash__
    __eq__ = object.__eq__


class ExpectedMark(Expected):
    """A weak reference to the mark of a request: what is reported is the request."""

    __slots__ = ()


def type_name_of(obj: object) -> str:
    """Return the type of an object, with its module."""
    return object_name(obj).type_name or str(object_name(type(obj)).name)


def no_weak_references(obj: object) -> str:
    """Return the error for an object that cannot have weak references."""
    name = escaped(type_name_of(obj))
    if can_have_weak_slot(type(obj)):
        return (
            f"an object of type {name} cannot have weak references: add '__weakref__' to the "
            f"__slots__ of {name}, or pass an object that refers to it"
        )
    return (
        f"an object of type {name} cannot have weak references, because {name} has no "
        "__weakref__: pass an object that refers to it"
    )
