"""Objects in memory that no other object had, of which no pointer can be left over."""

# They fill the holes of the heap, and stay: what they leave would be used again.
OTHERS = []


def in_fresh_memory(make):
    """Return an object that `make` makes, after others like it."""
    OTHERS.extend(make() for _ in range(500 if OTHERS else 30_000))
    return make()
