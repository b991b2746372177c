"""The change that a cut proposes for each kind of reference, and where it must not appear."""

import collections
import functools
import weakref

import refcycle
from refcycle._cycles.closing import is_handed_out
from refcycle.cuts import Cut, NamedReference


class Thing:
    pass


def cut_of(make):
    """The cut of the only cycle that a call leaves behind."""
    [cycle] = refcycle.cycles_created_by(make).cycles()
    return str(cycle.cut())


def linked(parent, child):
    parent.children = [child]
    child.parent = parent


# ---------------------------------------------------------------- methods that end the use


class Node:
    def unlink(self):
        for child in self.children:
            child.parent = None
        self.parent = self.children = None


class Leaf(Node):
    def unlink(self):
        self.text = None
        super().unlink()


class Tag:
    def decompose(self):
        self.__dict__.clear()


class Kept(Thing):
    def unlink(self):
        if self.parent is None:
            self.parent = self.other


def test_a_method_that_exists_to_break_the_cycle_is_called():
    expected = "call `Node.unlink()` when the objects are no longer needed"
    assert cut_of(lambda: linked(Node(), Node())) == expected
    assert cut_of(lambda: linked(Node(), Leaf())) == expected
    assert cut_of(lambda: linked(Tag(), Tag())) == expected.replace("Node.unlink", "Tag.decompose")
    assert cut_of(lambda: linked(Thing(), Kept())) == "make `Kept.parent` a weak reference"


class Pool:
    def __init__(self):
        self.items = []

    def close(self):
        self.is_closed = True


class Heap:
    def __init__(self):
        self.items = []

    def close(self):
        """A hook for subclasses."""


class Part:
    def __init__(self, make):
        self.pool = make()
        self.pool.items.append(self)


def test_what_only_its_owner_holds_is_cleared_when_the_owner_is_closed():
    assert cut_of(lambda: Part(Pool)) == "clear `Pool.items` in `Pool.close`"
    assert cut_of(lambda: Part(Heap)) == (
        "no safe change is known: only `Part.pool` holds its object"
    )


class Request:
    def __init__(self):
        self.environ = {}
        self.headers = Headers(self.environ)
        self.environ["request"] = self

    def close(self):
        self.is_closed = True


class Plain(Request):
    close = None


class Headers:
    def __init__(self, environ):
        self.environ = environ


def test_an_item_of_a_shared_container_is_removed_when_it_is_closed():
    assert cut_of(Request) == "remove the Request from `Request.environ` in `Request.close`"
    assert "close" not in cut_of(Plain)


# ---------------------------------------------------------------- containers


class Value:
    def __init__(self, owner):
        self._owners = {(owner, "name")}


class Model:
    def __init__(self):
        self.values = {"a": Value(self)}


def test_owners_in_a_container_are_held_weakly():
    assert cut_of(Model) == "hold the Model in `Value._owners` by a weak reference"

    def of_others():
        model = Model()
        value = model.values["a"]
        value.members = value.__dict__.pop("_owners")

    assert "weak" not in cut_of(of_others)


class Filter:
    def __init__(self, *parts):
        self.and_cache = {}
        self.parts = parts

    def __and__(self, other):
        self.and_cache[other.name] = found = Filter(self, other)
        return found


def test_a_cache_of_instances_holds_them_weakly():
    def make():
        one, other = Filter(), Thing()
        other.name = "other"
        one & other

    expected = "make `Filter.and_cache` a weakref.WeakValueDictionary"
    assert cut_of(make) == expected

    def with_other_values():
        one = Filter()
        one.and_cache["text"] = "not an object that can have weak references"
        one.and_cache["parts"] = Filter(one)

    assert "WeakValueDictionary" not in cut_of(with_other_values)

    def in_use():
        one = Filter()
        one.parts_by_name = one.__dict__.pop("and_cache")
        one.parts_by_name["a"] = Filter(one)

    assert "WeakValueDictionary" not in cut_of(in_use)


def test_lists_that_link_to_each_other():
    def make():
        root = []
        root[:] = [None, root, root]

    assert cut_of(make) == (
        "replace the lists that link to each other in `list` by objects of a class, so that one "
        "of their links can be weak (2 references)"
    )

    def apart():
        one, other = [], []
        one.append((other,))
        other.append((one,))

    assert "replace" not in cut_of(apart)


