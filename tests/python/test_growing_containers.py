"""Live, the fix names the container to which the new objects were added."""

import pytest
from helpers.processes import run_json

PROGRAM = """
import collections, gc, json, refcycle

class Tenant:
    def __init__(self):
        self.log = []

class Hub:
    def __init__(self):
        self.recent = {"one": collections.deque(), "other": collections.deque()}
        self.replaced = []

KINDS = "Log Kept Seen Batch Session Recent Replaced Flat".split()
for kind in KINDS:
    globals()[kind] = type(kind, (), {"__module__": "__main__"})

TENANTS = {key: Tenant() for key in "abcdefgh"}
BY_NAME = {key: [] for key in "abcdefgh"}
BY_NUMBER = {key: set() for key in range(3)}
BATCHES, SESSIONS, FLAT = [], {}, []
hub = Hub()

def work():
    for number in range(200):
        TENANTS["abcdefgh"[number % 8]].log.append(Log())
        BY_NAME["abcdefgh"[number % 8]].append(Kept())
        BY_NUMBER[number % 3].add(Seen())
        hub.recent["one"].append(Recent())
        hub.replaced = [*hub.replaced, Replaced()]
        FLAT.append(Flat())
    for _ in range(5):
        BATCHES.append([Batch() for _ in range(40)])
        SESSIONS[len(SESSIONS)] = {"rows": [Session() for _ in range(40)], "others": []}

work()
gc.collect()
before = refcycle.snapshot()
work()
found = refcycle.diff(before, refcycle.snapshot(), samples=20)
print(json.dumps({one.type_name: one.fixes for one in found.samples}))
"""


@pytest.fixture(scope="module")
def fixes():
    return run_json(PROGRAM)


@pytest.mark.parametrize(
    ("kind", "container"),
    [
        ("Log", "container of an object: `Tenant.log`"),
        ("Kept", "module-level registry: a list in `__main__.BY_NAME`"),
        ("Seen", "module-level registry: a set in `__main__.BY_NUMBER`"),
        ("Recent", "container of an object: a deque in `Hub.recent`"),
        ("Replaced", "container of an object: `Hub.replaced`"),
        ("Flat", "module-level registry: `__main__.FLAT`"),
        ("Batch", "module-level registry: `__main__.BATCHES`"),
        ("Session", "module-level registry: `__main__.SESSIONS`"),
    ],
)
def test_the_container_that_grows(fixes, kind, container):
    [fix] = fixes[kind]
    assert fix.startswith(f"{container} keeps its items alive: remove each item")
