"""Cycles by name and by signature, and what to cut."""

import enum
import functools
import gc
import random
import re
import sys
import types
import weakref

import helpers.hostile_private  # noqa: F401 (its objects are among HOSTILE)
import pytest
from helpers.hostile import HOSTILE, watched
from helpers.processes import run

import refcycle
from refcycle import ObjectGraph
from refcycle._cycles import groups as groups_of_cycles
from refcycle._cycles.groups import first_groups
from refcycle.cycles import CycleList
from refcycle.directed_graph import DirectedGraph

# On that version, an object shows its values in addition to its dict, and the dict shows none.
SHOWN_BY_ITSELF = sys.version_info[:2] == (3, 13)


class Parent:
    def __init__(self):
        self.children = []


class Child:
    def __init__(self, parent):
        self.parent = parent
        parent.children.append(self)


class Pair:
    pass


def family(size=1):
    parent = Parent()
    return [parent, parent.children, *(Child(parent) for _ in range(size))]


def graph_of(objects):
    """The objects and the dicts of their attributes, if any."""
    dicts = [found for obj in objects for found in gc.get_referents(obj) if type(found) is dict]
    return ObjectGraph([*objects, *dicts])


def only_cycle(objects):
    [cycle] = graph_of(objects).cycles()
    return cycle


CHILD = f"{__name__}.Child.parent"
FAMILY = f"{CHILD} -> {__name__}.Parent.children -> list[*]"


def test_the_names_of_a_family():
    parent, children, child = objects = family()
    cycle = only_cycle(objects)
    assert cycle.signature == FAMILY.replace(" -> list[*]", "") + " -> list[*]"
    assert cycle.text == "Child.parent -> Parent.children -> list[0] -> Child"
    found = [obj for obj in cycle.objects if type(obj) is not dict]
    assert [id(obj) for obj in found] == [id(child), id(parent), id(children)]
    assert str(cycle) == cycle.text
    assert repr(cycle) == f"<Cycle of {len(cycle)} objects: {cycle.text}>"
    assert cycle.graph.vertex_equal(cycle.graph.cycles()[0].objects[0], child)


def test_a_signature_has_no_numbers_and_no_order():
    for seed in range(20):
        shuffler = random.Random(seed)
        objects = family(size=seed + 1)
        shuffler.shuffle(objects)
        assert only_cycle(objects).signature == FAMILY


def test_a_dict_of_an_object_is_no_step():
    one, other = Pair(), Pair()
    one.other, other.other = other, one
    without = only_cycle([one, other]).signature
    assert one.__dict__ is not other.__dict__
    with_dicts = only_cycle([one, other])
    assert with_dicts.signature == without == f"{__name__}.Pair.other -> {__name__}.Pair.other"
    assert sum(type(obj) is dict for obj in with_dicts.objects) == (0 if SHOWN_BY_ITSELF else 2)


def test_an_object_whose_dict_refers_to_it():
    alone = Pair()
    alone.itself = alone
    assert alone.__dict__
    cycle = only_cycle([alone])
    assert (cycle.text, cycle.cut().names) == ("Pair.itself -> Pair", ("Pair.itself",))


@pytest.mark.skipif(SHOWN_BY_ITSELF, reason="the dict of an object shows nothing")
def test_a_dict_that_stands_for_itself():
    # It belongs to some object, but the cycle does not go through that object.
    owner = Pair()
    namespace = vars(owner)
    namespace["itself"] = namespace
    [cycle] = ObjectGraph([owner, namespace]).cycles()
    assert cycle.text == "dict['itself'] -> dict"


@pytest.mark.parametrize(
    ("key", "signature"),
    [
        ("word", "dict[*]"),
        ("user1", "dict[*]"),
        ("two words", "dict[*]"),
        (7, "dict[*]"),
        ((1, "a"), "dict[*]"),
        ("x" * 50, "dict[*]"),
    ],
)
def test_keys_that_may_vary_are_left_out(key, signature):
    table = {}
    table[key] = table
    [cycle] = ObjectGraph([table]).cycles()
    assert cycle.signature == signature


