"""The outputs that IPython keeps of each cell, for `%notebook` and the like."""

from __future__ import annotations

from typing import Any

__all__ = ["OutputHistory"]


class OutputHistory:
    """What IPython keeps of the outputs of cells, from a moment on.

    A cell that prints or shows something in each of several runs makes this history grow.
    """

    __slots__ = ("_lengths", "_outputs")

    def __init__(self, shell: Any) -> None:
        manager = getattr(shell, "history_manager", None)
        # Versions before 9 have no such history.
        outputs = getattr(manager, "outputs", None)
        self._outputs: dict[Any, list[Any]] = outputs if isinstance(outputs, dict) else {}
        self._lengths = {cell: len(shown) for cell, shown in self._outputs.items()}

    def forget(self) -> None:
        """Remove the outputs since this moment from the history."""
        for cell, shown in list(self._outputs.items()):
            if cell in self._lengths:
                del shown[self._lengths[cell] :]
            else:
                # IPython adds to the last output of a cell that has some.
                del self._outputs[cell]
