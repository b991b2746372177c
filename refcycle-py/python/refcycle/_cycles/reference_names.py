"""Names for the objects and the references of a cycle, for reading and for comparing.

A name for reading distinguishes one object from another, as by the number of an item. In a
signature, names are the same in every run: they have no address, length, index or key. These
names are `ObjectName.stable` and `ReferenceName.stable`, as in the signatures of chains.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from refcycle import _refcycle
from refcycle._objects.attributes import entry_name, is_to_namespace, without_namespaces
from refcycle._objects.types import id_of, is_dict
from refcycle._refcycle import _escaped as escaped

if TYPE_CHECKING:
    from refcycle._refcycle import ObjectGraph, ReferenceName

__all__ = ["Accessor", "GraphNames", "ObjectName"]

_CONTAINERS = {"list", "tuple", "dict", "set", "frozenset"}
_SERVANTS = {*_CONTAINERS, "cell", "traceback"}
_NAMED_IN_CODE = {"class", "function", "method"}
_NAMED_BY_TYPE = {*_CONTAINERS, "value", "instance"}

_DIGIT = re.compile(r"\d")
_LONGEST_WORD = 40


class ObjectName(NamedTuple):
    """The name of an object."""

    short: str
    stable: str

    @property
    def is_servant(self) -> bool:
        """Whether it is a part of other objects: a name should not begin with it."""
        return self.stable in _SERVANTS


class Accessor(NamedTuple):
    """How a reference is written after the name of the object that has it."""

    shown: str
    stable: str
    """Without indices, and without the keys that look like data."""
    masked: str
    """In a signature: without indices and keys."""


class CycleStep(NamedTuple):
    """An object of a cycle, and its reference to the next object."""

    object_id: int
    name: ObjectName
    accessor: Accessor

    @property
    def key(self) -> tuple[bool, str, str]:
        """The key by which the first step of a cycle is chosen."""
        return self.name.is_servant, self.name.stable, self.accessor.masked


def object_name(obj: object) -> ObjectName:
    """Return the name of an object. No code of the object runs.

    >>> object_name([1, 2])
    ObjectName(short='list', stable='list')
    """
    return _named(_refcycle.object_name(obj))


def _named(known: _refcycle.ObjectName) -> ObjectName:
    """Return the name of an object for cycles."""
    stable = _spelled(known)
    is_type = known.kind in _NAMED_BY_TYPE
    return ObjectName(stable.rpartition(".")[2] if is_type else stable, stable)


def _spelled(known: _refcycle.ObjectName) -> str:
    """Return the name in a signature, but in full if no code can have it: a fix shows the name."""
    if known.kind in _NAMED_IN_CODE:
        return f"{known.kind} {known.name}"
    if known.kind in _NAMED_BY_TYPE and known.type_name is not None:
        return known.type_name.removeprefix("builtins.")
    return known.stable


def accessor(reference: ReferenceName | None) -> Accessor:
    """Return how a reference is written."""
    if reference is None:
        return Accessor(".?", ".?", ".?")
    kind, name, index = reference.kind, reference.name, reference.index
    masked = reference.stable
    if kind in ("item", "array item"):
        return Accessor(f"[{name if index is None else index}]", masked, masked)
    if kind == "value":
        shown = f"[{name}]"
        return Accessor(shown, shown if _is_word(reference.key) else masked, masked)
    if kind == "stack":
        return Accessor(f" stack[{index}]", masked, masked)
    if kind == "field item":
        return Accessor(f".{name}[{index}]", masked, masked)
    if kind == "other":
        return Accessor(f" {name}", masked, masked)
    return Accessor(masked, masked, masked)


def _is_word(key: str | None) -> bool:
    """Return whether a key looks like a word of the program's, and not like data."""
    return key is not None and len(key) <= _LONGEST_WORD and not _DIGIT.search(key)


def attribute(reference: ReferenceName | None) -> Accessor:
    """Return how an attribute is written, from its entry in the `__dict__` of an object."""
    if reference is not None and entry_name(reference) is not None:
        written = reference.stable_attribute
        return Accessor(written, written, written)
    return Accessor(*(f".__dict__{written}" for written in accessor(reference)))


class GraphNames:
    """The names of the objects and references of a graph. It keeps no object alive."""

    def __init__(self, graph: ObjectGraph) -> None:
        names, self.references = graph._names()
        self.objects: dict[int, ObjectName] = {}
        made: dict[_refcycle.ObjectName, ObjectName] = {}
        for obj, known in zip(graph, names, strict=True):
            # Thousands of objects of a class have the same name.
            if known not in made:
                made[known] = _named(known)
            self.objects[id_of(obj)] = made[known]
        plain = {id_of(obj) for obj in graph if is_dict(obj)}
        self._by_ends: dict[tuple[int, int], list[ReferenceName | None]] = {}
        self._owners: dict[int, int] = {}
        for tail, head, reference in self.references:
            if head not in plain or not is_to_namespace(reference, is_dict=True):
                continue
            known_owner = self._owners.setdefault(head, tail)
            # A dict that belongs to several objects gets the one with the smallest name.
            if known_owner != tail and self.objects[tail] < self.objects[known_owner]:
                self._owners[head] = tail

    def _parallel(self, tail: int, head: int) -> list[ReferenceName | None]:
        """Return the references from one object to another."""
        if not self._by_ends:
            for from_, to, reference in self.references:
                self._by_ends.setdefault((from_, to), []).append(reference)
        return self._by_ends[tail, head]

    def owner(self, object_id: int) -> int | None:
        """Return the object whose `__dict__` an object is, by ids."""
        return self._owners.get(object_id)

    def accessor(self, tail: int, head: int) -> Accessor:
        """Return how a reference is written; of parallel references, the smallest text."""
        return min(map(accessor, self._parallel(tail, head)), key=lambda found: found[::-1])

    def attribute(self, namespace: int, head: int) -> Accessor:
        """Return how an attribute is written that is in the `__dict__` of an object."""
        found = map(attribute, self._parallel(namespace, head))
        return min(found, key=lambda found: found[::-1])

    def steps(self, cycle: tuple[int, ...]) -> list[CycleStep]:
        """Return the steps of a cycle of ids, from its canonical beginning.

        An object and the `__dict__` through which the cycle passes are one step.
        """
        # Once around, from an object that is not a namespace and back to it.
        begin = next(
            (place for place, here in enumerate(cycle) if self.owner(here) != cycle[place - 1]), 0
        )
        chain = [*cycle[begin:], *cycle[:begin], cycle[begin]]

        def is_namespace(place: int) -> bool:
            return self.owner(chain[place]) == chain[place - 1]

        found = []
        here = chain[0]
        for place, is_entry in islice(without_namespaces(len(chain), is_namespace), 1, None):
            head = chain[place]
            if is_entry:
                written = self.attribute(chain[place - 1], head)
            else:
                written = self.accessor(here, head)
            found.append(CycleStep(here, self.objects[here], written))
            here = head
        turns = [found[place:] + found[:place] for place in range(len(found))]
        return min(turns, key=lambda turn: [step.key for step in turn])


def shown(steps: list[CycleStep]) -> str:
    """Return a cycle for reading."""
    names = [step.name.short + step.accessor.shown for step in steps]
    return escaped(" -> ".join([*names, steps[0].name.short]))


def signature(steps: list[CycleStep]) -> str:
    """Return a cycle for comparing."""
    return " -> ".join(step.name.stable + step.accessor.masked for step in steps)
