# https://github.com/pandas-dev/pandas/issues/60640
"""The last item of a series keeps the array of all items."""

import pandas

import refcycle

CAUSE = [".base", "last"]
FIX = ["copy()"]


class Test:
    pass


last = pandas.Series([Test() for _ in range(100)], dtype=object)[-1:]
snapshot = refcycle.snapshot(untracked=True)
print(snapshot.why(snapshot.find_by_typename("Test")[0]))
