"""The cost of removing a reference from a program, and how to remove it.

An attribute of an instance that refers back to its owner costs least: a weak reference does as
well. What Python itself needs costs most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from refcycle._cycles.classes import OF_STRUCTURE
from refcycle._cycles.directions import Direction, Directions
from refcycle._cycles.reference_names import GraphNames, accessor, attribute
from refcycle._objects.attributes import is_attribute
from refcycle._objects.types import Type, Types, id_of

if TYPE_CHECKING:
    from refcycle._refcycle import ObjectGraph, ReferenceName

__all__ = ["Removal", "removals_of"]

_ATTRIBUTE = 1.0
# What is added for the direction of a link between instances.
_TO_OWNER = -0.1
# A name says more than the order of creation.
_BACK_NAME = -0.15
_TO_OWNED = 0.2
_WITHOUT_WEAK_SLOT = 0.2
_LOCAL = 1.5
_CALLABLE = 2.0
_ITEM = 3.0
_TRACEBACK = 4.0
_FIRM = 10.0
_PYTHONS_OWN = 1000.0

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
_OF_DESCRIPTORS = ("__callback__", "fdel", "fget", "fset")
_OF_GENERATORS = ("ag_code", "ag_frame", "cr_code", "cr_frame", "gi_code", "gi_frame")
_OF_PYTHON = {*_OF_FUNCTIONS, *_OF_CLASSES, *_OF_FRAMES, *_OF_GENERATORS, *_OF_DESCRIPTORS}
_ITEMS = {"item", "array item", "value", "key", "element"}
_OF_EXCEPTIONS = {"__traceback__", "__context__", "__cause__"}
_METHODS = ("method", "builtin_function_or_method", "method-wrapper")

# Types that are created at run time, but in C: their attributes cannot be assigned.
_OF_C = {
    "_asyncio.Future",
    "_asyncio.Task",
    "functools.partial",
    "functools._lru_cache_wrapper",
    "operator.attrgetter",
    "operator.itemgetter",
    "operator.methodcaller",
}
# So many links of one name are looked at.
_MOST_DIRECTED = 64

# How many containers in each other are named by what holds them.
_NESTING = 3
# A container with more holders has no one's name.
_HOLDERS = 8


class Removal(NamedTuple):
    """The name of a reference, the cost of removing it, and how to remove it."""

    name: str
    cost: float
    advice: str
    is_link: bool = False
    """Whether it is an attribute that leads from an instance to an instance."""
    is_of_structure: bool = False
    """Whether it closes cycles that every class has."""

    @property
    def is_fixed(self) -> bool:
        """Whether no program can change the reference."""
        return self.cost >= _PYTHONS_OWN


def removals_of(graph: ObjectGraph) -> list[Removal]:
    """Return the removal of each reference, in the order of `graph.edges`."""
    return _Removals(graph).of_edges()


class _Removals:
    def __init__(self, graph: ObjectGraph) -> None:
        self.graph = graph
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
        return self._directed(found)

    def _directed(self, removals: list[Removal]) -> list[Removal]:
        """Return the removals with the costs of their directions."""
        links: dict[Removal, list[tuple[int, int]]] = {}
        for removal, (tail, head, _) in zip(removals, self.names.references, strict=True):
            if removal.is_link:
                owner = self.names.owner(tail)
                ends = links.setdefault(removal, [])
                if len(ends) < _MOST_DIRECTED:
                    ends.append((tail if owner is None else owner, head))
        # One link cannot be compared with another.
        if len(links) < 2 and all(len(ends) < 2 for ends in links.values()):
            return removals
        directions = Directions(self.graph)
        changed = {
            removal: _with_direction(removal, [directions.of(*ends) for ends in links[removal]])
            for removal in links
        }
        return [changed.get(removal, removal) for removal in removals]

    def _removal(self, tail: int, head: int, reference: ReferenceName | None) -> Removal:
        name = self._name_of_reference(tail, reference)
        owner = self.names.owner(tail)
        if reference is None:
            return _firm(name)
        field = reference.key or reference.name or ""
        if owner is not None:
            return self._of_attribute(name, field, owner, head)
        if reference.kind != "value" and field in _OF_PYTHON:
            return self._pythons(tail, head, name, field)
        if reference.kind != "value" and field in _OF_EXCEPTIONS:
            return Removal(name, _TRACEBACK, f"set `{name}` to None when the exception is handled")
        if reference.kind == "local":
            what = self._name_of_object(tail)
            local = f"local `{field}`" if field else "local"
            how = f"delete the {local} of the {what} when it is done"
            return Removal(name, _LOCAL, how)
        if is_attribute(reference, "cell_contents"):
            inner = self.names.objects[head].short
            advice = f"pass {inner} as an argument instead of using it in a closure"
            is_class = self.types[head].facts.is_class
            return Removal(name, _CALLABLE, advice, is_of_structure=is_class)
        if reference.kind in _ITEMS:
            return self._of_item(name, tail, head, reference.kind)
        is_of_c = not self.types[tail].facts.is_made_at_run_time
        if is_of_c or self.names.objects[tail].stable in _OF_C:
            return self._pythons(tail, head, name, field)
        return self._of_attribute(name, field, tail, head)

    def _of_attribute(self, name: str, field: str, tail: int, head: int) -> Removal:
        if field in _OF_PYTHON:
            return self._pythons(tail, head, name, field)
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
        cost, advice = _ATTRIBUTE, f"make `{name}` a weak reference"
        if not head_type.facts.has_weak_references:
            cost += _WITHOUT_WEAK_SLOT
            advice += f" (give {self.names.objects[head].short} a `__weakref__` slot)"
        if is_back:
            return Removal(name, cost + _BACK_NAME, advice)
        return Removal(name, cost, advice, is_link=not self.types[tail].facts.is_class)

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

    def _pythons(self, tail: int, head: int, name: str, field: str) -> Removal:
        """Return the removal of what no program can change."""
        if self.types[tail].facts.is_class:
            advice = f"make {self.names.objects[tail].short} once: every class is in a cycle"
        elif field == "__callback__":
            head_name = self.names.objects[head].short
            advice = f"give the weak reference a callback other than {head_name}"
        else:
            advice = f"do without `{name}`"
        is_of_structure = field in OF_STRUCTURE or (
            field == "__class__" and self.types[tail].facts.is_enum
        )
        return Removal(name, _PYTHONS_OWN, advice, is_of_structure=is_of_structure)

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


def _with_direction(removal: Removal, directions: list[Direction]) -> Removal:
    """Return the removal of links with the cost of the direction that most of them have."""
    to_owner = directions.count(Direction.TO_OWNER)
    to_owned = directions.count(Direction.TO_OWNED)
    if to_owner == to_owned:
        advice = f"{removal.advice} if it leads to the owner, and otherwise the reference back"
        return removal._replace(advice=advice)
    change = _TO_OWNER if to_owner > to_owned else _TO_OWNED
    return removal._replace(cost=removal.cost + change)


def _firm(name: str, cost: float = _FIRM) -> Removal:
    return Removal(name, cost, f"let `{name}` go when it is done: set it to None")
