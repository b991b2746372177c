"""A cut never proposes a reference that is the only one to an object in use."""

import functools
import gc
import io
import sys
import weakref

import pytest

import refcycle


class Thing:
    pass


def cut_of(make):
    """The cut of the only cycle that a call leaves behind."""
    [cycle] = refcycle.cycles_created_by(make).cycles()
    return str(cycle.cut())


# ---------------------------------------------------------------- links between two instances


class Client:
    def __init__(self, transport=None):
        if transport is None:
            self.transport = Transport(self)
        else:
            self.transport = transport
            transport.client = self


class Transport:
    def __init__(self, client=None):
        self.client = client


class Engine:
    def __init__(self):
        self.pool = self.make_pool()

    def make_pool(self):
        return Pool(self)


class Pool:
    def __init__(self, engine):
        self.engine = engine


class Parser:
    document = None

    def set_document(self, document):
        self.document = document


class Text:
    def __init__(self, parser):
        self.parser = parser
        parser.set_document(self)


class Formatter:
    def __init__(self):
        self.axis = Dummy()

    def set_axis(self, axis):
        self.axis = axis


class Dummy:
    pass


class Axis:
    def __init__(self, formatter):
        self.formatter = formatter
        formatter.set_axis(self)


class Lazy:
    @functools.cached_property
    def fields(self):
        return Fields(self)


class Fields:
    def __init__(self, serializer):
        self.serializer = serializer


class Value:
    def __init__(self):
        self.contexts = {}

    def as_context(self):
        return self.contexts.setdefault(1, Context(self))


class Context:
    def __init__(self, value):
        self.value = value


class Figure:
    def __init__(self):
        Canvas(self)

    def set_canvas(self, canvas):
        self.canvas = canvas


class Canvas:
    def __init__(self, figure):
        self.figure = figure
        figure.set_canvas(self)


class Endpoint:
    def __init__(self, callback):
        self.callback = callback


class Caller:
    def __init__(self):
        self.endpoint = Endpoint(self.answer)

    def answer(self):
        pass


@pytest.mark.parametrize(
    ("make", "advice"),
    [
        # Created by the owner, or passed to it and given a reference back.
        (Client, "make `Transport.client` a weak reference"),
        (lambda: Client(Transport()), "make `Transport.client` a weak reference"),
        (Engine, "make `Pool.engine` a weak reference"),
        (lambda: Text(Parser()), "make `Parser.document` a weak reference"),
        # The object that is created first is of another class.
        (lambda: Axis(Formatter()), "make `Formatter.axis` a weak reference"),
        (lambda: Lazy().fields, "make `Fields.serializer` a weak reference"),
        # It may be in use when its creator is not.
        (
            lambda: Value().as_context(),
            "make `Context.value` a weak reference if something else holds the Value",
        ),
        (Caller, "hold the method in `Endpoint.callback` by a weakref.WeakMethod"),
    ],
)
def test_the_reference_back_is_cut(make, advice):
    assert cut_of(make) == advice


def test_the_two_links_of_a_pair_that_a_function_makes():
    def make():
        one, other = Thing(), type("Other", (Thing,), {})()
        one.link, other.link = other, one

    # Only the order of creation decides.
    [cycle] = [
        found for found in refcycle.cycles_created_by(make).cycles() if len(found.objects) < 5
    ]
    assert str(cycle.cut()) in (
        "make `Other.link` a weak reference if something else holds the Thing, "
        "or else make `Thing.link` a weak reference",
        "make `Thing.link` a weak reference if something else holds the Other, "
        "or else make `Other.link` a weak reference",
    )


def test_what_is_cut_instead_breaks_all_cycles_of_the_object_that_they_share():
    def make():
        shared, one, other = Thing(), type("Part", (Thing,), {})(), type("Part", (Thing,), {})()
        one.whole, other.whole = shared, shared
        shared.left, shared.right = one, other

    [cycle] = [
        found for found in refcycle.cycles_created_by(make).cycles() if len(found.objects) < 9
    ]
    [back, *instead] = str(cycle.cut()).split(", or else ")
    assert back.startswith("make `Part.whole` a weak reference")
    both = "make `Thing.left` a weak reference and make `Thing.right` a weak reference"
    assert instead == [f"{both} (2 references of `Part.whole`)"]


def test_two_that_tell_each_other_who_they_are():
    # Up to 3.10, each instance has a dict, and these tell who was created first.
    [first, *rest] = cut_of(Figure).split(" if ")
    assert first == "make `Canvas.figure` a weak reference"
    assert rest == [
        "something else holds the Figure, or else make `Figure.canvas` a weak reference"
    ] or (sys.version_info < (3, 11) and rest == [])


def test_an_object_that_refers_to_itself():
    def make():
        alone = Thing()
        alone.parent = alone

    assert cut_of(make) == (
        "make `Thing.parent` a weak reference, or remove it: it refers to its own object"
    )


def test_what_something_outside_holds_is_not_lost():
    """The object in between is held by the object in use, whatever its attributes are called."""
    kept, part = Thing(), Thing()
    kept.parent, part.link = part, kept
    del part
    [cycle] = [found for found in refcycle.snapshot().cycles() if kept in found.graph]
    assert cycle.cut().names == ("Thing.link",)


# ---------------------------------------------------------------- objects without weak references


class Headers:
    def __init__(self, environ):
        self.environ = environ


class Slots:
    __slots__ = ("other",)


