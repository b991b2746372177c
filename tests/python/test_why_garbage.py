"""Why garbage is alive: which cycles hold it, what to cut, and whether a collection frees it."""

import gc
import subprocess
import sys

import pytest
from helpers.leaks import give_back, leak
from helpers.processes import run

import refcycle
from refcycle import ObjectGraph


class Node:
    pass


class Revived:
    def __del__(self):
        pass


KEPT = []
# Up to 3.10, each instance has its attributes in a dict.
EACH = 1 if sys.version_info >= (3, 11) else 2
ONE = "1 object" if EACH == 1 else "2 objects"


def answer_for(make, **options):
    """Why the object is alive whose id `make` returns, and that is garbage then."""
    number = make()
    graph = refcycle.snapshot(**options)
    [obj] = [obj for obj in graph if id(obj) == number]
    answer = graph.why(obj)
    del obj, graph
    return answer


def itself_and_another():
    a, b = Node(), Node()
    a.me = a
    a.b = b
    b.a = a
    return id(a)


@pytest.fixture(autouse=True)
def everything_collected(clean_heap):
    yield
    gc.collect()


def test_all_cycles_are_told_and_the_cut_breaks_them_all():
    answer = answer_for(itself_and_another)
    assert answer.is_garbage
    name = f"{__name__}.Node"
    lines = answer.to_text(ascii=True).split("\n")
    assert (
        lines[0] == f"object {name} is garbage: only 2 cycles hold it, {2 * EACH} objects in all"
    )
    assert lines[1:3] == [f"`- object {name}", f"   `- .me -> back to object {name}"]
    assert lines[3] in ("and Node.a -> Node.b -> Node", "and Node.b -> Node.a -> Node")
    [advice] = [line for line in lines if line.startswith("to free it without a collection: ")]
    assert "`Node.me`" in advice
    assert "`Node.a`" in advice or "`Node.b`" in advice


def test_the_cut_frees_it():
    code = """
        import gc, weakref, refcycle
        gc.disable()
        class Node: pass
        def make():
            a, b = Node(), Node()
            a.me, a.b, b.a = a, b, a
            return weakref.ref(a), weakref.ref(b)
        refs = make()
        answer = refcycle.snapshot().why(refs[0]())
        [cut] = answer.cuts
        [cycle] = answer.cycles
        names = cut.names
        del answer, cycle, cut
        for name in names:
            for ref in refs:
                vars(ref()).pop(name.partition(".")[2], None) if ref() else None
        print(sorted(names), [ref() for ref in refs])
    """
    told = run(code)
    assert told.endswith("[None, None]\n"), told
    assert "'Node.me'" in told


def test_one_cycle_is_told_as_one():
    def make():
        a = Node()
        a.me = a
        return id(a)

    answer = answer_for(make)
    text = answer.to_text()
    assert f"object {__name__}.Node is garbage: only a cycle of 1 object holds it\n" in text
    assert "\nand " not in text
    assert [len(cycle) for cycle in answer.cycles] == [EACH]


def test_two_attributes_with_one_value_are_two_cycles():
    def make():
        a = Node()
        a.me = a.also = a
        return id(a)

    answer = answer_for(make)
    assert f"only 2 cycles hold it, {ONE} in all" in answer.to_text()
    assert {name for cut in answer.cuts for name in cut.names} == {"Node.me", "Node.also"}


def test_cycles_above_it_are_told():
    def make():
        above, below = Node(), Node()
        above.me, above.below, below.me = above, below, below
        return id(below)

    answer = answer_for(make)
    assert f"only 2 cycles hold it, {2 * EACH} objects in all" in answer.to_text()
    assert [len(cycle) for cycle in answer.cycles] == [EACH, EACH]
    assert len(answer.cuts) == 2


def test_what_no_cycle_holds():
    answer = answer_for(lambda: KEPT.append(Node()) or id(KEPT[0]))
    assert not answer.is_garbage
    assert answer.cycles == answer.cuts == () and answer.collection == ""
    KEPT.clear()


def test_many_cycles():
    def make():
        nodes = [Node() for _ in range(8)]
        for node in nodes:
            node.all = nodes
        return id(nodes[0])

    def complete():
        nodes = [[] for _ in range(7)]
        for node in nodes:
            node.extend(nodes)
        return id(nodes[0])

    assert f"only 8 cycles hold it, {8 * EACH + 1} objects in all" in answer_for(make).to_text()
    text = answer_for(complete).to_text()
    assert "only more than 100 cycles hold it, 7 objects in all" in text
    assert text.count("\nand list") == 4 and "\nand other cycles\n" in text


