"""One holder and one target for each kind of reference, with the label that it has.

Each function gives `(holder, target, label, ...)`. Several labels are those of parallel
references, in the order in which they are shown.

Long, because each kind of reference has a holder and a target of its own here.
"""

import collections
import contextlib
import csv
import dataclasses
import enum
import functools
import gc
import io
import os
import re
import sys
import time
import types
import weakref

LABELLED = {}
UNLABELLED = {}

OLD = sys.version_info < (3, 11)


class Target:
    """A target of references. Weak references to it are allowed."""


def labelled(function):
    LABELLED[function.__name__] = function
    return function


def unlabelled(function):
    """The given labels are correct, but refcycle need not know them."""
    UNLABELLED[function.__name__] = function
    return function


def since(*version):
    return labelled if sys.version_info >= version else lambda function: function


def until(*version):
    return labelled if sys.version_info < version else lambda function: function


def only_dict(obj):
    """The dict that an object or a class refers to, which is not always `vars(obj)`."""
    (found,) = [referent for referent in gc.get_referents(obj) if type(referent) is dict]
    return found


# Sequences, sets, dicts


@labelled
def list_first_item():
    target = Target()
    return [target, 1, 2], target, "item[0]"


@labelled
def list_last_item():
    target = Target()
    return [*range(1000), target], target, "item[1000]"


@labelled
def list_parallel_items():
    target = Target()
    return [target, None, target], target, "item[0]", "item[2]"


@labelled
def list_in_itself():
    holder = [1]
    holder.append(holder)
    return holder, holder, "item[1]"


@labelled
def tuple_item():
    target = Target()
    return (None, target), target, "item[1]"


@labelled
def list_subclass_item():
    class Derived(list):
        pass

    target = Target()
    return Derived([target]), target, "item[0]"


@labelled
def tuple_subclass_item():
    class Derived(tuple):
        __slots__ = ()

    target = Target()
    return Derived([1, target]), target, "item[1]"


@labelled
def namedtuple_field():
    target = Target()
    return collections.namedtuple("Pair", "left right")(1, target), target, "item[1]"


@labelled
def struct_sequence_field():
    target = [1]
    return time.struct_time([target] + [0] * 8), target, "item[0]", "tm_year"


@labelled
def set_element():
    target = Target()
    return {1, target}, target, "element"


@labelled
def frozenset_element():
    target = Target()
    return frozenset([target]), target, "element"


@labelled
def set_subclass_element():
    class Derived(set):
        pass

    target = Target()
    return Derived([target]), target, "element"


@labelled
def set_subclass_attribute_in_dict():
    class Derived(set):
        pass

    holder = Derived([1])
    holder.value = Target()
    holder.__dict__  # noqa: B018
    return holder, holder.__dict__, "__dict__"


def dict_value(key):
    target = Target()
    return {1: 2, key: target}, target, f"value[{key!r}]"


@labelled
def dict_value_by_str():
    return dict_value("name")


@labelled
def dict_value_by_str_with_quotes():
    return dict_value('it\'s "a"\n\\b')


@labelled
def dict_value_by_empty_str():
    return dict_value("")


@labelled
def dict_value_by_int():
    return dict_value(-5)


@labelled
def dict_value_by_none():
    return dict_value(None)


@labelled
def dict_value_by_bytes():
    return dict_value(b"by\0tes")


@labelled
def dict_value_by_float():
    return dict_value(1.5)


@labelled
def dict_value_by_bool():
    return dict_value(False)


@labelled
def dict_value_by_tuple():
    return dict_value(("a", 1, (None,)))


@labelled
def dict_value_by_class():
    return dict_value(int)


@labelled
def dict_value_by_object():
    target = Target()
    return {Target(): target}, target, f"value[<{__name__}.Target object>]"


@labelled
def dict_values_by_several_keys():
    target = Target()
    return {"a": target, "b": target}, target, "value['a']", "value['b']"


@labelled
def dict_key():
    target = Target()
    return {target: None}, target, "key"


@labelled
def dict_key_and_value():
    target = Target()
    return {target: target}, target, "key", f"value[<{__name__}.Target object>]"


@labelled
def dict_subclass_value():
    class Derived(dict):
        pass

    target = Target()
    return Derived(a=target), target, "value['a']"


@labelled
def ordered_dict_value():
    target = Target()
    return collections.OrderedDict(a=1, b=target), target, "value['b']"


