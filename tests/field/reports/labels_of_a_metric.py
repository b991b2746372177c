# https://github.com/prebid/salesagent/issues/1265
"""A counter with the customer as a label has a child for each customer, for ever."""

from prometheus_client import Counter

import refcycle

CAUSE = ["Counter", "_metrics"]
FIX = [("remove", "clear", "fewer")]

requests = Counter("requests", "Requests by tenant", ["tenant_id"])
requests.labels("first").inc()

before = refcycle.snapshot()
for number in range(100):
    requests.labels(f"tenant-{number}").inc()
print(refcycle.diff(before, refcycle.snapshot()))
