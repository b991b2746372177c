"""Runs a program, and reports the garbage that it leaves and what grew."""

from __future__ import annotations

import gc
import os
import sys
import types
from collections.abc import Collection, Sequence
from importlib.util import find_spec
from io import open_code
from typing import NamedTuple

from refcycle._cli.command import CommandError
from refcycle._cli.files import no_such_file
from refcycle._cli.run_report import Cycles, Growth, report_as_json, report_as_text
from refcycle._cycles.reports import report_on
from refcycle._growth.outside import hinting
from refcycle._growth.program_objects import ProgramParts, is_of_program, ordered
from refcycle._growth.signature_census import KnownObjects, SignatureCensus, totals_of
from refcycle._growth.type_totals import Totals, totals
from refcycle._refcycle import NewFile, ObjectGraph, garbage_preview, snapshot
from refcycle._text.escapes import printable
from refcycle._text.lines import line_width, wrapped_text
from refcycle.differences import compared
from refcycle.heap_census import Census, census

__all__ = ["Program", "ProgramError", "run", "run_alone"]

FAILED = 1
GARBAGE = 3
INTERRUPTED = 130


class ProgramError(CommandError):
    """A program cannot be started."""


class Program(NamedTuple):
    """A program that is ready to run as `__main__`."""

    code: types.CodeType
    module: types.ModuleType
    arguments: list[str]
    """Its `sys.argv`."""
    folder: str
    """The first folder from which it imports."""

    @classmethod
    def named(cls, name: str, arguments: Sequence[str], *, is_module: bool) -> Program:
        """Find the file or the module with this name; ProgramError if it cannot be run."""
        if not name:
            raise ProgramError("the name of the program is empty: give a file, or -m and a module")
        return (_of_module if is_module else _of_file)(name, arguments)


