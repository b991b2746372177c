"""Why an object is alive: chains, cycles, C code, the caller's own variables."""

import gc
import sys
import threading

import helpers.hostile_private  # noqa: F401 (its objects are among HOSTILE)
import pytest
from helpers.hostile import HOSTILE, TOUCHED, watched
from helpers.leaks import give_back, leak
from helpers.processes import run

import refcycle
from refcycle import ObjectGraph

THIS = sys.modules[__name__]
REGISTRY = []
MODULE = f"sys.modules['{__name__}']"


class Target:
    pass


class Holder:
    def __init__(self, held=None):
        self.held = held


@pytest.fixture(autouse=True)
def empty_registry():
    yield
    REGISTRY.clear()
    THIS.__dict__.pop("KEPT", None)


def told(chain):
    return [(step.reference, step.label) for step in chain.steps]


def from_the_module(answer):
    """The chains that start at this module."""
    return [chain for chain in answer.chains if chain.steps[0].object is THIS]


def kept(obj):
    """The object, which only REGISTRY holds when this has returned."""
    REGISTRY.append(obj)


class TestChains:
    def test_a_global_container(self):
        kept(Holder([Target()]))
        answer = refcycle.why(REGISTRY[0].held[0])
        [chain] = from_the_module(answer)
        assert chain.holder == MODULE
        assert told(chain) == [
            ("", f"module {__name__}"),
            (".REGISTRY", "list (1 item)"),
            ("[0]", f"object {__name__}.Holder"),
            (".held", "list (1 item)"),
            ("[0]", f"object {__name__}.Target"),
        ]
        assert chain.steps[-1].object is REGISTRY[0].held[0]
        assert not answer.is_garbage and answer.cycle == ()

    def test_a_snapshot_answers_too(self):
        kept(Target())
        graph = refcycle.snapshot()
        [chain] = from_the_module(graph.why(REGISTRY[0]))
        assert told(chain)[1:] == [
            (".REGISTRY", "list (1 item)"),
            ("[0]", f"object {__name__}.Target"),
        ]

    def test_chains_share_no_object(self):
        kept(Target())
        shared = REGISTRY[0]
        kept(Holder(shared))
        THIS.KEPT = {"key": shared}
        del shared
        answer = refcycle.why(REGISTRY[0], limit=20)
        # Each name of the module is a separate holder.
        assert sorted(told(chain)[1] for chain in from_the_module(answer)) == [
            (".KEPT", "dict (1 item)"),
            (".REGISTRY", "list (2 items)"),
        ]
        objects = [step.object for chain in answer.chains for step in chain.steps[:-1]]
        seen = [id(obj) for obj in objects if obj is not THIS]
        assert len(seen) == len(set(seen))
        assert all(chain.steps[-1].object is REGISTRY[0] for chain in answer.chains)
        lengths = [len(chain.steps) for chain in answer.chains]
        assert lengths == sorted(lengths)

    def test_a_name_and_a_container_of_one_module(self):
        kept(Target())
        THIS.KEPT = REGISTRY[0]
        answer = refcycle.why(REGISTRY[0])
        assert [told(chain)[1:] for chain in from_the_module(answer)] == [
            [(".KEPT", f"object {__name__}.Target")],
            [(".REGISTRY", "list (1 item)"), ("[0]", f"object {__name__}.Target")],
        ]

    def test_a_limit_is_told(self):
        kept(Target())
        holders = [Holder(REGISTRY[0]) for _ in range(3)]
        for holder in holders:
            leak(holder)
        graph = refcycle.snapshot()
        for holder in holders:
            give_back(holder)
        holders.append(None)
        one = graph.why(REGISTRY[0], limit=1)
        assert len(one.chains) == 1

    def test_a_thread_that_runs(self):
        started, end = threading.Event(), threading.Event()

        def work(job):
            started.set()
            end.wait()

        target = Target()
        thread = threading.Thread(target=work, args=(target,), name="the worker")
        thread.start()
        started.wait()
        thread._args = ()
        try:
            answer = refcycle.why(target)
        finally:
            end.set()
            thread.join()
        [chain] = [c for c in answer.chains if c.holder == "running in thread the worker"]
        last = chain.steps[-1]
        assert (last.reference, last.label) == ("local 'job'", f"object {__name__}.Target")
        assert chain.steps[-2].label.startswith("frame work at test_why.py:")

    def test_c_code_is_named_when_nothing_else_leads_to_it(self):
        target = Target()
        leak(target)
        try:
            answer = refcycle.why(target)
        finally:
            give_back(target)
        [chain] = answer.chains
        assert chain.holder.startswith("held by C code: ")
        assert told(chain) == [("", f"object {__name__}.Target")]

    def test_the_variables_of_the_caller_do_not_count(self):
        target = Target()
        alias = target
        assert alias is target
        kept(Holder(target))
        answer = refcycle.why(target)
        assert [chain.holder for chain in answer.chains] == [MODULE]
        assert not answer.only_caller

    def test_those_of_a_module_that_runs_are_those_of_the_module(self):
        text = run("""
            import refcycle
            kept = [set()]
            print(refcycle.why(kept[0]))
        """)
        assert text.splitlines() == [
            "set (0 items), __main__.kept[0] is kept alive by",
            "└─ sys.modules['__main__']",
            "   └─ module __main__",
            "      └─ .kept → list (1 item)",
            "         └─ [0] → this object",
            *text.splitlines()[5:],
        ]

    def test_but_they_are_told_when_they_are_all(self):
        target = Target()
        graph = refcycle.snapshot()
        answer = graph.why(target)
        assert answer.only_caller
        [chain] = answer.chains
        assert chain.holder == "running in thread MainThread"
        assert chain.steps[-1].reference == "local 'target'"
        assert str(answer).startswith(
            f"object {__name__}.Target is kept alive only by variables of the calling function\n"
        )

    def test_our_own_graphs_do_not_count(self):
        kept(Target())
        THIS.KEPT = refcycle.snapshot()
        answer = refcycle.why(REGISTRY[0])
        assert [told(chain)[1][0] for chain in answer.chains] == [".REGISTRY"]

    def test_what_only_the_call_holds(self):
        for make in (lambda: "".join(["not ", "interned"]), list, Target):
            answer = refcycle.why(make())
            assert answer.only_caller and not answer.is_garbage
            assert answer.cycle == ()
            assert (
                answer.to_text()
                .splitlines()[0]
                .endswith((" only by this call", " only by variables of the calling function"))
            )

    def test_a_string(self):
        kept("".join(["not ", "interned"]))
        [chain] = from_the_module(refcycle.why(REGISTRY[0]))
        assert told(chain)[-1] == ("[0]", "'not interned'")


