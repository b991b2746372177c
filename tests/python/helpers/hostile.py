"""Objects with every hook in which Python code could run, to check that none runs."""

import contextlib
import sys

TOUCHED = []
armed = False


class Touched(BaseException):
    pass


def touched(what):
    TOUCHED.append(what)
    raise Touched(what)


@contextlib.contextmanager
def watched():
    """The hooks record that they ran, and raise."""
    global armed
    TOUCHED.clear()
    armed = True
    try:
        yield TOUCHED
    finally:
        armed = False


def hook(name, default):
    def method(self, *args, **kwargs):
        if armed:
            touched(name)
        return default(self, *args, **kwargs)

    method.__name__ = name
    return method


def watching_property(name, default):
    def getter(self):
        if armed:
            touched(name)
        return default(self)

    return property(getter)


def missing(self, name):
    raise AttributeError(name)


SPECIAL = {
    "__getattribute__": object.__getattribute__,
    "__getattr__": missing,
    "__eq__": object.__eq__,
    "__ne__": object.__ne__,
    "__hash__": object.__hash__,
    "__repr__": object.__repr__,
    "__str__": object.__str__,
    "__format__": object.__format__,
    "__sizeof__": object.__sizeof__,
    "__dir__": object.__dir__,
    "__bool__": lambda self: True,
    "__len__": lambda self: 0,
    "__iter__": lambda self: iter(()),
    "__contains__": lambda self, item: False,
    "__getitem__": lambda self, item: None,
    "__index__": lambda self: 0,
    "__call__": lambda self: None,
    "__reduce_ex__": object.__reduce_ex__,
    "__instancecheck__": lambda self, other: False,
    "__subclasscheck__": lambda self, other: False,
    "__del__": lambda self: None,
    "keys": lambda self: (),
    "items": lambda self: (),
    "values": lambda self: (),
    "__reversed__": lambda self: iter(()),
    "__missing__": missing,
}

del SPECIAL["__del__"]


def namespace(**others):
    made = {name: hook(name, default) for name, default in SPECIAL.items()}
    made["__class__"] = watching_property("__class__", type)
    made["value"] = watching_property("value", lambda self: None)
    return {**made, **others}


class Descriptor:
    def __get__(self, obj, cls):
        if armed:
            touched("descriptor")
        return self

    def __set__(self, obj, value):
        if armed:
            touched("descriptor")


def with_payload(obj):
    object.__setattr__(obj, "payload", [])
    return obj


def instance():
    return with_payload(type("Hostile", (), namespace())())


def instance_with_slots():
    return with_payload(type("Hostile", (), namespace(__slots__=("payload",)))())


def instance_with_a_dict_property():
    kept = watching_property("__dict__", lambda self: {})
    return with_payload(type("Hostile", (), namespace(__dict__=kept))())


def instance_with_descriptors():
    return with_payload(type("Hostile", (), namespace(a=Descriptor(), b=Descriptor()))())


def instance_with_a_touched_dict():
    obj = type("Hostile", (), namespace())()
    object.__getattribute__(obj, "__dict__")["payload"] = []
    return obj


def container(base):
    methods = namespace()
    for name in ("keys", "items", "values", "__missing__", "__reversed__"):
        if not hasattr(base, name):
            del methods[name]
    return type("Hostile", (base,), methods)


def list_subclass():
    obj = container(list)()
    list.append(obj, [])
    return obj


def tuple_subclass():
    return container(tuple)([[], {}])


def dict_subclass():
    obj = container(dict)()
    dict.__setitem__(obj, "key", [])
    return obj


def set_subclass():
    obj = container(set)()
    set.add(obj, (1, []) and (1, 2))
    return obj


def str_subclass():
    return container(str)("text")


def int_subclass():
    return container(int)(10**30)


def exception():
    error = container(ValueError)([])
    return error