def test_of_several_shortest_cycles_the_smallest_signature():
    first, second, third = (type(name, (Pair,), {})() for name in ("B", "A", "C"))
    first.next, second.next, third.next = second, third, first
    first.back, second.back, third.back = third, first, second
    signatures = set()
    for objects in ([first, second, third], [third, second, first], [second, third, first]):
        signatures.add(only_cycle(objects).signature)
    assert signatures == {f"{__name__}.A.back -> {__name__}.B.next"}


def test_parallel_references_have_the_smallest_name():
    one, other = Pair(), Pair()
    one.zeta = one.alpha = other
    other.back = one
    assert only_cycle([one, other]).text == "Pair.alpha -> Pair.back -> Pair"


def test_functions_frames_and_classes_have_their_names():
    def outer():
        def inner():
            return inner

        return inner

    inner = outer()
    [cycle] = ObjectGraph([inner, inner.__closure__, inner.__closure__[0]]).cycles()
    assert cycle.signature == "function inner.__closure__ -> tuple[*] -> cell.cell_contents"

    def careless():
        kept = None
        try:
            raise ValueError
        except ValueError as error:
            kept = error
        return kept

    error = careless()
    traceback = error.__traceback__
    [cycle] = ObjectGraph([error, traceback, traceback.tb_frame]).cycles()
    assert cycle.text == (
        "ValueError.__traceback__ -> traceback.tb_frame -> frame careless local 'kept' "
        "-> ValueError"
    )
    assert cycle.cut().references[0].advice == (
        "delete the local `kept` of frame careless "
        f"(test_cycles.py:{careless.__code__.co_firstlineno}) in a `finally` block"
    )

    made = type("Made", (), {})
    graph = ObjectGraph([made, made.__mro__])
    assert graph.cycles() == []
    [cycle] = graph.cycles(classes=True)
    assert cycle.text == "class Made.__mro__ -> tuple[0] -> class Made"
    assert "every class is in a cycle" in str(cycle.cut())


def test_a_subclass_of_a_container_has_its_own_name():
    tree = type("Tree", (list,), {})()
    tree.append(tree)
    [cycle] = ObjectGraph([tree]).cycles()
    assert cycle.text == "Tree[0] -> Tree"


def test_components_come_before_what_they_lead_to():
    first, second = [], []
    first += [first, second]
    second.append(second)
    cycles = ObjectGraph([second, first, []]).cycles()
    assert [
        cycle.objects[0] is obj for cycle, obj in zip(cycles, (first, second), strict=True)
    ] == [True] * 2
    assert len(cycles) == 2


def test_no_cycle():
    assert ObjectGraph().cycles() == []
    assert ObjectGraph([[], [[]]]).cycles() == []


def test_the_cut_is_the_reference_back_however_many_there_are():
    for size in (1, 2, 100):
        cut = only_cycle(family(size)).cut()
        [named] = cut.references
        assert named.name == "Child.parent"
        assert named.advice == "make `Child.parent` a weak reference"
        assert len(named.edges) == size
        assert cut.exact
        assert cut.lower_bound == pytest.approx(cut.cost)
        ending = "" if size == 1 else f" ({size} references)"
        assert str(cut) == named.advice + ending


def test_the_smallest_cut_counts_references():
    cut = only_cycle(family(10)).cut(smallest=True)
    assert (cut.names, len(cut.edges), cut.cost, cut.exact) == (("Parent.children",), 1, 1, True)


def without(graph, edges):
    kept = [edge for edge in graph.edges if edge not in edges]
    pairs = [(id(graph.tail(edge)), id(graph.head(edge))) for edge in kept]
    return DirectedGraph.from_edge_pairs({v for pair in pairs for v in pair}, pairs)


