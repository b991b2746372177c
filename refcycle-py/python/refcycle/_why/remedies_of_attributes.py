"""Patterns: containers that an object has in an attribute, or a function in its closure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from refcycle._objects.code_objects import copy_of
from refcycle._objects.type_flags import namespace_of
from refcycle._refcycle import SavedObject
from refcycle._why.filled_containers import (
    fullest,
    has_grown,
    is_filled,
    is_of_library,
    of_object,
)
from refcycle._why.remedy import Pattern, Seen, removal

__all__ = ["default_of_field", "in_closure", "in_object"]

_FIELDS = {
    "attr._make.Attribute": "attrs.field(factory=...)",
    "dataclasses.Field": "dataclasses.field(default_factory=...)",
}


def in_object(steps: Sequence[Seen]) -> Pattern | None:
    """Recognise a container that is an attribute of an object, reached by attributes alone."""
    if steps[0].type.known != "module":
        return None
    for place, step in enumerate(steps[1:-1], start=1):
        if not step.is_attribute:
            return None
        if not step.is_container:
            continue
        holder = steps[place - 1]
        if holder.is_class or holder.type.known == "module" or is_of_library(holder.type_name):
            return None
        if not (has_grown(steps, place) and is_filled(steps, place)):
            return None
        if steps[place + 1].type_name == "unittest.mock._patch":
            # The decorators of a function, which it applies at each call.
            return None
        return of_object(steps, fullest(steps, place))
    return None


def in_closure(steps: Sequence[Seen]) -> Pattern | None:
    """Recognise a container in the closure of a function, such as the cache of a decorator."""
    for place, (cell, container) in enumerate(pairwise(steps[:-1])):
        function = steps[place - 2] if place > 1 else cell
        if cell.type.known != "cell" or function.type.known != "function":
            continue
        # Functions that Python itself creates and stores have such a name, as `__annotate_func__`.
        if str(function.name).startswith("__") and function.name != "__wrapped__":
            continue
        if has_grown(steps, place + 1) and is_filled(steps, place + 1):
            return Pattern(
                "container in a closure",
                f"{_variable(function.object, cell)}, in the closure of {function.label}, keeps "
                f"its items alive: {removal(container, steps[place + 2])}",
                place + 2,
            )
    return None


def _variable(function: Any, cell: Seen) -> str:
    """Return the name of the variable that is in a cell of a function."""
    if type(function) is SavedObject or cell.detail is None:
        return "a container"
    names = copy_of(function.__code__).co_freevars
    return f"`{names[cell.detail]}`" if cell.detail < len(names) else "a container"


def default_of_field(steps: Sequence[Seen]) -> Pattern | None:
    """Recognise the default of a field of attrs or of a dataclass that has grown."""
    for place, (step, following) in enumerate(pairwise(steps[:-1])):
        if following.is_container and following.name == "default":
            factory = _FIELDS.get(step.type_name or "")
        elif following.name == "__defaults__" and step.own_name == "__init__" and place:
            factory = _factory_of(steps[place - 1].object)
        else:
            continue
        at = place + 1 + (following.type.known == "tuple")
        if factory is not None and len(steps) > at + 1 and is_filled(steps, at):
            return Pattern(
                "default of a field",
                "a default is created once and shared by all instances: let each have its own, "
                f"with {factory}",
                at + 1,
            )
    return None


def _factory_of(class_: Any) -> str | None:
    """Return how a class whose `__init__` a decorator made gets a default per instance."""
    if type(class_) is SavedObject or not issubclass(type(class_), type):
        return None
    names = namespace_of(class_)
    if "__attrs_attrs__" in names:
        return _FIELDS["attr._make.Attribute"]
    return _FIELDS["dataclasses.Field"] if "__dataclass_fields__" in names else None
