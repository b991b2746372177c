# https://github.com/numpy/numpy/issues/15746
"""Each short slice in a list keeps the whole array that it was cut from."""

import numpy

import refcycle

CAUSE = ["accum", ".base"]
FIX = [".copy()"]

accum = []
for number in range(20):
    sound = numpy.arange(100_000) + number
    accum.append(sound[:50])
del sound

snapshot = refcycle.snapshot(untracked=True)
is_sound = lambda obj: isinstance(obj, numpy.ndarray) and obj.size == 100_000  # noqa: E731
print(snapshot.why(snapshot.find_by(is_sound)[0]))
