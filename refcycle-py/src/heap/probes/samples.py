# Objects that cannot be created without a class or a running loop. They are examined in the
# process, through attributes that their types compute in C from the same fields.


def attributes(sample, **names):
    found = {}
    for kind in type(sample).__mro__:
        for name, field in names.items():
            descriptor = kind.__dict__.get(name)
            if type(descriptor) is GetSetDescriptorType:
                found[field] = descriptor.__get__(sample, kind)
    return found


def for_each(prefix):
    """Probe each sample, if the name of their type has this prefix."""

    def decorate(function):
        for sample in samples if name.startswith(prefix) else ():
            probe(lambda sample=sample: function(sample))

    return decorate


@for_each("_asyncio")
def task(sample):
    fields = ("_fut_waiter", "_coro", "_loop", "_exception", "_result")
    measure(sample, attributes(sample, **{field: field for field in fields}))


@for_each("_cython_")
def cython_function(sample):
    measure(sample, attributes(sample, func_globals="__globals__", func_code="__code__"))
    measure(sample, attributes(sample, func_closure="__closure__"))
    measure(sample, {"defaults": other(sample, "__pyx_defaults")})


@for_each("uarray")
def overridable_function(sample):
    fields = ("arg_extractor", "arg_replacer", "default")
    measure(sample, attributes(sample, **{field: field for field in fields}))
    measure(sample, {"def_args": other(sample, "tuple")})


@for_each("_io.TextIOWrapper")
def text_file(sample):
    measure(sample, {"raw": other(sample, "FileIO")})


@for_each("re.Pattern")
def pattern(sample):
    # The attribute is a proxy of the dict.
    measure(sample, {"groupindex": other(sample, "dict")})


@for_each("lazy_import")
def lazy_import(sample):
    for field, kind in (("lz_builtins", "dict"), ("lz_from", "lazy_import")):
        for found in others(sample, kind):
            if len(others(sample, kind)) == 1:
                measure(sample, {field: found})


@for_each("iterator")
def iterator_of_items(sample):
    (target,) = get_referents(sample)
    measure(sample, {"it_seq": target})


@for_each("_ctypes")
def ctypes_type(sample):
    if not isinstance(sample, type):
        return
    fields = {
        "_type_": "proto",
        "_argtypes_": "argtypes",
        "_restype_": "restype",
        "_check_retval_": "checker",
        "__pointer_type__": "pointer_type",
    }
    for key, value in type.__dict__["__dict__"].__get__(sample).items():
        if type(key) is str and key in fields:
            measure(sample, {fields[key]: value})
    measure(sample, {"module": modules["_ctypes"]})
    for found in get_referents(sample):
        if type(found) is tuple and found and type_name(type(found[0])).startswith("builtin_"):
            measure(sample, {"converters": found})


@for_each("_ctypes.")
def ctypes_function(sample):
    measure(sample, {"thunk": other(sample, "CThunkObject")})
    measure(sample, {"callable": other(sample, "function")})