class TestCollection:
    def told(self, make, **options):
        answer = answer_for(make, **options)
        if answer.collection:
            assert answer.to_text().endswith(f"\ngarbage: {answer.collection}")
        return answer.collection

    def test_young(self):
        gc.set_threshold(1_000_000)
        gc.enable()
        assert self.told(itself_and_another) == "the next collection frees it"

    def test_old(self):
        def make():
            number = itself_and_another()
            KEPT.append(refcycle.snapshot())  # so that the collection does not free it
            gc.collect()
            KEPT.clear()
            return number

        gc.set_threshold(1_000_000)
        gc.enable()
        told = self.told(make)
        assert told == "the next full collection frees it, as gc.collect() does"

    def test_disabled(self):
        told = "gc.collect() frees it; the collector is disabled"
        assert self.told(itself_and_another) == told
        gc.enable()
        gc.set_threshold(0)
        assert self.told(itself_and_another) == told

    def test_saved(self):
        gc.set_debug(gc.DEBUG_SAVEALL)
        told = self.told(itself_and_another)
        gc.set_debug(0)
        assert told == "a collection moves it to gc.garbage, because gc.DEBUG_SAVEALL is set"

    def test_frozen(self):
        def make():
            number = itself_and_another()
            gc.freeze()
            return number

        told = self.told(make)
        gc.unfreeze()
        assert told.startswith("no collection frees it before gc.unfreeze()")

    def test_a_finalizer(self):
        def make():
            a = Revived()
            a.me = a
            return id(a)

        told = self.told(make)
        assert told.endswith(", unless a finalizer (__del__) revives it")

    def test_a_cycle_that_the_collector_does_not_see(self):
        numpy = pytest.importorskip("numpy")
        kept = []

        def make():
            a = Node()
            a.array = numpy.array([a, None], dtype=object)
            kept.append(id(a.array))
            return id(a)

        told = self.told(make, untracked=True)
        # Otherwise nothing frees it.
        [array] = [obj for obj in refcycle.snapshot(untracked=True) if id(obj) == kept[0]]
        array[0] = None
        assert told == (
            "no collection frees it, because the collector does not track an object of its cycles"
        )

    @pytest.mark.skipif(sys.version_info >= (3, 15), reason="its test module may have gone")
    def test_an_old_finalizer(self):
        testcapi = pytest.importorskip("_testcapi")
        if not hasattr(testcapi, "with_tp_del"):
            pytest.skip("this build has no with_tp_del")

        @testcapi.with_tp_del
        class Old:
            def __tp_del__(self):
                pass

        def make():
            a = Old()
            a.me = a
            return id(a)

        told = self.told(make)
        gc.collect()
        for obj in gc.garbage:
            obj.__dict__.clear()
        assert told.startswith("no collection frees it, because a type")

    def test_of_a_file_it_is_not_known(self, tmp_path):
        itself_and_another()
        refcycle.snapshot().save(tmp_path / "heap")
        heap = refcycle.load(tmp_path / "heap")
        nodes = heap.find_by_typename("Node")
        answer = heap.why(nodes[0])
        assert answer.is_garbage and answer.collection == ""
        assert f"only 2 cycles hold it, {2 * EACH} objects in all" in answer.to_text()
        assert [len(cycle) for cycle in answer.cycles] == [2 * EACH]
        command = [sys.executable, "-m", "refcycle", "why", str(tmp_path / "heap"), "Node"]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert "to free it without a collection: " in told


class TestUnknownReferences:
    def test_they_are_counted_where_others_lead_to_it(self):
        KEPT.append(Node())
        leak(KEPT[0])
        leak(KEPT[0])
        try:
            answer = refcycle.why(KEPT[0])
        finally:
            give_back(KEPT[0])
            give_back(KEPT[0])
        assert answer.chains and answer.unexplained == 2
        assert any(
            line.startswith("and 2 references from C code") for line in str(answer).split("\n")
        )
        KEPT.clear()

    def test_there_are_none_where_all_are_known(self):
        KEPT.append(Node())
        graph = refcycle.snapshot()
        answer = graph.why(KEPT[0])
        KEPT.clear()
        assert answer.unexplained == 0
        assert "C code" not in str(answer)

    def test_what_only_they_hold_leads_to_it_too(self):
        KEPT.append(Node())
        beside = [KEPT[0]]
        leak(beside)
        number = id(beside)
        del beside
        graph = refcycle.snapshot()
        answer = graph.why(KEPT[0])
        [beside] = [obj for obj in graph if id(obj) == number]
        give_back(beside)
        holders = [chain.holder for chain in answer.chains]
        assert holders[0] == f"sys.modules['{__name__}']"
        assert holders[1].startswith("held by C code") and len(holders) == 2
        assert answer.chains[1].steps[0].object is beside
        assert answer.unexplained == 0
        KEPT.clear()

    def test_what_others_hold_too_is_no_second_chain(self):
        KEPT.append(Node())
        KEPT[0].inner = [Node()]
        leak(KEPT[0].inner)
        graph = refcycle.snapshot()
        answer = graph.why(KEPT[0].inner[0])
        give_back(KEPT[0].inner)
        assert [chain.holder for chain in answer.chains] == [f"sys.modules['{__name__}']"]
        KEPT.clear()

    def test_of_a_part_they_are_outside_the_graph(self):
        inner = [Node()]
        part = ObjectGraph([inner, inner[0]])
        leak(inner[0])
        part = refcycle.snapshot().full_subgraph([inner, inner[0]])
        give_back(inner[0])
        answer = part.why(inner[0])
        assert answer.unexplained in (0, 1)


