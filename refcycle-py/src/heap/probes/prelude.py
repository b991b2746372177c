# Each probe is one function, which runs at once. What a version does not have, it leaves
# out by raising. What a signal handler raises meanwhile is not caught.

NOT_HERE = (AttributeError, LookupError, NameError, SyntaxError, TypeError, ValueError)


def probe(function):
    try:
        function()
    except NOT_HERE:
        pass


# Not `.__name__`, which a metaclass can be asked for.
type_name = type.__dict__["__name__"].__get__


def others(holder, name):
    """Things of the type of this name to which an object refers."""
    return [found for found in get_referents(holder) if type_name(type(found)) == name]


def other(holder, name):
    """The only one of them."""
    (found,) = others(holder, name)
    return found
