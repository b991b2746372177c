# https://github.com/mewwts/addict/issues/86
"""A dict that makes its items when they are asked for tells them who it is."""

import refcycle

CAUSE = ["Dict", "__parent"]
FIX = ["__parent", "weak reference"]


class Dict(dict):
    def __init__(self, parent=None):
        self.__parent = parent

    def __missing__(self, name):
        self[name] = Dict(parent=self)
        return self[name]


def configure():
    settings = Dict()
    settings["server"]["port"] = 80


for cycle in refcycle.cycles_created_by(configure).cycles():
    print(cycle, cycle.cut(), sep="\n")
