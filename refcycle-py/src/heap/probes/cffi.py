# `cffi`: the fields have the names of its sources. The destructor that is called in the end is
# `id`.


@probe
def handle():
    target = []
    measure(FFI().new_handle(target), {"structobj": target})


@probe
def destructor():
    ffi = FFI()
    origin = ffi.new("char *")
    measure(ffi.gc(origin, id), {"origin": origin, "destructor": id})


@probe
def view():
    ffi = FFI()
    memory = ffi.new("char *")
    measure(ffi.buffer(memory), {"mb_keepalive": memory})
