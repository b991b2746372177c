"""Names for the objects and the references of a cycle, for reading and for comparing.

A name for reading has what tells one object from another, as the number of an item. A
stable name is the same in every run: it has no address, no length, no number of an item,
and no key of a dict that does not look like a word of the program's.
"""

from __future__ import annotations

import re
import types
from typing import TYPE_CHECKING, NamedTuple

from refcycle._objects.types import id_of, is_dict
from refcycle._refcycle import SavedObject, object_annotation
from refcycle._refcycle import _escaped as escaped

if TYPE_CHECKING:
    from refcycle._refcycle import ObjectGraph

__all__ = ["Accessor", "GraphNames", "ObjectName"]

# Types are known by their ids: a metaclass can have an `__eq__` and a `__hash__`.
_CONTAINERS = {id(cls): cls.__name__ for cls in (list, tuple, dict, set, frozenset)}
# Of what has code, the attribute with it.
_RUNNING = {
    id(types.FrameType): ("frame", "f_code"),
    id(types.GeneratorType): ("generator", "gi_code"),
    id(types.CoroutineType): ("coroutine", "cr_code"),
    id(types.AsyncGeneratorType): ("async generator", "ag_code"),
}
_KINDS = {"function": "function", "instancemethod": "method", "type": "class", "module": "module"}
_SERVANTS = {"list", "tuple", "dict", "set", "frozenset", "cell", "traceback"}

_INDEX = re.compile(r"\[\d+\]")
_VALUE = re.compile(r"value\[(.*)\]", re.DOTALL)
_NAME_AS_KEY = re.compile(r"'([^\W\d]\w*)'")
_WORD_AS_KEY = re.compile(r"'[^\W\d]{1,40}'")
_LOCAL = re.compile(r"local '(.*)'", re.DOTALL)


class ObjectName(NamedTuple):
    """What an object is."""

    short: str
    stable: str

    @property
    def is_servant(self) -> bool:
        """Whether it is what others are made of: a name had better not begin with it."""
        return self.stable in _SERVANTS


class Accessor(NamedTuple):
    """How a reference is written after the name of the object that has it."""

    shown: str
    stable: str


class CycleStep(NamedTuple):
    """An object of a cycle, and its reference to the next object."""

    object_id: int
    name: ObjectName
    accessor: Accessor

    @property
    def key(self) -> tuple[bool, str, str]:
        """What is compared to find where a cycle begins."""
        return self.name.is_servant, self.name.stable, self.accessor.stable


def object_name(obj: object) -> ObjectName:
    """Return the name of an object. No code of the object's runs.

    >>> object_name([1, 2])
    ObjectName(short='list', stable='list')
    """
    cls = type(obj)
    if type(obj) is SavedObject:
        return _saved_name(obj)
    if id(cls) in _RUNNING:
        kind, field = _RUNNING[id(cls)]
        name = f"{kind} of {getattr(obj, field).co_name}"
        return ObjectName(name, name)
    if id(cls) in _CONTAINERS:
        name = _CONTAINERS[id(cls)]
        return ObjectName(name, name)
    named = _labelled(object_annotation(obj))
    if named is not None:
        return named
    # A subclass of a container, a weak reference, a string or a number.
    name = object_annotation(cls).partition("\n")[2]
    return ObjectName(name, name)


def _labelled(label: str) -> ObjectName | None:
    """Return the name of an object whose label has one."""
    kind, _, rest = label.partition("\n")
    if kind in _KINDS and rest:
        name = f"{_KINDS[kind]} {rest}"
        return ObjectName(name, name)
    if kind == "object" and rest:
        stable = rest.removeprefix("builtins.")
        return ObjectName(stable.rpartition(".")[2], stable)
    return None


def _saved_name(obj: SavedObject) -> ObjectName:
    """Return the name of an object of a file."""
    if obj.type_name in _CONTAINERS.values():
        return ObjectName(obj.type_name, obj.type_name)
    if obj.type_name == "frame":
        # A label has the place of the frame, not the name of its code.
        name = obj.label.replace("\n", " at ").partition(":")[0]
        return ObjectName(name, name)
    named = _labelled(obj.label)
    if named is not None:
        return named
    name = obj.type_name.rpartition(".")[2]
    return ObjectName(name, name)


