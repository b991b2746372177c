"""The time limit of the command."""

from __future__ import annotations

import time

from refcycle._core.core_file import Unreadable

__all__ = ["Deadline", "TooLong"]


class TooLong(Unreadable):
    """The time is over."""


class Deadline:
    """A time limit of `seconds` from now, for everything that the command does."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._begin = time.monotonic()

    @property
    def left(self) -> float:
        """The seconds that are left; negative when the time is over."""
        return self.seconds - (time.monotonic() - self._begin)

    def check(self) -> None:
        """Raise TooLong when the time is over."""
        if self.left < 0:
            raise TooLong(
                f"no answer within {self.seconds:g} s; the program may have ended while a thread "
                "held a lock. Try --timeout with more seconds if the heap is large"
            )
