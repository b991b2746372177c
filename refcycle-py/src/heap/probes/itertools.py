# `itertools`


@probe
def accumulated():
    target, total = iter([[]]), []
    measure(accumulate(target, max, initial=total), {"it": target, "initial": total, "binop": max})
    holder = accumulate(iter([total]))
    next(holder)
    measure(holder, {"total": total})


@probe
def batches():
    target = iter([])
    measure(batched(target, 2), {"it": target})


@probe
def chained():
    source, active = iter([]), iter([1, 2])
    holder = chain.from_iterable(source)
    measure(holder, {"source": source})
    holder = chain.from_iterable(iter([active]))
    next(holder)
    measure(holder, {"active": active})


@probe
def combined():
    for make in (combinations, combinations_with_replacement, permutations):
        pool = (1, 2)
        holder = make(pool, 1)
        measure(holder, {"pool": pool})
        next(holder)
        (result,) = [o for o in get_referents(holder) if type(o) is tuple and o is not pool]
        measure(holder, {"result": result})


@probe
def multiplied():
    holder = product([1], [2])
    measure(holder, {"pools": other(holder, "tuple")})
    pools = other(holder, "tuple")
    next(holder)
    (result,) = [o for o in get_referents(holder) if type(o) is tuple and o is not pools]
    measure(holder, {"result": result})


@probe
def compressed():
    data, selectors = iter([]), iter([])
    measure(compress(data, selectors), {"data": data, "selectors": selectors})


@probe
def counted():
    start, step = 1.5, 2.5
    measure(count(start, step), {"cnt": start, "long_step": step})


@probe
def cycled():
    target = iter([1])
    holder = cycle(target)
    measure(holder, {"it": target, "saved": other(holder, "list")})


@probe
def selected():
    for make in (dropwhile, takewhile, filterfalse, starmap):
        target = iter([])
        measure(make(len, target), {"func": len, "it": target})


@probe
def grouped():
    target = iter([["value"]])
    holder = groupby(target, len)
    measure(holder, {"it": target, "keyfunc": len})
    _, group = next(holder)
    measure(group, {"parent": holder})


@probe
def grouped_by_value():
    value, following = [1], [2]
    holder = groupby([value, following])
    _, group = next(holder)
    measure(group, {"tgtkey": value})


@probe
def grouped_by_key():
    keys = iter([[1], [2]])
    seen = []
    values = iter([(1,), (2,)])

    def key(value):
        seen.append(next(keys))
        return seen[-1]

    holder = groupby(values, key)
    _, group = next(holder)
    list(group)
    measure(holder, {"currkey": seen[-1], "tgtkey": seen[0]})
    (value,) = [found for found in get_referents(holder) if found == (2,)]
    measure(holder, {"currvalue": value})


@probe
def sliced():
    target = iter([])
    measure(islice(target, 1), {"it": target})


@probe
def paired():
    target, old = iter([[1], [2], [3]]), []
    holder = pairwise(target)
    measure(holder, {"it": target})
    holder = pairwise(iter([[1], old, [2]]))
    next(holder)
    measure(holder, {"old": old})
    measure(holder, {"result": other(holder, "tuple")})


@probe
def repeated():
    target = []
    measure(repeat(target), {"element": target})


@probe
def teed():
    target, first, second = iter([]), [], []
    holder, _ = tee(target)
    data = other(holder, "_tee_dataobject")
    measure(holder, {"dataobj": data})
    measure(data, {"it": target})
    holder, _ = tee([first, second])
    data = other(holder, "_tee_dataobject")
    list(holder)
    measure(data, {}, "values", (first, second))


@probe
def teed_beyond_a_block():
    holder, _ = tee(range(100))
    data = other(holder, "_tee_dataobject")
    list(islice(holder, 60))
    measure(data, {"nextlink": other(data, "_tee_dataobject")})


@probe
def zipped():
    target, fill = iter([1]), []
    holder = zip_longest(target, fillvalue=fill)
    measure(holder, {"fillvalue": fill})
    for part in get_referents(holder):
        if type(part) is tuple:
            measure(holder, {"ittuple" if part[0] is target else "result": part})
