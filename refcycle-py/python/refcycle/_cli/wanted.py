"""The objects of a dump that a command is about: by address, by type or by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from refcycle._cli.command import CommandError
from refcycle._cli.places import at_place
from refcycle._cli.suggestions import did_you_mean
from refcycle._refcycle import object_name

if TYPE_CHECKING:
    from refcycle._refcycle import LoadedGraph

__all__ = ["Wanted", "find"]

_ADDRESS = re.compile(r"0x[0-9a-fA-F]+|\d+")
# A row of `top`: the name of an object and its address.
_ROW = re.compile(r".+\((0x[0-9a-fA-F]+)\)(?:, .*)?")
# A container and what it belongs to, as in `list (3,000 items), app.cache.entries`.
_CONTAINER = re.compile(r"\w+ \([\d,]+ items?\), (.+)")
_STEP = " -> "
_NAMED = ("class", "function", "method", "module")


class Wanted(NamedTuple):
    """Objects that were asked for."""

    objects: list[Any]
    """There is at least one."""
    what: str
    """What they have in common, after their number."""
    signature: str = ""
    """If they were asked for by a signature: only those with this one are meant."""
    note: str = ""
    """What to say first: that there is none of the type, but the class."""


def find(graph: LoadedGraph, wanted: str) -> Wanted:
    """Return the object at an address, the objects of a type, or those with a name.

    A type comes first, then the name of a class, a function, a method or a module, then a place,
    as in `app.cache.entries`, and a variable of any module; with the kind in front, as in "class
    Session", it is only such a name. Types and classes may have their module in front. A signature
    stands for the objects of its type. Raise a CommandError if there are none.
    """
    if row := _ROW.fullmatch(wanted):
        wanted = row[1]
    elif container := _CONTAINER.fullmatch(wanted):
        wanted = container[1]
    if _ADDRESS.fullmatch(wanted):
        try:
            return Wanted([graph.at(int(wanted, 0))], f"at {wanted}")
        except (KeyError, OverflowError, ValueError) as error:
            raise CommandError(f"the file has no object at {wanted}") from error
    _, step, last = wanted.rpartition(_STEP)
    if step and (found := _of_type(graph, last)):
        return Wanted(found, f"of type {last}", wanted)
    kind, _, name = wanted.partition(" ")
    if kind in _NAMED and name:
        found = list(_named(graph, name, (kind,)))
        if not found:
            raise _nothing(graph, f"no {kind} {name}", name, (kind,), lambda: set())
        return Wanted(found, f"named {name}")
    found = _of_type(graph, wanted)
    if found:
        return Wanted(found, f"of type {wanted}")
    found = list(_named(graph, wanted, _NAMED)) or at_place(graph, wanted)
    if not found:
        what = (
            f"no object of type {wanted}, and no class, function, method, module or variable of "
            "this name"
        )
        raise _nothing(graph, what, wanted, _NAMED, lambda: {obj.type_name for obj in graph})
    note = ""
    if all(obj.kind == "class" for obj in found):
        is_one = len(found) == 1
        what = "this is the class itself" if is_one else "these are the classes themselves"
        note = f"the file has no object of type {wanted}: {what}"
    return Wanted(found, f"named {wanted}", note=note)


def _of_type(graph: LoadedGraph, name: str) -> list[Any]:
    return [obj for obj in graph if obj.type_name == name] or graph.find_by_typename(name)


def _named(graph: LoadedGraph, wanted: str, kinds: tuple[str, ...]) -> Iterator[Any]:
    is_dotted = "." in wanted
    for obj in graph:
        kind = obj.kind
        if kind not in kinds:
            continue
        is_found = obj.name == wanted
        if not is_found and is_dotted and kind == "class":
            is_found = object_name(obj).qualified == wanted
        if is_found:
            yield obj


def _nothing(
    graph: LoadedGraph,
    what: str,
    wanted: str,
    kinds: tuple[str, ...],
    types: Callable[[], set[str]],
) -> CommandError:
    """Return the error, with similar names."""
    names = {name.rpartition(".")[2] for name in types()}
    names |= {obj.name for obj in graph if obj.kind in kinds and obj.name}
    last = wanted.rpartition(".")[2]
    qualified = sorted(name for name in names if last and name.endswith(f".{last}"))
    hint = f"; did you mean {qualified[0]}?" if qualified else did_you_mean(last, names)
    return CommandError(f"the file has {what}{hint}")
