"""Hooks into the interpreter that can be removed again."""

from __future__ import annotations

from types import MethodType, TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Closing", "is_method_of"]


def is_method_of(hook: object, owner: object) -> bool:
    """Return whether a hook is a method of this object. No code of the hook runs."""
    return type(hook) is MethodType and hook.__self__ is owner


class Closing:
    """An object that the end of a `with` statement closes."""

    __slots__ = ()

    def close(self) -> None:
        """Remove the hook."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()
