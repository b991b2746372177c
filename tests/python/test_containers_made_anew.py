"""A container made anew with old items grows by their number, not by the items that are new."""

import pytest
from helpers.processes import run_json

PROGRAM = """
import collections, gc, json, refcycle

MAKES = {
    "a dict": lambda items: {item.number: item for item in items},
    "a dict with other keys": lambda items: {f"key {item.number}": item for item in items},
    "a list": list,
    "a set": set,
    "a tuple": tuple,
    "a deque": collections.deque,
    "an OrderedDict": lambda items: collections.OrderedDict((one.number, one) for one in items),
}

class Owner:
    pass

# For each kind of container, a class, items, those that are kept beside them, and the container:
# the path through the container is the shortest.
CLASSES = {}
owner = Owner()
owner.of_kinds = {"items": {}, "kept": {}}
for number, kind in enumerate(MAKES):
    CLASSES[kind] = type(f"Item{number}", (), {"__module__": "__main__"})

def made(kind, first, count):
    found = []
    for number in range(first, first + count):
        item = CLASSES[kind]()
        item.number = number + 1000
        found.append(item)
    return found

def items_and_kept(kind):
    return [owner.of_kinds[name].setdefault(kind, []) for name in ("items", "kept")]

def renew(kind):
    name = CLASSES[kind].__name__.replace("Item", "index")
    globals()[name] = MAKES[kind](items_and_kept(kind)[0])

for kind in MAKES:
    items_and_kept(kind)[0].extend(made(kind, 0, 200))
    renew(kind)
del kind, number

def told(replaced, added):
    gc.collect()
    before = refcycle.snapshot()
    for kind in MAKES:
        items, kept = items_and_kept(kind)
        kept.extend(items[:replaced])  # the old ones live on
        items[:replaced] = made(kind, 1000 * (replaced + added), replaced)
        items.extend(made(kind, 1000 * (replaced + added) + 500, added))
        renew(kind)
    del items, kept, kind
    found = refcycle.diff(before, refcycle.snapshot(), samples=len(MAKES))
    return [[one.type_name, str(one.chain.signature), one._more] for one in found.samples]

told(1, 0)
print(json.dumps([told(40, 0), told(40, 20)]))
"""


@pytest.fixture(scope="module")
def answers():
    return run_json(PROGRAM)


def of_indexes(samples, number):
    named = [(signature, more) for name, signature, more in samples if name == f"Item{number}"]
    return [(f".index{number}" in signature, more) for signature, more in named]


@pytest.mark.parametrize("number", range(7))
def test_one_with_as_many_items_has_not_grown(answers, number):
    assert of_indexes(answers[0], number) == []


@pytest.mark.parametrize("number", range(7))
def test_one_with_more_items_has_grown_by_these(answers, number):
    assert of_indexes(answers[1], number) == [(True, 20)]