def test_an_object_in_a_tuple_of_its_own():
    def make():
        thing = Thing()
        thing.components = (thing, "text")

    assert cut_of(make) == (
        "do not store the Thing in its own `Thing.components`: add it where that is read, or hold "
        "it there by a weak reference"
    )

    class State:
        def __init__(self):
            self.arcs = {}

        def add(self, other, label):
            self.arcs[label] = other

    def as_an_argument():
        state = State()
        state.add(state, "a")

    # It is one of many that may be there.
    assert cut_of(as_an_argument) == "no safe change is known: only `State.arcs` holds its object"

    def as_a_key():
        thing = Thing()
        thing.implied = {thing: ()}

    # A dict that is searched by the object cannot do without it.
    assert cut_of(as_a_key) == "no safe change is known: only `Thing.implied` holds its object"


# ---------------------------------------------------------------- generated code


class Template:
    def __init__(self):
        namespace = {"template": self}
        exec("def root(): return template", namespace)
        self.render = namespace["root"]


def test_globals_of_generated_functions():
    advice = cut_of(Template)
    assert "remove function root from its own globals after `exec`" in advice
    assert "hold the Template in the globals of function root by a weak reference" in advice
    assert advice.count(", and ") == 1


def test_functions_of_a_module_stay_in_it():
    [cycle] = refcycle.ObjectGraph([linked, linked.__globals__]).cycles()
    assert "own globals" not in str(cycle.cut())


# ---------------------------------------------------------------- functions


class Sheet:
    def __init__(self):
        self.rows = collections.defaultdict(self.make)

    def make(self):
        return []


class OfClass(Sheet):
    def __init__(self):
        self.rows = collections.defaultdict(list)
        self.rows["a"].append(self.rows)


def test_factories_of_default_dicts():
    assert cut_of(Sheet) == (
        "in `Sheet.rows.default_factory`, use a function that refers to the Sheet weakly, not "
        "its method"
    )
    assert "default_factory" not in cut_of(OfClass)


class Axes:
    def __init__(self):
        self.children = []

    def add(self, child):
        self.children.append(child)
        child.remove = self.children.remove


class Axis:
    def __init__(self):
        self.children = [self]
        self.remove = self.children.remove


def test_a_method_of_a_container_of_another_object():
    def make():
        axes = Axes()
        for child in (Thing(), Thing()):
            axes.add(child)
            child.axes = axes

    expected = (
        "in `Thing.remove`, use a function that refers to the Axes weakly, not the method of "
        "`Axes.children`"
    )
    assert expected in cut_of(make)
    assert "not the method of" not in cut_of(Axis)


class Slots:
    __slots__ = ("call",)

    def __init__(self):
        self.call = lambda: self


class WithoutSlots:
    def __init__(self):
        self.call = lambda: self


def test_a_closure_of_an_object_with_slots():
    expected = "let function <lambda> refer to the {} by a weak reference"
    slot = " (give Slots a `__weakref__` slot)"
    assert cut_of(Slots) == expected.format("Slots") + slot
    assert cut_of(WithoutSlots) == expected.format("WithoutSlots")


def test_a_function_that_a_decorator_returned_is_not_moved():
    def make():
        def decorate(function):
            @functools.wraps(function)
            def wrapper():
                return wrapper.calls

            wrapper.calls = []
            return wrapper

        decorate(linked)

    def with_an_object():
        def decorate(function):
            thing = Thing()

            @functools.wraps(function)
            def wrapper():
                return thing

            thing.wrapper = wrapper

        decorate(linked)

    assert cut_of(with_an_object) == (
        "no safe change is known: only `Thing.wrapper` holds its object"
    )
    assert cut_of(make) == (
        "no safe change is known: function linked, which a decorator returned, uses itself"
    )


def test_a_callback_that_uses_a_method_of_a_container():
    def make():
        parents, watched = {}, Thing()
        parents[1] = weakref.ref(watched, lambda _, pop=parents.pop: pop(1, None))
        watched.parents = parents
        watched.me = watched

    def only_the_callback():
        parents = {}
        kept.parents = parents
        parents[1] = weakref.ref(kept, lambda _, pop=parents.pop: pop(1, None))
        del kept.parents

    kept = Thing()
    assert cut_of(only_the_callback) == (
        "let the callback of the weak reference, function <lambda>, refer weakly to the object "
        "that has the container, and not to the container or a method of it"
    )


# ---------------------------------------------------------------- directions


class Application:
    def make_environment(self):
        self.environment = self.environment_class(self)


class Environment:
    def __init__(self, application):
        self.application = application


Application.environment_class = Environment


def test_an_owner_that_finds_the_class_of_its_part_in_an_attribute():
    def make():
        Application().make_environment()

    assert cut_of(make) == "make `Environment.application` a weak reference"


class Forward:
    expression = None

    def set(self, expression):
        self.expression = expression


