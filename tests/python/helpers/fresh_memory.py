"""Objects in memory that no other object had, of which no pointer can be left over."""

import os

# They fill the holes of the heap, and stay: what they leave would be used again.
OTHERS = []


def in_fresh_memory(make):
    """Return an object that `make` makes, after others like it."""
    OTHERS.extend(make() for _ in range(500 if OTHERS else 30_000))
    return make()


def c_library():
    """Return the version of the GNU C library, or () on other systems."""
    try:
        name, version = os.confstr("CS_GNU_LIBC_VERSION").split()
    except (AttributeError, ValueError, OSError):
        return ()
    return tuple(map(int, version.split("."))) if name == "glibc" else ()


# From this version on, blocks that wait in a cache of the allocator look as if they were in use.
HAS_FREE_BLOCKS_IN_USE = c_library() >= (2, 42)
