"""An object that nobody may ask for its text."""


class Silent:
    """Its `repr` must not be called."""

    def __repr__(self):
        raise AssertionError("a repr was asked for")

    __str__ = __repr__