@labelled
def defaultdict_value():
    target = Target()
    return collections.defaultdict(list, a=target), target, "value['a']"


@labelled
def defaultdict_factory():
    def target():
        return []

    return collections.defaultdict(target, a=1), target, "default_factory"


@labelled
def counter_key():
    target = Target()
    return collections.Counter([target]), target, "key"


# Functions and methods


def function_with_everything():
    free = Target()

    class Scope:
        def function(self, default=free, *, keyword=free) -> int:
            """Return a description."""
            return free

    Scope.function.attribute = Target()
    return Scope.function


def function_field(name):
    holder = function_with_everything()
    return holder, getattr(holder, name), name


@labelled
def function_globals():
    return function_field("__globals__")


@labelled
def function_builtins():
    return function_field("__builtins__")


@labelled
def function_code():
    return function_field("__code__")


@labelled
def function_name():
    return function_field("__name__")


@labelled
def function_qualname():
    return function_field("__qualname__")


@labelled
def function_module():
    return function_field("__module__")


@labelled
def function_doc():
    return function_field("__doc__")


@labelled
def function_defaults():
    return function_field("__defaults__")


@labelled
def function_kwdefaults():
    return function_field("__kwdefaults__")


@labelled
def function_closure():
    return function_field("__closure__")


@labelled
def function_dict():
    return function_field("__dict__")


@labelled
def function_annotations():
    return function_field("__annotations__")


@since(3, 12)
def function_type_params():
    scope = {}
    exec("def function[T](x): pass", scope)
    return scope["function"], scope["function"].__type_params__, "__type_params__"


@since(3, 14)
def function_annotate():
    def holder(x: Target):
        pass

    return holder, holder.__annotate__, "__annotate__"


@labelled
def cell_contents():
    target = Target()
    return types.CellType(target), target, "cell_contents"


@labelled
def bound_method_self():
    target = Target()
    return types.MethodType(print, target), target, "__self__"


@labelled
def bound_method_function():
    def target(self):
        pass

    return types.MethodType(target, 1), target, "__func__"


@labelled
def bound_classmethod_self():
    class Target:
        @classmethod
        def make(cls):
            pass

    return Target.make, Target, "__self__"


@labelled
def builtin_method_self():
    target = []
    return target.append, target, "__self__"


@labelled
def builtin_function_module():
    return len, sys.modules["builtins"], "__self__"


@labelled
def builtin_method_of_a_dict():
    target = {}
    return target.get, target, "__self__"


@labelled
def method_wrapper_self():
    target = []
    return target.__len__, target, "__self__"


@labelled
def partial_function():
    def target():
        pass

    return functools.partial(target), target, "func"


@labelled
def partial_arguments():
    holder = functools.partial(print, Target())
    return holder, holder.args, "args"


@labelled
def partial_keywords():
    holder = functools.partial(print, end=Target())
    return holder, holder.keywords, "keywords"


@labelled
def property_getter():
    def target(self):
        pass

    return property(target), target, "fget"


@labelled
def property_setter():
    def target(self, value):
        pass

    return property(None, target), target, "fset"


@labelled
def property_deleter():
    def target(self):
        pass

    return property(None, None, target), target, "fdel"


@labelled
def staticmethod_function():
    def target():
        pass

    return staticmethod(target), target, "__func__", "__wrapped__"


@labelled
def classmethod_function():
    def target(cls):
        pass

    return classmethod(target), target, "__func__", "__wrapped__"


@labelled
def function_with_one_object_in_two_fields():
    def holder():
        pass

    holder.__doc__ = holder.__name__ = target = "".join(["a", "text"])
    return holder, target, "__name__", "__doc__"


@labelled
def function_wrapped():
    @functools.lru_cache
    def holder():
        pass

    return holder, holder.__dict__, "__dict__"


# Attributes


class Plain:
    pass


@labelled
def attribute_of_an_instance():
    holder = Plain()
    holder.first, holder.value = 1, Target()
    if OLD:
        return holder.__dict__, holder.value, "value['value']"
    return holder, holder.value, "value"


@labelled
def attribute_in_a_touched_dict():
    holder = Plain()
    holder.value = Target()
    return holder.__dict__, holder.value, "value['value']"


@labelled
def dict_that_was_touched():
    holder = Plain()
    holder.value = Target()
    return holder, holder.__dict__, "__dict__"


