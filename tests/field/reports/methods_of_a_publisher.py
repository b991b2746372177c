# https://github.com/scikit-hep/pyhf/pull/1035
"""An event keeps the bound methods that are subscribed."""

import refcycle

CAUSE = ["tensorlib_changed", "_TensorViewer._precompute"]
FIX = ["WeakMethod"]


class Event:
    def __init__(self):
        self.callbacks = []

    def subscribe(self, callback):
        self.callbacks.append(callback)


tensorlib_changed = Event()


class _TensorViewer:
    def __init__(self):
        tensorlib_changed.subscribe(self._precompute)

    def _precompute(self):
        pass


_TensorViewer()
print(refcycle.why(refcycle.snapshot().find_by_typename("_TensorViewer")[0]))
