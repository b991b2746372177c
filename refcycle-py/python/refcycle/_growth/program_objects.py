"""Which new objects belong to a program, rather than to the modules that it imports."""

from __future__ import annotations

import os
import sys
import types
from collections.abc import Callable, Iterable
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, cast

from refcycle._growth.samples import samples_of, with_other_fixes
from refcycle._objects.type_flags import namespace_of

if TYPE_CHECKING:
    from refcycle._growth.samples import Sample
    from refcycle._refcycle import ObjectGraph
    from refcycle.holder_groups import SignatureRow

__all__ = ["Ordered", "ProgramParts", "ordered"]

# The rows for which a chain is found to see whether a fix is known.
_MOST_EXAMINED = 20
# Fewer strings, numbers, tuples and functions may be a table of constants.
_MANY = 100
# The objects of a cycle by which its program is known.
_MOST_LOOKED_AT = 1000
_INSTALLED = {"site-packages", "dist-packages"}
# The folder of the standard library.
_STANDARD = os.path.join(os.path.dirname(os.path.realpath(os.__file__)), "")


class Ordered(NamedTuple):
    """The rows of a table in the order in which they matter for a program."""

    rows: list[SignatureRow]
    own: int
    """How many of them, the first ones, belong to the program."""
    samples: list[Sample]
    """Chains to objects of the first rows, each with another fix; empty if no fix is known."""


class ProgramParts(NamedTuple):
    """Which modules belong to a program, besides `__main__`."""

    folder: str = ""
    """Those in this folder, except for installed packages and the standard library."""
    package: str = ""
    """Those of this package, wherever it is; empty for a file."""


def ordered(graph: ObjectGraph, rows: Iterable[SignatureRow], parts: ProgramParts) -> Ordered:
    """Return rows of new objects, the program's own objects before those of imports.

    First come repeated objects for whose holder a fix is known, then other objects that only
    modules of the program hold or whose class is in such a module, and then all others. Of each
    kind, the rows that retain most come first.
    """
    modules = _modules_of(parts)
    held = graph._unreachable_without(
        [obj for module in modules for obj in (module, vars(module)) if obj in graph]
    )
    names = _names_of(modules)
    own: list[SignatureRow] = []
    others: list[SignatureRow] = []
    for row in sorted(rows, key=lambda row: (-row.retained_size, -row.count, row.signature)):
        is_own = row.example in held or _module_of(type(row.example)) in names
        (own if is_own else others).append(row)
    repeated = [row for row in own if row.count > 1][:_MOST_EXAMINED]
    samples = samples_of(graph, [row.example for row in repeated])
    first = [row for row in repeated if row.signature in samples]
    first = [row for row in first if _is_known_to_pile_up(row, samples[row.signature])]
    rest = [row for row in own if not any(row is other for other in first)]
    found = with_other_fixes(samples[row.signature] for row in first)
    return Ordered([*first, *rest, *others], len(own), found)


def _is_known_to_pile_up(row: SignatureRow, sample: Sample) -> bool:
    """Return whether a fix is known, and the objects are not a small table of constants."""
    return bool(sample.remedies) and (sample._is_put_in or row.count >= _MANY)


def is_of_program(parts: ProgramParts) -> Callable[[ObjectGraph], bool]:
    """Return a function that tells whether objects belong to the program rather than to imports.

    It looks at their classes, functions and frames. Objects that tell nothing, such as a list that
    contains itself or a queue of the standard library, count as the program's.
    """
    names = _names_of(_modules_of(parts))

    def is_own(graph: ObjectGraph) -> bool:
        found = {_owner_of(obj, names) for obj in islice(graph, _MOST_LOOKED_AT)} - {""}
        return not found or not found.isdisjoint(names)

    return is_own


def _names_of(modules: Iterable[types.ModuleType]) -> set[str]:
    return {str(vars(module).get("__name__")) for module in modules}


def _owner_of(obj: object, names: set[str]) -> str:
    """Return the module of a class, a function, a frame or the class of an object; may be empty.

    An instance of a class of the standard library tells nothing: programs create these. Whether
    a type written in C has a `__module__` of its own depends on the version.
    """
    if type(obj) is types.FunctionType:
        return _name_in(obj.__globals__)
    if type(obj) is types.FrameType:
        return _name_in(obj.f_globals)
    if issubclass(type(obj), type):
        return _module_of(cast("type", obj))
    found = _module_of(type(obj))
    if found in names:
        return found
    return "" if found.partition(".")[0] in sys.stdlib_module_names else found


def _name_in(namespace: dict[str, object]) -> str:
    name = namespace.get("__name__")
    return name if type(name) is str else ""


def _modules_of(parts: ProgramParts) -> list[types.ModuleType]:
    found = []
    start = os.path.join(os.path.realpath(parts.folder), "")
    for name, module in list(sys.modules.items()):
        if type(module) is not types.ModuleType:
            continue
        file = vars(module).get("__file__")
        package = name.partition(".")[0]
        is_own = package in ("__main__", parts.package)
        is_file = type(file) is str and package != "refcycle" and _is_in(file, start)
        if is_own or is_file:
            found.append(module)
    return found


def _is_in(file: str, start: str) -> bool:
    path = os.path.realpath(file)
    if not path.startswith(start) or path.startswith(_STANDARD):
        return False
    return _INSTALLED.isdisjoint(path[len(start) :].split(os.sep))


def _module_of(class_: type) -> str:
    name = namespace_of(class_).get("__module__")
    return name if type(name) is str else ""
