# Views, proxies, helpers of types. A field has the name of its attribute, or otherwise its name in
# CPython's struct.


@probe
def dict_views():
    target = {1: 2}
    for view in (target.keys(), target.values(), target.items()):
        measure(view, {"mapping": target})


@probe
def mapping_proxy():
    target = {}
    measure(MappingProxyType(target), {"mapping": target})


@probe
def memory_view():
    target = bytearray(3)
    view = memoryview(target)
    buffer = other(view, "managedbuffer")
    measure(view, {"mbuf": buffer})
    measure(buffer, {"obj": target})


@probe
def method_wrapper():
    target = []
    wrapper = target.__len__
    measure(wrapper, {"descr": list.__dict__["__len__"], "__self__": target})


@probe
def generic_alias():
    alias = GenericAlias(list, (int,))
    measure(alias, {"__origin__": list, "__args__": alias.__args__})
    measure(alias, {"__parameters__": alias.__parameters__})


@probe
def generic_alias_iterator():
    alias = GenericAlias(tuple, (int,))
    measure(iter(alias), {"obj": alias})


@probe
def union():
    holder = int | str
    measure(holder, {"__args__": holder.__args__})
    measure(holder, {"__parameters__": holder.__parameters__})


@probe
def union_hashes():
    holder = int | str
    measure(holder, {"hashable_args": other(holder, "frozenset")})


@probe
def unhashable_union():
    unhashable = GenericAlias(list, ([],))
    holder = int | unhashable
    args = holder.__args__
    (rest,) = [o for o in get_referents(holder) if type(o) is tuple and o is not args]
    measure(holder, {"unhashable_args": rest})


@probe
def traceback():
    try:
        raise ValueError
    except ValueError as error:
        inner = error.__traceback__
    outer = TracebackType(inner, inner.tb_frame, 0, 1)
    measure(outer, {"tb_next": inner, "tb_frame": inner.tb_frame})
    # The traceback refers to the frame of this function.
    del inner, outer


@probe
def frame_locals():
    if version < (3, 13):
        # On that version, it is a dict, which would hold the frame.
        return

    def function():
        captured = frame.f_locals
        measure(captured, {"frame": frame})

    frame = None
    try:
        raise ValueError
    except ValueError as error:
        frame = error.__traceback__.tb_frame
    function()
    del frame, function


@probe
def property_name():
    holder = property()
    holder.__name__ = name = "".join(["a", "name"])
    measure(holder, {"__name__": name})


@probe
def template():
    if version < (3, 14):
        return
    part, interpolation = [], []
    holder = eval("t'{part}{interpolation}'", {"part": part, "interpolation": interpolation})
    measure(holder, {"strings": holder.strings, "interpolations": holder.interpolations})
    iterator = iter(holder)
    for found in get_referents(iterator):
        if get_referents(found) == [holder.strings]:
            measure(iterator, {"stringsiter": found})
        elif get_referents(found) == [holder.interpolations]:
            measure(iterator, {"interpolationsiter": found})
    first = holder.interpolations[0]
    measure(first, {"value": part})
