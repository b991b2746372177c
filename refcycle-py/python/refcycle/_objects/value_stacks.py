"""Which variables are used by the expressions and statements that a call is in the middle of.

A call that is in `sorted(rows)` has the value of `rows` on its value stack, and so it is in use
although no later instruction reads the variable. The same is true of `rows` in the body of
`for row in rows:`, and of `lock` in that of `with lock:`. CPython shows value stacks from Python
3.14 on only. This module finds the variables on every version, from the code: it follows each
value from the instruction that loads it.

The answer can have too many variables, but it never lacks one: the result of an instruction counts
as computed from all values that it may have taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

try:
    # Not from `dis`: that imports much.
    import _opcode  # type: ignore[import-not-found]
except ImportError:
    # It is a Python file, which may be missing or unreadable. Then no stack can be computed.
    _opcode = None

if TYPE_CHECKING:
    import dis

__all__ = ["Handler", "variables_on_stack"]

Handler = tuple[int, int, int, int, int]
"""A part of the code with a handler of exceptions: the places of its first and of its last
instruction and of the handler, and when the handler begins, how many values the stack has kept
and how many are new."""

_Values = tuple[frozenset[str], ...]
"""For each value on the stack, the variables from which it may be computed."""

_NONE: frozenset[str] = frozenset()
# These take nothing from the stack. A display takes nothing if it is empty.
_LOADS = (
    "LOAD_BUILD_CLASS",
    "LOAD_CLOSURE",
    "LOAD_COMMON_CONSTANT",
    "LOAD_CONST",
    "LOAD_DEREF",
    "LOAD_FAST",
    "LOAD_GLOBAL",
    "LOAD_NAME",
    "LOAD_SMALL_INT",
    "PUSH_NULL",
)
_DISPLAYS = {"BUILD_LIST", "BUILD_MAP", "BUILD_SET", "BUILD_TUPLE"}
# These put nothing on it.
_POPS = ("STORE_", "DELETE_", "POP_", "END_FOR", "FOR_ITER", "JUMP_IF_", "PRINT_EXPR")
# These change a value below those that they take; their argument says how far below.
_DEEP = {
    "DICT_MERGE",
    "DICT_UPDATE",
    "DUP_TOP_TWO",
    "LIST_APPEND",
    "LIST_EXTEND",
    "MAP_ADD",
    "ROT_FOUR",
    "ROT_N",
    "ROT_THREE",
    "ROT_TWO",
    "SET_ADD",
    "SET_UPDATE",
}
_DEEPEST = 4


class _Unknown(Exception):
    """The code does not have the form that a compiler gives it."""


def variables_on_stack(
    instructions: Sequence[dis.Instruction],
    following: Sequence[Sequence[int]],
    handlers: Sequence[Handler],
    here: int,
    first: str | None,
) -> frozenset[str] | None:
    """Return the variables from which the stack's values at an instruction may be computed.

    `following` has for each instruction the places of those that may run next, without handlers;
    `first` is the name of the first argument, which `super()` uses. None if this is not known.
    Takes linear time, times the depth of the stack.
    """
    try:
        values = _stacks(instructions, following, handlers, first)[here]
    except (_Unknown, ValueError):
        return None
    if values is None:
        return None
    # The value that a generator yields belongs to its caller. From 3.13 on, the generator waits at
    # the next instruction.
    is_yield = any(
        instruction.opname == "YIELD_VALUE" for instruction in _waiting(instructions, here)
    )
    return _union(values[: len(values) - is_yield])


def _waiting(instructions: Sequence[dis.Instruction], here: int) -> Sequence[dis.Instruction]:
    """Return an instruction and, if it resumes a generator, the preceding one."""
    return instructions[max(0, here - (instructions[here].opname == "RESUME")) : here + 1]


def _union(values: Sequence[frozenset[str]]) -> frozenset[str]:
    return _NONE.union(*values)


def _stacks(
    instructions: Sequence[dis.Instruction],
    following: Sequence[Sequence[int]],
    handlers: Sequence[Handler],
    first: str | None,
) -> list[_Values | None]:
    """Return the stack before each instruction; None where no path leads."""
    stacks: list[_Values | None] = [None] * len(instructions)
    by_place: list[list[Handler]] = [[] for _ in instructions]
    for handler in handlers:
        for place in range(handler[0], handler[1] + 1):
            by_place[place].append(handler)
    stacks[0] = ()
    pending = [0]
    while pending:
        place = pending.pop()
        values = stacks[place]
        assert values is not None
        for after, then in _next_stacks(instructions, following, place, values, first):
            if _join(stacks, after, then):
                pending.append(after)
        for _, _, start, kept, new in by_place[place]:
            if kept > len(values):
                raise _Unknown
            if _join(stacks, start, values[:kept] + (_NONE,) * new):
                pending.append(start)
    return stacks


def _next_stacks(
    instructions: Sequence[dis.Instruction],
    following: Sequence[Sequence[int]],
    place: int,
    values: _Values,
    first: str | None,
) -> Iterator[tuple[int, _Values]]:
    instruction = instructions[place]
    for after in following[place]:
        is_jump = after != place + 1
        if _opcode is None:
            raise _Unknown
        effect = _opcode.stack_effect(instruction.opcode, instruction.arg, jump=is_jump)
        yield after, _after(instruction, values, effect, first)


def _after(
    instruction: dis.Instruction, values: _Values, effect: int, first: str | None
) -> _Values:
    """Return the stack after an instruction."""
    name = instruction.opname
    # A generator begins with an instruction whose effect is not the same in all versions.
    depth = max(0, len(values) + effect)
    if name == "STORE_FAST_LOAD_FAST":
        return (*values[:-1], frozenset(instruction.argval[1:]))
    if name.startswith(_LOADS) and effect > 0:
        return values + _loaded(instruction, effect, first)
    if name.startswith(_POPS) and effect <= 0:
        return values[:depth]
    if name in _DISPLAYS and not instruction.arg:
        return (*values, _NONE)
    count = instruction.arg or 0
    if name in ("COPY", "SWAP"):
        if not 0 < count <= len(values):
            raise _Unknown
        if name == "COPY":
            return (*values, values[-count])
        moved = [*values]
        moved[-1], moved[-count] = moved[-count], moved[-1]
        return tuple(moved)
    low = min(len(values), depth) - 1
    if name in _DEEP:
        low = min(low, len(values) - max(count, _DEEPEST) - 1)
    low = max(low, 0)
    made = _union(values[low:])
    return values[:low] + (made,) * (depth - low)


def _loaded(instruction: dis.Instruction, count: int, first: str | None) -> _Values:
    found = instruction.argval
    if instruction.opname.startswith("LOAD_FAST"):
        names = found if type(found) is tuple else (found,)
        if len(names) != count:
            raise _Unknown
        return tuple(frozenset([name]) for name in names)
    is_super = found == "super" and first is not None
    return (frozenset([first]) if is_super and first else _NONE,) * count


def _join(stacks: list[_Values | None], place: int, values: _Values) -> bool:
    """Record the stack before an instruction, and return whether it is new."""
    known = stacks[place]
    if known is None:
        stacks[place] = values
        return True
    if len(known) != len(values):
        raise _Unknown
    joined = tuple(one | other for one, other in zip(known, values, strict=True))
    stacks[place] = joined
    return joined != known
