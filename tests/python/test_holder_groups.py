"""Many objects grouped by how they are held: `why_all`, `signatures`, and signatures of chains."""

import gc
import subprocess
import sys
import threading

import pytest

import refcycle
from refcycle import ObjectGraph
from refcycle.differences import diff
from refcycle.growth import watch

THIS = sys.modules[__name__]
NAME = __name__
IN_LIST, IN_DICT = [], {}


class Visit:
    def __init__(self):
        self.data = [self.__class__.__name__]


class Node:
    pass


@pytest.fixture(autouse=True)
def empty():
    # Remove the objects of an earlier test.
    gc.collect()
    yield
    IN_LIST.clear()
    IN_DICT.clear()
    THIS.__dict__.pop("KEPT", None)


def fill():
    IN_LIST.extend(Visit() for _ in range(50))
    IN_DICT.update((f"user-{number}", Visit()) for number in range(20))


LIST = f"module {NAME}.IN_LIST -> list[*] -> {NAME}.Visit"
DICT = f"module {NAME}.IN_DICT -> dict[*] -> {NAME}.Visit"


def groups(answer):
    return [(group.count, group.signature) for group in answer.groups]


class TestWhyAll:
    def test_two_containers_are_two_groups(self):
        fill()
        graph = refcycle.snapshot()
        answer = graph.why_all("Visit")
        assert groups(answer) == [(50, LIST), (20, DICT)]
        assert (answer.count, answer.type_name) == (70, "Visit")
        for group, kept in zip(answer.groups, (IN_LIST, list(IN_DICT.values())), strict=True):
            sizes = [(graph.shallow_size(obj), graph.retained_size(obj)) for obj in kept]
            assert group.size == sum(size for size, _ in sizes)
            assert group.retained_size == sum(retained for _, retained in sizes)
            assert any(group.example is obj for obj in kept)
            [chain] = group.why.chains
            assert chain.signature == group.signature
            assert chain.steps[-1].object is group.example
            assert (chain.holder, chain.kind) == (f"sys.modules['{NAME}']", "program")

    def test_the_text_has_groups_and_chains(self):
        fill()
        text = str(refcycle.snapshot().why_all("Visit"))
        title, _, first, *_ = text.splitlines()
        assert title.startswith("70 objects of type Visit, grouped by how they are held: 2 groups")
        assert first.startswith("50 objects (") and first.endswith(f" retained): {LIST}")
        assert text.count("this object") == 2

    def test_a_limit_leaves_out_chains_and_no_groups(self):
        fill()
        answer = refcycle.snapshot().why_all("Visit", limit=1)
        assert groups(answer) == [(50, LIST), (20, DICT)]
        assert [group.why is None for group in answer.groups] == [False, True]
        assert str(answer).endswith(
            "and 20 objects in 1 more group: use a larger `limit` to show them"
        )

    def test_by_the_name_with_its_module_and_by_objects(self):
        fill()
        graph = refcycle.snapshot()
        assert groups(graph.why_all(f"{NAME}.Visit")) == [(50, LIST), (20, DICT)]
        some = [*IN_LIST[:3], IN_LIST[0], *list(IN_DICT.values())[:2]]
        assert groups(graph.why_all(some)) == [(3, LIST), (2, DICT)]
        assert groups(graph.why_all("NoSuchType")) == []
        assert str(graph.why_all("NoSuchType")).startswith("no objects of type NoSuchType among ")
        with pytest.raises(KeyError):
            graph.why_all([Visit()])

    def test_each_object_counts_once(self):
        fill()
        IN_DICT.update(enumerate(IN_LIST))
        # Of two chains of equal length, the first in alphabetical order.
        assert groups(refcycle.snapshot().why_all("Visit")) == [(70, DICT)]

    def test_garbage_is_a_group(self, clean_heap):
        gc.disable()
        try:
            lost = Visit()
            lost.me = lost
            del lost
            answer = refcycle.snapshot().why_all("Visit")
        finally:
            gc.enable()
        [group] = answer.groups
        signature = f"garbage cycle of {NAME}.Visit: {NAME}.Visit"
        assert (group.signature, group.count) == (signature, 1)
        assert group.why.is_garbage and len(group.why.cycle) == 1

    def test_a_file_answers_the_same(self, tmp_path):
        fill()
        graph = refcycle.snapshot()
        graph.save(tmp_path / "heap")
        loaded = refcycle.load(tmp_path / "heap")
        live, saved = (one.why_all("Visit") for one in (graph, loaded))
        assert [group[:4] for group in live.groups] == [group[:4] for group in saved.groups]
        assert [g.why.chains[0].signature for g in saved.groups] == [LIST, DICT]

    def test_the_command_shows_these_groups(self, tmp_path):
        fill()
        refcycle.snapshot().save(tmp_path / "heap")
        done = subprocess.run(
            [sys.executable, "-m", "refcycle", "why", str(tmp_path / "heap"), "Visit"],
            capture_output=True,
            text=True,
            check=True,
        )
        lines = done.stdout.splitlines()
        assert lines[0] == "70 objects of type Visit in 2 groups (bytes: tracked objects only)"
        groups = [line.split(" retained: ") for line in lines if " retained: " in line]
        assert [(line.split(",")[0], signature) for line, signature in groups] == [
            ("50 objects", LIST),
            ("20 objects", DICT),
        ]

    def test_retained_bytes_count_once(self):
        first = Node()
        node = first
        for _ in range(10):
            node.next = Node()
            node = node.next
        THIS.KEPT = first
        del node
        graph = refcycle.snapshot()
        found = {group.count: group for group in graph.why_all("Node").groups}
        # From the third one on, they have the same signature, and each retains all that follow.
        assert sorted(found) == [1, 9]
        assert found[9].retained_size == graph.retained_size(first.next.next)
        ending = f"module {NAME}.KEPT -> {NAME}.Node.next -> ... -> {NAME}.Node"
        assert found[9].signature == ending


