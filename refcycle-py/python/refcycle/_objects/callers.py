"""The call that asks refcycle a question."""

from __future__ import annotations

import sys
from types import FrameType

__all__ = ["asking_frame"]


def asking_frame() -> FrameType | None:
    """Return the frame of the function that called refcycle; None if there is none."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and _is_ours(frame):
        frame = frame.f_back
    return frame


def _is_ours(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__")).partition(".")[0] == "refcycle"