class TestGarbage:
    def test_a_cycle_is_told(self, clean_heap):
        def make():
            parent, child = Holder(), Holder()
            parent.children = [child]
            child.parent = parent
            return id(child)

        key = make()
        graph = refcycle.garbage_preview()
        [child] = [obj for obj in graph if id(obj) == key]
        answer = graph.why(child)
        assert answer.is_garbage and answer.chains == ()
        references = sorted(step.reference for step in answer.cycle)
        assert references == [".children", ".parent", "[0]"]
        assert " is garbage: only a cycle of 3 objects holds it\n" in answer.to_text()
        assert [remedy.name for remedy in answer.remedies] == ["link back"]
        assert "`Holder.parent` a weak reference" in answer.remedies[0].advice

    def test_what_a_cycle_holds(self, clean_heap):
        def make():
            ring = Holder()
            ring.held = ring
            ring.other = Target()
            return id(ring.other)

        key = make()
        graph = refcycle.garbage_preview()
        [target] = [obj for obj in graph if id(obj) == key]
        answer = graph.why(target)
        assert told_cycle(answer) == [(".held", f"object {__name__}.Holder")]

    def test_nothing(self):
        target = Target()
        graph = ObjectGraph([target])
        alone = graph.full_subgraph([target])
        del graph
        answer = alone.why(target)
        # A graph of some objects does not know what holds them.
        assert [chain.holder for chain in answer.chains] in (
            [],
            ["held from outside the graph: 1 reference"],
            ["held from outside the graph: 2 references"],
        )