class TestGraphsThatHoldIt:
    LINE = "graph of refcycle holds it too, such as an older snapshot: delete it"

    def test_an_older_snapshot(self):
        kept = [Node()]
        older = refcycle.snapshot()
        place = id(kept.pop())
        later = refcycle.snapshot()
        node = next(obj for obj in later if id(obj) == place)
        text = str(later.why(node))
        assert "is garbage: nothing else holds it" in text
        assert f"1 {self.LINE}" in text
        del older

    def test_a_graph_of_a_file_holds_its_own_objects(self, tmp_path):
        path = tmp_path / "one.refcycle"
        ObjectGraph([[]]).save(path)
        graph = refcycle.load(path)
        text = str(refcycle.why(next(iter(graph))))
        assert f"1 {self.LINE}" in text

    def test_the_snapshot_of_the_question_is_none(self):
        def make():
            node = Node()
            node.itself = node
            return id(node)

        assert "of refcycle hold" not in str(answer_for(make))


PROGRAM_THAT_KEEPS = """
    import gc, sys, refcycle
    gc.disable()

    class Node: pass
    class Leaf: pass

    def make():
        node = Node()
        node.itself = node
        node.leaves = [Leaf() for _ in range(30)]
        return node

    refcycle.dump("before.refcycle")
    node = make()
    KEEP
    del node
    refcycle.dump("after.refcycle")
"""


@pytest.fixture(scope="module")
def kept_in_files(tmp_path_factory):
    """What is said of a file in which a kept snapshot, a kept chain, or nothing holds a node."""
    said = {}
    for keep in ("kept = refcycle.snapshot()", "kept = refcycle.why(node).chains", ""):
        folder = tmp_path_factory.mktemp("kept")
        run(PROGRAM_THAT_KEEPS.replace("KEEP", keep), cwd=folder)
        heap = refcycle.load(folder / "after.refcycle")
        groups = heap.why_all("Leaf").groups
        [node] = [obj for obj in heap if obj.type_name == "__main__.Node"]
        growth = refcycle.diff(refcycle.load(folder / "before.refcycle"), heap)
        said[keep] = (str(heap.why(node)), groups, str(growth))
    return said


def of_the_program(growth):
    """The line about new garbage of the program. What refcycle imports may leave some too."""
    lines = [line for line in growth.splitlines() if "waits for a collection" in line]
    return [line for line in lines if "Leaf" in line or "Node" in line]


class TestGraphsInFilesThatHoldIt:
    def test_a_snapshot(self, kept_in_files):
        text, [group], growth = kept_in_files["kept = refcycle.snapshot()"]
        line = f"1 {TestGraphsThatHoldIt.LINE}"
        assert text.splitlines()[-1] == line and str(group.why).count(line) == 1
        assert group.signature == "objects of refcycle: __main__.Leaf"
        assert of_the_program(growth) == []

    def test_a_part_of_an_answer(self, kept_in_files):
        text, [group], growth = kept_in_files["kept = refcycle.why(node).chains"]
        line = "of refcycle holds it too, such as a part of an answer: delete it"
        assert line in text and line in str(group.why)
        assert group.signature == "objects of refcycle: __main__.Leaf"
        assert of_the_program(growth) == []

    def test_nothing(self, kept_in_files):
        text, [group], growth = kept_in_files[""]
        assert "of refcycle hold" not in text + str(group.why)
        assert group.signature.startswith("garbage cycle of __main__.Node")
        [line] = of_the_program(growth)
        assert "(30 Leaf, " in line
