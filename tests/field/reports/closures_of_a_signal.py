# https://github.com/mitogen-hq/mitogen/issues/416
"""Each call adds a function to a list for the end of the connection."""

import refcycle

CAUSE = ["_signals", "'disconnect'"]
FIX = [("remove", "take", "disconnect")]


class Receiver:
    pass


class Context:
    def __init__(self):
        self._signals = {"disconnect": []}

    def call(self):
        receiver = Receiver()

        def on_disconnect():
            receiver.closed = True

        self._signals["disconnect"].append(on_disconnect)


context = Context()
for _ in range(3):
    context.call()
print(refcycle.why(refcycle.snapshot().find_by_typename("Receiver")[0]))
