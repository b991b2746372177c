"""A hub with listeners, which mypyc compiles."""

from typing import Any


class Hub:
    def __init__(self) -> None:
        self.number: int = 3
        self.listeners: list[Any] = []
        self.last: Any = None
        self.later: Any

    def connect(self, listener: Any) -> None:
        self.listeners.append(listener)


class NamedHub(Hub):
    def __init__(self) -> None:
        super().__init__()
        self.name: Any = None

    @property
    def owner(self) -> Any:
        raise SystemExit("a property was called")


def generator_of(value: Any) -> Any:
    yield 1
    yield value


KNOWN: dict[str, Any] = {}
