# https://github.com/celery/billiard/issues/311
"""An exception that is kept in a variable of the frame that caught it."""

import refcycle

CAUSE = ["__traceback__", "execute", "last"]
FIX = [("del", "delete"), "last"]


def execute():
    last = None
    for _ in range(2):
        try:
            raise ConnectionError
        except ConnectionError as error:
            last = error
    return str(last)


for cycle in refcycle.cycles_created_by(execute).cycles():
    print(cycle, cycle.cut(), sep="\n")
