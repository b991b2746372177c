"""The steps of chains and cycles, from objects and the names of references."""

from __future__ import annotations

import re
import sys
import types
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from refcycle._refcycle import object_annotation
from refcycle._why.chains import Step

if TYPE_CHECKING:
    from refcycle._objects.types import Type, Types

__all__ = ["Found", "from_the_module", "label_of", "steps_along", "steps_around"]

_ATTRIBUTE = re.compile(r"value\['([^\W\d]\w*)'\]")


def label_of(obj: object) -> str:
    if type(obj) is types.FrameType:
        code = obj.f_code
        file = re.split(r"[\\/]", code.co_filename)[-1]
        return f"frame {code.co_name} at {file}:{obj.f_lineno}"
    return object_annotation(obj).replace("\n", " ")


def _is_namespace(holder: Type, reference: str, held: Type) -> bool:
    """Return whether objects of these types are an object and its `__dict__`."""
    return reference == "__dict__" and held.known == "dict" and holder.known != "type"


def _attribute(name: str) -> str:
    found = _ATTRIBUTE.fullmatch(name)
    return f".{found[1]}" if found else name


def _short(holder: Type, name: str) -> str:
    """Return an attribute as it is written in Python, and else the name."""
    is_item = name in ("key", "element") and holder.facts.has_keys_or_elements
    is_short = name.isidentifier() and not name.startswith("__") and not is_item
    return f".{name}" if is_short else name


def steps_along(
    objects: Sequence[object], references: Sequence[Sequence[str]], types: Types
) -> Iterable[Step]:
    """Yield the objects, each with the name of the reference that leads to it."""
    names = ["", *(names[0] if names else "" for names in references)]
    kinds = [types.of(obj) for obj in objects]
    place = 0
    while place < len(objects):
        name = names[place]
        if 0 < place < len(objects) - 1 and _is_namespace(kinds[place - 1], name, kinds[place]):
            place += 1
            name = _attribute(names[place])
        else:
            name = _short(kinds[place - 1], name)
        yield Step(objects[place], label_of(objects[place]), name)
        place += 1


def steps_around(
    objects: Sequence[object], references: Sequence[Sequence[str]], types: Types
) -> Iterable[Step]:
    """Yield the steps of a cycle: once round, first an object that is no namespace."""
    count = len(objects)
    if not count:
        return
    for _ in range(count):
        last, first = types.of(objects[-1]), types.of(objects[0])
        if not _is_namespace(last, (references[-1] or [""])[0], first):
            break
        objects = [*objects[1:], objects[0]]
        references = [*references[1:], references[0]]
    begin, *rest = steps_along([*objects, objects[0]], references, types)
    yield begin._replace(reference=rest[-1].reference)
    yield from rest[:-1]


Found = tuple[str, Sequence[object], Sequence[Sequence[str]]]


def from_the_module(found: Found, *, is_saved: bool) -> Found:
    """Return a chain that begins with a module where it begins with `sys.modules`."""
    holder, objects, references = found
    # A file does not have `sys.modules` itself.
    is_it = objects[0] is sys.modules or (is_saved and holder == "sys.modules")
    if not is_it or len(objects) == 1:
        return found
    name = references[0][0].removeprefix("value") if references[0] else ""
    return f"sys.modules{name}", objects[1:], references[1:]
