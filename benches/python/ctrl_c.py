"""Measure how long each call runs on after Ctrl-C.

    python benches/python/ctrl_c.py [--objects 1500000] [--heap parted] [CALL...]

Each call runs once while a timer sends SIGPROF: this shows for how long no signal handler could
run. Then the call runs again, once for each of the longest of these times, and SIGINT arrives
when it begins. The table has the processor time of the call, the longest time without a
handler, and the longest time from SIGINT to its exception. All are processor times, because
other programs delay the process. Linux only; needs only refcycle. With names of calls, only
those run.
"""

import argparse
import ctypes
import gc
import itertools
import signal
import sys
import tempfile
import time

from heap_speed import HEAPS
from stalls import calls

import refcycle

EVERY = 0.02
"""Seconds of processor time between two signals."""

PROBED = 0.2
"""Times without a handler that are shorter than this are not tried."""

TRIES = 3
"""How many of the longest times are tried."""


class Interval(ctypes.Structure):
    _fields_ = [(name, ctypes.c_long) for name in ("again", "again_ns", "first", "first_ns")]


class Event(ctypes.Structure):
    _fields_ = [
        ("value", ctypes.c_void_p),
        ("signal", ctypes.c_int),
        ("notify", ctypes.c_int),
        ("rest", ctypes.c_char * 48),
    ]


class Timer:
    """Sends SIGINT after some processor time of the process."""

    def __init__(self):
        self._library = ctypes.CDLL(None, use_errno=True)
        self._timer = ctypes.c_void_p()
        event = Event(None, signal.SIGINT, 0)
        failed = self._library.timer_create(
            time.CLOCK_PROCESS_CPUTIME_ID, ctypes.byref(event), ctypes.byref(self._timer)
        )
        if failed:
            raise OSError(ctypes.get_errno(), "timer_create")

    def set(self, seconds):
        """Start the timer, or stop it with 0."""
        whole, rest = divmod(int(seconds * 1e9), 10**9)
        interval = Interval(0, 0, whole, rest)
        self._library.timer_settime(self._timer, 0, ctypes.byref(interval), None)


def longest_gaps(function):
    """Return the processor time of a call, and the longest times without a handler.

    Of each of these, the length, and when it begins.
    """
    times = [time.process_time()]
    signal.signal(signal.SIGPROF, lambda *_: times.append(time.process_time()))
    signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
    result = function()
    times.append(time.process_time())
    signal.setitimer(signal.ITIMER_PROF, 0)
    del result
    start = times[0]
    gaps = [(after - before, before - start) for before, after in itertools.pairwise(times)]
    return times[-1] - start, sorted(gaps, reverse=True)[:TRIES]


def latency(timer, function, delay):
    """Return the processor time from SIGINT to its exception; 0 if the call ended before."""
    result = None
    start = time.process_time()
    try:
        timer.set(max(delay, 0.001))
        result = function()
        timer.set(0)
    except KeyboardInterrupt:
        return time.process_time() - start - delay
    del result
    return 0.0


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--objects", type=int, default=1_500_000)
    arguments.add_argument("--heap", choices=HEAPS, default="parted")
    arguments.add_argument("calls", nargs="*")
    options = arguments.parse_args()
    heap = HEAPS[options.heap](options.objects)
    gc.collect()
    gc.disable()
    timer = Timer()
    print(f"{len(gc.get_objects()):,} tracked objects; time, without a handler, after SIGINT")
    with tempfile.TemporaryDirectory() as folder:
        graph = refcycle.snapshot()
        for name, function in calls(graph, heap, folder):
            if options.calls and name not in options.calls:
                continue
            try:
                used, gaps = longest_gaps(function)
                tried = [
                    latency(timer, function, begins + EVERY)
                    for gap, begins in gaps
                    if gap > PROBED
                ]
            except Exception as error:
                signal.setitimer(signal.ITIMER_PROF, 0)
                print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
                continue
            shown = f"{1000 * max(tried):8.0f} ms" if tried else "           "
            print(f"{name:32}{used:8.2f} s{1000 * gaps[0][0]:8.0f} ms{shown}", flush=True)


if __name__ == "__main__":
    main()
