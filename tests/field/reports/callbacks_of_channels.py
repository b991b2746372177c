# https://github.com/pyepics/pyepics/issues/10
"""The cache of a module has, by channel, the methods to call."""

import refcycle

CAUSE = ["_cache", "PV._on_changes"]
FIX = [("WeakMethod", "take the callback back")]

_cache = {}


class PV:
    def __init__(self, name):
        self.name = name
        _cache[name] = {"conn": True, "callbacks": [self._on_changes]}

    def _on_changes(self, value):
        pass


PV("motor")
print(refcycle.why(refcycle.snapshot().find_by_typename("PV")[0]))
