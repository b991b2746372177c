# https://github.com/pyapp-kit/psygnal/pull/134
"""A `functools.partial` in a list of callbacks holds its arguments."""

import functools

import refcycle

CAUSE = ["changed", "partial"]
FIX = [("remove", "disconnect", "take")]


class Emitter:
    def __init__(self):
        self.slots = []

    def connect(self, slot):
        self.slots.append(slot)


class Panel:
    pass


def redraw(panel, value):
    pass


changed = Emitter()


def open_and_close():
    panel = Panel()
    changed.connect(functools.partial(redraw, panel))


open_and_close()
print(refcycle.why(refcycle.snapshot().find_by_typename("Panel")[0]))
