# https://github.com/python/cpython/issues/80111
"""A function that waits for a future in a variable meets the future's exception."""

import concurrent.futures

import refcycle

CAUSE = ["Future", "__traceback__", "fetch"]
FIX = [("del", "delete"), "future"]
NEVER = ["make `Future._exception` a weak"]

pool = concurrent.futures.ThreadPoolExecutor(1)


def fails():
    raise TimeoutError


def fetch():
    future = pool.submit(fails)
    try:
        future.result()
    except TimeoutError:
        return None


fetch()
for cycle in refcycle.cycles_created_by(fetch).cycles():
    print(cycle, cycle.cut(), sep="\n")