class TestSignatures:
    def test_rows(self):
        fill()
        rows = {row.signature: row for row in refcycle.snapshot().signatures()}
        assert (rows[LIST].count, rows[DICT].count) == (50, 20)
        assert type(rows[LIST].example) is Visit
        assert rows[f"{LIST}.data -> list"].count == 50
        assert rows[LIST].retained_size >= rows[LIST].size + rows[f"{LIST}.data -> list"].size

    def test_all_objects_count(self):
        graph = refcycle.snapshot()
        assert sum(row.count for row in graph.signatures()) == len(graph)
        assert list(graph.signatures([])) == []

    def test_live_and_from_a_file(self, tmp_path):
        fill()
        graph = refcycle.snapshot()
        graph.save(tmp_path / "heap", redact=False)
        loaded = refcycle.load(tmp_path / "heap")
        live, saved = ({row.signature: row for row in one.signatures()} for one in (graph, loaded))
        assert live.keys() == saved.keys()
        for signature, row in live.items():
            other = saved[signature]
            assert (row.count, row.size) == (other.count, other.size), signature
            # A file does not say which entries of weak sets go with which objects.
            assert row.retained_size >= other.retained_size, signature
        less = [name for name, row in live.items() if row[3] != saved[name][3]]
        assert len(less) < 0.05 * len(live)

    def test_a_frame_and_a_generator(self):
        def numbers():
            held = Visit()
            yield held

        started, end = threading.Event(), threading.Event()

        def work(job):
            started.set()
            end.wait()

        thread = threading.Thread(target=work, args=(Visit(),))
        thread.start()
        started.wait()
        thread._args = ()
        THIS.KEPT = numbers()
        next(THIS.KEPT)
        try:
            found = refcycle.snapshot().why_all("Visit")
        finally:
            end.set()
            thread.join()
        assert sorted(groups(found)) == [
            (1, f"module {NAME}.KEPT -> generator numbers local 'held' -> {NAME}.Visit"),
            (1, f"thread: frame work local 'job' -> {NAME}.Visit"),
        ]

    def test_keys_are_not_values(self, tmp_path):
        THIS.KEPT = {f"a key, {number}": f"a value, {number}" for number in range(50)}
        texts = [*THIS.KEPT, *THIS.KEPT.values()]
        graph = refcycle.snapshot(untracked=True)
        graph.save(tmp_path / "heap.refcycle", redact=False)
        loaded = refcycle.load(tmp_path / "heap.refcycle")
        ids = {*map(id, texts)}
        saved = [obj for obj in loaded if obj.address in ids]
        expected = {f"module {NAME}.KEPT -> dict key -> str": 50}
        expected[f"module {NAME}.KEPT -> dict[*] -> str"] = 50
        for found in (graph.signatures(texts), loaded.signatures(saved)):
            assert {row.signature: row.count for row in found} == expected

    def test_a_subgraph_has_them_too(self):
        inner = [Visit()]
        graph = ObjectGraph([inner, inner[0]])
        assert not any(row.is_garbage for row in graph.signatures([inner[0]]))

    def test_a_cycle_and_a_chain_mask_alike(self):
        table = {"word": Visit()}
        table["word"].table = table
        [cycle] = ObjectGraph([table, table["word"], vars(table["word"])]).cycles()
        assert cycle.signature == f"{NAME}.Visit.table -> dict[*]"
        THIS.KEPT = table
        [group] = refcycle.snapshot().why_all("Visit").groups
        assert group.signature == f"module {NAME}.KEPT -> dict[*] -> {NAME}.Visit"


