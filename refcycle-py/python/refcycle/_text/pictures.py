"""Pictures in notebooks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["with_fix"]

_PICTURE = "image/svg+xml"
_SECONDS = 5.0


def with_fix(bundle: dict[str, Any], to_svg: Callable[..., str]) -> None:
    """Replace the picture of a graph, if there is one, by that with the references to cut."""
    if _PICTURE not in bundle:
        return
    try:
        bundle[_PICTURE] = to_svg(limit_seconds=_SECONDS)
    except Exception:
        # The picture without them is still right.
        return
