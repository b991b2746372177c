# Small modules of the standard library.


@probe
def text_file():
    buffer = BytesIO()
    holder = TextIOWrapper(buffer, encoding="utf-8")
    measure(holder, {"buffer": buffer})
    measure(holder, {"encoder": other(holder, "IncrementalEncoder")})


@probe
def text_file_with_newlines():
    holder = TextIOWrapper(BytesIO(), encoding="utf-8", newline=None)
    measure(holder, {"decoder": other(holder, "IncrementalNewlineDecoder")})


@probe
def newlines():
    target = []
    measure(IncrementalNewlineDecoder(target, False), {"decoder": target})


@probe
def string_file():
    holder = StringIO(newline=None)
    measure(holder, {"decoder": other(holder, "IncrementalNewlineDecoder")})


@probe
def thread_local():
    holder = _local()
    measure(holder, {"args": other(holder, "tuple")})
    for name, kind in (("localdummies", "dict"), ("thread_watchdogs", "set")):
        if others(holder, "set"):
            measure(holder, {name: other(holder, kind)})
    measure(holder, {"dummies": other(holder, "dict")})


@probe
def queue():
    holder = SimpleQueue()
    holder.put([])
    measure(holder, {"lst": other(holder, "list")})


@probe
def table():
    target = iter([])
    measure(reader(target), {"input_iter": target})


@probe
def rows():
    holder = reader([["row"]])
    measure(holder, {"fields": other(holder, "list")})
