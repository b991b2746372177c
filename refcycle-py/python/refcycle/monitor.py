"""The cost of the garbage collector, counted by a callback in `gc.callbacks`."""

from __future__ import annotations

import gc
from bisect import bisect_left
from collections import Counter
from itertools import islice
from time import perf_counter_ns
from types import TracebackType
from typing import Any

from refcycle._dumps.hooks import is_method_of
from refcycle._refcycle import garbage_preview
from refcycle._text.numbers import counted
from refcycle.cycles import cycles_of

__all__ = ["GcMonitor", "gc_monitor"]

# Upper bounds of the histogram's buckets, in nanoseconds: 10 µs to 1 s.
_ENDS = (*(10**power * step for power in range(4, 9) for step in (1, 2, 5)), 10**9)
_GENERATIONS = 3
_PASSES, _PAUSES, _LONGEST, _COLLECTED, _UNCOLLECTABLE = range(5)
# The maximum number of cycles per collection.
_MOST_LOOKED_AT = 1000


class GcMonitor:
    """Counts the passes of the collector, how long they take and what they collect.

    Use `start` and `stop`, or use it as a context manager; if it is started again, the figures
    accumulate. `gc_monitor()` returns a running monitor. It costs about a microsecond per pass,
    because it only counts; other callbacks that run during a pass are part of the pause.

    With `signatures`, it also counts the cycles that full collections (of generation 2) find, by
    signature, up to 1000 cycles of each: see `Cycle.signature`. This reads the heap at the start
    of each full collection, which more than doubles its pause; objects that finalizers will
    resurrect are counted too.

    >>> import gc, refcycle
    >>> with refcycle.GcMonitor() as monitor:
    ...     _ = gc.collect()
    >>> monitor.passes[2], monitor.total_pause > 0
    (1, True)
    """

    __slots__ = ("_began", "_classes", "_figures", "_finds_signatures", "_signatures")

    def __init__(self, *, signatures: bool = False) -> None:
        self._finds_signatures = signatures
        self._began = 0
        # For each generation: passes, pauses, longest pause, collected and uncollectable.
        self._figures = [[0] * 5 for _ in range(_GENERATIONS)]
        self._classes = [0] * (len(_ENDS) + 1)
        self._signatures: Counter[str] = Counter()

    def start(self) -> None:
        """Start counting. RuntimeError if it is already running."""
        if self.is_running:
            raise RuntimeError("this monitor is already running: stop it first")
        self._began = 0
        gc.callbacks.append(self._looked if self._finds_signatures else self._called)

    def stop(self) -> None:
        """Stop counting. The other callbacks in `gc.callbacks` keep their order.

        Does nothing if it is not running.
        """
        place = self._place()
        if place is not None:
            del gc.callbacks[place]

    def __enter__(self) -> GcMonitor:
        """Start counting, unless it is already running."""
        if not self.is_running:
            self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop counting."""
        self.stop()

    @property
    def is_running(self) -> bool:
        """Whether it is counting."""
        return self._place() is not None

    def _place(self) -> int | None:
        # A look-up by `index` would run the `__eq__` of other callbacks.
        for place, callback in enumerate(gc.callbacks):
            if is_method_of(callback, self):
                return place
        return None

    @property
    def passes(self) -> tuple[int, ...]:
        """The number of passes, by generation."""
        return self._column(_PASSES)

    @property
    def collected(self) -> tuple[int, ...]:
        """The number of collected objects, by generation."""
        return self._column(_COLLECTED)

    @property
    def uncollectable(self) -> tuple[int, ...]:
        """The number of objects that could not be collected, by generation."""
        return self._column(_UNCOLLECTABLE)

    @property
    def pauses(self) -> tuple[float, ...]:
        """The total time of the passes, in seconds, by generation."""
        return tuple(pause / 1e9 for pause in self._column(_PAUSES))

    @property
    def total_pause(self) -> float:
        """The total time of all passes, in seconds."""
        return sum(self._column(_PAUSES)) / 1e9

    @property
    def longest_pause(self) -> float:
        """The time of the longest pass, in seconds."""
        return max(self._column(_LONGEST)) / 1e9

    @property
    def histogram(self) -> tuple[tuple[float, int], ...]:
        """Pairs of a time in seconds and the number of passes that took no longer, ascending.

        The times are 10 µs to 1 s in steps of 1, 2 and 5; the last one is infinite.
        """
        pairs = []
        total = 0
        for end, count in zip(
            (*(end / 1e9 for end in _ENDS), float("inf")), self._classes, strict=True
        ):
            total += count
            pairs.append((end, total))
        return tuple(pairs)

    @property
    def signatures(self) -> Counter[str]:
        """The number of cycles that full collections found, by signature, if requested."""
        return Counter(self._signatures)

    def as_dict(self) -> dict[str, Any]:
        """Return all figures as a dict of numbers, strings, lists and dicts, for JSON.

        Times are in seconds. `pause_seconds` has `count`, `sum`, `max` and `buckets`, which maps
        an upper bound, as text, to the number of passes that took no longer, like a Prometheus
        histogram. `generations` is a list of dicts, by generation, with `passes`, `collected`,
        `uncollectable`, `pause_seconds_sum` and `pause_seconds_max`. `cycles` maps signatures to
        numbers. Everything except the maxima only ever grows.

        >>> import refcycle
        >>> figures = refcycle.GcMonitor().as_dict()
        >>> figures["pause_seconds"]["buckets"]["0.001"], figures["generations"][0]["passes"]
        (0, 0)
        """
        buckets = {
            "+Inf" if end == float("inf") else f"{end:g}": count for end, count in self.histogram
        }
        return {
            "pause_seconds": {
                "count": sum(self.passes),
                "sum": self.total_pause,
                "max": self.longest_pause,
                "buckets": buckets,
            },
            "generations": [
                {
                    "passes": figures[_PASSES],
                    "collected": figures[_COLLECTED],
                    "uncollectable": figures[_UNCOLLECTABLE],
                    "pause_seconds_sum": figures[_PAUSES] / 1e9,
                    "pause_seconds_max": figures[_LONGEST] / 1e9,
                }
                for figures in self._figures
            ],
            "cycles": dict(self._signatures),
        }

    def __repr__(self) -> str:
        passes = counted(sum(self.passes), "pass", "passes")
        objects = counted(sum(self.collected), "object")
        return f"<GcMonitor: {passes}, {self.total_pause * 1e3:.1f} ms, {objects}>"

    def _column(self, place: int) -> tuple[int, ...]:
        return tuple(figures[place] for figures in self._figures)

    def _called(self, phase: str, info: dict[str, int]) -> None:
        # After a pass, the processor's caches are cold: this touches as little memory as it can.
        if phase == "start":
            self._began = perf_counter_ns()
            return
        if not self._began:
            # The monitor was started during a pass.
            return
        pause = perf_counter_ns() - self._began
        self._began = 0
        figures = self._figures[info["generation"]]
        figures[_PASSES] += 1
        figures[_PAUSES] += pause
        if pause > figures[_LONGEST]:
            figures[_LONGEST] = pause
        figures[_COLLECTED] += info["collected"]
        figures[_UNCOLLECTABLE] += info["uncollectable"]
        self._classes[bisect_left(_ENDS, pause)] += 1

    def _looked(self, phase: str, info: dict[str, int]) -> None:
        if phase == "start" and info["generation"] == _GENERATIONS - 1:
            for cycle in islice(cycles_of(garbage_preview(), True), _MOST_LOOKED_AT):
                self._signatures[cycle.signature] += 1
        self._called(phase, info)


def gc_monitor(*, signatures: bool = False) -> GcMonitor:
    """Return a running `GcMonitor`; it stops with `stop` or at the end of its block.

    >>> import gc, refcycle
    >>> with refcycle.gc_monitor() as monitor:
    ...     _ = gc.collect()
    >>> monitor.longest_pause < 60
    True
    """
    monitor = GcMonitor(signatures=signatures)
    monitor.start()
    return monitor