PROGRAM = """
import random, refcycle
class Session: pass
class Holder: pass
padding = [object() for _ in range(random.randrange(5000))]
one, two = Holder(), Holder()
names = ["by_user", "by_time", "open"]
random.shuffle(names)
session = Session()
for name in names:
    setattr(one, name, {random.random(): [session]})
del session
two.other = one.open
graph = refcycle.snapshot()
[group] = graph.why_all("Session").groups
print(group.signature)
graph.save("heap.refcycle")
[group] = refcycle.load("heap.refcycle").why_all("Session").groups
print(group.signature)
"""


@pytest.mark.any_version
def test_a_signature_is_the_same_in_every_run(tmp_path):
    seen = set()
    for seed in range(5):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": str(seed)},
            cwd=tmp_path,
        )
        seen.add(done.stdout)
    expected = (
        "module __main__.one -> __main__.Holder.by_time -> dict[*] -> list[*] -> __main__.Session"
    )
    assert seen == {f"{expected}\n" * 2}


class TestChoice:
    def test_the_program_before_a_library(self):
        local = threading.local()
        session = Visit()
        threading.session_of_a_test = session
        local.session = session
        THIS.KEPT = {"a": [{"b": [session]}]}
        THIS.LOCAL = local
        del session
        try:
            graph = refcycle.snapshot()
            [group] = graph.why_all("Visit").groups
            chains = graph.why(group.example).chains
        finally:
            del threading.session_of_a_test, THIS.LOCAL
        path = "dict[*] -> list[*] -> dict[*] -> list[*]"
        assert group.signature == f"module {NAME}.KEPT -> {path} -> {NAME}.Visit"
        assert chains[0].signature == group.signature
        assert [chain.kind for chain in chains][0] == "program"
        assert f"module threading.session_of_a_test -> {NAME}.Visit" in [
            chain.signature for chain in chains[1:]
        ]

    def test_a_class_belongs_to_its_module(self):
        class Local(threading.Thread):
            pass

        THIS.KEPT = Local
        kept = threading.Thread
        kept.session_of_a_test = Visit()
        try:
            graph = refcycle.snapshot()
            [group] = graph.why_all("Visit").groups
            [thread] = graph.why_all([threading.Thread]).groups
            [own] = graph.why_all([Local]).groups
            [base] = refcycle.snapshot(untracked=True).why_all([object]).groups
        finally:
            del kept.session_of_a_test
        assert thread.signature == "module threading.Thread -> class Thread"
        assert group.signature == f"{thread.signature}.session_of_a_test -> {NAME}.Visit"
        assert [chain.kind for chain in group.why.chains] == ["interpreter"]
        assert base.signature == "module builtins.object -> class object"
        assert own.signature == f"module {NAME}.KEPT -> class Local"

    def test_a_library_alone_is_an_answer(self):
        threading.session_of_a_test = Visit()
        try:
            [group] = refcycle.snapshot().why_all("Visit").groups
        finally:
            del threading.session_of_a_test
        assert group.signature == f"module threading.session_of_a_test -> {NAME}.Visit"

    def test_what_a_test_runner_holds_is_set_apart(self):
        session = Visit()
        THIS.KEPT = session
        pytest.session_of_a_test = session
        del session
        try:
            why = refcycle.snapshot().why(THIS.KEPT)
        finally:
            del pytest.session_of_a_test
        assert [
            (c.kind, c.signature) for c in why.chains if c.steps[0].object in (THIS, pytest)
        ] == [
            ("program", f"module {NAME}.KEPT -> {NAME}.Visit"),
            ("tool", f"module pytest.session_of_a_test -> {NAME}.Visit"),
        ]
        text = str(why)
        apart = text.index("and by a test runner, a prompt or a debugger:")
        assert text.index(".KEPT") < apart < text.index(".session_of_a_test")

    def test_the_callers_variable_is_an_answer_only_where_there_is_no_other(self):
        fill()
        first = IN_LIST[0]
        alone = Visit()
        found = groups(refcycle.snapshot().why_all("Visit"))
        assert found[:2] == [(50, LIST), (20, DICT)]
        assert found[2][1].endswith(f" local 'alone' -> {NAME}.Visit")
        assert first is IN_LIST[0] and alone is not None


def recursive(depth):
    if depth:
        return recursive(depth - 1)
    held = Visit()
    raise ValueError(held.data)


