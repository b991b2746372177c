"""Files of several parts."""

# The objects of a part of a file.
PART = 1 << 17


class Marked:
    pass


def marked_parts():
    """Return an object that has the objects of two parts, so that a snapshot has three or more."""
    marked = Marked()
    marked.many = [[number] for number in range(2 * PART)]
    return marked
