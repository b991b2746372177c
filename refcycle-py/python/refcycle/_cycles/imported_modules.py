"""Modules that are imported, which keep what they lead to alive until the program ends."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from types import ModuleType
from typing import TYPE_CHECKING, Any

from refcycle._objects.types import id_of, is_dict, is_graph_of_file

if TYPE_CHECKING:
    from refcycle._refcycle import LoadedGraph, ObjectGraph, SavedObject

__all__ = ["KEPT_BY_MODULES", "imported_modules"]

KEPT_BY_MODULES = "kept alive by modules; no cut is advised"
"""The advice on a component with imported modules, which is no leak."""

_SYS_MODULES = "sys.modules"


def imported_modules(graph: ObjectGraph) -> set[int]:
    """Return the ids of the modules in `sys.modules` and of their namespaces.

    For a graph from a file, those of the process that wrote it, as far as the graph has them. If
    it is a part without `sys.modules`, those that something outside the part holds.
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
    tables = [root.vertex for root in graph.roots() if _SYS_MODULES in root.holders]
    if tables:
        held: Iterable[SavedObject] = (one for table in tables for one in graph.children(table))
    else:
        held = (one for one in graph if graph.external_references(one) != 0)
    found: set[int] = set()
    for module in held:
        if module.type_name == "module":
            found.add(id_of(module))
            found.update(id_of(names) for names in graph.children(module) if is_dict(names))
    return found
