"""The cost of removing a reference from a program, and how to remove it.

An attribute of an instance that refers back to its owner costs least, because a weak reference
works just as well. References that Python itself needs cost most.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from refcycle._cycles import callables, containers
from refcycle._cycles.callables import Found, weak_slot
from refcycle._cycles.classes import OF_STRUCTURE
from refcycle._cycles.closing import closing_method, dissolving_method, is_handed_out
from refcycle._cycles.component import CALLABLES, METHODS, Component
from refcycle._cycles.directions import Directions
from refcycle._cycles.link_evidence import Link, LinkEvidence, is_name_of_owner, risk_of
from refcycle._cycles.removal import Removal, Risk, let_go, no_change
from refcycle._cycles.replaced_classes import is_replaced
from refcycle._objects.attributes import is_attribute
from refcycle._objects.type_flags import (
    can_be_assigned,
    is_made_at_run_time,
    namespace_of,
    qualified_name,
)
from refcycle._objects.types import is_dict

if TYPE_CHECKING:
    from refcycle._refcycle import ObjectGraph, ReferenceName

__all__ = ["removals_of"]

_CLASS = 0.7
_DISSOLVED = 0.5
_ITSELF = 0.8
_LOCAL = 0.95
_LINK = 1.0
_WITHOUT_WEAK_SLOT = 0.2
# For each point of the evidence.
_POINT = 0.05
_FUNCTION = 2.0
_OWNED_LINK = 3.0
_TRACEBACK = 4.0
_FIRM = 10.0
_PYTHONS_OWN = 1000.0

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
_OF_DESCRIPTORS = ("__callback__", "__self__", "fdel", "fget", "fset")
_OF_GENERATORS = ("ag_code", "ag_frame", "cr_code", "cr_frame", "gi_code", "gi_frame")
_OF_PYTHON = {*_OF_FUNCTIONS, *_OF_CLASSES, *_OF_FRAMES, *_OF_GENERATORS, *_OF_DESCRIPTORS}
_ITEMS = {"item", "array item", "value", "key", "element"}
# What frees the variables of a call that waits at a `yield`, and may never go on.
_CLOSING_CALLS = {"generator": "close", "async_generator": "aclose"}
_OF_EXCEPTIONS = {"__traceback__", "__context__", "__cause__"}
_OF_PARTIALS = {"func", "args", "keywords"}
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


def removals_of(graph: ObjectGraph, directions: Directions) -> list[Removal]:
    """Return the removal of each reference, in the order of `graph.edges`."""
    return _Removals(graph, directions).of_edges()


def _unnamed(name: str) -> str:
    return no_change(f"`{name}` is an attribute of a compiled class whose name is not in memory")


class _Removals:
    def __init__(self, graph: ObjectGraph, directions: Directions) -> None:
        self.component = Component(graph)
        self.types, self.names = self.component.types, self.component.names
        self.directions = directions
        self._tails: dict[int, tuple[int, Collection[int], object]] = {}
        self._heads: dict[int, tuple[int | None, object]] = {}

    def of_edges(self) -> list[Removal]:
        # Thousands of objects of a class have the same kinds of references.
        made: dict[tuple[object, ...], Found] = {}
        found = []
        links: dict[Removal, list[Link]] = {}
        for tail, head, reference in self.names.references:
            key = self._key(tail, head, reference)
            if key not in made:
                made[key] = self._removal(tail, head, reference)
            removal, link = made[key]
            if link is not None:
                # Links that are alike share the key, but not their ends.
                owner = self.names.owner(tail)
                is_plain = not removal.is_call
                holder = tail if owner is None else owner
                ends = Link(holder, head, link.field) if is_plain else link
                links.setdefault(removal, []).append(ends)
            found.append(removal)
        if not links:
            return found
        evidence = LinkEvidence(self.component.graph, self.directions)
        changed = {
            removal: self._judged(removal, evidence.points(links[removal])) for removal in links
        }
        return [changed.get(removal, removal) for removal in found]

    def _key(self, tail: int, head: int, reference: ReferenceName | None) -> tuple[object, ...]:
        """Return a key that is equal for references that are removed in one way."""
        holder, owners, from_ = self._tails.get(tail) or self._see_tail(tail)
        target, to = self._heads.get(head) or self._see_head(head)
        # Items are alike, whatever their index.
        is_item = reference is not None and reference.kind == "item"
        return (
            from_,
            "item" if is_item else reference,
            to,
            head == holder,
            target == holder or head in owners,
        )

    def _see_tail(self, tail: int) -> tuple[int, Collection[int], object]:
        """Return the holder of references, the owners of a container, and what names it."""
        owner = self.names.owner(tail)
        holder = tail if owner is None else owner
        type_ = self.types[tail]
        is_callable = type_.known in CALLABLES or tail in self.component.callbacks
        is_part = self.names.objects[tail].is_servant or is_callable or type_.facts.is_tuple
        if owner is None and is_part:
            # A container is named by its holders.
            self._tails[tail] = holder, self.component.owners(tail), tail
        else:
            from_ = (owner is None, self.types[holder].key, self.names.objects[holder].short)
            self._tails[tail] = holder, (holder,), from_
        return self._tails[tail]

    def _see_head(self, head: int) -> tuple[int | None, object]:
        """Return the object of a method, and what tells references to an object from others."""
        is_method = self.types[head].known in METHODS
        target = self.component.object_of(head) if is_method else None
        to = (
            self.types[head].key,
            self.names.objects[head].short,
            None if target is None else (self.types[target].key, self.component.short(target)),
        )
        self._heads[head] = target, to
        return self._heads[head]

    def _judged(self, removal: Removal, points: float) -> Removal:
        """Return the removal of links with the risk that the evidence leaves."""
        risk = risk_of(points)
        if removal.is_call and risk is Risk.OWNED:
            # Something else may hold the object of a method or a closure.
            risk = Risk.OPEN
        if risk is Risk.OWNED:
            found = let_go(removal.name, _OWNED_LINK, method=removal.closing)
            return found._replace(evidence=points, is_handed_out=removal.is_handed_out)
        cost = max(removal.cost - _POINT * points, _POINT)
        return removal._replace(risk=risk, cost=cost, evidence=points)

    def _removal(self, tail: int, head: int, reference: ReferenceName | None) -> Found:
        component = self.component
        name = component.name_of_reference(tail, reference)
        owner = self.names.owner(tail)
        # A field of a C struct of which only the place is known is not a thing to change.
        if reference is None or reference.kind == "other":
            return Removal(name, _FIRM, _unnamed(name), Risk.OWNED), None
        field = reference.key or reference.name or ""
        holder = tail if owner is None else owner
        # A class that is garbage was made at run time.
        if self.types[holder].facts.is_class and not self.directions.outside:
            return self._of_class(holder, field), None
        if owner is not None:
            return self._of_attribute(name, field, owner, head)
        if tail in component.callbacks and (
            self.types[tail].known == "functools.partial" or callables.is_of_callable(reference)
        ):
            return callables.of_callback(component, name, tail, head)
        return (
            self._of_callable(name, field, tail, head, reference)
            or self._of_call(name, field, tail, reference)
            or self._of_others(name, field, tail, head, reference)
        )

    def _of_callable(
        self, name: str, field: str, tail: int, head: int, reference: ReferenceName
    ) -> Found | None:
        if is_attribute(reference, "cell_contents"):
            if self.types[head].facts.is_class:
                advice = self._once(head)
                return Removal(name, _FUNCTION, advice, Risk.OWNED, is_of_structure=True), None
            return callables.of_closure(self.component, name, tail, head) or self._in_closure(
                name, head
            )
        if self.types[tail].known == "functools.partial" and field in _OF_PARTIALS:
            return callables.of_partial(self.component, name, tail, head)
        return None

    def _in_closure(self, name: str, head: int) -> Found:
        inner = self.component.short(head)
        advice = f"pass the {inner} as an argument instead of using it in a closure"
        return Removal(name, _FUNCTION, advice, Risk.OWNED), None

    def _of_call(self, name: str, field: str, tail: int, reference: ReferenceName) -> Found | None:
        if reference.kind == "local":
            what = self.component.name_of_object(tail)
            closing = _CLOSING_CALLS.get(self.types[tail].known)
            if closing:
                how = f"call `{closing}()` of {what} when it is no longer needed"
                return Removal(name, _LOCAL, how, Risk.SAFE), None
            place = self.component.place_of_call(tail)
            local = f"local `{field}`" if field else "local"
            how = f"delete the {local} of {what}{place} in a `finally` block"
            return Removal(name, _LOCAL, how, Risk.SAFE), None
        if reference.kind != "value" and field in _OF_EXCEPTIONS:
            how = f"set `{name}` to None when the exception is handled"
            return Removal(name, _TRACEBACK, how, Risk.SAFE), None
        return None

    def _of_others(
        self, name: str, field: str, tail: int, head: int, reference: ReferenceName
    ) -> Found:
        if field == "__dict__" and head == tail:
            advice = f"give {self.component.short(tail)} a `__getattr__`, not itself as `__dict__`"
            return Removal(name, _ITSELF, advice, Risk.SAFE), None
        is_of_c = not self.types[tail].facts.is_made_at_run_time
        is_of_c = is_of_c or self.names.objects[tail].stable in _OF_C
        if reference.kind in _ITEMS:
            return self._of_item(name, tail, head, reference)
        found = None
        if field == "default_factory":
            found = callables.of_factory(self.component, name, tail, head)
        if found is not None:
            return found
        if is_of_c or field in _OF_PYTHON:
            return self._pythons(tail, head, name, field), None
        return self._of_attribute(name, field, tail, head)

    def _of_attribute(self, name: str, field: str, tail: int, head: int) -> Found:
        if field in _OF_PYTHON or not self._can_assign(tail, field):
            return self._pythons(tail, head, name, field), None
        found = callables.of_attribute(self.component, name, field, tail, head)
        if found is not None:
            return found
        head_type = self.types[head]
        if not self.component.is_instance(head) or self.types[tail].facts.is_class:
            # A container, a function, a generator: often nothing else holds it.
            cost = _FUNCTION if head_type.known == "function" else _FIRM
            removal = let_go(name, cost, self._closing(tail))
            return removal._replace(is_handed_out=self._is_handed_out(tail, field)), None
        dissolving = self._dissolving(tail, field)
        if dissolving:
            advice = f"call `{dissolving}()` when the objects are no longer needed"
            return Removal(name, _DISSOLVED, advice, Risk.SAFE), None
        cost, advice = _LINK, f"make `{name}` a weak reference"
        if head == tail:
            cost, advice = _ITSELF, f"{advice}, or remove it: it refers to its own object"
        if not head_type.facts.has_weak_references:
            if not self._can_have_weak_slot(head):
                return let_go(name, _FIRM, self._closing(tail)), None
            cost += _WITHOUT_WEAK_SLOT
            advice += weak_slot(self.component.short(head))
        if head == tail:
            return Removal(name, cost, advice, Risk.SAFE), None
        target = self.component.short(head)
        is_named = is_name_of_owner(field)
        removal = Removal(
            name,
            cost,
            advice,
            Risk.OPEN,
            target,
            is_named=is_named,
            is_of_peers=self.types[tail].key == head_type.key,
            kind=field,
            is_handed_out=self._is_handed_out(tail, field),
            closing=self._closing(tail),
        )
        return removal, Link(tail, head, field)

    def _can_assign(self, tail: int, field: str) -> bool:
        obj = self.component.live(tail)
        if obj is None:
            return True
        if self.types[tail].facts.is_class:
            return is_made_at_run_time(obj)  # type: ignore[arg-type]
        return can_be_assigned(type(obj), field)

    def _can_have_weak_slot(self, head: int) -> bool:
        return self.component.can_have_weak_slot(head)

    def _is_of_mypyc(self, holder: int) -> bool:
        obj = self.component.live(holder)
        return obj is not None and "__mypyc_attrs__" in namespace_of(type(obj))

    def _closing(self, holder: int) -> str:
        obj = self.component.live(holder)
        return closing_method(type(obj)) if self.component.is_instance(holder) else ""

    def _is_handed_out(self, holder: int, field: str) -> bool:
        obj = self.component.live(holder)
        return self.component.is_instance(holder) and is_handed_out(type(obj), field)

    def _dissolving(self, holder: int, field: str) -> str:
        obj = self.component.live(holder)
        return dissolving_method(type(obj), field) if self.component.is_instance(holder) else ""

    def _of_item(self, name: str, tail: int, head: int, reference: ReferenceName) -> Found:
        container = self.component.name_of_object(tail)
        found = callables.of_item(self.component, name, tail, head, reference)
        if found is not None:
            return found
        found = containers.of_item(self.component, name, tail, head, reference)
        if found is not None:
            return found
        if self.types[tail].facts.is_tuple:
            return let_go(name, _PYTHONS_OWN)._replace(risk=Risk.FIXED), None
        if self.component.is_unnamed(tail):
            return Removal(name, _FIRM, _unnamed(container), Risk.OWNED), None
        is_keyed = self.types[tail].facts.has_keys_or_elements
        advice = no_change(f"only `{container}` holds its items")
        return Removal(name, _FIRM, advice, Risk.OWNED, is_keyed=is_keyed), None

    def _of_class(self, class_: int, field: str) -> Removal:
        """Return the removal of a reference from a class that is garbage itself."""
        short = self.component.short(class_)
        live = self.component.live(class_)
        if live is not None and is_replaced(live):
            advice = (
                f"nothing to change: {short} is the class that a decorator, such as "
                "dataclass(slots=True), or a compiled version has replaced"
            )
        else:
            advice = self._once(class_)
        is_of_structure = field in OF_STRUCTURE
        return Removal(short, _CLASS, advice, Risk.SAFE, is_of_structure=is_of_structure)

    def _once(self, class_: int) -> str:
        """Return the advice on a class that is created again and again."""
        short = self.component.short(class_)
        live = self.component.live(class_)
        name = "" if live is None else qualified_name(live)  # type: ignore[arg-type]
        outer = name.rpartition(".<locals>.")[0]
        where = f"define {short} outside `{outer}`, once" if outer else f"create {short} only once"
        return f"{where}: every class is in a cycle with itself"

    def _pythons(self, tail: int, head: int, name: str, field: str) -> Removal:
        """Return the removal of a reference that no program can change."""
        if self.types[tail].facts.is_class:
            advice = self._once(tail)
        elif field == "__callback__":
            advice = f"give the weak reference a callback other than {self.component.short(head)}"
        elif self._is_of_mypyc(tail):
            advice = no_change(f"`{name}` takes only what its compiled class declares")
        else:
            advice = no_change(f"a program cannot assign `{name}`")
        is_enum = field == "__class__" and self.types[tail].facts.is_enum
        is_of_structure = field in OF_STRUCTURE or is_enum
        # An object and its attributes belong together.
        is_namespace = field == "__dict__" and is_dict(self.component.objects[head])
        cost = _PYTHONS_OWN * (_FIRM if is_namespace else 1.0)
        kind = "class" if self.types[tail].facts.is_class else ""
        return Removal(name, cost, advice, Risk.FIXED, is_of_structure=is_of_structure, kind=kind)
