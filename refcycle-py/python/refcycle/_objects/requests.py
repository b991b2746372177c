"""The objects of requests to which their marks lead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from types import FrameType, ModuleType
from typing import TYPE_CHECKING, Any

from refcycle._objects.type_flags import (
    is_class,
    is_made_at_run_time,
    namespace_of,
    resolution_of,
)
from refcycle._refcycle import annotated_references, object_name

if TYPE_CHECKING:
    from refcycle._refcycle import ObjectGraph

__all__ = ["requests_of"]


def requests_of(graph: ObjectGraph, marks: Iterable[object]) -> list[object]:
    """Return what is kept of the request of each mark: its dict, or an object of a framework.

    This is an object that holds the dict in an attribute, as `Request.environ`, if nothing else
    holds the dict, so that both are freed together. An object that can be called, one that a
    module, a class or a running call holds itself, as in `app = Application()`, and one that holds
    several requests are not taken for a request. Without a dict, it is the mark itself.
    Computes the dominators of the graph.
    """
    dicts = _dicts_of(graph, marks)
    found = [_outermost(graph, each) for each in dicts]
    times = Counter(map(id, found))
    return [
        outermost if times[id(outermost)] == 1 else each
        for outermost, each in zip(found, dicts, strict=True)
    ]


def _dicts_of(graph: ObjectGraph, marks: Iterable[object]) -> list[object]:
    """Return the dict of each mark: of several copies, one that is held and retains most."""
    garbage = None
    found: list[object] = []
    for mark in marks:
        dicts = [holder for holder in graph.parents(mark) if type(holder) is dict]
        if len(dicts) > 1:
            garbage = graph.unreachable() if garbage is None else garbage
            dicts = [each for each in dicts if each not in garbage] or dicts
        found.append(max(dicts, key=graph.retained_size) if dicts else mark)
    return found


def _outermost(graph: ObjectGraph, obj: object) -> object:
    if type(obj) is dict:
        while (owner := _owner_of(graph, obj)) is not None:
            obj = owner
    return obj


def _owner_of(graph: ObjectGraph, obj: object) -> object | None:
    """Return the instance that holds an object in an attribute, if only it does."""
    owner = graph.immediate_dominator(obj)
    if type(owner) is dict:
        # The `__dict__` of an instance, or a dict of the program.
        obj, owner = owner, graph.immediate_dominator(owner)
        if "__dict__" not in _names(owner, obj):
            return None
    if object_name(owner).kind != "instance" or not is_made_at_run_time(type(owner)):
        return None
    if any("__call__" in namespace_of(base) for base in resolution_of(type(owner))):
        return None  # an application or a middleware
    is_attribute = any(name.isidentifier() for name in _names(owner, obj))
    return owner if is_attribute and not _is_of_the_program(graph, owner) else None


def _names(holder: object, obj: object) -> list[str]:
    return [] if holder is None else list(map(str, annotated_references(holder).get(obj, ())))


def _is_of_the_program(graph: ObjectGraph, obj: object) -> bool:
    """Return whether a module, a class or a call holds an object, itself or in its names."""
    return any(
        _has_namespace(holder)
        or type(holder) is FrameType
        or (type(holder) is dict and any(map(_has_namespace, graph.parents(holder))))
        for holder in graph.parents(obj)
    )


def _has_namespace(holder: Any) -> bool:
    return is_class(type(holder)) or issubclass(type(holder), ModuleType)
