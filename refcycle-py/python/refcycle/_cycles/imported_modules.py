"""Modules that are imported, which keep what they lead to alive until the program ends."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from refcycle._objects.types import id_of, is_dict, is_graph_of_file

if TYPE_CHECKING:
    from refcycle._refcycle import LoadedGraph, ObjectGraph

__all__ = ["KEPT_BY_MODULES", "imported_modules"]

KEPT_BY_MODULES = "kept alive by modules; no cut is advised"
"""The advice on a component with imported modules, which is no leak."""

_SYS_MODULES = "sys.modules"


def imported_modules(graph: ObjectGraph) -> set[int]:
    """Return the ids of the modules in `sys.modules` and of their namespaces.

    For a graph from a file, those of the process that wrote it, as far as the graph has them.
    """
    if is_graph_of_file(graph):
        return _imported_in_file(graph)
    found: set[int] = set()
    namespace: Any = vars(ModuleType)["__dict__"]
    for module in [*sys.modules.values()]:
        # Other objects may be there too.
        if issubclass(type(module), ModuleType):
            found |= {id(module), id(namespace.__get__(module))}
    return found


def _imported_in_file(graph: LoadedGraph) -> set[int]:
    found: set[int] = set()
    for root in graph.roots():
        if _SYS_MODULES not in root.holders:
            continue
        for module in graph.children(root.vertex):
            if module.type_name != "module":
                continue
            found.add(id_of(module))
            found.update(id_of(held) for held in graph.children(module) if is_dict(held))
    return found
