# https://notebook.community/james-prior/cohpy/20170327-cohpy-max-morlocke-memory-leaks
"""A list as a default argument is made once and keeps what is appended."""

import refcycle

CAUSE = ["append_to", "__defaults__"]
FIX = ["None"]


class Element:
    pass


def append_to(element, target=[]):
    target.append(element)
    return target


for _ in range(3):
    append_to(Element())
print(refcycle.why(refcycle.snapshot().find_by_typename("Element")[0]))