@pytest.mark.parametrize("smallest", [False, True])
def test_without_the_cut_there_is_no_cycle(smallest):
    for seed in range(30):
        choose = random.Random(seed)
        objects = [Pair() for _ in range(8)]
        for obj in objects:
            for name in choose.sample("abcdefgh", 3):
                setattr(obj, name, choose.choice(objects))
        for cycle in graph_of(objects).cycles():
            cut = cycle.cut(smallest=smallest)
            edges = set(cut.edges)
            assert not without(cycle.graph, edges).cyclic_components()
            assert cut.lower_bound <= cut.cost + 1e-9
            # Each is needed, except for parallel ones, which come together.
            ends = {
                edge: (id(cycle.graph.tail(edge)), id(cycle.graph.head(edge))) for edge in edges
            }
            for edge in edges:
                back = {other for other in edges if ends[other] == ends[edge]}
                assert without(cycle.graph, edges - back).cyclic_components()


def test_the_advice_fits_what_is_referred_to():
    class Slotted:
        __slots__ = ("other",)

    one, other = Slotted(), Slotted()
    one.other, other.other = other, one
    assert "`__weakref__` slot" in str(only_cycle([one, other]).cut())

    caller = Pair()
    caller.callback = types.MethodType(lambda self: None, caller)
    cut = only_cycle([caller, caller.callback.__self__, vars(caller)["callback"]]).cut()
    assert str(cut) == ("make `Pair.callback` a property that binds the method when it is read")

    registry = Pair()
    registry.by_name = {"x": Pair()}
    registry.by_name["x"].registered = registry.by_name
    cycle = only_cycle([registry.by_name, registry.by_name["x"]])
    assert cycle.cut().names == ("Pair.registered['x']",)


def test_a_ring_is_cut_open_both_ways():
    ring = [Pair() for _ in range(5)]
    for here, there in zip(ring, ring[1:] + ring[:1], strict=True):
        here.next, there.previous = there, here
    cut = only_cycle(ring).cut()
    assert [(named.name, len(named.edges)) for named in cut.references] == [
        ("Pair.previous", 4),
        ("Pair.next", 1),
    ]
    ending = "make `Pair.next` a weak reference if something else holds the Pair"
    assert str(cut).endswith(f"(4 references), and {ending}")
    assert cut.exact


def test_equal_cuts_are_the_same_in_every_order():
    names = set()
    for seed in range(10):
        ring = [type(name, (Pair,), {})() for name in "ABCD"]
        for here, there in zip(ring, ring[1:] + ring[:1], strict=True):
            here.link = there
        random.Random(seed).shuffle(ring)
        names.add(only_cycle(ring).cut().names)
    # The reference that closes the ring leads to the oldest one.
    assert names == {("D.link",)}


class Owner:
    def __init__(self, part):
        self.a_part = self.z_part = part(self)


class First:
    def __init__(self, owner):
        self.m_link = owner


class Last(First):
    pass


@pytest.mark.parametrize("part", [First, Last])
def test_the_owner_is_the_one_that_was_created_first(part):
    """Whatever the names of the attributes and the classes are."""

    def make():
        Owner(part)

    [cycle] = refcycle.cycles_created_by(make).cycles()
    assert cycle.cut().names == (f"{part.__name__}.m_link",)
    # Up to 3.10, the code does not tell that the owner makes the part.
    condition = " if something else holds the Owner" if sys.version_info < (3, 11) else ""
    assert str(cycle.cut()) == f"make `{part.__name__}.m_link` a weak reference{condition}"


def test_the_owner_is_the_one_that_is_held_from_outside():
    part = First(None)
    owner = Pair()
    owner.a_link, part.m_link = part, owner
    del part
    # Created last, and the only one with a name here.
    [cycle] = [found for found in refcycle.snapshot().cycles() if owner in found.graph]
    assert cycle.cut().names == ("First.m_link",)
    del cycle
    part, owner.a_link.m_link = owner.a_link, owner
    del owner
    [cycle] = [found for found in refcycle.snapshot().cycles() if part in found.graph]
    assert cycle.cut().names == ("Pair.a_link",)


def test_a_file_does_not_say_which_is_older(tmp_path):
    owner = Owner(First)
    del owner.z_part
    graph_of([owner, owner.a_part]).save(tmp_path / "heap.refcycle")
    [cycle] = refcycle.load(tmp_path / "heap.refcycle").cycles()
    assert str(cycle.cut()) == (
        "make `First.m_link` a weak reference if something else holds the Owner, "
        "or else make `Owner.a_part` a weak reference"
    )


