# https://github.com/pandas-dev/pandas/issues/54628
"""A function looks at its own frame and keeps it in a variable."""

import inspect

import refcycle

CAUSE = ["find_stack_level", "frame"]
FIX = [("del", "delete"), "frame"]


def find_stack_level():
    frame = inspect.currentframe()
    level = 0
    walk = frame
    while walk:
        walk = walk.f_back
        level += 1
    return level


for cycle in refcycle.cycles_created_by(find_stack_level).cycles():
    print(cycle, cycle.cut(), sep="\n")
