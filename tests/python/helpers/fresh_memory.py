"""Objects in memory that no other object had, of which no pointer can be left over."""


def in_fresh_memory(make):
    """Return an object that `make` makes, after others have filled the holes of the heap."""
    others = [make() for _ in range(4000)]
    made = make()
    del others
    return made
