"""The magic commands. None of them changes a name of the user or keeps an object alive.

    %load_ext refcycle
    %%refcycle_cycles      the cyclic garbage that a cell leaves behind, and how to fix it
    %%refcycle_growth 20   what grows when a cell runs 20 times
    %refcycle_why x        what keeps an object alive

Results are displayed, not returned: the history would keep them, and the objects in them.
"""

from __future__ import annotations

import gc
from itertools import islice
from typing import Any

from refcycle._cycles.reports import report_on
from refcycle._notebook.cell_report import CellReport
from refcycle._notebook.output_history import OutputHistory
from refcycle._refcycle import garbage_preview, why
from refcycle.cycles import Cycle
from refcycle.growth import FEWEST_STEPS, watch

__all__ = ["load_ipython_extension", "unload_ipython_extension"]

_STEPS = 10
_MOST_LOOKED_AT = 1000
_NAMES = {"refcycle_cycles": "cell", "refcycle_growth": "cell", "refcycle_why": "line"}

# No code of a metaclass runs.
_module_of = type.__dict__["__module__"].__get__


def load_ipython_extension(shell: Any) -> None:
    """Register the magic commands: IPython calls this for `%load_ext refcycle`."""
    magics = Magics(shell)
    for name, kind in _NAMES.items():
        shell.register_magic_function(getattr(magics, name), kind, name)


def unload_ipython_extension(shell: Any) -> None:
    """Remove the magic commands."""
    for name, kind in _NAMES.items():
        shell.magics_manager.magics[kind].pop(name, None)


class Magics:
    """The magic commands of one shell."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell

    def refcycle_cycles(self, line: str, cell: str) -> None:
        """Run the cell, and show the cyclic garbage that it leaves behind.

        The collector is off meanwhile. Garbage that existed before does not count, and neither
        does that of IPython itself. What the cell assigns to a name is no garbage. A value that
        the cell shows is in the history, and is no garbage either: end the cell with a semicolon.
        """
        if line.strip():
            raise _usage(f"%%refcycle_cycles has no arguments, but got {line.strip()}")
        was_enabled = gc.isenabled()
        gc.disable()
        try:
            # Earlier garbage is not garbage as long as it is held.
            before = garbage_preview()
            found = None
            if self._runs(cell):
                found = CellReport(report_on(garbage_preview(), (), _is_of_ipython))
            del before
        finally:
            (gc.enable if was_enabled else gc.disable)()
        if found is not None:
            _show(found)

    def refcycle_growth(self, line: str, cell: str) -> None:
        """Run the cell several times, and show what grows: `%%refcycle_growth 20`.

        The number is that of the runs, at least 8 and 10 by default. What grows in each of them
        is shown with what holds it, as `refcycle.watch` does. The history that IPython keeps of
        what a cell prints and shows does not count: it has the outputs of the last run only.
        """
        steps = line.strip() or str(_STEPS)
        if not steps.isdecimal() or int(steps) < FEWEST_STEPS:
            raise _usage(
                f"%%refcycle_growth needs a number of runs of {FEWEST_STEPS} or more, not {steps}"
            )
        history = OutputHistory(self._shell)
        with watch() as growth:
            for _ in growth.steps(range(int(steps))):
                history.forget()
                if not self._runs(cell):
                    return
        _show(growth.report())

    def refcycle_why(self, line: str) -> None:
        """Show what keeps the value of an expression alive: `%refcycle_why sessions[0]`."""
        if not line.strip():
            raise _usage("%refcycle_why needs a name or another expression")
        _show(why(self._shell.ev(line)))

    def _runs(self, cell: str) -> bool:
        """Run a cell, and return whether that succeeds; IPython shows an exception."""
        try:
            code = self._shell.transform_cell(cell)
        except SyntaxError:
            code = cell  # which IPython shows
        if self._shell.should_run_async(cell, transformed_cell=code):
            raise _usage("a magic of refcycle cannot run a cell with `await` at its top level")
        return bool(self._shell.run_cell(cell, store_history=False).success)


def _show(result: object) -> None:
    from IPython.display import display  # type: ignore[import-not-found,unused-ignore]

    display(result)


def _usage(text: str) -> Exception:
    from IPython.core.error import UsageError  # type: ignore[import-not-found,unused-ignore]

    error: Exception = UsageError(text)
    return error


def _is_of_ipython(cycle: Cycle) -> bool:
    return any(_is_from_ipython(obj) for obj in islice(cycle.graph, _MOST_LOOKED_AT))


def _is_from_ipython(obj: object) -> bool:
    module = _module_of(type(obj))
    return type(module) is str and module.partition(".")[0] in ("IPython", "ipykernel")
