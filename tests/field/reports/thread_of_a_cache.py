# https://github.com/Yiling-J/theine/issues/18
"""A thread that runs a method of the cache keeps the cache for ever."""

import threading

import refcycle

CAUSE = ["Cache.maintenance", "thread"]
FIX = [("stop", "end the thread", "ends", "weak")]


class Cache:
    def __init__(self):
        self.stopping = threading.Event()
        self.maintainer = threading.Thread(target=self.maintenance, daemon=True)
        self.maintainer.start()

    def maintenance(self):
        self.stopping.wait()


Cache()
print(refcycle.why(refcycle.snapshot().find_by_typename("Cache")[0]))
