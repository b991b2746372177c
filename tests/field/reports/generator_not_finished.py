# https://github.com/quantmind/pulsar/issues/47
"""A generator that was begun and not finished keeps its variables."""

import refcycle

CAUSE = ["pending", "responde", "local 'message'"]
FIX = ["close"]


class Message:
    pass


def responde():
    message = Message()
    yield id(message)
    yield "done"


pending = []


def receive():
    answer = responde()
    next(answer)
    pending.append(answer)


receive()
print(refcycle.why(refcycle.snapshot().find_by_typename("Message")[0]))