@labelled
def dict_that_was_given():
    holder = Plain()
    holder.__dict__ = {"value": Target()}
    return holder, holder.__dict__, "__dict__"


def inline_or_dict(holder, name):
    """The label on this version, for an instance with slots or of a builtin type."""
    value = getattr(holder, name)
    if any(referent is value for referent in gc.get_referents(holder)):
        return holder, value, name
    return holder, holder.__dict__, "__dict__"


@labelled
def two_attributes_with_one_value():
    holder = Plain()
    holder.left = holder.right = Target()
    if OLD:
        return holder.__dict__, holder.left, "value['left']", "value['right']"
    return holder, holder.left, "left", "right"


@labelled
def attribute_beyond_ascii():
    holder = Plain()
    holder.größe = Target()
    if OLD:
        return holder.__dict__, holder.größe, "value['größe']"
    return holder, holder.größe, "größe"


@labelled
def attribute_after_a_deleted_one():
    class Local:
        def __init__(self):
            self.gone = self.also_gone = 1
            self.value = Target()

    holder = Local()
    del holder.gone, holder.also_gone
    if OLD:
        return holder.__dict__, holder.value, "value['value']"
    return holder, holder.value, "value"


@labelled
def class_of_an_instance():
    return Plain(), Plain, "__class__"


class Slots:
    __slots__ = ("left", "right")


@labelled
def slot():
    holder = Slots()
    holder.right = Target()
    return holder, holder.right, "right"


@labelled
def slots_with_one_value():
    holder = Slots()
    holder.left = holder.right = Target()
    return holder, holder.left, "left", "right"


@labelled
def inherited_slot():
    class Derived(Slots):
        __slots__ = ("own",)

    holder = Derived()
    holder.left = Target()
    return holder, holder.left, "left"


@labelled
def own_slot_beside_inherited_ones():
    class Derived(Slots):
        __slots__ = ("own",)

    holder = Derived()
    holder.left, holder.own = 1, Target()
    return holder, holder.own, "own"


@labelled
def slot_of_an_instance_with_a_dict():
    class Derived(Slots):
        pass

    holder = Derived()
    holder.left, holder.other = Target(), 1
    return holder, holder.left, "left"


@labelled
def attribute_of_an_instance_with_slots():
    class Derived(Slots):
        pass

    holder = Derived()
    holder.left, holder.other = 1, Target()
    return inline_or_dict(holder, "other")


@labelled
def private_slot():
    class Private:
        __slots__ = ("__hidden",)

        def __init__(self):
            self.__hidden = Target()

        def hidden(self):
            return self.__hidden

    holder = Private()
    return holder, holder.hidden(), "_Private__hidden"


@labelled
def slot_beyond_ascii():
    class Umlaut:
        __slots__ = ("größe",)

    holder = Umlaut()
    holder.größe = Target()
    return holder, holder.größe, "größe"


def attribute_of_derived(*bases, arguments=()):
    holder = type("Derived", bases, {})(*arguments)
    holder.value = Target()
    return inline_or_dict(holder, "value")


@labelled
def attribute_of_a_list():
    return attribute_of_derived(list, arguments=([1, 2],))


@labelled
def attribute_of_a_tuple():
    return attribute_of_derived(tuple, arguments=([1, 2, 3],))


@labelled
def attribute_of_a_dict():
    return attribute_of_derived(dict)


@labelled
def attribute_of_an_int():
    return attribute_of_derived(int, arguments=(10**50,))


@labelled
def attribute_of_a_str():
    return attribute_of_derived(str, arguments=("text",))


@labelled
def attribute_of_bytes():
    return attribute_of_derived(bytes, arguments=(b"text",))


@labelled
def attribute_of_a_frozenset():
    return attribute_of_derived(frozenset)


@labelled
def slot_of_a_set():
    class Derived(set):
        __slots__ = ("value",)

    holder = Derived([1])
    holder.value = Target()
    return holder, holder.value, "value"


@labelled
def slot_of_a_dict():
    class Derived(dict):
        __slots__ = ("value",)

    holder = Derived(a=1)
    holder.value = Target()
    return holder, holder.value, "value"


@labelled
def attribute_of_an_exception():
    error = ValueError("text")
    error.value = Target()
    return error, error.__dict__, "__dict__"


@labelled
def attribute_of_a_weak_reference():
    return attribute_of_derived(weakref.ref, arguments=(Plain,))


