# https://github.com/gevent/gevent/issues/981
"""A greenlet that waits holds its variables."""

import gevent
import gevent.event

import refcycle

CAUSE = ["greenlet", "handle", "local 'session'"]
FIX = [("kill", "del session", "end", "timeout")]


class Session:
    pass


never = gevent.event.Event()


def handle():
    session = Session()
    never.wait()
    return session


waiting = gevent.spawn(handle)
gevent.sleep(0)
print(refcycle.why(refcycle.snapshot().find_by_typename("Session")[0]))