class Sequence:
    def __init__(self, parts):
        self.parts = parts


def test_a_link_that_probably_leads_to_what_it_owns_is_no_proposal():
    def make():
        forward = Forward()
        forward.expression = Sequence([forward])

    # What is found depends on who was created first, which up to 3.10 a `__dict__` tells.
    advice = cut_of(make)
    assert "make `Forward.expression` a weak reference" not in advice or " if " in advice


class Fake:
    def __init__(self):
        self._unique = Proxy(self)
        self.pages = [Page(self)]

    def get_page(self, number):
        return self.pages[number]


class WithProperty(Fake):
    def __init__(self):
        self._unique = Proxy(self)

    @property
    def unique(self):
        return self._unique


class Document:
    def __init__(self):
        self._body = Body(self)

    def body(self):
        return self._body


class Body:
    def __init__(self, parent):
        self.parent = parent


class Proxy:
    def __init__(self, proxied):
        self.proxied = proxied


class Page(Proxy):
    pass


def test_what_a_property_or_a_method_returns_may_be_in_use_without_its_maker():
    expected = "make `{}.proxied` a weak reference{}"
    assert cut_of(WithProperty) == expected.format(
        "Proxy", " if something else holds the WithProperty"
    )
    assert cut_of(Document) == (
        "make `Body.parent` a weak reference if something else holds the Document"
    )
    assert cut_of(Fake) == (
        "make `Page.proxied` a weak reference if something else holds the Fake, "
        "and make `Proxy.proxied` a weak reference"
    )


class Items:
    def at(self, key):
        return self.items[key]


class Amount:
    def plus(self, other):
        return self.amount + other


def test_a_sum_with_an_attribute_does_not_hand_it_out():
    assert is_handed_out(Items, "items")
    assert not is_handed_out(Amount, "amount")


# ---------------------------------------------------------------- as text


def test_equal_changes_of_many_classes_are_told_once():
    classes = [type(f"Part{number}", (Thing,), {}) for number in range(40)]

    def make():
        owner = Thing()
        owner.parts = [each() for each in classes]
        for part in owner.parts:
            part.owner = owner

    [cycle] = refcycle.cycles_created_by(make).cycles()
    cut = cycle.cut()
    assert len(cut.references) == 40
    assert str(cut) == "make `Part0.owner` a weak reference (and 39 more like it)"


def test_of_two_references_in_a_change_the_number_is_that_of_the_first():
    advice = "make `A.x` a weak reference if something else holds the B, or else make `B.y` one"
    one = NamedReference("A.x", advice, (1,))
    two = NamedReference("A.x", advice, (1, 2))
    other = NamedReference("C.x", advice.replace("A.x", "C.x"), (3,))
    assert (str(one), str(two)) == (advice, f"{advice} (2 references of `A.x`)")
    cut = Cut((one, other), 2.0, 2.0, exact=True, kinds=("x?", "x?"))
    assert str(cut) == f"{advice} (and 1 more like `A.x`)"


def test_the_smallest_cut_does_not_say_what_else_holds_the_objects():
    def make():
        owner, item = Thing(), Thing()
        owner.items, owner.others = [item], [item]
        item.items = [owner]

    [cycle] = refcycle.cycles_created_by(make).cycles()
    [reference] = cycle.cut(smallest=True).references
    assert str(reference).startswith("no safe change is known: the program may need `Thing.")


def test_what_cannot_be_changed_is_counted_after_the_changes():
    def make():
        owner, part = Thing(), Thing()
        owner.parts, part.owner = [part], owner
        for number in range(3):
            shared = [Slots.__new__(Slots)]
            shared[0].call = shared
            setattr(owner, f"shared_{number}", shared)
            part.__dict__[f"shared_{number}"] = shared

        for shared in (owner.shared_0, owner.shared_1, owner.shared_2):
            shared.append(owner)

    [cycle] = refcycle.cycles_created_by(make).cycles()
    first, *_, last = str(cycle.cut()).split(", and ")
    assert not first.startswith("no safe change")
    assert last.startswith("no safe change is known: only ")


def test_at_most_ten_kinds_of_changes_are_told():
    classes = [type(f"Part{number}", (Thing,), {}) for number in range(14)]

    def make():
        owner = Thing()
        owner.parts = [each() for each in classes]
        for number, part in enumerate(owner.parts):
            setattr(part, f"owner_{'abcdefghijklmn'[number]}_owner", owner)

    [cycle] = refcycle.cycles_created_by(make).cycles()
    text = str(cycle.cut())
    assert text.count("a weak reference") == 10
    assert text.endswith(", and 4 other changes")
