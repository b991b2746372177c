"""How many dumps may be written, and how often."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from refcycle._arguments import check_seconds, index_of

__all__ = ["Limit"]


class Limit:
    """A limit on the number of dumps and on the time between them.

    `most` is None for any number. A fork of the process counts for itself. ValueError unless
    `most` is at least 1 and `every` at least 0.
    """

    __slots__ = ("_clock", "_count", "_every", "_last", "_most", "_owner")

    def __init__(
        self, most: int | None, every: float, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        check_seconds("every", every)
        if most is not None:
            most = index_of("most", most)
            if most < 1:
                raise ValueError(f"most is {most}: it must be 1 dump or more")
        self._most = most
        self._every = every
        self._clock = clock
        self._begin()

    def _begin(self) -> None:
        self._owner = os.getpid()
        self._count = 0
        self._last: float | None = None

    def reason_against(self) -> str:
        """Return why there may be no dump now; an empty string if there may be one.

        Then it counts as written.
        """
        if self._owner != os.getpid():
            self._begin()
        if self._most is not None and self._count >= self._most:
            return f"there were {self._count:,} already, as many as `most` allows"
        now = self._clock()
        if self._last is not None and now - self._last < self._every:
            ago = now - self._last
            return f"the last one was {ago:.0f} s ago, less than {self._every:g} s (`every`)"
        self._count += 1
        self._last = now
        return ""
