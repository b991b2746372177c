# https://github.com/agronholm/pythonfutures/issues/77
"""A list of futures keeps all results until the last one is there."""

import concurrent.futures

import refcycle

CAUSE = ["futures", "_result"]
FIX = [("take it out", "remove", "discard")]


class Image:
    pass


pool = concurrent.futures.ThreadPoolExecutor(1)
futures = [pool.submit(Image) for _ in range(4)]
for future in concurrent.futures.as_completed(futures):
    future.result()
del future
print(refcycle.why(refcycle.snapshot().find_by_typename("Image")[0]))
