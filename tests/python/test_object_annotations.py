"""The names of objects."""

import array
import collections
import os
import re
import sys
import types
import weakref

import pytest

from refcycle.annotations import object_annotation


class Plain:
    def method(self):
        pass

    @classmethod
    def of_class(cls):
        pass

    class Inner:
        def method(self):
            pass


def function():
    pass


class Named(tuple):
    pass


PLAIN = Plain()
MODULE = __name__

ANNOTATIONS = [
    (None, "None"),
    (True, "True"),
    (0, "0"),
    (-(10**50), "-1" + "0" * 50),
    (1.5, "1.5"),
    (float("nan"), "nan"),
    (-0.0, "-0.0"),
    (1 + 2j, "(1+2j)"),
    ("", "''"),
    ("text", "'text'"),
    ("it's\n\\", '"it\'s\\n\\\\"'),
    ("é\u2028\0", "'é\\u2028\\x00'"),
    ("\ud800", "'\\ud800'"),
    (b"by\0tes", "b'by\\x00tes'"),
    ([], "list[0]"),
    ([1, 2], "list[2]"),
    ((1, 2, 3), "tuple[3]"),
    ((), "tuple[0]"),
    ({1: 2}, "dict[1]"),
    ({1}, "set[1]"),
    (frozenset([1, 2]), "set[2]"),
    (type("L", (list,), {})([1]), "list[1]"),
    (Named([1]), "tuple[1]"),
    (collections.namedtuple("Pair", "a b")(1, 2), "tuple[2]"),
    (type("D", (dict,), {})(a=1), "dict[1]"),
    (collections.OrderedDict(a=1, b=2), "dict[2]"),
    (collections.defaultdict(list), "dict[0]"),
    (collections.Counter("aab"), "dict[2]"),
    (type("S", (set,), {})([1]), "set[1]"),
    (function, "function\nfunction"),
    (lambda: None, "function\n<lambda>"),
    (Plain.method, "function\nmethod"),
    (PLAIN.method, "instancemethod\nPlain.method"),
    (Plain.of_class, "instancemethod\nPlain.of_class"),
    (Plain.Inner().method, "instancemethod\nPlain.Inner.method"),
    (sys, "module\nsys"),
    (os.path, f"module\n{os.path.__name__}"),
    (types.ModuleType("a.b"), "module\na.b"),
    (int, "type\nint"),
    (Plain, "type\nPlain"),
    (Plain.Inner, "type\nInner"),
    (type, "type\ntype"),
    (collections.OrderedDict, "type\nOrderedDict"),
    (type("Meta", (type,), {})("Made", (), {}), "type\nMade"),
    (weakref.ref(Plain), f"weakref to id {id(Plain):#x}"),
    (weakref.proxy(PLAIN), f"weakref to id {id(PLAIN):#x}"),
    (weakref.ref(Plain.Inner()), "weakref (dead referent)"),
    (weakref.proxy(Plain.Inner()), "weakref (dead referent)"),
    (type("R", (weakref.ref,), {})(Plain), f"weakref to id {id(Plain):#x}"),
    (object(), "object\nbuiltins.object"),
    (PLAIN, f"object\n{MODULE}.Plain"),
    (Plain.Inner(), f"object\n{MODULE}.Plain.Inner"),
    (collections.deque([1]), "object\ncollections.deque"),
    (array.array("b"), "object\narray.array"),
    (re.compile("a"), "object\nre.Pattern"),
    (ValueError("text"), "object\nbuiltins.ValueError"),
    (slice(1), "object\nbuiltins.slice"),
    (range(3), "object\nbuiltins.range"),
    (types.SimpleNamespace(a=1), "object\ntypes.SimpleNamespace"),
    (property(), "object\nbuiltins.property"),
    ((i for i in ()), "object\nbuiltins.generator"),
    (function.__code__, "object\nbuiltins.code"),
    (len, "object\nbuiltins.builtin_function_or_method"),
    (Ellipsis, "object\nbuiltins.ellipsis"),
    (bytearray(b"a"), "object\nbuiltins.bytearray"),
]


@pytest.mark.parametrize(("obj", "annotation"), ANNOTATIONS, ids=[a for _, a in ANNOTATIONS])
def test_an_object_has_its_name(obj, annotation):
    assert object_annotation(obj) == annotation


LONG = ["x" * 10**6, "é" * 10**6, "\0" * 10**6, "'\"" * 10**6, b"x" * 10**6]


@pytest.mark.parametrize("obj", LONG, ids=["ascii", "latin", "nul", "quotes", "bytes"])
def test_long_texts_are_cut(obj):
    annotation = object_annotation(obj)
    assert len(annotation) < 100
    assert annotation.endswith("...")
    assert repr(obj).startswith(annotation[:-3])
    assert len(annotation) > 40


