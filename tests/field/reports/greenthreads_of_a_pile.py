# https://github.com/eventlet/eventlet/issues/748
"""A pile keeps the threads whose results nobody takes."""

import eventlet

import refcycle

CAUSE = ["pile", "waiters"]
FIX = [("iterate", "take", "remove", "spawn_n")]


class Result:
    pass


pool = eventlet.GreenPool(size=10)
pile = eventlet.GreenPile(pool)
for _ in range(3):
    pile.spawn(Result)
pool.waitall()
print(refcycle.why(refcycle.snapshot().find_by_typename("Result")[0]))
