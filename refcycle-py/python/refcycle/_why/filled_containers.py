"""Containers to which a program has added objects, and the one of several that does."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import pairwise, takewhile

from refcycle._objects.types import len_of, names_of_items
from refcycle._refcycle import object_name
from refcycle._why.remedy import Pattern, Seen, removal

__all__ = [
    "CONTAINER_OF_OBJECT",
    "MUCH_FULLER",
    "fix_for",
    "fullest",
    "has_grown",
    "is_filled",
    "is_first_put_in",
    "is_of_library",
    "of_object",
]

CONTAINER_OF_OBJECT = "container of an object"

# If a container has this many times more items than the one around it, it is the one that grows.
MUCH_FULLER = 10
# A function that creates classes may fill a table of constants with a few of them.
_MANY_CLASSES = 50
_MOST_CLASSES = 1000
_MOST_COMPARED = 100
_DEQUE = "collections.deque"
# Programs use the classes of these modules as containers.
_OF_PROGRAMS = {"collections", "__main__"}


def is_first_put_in(steps: Sequence[Seen]) -> bool:
    """Return whether a program put the first step that is not a container into a container."""
    for place, step in enumerate(steps):
        if step.is_new:
            return True
        if step.is_container or step.type.known == "tuple":
            continue
        # For example, the factory of a defaultdict.
        if step.is_attribute:
            return False
        if step.type.known == "function":
            # A function that was created in a call; modules name all others.
            return any(after.name == "__closure__" for after in steps[place + 1 : place + 2])
        return step.is_put_in
    return False


def is_filled(steps: Sequence[Seen], place: int) -> bool:
    """Return whether a program put the object or a path to it into a container."""
    container, *below = steps[place:]
    by_key = below[0].kind == "key"
    if below[0].is_class and _has_many_of(container, below[0], by_key=by_key):
        return True
    return is_first_put_in(below) and not container.is_choice(by_key=by_key)


def has_grown(steps: Sequence[Seen], place: int) -> bool:
    """Return whether it is a container to which items may have been added since it was created.

    An item that was added tells it also of a list without spare capacity.
    """
    step, below = steps[place : place + 2]
    return step.may_have_grown or (step.is_container and below.is_added)


def _has_many_of(container: Seen, class_: Seen, *, by_key: bool) -> bool:
    """Return whether a container has many classes that the same statement has created."""
    wanted = object_name(class_.object).qualified
    names = names_of_items(container.object, _MOST_CLASSES, by_key=by_key)
    return sum(name.qualified == wanted for name in names) >= _MANY_CLASSES


def fullest(steps: Sequence[Seen], first: int, times: int = 1) -> int:
    """Return the place of the container that grows: the one at `first`, or one below it.

    One below it has to have more than `times` as many items as it, or as a container that is in it
    directly. A dict with one entry for each kind of event does not grow; the lists of handlers in
    it do.
    """
    if grown_below(steps, first) is not None:
        return first  # it is known which one grows
    nested = takewhile(lambda step: step.is_container or step.is_sequence, steps[first:-1])
    found, most = first, times * max(len_of(step.object) for step in nested)
    for place, (holder, step) in enumerate(pairwise(steps[first:-1]), start=first + 1):
        name = "" if holder.is_class else holder.type_name
        is_of_object = step.is_attribute and step.is_container and name
        is_of_program = is_of_object and not is_of_library(name)
        if is_of_program and has_grown(steps, place) and is_filled(steps, place):
            count = len_of(step.object)
            if count > most:
                found, most = place, count
    return found


def of_object(steps: Sequence[Seen], place: int) -> Pattern:
    """Return the fix for the container at a place, which is an attribute of an object."""
    return fix_for(CONTAINER_OF_OBJECT, _name_in_object(steps, place), steps, place)


def fix_for(form: str, name: str, steps: Sequence[Seen], place: int) -> Pattern:
    """Return the fix for the container at a place, which has this name, or for one below it.

    If it is known to which container the first new object was added, that one has grown.
    Otherwise it may be one inside the container that has most of its items.
    """
    base, inner = place, grown_below(steps, place)
    if inner is None:
        inner = _fuller_inside(steps, place)
    else:
        for at in range(place + 1, inner + 1):
            if steps[at].is_container and steps[at].is_attribute:
                base = at
    if base != place:
        form, name = CONTAINER_OF_OBJECT, _name_in_object(steps, base)
    kind = str(steps[inner].type.known).rpartition(".")[2]
    what = f"`{name}`" if inner == base else f"a {kind} in `{name}`"
    advice = f"{what} keeps its items alive: {removal(steps[inner], steps[inner + 1])}"
    return Pattern(form, advice, inner + 1)


def _fuller_inside(steps: Sequence[Seen], place: int) -> int:
    """Return the place of the container that grows: the one at `place`, or one inside it.

    A dict with one entry for each kind of event does not grow; a list in it may. If several lists
    in it have about as many items, it may be the dict to which lists are added.
    """
    found = place
    for at in range(place + 1, len(steps) - 1):
        step = steps[at]
        is_inside = step.is_container and step.kind in ("item", "value")
        if not (is_inside and _stands_out(steps[at - 1], step)):
            break
        most = MUCH_FULLER * len_of(steps[found].object)
        # It has too many items to be a table with one item of each class.
        if len_of(step.object) > most and is_first_put_in(steps[at + 1 :]):
            found = at
    return found


def grown_below(steps: Sequence[Seen], first: int) -> int | None:
    """Return the place of the container to which a new object was added, from `first` on."""
    for place in range(first, len(steps) - 1):
        if steps[place + 1].is_first_new:
            return place if steps[place].is_container else None
    return None


def _name_in_object(steps: Sequence[Seen], place: int) -> str:
    holder, container = steps[place - 1 : place + 1]
    owner = holder.own_name or str(holder.type_name).rpartition(".")[2]
    return f"{owner}.{container.name}"


def _stands_out(container: Seen, item: Seen) -> bool:
    """Return whether a container in another one has many more items than those beside it."""
    names = names_of_items(container.object, _MOST_COMPARED)
    if len(names) == _MOST_COMPARED:
        return False
    counts = [name.length for name in names if name.length is not None]
    # The name of a deque has no length.
    unknown = sum(name.type_name == _DEQUE for name in names)
    if item.type.known == _DEQUE:
        unknown -= 1
    else:
        own = len_of(item.object)
        if own not in counts:  # another thread has changed it
            return False
        counts.remove(own)
    return not unknown and MUCH_FULLER * max(counts, default=0) <= len_of(item.object)


def is_of_library(type_name: str | None) -> bool:
    """Return whether a type is of the standard library, which removes the items that it adds."""
    package = (type_name or "").partition(".")[0]
    return package in sys.stdlib_module_names and package not in _OF_PROGRAMS
