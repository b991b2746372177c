# https://github.com/napari/napari/issues/3238
"""A lambda that is connected to a signal holds what it mentions."""

from psygnal import Signal

import refcycle

CAUSE = ["viewer", "lambda"]
FIX = ["disconnect"]
NEVER = ["make `cell"]


class Viewer:
    changed = Signal(int)


class Layer:
    def refresh(self, value):
        pass


viewer = Viewer()


def add_and_remove():
    layer = Layer()
    viewer.changed.connect(lambda value: layer.refresh(value))


add_and_remove()
print(refcycle.why(refcycle.snapshot().find_by_typename("Layer")[0]))
