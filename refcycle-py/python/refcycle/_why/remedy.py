"""What is said of a form of holder that is known, and which kinds of objects matter in it."""

from __future__ import annotations

from typing import NamedTuple

from refcycle._objects.states import state_of
from refcycle._objects.types import Type, items_of

_CONTAINERS = {
    "list",
    "dict",
    "set",
    "collections.deque",
    "collections.defaultdict",
    "collections.OrderedDict",
    "collections.Counter",
}
_GENERATORS = {"generator", "coroutine", "async_generator"}
_STAND_FOR_WORK = {"method", "frame", "bytearray", "memoryview", *_GENERATORS}
_MOST_CHOICES = 50


class Remedy(NamedTuple):
    """A form of holder that is known, and what helps."""

    name: str
    """Which form it is, as in "bound method"."""
    advice: str
    """What to do, in a sentence."""


class Seen(NamedTuple):
    """A step of a chain, and the type of its object, be it alive or in a file."""

    object: object
    label: str
    reference: str
    kind: str
    name: str | None
    detail: int | None
    type: Type

    @property
    def is_attribute(self) -> bool:
        """Whether its holder has it as an attribute of the program's."""
        is_named = self.kind in ("attribute", "field") and self.name is not None
        return is_named and not str(self.name).startswith("__")

    @property
    def is_class(self) -> bool:
        """Whether it is a class, of whatever metaclass."""
        return self.type.facts.is_class

    @property
    def is_container(self) -> bool:
        """Whether it is a container of Python's own that can grow."""
        return self.type.known in _CONTAINERS

    @property
    def is_cache(self) -> bool:
        """Whether it is what `functools.lru_cache` makes."""
        return self.type.known == "functools._lru_cache_wrapper"

    @property
    def is_suspended(self) -> bool:
        """Whether it is a generator or a coroutine that is not running."""
        return self.type.known in _GENERATORS and state_of(self.object) == "suspended"

    @property
    def is_done(self) -> bool:
        """Whether it is a future with a result. False where only its own code could tell."""
        return self.type.facts.is_future and state_of(self.object) == "done"

    @property
    def is_put_in(self) -> bool:
        """Whether it is of a kind that programs put into containers while they run.

        Tables of constants hold classes, functions, members of enums, texts, numbers, and small
        values that cannot be referred to weakly.
        """
        facts = self.type.facts
        if facts.is_class or self.is_cache or facts.is_enum:
            return False
        if self.type.known in _STAND_FOR_WORK or facts.is_exception or facts.is_future:
            return True
        return facts.is_made_at_run_time and facts.has_weak_references

    def is_choice(self, *, by_key: bool = False) -> bool:
        """Return whether it is a container with several items, each of a class of its own.

        So are things to choose from, as an encoder for each format, and not what piles up.
        Where a file does not have all items, those that it has decide.
        """
        kinds, are_all = items_of(self.object, _MOST_CHOICES, by_key=by_key)
        are_several = len(kinds) > 1 or not are_all
        return are_several and len(kinds) < _MOST_CHOICES and len(set(kinds)) == len(kinds)
