"""Facts about types, from their flags. No code of their metaclasses runs."""

from __future__ import annotations

import _thread
import sys
import types
from typing import Any

__all__ = [
    "can_be_assigned",
    "can_be_referred_to_weakly",
    "can_have_weak_slot",
    "class_name",
    "has_keys_or_elements",
    "is_class",
    "is_enum",
    "is_exception",
    "is_made_at_run_time",
    "is_thread_local",
    "is_tuple",
    "namespace_of",
    "qualified_name",
    "resolution_of",
]

_weak_list_offset = type.__dict__["__weakrefoffset__"].__get__
_flags = type.__dict__["__flags__"].__get__
_item_size = type.__dict__["__itemsize__"].__get__
_namespace = type.__dict__["__dict__"].__get__
_resolution = type.__dict__["__mro__"].__get__
_name = type.__dict__["__name__"].__get__
_qualified_name = type.__dict__["__qualname__"].__get__
_IS_HEAP_TYPE = 1 << 9
_IS_TUPLE = 1 << 26
_IS_EXCEPTION = 1 << 30
_IS_CLASS = 1 << 31


def namespace_of(cls: type[Any]) -> Any:
    """Return the attributes of a class."""
    return _namespace(cls)


def resolution_of(cls: type[Any]) -> tuple[type[Any], ...]:
    """Return the classes in which attributes are looked up."""
    found: tuple[type[Any], ...] = _resolution(cls)
    return found


def class_name(cls: type[Any]) -> str:
    """Return the name of a class, without module and enclosing classes."""
    name: str = _name(cls)
    return name


def qualified_name(cls: type[Any]) -> str:
    """Return the name of a class with the enclosing classes and functions."""
    name: str = _qualified_name(cls)
    return name


def is_made_at_run_time(cls: type[Any]) -> bool:
    """Return whether a type is not one of CPython's static types."""
    return bool(_flags(cls) & _IS_HEAP_TYPE)


def can_be_referred_to_weakly(cls: type[Any]) -> bool:
    """Return whether instances of a type can have weak references."""
    return bool(_weak_list_offset(cls))


def is_tuple(cls: type[Any]) -> bool:
    """Return whether objects of a type are tuples."""
    return bool(_flags(cls) & _IS_TUPLE)


def is_class(cls: type[Any]) -> bool:
    """Return whether objects of a type are classes."""
    return bool(_flags(cls) & _IS_CLASS)


def is_exception(cls: type[Any]) -> bool:
    """Return whether objects of a type are exceptions."""
    return bool(_flags(cls) & _IS_EXCEPTION)


def is_thread_local(cls: type[Any]) -> bool:
    """Return whether instances of a type are `threading.local` objects."""
    return issubclass(cls, _thread._local)


def is_enum(cls: type[Any]) -> bool:
    """Return whether objects of a type are members of an enumeration."""
    # Without the module, which is not imported for this purpose, there are no enumerations.
    module = sys.modules.get("enum")
    found = vars(module).get("EnumMeta") if type(module) is types.ModuleType else None
    return type(found) is type and issubclass(type(cls), found)


def has_keys_or_elements(cls: type[Any]) -> bool:
    """Return whether objects of a type are dicts or sets."""
    return issubclass(cls, (dict, set, frozenset))


def can_be_assigned(cls: type[Any], attribute: str) -> bool:
    """Return whether Python code can assign an attribute of the instances of a type."""
    for base in resolution_of(cls):
        names = namespace_of(base)
        if attribute in names:
            found = type(names[attribute])
            # Not with `in`: a metaclass may have an `__eq__` of its own.
            is_in_c = found is types.MemberDescriptorType or found is types.GetSetDescriptorType
            return not is_in_c or "__slots__" in names
    return True


def can_have_weak_slot(cls: type[Any]) -> bool:
    """Return whether the instances of a type have slots, to which `__weakref__` can be added."""
    is_of_fixed_size = not _item_size(cls)
    return is_of_fixed_size and any(
        "__slots__" in namespace_of(base) for base in resolution_of(cls)
    )
