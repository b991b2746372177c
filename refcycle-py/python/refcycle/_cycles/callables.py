"""The removal of references that lead through methods, partials and functions to an object."""

from __future__ import annotations

from types import CodeType, FunctionType, MethodType

from refcycle._cycles.classes import OF_CLASS_BODIES
from refcycle._cycles.component import METHODS, Component
from refcycle._cycles.link_evidence import Link
from refcycle._cycles.removal import Removal, Risk, no_change
from refcycle._objects.code_objects import copy_of
from refcycle._objects.types import items_of
from refcycle._refcycle import ReferenceName

__all__ = [
    "of_attribute",
    "of_callback",
    "of_closure",
    "of_factory",
    "of_item",
    "of_partial",
    "weak_slot",
]

_METHOD = 1.0
_BUILT_IN = 1.1
_CALLBACK = 1.1
_OF_ITSELF = 1.2
_BY_ANOTHER = 1.4
_NAMESPACE = 10.0
# At most this many items of a container are examined.
_MOST_ITEMS = 100

Found = tuple[Removal, Link | None]
"""A removal, and the link whose direction determines its risk."""


def of_attribute(
    component: Component, name: str, field: str, tail: int, head: int
) -> Found | None:
    """Return the removal of a method from an attribute; None for other objects."""
    target = component.object_of(head)
    if target is None:
        return _of_method_of_container(component, name, field, tail, head)
    if component.types[head].known not in METHODS:
        return None
    if component.types[head].known == "builtin_function_or_method":
        if target != tail:
            return None
        obj = component.live(head)
        method = field if obj is None else str(getattr(obj, "__name__", field))
        advice = f"delete `{name}`, and call `{method}` of the object where it is needed"
        return Removal(name, _BUILT_IN, advice, Risk.SAFE), None
    if target == tail:
        # A WeakMethod cannot be called as a method is, nor copied or pickled.
        advice = f"make `{name}` a property that binds the method when it is read"
        return Removal(name, _METHOD, advice, Risk.SAFE), None
    advice = f"hold the method in `{name}` by a weakref.WeakMethod"
    short = component.short(target)
    if component.packages(tail) - {_package(component, target)}:
        # The class that calls it belongs to another package.
        advice = f"in `{name}`, use a function that refers to the {short} weakly, not its method"
    link = Link(tail, target, field, is_method=True)
    return _method_of_another(name, _METHOD, advice, short, link)


def of_item(
    component: Component, name: str, tail: int, head: int, reference: ReferenceName
) -> Found | None:
    """Return the removal of a method from a container; None for other objects."""
    target = component.object_of(head)
    if target is None or component.holding(tail, "functools.partial"):
        return None
    known, owners = component.types[head].known, component.owners(tail)
    container = component.name_of_place(tail)
    if known in METHODS and owners == {target}:
        advice = (
            f"store functions of the class or names in `{container}`, not methods of the object "
            "itself"
        )
        if not component.types[tail].facts.has_keys_or_elements:
            # The code that calls these does not know whose methods they are.
            short = component.short(target)
            advice = (
                f"in `{container}`, use functions that refer to the {short} weakly, not methods"
            )
        return Removal(name, _OF_ITSELF, advice, Risk.SAFE, kind="own methods"), None
    if known != "method" or len(owners) != 1 or component.types[tail].facts.is_tuple:
        return None
    [owner] = owners
    short = component.short(target)
    if _are_callables(component, tail):
        advice = f"hold the methods in `{container}` by weakref.WeakMethod"
    elif reference.kind == "value" and not _is_of_arguments(component, tail):
        advice = f"in `{name}`, use a function that refers to the {short} weakly, not its method"
    else:
        return None
    return _method_of_another(
        name, _BY_ANOTHER, advice, short, Link(owner, target, "", is_method=True)
    )


def _of_method_of_container(
    component: Component, name: str, field: str, tail: int, head: int
) -> Found | None:
    """Return the removal of a method such as `self._children.remove` from an attribute."""
    container = component.container_of(head)
    found = None if container is None else component.attribute_of(container)
    if found is None or found[0] == tail or not component.can_be_weak(found[0]):
        return None
    owner, held = found
    short = component.short(owner)
    advice = (
        f"in `{name}`, use a function that refers to the {short} weakly, not the method of "
        f"`{short}.{held}`"
    )
    return _method_of_another(
        name, _BY_ANOTHER, advice, short, Link(tail, owner, field, is_method=True)
    )


def _method_of_another(name: str, cost: float, advice: str, target: str, link: Link) -> Found:
    removal = Removal(name, cost, advice, Risk.OPEN, target, is_call=True, is_method=True)
    return removal, link


def _is_of_arguments(component: Component, container: int) -> bool:
    """Return whether a container holds the arguments of a call, as those of a thread."""
    found = component.attribute_of(container)
    return found is None or found[1].endswith("args")


def _are_callables(component: Component, container: int) -> bool:
    """Return whether a container holds methods and functions only."""
    found = items_of(component.objects[container], _MOST_ITEMS)
    names = {id(MethodType), id(FunctionType), "method", "function"}
    return found.are_all and {*found.types} <= names


