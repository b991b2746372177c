"""A set whose elements are compared by a value computed from them."""

from collections.abc import Callable, Hashable, Iterable, Iterator, MutableSet
from typing import Generic, TypeVar

__all__ = ["ElementTransformSet"]

_T = TypeVar("_T")


class ElementTransformSet(MutableSet[_T], Generic[_T]):
    """A set in which two elements are the same if `transform` returns equal values.

    Of several elements that are the same, the first one is kept.

    >>> by_identity = ElementTransformSet(id)
    >>> element = []
    >>> by_identity.update([element, element, []])
    >>> len(by_identity), element in by_identity, [] in by_identity
    (2, True, False)
    """

    __slots__ = ("_elements", "_transform")

    def __init__(self, transform: Callable[[_T], Hashable]) -> None:
        self._transform = transform
        self._elements: dict[Hashable, _T] = {}

    def _from_iterable(  # type: ignore[override]  # it needs the transform of an instance
        self, iterable: Iterable[_T]
    ) -> "ElementTransformSet[_T]":
        """Return a set with the same transform: the result of `&`, `|`, `-` and `^`."""
        made = ElementTransformSet(self._transform)
        made.update(iterable)
        return made

    def __contains__(self, element: object) -> bool:
        return self._transform(element) in self._elements  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[_T]:
        return iter(self._elements.values())

    def __len__(self) -> int:
        return len(self._elements)

    def add(self, element: _T) -> None:
        """Add an element, unless one that is the same is present."""
        self._elements.setdefault(self._transform(element), element)

    def discard(self, element: _T) -> None:
        """Remove an element if it is present."""
        self._elements.pop(self._transform(element), None)

    def update(self, elements: Iterable[_T]) -> None:
        """Add several elements."""
        for element in elements:
            self.add(element)

    def __and__(self, other: Iterable[object]) -> "ElementTransformSet[_T]":
        """Return the elements that are also in the other."""
        return self._from_iterable(self._only(other, wanted=True))

    def __sub__(self, other: Iterable[object]) -> "ElementTransformSet[_T]":
        """Return the elements that are not in the other."""
        return self._from_iterable(self._only(other, wanted=False))

    def _only(self, other: Iterable[object], *, wanted: bool) -> Iterator[_T]:
        others = {self._transform(element) for element in other}  # type: ignore[arg-type]
        for key, element in self._elements.items():
            if (key in others) is wanted:
                yield element
