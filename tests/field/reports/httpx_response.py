# https://github.com/encode/httpx/pull/3733
"""A response of httpx 0.28.1 is in a cycle with the stream that it came from."""

import httpx

import refcycle

CAUSE = ["Response.stream", "BoundSyncStream._response"]
FIX = ["make `BoundSyncStream._response` a weak reference"]

transport = httpx.MockTransport(lambda request: httpx.Response(200, text="ok"))
client = httpx.Client(transport=transport)


def poll():
    client.get("http://localhost/tasks")


poll()
for cycle in refcycle.cycles_created_by(poll).cycles():
    print(cycle, cycle.cut(), sep="\n")
