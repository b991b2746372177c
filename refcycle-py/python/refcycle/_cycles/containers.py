"""The removal of items from containers that belong to an instance or to generated code."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from refcycle._cycles.assignments import Assignments
from refcycle._cycles.callables import Found
from refcycle._cycles.closing import closing_method
from refcycle._cycles.component import Component
from refcycle._cycles.link_evidence import Link, is_name_of_owner
from refcycle._cycles.removal import Removal, Risk
from refcycle._objects.attributes import is_attribute
from refcycle._objects.types import items_of

if TYPE_CHECKING:
    from refcycle._refcycle import ReferenceName

__all__ = ["of_item"]

_ITSELF = 0.8
_OWNER = 1.0
_GLOBALS = 1.2
_CACHE = 1.3
_SHARED = 1.4
_CLOSED = 2.5
_FIRM = 10.0
# At most this many items of a container are examined.
_MOST_ITEMS = 1000


def of_item(
    component: Component, name: str, tail: int, head: int, reference: ReferenceName
) -> Found | None:
    """Return the removal of an item from a container; None if no rule of this module applies."""
    for rule in (_of_globals, _of_owners, _of_itself, _of_cache, _of_linked_lists, _of_closed):
        found = rule(component, name, tail, head, reference)
        if found is not None:
            return found
    return None


def _of_globals(
    component: Component, name: str, tail: int, head: int, reference: ReferenceName
) -> Found | None:
    """Return the removal of an item from the globals of generated functions."""
    functions = [
        holder
        for holder, how in component.holders.get(tail, [])
        if is_attribute(how, "__globals__") and component.types[holder].known == "function"
    ]
    if not functions or _is_of_module(component.live(tail)):
        return None
    short = component.short(head)
    if head in functions:
        advice = f"remove {short} from its own globals after `exec`"
        return Removal(name, _ITSELF, advice, Risk.SAFE), None
    is_held_weakly = component.is_instance(head) and component.can_be_weak(head)
    if not is_held_weakly or not any(head in component.owners(each) for each in functions):
        return None
    function = min(map(component.short, functions))
    advice = f"hold the {short} in the globals of {function} by a weak reference"
    return Removal(name, _GLOBALS, advice, Risk.SAFE), None


def _is_of_module(namespace: Any) -> bool:
    """Return whether a dict is that of a module, or a file does not tell."""
    if type(namespace) is not dict:
        return True
    name = namespace.get("__name__")
    module = sys.modules.get(name) if type(name) is str else None
    return type(module) is ModuleType and vars(module) is namespace


def _of_owners(
    component: Component, name: str, tail: int, head: int, reference: ReferenceName
) -> Found | None:
    """Return the removal of an owner from a container such as `self._owners`."""
    found = component.attribute_of(tail)
    if found is None or not component.is_instance(head) or not component.can_be_weak(head):
        return None
    owner, field = found
    if not field.endswith("s") or not is_name_of_owner(field[:-1]) or owner == head:
        return None
    short = component.short(head)
    place = f"{component.short(owner)}.{field}"
    advice = f"hold the {short} in `{place}` by a weak reference"
    link = Link(owner, head, field[:-1])
    return Removal(name, _OWNER, advice, Risk.OPEN, short, is_named=True, kind=field), link


def _of_itself(
    component: Component, name: str, tail: int, head: int, reference: ReferenceName
) -> Found | None:
    """Return the removal of an instance from a container of its own."""
    if not component.is_instance(head) or reference.kind == "key":
        return None
    owners = component.owners(tail)
    if head not in owners:
        return None
    is_tuple = component.types[tail].facts.is_tuple
    place = component.name_in(tail, head)
    found = component.attribute_of(tail)
    is_pythons = found is not None and found[1].startswith("__")
    if component.is_unnamed(tail) or is_pythons or (is_tuple and not place):
        return None
    items = items_of(component.objects[tail], _MOST_ITEMS)
    if items.types.count(component.types[head].key) > 1:
        return None
    short = component.short(head)
    if found is not None and _takes_items(component, *found):
        return None
    if owners == {head}:
        container = place or component.name_of_object(tail)
        advice = f"do not store the {short} in its own `{container}`: add it where that is read"
        if component.can_be_weak(head):
            advice += ", or hold it there by a weak reference"
        return Removal(name, _ITSELF, advice, Risk.SAFE), None
    obj = component.live(head)
    closing = "" if obj is None else closing_method(type(obj))
    if not closing or not place or is_tuple:
        return None
    advice = f"remove the {short} from `{place}` in `{closing}`"
    return Removal(name, _SHARED, advice, Risk.SAFE), None


def _takes_items(component: Component, holder: int, field: str) -> bool:
    """Return whether the items of a container are the arguments of a method."""
    obj = component.live(holder)
    return obj is not None and Assignments().takes_items(type(obj), field)


def _of_cache(
    component: Component, name: str, tail: int, head: int, reference: ReferenceName
) -> Found | None:
    """Return the removal of a value from a cache, where every value can be referred to weakly."""
    found = component.attribute_of(tail)
    values = component.live(tail)
    if reference.kind != "value" or found is None or type(values) is not dict:
        return None
    owner, field = found
    is_direct = component.name_in(tail, owner) != ""
    if "cache" not in field.lower() or not is_direct or not component.are_weak(values):
        return None
    place = f"{component.short(owner)}.{field}"
    advice = f"make `{place}` a weakref.WeakValueDictionary"
    return Removal(name, _CACHE, advice, Risk.SAFE, is_keyed=True), None


def _of_linked_lists(
    component: Component, name: str, tail: int, head: int, reference: ReferenceName
) -> Found | None:
    """Return the removal of a link between lists that link to each other, or to themselves."""
    both = component.types[tail].known, component.types[head].known
    if both != ("list", "list") or not component.leads_to(head, tail):
        return None
    place = component.name_outside() or component.name_of_object(tail)
    advice = (
        f"replace the lists that link to each other in `{place}` by objects of a class, so that "
        "one of their links can be weak"
    )
    return Removal(name, _FIRM, advice, Risk.OWNED, kind="links"), None


def _of_closed(
    component: Component, name: str, tail: int, head: int, reference: ReferenceName
) -> Found | None:
    """Return the removal of an item that the method clears which ends the use of the owner."""
    found = component.attribute_of(tail)
    if found is None or component.types[tail].facts.is_tuple:
        return None
    owner, field = found
    obj = component.live(owner)
    closing = "" if obj is None else closing_method(type(obj))
    if not closing:
        return None
    advice = f"clear `{component.short(owner)}.{field}` in `{closing}`"
    is_keyed = component.types[tail].facts.has_keys_or_elements
    return Removal(name, _CLOSED, advice, Risk.OWNED, is_keyed=is_keyed), None
