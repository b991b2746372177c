# https://github.com/PaddleHQ/paddle-python-sdk/issues/144
"""Each client adds a handler to the same logger."""

import logging

import refcycle

CAUSE = ["handlers", "null_logger"]
FIX = [("removeHandler", "addHandler", "remove")]
NEVER = ["WeakSet"]


class Client:
    def __init__(self):
        self.log = logging.getLogger("null_logger")
        self.log.addHandler(logging.NullHandler())


for _ in range(3):
    Client()
print(refcycle.why(refcycle.snapshot().find_by_typename("NullHandler")[-1]))
