# https://github.com/ipython/ipython/pull/11572
"""A prompt keeps the last traceback, and that the variables of all its frames."""

import code
import contextlib
import io

import refcycle

CAUSE = ["sys", ("last_traceback", "last_exc", "last_value")]
FIX = [("del sys.last_", "sys.last_")]


class Tensor:
    pass


def train():
    batch = Tensor()
    raise MemoryError(str(type(batch)))


console = code.InteractiveInterpreter({"train": train})
with contextlib.redirect_stderr(io.StringIO()):
    console.runsource("train()")
print(refcycle.why(refcycle.snapshot().find_by_typename("Tensor")[0]))
