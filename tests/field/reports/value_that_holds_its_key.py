# https://github.com/python/cpython/issues/88846
"""A WeakKeyDictionary does not help where the value holds the key."""

import weakref

import refcycle

CAUSE = ["states", "State", "owner"]
FIX = ["weak", "owner"]

states = weakref.WeakKeyDictionary()


class Owner:
    pass


class State:
    def __init__(self, owner):
        self.owner = owner


def register():
    owner = Owner()
    states[owner] = State(owner)


register()
print(refcycle.why(refcycle.snapshot().find_by_typename("Owner")[0]))
