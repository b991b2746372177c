"""The objects of a component, their names, and which of them hold which."""

from __future__ import annotations

import os.path
from collections.abc import Iterator, Sequence
from types import CoroutineType, FrameType, FunctionType, GeneratorType
from typing import TYPE_CHECKING

from refcycle import _refcycle
from refcycle._cycles.reference_names import GraphNames, accessor, attribute
from refcycle._objects.attributes import is_attribute
from refcycle._objects.type_flags import (
    can_be_referred_to_weakly,
    can_have_weak_slot,
    class_name,
    is_made_at_run_time,
    namespace_of,
    resolution_of,
)
from refcycle._objects.types import Type, Types, id_of, is_ours
from refcycle._refcycle import SavedObject

if TYPE_CHECKING:
    from refcycle._refcycle import ObjectGraph, ReferenceName

__all__ = ["CALLABLES", "METHODS", "Component"]

METHODS = ("builtin_function_or_method", "method")
CALLABLES = ("method", "function", "functools.partial")
# Types of objects that stand for an object, or are a part of one, in a chain from an owner.
_PARTS = {"cell", "dict", "functools.partial", "function", "list", "method", "set", "tuple"}
_PARTS |= {"collections.OrderedDict", "collections.defaultdict", "collections.deque"}
_CONTAINERS = {"dict", "list", "set", "collections.OrderedDict", "collections.defaultdict"}
_OF_CLOSURES = {"cell", "function", "tuple"}
_LEADING = {"__func__", "__self__", "__closure__", "__defaults__", "__kwdefaults__"}
_LEADING |= {"cell_contents", "func", "args", "keywords"}

# How many nested containers are named after their holders.
_NESTING = 3
# A container with more holders is not named after any of them.
_HOLDERS = 8
# How far parts are followed to the objects that hold them, and to those that they hold.
_FAR = 6
_MOST_FOLLOWED = 64
# Of at most this many lists, the holders outside are looked up.
_MOST_LISTS = 100


def _held_by(holder: object, lists: Sequence[object]) -> str:
    """Return the attribute by which an instance holds one of some lists; else empty."""
    references = _refcycle.ObjectGraph([holder, *lists])._names()[1]
    found = [
        accessor(reference).stable
        for tail, _, reference in references
        if tail == id(holder) and _field(reference)
    ]
    return f"{class_name(type(holder))}{min(found)}" if found else ""


def _field(reference: ReferenceName | None) -> str:
    """Return the name of the attribute that a reference is; else empty."""
    if reference is None or reference.kind in ("item", "array item", "element"):
        return ""
    return reference.key or reference.name or ""


Neighbours = dict[int, "list[tuple[int, ReferenceName | None]]"]
"""By the ids of objects their holders or the objects that they hold, with the references."""