def test_what_cannot_be_assigned_is_not_cut():
    owner = Pair()
    owner.weak = weakref.ref(owner, types.MethodType(lambda self, weak: None, owner))
    [callback] = [obj for obj in gc.get_referents(owner.weak) if type(obj) is types.MethodType]
    cycle = only_cycle([owner, owner.weak, callback])
    [named] = cycle.cut().references
    assert named.advice.endswith("refer to the Pair weakly too")
    assert len(cycle.cut(smallest=True).edges) == 1

    class Described:
        pass

    descriptor = Described.__dict__["__dict__"]
    Described.every = [Described()]
    parts = [Described, descriptor, Described.__mro__, Described.every, *Described.every]
    graph = graph_of(parts)
    [cycle] = graph.cycles()
    assert "__mro__" not in str(cycle.cut().names)
    assert "__objclass__" not in str(cycle.cut().names)
    assert [name for name in cycle.cut(classes=True).names if "__mro__" in name]


def test_one_reference_that_is_not_cut_does_not_cost_less_among_many():
    owners = [Pair() for _ in range(2000)]
    for owner, following in zip(owners, owners[1:] + owners[:1], strict=True):
        owner.call = functools.partial(print, following)
    del owner, following
    objects = [*owners, *(owner.call for owner in owners), *(o.call.args for o in owners)]
    names = only_cycle(objects).cut().names
    assert names == ("partial.args",)


@pytest.mark.parametrize("untracked", [False, True])
def test_the_cycles_of_classes_are_left_out(untracked):
    class Color(enum.Enum):
        RED = 1

    class Local:
        def __init__(self):
            super().__init__()

    class Registered:
        every = []

    Registered.every.append(Registered())
    graph = refcycle.snapshot(untracked=untracked)
    parts = [found.graph for found in graph.cycles()]
    assert not any(Color in part or Local in part for part in parts if len(part) < 1000)
    with_classes = graph.cycles(classes=True)
    assert len(parts) < len(with_classes)
    del parts, with_classes
    near = graph.full_subgraph([*graph.descendants(Registered, 3)])
    assert [found for found in near.cycles() if Registered in found.graph]


def test_simple_cycles_come_shortest_first_and_one_by_one():
    nodes = [Pair() for _ in range(6)]
    for node in nodes:
        node.others = nodes
    cycle = only_cycle([*nodes, nodes])
    found = list(cycle.simple_cycles())
    assert {simple.signature for simple in found} == {f"{__name__}.Pair.others -> list[*]"}
    assert {simple.text for simple in found} == {
        f"Pair.others -> list[{place}] -> Pair" for place in range(6)
    }
    assert len(found) == 6
    assert len(list(cycle.simple_cycles(2))) == 2
    assert list(cycle.simple_cycles(max_length=1)) == []

    everyone = [[] for _ in range(12)]
    for one in everyone:
        one += everyone
    # There are more than 10^8 of them.
    lazily = ObjectGraph(everyone).cycles()[0].simple_cycles()
    lengths = [len(next(lazily).objects) for _ in range(12 + 66 + 1)]
    assert lengths == [1] * 12 + [2] * 66 + [3]


def test_bad_limits():
    cycle = only_cycle(family())
    with pytest.raises(ValueError, match="limit must not be negative, but is -1"):
        cycle.simple_cycles(-1)
    with pytest.raises(ValueError, match="max_length must not be negative, but is -2"):
        cycle.simple_cycles(max_length=-2)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_code_runs(name):
    obj = HOSTILE[name]()
    holder = [obj]
    holder.append(holder)
    reachable = refcycle.objects_reachable_from(holder)
    near = reachable.descendants(holder, 4)
    with watched() as touched:
        for cycle in [*near.cycles(), *ObjectGraph([holder, obj]).cycles()]:
            str(cycle.cut())
            list(cycle.simple_cycles(3))
            assert cycle.signature
            assert cycle.objects
    assert touched == []


