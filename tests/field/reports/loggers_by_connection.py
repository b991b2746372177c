# https://github.com/vertica/vertica-python/issues/476
"""Each connection gets a logger of its own name; the manager keeps all loggers."""

import logging

import refcycle

CAUSE = ["Logger", "loggerDict"]
FIX = [("LoggerAdapter", "same logger", "one logger", "remove", "take it out")]


class Connection:
    def __init__(self):
        self.logger = logging.getLogger(f"vertica.{id(self)}.{number}")
        self.logger.addHandler(logging.NullHandler())


before = refcycle.snapshot()
for number in range(50):
    Connection()
print(refcycle.diff(before, refcycle.snapshot()))
