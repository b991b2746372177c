"""Finds the objects created since a point in time, and the garbage among them, cheaply.

A collection visits all objects; one for each of a thousand tests would take longer than the tests.
`gc.freeze` sets the existing objects aside immediately; a collection after that visits only newer
ones. Objects that are set aside are not collected. So from time to time, all of them return to the
collector for a full collection: when the time since the last one is 100 times its duration.
"""

from __future__ import annotations

import gc
from time import perf_counter
from typing import Any

from refcycle._refcycle import tracked_objects

_SHARE = 100
# Before the first collection: short suites need none.
_SECONDS_OF_A_COLLECTION = 0.02


class YoungObjects:
    """Opened by `begin` and closed by `close`; the collector is off until `garbage`."""

    def __init__(self) -> None:
        self.is_open = False
        self._was_enabled = True
        # Set aside with the rest: if the collector lists it again, other code has unfrozen
        # everything.
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
        """Return the newer objects that are garbage; an empty list if they are unknown.

        They remain until they are released and collected.
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
        if found and not self._is_apart(tracked_objects()):
            found.clear()
        return found

    def forget(self) -> None:
        """Stop watching without a search for garbage or live objects."""
        self._enable()
        self.close()

    def collect(self) -> None:
        """Collect the newer objects that are garbage."""
        gc.collect()

    def alive(self) -> list[Any]:
        """Return the newer objects that the collector tracks, without tuples and frozensets.

        An empty list if they are unknown.
        """
        gc.collect()
        found = tracked_objects()
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
        """Return whether the older objects are missing: no other code has unfrozen them."""
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
