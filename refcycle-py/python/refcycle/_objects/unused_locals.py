"""Which variables of a call are not used again: those that the rest of its code does not read.

A variable is *used again* if a path through the code leads from the current instruction to one
that reads or deletes the variable, with no assignment to it in between. A worker that waits for
its next job does not use the previous job again, but its variable keeps it alive.

A variable is also used while the call is in the middle of an expression or a statement that has
loaded it, as `rows` in `sorted(rows)` or in the body of `for row in rows:`.

Variables that inner functions share are not examined, nor are those of functions that can read all
of their variables by name, as with `locals()`. The calls that lead to the call of refcycle are not
examined either, because they are running, unless a signal has interrupted them.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any, NamedTuple

from refcycle._objects.code_objects import copy_of, dis_of_python
from refcycle._objects.states import state_of
from refcycle._objects.types import is_graph_of_file
from refcycle._objects.value_stacks import Handler, variables_on_stack
from refcycle._refcycle import SavedObject, execution
from refcycle._text.json_text import json_text, value_of_json

if TYPE_CHECKING:
    import dis

    from refcycle._refcycle import ObjectGraph

__all__ = ["KEY", "Unused", "UnusedLocals", "describe"]

KEY = "unused_locals"
"""The name of the fact in a file, which `outputs/save.rs` writes."""

# Modules whose functions interrupt those of the program.
_INTERRUPT = {"refcycle.signal_dumps", "refcycle._attach.remote"}
_IS_OPTIMIZED = 1
_LONGEST_NAME = 200
# Variables times bytes of code: the analysis has a set of variables for each instruction.
_LARGEST = 1_000_000
_READ_ALL = {"locals", "vars", "dir", "eval", "exec", "_getframe", "currentframe"}
_ENDS = {
    "JUMP_ABSOLUTE",
    "JUMP_BACKWARD",
    "JUMP_BACKWARD_NO_INTERRUPT",
    "JUMP_FORWARD",
    "RAISE_VARARGS",
    "RERAISE",
    "RETURN_CONST",
    "RETURN_VALUE",
}


class Unused(NamedTuple):
    """The variables of a call that are not used again."""

    names: frozenset[str]
    in_loop: frozenset[str]
    """Those of them that are assigned in the loop that the call is executing."""


_NONE = Unused(frozenset(), frozenset())


class UnusedLocals:
    """The variables that the calls of a graph do not use again."""

    def __init__(self, graph: ObjectGraph | None) -> None:
        self._known: dict[tuple[int, int], Unused] = {}
        self._asking = _asking()
        self._saved: dict[int, Unused] = {}
        if graph is not None and is_graph_of_file(graph):
            self._saved = dict(_read(graph.metadata.get(KEY, "[]")))

    def of(self, obj: Any) -> Unused:
        """Return the unused variables of a frame or a generator; empty if they are unknown."""
        if type(obj) is SavedObject:
            return self._saved.get(obj.address, _NONE)
        if id(obj) in self._asking or state_of(obj) == "running":
            return _NONE
        found = _execution(obj)
        if found is None:
            return _NONE
        code, instruction = found
        key = (id(code), instruction)
        if key not in self._known:
            try:
                self._known[key] = _unused_in(copy_of(code), instruction)
            except Exception:
                # A tool may have put an object into the code that cannot be copied.
                self._known[key] = _NONE
        return self._known[key]


def describe(calls: Iterable[object]) -> str:
    """Return the fact for a file, from the frames and generators of a graph."""
    known = UnusedLocals(None)
    addresses: dict[Unused, list[int]] = {}
    for call in calls:
        found = known.of(call)
        if found.names:
            addresses.setdefault(found, []).append(id(call))
    return json_text(
        [[sorted(found.names), sorted(found.in_loop), where] for found, where in addresses.items()]
    )


def _asking() -> set[int]:
    """Return the ids of the frames of this thread, up to one that a signal has interrupted."""
    found = set()
    frame: FrameType | None = sys._getframe()
    while frame is not None and frame.f_globals.get("__name__") not in _INTERRUPT:
        found.add(id(frame))
        frame = frame.f_back
    return found


def _read(text: str) -> Iterator[tuple[int, Unused]]:
    """Yield what `describe` wrote; nothing if a file has something else."""
    try:
        for names, in_loop, addresses in value_of_json(text):
            found = Unused(frozenset(names), frozenset(in_loop))
            yield from ((address, found) for address in addresses if type(address) is int)
    except (TypeError, ValueError, RecursionError):
        return


def _execution(obj: Any) -> tuple[CodeType, int] | None:
    if sys.version_info >= (3, 11):
        return execution(obj)
    # A generator has its variables in its frame.
    return (obj.f_code, obj.f_lasti) if type(obj) is FrameType else None


def _unused_in(code: CodeType, instruction: int) -> Unused:
    shared = {*code.co_cellvars, *code.co_freevars}
    names = [name for name in code.co_varnames if name not in shared and _is_name(name)]
    if not names or not code.co_flags & _IS_OPTIMIZED or _READ_ALL & {*code.co_names}:
        return _NONE
    if len(names) * len(code.co_code) > _LARGEST:
        return _NONE
    flow = _Flow(code)
    here = flow.at(instruction)
    if here is None:
        return _NONE
    in_use = flow.in_use(here)
    if in_use is None:
        return _NONE
    used = flow.used_after(here) | in_use
    unused = frozenset(name for name in names if name not in used | flow.in_comprehensions)
    loop = flow.loop_of(here)
    return Unused(unused, frozenset(name for at in loop for name in flow.assigned[at]) & unused)


def _is_name(name: str) -> bool:
    # Redacted files show no other names.
    return name.isidentifier() and len(name) <= _LONGEST_NAME


class _Flow:
    """The instructions of a function: what follows each, and which variables it uses."""

    def __init__(self, code: CodeType) -> None:
        dis = dis_of_python()
        self._instructions = list(dis.get_instructions(code))
        self._offsets = [instruction.offset for instruction in self._instructions]
        jumps = {*dis.hasjrel, *dis.hasjabs}
        self._following = [
            self._after(place, instruction, jumps)
            for place, instruction in enumerate(self._instructions)
        ]
        self._first = code.co_varnames[0] if code.co_varnames else None
        self._without_handlers = [[*following] for following in self._following]
        self._handlers: list[Handler] = []
        for start, end, handler, kept, new in _handlers(code, self._instructions):
            first, last = self._place(start), self._place(end - 1)
            if kept is not None:
                self._handlers.append((first, last, self._place(handler), kept, new))
            for place in range(first, last + 1):
                self._following[place].append(self._place(handler))
        self._before: list[list[int]] = [[] for _ in self._instructions]
        for place, following in enumerate(self._following):
            for after in following:
                self._before[after].append(place)
        used = [_uses(instruction, self._first) for instruction in self._instructions]
        self._read = [read for read, _ in used]
        self.assigned = [assigned for _, assigned in used]
        """The variables that each instruction assigns."""
        self.in_comprehensions = {
            instruction.argval
            for instruction in self._instructions
            if instruction.opname == "LOAD_FAST_AND_CLEAR"
        }
        """The variables of comprehensions, which no statement can delete."""

    def _place(self, offset: int) -> int:
        return max(0, bisect_right(self._offsets, offset) - 1)

    def _after(self, place: int, instruction: dis.Instruction, jumps: set[int]) -> list[int]:
        found = []
        if instruction.opname not in _ENDS and place + 1 < len(self._instructions):
            found.append(place + 1)
        if instruction.opcode in jumps:
            found.append(self._place(instruction.argval))
        return found

    def at(self, offset: int) -> int | None:
        """Return the place of an instruction; None if the function has not begun."""
        here = self._place(offset)
        starts = (
            place
            for place, instruction in enumerate(self._instructions)
            if instruction.opname == "RESUME" and instruction.arg == 0
        )
        return here if offset >= 0 and here > next(starts, -1) else None

    def in_use(self, here: int) -> frozenset[str] | None:
        """Return the variables from which values on the stack may be computed.

        None if that is unknown.
        """
        return variables_on_stack(
            self._instructions, self._without_handlers, self._handlers, here, self._first
        )

    def used_after(self, here: int) -> set[str]:
        """Return the variables that are read after an instruction, before they are assigned."""
        used: list[set[str]] = [set() for _ in self._instructions]
        before = self._before
        pending = list(range(len(self._instructions)))
        while pending:
            place = pending.pop()
            after = {name for later in self._following[place] for name in used[later]}
            found = self._read[place] | (after - self.assigned[place])
            if found != used[place]:
                used[place] = found
                pending += before[place]
        return {name for after in self._following[here] for name in used[after]}

    def loop_of(self, here: int) -> set[int]:
        """Return the instructions of the loops in which an instruction is."""
        return _reachable(self._following, here) & _reachable(self._before, here)


def _reachable(following: Sequence[Sequence[int]], start: int) -> set[int]:
    found: set[int] = set()
    pending = [start]
    while pending:
        for after in following[pending.pop()]:
            if after not in found:
                found.add(after)
                pending.append(after)
    return found


def _uses(instruction: dis.Instruction, first: str | None) -> tuple[set[str], set[str]]:
    """Return the variables that an instruction reads or deletes, and those that it assigns.

    `first` is the name of the first argument, which `super()` reads.
    """
    opname, value = instruction.opname, instruction.argval
    if opname == "LOAD_GLOBAL" and value == "super" and first is not None:
        return {first}, set()
    if "_FAST" not in opname:
        return set(), set()
    names = list(value) if type(value) is tuple else [value]
    if opname == "STORE_FAST_LOAD_FAST":
        stored, read = names
        return {read} - {stored}, {stored}
    if opname.startswith("STORE_FAST"):
        return set(), set(names)
    return set(names), set()


def _handlers(
    code: CodeType, instructions: Sequence[dis.Instruction]
) -> Iterator[tuple[int, int, int, int | None, int]]:
    """Yield the parts of the code with an exception handler: start, end and handler.

    Then the number of values that the stack keeps for the handler, or None if it depends on the
    instruction at the start, and the number of new values.
    """
    table = getattr(code, "co_exceptiontable", None)
    if table is None:
        # Up to 3.10 a part begins with an instruction and ends before its handler.
        for instruction in instructions:
            if instruction.opname.startswith("SETUP_"):
                yield instruction.offset, instruction.argval, instruction.argval, None, 0
        return
    numbers = _numbers(table)
    for start, length, handler, depth in zip(*[numbers] * 4, strict=False):
        # The lowest bit says whether the place of the instruction comes before the exception.
        yield 2 * start, 2 * (start + length), 2 * handler, depth >> 1, 1 + (depth & 1)


def _numbers(table: bytes) -> Iterator[int]:
    """Yield the numbers of an exception table: six bits a byte, the highest first."""
    number = 0
    for byte in table:
        number = number << 6 | byte & 63
        if not byte & 64:
            yield number
            number = 0