def test_texts_of_fifty_characters_are_whole():
    assert object_annotation("x" * 50) == repr("x" * 50)
    assert object_annotation(b"x" * 50) == repr(b"x" * 50)


HUGE = [10**5000, -(10**5000), 1 << 10**6, 10**400]


@pytest.mark.parametrize("number", HUGE, ids=["positive", "negative", "power", "smaller"])
def test_huge_integers_are_named_by_their_size(number):
    annotation = object_annotation(number)
    assert len(annotation) < 100 and "int" in annotation
    power = int(re.search(r"2\*\*(\d+)", annotation)[1])
    assert abs(power - abs(number).bit_length()) <= 30
    assert annotation.startswith("-") == (number < 0)


def test_numbers_and_texts_of_a_users_class_are_objects():
    class Text(str):
        def __repr__(self):
            raise AssertionError("a repr was asked for")

    class Number(int):
        def __repr__(self):
            raise AssertionError("a repr was asked for")

    where = f"{MODULE}.test_numbers_and_texts_of_a_users_class_are_objects.<locals>"
    assert object_annotation(Text("text")) in (f"object\n{where}.Text", "'text'")
    assert object_annotation(Number(5)) in (f"object\n{where}.Number", "5")


def test_a_function_with_another_name():
    def local():
        pass

    local.__name__ = "re\nnamed"
    assert object_annotation(local) == "function\nre\nnamed"
    method = types.MethodType(local, 1)
    assert object_annotation(method).startswith("instancemethod\ntest_a_function")
    local.__qualname__ = "Other.name"
    assert object_annotation(method) == "instancemethod\nOther.name"


def test_modules_without_a_text_for_a_name():
    module = types.ModuleType("name")
    module.__name__ = 5
    assert object_annotation(module).startswith("module")
    del module.__name__
    assert object_annotation(module).startswith("module")
    assert object_annotation(types.ModuleType.__new__(types.ModuleType)).startswith("module")


def test_modules_of_a_derived_class():
    class Derived(types.ModuleType):
        def __getattribute__(self, name):
            raise AssertionError("an attribute was asked for")

    assert object_annotation(Derived("name")) == "module\nname"


def test_classes_without_a_text_for_a_module():
    named = type("Named", (), {"__module__": 5, "__qualname__": "Outer.Named"})
    assert object_annotation(named()) in ("object\nOuter.Named", "object\nNamed")
    assert object_annotation(named) == "type\nNamed"


def test_long_names_of_classes_are_bounded_or_whole():
    annotation = object_annotation(type("N" * 5000, (), {"__module__": "m"})())
    assert annotation.startswith("object\nm.NNN") and len(annotation) < 1100


def test_a_frame_has_its_file_and_line():
    frame, line = sys._getframe(), sys._getframe().f_lineno
    file = frame.f_code.co_filename
    shown = file if len(file) <= 27 else "..." + file[-27:]
    assert object_annotation(frame) == f"frame\n{shown}:{line + 3}"


@pytest.mark.parametrize("length", [1, 26, 27, 28, 29, 200])
@pytest.mark.parametrize("letter", ["x", "é", "\U0001f600"])
def test_long_file_names_of_frames_are_cut(length, letter):
    scope = {}
    file = letter * (length - 1) + "!"
    exec(compile("import sys\n\n\nframe = sys._getframe()", file, "exec"), scope)
    shown = file if length <= 27 else "..." + file[-27:]
    assert object_annotation(scope["frame"]) == f"frame\n{shown}:4"


def test_frames_of_generators_and_finished_calls():
    def call():
        return sys._getframe()

    finished = call()
    expected = f":{call.__code__.co_firstlineno + 1}"
    assert object_annotation(finished).endswith(expected)
    generator = (i for i in [1])
    assert object_annotation(generator.gi_frame).startswith("frame\n")


UNINITIALISED = [
    property,
    *([staticmethod, classmethod] if sys.version_info < (3, 15) else []),
    super,
    ValueError,
    OSError,
    collections.OrderedDict,
    collections.deque,
    types.ModuleType,
    types.SimpleNamespace,
    list,
    dict,
    set,
    collections.defaultdict,
]


@pytest.mark.parametrize("cls", UNINITIALISED)
def test_what_was_never_initialised_can_be_named(cls):
    from refcycle.annotations import annotated_references

    obj = cls.__new__(cls)
    assert object_annotation(obj)
    assert None not in [label for labels in annotated_references(obj).values() for label in labels]
