"""The objects that came since a moment, and what of them is garbage, at little cost.

A collection goes through all objects, which for each of a thousand tests would take longer
than the tests. `gc.freeze` puts what is there aside, in no time: a collection after that goes
through what came since. What is put aside is not collected, so that now and then everything
comes back for a whole collection: when the time since the last one is 100 times what it took.
"""

from __future__ import annotations

import gc
from time import perf_counter
from typing import Any

_SHARE = 100
# Before the first one: short suites need none.
_SECONDS_OF_A_COLLECTION = 0.02


class YoungObjects:
    """Is opened by `begin` and closed by `close`; the collector is off up to `garbage`."""

    def __init__(self) -> None:
        self.is_open = False
        self._was_enabled = True
        # Is put aside with the rest: where it comes again, somebody else took everything back.
        self._mark: list[Any] = []
        self._renewed = perf_counter()
        self._took = _SECONDS_OF_A_COLLECTION

    def begin(self) -> None:
        """Put all objects aside, with what is garbage already."""
        self._was_enabled = gc.isenabled()
        gc.disable()
        gc.freeze()
        self.is_open = True

    def garbage(self) -> list[Any]:
        """Return what came since and is garbage; nothing if it is not known.

        It stays until it is let go and collected.
        """
        debug = gc.get_debug()
        before = len(gc.garbage)
        gc.set_debug(gc.DEBUG_SAVEALL)
        try:
            gc.collect()
            found = gc.garbage[before:]
            del gc.garbage[before:]
        finally:
            gc.set_debug(debug)
            self._enable()
        if found and not self._is_apart(gc.get_objects()):
            found.clear()
        return found

    def forget(self) -> None:
        """Do not look for garbage, nor for what is alive."""
        self._enable()
        self.close()

    def collect(self) -> None:
        """Collect what came since and is garbage."""
        gc.collect()

    def alive(self) -> list[Any]:
        """Return what came since and is tracked by the collector; nothing if it is not known."""
        gc.collect()
        found = gc.get_objects()
        return found if self._is_apart(found) else []

    def close(self) -> None:
        """Forget what came since. Collect everything, if it is time."""
        self.is_open = False
        if perf_counter() - self._renewed > _SHARE * self._took:
            self._renew()

    def end(self) -> None:
        """Give everything back to the collector."""
        gc.unfreeze()

    def _is_apart(self, young: list[Any]) -> bool:
        """Return whether these are without the rest, as nobody else took that back."""
        return id(self._mark) not in map(id, young)

    def _enable(self) -> None:
        if self._was_enabled:
            gc.enable()

    def _renew(self) -> None:
        began = perf_counter()
        gc.unfreeze()
        gc.collect()
        self._renewed = perf_counter()
        self._took = self._renewed - began
