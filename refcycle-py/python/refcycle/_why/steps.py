"""The steps of chains and cycles, from objects and the names of references."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from refcycle._objects.attributes import entry_name, is_to_namespace, without_namespaces
from refcycle._refcycle import allocated_at
from refcycle._text.numbers import counted
from refcycle._why.chains import Chain, Step
from refcycle._why.likenesses import others_alike

if TYPE_CHECKING:
    from refcycle._objects.types import Type, Types
    from refcycle._refcycle import ObjectName, ReferenceName

__all__ = ["Found", "NamedPath", "chain_of", "steps_around"]

Reference = tuple[str, str, str | None, int | None]
"""How a reference is written, its kind, its name, and its index."""

# What `for` loops have on the value stack of their call.
_ITERATORS = {
    "builtins.dict_itemiterator",
    "builtins.dict_keyiterator",
    "builtins.dict_valueiterator",
    "builtins.enumerate",
    "builtins.filter",
    "builtins.list_iterator",
    "builtins.list_reverseiterator",
    "builtins.map",
    "builtins.set_iterator",
    "builtins.tuple_iterator",
    "builtins.zip",
}
_NONE: Reference = ("", "", None, None)


class NamedPath(NamedTuple):
    """Objects with their names, and the names of the references from each to the next."""

    objects: Sequence[object]
    names: Sequence[ObjectName]
    references: Sequence[Sequence[ReferenceName]]


def _is_namespace(reference: ReferenceName | None, held: Type) -> bool:
    """Return whether a reference leads to the `__dict__` of an object or a class."""
    return is_to_namespace(reference, is_dict=held.known == "dict")


def _attribute(reference: ReferenceName | None, holder: ObjectName) -> Reference:
    """Return how the entry of a `__dict__` is written."""
    name = entry_name(reference)
    if name is None:
        return _written(reference, holder)
    return f".{name}", "attribute", name, None


def _written(reference: ReferenceName | None, holder: ObjectName) -> Reference:
    """Return how a reference is written after the name of the object that has it."""
    if reference is None:
        return _NONE
    return reference.long(holder), reference.kind, reference.name, reference.index


def steps_along(
    path: NamedPath, types: Types, alike: Mapping[int, int] = MappingProxyType({})
) -> Iterable[Step]:
    """Yield the objects, each with the names of the references that lead to it.

    `alike` has, by place, the number of other references that lead to the last object likewise.
    """
    objects, names, found = path
    references: list[Sequence[ReferenceName]] = [(), *found]
    kinds = [types.of(obj) for obj in objects]

    def is_namespace(place: int) -> bool:
        these = references[place]
        return _is_namespace(these[0] if these else None, kinds[place])

    for place, is_entry in without_namespaces(len(objects), is_namespace):
        write = _attribute if is_entry else _written
        these = references[place] or (None,)
        written = [write(each, names[place - 1]) for each in these] if place else [_NONE]
        text = _together([each[0] for each in written], alike.get(place, 0))
        obj = objects[place]
        yield Step(obj, names[place].long, text, *written[0][1:], allocated_at(obj))


def _together(texts: Sequence[str], alike: int) -> str:
    """Return how the references from one object to another are written."""
    first, *others = texts
    text = first
    if others:
        rest = others[0] if len(others) == 1 else counted(len(others), "more reference")
        text = f"{first} and {rest}" if rest else f"{first} and 1 more reference"
    return f"{text} (and {alike} more like it)" if alike else text


def steps_around(path: NamedPath, types: Types) -> Iterable[Step]:
    """Yield the steps of a cycle once around, starting at an object that is not a namespace."""
    objects, names, references = path
    count = len(objects)
    if not count:
        return
    for _ in range(count):
        reference = references[-1][0] if references[-1] else None
        if not _is_namespace(reference, types.of(objects[0])):
            break
        objects = [*objects[1:], objects[0]]
        names = [*names[1:], names[0]]
        references = [*references[1:], references[0]]
    whole = NamedPath([*objects, objects[0]], [*names, names[0]], references)
    begin, *rest = steps_along(whole, types)
    last_step = rest[-1]
    yield last_step._replace(object=begin.object, label=begin.label)
    yield from rest[:-1]


Found = tuple[str, NamedPath, str, str]
"""A chain as the search finds it: the owner, the path from the first object, the signature of the
chain, and the kind of its holder."""


def chain_of(found: Found, types: Types, *, is_saved: bool) -> Chain:
    """Return a chain of references."""
    holder, path, signature, kind = found
    holder, path = _from_the_module(holder, NamedPath(*path), is_saved=is_saved)
    if kind == "C code" and not is_saved and _may_be_looped_over(path.names[0]):
        holder = "held by a call, as a `for` loop holds its iterator, or by C code"
    steps = tuple(steps_along(path, types, others_alike(path.objects)))
    return Chain(holder, steps, signature, kind)


def _may_be_looped_over(name: ObjectName) -> bool:
    """Return whether a value stack that is not visible may hold an object: up to 3.13."""
    return sys.version_info < (3, 14) and name.type_name in _ITERATORS


def _from_the_module(holder: str, path: NamedPath, *, is_saved: bool) -> tuple[str, NamedPath]:
    """Return the path from the module, and its owner, if it begins with `sys.modules`."""
    objects, names, references = path
    # A file does not have `sys.modules` itself.
    is_it = objects[0] is sys.modules or (is_saved and holder == "sys.modules")
    name = references[0][0] if references and references[0] else None
    if not is_it or name is None or name.kind != "value":
        return holder, path
    return f"sys.modules[{name.name}]", NamedPath(objects[1:], names[1:], references[1:])
