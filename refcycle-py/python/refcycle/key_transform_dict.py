"""A mapping whose keys are compared by a value computed from them."""

from collections.abc import Callable, Hashable, Iterator, MutableMapping
from typing import Generic, TypeVar

__all__ = ["KeyTransformDict"]

_K = TypeVar("_K")
_V = TypeVar("_V")


class KeyTransformDict(MutableMapping[_K, _V], Generic[_K, _V]):
    """A mapping in which two keys are the same if `transform` returns equal values.

    Iteration shows the key that was inserted first. With a `default_factory`, `mapping[key]`
    creates a value for a missing key, as `collections.defaultdict` does.

    >>> by_identity = KeyTransformDict(id)
    >>> key = []
    >>> by_identity[key] = "this very list"
    >>> key in by_identity, [] in by_identity
    (True, False)
    """

    __slots__ = ("_default_factory", "_items", "_transform")

    def __init__(
        self,
        transform: Callable[[_K], Hashable],
        default_factory: Callable[[], _V] | None = None,
    ) -> None:
        self._transform = transform
        self._default_factory = default_factory
        self._items: dict[Hashable, tuple[_K, _V]] = {}

    def __getitem__(self, key: _K) -> _V:
        try:
            return self._items[self._transform(key)][1]
        except KeyError:
            if self._default_factory is None:
                raise KeyError(key) from None
        value = self._default_factory()
        self[key] = value
        return value

    def __setitem__(self, key: _K, value: _V) -> None:
        transformed = self._transform(key)
        first, _ = self._items.get(transformed, (key, None))
        self._items[transformed] = (first, value)

    def __delitem__(self, key: _K) -> None:
        try:
            del self._items[self._transform(key)]
        except KeyError:
            raise KeyError(key) from None

    def __contains__(self, key: object) -> bool:
        return self._transform(key) in self._items  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[_K]:
        for key, _ in self._items.values():
            yield key

    def __len__(self) -> int:
        return len(self._items)