class Component:
    """The objects of a component by their ids, with names. It holds the objects."""

    def __init__(self, graph: ObjectGraph) -> None:
        self.graph = graph
        self.names = GraphNames(graph)
        types = Types(graph)
        self.types: dict[int, Type] = {}
        self.objects: dict[int, object] = {}
        for obj in graph:
            self.types[id_of(obj)] = types.of(obj)
            self.objects[id_of(obj)] = obj
        self._containers: dict[int, str] = {}
        self._neighbours: tuple[Neighbours, Neighbours] | None = None
        self._outside: str | None = None
        self.callbacks: set[int] = set()
        """The ids of the callbacks of weak references."""
        # Few references have different names.
        names = {id(reference): reference for _, _, reference in self.names.references}
        calling = {number for number, name in names.items() if is_attribute(name, "__callback__")}
        if calling:
            self.callbacks.update(
                head for _, head, reference in self.names.references if id(reference) in calling
            )

    @property
    def holders(self) -> Neighbours:
        """The ids of the holders of each object, with the references."""
        return self._both_ways()[0]

    @property
    def _following(self) -> Neighbours:
        return self._both_ways()[1]

    def _both_ways(self) -> tuple[Neighbours, Neighbours]:
        # Made when they are needed first: most components of instances do not need them.
        if self._neighbours is None:
            holders: Neighbours = {object_id: [] for object_id in self.objects}
            following: Neighbours = {object_id: [] for object_id in self.objects}
            for tail, head, reference in self.names.references:
                holders[head].append((tail, reference))
                following[tail].append((head, reference))
            self._neighbours = holders, following
        return self._neighbours

    def live(self, object_id: int) -> object | None:
        """Return an object that is alive; None if it is known from a file."""
        found = self.objects[object_id]
        return None if type(found) is SavedObject else found

    def short(self, object_id: int) -> str:
        """Return the name of an object."""
        return self.names.objects[object_id].short

    def is_instance(self, object_id: int) -> bool:
        """Return whether it is an instance of a class and not a part of another object."""
        known, facts = self.types[object_id].known, self.types[object_id].facts
        is_one = facts.is_made_at_run_time and not facts.is_class and not facts.is_tuple
        return not known and is_one

    def owners(self, object_id: int) -> set[int]:
        """Return the ids of the instances whose parts lead to an object."""
        return self._nearest(object_id, self._holders_of)

    def targets(self, object_id: int) -> set[int]:
        """Return the ids of the instances to which a callable or a container leads."""
        return self._nearest(object_id, self._parts_of)

    def _nearest(self, object_id: int, neighbours: object) -> set[int]:
        found: set[int] = set()
        seen = {object_id}
        near = [object_id]
        for _ in range(_FAR):
            following = []
            for here in near:
                for there in neighbours(here):  # type: ignore[operator]
                    if there in seen or len(seen) > _MOST_FOLLOWED:
                        continue
                    seen.add(there)
                    if self.types[there].known in _PARTS or self.types[there].facts.is_tuple:
                        following.append(there)
                    else:
                        found.add(there)
            near = following
        return found

    def _holders_of(self, object_id: int) -> Iterator[int]:
        for tail, reference in self.holders.get(object_id, []):
            if is_attribute(reference, "__globals__"):
                continue
            owner = self.names.owner(tail)
            yield tail if owner is None else owner

    def _parts_of(self, object_id: int) -> Iterator[int]:
        is_callable = self.types[object_id].known in (*CALLABLES, "cell")
        for head, reference in self._following.get(object_id, []):
            if not is_callable or (reference is not None and reference.name in _LEADING):
                yield head

    def object_of(self, method: int) -> int | None:
        """Return the id of the object of a method, if it is an instance of the component."""
        if not self.types[method].known:
            return None
        for head, reference in self._following.get(method, []):
            if is_attribute(reference, "__self__") and self.is_instance(head):
                return head
        return None

    def container_of(self, method: int) -> int | None:
        """Return the id of the container of a method in C, as in `items.remove`."""
        if self.types[method].known != "builtin_function_or_method":
            return None
        for head, reference in self._following.get(method, []):
            is_container = self.types[head].known in _CONTAINERS
            if is_container and is_attribute(reference, "__self__"):
                return head
        return None

    def is_closed(self, function: int, cell: int) -> bool:
        """Return whether a function leads to a cell through closures only."""
        if self.types[function].known != "function":
            return False
        seen = {function}
        near = [function]
        while near and len(seen) <= _MOST_FOLLOWED:
            here = near.pop()
            if here == cell:
                return True
            for there, _ in self._following.get(here, []):
                if there not in seen and self.types[there].known in _OF_CLOSURES:
                    seen.add(there)
                    near.append(there)
        return False

    def leads_to(self, tail: int, head: int) -> bool:
        """Return whether an object refers to another one directly."""
        return any(there == head for there, _ in self._following.get(tail, []))

    def packages(self, object_id: int) -> set[str]:
        """Return the packages that define the class of an object and its bases."""
        obj = self.live(object_id)
        found = {self.names.objects[object_id].stable.partition(".")[0]}
        for base in () if obj is None else resolution_of(type(obj)):
            module = namespace_of(base).get("__module__")
            if type(module) is str and is_made_at_run_time(base):
                found.add(module.partition(".")[0])
        return found

    def has_attributes(self, object_id: int) -> bool:
        """Return whether a `__dict__` of an object is in the component."""
        following = self._following.get(object_id, [])
        return any(self.names.owner(there) == object_id for there, _ in following)

    def can_have_weak_slot(self, object_id: int) -> bool:
        """Return whether `__weakref__` can be added to the slots of the class of an object."""
        obj = self.live(object_id)
        return obj is not None and can_have_weak_slot(type(obj))

    def can_be_weak(self, object_id: int) -> bool:
        """Return whether an object can have weak references."""
        return self.types[object_id].facts.has_weak_references

    def are_weak(self, values: dict[object, object]) -> bool:
        """Return whether all values of a dict are instances that can have weak references."""
        try:
            types = {id(type(value)): type(value) for value in dict.values(values)}
        except RuntimeError:
            # Another thread changes it.
            return False
        return all(
            can_be_referred_to_weakly(found) and found is not FunctionType
            for found in types.values()
        )

    def attribute_of(self, container: int) -> tuple[int, str] | None:
        """Return the only instance that holds a container, perhaps in others, and the attribute.

        The containers in between are dicts, lists, sets and tuples. Methods of a container do not
        count as holders.
        """
        here = container
        for _ in range(_NESTING):
            holders = [
                held
                for held in self.holders.get(here, [])
                if self.types[held[0]].known not in METHODS
            ]
            if len(holders) != 1:
                return None
            [(tail, reference)] = holders
            owner = self.names.owner(tail)
            holder = tail if owner is None else owner
            if self.is_instance(holder):
                field = _field(reference)
                return None if not field else (holder, field)
            known = self.types[tail].known
            if known not in _CONTAINERS and not self.types[tail].facts.is_tuple:
                return None
            here = tail
        return None

    def name_in(self, container: int, holder: int) -> str:
        """Return the name of the attribute of an object that holds a container; else empty."""
        for tail, reference in self.holders.get(container, []):
            owner = self.names.owner(tail)
            if (tail if owner is None else owner) == holder and _field(reference):
                return self.name_of_reference(tail, reference)
        return ""

    def name_outside(self) -> str:
        """Return the attribute by which an instance outside holds one of the lists; else empty.

        The first call examines all objects that the collector tracks.
        """
        if self._outside is None:
            self._outside = ""
            lists = [obj for obj in self.objects.values() if type(obj) is list]
            for holder in _refcycle.tracked_referrers(lists[:_MOST_LISTS]) if lists else ():
                is_instance = is_made_at_run_time(type(holder)) and not is_ours(holder)
                if is_instance and id(holder) not in self.objects:
                    found = _held_by(holder, lists)
                    self._outside = min(filter(None, (self._outside, found)), default="")
        return self._outside

    def place_of_call(self, object_id: int) -> str:
        """Return the file and the first line of the function of a frame, in parentheses."""
        obj = self.live(object_id)
        code = None
        if type(obj) is FrameType:
            code = obj.f_code
        elif type(obj) is GeneratorType:
            code = obj.gi_code
        elif type(obj) is CoroutineType:
            code = obj.cr_code
        if code is None:
            return ""
        return f" ({os.path.basename(code.co_filename)}:{code.co_firstlineno})"

    def is_unnamed(self, container: int) -> bool:
        """Return whether an attribute holds a container whose name is not known."""
        return any(reference is None for _, reference in self.holders.get(container, []))

    def holding(self, object_id: int, known: str) -> list[int]:
        """Return the ids of the holders of an object that have a known type."""
        holders = self.holders.get(object_id, [])
        return [tail for tail, _ in holders if self.types[tail].known == known]

    def place_in(self, container_id: int, object_id: int) -> int | None:
        """Return the index of an object in a tuple."""
        for head, reference in self._following.get(container_id, []):
            if head == object_id and reference is not None and reference.kind == "item":
                return reference.index
        return None

    def has_key(self, object_id: int, keys: set[str]) -> bool:
        """Return whether one of these keys of a dict has a value in the component."""
        following = self._following.get(object_id, [])
        return any(reference is not None and reference.key in keys for _, reference in following)

    def name_of_reference(
        self, tail: int, reference: ReferenceName | None, below: tuple[int, ...] = ()
    ) -> str:
        """Return the name of a reference, of which objects below the tail are a part."""
        owner = self.names.owner(tail)
        if owner is not None:
            return self.short(owner) + attribute(reference).stable
        return self.name_of_object(tail, below) + accessor(reference).stable

    def name_of_object(self, object_id: int, below: tuple[int, ...] = ()) -> str:
        """Return a name; a container is named after a holder that is not in `below`."""
        name = self.names.objects[object_id]
        is_part = name.is_servant or self.types[object_id].known in _CONTAINERS
        if not is_part or len(below) >= _NESTING:
            return name.short
        return self.name_of_place(object_id, below)

    def name_of_place(self, object_id: int, below: tuple[int, ...] = ()) -> str:
        """Return the name of a reference that holds an object; its own name if there is none."""
        if not below and object_id in self._containers:
            return self._containers[object_id]
        path = (*below, object_id)
        holders = [held for held in self.holders.get(object_id, []) if held[0] not in path]
        if not 0 < len(holders) <= _HOLDERS:
            found = self.short(object_id)
        else:
            found = min(
                self.name_of_reference(tail, reference, path) for tail, reference in holders
            )
        if not below:
            self._containers[object_id] = found
        return found
