# `operator` and `decimal`


@probe
def item():
    target = ("item",)
    measure(itemgetter(target), {"item": target})


@probe
def several_items():
    holder = itemgetter(1, 2)
    measure(holder, {"item": other(holder, "tuple")})


@probe
def attribute():
    holder = attrgetter("first.second", "third")
    measure(holder, {"attr": other(holder, "tuple")})


@probe
def method():
    value = []
    holder = methodcaller("name", value, key=value)
    measure(holder, {"kwds": other(holder, "dict")})
    tuples = [found for found in get_referents(holder) if type(found) is tuple]
    for found in tuples:
        # In some versions, the name is the first of the arguments; in others, it is separate.
        measure(holder, {"xargs" if len(tuples) > 1 and found[0] == "name" else "args": found})


@probe
def context():
    holder = Context()
    measure(holder, {"traps": holder.traps, "flags": holder.flags})
