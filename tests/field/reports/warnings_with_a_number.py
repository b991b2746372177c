# https://github.com/python/cpython/issues/97557
"""A warning with a new text each time leaves an entry in the module's registry."""

import warnings

import refcycle

CAUSE = ["__warningregistry__"]
FIX = [("constant", "same text", "clear", "simplefilter", "filter")]

warnings.simplefilter("default")
warnings.showwarning = lambda *arguments, **keywords: None


def step(number):
    warnings.warn(f"the value {number} is out of range", stacklevel=1)


step(-1)
before = refcycle.snapshot(untracked=True)
for number in range(500):
    step(number)
print(refcycle.diff(before, refcycle.snapshot(untracked=True)))
