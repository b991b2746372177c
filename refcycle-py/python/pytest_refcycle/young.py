"""The objects made since a moment, and which of them are garbage, at little cost.

A collection visits all objects, which for each of a thousand tests would take longer than
the tests. `gc.freeze` sets the existing objects aside at once; a collection after that visits
only newer ones. Objects that are set aside are not collected. So now and then all of them
come back for a full collection: when the time since the last one is 100 times its duration.
"""

from __future__ import annotations

import gc
from time import perf_counter
from typing import Any

_SHARE = 100
# Before the first one: short suites need none.
_SECONDS_OF_A_COLLECTION = 0.02


class YoungObjects:
    """Opened by `begin` and closed by `close`; the collector is off until `garbage`."""

    def __init__(self) -> None:
        self.is_open = False
        self._was_enabled = True
        # Is put aside with the rest: where it comes again, somebody else took everything back.
        self._mark: list[Any] = []
        self._renewed = perf_counter()
        self._took = _SECONDS_OF_A_COLLECTION

    def begin(self) -> None:
        """Set all objects aside, including those that are garbage already."""
        self._was_enabled = gc.isenabled()
        gc.disable()
        gc.freeze()
        self.is_open = True

    def garbage(self) -> list[Any]:
        """Return the newer objects that are garbage; nothing if they are not known.

        They stay until they are released and collected.
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
        """Look neither for garbage nor for live objects."""
        self._enable()
        self.close()

    def collect(self) -> None:
        """Collect the newer objects that are garbage."""
        gc.collect()

    def alive(self) -> list[Any]:
        """Return the newer objects that the collector tracks; nothing if they are not known."""
        gc.collect()
        found = gc.get_objects()
        return found if self._is_apart(found) else []

    def close(self) -> None:
        """Stop watching. Run a full collection if it is time."""
        self.is_open = False
        if perf_counter() - self._renewed > _SHARE * self._took:
            self._renew()

    def end(self) -> None:
        """Return everything to the collector."""
        gc.unfreeze()

    def _is_apart(self, young: list[Any]) -> bool:
        """Return whether these are without the older ones, because nobody else unfroze them."""
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
