"""How the code of a class assigns attributes: whether it creates the object or is given it.

`self.part = Part(self)` creates an object that often nothing else holds. `self.owner = owner`
stores one that the caller holds too, and `part.owner = self` tells a part who its owner is. The
code is read, never run.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterable, Iterator
from enum import Enum
from itertools import islice
from types import CodeType, FunctionType
from typing import Any, NamedTuple

from refcycle._objects.code_objects import copy_of, instructions_of, is_longer
from refcycle._objects.type_flags import class_name, namespace_of, resolution_of
from refcycle._refcycle import annotated_references

__all__ = ["Assignment", "Assignments"]

_WRAPPERS = (staticmethod, classmethod)
_MOST_WRAPPED = 8
# Limits for the functions of a class that name the attribute.
_MOST_FUNCTIONS = 200
_LONGEST_CODE = 20_000
_MOST_NESTED = 50
_CONSTRUCTORS = {"__init__", "__new__", "__post_init__"}
_IGNORED = {"CACHE", "NOP", "NOT_TAKEN", "PRECALL", "PUSH_NULL", "RESUME", "EXTENDED_ARG"}
_COPIES = {"COPY", "DUP_TOP"}
_MADE = ("CALL", "UNPACK_SEQUENCE")
_ENDS_OF_CALL = {"POP_TOP", "STORE_FAST", "STORE_ATTR", "STORE_DEREF", "RETURN_VALUE"}


class Assignment(Enum):
    """How an attribute of an object is assigned."""

    MADE = "by a call in the code of its class"
    HANDED_OVER = "by the object to which it refers, or in a call that this one makes with itself"
    GIVEN = "from an argument, or from another object"
    UNKNOWN = "unknown"


class _Stores(NamedTuple):
    """How the code of a class stores an attribute of its instances."""

    makers: frozenset[str]
    """The names that are called to create the object; an unknown one is empty."""
    taken_in: frozenset[str]
    """The names of the functions that take the value from an argument."""
    is_shared: bool
    """Whether a value comes from another object."""


class Assignments:
    """The assignments in the code of classes, each read once. It keeps no object alive."""

    def __init__(self) -> None:
        self._stores: dict[tuple[int, str], _Stores] = {}
        self._on_others: dict[tuple[int, str], bool] = {}
        self._calls: dict[tuple[int, str, bool], bool] = {}
        self._codes: dict[tuple[int, str], list[tuple[str, list[Any], CodeType]]] = {}

    def of(
        self, holder: type[Any], attribute: str, target: type[Any], *, is_method: bool
    ) -> Assignment:
        """Return how an attribute of a class's instances comes to refer to those of another class.

        `is_method` says whether it refers to a method of the other instance.
        """
        if _is_computed(holder, attribute):
            return Assignment.MADE
        stores = self._stores_of(holder, attribute)
        classes = {class_name(found) for found in resolution_of(target)[:-1]}
        is_handed = self._is_handed_over(holder, target, stores, is_method=is_method)
        # No default is created where the object passes itself.
        is_default = is_handed and stores.makers <= {""}
        if not is_default and any(_makes(name, classes) for name in stores.makers):
            return Assignment.MADE
        if is_handed or self._is_set_by(target, attribute):
            return Assignment.HANDED_OVER
        if stores.taken_in or stores.is_shared:
            return Assignment.GIVEN
        return Assignment.UNKNOWN

    def takes_items(self, holder: type[Any], attribute: str) -> bool:
        """Return whether a method stores an argument as an item: `self.items[key] = value`."""
        return any(
            value in _parameters(code)
            for _, instructions, code in self._functions(holder, attribute)
            for value in _stored_items(instructions, attribute)
        )

    def _is_handed_over(
        self, holder: type[Any], target: type[Any], stores: _Stores, *, is_method: bool
    ) -> bool:
        """Return whether the target passes itself to a function that takes the argument."""
        for function in stores.taken_in:
            callers = {function}
            if function in _CONSTRUCTORS:
                callers = {class_name(found) for found in resolution_of(holder)[:-1]}
                callers |= _attributes_with(target, holder)
            if any(self._calls_with_itself(target, name, is_method) for name in callers):
                return True
        return False

    def _stores_of(self, class_: type[Any], attribute: str) -> _Stores:
        key = (id(class_), attribute)
        if key not in self._stores:
            self._stores[key] = self._read_stores(class_, attribute)
        return self._stores[key]

    def _read_stores(self, class_: type[Any], attribute: str) -> _Stores:
        is_shared = False
        makers: set[str] = set()
        taken: set[str] = set()
        for name, instructions, code in self._functions(class_, attribute):
            parameters = _parameters(code)
            reassigned = {
                instruction.argval
                for instruction in instructions
                if instruction.opname == "STORE_FAST"
            }
            for value, before, called in _stored(instructions, attribute, to_self=True):
                if value is None or value.opname == "LOAD_CONST":
                    continue
                loaded = _loads(value)
                is_chosen = before is not None and "JUMP" in before.opname
                if value.opname.startswith(_MADE) or is_chosen:
                    makers.add(called)
                elif loaded and loaded[0] in parameters:
                    # A default is created if the caller passes nothing.
                    makers |= {""} if loaded[0] in reassigned else set()
                    taken.add(name)
                elif value.opname.startswith("LOAD_ATTR"):
                    is_shared = True
                elif loaded:
                    makers.add("")
        return _Stores(frozenset(makers), frozenset(taken), is_shared)

    def _is_set_by(self, class_: type[Any], attribute: str) -> bool:
        """Return whether a class sets the attribute of another object to its instance."""
        key = (id(class_), attribute)
        if key not in self._on_others:
            self._on_others[key] = any(
                value is not None and _loads(value)[:1] == ["self"]
                for _, instructions, _ in self._functions(class_, attribute)
                for value, *_ in _stored(instructions, attribute, to_self=False)
            )
        return self._on_others[key]

    def _calls_with_itself(self, class_: type[Any], name: str, is_method: bool) -> bool:
        """Return whether a class calls a name with its instance, or with a method of it."""
        key = (id(class_), name, is_method)
        if key not in self._calls:
            self._calls[key] = any(
                _is_called_with_self(instructions, name, is_method)
                for _, instructions, _ in self._functions(class_, name)
            )
        return self._calls[key]

    def _functions(self, class_: type[Any], name: str) -> list[tuple[str, list[Any], CodeType]]:
        """Return the functions of a class that use a name, with their instructions."""
        key = (id(class_), name)
        if key not in self._codes:
            found = islice(_codes_with(class_, name), _MOST_FUNCTIONS)
            self._codes[key] = [(function, _instructions(code), code) for function, code in found]
        return self._codes[key]


def _attributes_with(class_: type[Any], value: type[Any]) -> set[str]:
    """Return the attributes of a class by which its instances find another class, or its base."""
    bases = resolution_of(value)[:-1]
    return {
        name
        for each in resolution_of(class_)[:-1]
        for name, found in list(namespace_of(each).items())
        if type(name) is str and issubclass(type(found), type) and _is_one_of(found, bases)
    }


def _is_computed(class_: type[Any], attribute: str) -> bool:
    """Return whether an attribute is the value of a cached property of its class."""
    for each in resolution_of(class_):
        found = namespace_of(each).get(attribute)
        if found is not None:
            return _is_cached_property(type(found))
    return False


def _is_cached_property(descriptor: type[Any]) -> bool:
    bases = resolution_of(descriptor)
    if _is_one_of(descriptor, (FunctionType, property, *_WRAPPERS)):
        return False
    if _is_one_of(property, bases) or _is_one_of(functools.cached_property, bases):
        return True
    has_getter = any("__get__" in namespace_of(base) for base in bases)
    return has_getter and not any("__set__" in namespace_of(base) for base in bases)


def _is_one_of(class_: type[Any], classes: Iterable[type[Any]]) -> bool:
    """Return whether a class is one of some: by identity, as a metaclass may have an `__eq__`."""
    return any(class_ is each for each in classes)


def _codes_with(class_: type[Any], name: str) -> Iterator[tuple[str, CodeType]]:
    for each in resolution_of(class_):
        # A copy: another thread may change the class.
        for value in list(namespace_of(each).values()):
            for function in _functions_of(value):
                code = function.__code__
                for inner in _with_inner(code):
                    if name in inner.co_names and not is_longer(inner, _LONGEST_CODE):
                        yield code.co_name, inner


def _functions_of(value: Any) -> Iterator[FunctionType]:
    """Yield the functions of a value in the namespace of a class."""
    found: Iterable[Any] = (value,)
    if _is_one_of(type(value), _WRAPPERS):
        found = (value.__func__,)
    elif type(value) is property:
        found = (value.fget, value.fset)
    elif type(value) is functools.cached_property:
        found = (value.func,)
    for function in found:
        for _ in range(_MOST_WRAPPED):
            if type(function) is not FunctionType:
                break
            yield function
            function = _wrapped(function)


def _wrapped(function: FunctionType) -> object | None:
    """Return the function that a decorator has wrapped.

    To ask for the `__dict__` of a function would create one, which stays.
    """
    for held, names in annotated_references(function).items():
        if type(held) is dict and any(str(name) == "__dict__" for name in names):
            found: object | None = held.get("__wrapped__")
            return found
    return None


def _with_inner(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts[:_MOST_NESTED]:
        if type(constant) is CodeType:
            yield from _with_inner(constant)


def _instructions(code: CodeType) -> list[Any]:
    return [each for each in instructions_of(code) if each.opname not in _IGNORED]


def _parameters(code: CodeType) -> set[str]:
    names = copy_of(code).co_varnames
    # Without the first one, the object itself.
    return {*names[1 : code.co_argcount + code.co_kwonlyargcount]}


def _loads(instruction: Any) -> list[str]:
    """Return the variables that an instruction loads, in order."""
    name = instruction.opname
    if not name.startswith(("LOAD_FAST", "LOAD_DEREF", "LOAD_CLOSURE", "STORE_FAST_LOAD_FAST")):
        return []
    values = instruction.argval if type(instruction.argval) is tuple else (instruction.argval,)
    if name.startswith("STORE_FAST"):
        values = values[1:]
    return [value for value in values if type(value) is str]


def _stored(
    instructions: list[Any], attribute: str, *, to_self: bool
) -> Iterator[tuple[Any | None, Any | None, str]]:
    """Yield the assignments of the attribute of the object itself, or else of other objects.

    Each is the instruction that loads the value and the one preceding it, or None where it is
    unknown, and the name that is called to get the value.
    """
    values: dict[int, Any] = {}
    for place, instruction in enumerate(instructions):
        if instruction.opname != "STORE_ATTR" or place == 0:
            continue
        target = instructions[place - 1]
        loaded = _loads(target)
        if not loaded:
            continue
        if len(loaded) == 2:
            # One instruction loads the value and the object.
            at = place - 1
            value: Any = _one_of(target, loaded[0])
        else:
            at = place - 2
            value = instructions[at] if at >= 0 else None
            while value is not None and value.opname in _COPIES:
                at -= 1
                value = instructions[at] if at >= 0 else None
            if value is not None and value.opname == "STORE_ATTR":
                # For `self.one = self.other = value`.
                value = values.get(at)
        values[place] = value
        is_self = loaded[-1] == "self"
        if instruction.argval == attribute and is_self == to_self:
            before = instructions[at - 1] if at > 0 else None
            yield value, before, _called(instructions, at)


def _stored_items(instructions: list[Any], attribute: str) -> Iterator[str]:
    """Yield the variables that are stored as items of an attribute of the object itself."""
    for place, instruction in enumerate(instructions):
        following = [each.opname for each in instructions[place + 1 : place + 3]]
        is_load = instruction.opname.startswith("LOAD_ATTR") and instruction.argval == attribute
        if not is_load or "STORE_SUBSCR" not in following:
            continue
        loaded = [
            name for each in instructions[max(place - 2, 0) : place] for name in _loads(each)
        ]
        if len(loaded) > 1 and loaded[-1] == "self":
            yield loaded[-2]


def _called(instructions: list[Any], place: int) -> str:
    """Return the name that the expression before a place begins with, as `module.Class`."""
    start = place
    while start > 0 and not _begins(instructions[start - 1].opname):
        start -= 1
    name = ""
    for instruction in instructions[start:place]:
        is_name = instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME")
        if not (is_name if not name else instruction.opname in ("LOAD_ATTR", "LOAD_METHOD")):
            break
        name = str(instruction.argval)
    return name


def _begins(opname: str) -> bool:
    return opname in _ENDS_OF_CALL or "JUMP" in opname


def _makes(name: str, classes: set[str]) -> bool:
    """Return whether calling a name may create an instance: not if it is another class."""
    return name in classes or not name.lstrip("_")[:1].isupper()


class _One(NamedTuple):
    """An instruction that loads one variable."""

    opname: str
    argval: str


def _one_of(instruction: Any, name: str) -> _One:
    return _One(instruction.opname.partition("_LOAD_FAST")[0] or "LOAD_FAST", name)


def _is_called_with_self(instructions: list[Any], name: str, is_method: bool) -> bool:
    """Return whether a name is loaded, then the object itself or its method, and then called."""
    is_loaded = is_handed = False
    for place, instruction in enumerate(instructions):
        kind = instruction.opname
        if kind in _ENDS_OF_CALL:
            is_loaded = is_handed = False
        elif kind.startswith("CALL") and is_handed:
            return True
        elif instruction.argval == name and kind.startswith("LOAD"):
            is_loaded = True
        elif is_loaded and _loads(instruction)[-1:] == ["self"]:
            following = instructions[place + 1] if place + 1 < len(instructions) else None
            is_handed = is_handed or _reads_attribute(following) == is_method
        elif is_loaded and not is_method and "self" in _loads(instruction):
            is_handed = True
    return False


def _reads_attribute(instruction: Any | None) -> bool | None:
    """Return whether an instruction reads an attribute; None if it is called at once."""
    if instruction is None or instruction.opname not in ("LOAD_ATTR", "LOAD_METHOD"):
        return False
    is_called = sys.version_info >= (3, 12) and instruction.arg & 1
    return None if is_called or instruction.opname == "LOAD_METHOD" else True