def _of_file(name: str, arguments: Sequence[str]) -> Program:
    if os.path.isdir(name):
        raise ProgramError(f"{name} is a folder: give the file of a program, or -m and a module")
    try:
        with open_code(os.path.abspath(name)) as file:
            source = file.read()
    except FileNotFoundError:
        raise ProgramError(no_such_file(name)) from None
    except OSError as error:
        raise ProgramError(f"{name} cannot be read: {error.strerror}") from None
    try:
        code = compile(source, name, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        raise ProgramError(f"{name} is not a Python program: {error}") from None
    module = types.ModuleType("__main__")
    module.__file__ = name
    return Program(code, module, [name, *arguments], os.path.dirname(os.path.abspath(name)))


def _of_module(name: str, arguments: Sequence[str]) -> Program:
    folder = os.getcwd()
    if sys.path[:1] != [folder]:
        sys.path.insert(0, folder)
    try:
        spec = find_spec(name)
        is_package = spec is not None
        if spec is not None and spec.submodule_search_locations is not None:
            spec = find_spec(f"{name}.__main__")
    except ModuleNotFoundError as error:
        raise ProgramError(_not_found(name, error.name)) from None
    except (ImportError, ValueError, AttributeError) as error:
        raise ProgramError(f"{name} cannot be imported: {error}") from None
    if spec is None:
        raise ProgramError(_not_found(name, f"{name}.__main__" if is_package else name))
    if spec.loader is None or not hasattr(spec.loader, "get_code"):
        raise ProgramError(f"{name} has no Python code")
    try:
        code = spec.loader.get_code(spec.name)
    except (ImportError, SyntaxError) as error:
        raise ProgramError(f"{name} cannot be run: {error}") from None
    if code is None:
        raise ProgramError(f"{name} has no Python code")
    module = types.ModuleType("__main__")
    module.__spec__ = spec
    module.__loader__ = spec.loader
    module.__package__ = spec.parent
    module.__file__ = spec.origin
    return Program(code, module, [spec.origin or name, *arguments], folder)


def _not_found(name: str, missing: str | None) -> str:
    """Return the error for a module that is missing: the program itself, or one that it needs."""
    if missing == f"{name}.__main__":
        return f"{name} is a package without a module __main__: it cannot be run"
    if missing is None or name == missing or name.startswith(f"{missing}."):
        return f"no module named {name} in {os.getcwd()} or the installed packages"
    return f"{name} cannot be imported: it needs the module {missing}, which is not installed"


def run(
    program: Program,
    *,
    keep_gc: bool,
    untracked: bool,
    fail: bool,
    as_json: bool,
    output: str | None,
    allow: Collection[str] = (),
) -> int:
    """Run the program, report, and return the exit status.

    `allow` has signatures: of cycles, and of chains to objects that may be left.
    """
    _prepare(program)
    _import_all(untracked)
    package = (program.module.__package__ or "").partition(".")[0]
    parts = ProgramParts(program.folder, package)
    gc.collect()
    before = HeapState(untracked, allow)
    if not keep_gc:
        gc.disable()
    status = _status_of(program)
    # What the program has left, before what is found out about it.
    after = HeapState(untracked, allow, before, parts)
    cycles = _cycles(garbage_preview(), allow, parts)
    growth = after.grown_since(before, allow)
    with hinting("run it without --tracked-only"):
        text = _text(cycles, growth, status, as_json=as_json)
    if not _write(text, output):
        return FAILED
    has_garbage = bool(cycles.own or cycles.others)
    return GARBAGE if fail and has_garbage and status == 0 else status


def run_alone(program: Program) -> int:
    """Run the program without a report, and return the exit status."""
    _prepare(program)
    gc.collect()  # the parser of the command line is no garbage of the program
    return _status_of(program)


def _prepare(program: Program) -> None:
    """Let the process look as if it ran the program."""
    sys.argv[:] = program.arguments
    if sys.path[:1] != [program.folder]:
        sys.path[:1] = [program.folder]
    sys.modules["__main__"] = program.module


def _text(cycles: Cycles, growth: Growth, status: int, *, as_json: bool) -> str:
    if as_json:
        return report_as_json(cycles, growth, status)
    return report_as_text(cycles, growth)


def _cycles(garbage: ObjectGraph, allow: Collection[str], parts: ProgramParts) -> Cycles:
    """Return reports on the cycles of the program, and on those of imported modules alone."""
    is_own = is_of_program(parts)
    own = report_on(garbage, allow, lambda cycle: not is_own(cycle.graph))
    imported = report_on(garbage, allow, lambda cycle: is_own(cycle.graph))
    if own:
        imported.unexamined = 0  # they are the same ones
    return Cycles(own, imported)


class HeapState:
    """What there is in the heap, and what of it is garbage. It keeps no object alive."""

    __slots__ = ("_allowed", "_counted", "_known", "_new", "_of_garbage", "_own", "_samples")

    def __init__(
        self,
        untracked: bool,
        allow: Collection[str],
        before: HeapState | None = None,
        parts: ProgramParts | None = None,
    ) -> None:
        self._counted = census(untracked=untracked)
        # No variable of a running frame may have the snapshot: that would be a cycle.
        self._see(snapshot(untracked=untracked), untracked, allow, before, parts)

    def _see(
        self,
        graph: ObjectGraph,
        untracked: bool,
        allow: Collection[str],
        before: HeapState | None,
        parts: ProgramParts | None,
    ) -> None:
        self._of_garbage = Census(totals(graph.unreachable()), untracked=untracked)
        self._known = KnownObjects(graph)
        new = [] if before is None else before._known.without_them(graph)
        signatures = [row for row in graph.signatures(new) if row.signature not in allow]
        rows, own, self._samples = ordered(graph, signatures, parts or ProgramParts())
        self._own = frozenset(row.signature for row in rows[:own])
        self._new = SignatureCensus(rows)
        self._allowed = Census(totals_of(graph, allow), untracked=untracked)

    def grown_since(self, before: HeapState, allow: Collection[str]) -> Growth:
        """Return what grew by type, and who holds what is new of it."""
        earlier, now = before._live(), self._live()
        rest = (self._counted - before._counted).outside
        growth = compared(earlier, now)._with_outside(rest)
        # A frame is there because it runs.
        types = {row.type_name for row in growth if row.count > 0} - {"frame"}
        held = self._new.rows(types, allow, is_ordered=True)
        # The rows have only types that grew.
        grown = {row.signature for row in held}
        samples = [one for one in self._samples if one.chain.signature in grown]
        own = sum(row.signature in self._own for row in held)
        return Growth(growth, held, own, samples)

    def _live(self) -> Totals:
        """Return the totals of what is neither garbage nor allowed."""
        found = self._counted.totals()
        for left_out in (self._of_garbage, self._allowed):
            for name, (count, size) in left_out.totals().items():
                all_of_them, all_bytes = found.get(name, (0, 0))
                found[name] = (all_of_them - count, all_bytes - size)
        return {name: total for name, total in found.items() if total[0] > 0}


def _import_all(untracked: bool) -> None:
    """Make a report, so that the objects that it imports and keeps do not count as growth."""
    cycle: list[object] = []
    cycle += [cycle, [cycle]]
    reports = _cycles(ObjectGraph([cycle, cycle[1]]), (), ProgramParts(os.sep))
    heap = HeapState(untracked, ())
    nothing = HeapState(untracked, (), heap, ProgramParts(os.sep)).grown_since(heap, ())
    _text(reports, nothing, 0, as_json=False)
    _text(reports, nothing, 0, as_json=True)


def _status_of(program: Program) -> int:
    """Run the program; print its exception as the interpreter does."""
    try:
        exec(program.code, program.module.__dict__)
    except SystemExit as end:
        return _status(end.code)
    except KeyboardInterrupt as error:
        _complain(error)
        return INTERRUPTED
    except BaseException as error:
        _complain(error)
        return FAILED
    return 0


def _complain(error: BaseException) -> None:
    # The first entries are the frames of this module.
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_frame.f_globals is globals():
        traceback = traceback.tb_next
    sys.excepthook(type(error), error.with_traceback(traceback), traceback)


def _status(code: object) -> int:
    if code is None:
        return 0
    if isinstance(code, int):
        return code
    print(code, file=sys.stderr)
    return FAILED


def _write(text: str, output: str | None) -> bool:
    """Write the report, to a file in one step; print the reason if that fails."""
    sys.stdout.flush()
    if output is None:
        sys.stderr.write(wrapped_text(text, line_width()))
        return True
    try:
        NewFile(output).write([text.encode("utf-8", "backslashreplace")])
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        text = printable(f"refcycle: {output} cannot be written: {reason}")
        print(text, file=sys.stderr)
        return False
    return True