def test_a_dict_or_a_tuple_is_never_held_weakly():
    def make():
        environ = {"text": "a"}
        environ["headers"] = Headers(environ)

    assert cut_of(make) == (
        "do not store the Headers in its own `Headers.environ`: add it where that is read, or "
        "hold it there by a weak reference"
    )

    def of_defaultdict():
        import collections

        held = Thing()
        held.table = collections.defaultdict(Thing)
        held.table["other"] = other = Thing()
        other.table = held.table

    assert "__weakref__" not in cut_of(of_defaultdict)
    assert "a weak reference" not in cut_of(of_defaultdict).replace("by a weak reference", "")

    def of_slots():
        one, other = Slots(), Slots()
        one.other, other.other = other, one

    assert "(give Slots a `__weakref__` slot)" in cut_of(of_slots)

    class Pair(tuple):
        pass

    def of_tuple():
        thing = Thing()
        thing.pair = Pair([thing])

    assert cut_of(of_tuple) == (
        "do not store the Thing in its own `Thing.pair`: add it where that is read, or hold it "
        "there by a weak reference"
    )


def test_methods_in_attributes():
    def of_its_own():
        thing = Caller()
        del thing.endpoint
        thing.call = thing.answer

    assert cut_of(of_its_own) == (
        "make `Caller.call` a property that binds the method when it is read"
    )

    class File(io.StringIO):
        pass

    def built_in():
        file = File()
        file.put = file.write

    # WeakMethod raises TypeError for these.
    assert (
        cut_of(built_in) == "delete `File.put`, and call `write` of the object where it is needed"
    )


def test_methods_in_containers():
    def of_its_own():
        thing = Caller()
        del thing.endpoint
        thing.rules = {"answer": thing.answer}

    assert cut_of(of_its_own) == (
        "store functions of the class or names in `Caller.rules`, not methods of the object itself"
    )

    def in_tuples():
        thing = Caller()
        del thing.endpoint
        thing.rules = {"answer": ("a", thing.answer)}

    assert cut_of(in_tuples) == (
        "in `Caller.rules['answer']`, use functions that refer to the Caller weakly, not methods"
    )

    def of_another():
        source, listener = Thing(), Caller()
        del listener.endpoint
        source.listeners = [listener.answer]
        listener.source = source

    assert cut_of(of_another) == (
        "make `Caller.source` a weak reference if something else holds the Thing, or else hold "
        "the methods in `Thing.listeners` by weakref.WeakMethod"
    )


# ---------------------------------------------------------------- items


def test_items_that_only_a_container_holds():
    def make():
        tree = Thing()
        tree.nodes = [Thing(), Thing()]
        for node in tree.nodes:
            node.nodes = tree.nodes

    assert "weak" not in cut_of(make)

    def of_itself():
        thing = Thing()
        thing.clones = {thing}

    assert cut_of(of_itself) == (
        "do not store the Thing in its own `Thing.clones`: add it where that is read, or hold it "
        "there by a weak reference"
    )


def test_a_dict_that_is_its_own_namespace():
    class Namespace(dict):
        def __init__(self):
            self.__dict__ = self

    cut = cut_of(Namespace)
    assert cut == "give Namespace a `__getattr__`, not itself as `__dict__`"


# ---------------------------------------------------------------- functions


def test_a_nested_function_that_calls_itself():
    def make():
        def scan(depth):
            return depth and scan(depth - 1)

        scan(1)

    assert cut_of(make).endswith(
        "move function scan to the module or make it a method: it calls itself in its closure"
    )


class Widget:
    def __init__(self):
        self.redraw = lambda: self

    def partially(self):
        del self.redraw
        self.again = functools.partial(print, self)
        return self


def test_closures_and_partials_of_the_object_itself():
    assert cut_of(Widget) == ("let function <lambda> refer to the Widget by a weak reference")
    assert cut_of(lambda: Widget().partially()) == (
        "let the partial in `Widget.again` refer to the Widget by a weak reference"
    )


def test_callbacks_of_weak_references():
    def make():
        thing, watched = Thing(), Thing()
        thing.watched = watched
        watched.cache = {}
        watched.cache[1] = weakref.ref(watched, lambda _, cache=watched.cache: cache.clear())
        watched.cache[2] = watched

    assert "__callback__" not in cut_of(make)

    def plain():
        thing = Thing()
        thing.weak = weakref.ref(thing, lambda _: thing)

    assert cut_of(plain).endswith("refer to the Thing weakly too")


# ---------------------------------------------------------------- classes


def test_a_class_that_is_made_at_each_call():
    def make():
        class Model:
            pass

        Model.manager = Thing()
        Model.manager.model = Model

    name = f"{test_a_class_that_is_made_at_each_call.__name__}.<locals>.make"
    assert cut_of(make) == (
        f"define class Model outside `{name}`, once: every class is in a cycle with itself"
    )

    def by_a_call():
        made = type("Model", (), {})
        made.manager = Thing()
        made.manager.model = made

    assert cut_of(by_a_call) == (
        "create class Model only once: every class is in a cycle with itself"
    )


def test_the_body_of_a_class_is_no_cycle_of_the_program():
    def make():
        class Annotated:
            field: "Annotated"

        return Annotated()

    assert refcycle.cycles_created_by(make).cycles() == []


def test_no_object_lives_longer_after_a_cut():
    gc.collect()
    [cycle] = refcycle.cycles_created_by(Client).cycles()
    weak = weakref.ref(cycle.objects[0])
    assert cycle.cut().names
    del cycle
    gc.collect()
    assert weak() is None


@pytest.mark.skipif(
    sys.version_info < (3, 11), reason="its frame is an object that has the locals"
)
def test_a_generator_that_holds_itself_is_to_be_closed():
    def numbers(into):
        yield into

    into = []
    into.append(numbers(into))
    next(into[0])
    [cycle] = refcycle.ObjectGraph([into, into[0]]).cycles()
    advice = {reference.name: reference.advice for reference in cycle.cut().references}
    assert list(advice.values()) == [
        "call `close()` of generator numbers when it is no longer needed"
    ]
