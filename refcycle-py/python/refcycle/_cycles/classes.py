"""Cycles that every class has: with the tuple of its bases, its descriptors and its functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from refcycle._objects.types import Type, Types
    from refcycle._refcycle import ObjectGraph

__all__ = ["OF_CLASS_BODIES", "OF_STRUCTURE", "is_of_classes", "is_part"]

OF_STRUCTURE = {"__mro__", "__objclass__"}
"""The attributes of classes and descriptors that close these cycles."""

OF_CLASS_BODIES = {"__annotate_func__", "__classdictcell__"}
"""The names by which the body of a class holds what the class is made from."""

_OF_NAMESPACES = {"__module__", "__qualname__"}
_PARTS = {
    "builtin_function_or_method",
    "cell",
    "classmethod",
    "classmethod_descriptor",
    "code",
    "dict",
    "function",
    "functools._lru_cache_wrapper",
    "functools.cached_property",
    "functools.partial",
    "functools.partialmethod",
    "getset_descriptor",
    "list",
    "mappingproxy",
    "member_descriptor",
    "method",
    "method_descriptor",
    "property",
    "staticmethod",
    "tuple",
    "wrapper_descriptor",
}


def is_of_classes(component: ObjectGraph, types: Types) -> bool:
    """Return whether a component consists only of classes and of objects that belong to classes.

    The namespace in which Python ran the body of a class counts as the class.
    """
    found = set()
    for obj in component:
        type_ = types.of(obj)
        if not is_part(type_):
            return False
        found.add("class" if type_.facts.is_class else type_.known)
    return "class" in found or (found >= {"cell", "dict"} and _has_body(component))


def _has_body(component: ObjectGraph) -> bool:
    if any(type(obj) is dict and obj.keys() >= _OF_NAMESPACES for obj in component):
        return True
    references = component._names()[1]
    return any(
        reference is not None and reference.key in OF_CLASS_BODIES
        for _, _, reference in references
    )


def is_part(type_: Type) -> bool:
    """Return whether objects of a type are classes, or belong to classes as functions do."""
    facts = type_.facts
    # `ctypes` has namespaces of a type of its own.
    is_namespace = facts.has_keys_or_elements and not facts.is_made_at_run_time
    # A member of an enumeration refers to its class, which refers to it.
    return facts.is_class or facts.is_enum or is_namespace or type_.known in _PARTS
