# `functools`


@probe
def cache():
    kind = int
    holder = _lru_cache_wrapper(sorted, 4, False, kind)
    key, result = ("the key",), []
    holder(key)
    table = other(holder, "dict")
    measure(holder, {"cache": table, "__wrapped__": sorted, "cache_info_type": kind}, "cache")
    (link,) = table.values()
    (stored,) = table.keys()
    (result,) = [o for o in get_referents(holder) if type(o) is list]
    measure(link, {"key": stored, "result": result})
    measure(holder, {"lru_list_elem_type": type(link)})


@probe
def mark_of_keywords():
    holder = _lru_cache_wrapper(sorted, 4, False, int)
    (mark,) = [o for o in get_referents(holder) if type(o) is object]
    measure(holder, {"kwd_mark": mark})


@probe
def comparison():
    key, value = cmp_to_key(max), []
    measure(key, {"cmp": max})
    measure(key(value), {"cmp": max, "obj": value})


@probe
def partials():
    arguments, keywords = (1,), {"key": len}
    holder = partial(sorted, *arguments, **keywords)
    measure(holder, {"func": sorted, "args": holder.args, "keywords": holder.keywords})