@labelled
def attribute_of_a_module():
    holder = types.ModuleType("holder")
    holder.value = Target()
    return holder, holder.__dict__, "__dict__"


@labelled
def attribute_of_a_namespace():
    holder = types.SimpleNamespace(value=Target())
    return holder, holder.__dict__, "__dict__"


@labelled
def attribute_of_a_dataclass():
    @dataclasses.dataclass
    class Data:
        value: object

    holder = Data(Target())
    if OLD:
        return holder.__dict__, holder.value, "value['value']"
    return holder, holder.value, "value"


@labelled
def attribute_of_a_dataclass_with_slots():
    @dataclasses.dataclass(slots=True)
    class Data:
        value: object

    holder = Data(Target())
    return holder, holder.value, "value"


@labelled
def value_of_an_enum_member():
    target = Target()
    holder = enum.Enum("Local", {"MEMBER": target}).MEMBER
    if OLD:
        return holder.__dict__, target, "value['_value_']"
    return holder, target, "_value_"


# Types


@labelled
def type_dict():
    holder = type("Holder", (), {})
    return holder, only_dict(holder), "__dict__"


@labelled
def type_mro():
    holder = type("Holder", (), {})
    return holder, holder.__mro__, "__mro__"


@labelled
def type_bases():
    holder = type("Holder", (Plain,), {})
    return holder, holder.__bases__, "__bases__"


@labelled
def type_base():
    holder = type("Holder", (Plain,), {})
    return holder, Plain, "__base__"


@labelled
def metaclass_base_and_class():
    meta = type("Meta", (type,), {})
    return meta("Derived", (meta,), {}), meta, "__base__", "__class__"


@labelled
def type_in_its_mro():
    holder = type("Holder", (), {})
    return holder.__mro__, holder, "item[0]"


@labelled
def type_metaclass():
    target = type("Meta", (type,), {})
    return target("Holder", (), {}), target, "__class__"


@labelled
def type_attribute():
    holder = type("Holder", (), {"value": Target()})
    return only_dict(holder), holder.value, "value['value']"


@labelled
def slot_descriptor_class():
    return Slots.__dict__["left"], Slots, "__objclass__"


@labelled
def getset_descriptor_class():
    return type.__dict__["__dict__"], type, "__objclass__"


@labelled
def wrapper_descriptor_class():
    return list.__dict__["__len__"], list, "__objclass__"


@labelled
def method_descriptor_class():
    return list.__dict__["append"], list, "__objclass__"


@labelled
def classmethod_descriptor_class():
    return dict.__dict__["fromkeys"], dict, "__objclass__"


# Frames, tracebacks, generators


def raised():
    try:
        raise ValueError(Target())
    except ValueError as error:
        return error


def finished_frame():
    def caller():
        own = Target()
        captured = Target()
        return sys._getframe(), own, lambda: captured

    return caller()


@labelled
def frame_local():
    frame, target, _ = finished_frame()
    return frame, target, "local 'own'"


@labelled
def frame_cell():
    frame, _, function = finished_frame()
    return frame, function.__closure__[0], "local 'captured'"


# Since 3.11, the function holds the globals and the builtins, and the frame holds the function.
@until(3, 11)
def frame_globals():
    frame, _, _ = finished_frame()
    return frame, globals(), "f_globals"


@labelled
def frame_code():
    frame, _, _ = finished_frame()
    return frame, frame.f_code, "f_code"


@until(3, 11)
def frame_builtins():
    frame, _, _ = finished_frame()
    return frame, frame.f_builtins, "f_builtins"


@labelled
def frame_trace():
    frame, _, _ = finished_frame()

    def target(*_):
        return None

    frame.f_trace = target
    return frame, target, "f_trace"


@labelled
def frame_free_variable():
    def outer():
        captured = Target()

        def inner():
            return sys._getframe(), captured

        return inner

    function = outer()
    frame, _ = function()
    return frame, function.__closure__[0], "local 'captured'"


@labelled
def frame_argument():
    def called(argument, *rest, **others):
        return sys._getframe()

    target = Target()
    return called(target), target, "local 'argument'"


@labelled
def frame_rest_of_the_arguments():
    def called(argument, *rest, **others):
        return sys._getframe(), rest

    frame, rest = called(1, Target())
    return frame, rest, "local 'rest'"


@labelled
def traceback_frame():
    holder = raised().__traceback__
    return holder, holder.tb_frame, "tb_frame"


