"""The objects of a dump by the names of what they belong to, as other commands print them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from refcycle._refcycle import object_name

if TYPE_CHECKING:
    from refcycle._refcycle import LoadedGraph, ReferenceName

__all__ = ["at_place", "variables"]

_NAMESPACE_OF = ("globals of ", "__dict__ of module ", "__dict__ of ")
_PART = re.compile(
    r"""\.(?P<attribute>\w+)|\[(?:(?P<index>-?\d+)|(?P<key>'[^']*'|"[^"]*"|[^\]'"]+))\]"""
)
_DOTTED = re.compile(r"(?:\w|<|>)+(?:\.(?:\w|<|>)+)*")
_OF_NAMESPACE = "__dict__"


def at_place(graph: LoadedGraph, text: str) -> list[Any]:
    """Return the objects at a place such as `app.cache.entries`, `globals of app` or `JOBS[3]`.

    The place begins with a module, a class with its module, or a variable of any module; then come
    attributes, indices and keys. Return an empty list if nothing is there.

    Reads each object once.
    """
    for before in _NAMESPACE_OF:
        if text.startswith(before):
            owners = _roots(graph, {text[len(before) :]}).values()
            return _unique(
                names for some in owners for one in some for names in _names(graph, one)
            )
    start = _DOTTED.match(text)
    if start is None:
        return []
    words = start.group().split(".")
    # A module in a package has dots too: the longest name counts.
    prefixes = [".".join(words[:count]) for count in range(len(words), 0, -1)]
    roots = _roots(graph, set(prefixes))
    for prefix in prefixes:
        found = _below(graph, roots.get(prefix, []), text[len(prefix) :])
        if found:
            return found
    first = words[0]
    return _below(graph, variables(graph, first), text[len(first) :])


def variables(graph: LoadedGraph, name: str) -> list[Any]:
    """Return the objects that variables of modules with this name refer to, each once."""
    modules = [obj for obj in graph if obj.kind == "module"]
    # A variable of the program is meant before one of a library.
    for some in ([module for module in modules if module.name == "__main__"], modules):
        found = _unique(
            value for module in some for value in _attributes(graph, module, name, is_part=False)
        )
        if found:
            return found
    return []


def _roots(graph: LoadedGraph, names: set[str]) -> dict[str, list[Any]]:
    """Return the modules and classes with these names, which have the module in front."""
    found: dict[str, list[Any]] = {}
    for obj in graph:
        kind = obj.kind
        if kind == "module" and obj.name in names:
            found.setdefault(obj.name, []).append(obj)
        elif kind == "class":
            name = object_name(obj).qualified
            if name in names:
                found.setdefault(name, []).append(obj)
    return found


def _below(graph: LoadedGraph, roots: list[Any], path: str) -> list[Any]:
    """Return the objects at the end of a path from any of these; empty if it cannot be read."""
    found, end = roots, 0
    for part in _PART.finditer(path):
        if part.start() != end:
            return []
        end = part.end()
        found = _unique(obj for one in found for obj in _step(graph, one, part))
    return found if end == len(path) else []


def _step(graph: LoadedGraph, obj: Any, part: re.Match[str]) -> Iterator[Any]:
    name = part["attribute"]
    if name is not None:
        yield from _attributes(graph, obj, name)
        return
    index, key = part["index"], part["key"]
    for reference, head in _references(graph, obj):
        is_item = index is not None and reference.index == int(index)
        if is_item or (reference.kind == "value" and reference.name == (key or index)):
            yield head


def _attributes(graph: LoadedGraph, obj: Any, name: str, *, is_part: bool = True) -> Iterator[Any]:
    """Yield the values of an attribute; unless `is_part`, only those in the `__dict__`."""
    if is_part:
        for reference, head in _references(graph, obj):
            if reference.kind in ("attribute", "field") and reference.name == name:
                yield head
    for names in _names(graph, obj):
        for reference, head in _references(graph, names):
            if reference.kind == "value" and reference.key == name:
                yield head


def _names(graph: LoadedGraph, obj: Any) -> Iterator[Any]:
    """Yield the `__dict__` of an object, if it is in the dump."""
    for reference, head in _references(graph, obj):
        if reference.kind == "attribute" and reference.name == _OF_NAMESPACE:
            yield head


def _references(graph: LoadedGraph, obj: Any) -> Iterator[tuple[ReferenceName, Any]]:
    """Yield the references of an object that have a name, with their heads."""
    for (reference, _), head in zip(obj._references(), graph.children(obj), strict=True):
        if reference is not None:
            yield reference, head


def _unique(objects: Iterable[Any]) -> list[Any]:
    return list({obj.address: obj for obj in objects}.values())
