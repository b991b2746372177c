# Data that an abstract base class caches.


def made(answer):
    """A stand-in for a class whose `__subclasshook__` returns this answer for `int`."""
    cls = SimpleNamespace(__bases__=(), __subclasshook__=lambda subclass: answer)
    _abc_init(cls)
    _abc_subclasscheck(cls, int)
    return cls


@probe
def cache():
    holder = made(True)._abc_impl
    measure(holder, {"_abc_cache": other(holder, "set")})


@probe
def negative_cache():
    holder = made(False)._abc_impl
    measure(holder, {"_abc_negative_cache": other(holder, "set")})


@probe
def registry():
    # Registering a class would empty the caches of all others.
    cls = modules["_collections_abc"].__dict__["Sequence"]
    holder = cls.__dict__["_abc_impl"]
    # Sets are compared by the identities of their items: comparing references to classes might run
    # code of a metaclass.
    dump = [{id(reference) for reference in part} for part in _get_dump(cls)[:3]]
    for found in get_referents(holder):
        if type(found) is set:
            same = [{id(reference) for reference in found} == part for part in dump]
            if same == [True, False, False]:
                measure(holder, {"_abc_registry": found})