def metaclass_hooks():
    methods = namespace(__prepare__=classmethod(lambda *args, **kwargs: {}))
    methods["__getattribute__"] = hook("meta __getattribute__", type.__getattribute__)
    methods["__name__"] = watching_property("meta __name__", lambda cls: "name")
    methods["__module__"] = "somewhere"
    methods["__qualname__"] = "Meta"
    for name in ("__call__", "__instancecheck__", "__subclasscheck__", "__dir__", "__sizeof__"):
        methods[name] = hook(f"meta {name}", getattr(type, name))
    return type("Meta", (type,), methods)


def class_of_a_metaclass():
    meta = metaclass_hooks()
    return type.__new__(meta, "Hostile", (), {"payload": []})


def instance_of_a_metaclass():
    return with_payload(object.__new__(class_of_a_metaclass()))


def dict_with_keys():
    return {instance(): [], with_payload(instance_with_slots()): {}}


def dict_with_tuple_keys():
    return {(instance(), 1): []}


def dict_with_class_keys():
    return {class_of_a_metaclass(): []}


def dict_with_str_subclass_keys():
    return {str_subclass(): []}


def set_with_elements():
    return {instance(), instance_with_slots()}


def instance_with_str_subclass_attribute():
    obj = type("Plain", (), {})()
    obj.__dict__[str_subclass()] = []
    return obj


def function():
    def hostile(argument, default=None):
        return argument

    hostile.__defaults__ = (instance(),)
    hostile.__doc__ = instance()
    hostile.__module__ = instance()
    return hostile


def bound_method():
    import types

    return types.MethodType(instance(), instance())


def module():
    import types

    cls = type("Module", (types.ModuleType,), namespace())
    obj = cls("name")
    types.ModuleType.__getattribute__(obj, "__dict__")["payload"] = []
    return obj


def module_with_getattr():
    import types

    obj = types.ModuleType("name")
    obj.__getattr__ = lambda name: touched("module __getattr__")
    return obj


def property_of_hooks():
    return property(instance(), instance(), instance())


def partial():
    import functools

    return functools.partial(instance(), instance(), key=instance())


def weak_reference():
    import weakref

    target = instance()
    reference = type("Reference", (weakref.ref,), namespace())(target)
    object.__setattr__(reference, "payload", target)
    return reference


def weak_proxy():
    import weakref

    target = instance()
    KEEP.append(target)
    return weakref.proxy(target, instance())


def dead_weak_proxy():
    import weakref

    return weakref.proxy(type("Gone", (), {})())


def generator():
    def hostile(argument):
        yield argument

    made = hostile(instance())
    next(made)
    return made


def frame():
    def call(argument):
        return sys._getframe()

    return call(instance())


def cell():
    import types

    return types.CellType(instance())


def slice_of_hooks():
    return slice(instance(), instance())


def lazy_annotations_of_a_function():
    scope = {}
    exec(
        "def function(x: undefined_name = []): pass" if LAZY else "def function(x=[]): pass", scope
    )
    return scope["function"]


def lazy_annotations_of_a_class():
    scope = {}
    exec("class Class:\n    x: undefined_name" if LAZY else "class Class: pass", scope)
    return scope["Class"]


KEEP = []
LAZY = sys.version_info >= (3, 14)

HOSTILE = {
    made.__name__: made
    for made in (
        instance,
        instance_with_slots,
        instance_with_a_dict_property,
        instance_with_descriptors,
        instance_with_a_touched_dict,
        list_subclass,
        tuple_subclass,
        dict_subclass,
        set_subclass,
        str_subclass,
        int_subclass,
        exception,
        class_of_a_metaclass,
        instance_of_a_metaclass,
        dict_with_keys,
        dict_with_tuple_keys,
        dict_with_class_keys,
        dict_with_str_subclass_keys,
        set_with_elements,
        instance_with_str_subclass_attribute,
        function,
        bound_method,
        module,
        module_with_getattr,
        property_of_hooks,
        partial,
        weak_reference,
        weak_proxy,
        dead_weak_proxy,
        generator,
        frame,
        cell,
        slice_of_hooks,
        lazy_annotations_of_a_function,
        lazy_annotations_of_a_class,
    )
}
