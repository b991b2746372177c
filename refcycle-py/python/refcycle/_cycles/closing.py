"""The methods that end the use of an object, and those that take its references apart."""

from __future__ import annotations

from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

from refcycle._objects.code_objects import instructions_of, is_longer
from refcycle._objects.type_flags import class_name, namespace_of, resolution_of

if TYPE_CHECKING:
    from dis import Instruction

__all__ = ["closing_method", "dissolving_method", "is_handed_out"]

_CLOSING = ("close", "aclose", "shutdown", "disconnect", "dispose", "destroy", "terminate", "stop")
_DISSOLVING = ("unlink", "decompose", "dispose", "destroy", "dissolve")
_LONGEST_CODE = 20_000
_LONGEST_EMPTY = 400
_IGNORED = {"CACHE", "NOP", "RESUME", "EXTENDED_ARG"}
# After one of these, the value on the stack is no longer the None that was loaded before.
_OTHER_VALUES = ("CALL", "STORE_", "POP_", "BINARY", "COMPARE", "CONTAINS", "IS_OP", "JUMP")


def closing_method(class_: type[Any]) -> str:
    """Return the method of a class that ends the use of its instances, as `Class.method`.

    The text is empty if the class has no such method in Python code. A method that does nothing is
    a hook for subclasses, which may be called more than once.
    """
    for name in _CLOSING:
        found = _method(class_, name)
        if found is not None and not _is_empty(found[1]):
            return f"{class_name(class_)}.{name}"
    return ""


def dissolving_method(class_: type[Any], attribute: str) -> str:
    """Return the method that sets an attribute of its object to None in order to break cycles.

    The text is empty if there is none. The code is read, never run.
    """
    for name in _DISSOLVING:
        for base in resolution_of(class_):
            found = namespace_of(base).get(name)
            if type(found) is not FunctionType:
                continue
            code = found.__code__
            if _sets_to_none(code, attribute) or _clears_attributes(code):
                return f"{class_name(base)}.{name}"
            # It may call the method of a base class.
            if name not in code.co_names:
                break
    return ""


def _clears_attributes(code: CodeType) -> bool:
    """Return whether code uses `__dict__.clear()`."""
    return {"__dict__", "clear"} <= {*code.co_names}


def is_handed_out(class_: type[Any], attribute: str) -> bool:
    """Return whether a class hands out the value of an attribute, or an item of it.

    Then the value may be in use without the object: `Faker().unique`, `Reader(path).get_page(0)`.
    """
    for base in resolution_of(class_):
        for value in list(namespace_of(base).values()):
            function = value.fget if type(value) is property else value
            if type(function) is FunctionType and _returns(function.__code__, attribute):
                return True
    return False


def _returns(code: CodeType, attribute: str) -> bool:
    """Return whether code returns the attribute of its first argument, or an item of that."""
    if attribute not in code.co_names or is_longer(code, _LONGEST_CODE):
        return False
    found = [
        instruction for instruction in instructions_of(code) if instruction.opname not in _IGNORED
    ]
    for place, instruction in enumerate(found):
        if instruction.argval != attribute or not instruction.opname.startswith("LOAD_ATTR"):
            continue
        following = found[place + 1 : place + 4]
        names = [each.opname for each in following]
        if names[:1] == ["RETURN_VALUE"]:
            return True
        is_item = len(names) == 3 and names[0].startswith("LOAD_FAST")
        if is_item and _is_subscript(following[1]) and names[2] == "RETURN_VALUE":
            return True
    return False


def _is_subscript(instruction: Instruction) -> bool:
    # From 3.14 on, it is one of the binary operations.
    is_binary = instruction.opname == "BINARY_OP" and instruction.argrepr == "[]"
    return is_binary or instruction.opname == "BINARY_SUBSCR"


def _method(class_: type[Any], name: str) -> tuple[type[Any], CodeType] | None:
    for base in resolution_of(class_):
        names = namespace_of(base)
        if name in names:
            found = names[name]
            return (base, found.__code__) if type(found) is FunctionType else None
    return None


def _is_empty(code: CodeType) -> bool:
    return not code.co_names and not is_longer(code, _LONGEST_EMPTY)


def _sets_to_none(code: CodeType, attribute: str) -> bool:
    """Return whether code assigns None to an attribute, also in `self.a = self.b = None`."""
    if attribute not in code.co_names or is_longer(code, _LONGEST_CODE):
        return False
    is_none = False
    for instruction in instructions_of(code):
        # From 3.15 on, None is a common constant.
        if instruction.opname in ("LOAD_CONST", "LOAD_COMMON_CONSTANT"):
            is_none = instruction.argval is None
        elif instruction.opname == "STORE_ATTR":
            if is_none and instruction.argval == attribute:
                return True
        elif instruction.opname.startswith(_OTHER_VALUES):
            is_none = False
    return False
