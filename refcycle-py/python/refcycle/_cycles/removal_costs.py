"""The cost of removing a reference from a program, and how to remove it.

An attribute of an instance that refers back to another instance costs least: a weak
reference does as well. What Python itself needs costs most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from refcycle._cycles.reference_names import GraphNames, accessor, attribute
from refcycle._objects.attributes import is_attribute
from refcycle._objects.types import Type, Types, id_of

if TYPE_CHECKING:
    from refcycle._refcycle import ObjectGraph, ReferenceName

__all__ = ["Removal", "removals_of"]

_BACK_REFERENCE = 0.9
_ATTRIBUTE = 1.0
_WITHOUT_WEAK_SLOT = 1.2
_LOCAL = 1.5
_CALLABLE = 2.0
_ITEM = 3.0
_TRACEBACK = 4.0
_FIRM = 10.0
_PYTHONS_OWN = 100.0

_BACK_NAMES = {"back", "container", "creator", "host", "manager", "master", "outer", "owner"}
_BACK_NAMES |= {"parent", "prev", "previous", "root", "up"}
_OF_FUNCTIONS = (
    "__closure__",
    "__code__",
    "__defaults__",
    "__func__",
    "__globals__",
    "__kwdefaults__",
)
_OF_CLASSES = (
    "__base__",
    "__bases__",
    "__class__",
    "__dict__",
    "__mro__",
    "__objclass__",
    "__weakref__",
)
_OF_FRAMES = ("f_back", "f_builtins", "f_code", "f_globals", "tb_frame", "tb_next")
_OF_GENERATORS = ("ag_code", "ag_frame", "cr_code", "cr_frame", "gi_code", "gi_frame")
_OF_PYTHON = {*_OF_FUNCTIONS, *_OF_CLASSES, *_OF_FRAMES, *_OF_GENERATORS}
_ITEMS = {"item", "array item", "value", "key", "element"}
_OF_EXCEPTIONS = {"__traceback__", "__context__", "__cause__"}
_METHODS = ("method", "builtin_function_or_method", "method-wrapper")

# How many containers in each other are named by what holds them.
_NESTING = 3
# A container with more holders has no one's name.
_HOLDERS = 8


class Removal(NamedTuple):
    """The name of a reference, the cost of removing it, and how to remove it."""

    name: str
    cost: float
    advice: str


def removals_of(graph: ObjectGraph) -> list[Removal]:
    """Return the removal of each reference, in the order of `graph.edges`."""
    return _Removals(graph).of_edges()


class _Removals:
    def __init__(self, graph: ObjectGraph) -> None:
        self.names = GraphNames(graph)
        types = Types(graph)
        self.types: dict[int, Type] = {id_of(obj): types.of(obj) for obj in graph}
        self._containers: dict[int, str] = {}
        self.holders: dict[int, list[tuple[int, ReferenceName | None]]] = {}
        for tail, head, reference in self.names.references:
            self.holders.setdefault(head, []).append((tail, reference))

    def of_edges(self) -> list[Removal]:
        # Thousands of objects of a class have the same kinds of references.
        made: dict[tuple[object, ...], Removal] = {}
        found = []
        for tail, head, reference in self.names.references:
            # Items are alike, whatever their index.
            is_item = reference is not None and reference.kind == "item"
            owner = self.names.owner(tail)
            if owner is None and self.names.objects[tail].is_servant:
                # A container is named by what holds it.
                from_: object = tail
            else:
                holder = tail if owner is None else owner
                from_ = (owner is None, self.types[holder].key, self.names.objects[holder].short)
            key = (
                from_,
                "item" if is_item else reference,
                self.types[head].key,
                self.names.objects[head].short,
            )
            removal = made.get(key)
            if removal is None:
                removal = made[key] = self._removal(tail, head, reference)
            found.append(removal)
        return found

    def _removal(self, tail: int, head: int, reference: ReferenceName | None) -> Removal:
        name = self._name_of_reference(tail, reference)
        owner = self.names.owner(tail)
        if reference is None:
            return _firm(name)
        field = reference.key or reference.name or ""
        if owner is not None:
            return self._of_attribute(name, field, owner, head)
        if reference.kind != "value" and field in _OF_PYTHON:
            return Removal(name, _PYTHONS_OWN, self._advice_on_pythons(tail, name))
        if reference.kind != "value" and field in _OF_EXCEPTIONS:
            return Removal(name, _TRACEBACK, f"set `{name}` to None when the exception is handled")
        if reference.kind == "local":
            what = self._name_of_object(tail)
            local = f"local `{field}`" if field else "local"
            how = f"delete the {local} of the {what} when it is done"
            return Removal(name, _LOCAL, how)
        if is_attribute(reference, "cell_contents"):
            inner = self.names.objects[head].short
            return Removal(name, _CALLABLE, f"hand {inner} over as an argument, not by a closure")
        if reference.kind in _ITEMS:
            return self._of_item(name, tail, head, reference.kind)
        if not self.types[tail].facts.is_made_at_run_time:
            return _firm(name)
        return self._of_attribute(name, field, tail, head)

    def _of_attribute(self, name: str, field: str, tail: int, head: int) -> Removal:
        if field in _OF_PYTHON:
            return Removal(name, _PYTHONS_OWN, self._advice_on_pythons(tail, name))
        head_type = self.types[head]
        if head_type.known in _METHODS:
            return Removal(
                name, _ATTRIBUTE, f"hold the method in `{name}` by a weakref.WeakMethod"
            )
        is_of_a_class = head_type.facts.is_made_at_run_time
        if not is_of_a_class:
            # A container, a function, a generator: often nothing else holds it.
            is_callable = head_type.known == "function"
            return _firm(name, _CALLABLE if is_callable else _FIRM)
        is_back = field.strip("_").lower() in _BACK_NAMES
        if head_type.facts.has_weak_references:
            cost = _BACK_REFERENCE if is_back else _ATTRIBUTE
            return Removal(name, cost, f"make `{name}` a weak reference")
        needs = f"give {self.names.objects[head].short} a `__weakref__` slot"
        return Removal(name, _WITHOUT_WEAK_SLOT, f"make `{name}` a weak reference ({needs})")

    def _of_item(self, name: str, tail: int, head: int, kind: str) -> Removal:
        if self.types[tail].facts.is_tuple:
            return _firm(name, _PYTHONS_OWN)
        container = self._name_of_object(tail)
        is_of_a_class = self.types[head].facts.is_made_at_run_time
        if not (is_of_a_class and self.types[head].facts.has_weak_references):
            return Removal(name, _FIRM, f"take the item out of `{container}` when it is done")
        if kind == "element":
            how = f"make `{container}` a weakref.WeakSet"
        elif kind == "key":
            how = f"make `{container}` a weakref.WeakKeyDictionary"
        elif kind == "value":
            how = f"make `{container}` a weakref.WeakValueDictionary"
        else:
            how = f"hold the items of `{container}` by weak references"
        return Removal(name, _ITEM, how)

    def _advice_on_pythons(self, tail: int, name: str) -> str:
        if self.types[tail].facts.is_class:
            return f"make {self.names.objects[tail].short} once: every class is in a cycle"
        return f"do without `{name}`"

    def _name_of_reference(
        self, tail: int, reference: ReferenceName | None, below: tuple[int, ...] = ()
    ) -> str:
        owner = self.names.owner(tail)
        if owner is not None:
            return self.names.objects[owner].short + attribute(reference).stable
        return self._name_of_object(tail, below) + accessor(reference).stable

    def _name_of_object(self, object_id: int, below: tuple[int, ...] = ()) -> str:
        """Return a name: of a container, what holds it, other than the objects below."""
        name = self.names.objects[object_id]
        if not name.is_servant or len(below) >= _NESTING:
            return name.short
        if not below and object_id in self._containers:
            return self._containers[object_id]
        path = (*below, object_id)
        holders = [held for held in self.holders.get(object_id, []) if held[0] not in path]
        if not 0 < len(holders) <= _HOLDERS:
            found = name.short
        else:
            found = min(
                self._name_of_reference(tail, reference, path) for tail, reference in holders
            )
        if not below:
            self._containers[object_id] = found
        return found


def _firm(name: str, cost: float = _FIRM) -> Removal:
    return Removal(name, cost, f"let `{name}` go when it is done: set it to None")
