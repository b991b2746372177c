"""The number of terminal cells that a text takes."""

from refcycle._refcycle import _cut as cut
from refcycle._refcycle import _width as width

__all__ = ["cut", "width"]
