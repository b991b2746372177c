# https://github.com/y-crdt/pycrdt/issues/371
"""A cache by callable keeps bound methods, and with them their objects, after `unobserve`."""

import functools
import inspect

import refcycle

CAUSE = ["count_parameters", "lru_cache"]
FIX = ["cache_clear()"]


@functools.lru_cache(maxsize=1024)
def count_parameters(func):
    return len(inspect.signature(func).parameters)


class Room:
    def on_change(self, event):
        pass


def open_and_close():
    room = Room()
    observers = [room.on_change]
    count_parameters(room.on_change)
    observers.clear()


open_and_close()
print(refcycle.why(refcycle.snapshot().find_by_typename("Room")[0]))