def accessor(label: str | None) -> Accessor:
    """Return how a reference is written, from the label that a graph gives it.

    >>> accessor("item[3]")
    Accessor(shown='[3]', stable='[*]')
    >>> accessor("value['name']")
    Accessor(shown="['name']", stable="['name']")
    >>> accessor("parent")
    Accessor(shown='.parent', stable='.parent')
    """
    if not label:
        return Accessor(".?", ".?")
    if label.startswith("item["):
        return Accessor(label[4:], "[*]")
    if value := _VALUE.fullmatch(label):
        shown = f"[{value[1]}]"
        return Accessor(shown, shown if _WORD_AS_KEY.fullmatch(value[1]) else "[*]")
    if local := _LOCAL.fullmatch(label):
        return Accessor(f", local {local[1]}", f", local {local[1]}")
    separator = " " if label in ("key", "element") else "."
    if label.startswith(("stack[", "state of ")):
        separator = ", "
    return Accessor(separator + label, separator + _INDEX.sub("[*]", label))


def attribute(label: str | None) -> Accessor:
    """Return how an attribute is written, from its label in the `__dict__` of an object."""
    value = _VALUE.fullmatch(label or "")
    if value and (name := _NAME_AS_KEY.fullmatch(value[1])):
        return Accessor(f".{name[1]}", f".{name[1]}")
    shown, stable = accessor(label)
    return Accessor(f".__dict__{shown}", f".__dict__{stable}")


class GraphNames:
    """The names of the objects and references of a graph. It keeps no object alive."""

    def __init__(self, graph: ObjectGraph) -> None:
        self.objects: dict[int, ObjectName] = {id_of(obj): object_name(obj) for obj in graph}
        plain = {id_of(obj) for obj in graph if is_dict(obj)}
        self.annotated = graph.annotated()
        self.labels: dict[tuple[int, int], list[str | None]] = {}
        self._owners: dict[int, int] = {}
        for edge in self.annotated.edges:
            self.labels.setdefault((edge.tail, edge.head), []).append(edge.annotation)
            if edge.annotation == "__dict__" and edge.head in plain:
                # A dict of several has the one with the smallest name.
                self._owners[edge.head] = min(
                    self._owners.get(edge.head, edge.tail),
                    edge.tail,
                    key=lambda owner: self.objects[owner],
                )

    def owner(self, object_id: int) -> int | None:
        """Return the object whose `__dict__` an object is, by ids."""
        return self._owners.get(object_id)

    def accessor(self, tail: int, head: int) -> Accessor:
        """Return how a reference is written; of parallel ones the smallest."""
        return min(map(accessor, self.labels[tail, head]), key=lambda found: found[::-1])

    def attribute(self, namespace: int, head: int) -> Accessor:
        """Return how an attribute is written that is in the `__dict__` of an object."""
        found = map(attribute, self.labels[namespace, head])
        return min(found, key=lambda found: found[::-1])

    def steps(self, cycle: tuple[int, ...]) -> list[CycleStep]:
        """Return the steps of a cycle of ids, from its canonical beginning.

        Where the cycle goes through the `__dict__` of an object, that is one step.
        """
        found = []
        for place, here in enumerate(cycle):
            following = cycle[(place + 1) % len(cycle)]
            if self.owner(here) == cycle[place - 1] and len(cycle) > 1:
                continue
            if self.owner(following) == here and len(cycle) > 1:
                written = self.attribute(following, cycle[(place + 2) % len(cycle)])
            else:
                written = self.accessor(here, following)
            found.append(CycleStep(here, self.objects[here], written))
        turns = [found[place:] + found[:place] for place in range(len(found))]
        return min(turns, key=lambda turn: [step.key for step in turn])


def shown(steps: list[CycleStep]) -> str:
    """Return a cycle for reading."""
    names = [step.name.short + step.accessor.shown for step in steps]
    return escaped(" -> ".join([*names, steps[0].name.short]))


def signature(steps: list[CycleStep]) -> str:
    """Return a cycle for comparing."""
    return " -> ".join(step.name.stable + step.accessor.stable for step in steps)
