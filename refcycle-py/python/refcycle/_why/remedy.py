"""A pattern with its fix, and the facts about objects by which patterns are recognised."""

from __future__ import annotations

import struct
import sys
from collections.abc import Sequence
from typing import NamedTuple

from refcycle._objects.states import state_of
from refcycle._objects.types import Type, items_of, len_of, size_of
from refcycle._objects.unused_locals import UnusedLocals
from refcycle._refcycle import object_name
from refcycle._why.holds import Holds

_SEQUENCES = {"list", "collections.deque"}
_CONTAINERS = {
    "list",
    "dict",
    "set",
    "collections.deque",
    "collections.defaultdict",
    "collections.OrderedDict",
    "collections.Counter",
}
_DICTS = {"dict", "collections.defaultdict", "collections.OrderedDict"}
_GENERATORS = {"generator", "coroutine", "async_generator"}
_CALLBACKS = {"builtin_function_or_method", "function", "functools.partial", "method"}
_STAND_FOR_WORK = {"method", "frame", "bytearray", "memoryview", *_GENERATORS}
_MOST_CHOICES = 50
_ITEM = struct.calcsize("P")


class Remedy(NamedTuple):
    """A pattern that keeps an object alive, and a fix.

    Attributes:
        name: The name of the pattern, for example "bound method".
        advice: How to fix it, in one sentence.
    """

    name: str
    advice: str


class Pattern(NamedTuple):
    """A pattern recognised in a chain."""

    name: str
    advice: str
    """See `Remedy`."""
    cut: int
    """The place of the step to which the reference leads that the fix removes; 0 is the first
    object, whose reference comes from outside."""

    @property
    def remedy(self) -> Remedy:
        """The pattern without its place."""
        return Remedy(self.name, self.advice)


class Seen(NamedTuple):
    """A step of a chain, and the type of its object, live or from a file."""

    object: object
    label: str
    reference: str
    kind: str
    name: str | None
    detail: int | None
    type: Type
    type_name: str | None
    """The name of the type with its module, of an instance."""
    own_name: str | None
    """The name of a class, function, method or module, of the function of a frame, and of the
    variable of a cell."""
    is_new: bool = False
    """Whether it is known to have been created since a snapshot."""
    is_added: bool = False
    """Whether it is known to have been put where it is since a snapshot."""
    is_first_new: bool = False
    """Whether it is the first object of the chain that is known to be new."""

    @property
    def is_attribute(self) -> bool:
        """Whether it is an attribute that the program has set."""
        is_named = self.kind in ("attribute", "field") and self.name is not None
        return is_named and not str(self.name).startswith("__")

    @property
    def is_class(self) -> bool:
        """Whether it is a class, with any metaclass."""
        return self.type.facts.is_class

    @property
    def is_container(self) -> bool:
        """Whether it is one of Python's containers that can grow."""
        return self.type.known in _CONTAINERS

    @property
    def is_sequence(self) -> bool:
        """Whether it is a list, a tuple or a deque."""
        return self.type.known in _SEQUENCES or self.type.known == "tuple"

    @property
    def may_have_grown(self) -> bool:
        """Whether it is a container to which items may have been added since it was created.

        A list has spare capacity then; for other containers this is unknown.
        """
        if self.type.known != "list":
            return self.is_container
        return size_of(self.object) > sys.getsizeof([]) + _ITEM * len_of(self.object)

    @property
    def is_cache(self) -> bool:
        """Whether it is a function with a `functools.lru_cache`."""
        return self.type.known == "functools._lru_cache_wrapper"

    @property
    def is_generator(self) -> bool:
        """Whether it is a generator or a coroutine."""
        return self.type.known in _GENERATORS

    @property
    def is_suspended(self) -> bool:
        """Whether it is a generator or a coroutine that is not running."""
        return self.type.known in _GENERATORS and state_of(self.object) == "suspended"

    @property
    def is_done(self) -> bool:
        """Whether it is a future with a result. False if only its own code could tell."""
        return self.type.facts.is_future and state_of(self.object) == "done"

    @property
    def is_put_in(self) -> bool:
        """Whether it is of a kind that programs put into containers while they run.

        Tables of constants contain classes, functions, members of enums, strings, numbers, and
        small values without weak references.
        """
        if self.is_new:
            return True
        facts = self.type.facts
        if facts.is_class or self.is_cache or facts.is_enum:
            return False
        if self.type.known in _STAND_FOR_WORK or facts.is_exception or facts.is_future:
            return True
        # Up to 3.11 the types of files are static.
        is_instance = facts.is_made_at_run_time or str(self.type_name).startswith("_io.")
        return is_instance and facts.has_weak_references

    def is_class_of(self, module: str, name: str) -> bool:
        """Return whether it is the class of this name in a module, live or from a file."""
        return self.is_class and object_name(self.object).long == f"class {module}.{name}"

    def is_choice(self, *, by_key: bool = False) -> bool:
        """Return whether it is a container with several items, each of a different class.

        Such a container offers a choice, for example an encoder for each format, and does not
        accumulate. If a file does not have all items, those that it has decide.
        """
        kinds, are_all = items_of(self.object, _MOST_CHOICES, by_key=by_key)
        are_several = len(kinds) > 1 or not are_all
        return are_several and len(kinds) < _MOST_CHOICES and len(set(kinds)) == len(kinds)


def removal(container: Seen, item: Seen) -> str:
    """Return how to make a container let go of an item."""
    remove = "remove each item when it is done"
    if container.type.known in _DICTS:
        remove += ", or bound it if it is a cache, as functools.lru_cache(maxsize=...) does"
    if container.type.known == "tuple":
        return "assign a tuple without the item when it is done"
    # The event loop refers to its tasks weakly, so that another reference must be strong. As a
    # rule, nothing else holds a callback.
    is_for_weak = not item.type.facts.is_future and item.type.known not in _CALLBACKS
    if not (item.type.facts.has_weak_references and is_for_weak):
        return remove
    if container.type.known in _SEQUENCES:
        return f"{remove}; if other objects own the items, store weak references (weakref.ref)"
    weak = {
        "key": "weakref.WeakKeyDictionary",
        "value": "weakref.WeakValueDictionary",
        "element": "weakref.WeakSet",
    }.get(item.kind)
    return remove if weak is None else f"{remove}; if other objects own the items, use a {weak}"


def put_in(steps: Sequence[Seen], place: int) -> int:
    """Return the place of what was put into a container; if it is none, that of the object."""
    return place + (steps[place].is_container and place + 1 < len(steps))


class Chains(NamedTuple):
    """The chains of an answer, as remedies see them."""

    chains: Sequence[Sequence[Seen]]
    unused: UnusedLocals
    """Which variables calls do not use again."""
    holds: Holds
    """The references to the objects of the chains."""