def test_a_long_traceback_is_folded():
    try:
        recursive(300)
    except ValueError as error:
        THIS.KEPT = error
    graph = refcycle.snapshot()
    [obj] = graph.find_by_typename("Visit")
    why = graph.why(obj)
    [chain] = [chain for chain in why.chains if chain.steps[0].object is THIS]
    assert len(chain.steps) > 300  # as data, all of them
    text = str(chain)
    assert "... 299 more steps like this ..." in text
    assert len(text.splitlines()) < 12
    assert chain.signature == (
        f"module {NAME}.KEPT -> ValueError.__traceback__ -> traceback.tb_next -> ... -> "
        f"traceback.tb_frame -> frame recursive local 'held' -> {NAME}.Visit"
    )


def test_a_short_chain_is_not_folded():
    first = Node()
    first.next = Node()
    first.next.next = Visit()
    THIS.KEPT = first
    del first
    chain = refcycle.snapshot().why(THIS.KEPT.next.next).chains[0]
    assert str(chain).count("Node") == 2
    assert "more step" not in str(chain)


class TestWithoutANameOfAModule:
    def test_a_cycle_would_hold_it(self):
        THIS.KEPT = Node()
        THIS.KEPT.me = THIS.KEPT
        why = refcycle.why(THIS.KEPT)
        assert [chain.signature for chain in why.chains] == [f"module {NAME}.KEPT -> {NAME}.Node"]
        assert why.otherwise.is_garbage
        assert [step.object for step in why.otherwise.cycle] == [THIS.KEPT]
        lines = str(why).splitlines()
        at = lines.index(f"without {NAME}.KEPT:")
        assert "garbage" in lines[at + 1]

    def test_nothing_would_hold_it(self):
        THIS.KEPT = Node()
        why = refcycle.why(THIS.KEPT)
        assert why.otherwise.is_garbage and why.otherwise.cycle == ()
        assert "without" not in why.to_text() and "garbage" not in why.to_text()

    def test_all_names_are_said(self):
        THIS.KEPT = Node()
        THIS.KEPT.me = THIS.KEPT
        threading.session_of_a_test = THIS.KEPT
        try:
            why = refcycle.why(THIS.KEPT)
        finally:
            del threading.session_of_a_test
        text = f"without {NAME}.KEPT and threading.session_of_a_test:"
        assert text in str(why).splitlines()

    def test_it_is_not_said_where_something_else_holds_it(self):
        THIS.KEPT = Node()
        IN_LIST.append(THIS.KEPT)
        why = refcycle.why(THIS.KEPT)
        assert len(why.chains) == 2
        assert why.otherwise is None
        assert "without" not in str(why)


class TestDiff:
    def test_new_objects_by_signature(self):
        before = refcycle.snapshot()
        fill()
        found = diff(before, refcycle.snapshot())
        rows = {row.signature: row.count for row in found.signatures}
        assert (rows[LIST], rows[DICT]) == (50, 20)
        assert "50 Visit objects are held like this:" in str(found)

    def test_what_is_allowed_is_left_out(self):
        before = refcycle.snapshot()
        fill()
        found = diff(before, refcycle.snapshot(), allow=[LIST], samples=50)
        assert [row.count for row in found.table if row.type_name == "Visit"] == [20]
        assert LIST not in {row.signature for row in found.signatures}
        [chain] = [chain for name, chain in found.samples if name == "Visit"]
        assert chain.signature == DICT


class TestWatch:
    @pytest.mark.any_version
    @pytest.mark.parametrize(("allow", "grows"), [((), True), ((LIST,), False), ((DICT,), True)])
    def test_who_holds_what_grows(self, allow, grows):
        with watch(allow=allow) as growth:
            for _ in growth.steps(range(8)):
                IN_LIST.append(Visit())
        report = growth.report()
        rows = {row.signature: row.count for row in report.held}
        assert rows.get(LIST) == (7 if grows else None)
        assert ("Visit" in [row.type_name for row in report.growing]) is grows
        assert any(line.endswith(f"  {LIST}") for line in str(report).splitlines()) is grows
        assert not any("frame report" in row.signature for row in report.held)

    def test_an_object_that_moves_is_not_new(self):
        fill()
        names = list(IN_DICT)
        with watch() as growth:
            for number in growth.steps(range(8)):
                IN_LIST.extend([Visit(), IN_DICT.pop(names[number])])
        rows = {row.signature: row.count for row in growth.report().held}
        assert (rows[LIST], rows.get(DICT)) == (7, None)

    @pytest.mark.any_version
    def test_a_single_signature(self):
        def held(allow):
            with watch(allow=allow) as growth:
                for _ in growth.steps(range(8)):
                    IN_LIST.append(Visit())
            return {row.signature for row in growth.report().held}

        assert LIST in held(())
        assert LIST not in held(LIST)