def told_cycle(answer):
    return [(step.reference, step.label) for step in answer.cycle]


class TestTexts:
    def test_a_tree(self):
        kept(Holder(Target()))
        answer = refcycle.why(REGISTRY[0].held)
        assert answer.to_text().splitlines() == [
            f"object {__name__}.Target is kept alive by",
            f"└─ {MODULE}",
            f"   └─ module {__name__}",
            "      └─ .REGISTRY → list (1 item)",
            f"         └─ [0] → object {__name__}.Holder",
            "            └─ .held → this object",
            f"module-level registry: `{__name__}.REGISTRY` keeps its items alive: remove each "
            "item when it is done; if other objects own the items, store weak references "
            "(weakref.ref)",
        ]
        assert answer.to_text(ascii=True).isascii()
        assert "`- .held -> this object" in answer.to_text(ascii=True)
        assert repr(answer) == f"<Why: object {__name__}.Target, 1 chain>"

    def test_a_notebook_shows_a_picture(self):
        kept(Holder(Target()))
        answer = refcycle.why(REGISTRY[0].held)
        bundle = answer._repr_mimebundle_()
        assert bundle["text/plain"] == answer.to_text()
        assert "what was asked about" in bundle["image/svg+xml"]


class TestInput:
    def test_what_is_no_vertex_is_a_key_error(self):
        with pytest.raises(KeyError, match="list"):
            ObjectGraph([{}]).why([])

    @pytest.mark.parametrize("limit", [1.5, "2", None])
    def test_a_limit_is_a_number(self, limit):
        with pytest.raises(TypeError):
            refcycle.why([], limit=limit)

    def test_no_chains_are_no_garbage_where_none_were_wanted(self):
        with pytest.raises(ValueError, match="limit must be at least 1"):
            refcycle.why([], limit=0)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_code_of_an_object_runs(name):
    obj = HOSTILE[name]()
    kept(obj)
    with watched():
        answer = refcycle.why(obj)
        text = answer.to_text()
    assert TOUCHED == []
    assert text


def test_nothing_stays():
    kept(Target())
    refcycle.why(REGISTRY[0])
    gc.collect()
    before = len(gc.get_objects())
    refcycle.why(REGISTRY[0])
    gc.collect()
    assert len(gc.get_objects()) <= before + 2


def test_a_key_of_sys_modules_is_no_module(monkeypatch):
    name = "".join(["not_", "imported"])
    monkeypatch.setitem(sys.modules, name, None)
    answer = refcycle.why(name)
    (chain,) = [chain for chain in answer.chains if chain.holder.startswith("sys.modules")][:1]
    assert chain.holder == "sys.modules"
    assert [step.kind for step in chain.steps] == ["", "key"]


def test_a_recursion_does_not_hide_another_holder():
    target = Target()
    found = []

    def call(depth, held):
        if depth:
            call(depth - 1, held)
        else:
            found.append(refcycle.why(held))

    REGISTRY.append([target])
    call(12, target)
    (answer,) = found
    assert len(answer.chains) == 5 and answer.more
    names = [step.name for chain in answer.chains for step in chain.steps]
    assert "REGISTRY" in names
    # The calls are alike: one of them, and what else holds the object, come first.
    assert "REGISTRY" in [step.name for chain in answer.chains[:3] for step in chain.steps]
    assert names.count("held") >= 2
