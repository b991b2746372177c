"""Restore the state of the garbage collector."""

import contextlib
import gc
from collections.abc import Iterator

__all__ = ["restore_gc_state"]


@contextlib.contextmanager
def restore_gc_state() -> Iterator[None]:
    """Restore the state of the collector at the end of the block, whatever happens in it.

    The state is whether it is enabled, its debug flags and its thresholds.
    """
    was_enabled = gc.isenabled()
    debug = gc.get_debug()
    thresholds = gc.get_threshold()
    try:
        yield
    finally:
        gc.set_debug(debug)
        gc.set_threshold(*thresholds)
        (gc.enable if was_enabled else gc.disable)()