SIGNATURES = """
import gc, random, refcycle
class Node:
    pass
gc.collect()
gc.disable()
rubbish = [object() for _ in range(random.randrange(1000))]
nodes = [Node() for _ in range(5)]
random.shuffle(nodes)
for here, there in zip(nodes, nodes[1:]):
    here.next, there.previous = there, here
del nodes, here, there
[cycle] = refcycle.garbage_preview().cycles()
print(cycle.signature, "|", cycle.cut().names)
"""


@pytest.fixture
def a_module(monkeypatch):
    """A module with a function, the function, and a way to import the module."""
    module = types.ModuleType("kept_by_modules")
    exec("def function(): pass", vars(module))
    return module, lambda: monkeypatch.setitem(sys.modules, module.__name__, module)


class TestModules:
    """No cut is advised for a component that modules keep alive."""

    KEPT = "kept alive by modules; no cut is advised"

    def test_of_an_imported_module_nothing_is_cut(self, a_module):
        module, imported = a_module
        imported()
        graph = ObjectGraph([module, vars(module), module.function])
        [cycle] = graph.cycles()
        cut = cycle.cut()
        assert cycle.is_kept_by_modules
        assert (cut.references, cut.edges, cut.cost, str(cut)) == ((), (), 0, self.KEPT)
        assert str(graph.cycles()).splitlines() == [
            "1 cycle",
            "2 objects: function function.__globals__ -> dict['function'] -> function function",
            f"  {self.KEPT}",
        ]
        assert self.KEPT in graph.cycles()._repr_mimebundle_()["text/html"]
        svg = cycle.to_svg()
        assert self.KEPT in svg and "Fix" not in svg and "reference to cut" not in svg
        # Whoever asks for the fewest references gets them, and no advice to cut them.
        fewest = cycle.cut(smallest=True)
        [name] = fewest.names
        said = f"{self.KEPT}; cutting 1 reference leaves no cycle: `{name}`"
        assert len(fewest.edges) == 1 and str(fewest) == said

    def test_a_module_that_is_not_imported_is_like_any_object(self, a_module):
        module, _ = a_module
        [cycle] = ObjectGraph([module, vars(module), module.function]).cycles()
        assert not cycle.is_kept_by_modules
        assert len(cycle.cut().edges) == 1

    def test_nor_is_anything_for_what_modules_hold_from_outside(self):
        cycle = only_cycle(family())
        assert not cycle.is_kept_by_modules
        assert str(cycle.cut()) == "make `Child.parent` a weak reference"

    def test_a_file_says_the_same(self, a_module, tmp_path):
        module, imported = a_module
        imported()
        parts = [module, vars(module), module.function]
        path = tmp_path / "heap"
        # A part without `sys.modules` tells that something outside holds the module.
        for others in ([sys.modules], []):
            ObjectGraph([*others, *parts]).save(path)
            [cycle] = refcycle.load(path).cycles()
            assert cycle.is_kept_by_modules
            assert str(cycle.cut()) == self.KEPT

    def test_in_a_file_a_module_that_is_not_imported_is_like_any_object(self, a_module, tmp_path):
        module, _ = a_module
        path = tmp_path / "heap"
        ObjectGraph([sys.modules, module, vars(module), module.function]).save(path)
        [cycle] = refcycle.load(path).cycles()
        assert not cycle.is_kept_by_modules
        assert len(cycle.cut().edges) == 1


def test_two_runs_agree():
    outputs = {run(SIGNATURES) for _ in range(3)}
    expected = "__main__.Node.next -> __main__.Node.previous | ('Node.previous',)\n"
    assert outputs == {expected}


