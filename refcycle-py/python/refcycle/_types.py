"""What is known of the types of objects, be they alive or in a file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard

from refcycle import type_flags
from refcycle._refcycle import LoadedGraph, SavedObject

if TYPE_CHECKING:
    from refcycle._refcycle import ObjectGraph

__all__ = [
    "Facts",
    "Type",
    "Types",
    "facts_of",
    "id_of",
    "is_class",
    "is_dict",
    "is_graph_of_file",
]

# It asks no metaclass.
_name_of = type.__dict__["__name__"].__get__


class Facts(NamedTuple):
    """What is known of a type."""

    is_made_at_run_time: bool
    """Whether it is no static type of CPython's."""
    has_weak_references: bool
    """Whether its instances can be referred to weakly."""
    is_tuple: bool
    is_exception: bool
    is_class: bool

    def flags(self) -> str:
        """Return the facts as letters, for a file.

        >>> facts_of(StopIteration).flags()
        'e'
        """
        marks = zip("hwtec", self, strict=True)
        return "".join(letter if fact else "" for letter, fact in marks)


def facts_of(class_: type[Any]) -> Facts:
    """Return what is known of a class. No code of its metaclass runs."""
    return Facts(
        type_flags.is_made_at_run_time(class_),
        type_flags.can_be_referred_to_weakly(class_),
        type_flags.is_tuple(class_),
        type_flags.is_exception(class_),
        type_flags.is_class(class_),
    )


def facts_in_file(flags: str) -> Facts:
    """Return the facts that `Facts.flags` wrote."""
    return Facts(*(letter in flags for letter in "hwtec"))


class Type(NamedTuple):
    """The type of an object."""

    key: int | str
    """Equal for objects of one type, and for no others."""
    name: str
    """With its module, but for builtins."""
    facts: Facts

    def is_builtin(self, *names: str) -> bool:
        """Return whether it is one of these types of CPython's."""
        return self.name in names and not self.facts.is_made_at_run_time


class Types:
    """The types of the objects of a graph, each looked at once."""

    def __init__(self, graph: ObjectGraph) -> None:
        self._known: dict[int | str, Type] = {}
        self._saved: dict[str, str] | None = None
        if is_graph_of_file(graph):
            self._saved = json.loads(graph.metadata.get("types", "{}"))

    def of(self, obj: object) -> Type:
        """Return the type of an object. No code of it runs."""
        class_ = type(obj)
        if self._saved is not None and type(obj) is SavedObject:
            return self._of_saved(obj.type_name, self._saved)
        # By its id: a metaclass can have an `__eq__` and a `__hash__`.
        found = self._known.get(id(class_))
        if found is None:
            found = Type(id(class_), _name_of(class_), facts_of(class_))
            self._known[id(class_)] = found
        return found

    def _of_saved(self, name: str, flags: dict[str, str]) -> Type:
        found = self._known.get(name)
        if found is None:
            found = Type(name, name, facts_in_file(flags.get(name, "")))
            self._known[name] = found
        return found


def is_dict(obj: object) -> bool:
    """Return whether an object is, or was when it was saved, exactly a dict."""
    return type(obj) is dict or (type(obj) is SavedObject and obj.type_name == "dict")


def is_class(obj: object) -> bool:
    """Return whether an object is, or was when it was saved, exactly of the type `type`."""
    return type(obj) is type or (type(obj) is SavedObject and obj.type_name == "type")


def is_graph_of_file(graph: object) -> TypeGuard[LoadedGraph]:
    """Return whether the objects of a graph are known from a file."""
    # Not isinstance: that asks the object for its `__class__`.
    return issubclass(type(graph), LoadedGraph)


def id_of(obj: object) -> int:
    """Return the address of an object, of one of a file that which it had."""
    return obj.address if type(obj) is SavedObject else id(obj)
