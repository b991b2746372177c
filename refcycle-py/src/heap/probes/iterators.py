# Iterators of builtin types.


@probe
def sequence_iterators():
    for target in ([1], (1,), "text", "täxt\u1234", b"text", bytearray(1)):
        measure(iter(target), {"it_seq": target})


@probe
def reversed_list():
    target = [1]
    measure(reversed(target), {"it_seq": target})


@probe
def reversed_sequence():
    target = (1,)
    measure(reversed(target), {"seq": target})


@probe
def set_iterator():
    target = {1}
    measure(iter(target), {"si_set": target})


@probe
def dict_iterators():
    target = {1: 2}
    for view in (target, target.values(), target.items()):
        for iterator in (iter(view), reversed(view)):
            measure(iterator, {"di_dict": target})


@probe
def dict_item_iterators():
    target = {1: 2}
    for iterator in (iter(target.items()), reversed(target.items())):
        measure(iterator, {"di_result": other(iterator, "tuple")})


@probe
def ordered_dict_iterators():
    target = OrderedDict(a=1)
    for view in (target, target.values(), target.items()):
        for iterator in (iter(view), reversed(view)):
            measure(iterator, {"di_odict": target})


@probe
def ordered_dict_items():
    iterator = iter(OrderedDict(a=1).items())
    measure(iterator, {"di_result": other(iterator, "tuple")})


@probe
def enumerated():
    target = iter([1])
    holder = enumerate(target)
    measure(holder, {"en_sit": target, "en_result": other(holder, "tuple")})


@probe
def zipped():
    target = iter([1])
    holder = zip(target)
    for part in get_referents(holder):
        measure(holder, {"ittuple" if part[0] is target else "result": part})


@probe
def mapped():
    holder = map(len, [])
    measure(holder, {"func": len, "iters": other(holder, "tuple")})


@probe
def filtered():
    target = iter([])
    measure(filter(len, target), {"func": len, "it": target})


@probe
def called():
    sentinel = []
    target = sentinel.copy
    measure(iter(target, sentinel), {"it_callable": target, "it_sentinel": sentinel})


@probe
def memory_iterator():
    target = memoryview(b"text")
    measure(iter(target), {"it_seq": target})
