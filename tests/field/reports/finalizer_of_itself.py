# https://github.com/DiamondLightSource/httomo/pull/265
"""`weakref.finalize` with a method of the object keeps the object for ever."""

import weakref

import refcycle

CAUSE = ["finalize", "DataSetStoreReader.finalize"]
FIX = [("static", "module-level", "function"), "finalize"]


class DataSetStoreReader:
    def __init__(self):
        weakref.finalize(self, self.finalize)

    def finalize(self):
        pass


DataSetStoreReader()
print(refcycle.why(refcycle.snapshot().find_by_typename("DataSetStoreReader")[0]))
