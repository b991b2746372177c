"""Patterns: containers such as registries, caches, default arguments and weak dicts."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from refcycle._objects.type_flags import namespace_of
from refcycle._objects.types import id_of
from refcycle._refcycle import SavedObject
from refcycle._why.filled_containers import (
    MUCH_FULLER,
    fix_for,
    fullest,
    has_grown,
    is_filled,
    is_first_put_in,
    of_object,
)
from refcycle._why.holds import leads_to
from refcycle._why.remedy import Pattern, Seen

__all__ = [
    "CLASS_REGISTRY",
    "MODULE_REGISTRY",
    "cached",
    "class_registry",
    "default_argument",
    "is_constant",
    "module_registry",
    "part_of_text_or_array",
    "thread_local",
    "weak_key",
]

MODULE_REGISTRY = "module-level registry"
CLASS_REGISTRY = "class-level registry"

_DEFAULTS = ("__defaults__", "__kwdefaults__")
# Types of objects through which a name leads to a constant, besides modules and classes.
_OF_CONSTANTS = {
    "function",
    "method",
    "cell",
    "tuple",
    "property",
    "classmethod",
    "staticmethod",
}
# These modules remove the objects that they register, such as threads and running tasks.
_KEEP_THEIR_OWN = {
    "_asyncio",
    "asyncio.events",
    "asyncio.tasks",
    "concurrent.futures.thread",
    "threading",
}


def is_constant(steps: Sequence[Seen]) -> bool:
    """Return whether a module holds the object through names only, such as those of classes."""
    if steps[0].type.known != "module":
        return False
    if any(step.name in _DEFAULTS for step in steps) or class_registry(steps) is not None:
        return False
    return all(
        step.is_class
        or step.type.known in _OF_CONSTANTS
        or (step.name == "__dict__" and holder.is_class)
        for holder, step in pairwise(steps[:-1])
    )


def module_registry(steps: Sequence[Seen]) -> Pattern | None:
    """Recognise a container that is a global variable, and to which the object was added."""
    for place, (step, following) in enumerate(pairwise(steps[:-1])):
        if (
            step.type.known == "module"
            and following.is_container
            and following.is_attribute
            and step.own_name not in _KEEP_THEIR_OWN
            and is_filled(steps, place + 1)
        ):
            return _registry(MODULE_REGISTRY, f"{step.own_name}.{following.name}", steps, place)
    return None


def class_registry(steps: Sequence[Seen]) -> Pattern | None:
    """Recognise a container that is an attribute of a class, and to which the object was added."""
    for place, (step, following) in enumerate(pairwise(steps[:-1])):
        if not (step.is_class and following.is_attribute) or _is_of_standard_library(step):
            continue
        # A class that adds its instances to a list or a tuple of its own.
        is_of_class = following.is_sequence and _is_instance(steps[place + 2], step)
        if is_of_class or (has_grown(steps, place + 1) and is_filled(steps, place + 1)):
            return _registry(CLASS_REGISTRY, f"{step.own_name}.{following.name}", steps, place)
    return None


def _is_of_standard_library(class_: Seen) -> bool:
    """Return whether a class is of the standard library, whose known leaks are known holders."""
    if type(class_.object) is SavedObject:
        return False
    found: Any = class_.object
    module = namespace_of(found).get("__module__")
    package = module.partition(".")[0] if type(module) is str else ""
    return package in sys.stdlib_module_names and package != "__main__"


def _registry(form: str, name: str, steps: Sequence[Seen], place: int) -> Pattern:
    inner = fullest(steps, place + 1, MUCH_FULLER)
    if inner > place + 1:
        return of_object(steps, inner)
    return fix_for(form, name, steps, place + 1)


def _is_instance(item: Seen, class_: Seen) -> bool:
    if type(item.object) is SavedObject:
        return item.object.type_name.rpartition(".")[2] == class_.own_name
    bases: Any = type.__dict__["__mro__"].__get__(type(item.object))
    return any(base is class_.object for base in bases)


def cached(steps: Sequence[Seen]) -> Pattern | None:
    """Recognise an entry of `functools.cache` or `functools.lru_cache`."""
    for place, (step, following) in enumerate(pairwise(steps)):
        if not step.is_cache:
            continue
        # An unbounded cache has its entries in a dict. The function and its attributes are not
        # entries.
        is_dict = following.kind == "field" and following.name == "cache"
        at = place + 2 if is_dict and place + 2 < len(steps) else place + 1
        if steps[at].kind not in ("key", "value"):
            continue
        return Pattern(
            "functools.lru_cache",
            "the cache keeps arguments and results, and of a method the object itself: call "
            "cache_clear(), bound it with maxsize, or cache in the object (cached_property)",
            at,
        )
    return None


def default_argument(steps: Sequence[Seen]) -> Pattern | None:
    """Recognise a default argument that has grown."""
    for place, step in enumerate(steps):
        # The defaults themselves are a tuple or a dict.
        item = _item_of_grown(steps, place + 1) if step.name in _DEFAULTS else None
        if item is not None:
            return Pattern(
                "default argument",
                "a default is created once and shared by all calls: make it None, and create the "
                "object in the function",
                item,
            )
    return None


def _item_of_grown(steps: Sequence[Seen], place: int) -> int | None:
    """Return the place of an item that was added to the object at a place or to its attribute."""
    at = place + (not any(step.is_container for step in steps[place : place + 1]))
    inside = steps[at:]
    if len(inside) > 1 and inside[0].is_container and is_first_put_in(inside):
        return at + 1
    return None


def thread_local(steps: Sequence[Seen]) -> Pattern | None:
    """Recognise a value of a `threading.local`."""
    for place, step in enumerate(steps):
        # Its names are in a dict of dicts, by threads.
        below = steps[place + 1 : place + 4]
        by_threads = len(below) > 2 and all(names.type.known == "dict" for names in below[:2])
        if step.type.facts.is_thread_local and by_threads and below[1].kind != "key":
            return Pattern(
                "thread local",
                "the value lives as long as its thread, in a pool as long as the pool: delete the "
                "attribute when the work is done",
                place + 3,
            )
    return None


def weak_key(steps: Sequence[Seen]) -> Pattern | None:
    """Recognise a value of a `WeakKeyDictionary` that leads to its own key."""
    for place, (step, data) in enumerate(pairwise(steps[:-1])):
        if step.type_name != "weakref.WeakKeyDictionary" or data.name != "data":
            continue
        value, last = steps[place + 2], steps[-1]
        if value.kind != "value":
            continue
        key = _key_that_is_held(data.object, value.object, last.object)
        if key is not None:
            return Pattern(
                "value of a WeakKeyDictionary that holds its key",
                "the entry is removed when its key is freed, but its value keeps the key alive: "
                + (
                    f"let `.{last.name}` be a weakref.ref of the key"
                    if key == id_of(last.object) and last.is_attribute
                    else "let the value refer to it by a weakref.ref"
                ),
                _place_of(key, steps, place + 3),
            )
    return None


def _place_of(address: int, steps: Sequence[Seen], first: int) -> int:
    """Return the place of an object among the steps from `first` on; 0 if it is not there."""
    return next((at for at in range(first, len(steps)) if id_of(steps[at].object) == address), 0)


def _key_that_is_held(data: Any, value: object, asked: object) -> int | None:
    """Return the address of a key whose entry has this value, if the value leads to it."""
    if type(data) is SavedObject and type(value) is SavedObject:
        held = data._weak_keys_held_by(value)
        return id_of(asked) if id_of(asked) in held else next(iter(held), None)
    if type(data) is not dict:
        return None
    keys: list[object]
    try:
        keys = [
            weak()
            for weak, held in dict.items(data)
            if held is value and type(weak) is weakref.ref
        ]
    except RuntimeError:
        return None
    for key in keys:
        if key is asked and key is not value:
            return id(key)
    for key in keys:
        if key is not None and leads_to(value, key):
            return id(key)
    return None


def part_of_text_or_array(steps: Sequence[Seen]) -> Pattern | None:
    """Recognise a small part that holds the whole from which it was taken."""
    for place, (step, following) in enumerate(pairwise(steps), start=1):
        name = following.name
        if step.type_name == "numpy.ndarray" and name == "base":
            return Pattern(
                "view of a larger array",
                "the view keeps the array that it is a part of: store a copy (view.copy())",
                place,
            )
        if step.type.known == "memoryview":
            return Pattern(
                "memoryview",
                "the memoryview keeps the object whose memory it shows: call release(), or store "
                "bytes(view)",
                place,
            )
        if step.type_name == "lxml.etree._ElementUnicodeResult":
            return Pattern(
                "smart string of lxml",
                "a result of xpath() keeps its element, and so the whole document: pass "
                "smart_strings=False, or store str(result)",
                place,
            )
        if step.type_name == "bs4.element.NavigableString" and following.is_attribute:
            return Pattern(
                "string of Beautiful Soup",
                "a NavigableString keeps its parent, and so the whole document: store str(string)",
                place,
            )
    return None
