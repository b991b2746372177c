"""The steps of chains and cycles, from objects and the names of references."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from refcycle._objects.attributes import entry_name, is_to_namespace, without_namespaces
from refcycle._refcycle import object_name
from refcycle._why.chains import Chain, Step

if TYPE_CHECKING:
    from refcycle._objects.types import Type, Types
    from refcycle._refcycle import ReferenceName

__all__ = ["Found", "chain_of", "label_of", "steps_around"]

Reference = tuple[str, str, str | None, int | None]
"""How a reference is written, its kind, its name, and its index."""

_NONE: Reference = ("", "", None, None)


def label_of(obj: object) -> str:
    return object_name(obj).line


def _is_namespace(reference: ReferenceName | None, held: Type) -> bool:
    """Return whether a reference leads to the `__dict__` of an object or a class."""
    return is_to_namespace(reference, is_dict=held.known == "dict")


def _attribute(reference: ReferenceName | None) -> Reference:
    """Return how the entry of a `__dict__` is written."""
    name = entry_name(reference)
    if name is None:
        return _written(reference)
    return f".{name}", "attribute", name, None


def _written(reference: ReferenceName | None) -> Reference:
    """Return an attribute as it is written in Python, and else the label."""
    if reference is None:
        return _NONE
    kind, name = reference.kind, reference.name
    text = str(reference)
    is_attribute = kind in ("attribute", "field") and name is not None
    if is_attribute and text.isidentifier() and not text.startswith("__"):
        text = f".{text}"
    return text, kind, name, reference.index


def steps_along(
    objects: Sequence[object],
    references: Sequence[Sequence[ReferenceName]],
    types: Types,
) -> Iterable[Step]:
    """Yield the objects, each with the name of the reference that leads to it."""
    names = [None, *(names[0] if names else None for names in references)]
    kinds = [types.of(obj) for obj in objects]

    def is_namespace(place: int) -> bool:
        return _is_namespace(names[place], kinds[place])

    for place, is_entry in without_namespaces(len(objects), is_namespace):
        reference = _attribute(names[place]) if is_entry else _written(names[place])
        yield Step(objects[place], label_of(objects[place]), *reference)


def steps_around(
    objects: Sequence[object],
    references: Sequence[Sequence[ReferenceName]],
    types: Types,
) -> Iterable[Step]:
    """Yield the steps of a cycle: once round, first an object that is no namespace."""
    count = len(objects)
    if not count:
        return
    for _ in range(count):
        reference = references[-1][0] if references[-1] else None
        if not _is_namespace(reference, types.of(objects[0])):
            break
        objects = [*objects[1:], objects[0]]
        references = [*references[1:], references[0]]
    begin, *rest = steps_along([*objects, objects[0]], references, types)
    last_step = rest[-1]
    yield last_step._replace(object=begin.object, label=begin.label)
    yield from rest[:-1]


Found = tuple[str, Sequence[object], Sequence[Sequence["ReferenceName"]]]
"""A chain as the search finds it: the owner, the objects, and the names of the references."""


def chain_of(found: Found, types: Types, *, is_saved: bool) -> Chain:
    """Return a chain of references."""
    holder, objects, references = _from_the_module(found, is_saved=is_saved)
    return Chain(holder, tuple(steps_along(objects, references, types)))


def _from_the_module(found: Found, *, is_saved: bool) -> Found:
    """Return a chain that begins with a module where it begins with `sys.modules`."""
    holder, objects, references = found
    # A file does not have `sys.modules` itself.
    is_it = objects[0] is sys.modules or (is_saved and holder == "sys.modules")
    name = references[0][0] if references and references[0] else None
    if not is_it or name is None or name.kind != "value":
        return found
    return f"sys.modules[{name.name}]", objects[1:], references[1:]
