# https://github.com/python/cpython/issues/106823
"""A mock that stands for a client records each call, with its arguments."""

from unittest.mock import MagicMock

import refcycle

CAUSE = ["client", "mock_call"]
FIX = [("reset_mock", "record")]


class Payload:
    pass


client = MagicMock()
for _ in range(3):
    client.send(Payload())
print(refcycle.why(refcycle.snapshot().find_by_typename("Payload")[0]))
