# Objects that cannot be created without a class or a running loop. They are examined in the
# process, through attributes that their types compute in C from the same fields.


def attributes(sample, **names):
    found = {}
    for kind in type(sample).__mro__:
        for name, field in names.items():
            descriptor = kind.__dict__.get(name)
            if type(descriptor) is GetSetDescriptorType:
                value = descriptor.__get__(sample, kind)
                # The attribute can be None where the field is another, or empty.
                if value is not None:
                    found[field] = value
    return found


def for_each(prefix):
    """Probe each sample, if the name of their type has this prefix.

    A function that returns True has found all that it looks for, and is not called again.
    """

    def decorate(function):
        for sample in samples if name.startswith(prefix) else ():
            if probe(lambda sample=sample: function(sample)) is True:
                break

    return decorate


@for_each("_asyncio")
def task(sample):
    fields = ("_fut_waiter", "_coro", "_loop", "_exception", "_result")
    found = attributes(sample, **{field: field for field in fields})
    measure(sample, found)
    # A future written in C has the traceback of its exception in a field of its own.
    if "_exception" in found:
        measure(sample, {"fut_exception_tb": other(sample, "traceback")})


@for_each("_cython_")
def cython_function(sample):
    fields = attributes(sample, func_globals="__globals__", func_code="__code__")
    return measure(sample, fields) and len(fields) == 2


@for_each("_cython_")
def closure_of_cython_function(sample):
    return measure(sample, attributes(sample, func_closure="__closure__"))


@for_each("_cython_")
def scope_of_cython_function(sample):
    # Since Cython 3 the attribute is None.
    scopes = [
        found
        for found in get_referents(sample)
        if type_name(type(found)).startswith("__pyx_scope_struct")
    ]
    (scope,) = scopes
    return measure(sample, {"__closure__": scope})


@for_each("_cython_")
def defaults_of_cython_function(sample):
    return measure(sample, {"defaults": other(sample, "__pyx_defaults")})


@for_each("_cython_")
def annotations_of_cython_function(sample):
    # Not by the attribute, which makes the dict. No parameter has this name: it is not the dict
    # of the defaults.
    found = [
        found
        for found in get_referents(sample)
        if type(found) is dict and any(type(key) is str and key == "return" for key in found)
    ]
    (annotations,) = found
    return measure(sample, {"__annotations__": annotations})


# What mypyc stores without an object, in some fields.
UNBOXED = (type(None), bool, float, int, tuple)


def field_of_mypyc(descriptor, sample, kind):
    try:
        return descriptor.__get__(sample, kind)
    except AttributeError:
        return None  # It is not set yet.


@for_each("__mypyc_attrs__")
def attributes_of_mypyc(sample):
    names_of_base = ()
    for kind in reversed(type(sample).__mro__):
        # With several bases, a property may have the name of an attribute of a base.
        if len(type.__dict__["__bases__"].__get__(kind)) > 1:
            return
        contents = kind.__dict__
        names = contents.get("__mypyc_attrs__", ())
        for attribute in names:
            descriptor = contents.get(attribute)
            # The getter of a name that the base has not returns a field, and calls nothing.
            if attribute not in names_of_base and type(descriptor) is GetSetDescriptorType:
                value = field_of_mypyc(descriptor, sample, kind)
                # To compare a class with `==` may run code of its metaclass.
                if not any(type(value) is unboxed for unboxed in UNBOXED):
                    measure(sample, {attribute: value})
        names_of_base = names or names_of_base


@for_each("pandas.")
def cached_property(sample):
    return measure(sample, attributes(sample, fget="fget"))


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