def test_feedback_arc_set_and_cycles_of_other_graphs():
    graph = DirectedGraph.from_edge_pairs("abcd", ["ab", "bc", "ca", "bd", "da"])
    found = graph.feedback_arc_set()
    assert (found.edges, found.weight, found.lower_bound, found.is_optimal) == ([0], 1, 1, True)
    assert len(found) == 1
    assert repr(found) == "<FeedbackArcSet: 1 edge, proved to be the least>"
    weighed = graph.feedback_arc_set([5, 1, 1, 1, 1])
    assert (weighed.weight, len(weighed)) == (2, 2)
    weighed = graph.feedback_arc_set([5, 1.5, 1, 2, 1])
    text = "<FeedbackArcSet: 2 edges of weight 2.5, proved to be the least>"
    assert (weighed.weight, repr(weighed)) == (2.5, text)
    vertices = graph.feedback_vertex_set()
    assert repr(vertices) == "<FeedbackVertexSet: 1 vertex, proved to be the least>"
    assert graph.annotated().feedback_arc_set().edges[0].id == 0
    assert DirectedGraph.from_edge_pairs("ab", ["ab"]).feedback_arc_set().edges == []
    assert ObjectGraph().feedback_arc_set().edges == []
    assert list(ObjectGraph([[]]).simple_cycles()) == []
    assert list(graph.simple_cycles(max_length=2)) == []
    # The edges of a part have the numbers of the whole.
    part = DirectedGraph.from_edge_pairs("xab", ["xx", "ab", "ba"]).full_subgraph("ab")
    assert part.feedback_arc_set([1, 2]).edges == [1]
    for weights in ([1], [1] * 6, [-1, 1, 1, 1, 1], [float("nan"), 1, 1, 1, 1]):
        with pytest.raises(ValueError):
            graph.feedback_arc_set(weights)
    with pytest.raises(TypeError):
        graph.feedback_arc_set(["a"] * 5)
    with pytest.raises(ValueError, match="max_length must not be negative, but is -1"):
        graph.simple_cycles(-1)


class Loop:
    __slots__ = ("me", *(f"of_{number}" for number in range(12)))


def lone_loops(*names):
    """Return a graph of objects, each with an attribute that refers to the object itself."""
    loops = [Loop() for _ in names]
    for loop, name in zip(loops, names, strict=True):
        setattr(loop, name, loop)
    return ObjectGraph(loops)


def test_equal_cycles_are_grouped_before_the_limit():
    cycles = lone_loops(*(f"of_{number % 12}" for number in range(36))).cycles()
    printed = str(cycles)
    assert printed.startswith("36 cycles in 12 groups, the first 10 shown\n")
    assert len(re.findall(r"^3 cycles of 1 object: Loop\.of_\d+ -> Loop$", printed, re.M)) == 10
    assert printed.endswith("\nand 2 more groups")
    page = cycles._repr_mimebundle_()["text/html"]
    assert "36 cycles in 12 groups, the first 10 shown" in page and "and 2 more groups" in page
    groups, count = first_groups(cycles, 100)
    assert ([len(group.sizes) for group in groups], count) == ([3] * 12, 12)
    assert "shown" not in str(cycles[:0]) and str(CycleList(cycles[:3])).count("to cut it") == 3


def test_a_fix_of_one_cycle_is_not_said_of_others():
    """The shortest cycle is the same, but the second one has another cycle too."""
    lone, larger, part = Loop(), Loop(), Loop()
    lone.me = lone
    larger.me, larger.of_1, part.of_2 = larger, part, larger
    printed = str(ObjectGraph([lone, larger, part]).cycles())
    assert re.search(r"^2 cycles of 1 to 2 objects: Loop\.me -> Loop$", printed, re.M)
    assert "to cut the first: " in printed and "to cut it" not in printed


def test_large_cycles_are_compared_as_long_as_it_takes_little_time(monkeypatch):
    monkeypatch.setattr(groups_of_cycles, "_MOST_OBJECTS_COMPARED", 4)
    printed = str(lone_loops(*["me"] * 8).cycles()).splitlines()
    assert printed[-1] == "3 more cycles, not compared with the first 5"


def test_of_very_many_cycles_only_the_first_are_compared(monkeypatch):
    monkeypatch.setattr(groups_of_cycles, "_MOST_COMPARED", 5)
    cycles = lone_loops(*["me"] * 8).cycles()
    printed = str(cycles).splitlines()
    assert printed[0] == "8 cycles"
    assert printed[1].startswith("5 cycles of ")
    assert printed[-1] == "3 more cycles, not compared with the first 5"
