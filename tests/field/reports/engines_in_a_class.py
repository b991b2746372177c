# https://github.com/open-telemetry/opentelemetry-python-contrib/issues/1761
"""A list of the class holds a tuple for each engine, to remove the listener some day."""

from sqlalchemy import create_engine, event

import refcycle

CAUSE = ["EngineTracer", "_remove_event_listener_params"]
FIX = [("weak", "remove", "take")]


class EngineTracer:
    _remove_event_listener_params = []

    def __init__(self, engine):
        self.listen(engine, "checkout")

    @classmethod
    def listen(cls, target, identifier):
        event.listen(target, identifier, cls.count)
        cls._remove_event_listener_params.append((target, identifier, cls.count))

    @staticmethod
    def count(*arguments):
        pass


def request():
    engine = create_engine("sqlite://")
    EngineTracer(engine)
    engine.dispose()


request()
print(refcycle.why(refcycle.snapshot().find_by_typename("Engine")[0]))
