# https://github.com/astropy/astropy/pull/2879
"""A column knows its table."""

import refcycle

CAUSE = ["Table.columns", "Column.parent_table"]
FIX = ["make `Column.parent_table` a weak reference"]


class Column:
    def __init__(self, name, parent_table):
        self.name = name
        self.parent_table = parent_table


class Table:
    def __init__(self, names):
        self.columns = {name: Column(name, self) for name in names}


def read():
    Table(["ra", "dec"])


for cycle in refcycle.cycles_created_by(read).cycles():
    print(cycle, cycle.cut(), sep="\n")