def of_partial(component: Component, name: str, tail: int, head: int) -> Found | None:
    """Return the removal of what a partial calls or passes; None if that is not an instance."""
    place = component.name_of_place(tail)
    return _weakly(component, name, tail, head, f"the partial in `{place}`")


def of_closure(component: Component, name: str, cell: int, head: int) -> Found | None:
    """Return the removal of a variable that a function uses from its enclosing function."""
    functions = [
        function
        for parts in component.holding(cell, "tuple")
        for function in component.holding(parts, "function")
    ]
    inner = component.short(head)
    if component.is_closed(head, cell):
        if _is_decorated(component, head):
            advice = no_change(f"{inner}, which a decorator returned, uses itself")
            return Removal(name, _NAMESPACE, advice, Risk.OWNED), None
        advice = f"move {inner} to the module or make it a method: it calls itself in its closure"
        return Removal(name, _OF_ITSELF, advice, Risk.SAFE), None
    if not functions:
        return None
    variable = _variable(component, functions[0], cell)
    of_compiler = variable == "__classdict__" or component.has_key(head, OF_CLASS_BODIES)
    if of_compiler and component.types[head].known == "dict":
        advice = "nothing to change: Python makes this cell for the body of a class"
        return Removal(name, _NAMESPACE, advice, Risk.FIXED, is_of_structure=True), None
    who = component.short(functions[0])
    if _is_decorated(component, functions[0]):
        advice = no_change(f"a decorator returned {who}, which uses the {inner}")
        return Removal(name, _NAMESPACE, advice, Risk.OWNED), None
    found = _weakly(component, name, functions[0], head, who, is_self=variable == "self")
    if found is None and component.types[head].known in ("dict", "list", "set"):
        advice = f"clear the {inner} in the closure of {who} when it is no longer needed"
        return Removal(name, _NAMESPACE, advice, Risk.OWNED), None
    return found


def of_factory(component: Component, name: str, tail: int, head: int) -> Found | None:
    """Return the removal of the factory of a defaultdict, if it is a method of an instance."""
    target = component.object_of(head)
    if target is None or component.types[head].known != "method":
        return None
    short = component.short(target)
    advice = f"in `{name}`, use a function that refers to the {short} weakly, not its method"
    return Removal(name, _CALLBACK, advice, Risk.SAFE), None


def weak_slot(name: str) -> str:
    """Return what to add for objects whose class has slots, but none for weak references."""
    return f" (give {name} a `__weakref__` slot)"


def _is_decorated(component: Component, object_id: int) -> bool:
    """Return whether a decorator returned a function: it has attributes or another's name."""
    function = component.live(object_id)
    is_renamed = type(function) is FunctionType and function.__name__ != function.__code__.co_name
    return component.has_attributes(object_id) or is_renamed


def of_callback(component: Component, name: str, tail: int, head: int) -> Found:
    """Return the removal of the object that the callback of a weak reference works on."""
    targets = {head} if component.is_instance(head) else component.targets(head)
    targets = {target for target in targets if component.is_instance(target)}
    who = component.short(tail)
    if not targets:
        advice = (
            f"let the callback of the weak reference, {who}, refer weakly to the object that has "
            "the container, and not to the container or a method of it"
        )
        return Removal(name, _CALLBACK, advice, Risk.SAFE), None
    what = "its objects" if len(targets) > 1 else f"the {component.short(min(targets))}"
    advice = f"let the callback of the weak reference, {who}, refer to {what} weakly too"
    return Removal(name, _CALLBACK, advice, Risk.SAFE), None


def _weakly(
    component: Component, name: str, callable_: int, head: int, who: str, is_self: bool = False
) -> Found | None:
    targets = {head} if component.is_instance(head) else component.targets(head)
    if len(targets) != 1:
        return None
    [target] = targets
    can_be_weak = component.can_be_weak(target)
    if not component.is_instance(target):
        return None
    if not can_be_weak and not component.can_have_weak_slot(target):
        return None
    short = component.short(target)
    advice = f"let {who} refer to the {short} by a weak reference"
    advice += "" if can_be_weak else weak_slot(short)
    owners = component.owners(callable_)
    if is_self or owners == {target}:
        return Removal(name, _OF_ITSELF, advice, Risk.SAFE), None
    link = None
    if len(owners) == 1:
        [owner] = owners
        link = Link(owner, target, "")
    return Removal(name, _BY_ANOTHER, advice, Risk.OPEN, short, is_call=True), link


def _variable(component: Component, function: int, cell: int) -> str | None:
    """Return the name of the variable of a cell in the closure of a function."""
    live = component.live(function)
    if type(live) is not FunctionType:
        return None
    code: CodeType = copy_of(live.__code__)
    for parts in component.holding(cell, "tuple"):
        index = component.place_in(parts, cell)
        if index is not None and index < len(code.co_freevars):
            return code.co_freevars[index]
    return None


def _package(component: Component, object_id: int) -> str:
    return component.names.objects[object_id].stable.partition(".")[0]


def is_of_callable(reference: ReferenceName) -> bool:
    """Return whether a reference leads from a callable to the object that it works on."""
    return reference.name in ("__self__", "__closure__", "__defaults__", "__kwdefaults__")
