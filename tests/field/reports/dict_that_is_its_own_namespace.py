# https://github.com/rst2pdf/rst2pdf/issues/343
"""`self.__dict__ = self`: each object is a cycle by itself."""

import refcycle

CAUSE = ["default_object", "__dict__"]
FIX = [("__getattr__", "delete", "clear", "instead")]
NEVER = ["weak reference"]


class default_object(dict):
    def __init__(self):
        self.__dict__ = self


def load():
    default_object()["style"] = "bold"


for cycle in refcycle.cycles_created_by(load).cycles():
    print(cycle, cycle.cut(), sep="\n")
