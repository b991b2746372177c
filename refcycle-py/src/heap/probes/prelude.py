# Each probe is one function, which runs immediately. If a version does not have what a probe uses,
# the probe raises and is skipped. Exceptions from signal handlers are not caught.

NOT_HERE = (AttributeError, LookupError, NameError, SyntaxError, TypeError, ValueError)


def probe(function):
    try:
        return function()
    except NOT_HERE:
        return None


# Not `.__name__`, which can call a metaclass.
type_name = type.__dict__["__name__"].__get__


def others(holder, name):
    """The referents of an object whose type has this name."""
    return [found for found in get_referents(holder) if type_name(type(found)) == name]


def other(holder, name):
    """The only such referent."""
    (found,) = others(holder, name)
    return found
