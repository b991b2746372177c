"""Facts about references, from their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from refcycle._refcycle import ReferenceName

__all__ = ["is_attribute"]


def is_attribute(reference: ReferenceName | None, name: str) -> bool:
    """Return whether a reference is the attribute of this name."""
    return reference is not None and reference.kind == "attribute" and reference.name == name