def generator(argument):
    yield argument


@labelled
def generator_argument():
    target = Target()
    return generator(target), target, "local 'argument'"


@labelled
def generator_local():
    def function():
        first, own = 1, Target()
        yield own
        print(first)

    holder = function()
    return holder, next(holder), "local 'own'"


@labelled
def generator_cell():
    def function():
        captured = Target()
        yield lambda: captured

    holder = function()
    return holder, next(holder).__closure__[0], "local 'captured'"


@labelled
def coroutine_local():
    @types.coroutine
    def pause():
        yield

    async def function(argument):
        await pause()

    target = Target()
    holder = function(target)
    holder.send(None)
    return holder, target, "local 'argument'"


# Up to 3.10, `gi_frame` is the name for each kind of generator.


@labelled
def generator_frame():
    holder = generator(Target())
    return holder, holder.gi_frame, "gi_frame"


# Up to 3.10, a field has this name in all of them.
ALSO_OF_GENERATORS = () if sys.version_info >= (3, 11) else ("gi_frame",)


@labelled
def coroutine_frame():
    holder, _, _ = coroutine_local()
    return holder, holder.cr_frame, *ALSO_OF_GENERATORS, "cr_frame"


@labelled
def async_generator_frame():
    holder, _, _ = async_generator_local()
    return holder, holder.ag_frame, *ALSO_OF_GENERATORS, "ag_frame"


@labelled
def async_generator_local():
    async def function(argument):
        yield argument

    target = Target()
    return function(target), target, "local 'argument'"


# Weak references


@labelled
def weak_reference_callback():
    def target(reference):
        pass

    return weakref.ref(Plain, target), target, "__callback__"


@labelled
def weak_proxy_callback():
    def target(reference):
        pass

    return weakref.proxy(Plain, target), target, "__callback__"


@labelled
def keyed_reference_key():
    target = Target()
    mapping = weakref.WeakValueDictionary({target: Plain})
    (holder,) = mapping.valuerefs()
    return holder, target, "key"


# Members that a type written in C declares


@labelled
def slice_start():
    target = Target()
    return slice(target, 1, 2), target, "start"


@labelled
def slice_stop():
    target = Target()
    return slice(0, target, 2), target, "stop"


@labelled
def slice_step():
    target = Target()
    return slice(0, 1, target), target, "step"


@labelled
def super_class():
    return super(Plain, Plain()), Plain, "__thisclass__", "__self_class__"


@labelled
def super_self():
    target = Plain()
    return super(Plain, target), target, "__self__"


@labelled
def generic_alias_origin():
    target = type("Target", (), {})
    return types.GenericAlias(target, (int,)), target, "__origin__"


@labelled
def generic_alias_arguments():
    holder = types.GenericAlias(list, (Plain,))
    return holder, holder.__args__, "__args__"


@labelled
def stop_iteration_value():
    target = Target()
    holder = StopIteration(target)
    return holder, target, "value"


@labelled
def system_exit_code():
    target = Target()
    return SystemExit(target), target, "code"


@labelled
def attribute_error_object():
    target = Target()
    return AttributeError("text", obj=target), target, "obj"


@labelled
def os_error_filename():
    target = "a file " + "name"
    return OSError(2, "text", target), target, "filename"


@labelled
def import_error_name():
    target = "a.module".upper()
    return ImportError("text", name=target), target, "name"


@since(3, 11)
def exception_group_exceptions():
    holder = ExceptionGroup("text", [ValueError()])  # noqa: F821
    return holder, holder.exceptions, "exceptions"


@labelled
def match_string():
    target = "some text".upper()
    return re.match("SOME", target), target, "string"


@labelled
def match_pattern():
    holder = re.match("some", "some text")
    return holder, holder.re, "re"


@labelled
def buffered_raw():
    target = io.FileIO(os.devnull)
    return io.BufferedReader(target), target, "raw"


@labelled
def exit_stack_callbacks():
    holder = contextlib.ExitStack()
    if OLD:
        return holder.__dict__, holder._exit_callbacks, "value['_exit_callbacks']"
    return holder, holder._exit_callbacks, "_exit_callbacks"


# No label is known for these, or need be known


@unlabelled
def table_written():
    target = io.StringIO()
    holder = csv.writer(target)
    (write,) = [o for o in gc.get_referents(holder) if getattr(o, "__self__", None) is target]
    return holder, write, "write", "writeline"
