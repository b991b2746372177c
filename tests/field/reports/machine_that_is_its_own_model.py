# https://github.com/pytransitions/transitions/issues/260
"""A machine of `transitions` that is its own model is in cycles with its triggers."""

from transitions import Machine

import refcycle

CAUSE = ["Door"]
FIX = [("weak reference", "remove_model", "delete")]
NEVER = ["make `partial.args`", "make `tuple", "__self__` a weak"]


class Door(Machine):
    def __init__(self):
        super().__init__(states=["open", "shut"], initial="open", auto_transitions=False)


def create():
    Door()


create()
for cycle in refcycle.cycles_created_by(create).cycles():
    print(cycle, cycle.cut(), sep="\n")
