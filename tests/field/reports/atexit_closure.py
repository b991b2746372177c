# https://github.com/ponty/EasyProcess/issues/1
"""A function inside a method, registered with `atexit`, holds the process by its closure."""

import atexit

import refcycle

CAUSE = ["atexit", "shutdown"]
FIX = ["atexit.unregister"]


class Proc:
    def start(self):
        def shutdown():
            self.stopped = True

        atexit.register(shutdown)
        return self


Proc().start()
print(refcycle.why(refcycle.snapshot().find_by_typename("Proc")[0]))
