"""References without a name in a process with packages that are written in C and Cython."""

import json
import subprocess
import sys

# The most of all references that may have no name, in percent.
MOST_WITHOUT = 0.05

# Without pyarrow, which pandas imports if it can: it is of Cython 3.3, whose functions have a dict
# that has no name since 3.14.
PROGRAM = """
import collections, gc, json, sys
sys.modules["pyarrow"] = None
import django.db.models, django.http, django.template, numpy, pandas, sqlalchemy.orm
import refcycle

# By the type, and never by `__class__`: some objects of Django set it up when asked for that.
gc.disable()
graph = refcycle.snapshot()
names = [(graph.tail(e.id), e.annotation, graph.head(e.id)) for e in graph.annotated().edges]
without = collections.Counter(
    f"{type(tail).__module__}.{type(tail).__qualname__} -> {type(head).__qualname__}"
    for tail, name, head in names
    if name is None and type(tail).__name__ != "frame"
)

# What the names are, by the attributes. That of the annotations makes a dict where there is none.
wrong = []
checked = collections.Counter()
for tail, name, head in names:
    kind = str(type(tail).__module__), type(tail).__name__
    if kind == ("pandas._libs.properties", "CachedProperty") and name == "fget":
        right = tail.fget is head
    elif kind[0].startswith("_cython_") and name == "__annotations__":
        right = tail.__annotations__ is head and tail.__kwdefaults__ is not head
    elif kind[0].startswith("_cython_") and name == "__closure__":
        right = type(head).__name__.startswith("__pyx_scope_struct")
    else:
        continue
    checked[name] += 1
    if not right:
        wrong.append([*kind, name, type(head).__name__])
print(json.dumps([len(names), without.most_common(), checked, wrong]))
"""


def test_nearly_all_references_have_a_name():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr
    count, without, checked, wrong = json.loads(done.stdout)
    assert count > 100_000
    assert 100 * sum(number for _, number in without) / count <= MOST_WITHOUT, without
    assert wrong == []
    assert checked["fget"] > 100
    assert checked["__closure__"] > 20
