"""Classes that an import has left behind: something else has their name now."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from refcycle._cycles.classes import is_part
from refcycle._objects.type_flags import namespace_of, qualified_name, resolution_of

if TYPE_CHECKING:
    from refcycle._objects.types import Types
    from refcycle._refcycle import ObjectGraph

__all__ = ["are_all_replaced", "is_replaced"]


def is_replaced(class_: Any) -> bool:
    """Return whether the module of a class has another class of its name.

    A decorator such as `dataclass(slots=True)` replaces a class, and so does a module that
    imports its compiled version. A module of the standard library may also delete the name. No
    code of the metaclass runs.
    """
    module_name = namespace_of(class_).get("__module__")
    name = qualified_name(class_)
    module = sys.modules.get(module_name) if type(module_name) is str else None
    if type(module) is not ModuleType:
        return False
    found = vars(module).get(name)
    if found is None:
        package = str(module_name).partition(".")[0]
        return package in sys.stdlib_module_names and package != "__main__" and "." not in name
    # A library may derive a class of the same name for each use.
    is_class = issubclass(type(found), type)
    return is_class and not any(each is found for each in resolution_of(class_))


def are_all_replaced(component: ObjectGraph, types: Types) -> bool:
    """Return whether a component consists of replaced classes, their parts and their instances.

    Such as `datetime.min` of the class that the compiled one has replaced.
    """
    classes = [obj for obj in component if issubclass(type(obj), type)]
    if not classes or not all(map(is_replaced, classes)):
        return False
    known = {*map(id, classes)}
    return all(id(type(obj)) in known or is_part(types.of(obj)) for obj in component)
