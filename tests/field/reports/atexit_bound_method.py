# https://github.com/ARM-software/devlib/issues/676
"""`atexit` holds the method `close` of each connection."""

import atexit

import refcycle

CAUSE = ["atexit", "SshConnection.close"]
FIX = ["atexit.unregister"]


class SshConnection:
    def __init__(self):
        atexit.register(self.close)

    def close(self):
        pass


SshConnection()
print(refcycle.why(refcycle.snapshot().find_by_typename("SshConnection")[0]))
