"""References of one container that lead to an object in the same way; a chain shows only one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from refcycle._objects.referents import referents
from refcycle._objects.types import is_tracked_container
from refcycle._refcycle import SavedObject

__all__ = ["others_alike"]

# Limits: items of a container, steps from an item to the object, and objects examined in total.
_MOST_ITEMS = 20_000
_MOST_STEPS = 4
_MOST_LOOKS = 50_000


def others_alike(objects: Sequence[Any]) -> dict[int, int]:
    """Return how many other items of a path's containers lead to its last object in the same way.

    The keys are the places of the items in the path. An item counts if it leads to the object
    through objects of the types of the path, in no more steps. Files and large containers are left
    out.
    """
    found: dict[int, int] = {}
    asked = objects[-1]
    if type(asked) is SavedObject:
        return found
    looks = _MOST_LOOKS
    for place in range(max(0, len(objects) - 2 - _MOST_STEPS), len(objects) - 2):
        container, item = objects[place], objects[place + 1]
        if not is_tracked_container(container):
            continue
        items = referents(container)
        if len(items) > min(_MOST_ITEMS, looks):
            continue
        kinds = {id(type(obj)) for obj in objects[place + 1 : -1]}
        steps = len(objects) - 2 - place
        # An item that occurs twice counts as another reference of the step itself.
        others = {id(other): other for other in items if type(other) is type(item)}
        others.pop(id(item), None)
        looks -= len(others)
        count = sum(_leads_to(asked, other, kinds, steps) for other in others.values())
        if count:
            found[place + 1] = count
    return found


def _leads_to(asked: object, start: object, kinds: set[int], steps: int) -> bool:
    """Return whether references through objects of these types lead to an object."""
    if start is asked:
        return False
    pending = [start]
    for _ in range(steps):
        inside = [held for obj in pending for held in referents(obj)]
        if any(held is asked for held in inside):
            return True
        pending = [held for held in inside if id(type(held)) in kinds][:_MOST_STEPS]
    return False
