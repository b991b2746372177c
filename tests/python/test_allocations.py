"""Where objects were allocated: live, in a file, and only if tracemalloc traces."""

import gc
import inspect
import json
import os
import re
import subprocess
import sys
import tracemalloc

import pytest
from helpers.processes import run_json

import refcycle
from refcycle._refcycle import allocated_at, most_allocated
from refcycle._text.tables import text_table

HERE = os.path.basename(__file__)


class Session:
    pass


class Slots:
    __slots__ = ("value",)


HELD = []


def make_list():
    # CPython reuses some freed lists, and tracemalloc does not know where these were allocated.
    return [[object()] for _ in range(500)][-1]  # made here


def make_session():
    return Session()  # made here


def make_slots():
    return Slots()  # made here


def make_text():
    return "a" * len(HERE) + str(HERE)  # made here


def make_function():
    return lambda: HELD  # made here


MAKERS = [make_list, make_session, make_slots, make_text, make_function]


def line_of(function):
    lines, first = inspect.getsourcelines(function)
    [place] = [place for place, line in enumerate(lines) if "# made here" in line]
    return first + place


def place_of(function):
    return f"{function.__code__.co_filename}:{line_of(function)}"


@pytest.fixture
def tracing():
    gc.collect()
    tracemalloc.start()
    yield
    tracemalloc.stop()
    HELD.clear()


@pytest.fixture
def untraced():
    assert not tracemalloc.is_tracing()
    yield
    HELD.clear()


def planted(make):
    HELD.append(make())
    return HELD[-1]


@pytest.mark.parametrize("make", MAKERS)
def test_an_object_knows_its_line(tracing, make):
    assert allocated_at(planted(make)) == place_of(make)


@pytest.mark.parametrize("make", MAKERS)
def test_nothing_is_known_unless_it_is_traced(untraced, make):
    obj = planted(make)
    assert allocated_at(obj) is None
    tracemalloc.start()
    try:
        # It was allocated before tracing started.
        assert allocated_at(obj) is None
    finally:
        tracemalloc.stop()


def test_more_frames_change_nothing(untraced):
    tracemalloc.start(25)
    try:
        assert allocated_at(planted(make_session)) == place_of(make_session)
    finally:
        tracemalloc.stop()


def test_what_is_compiled_in_has_no_line(tracing):
    for obj in (None, True, len, int, type, 1, ""):
        assert allocated_at(obj) is None


def test_why_says_it(tracing):
    session = planted(make_session)
    answer = refcycle.why(session)
    short = f"{HERE}:{line_of(make_session)}"
    assert answer.allocated_at == place_of(make_session)
    assert str(answer).startswith(
        f"object {__name__}.Session, allocated at {short}, is kept alive by\n"
    )
    steps = answer.chains[0].steps
    assert steps[-1].allocated_at == place_of(make_session)
    # The list is older than tracemalloc.
    assert [step.allocated_at for step in steps[:-1]] == [None] * (len(steps) - 1)


def test_why_of_garbage_says_it(tracing):
    session = make_session()
    session.itself = session
    number = id(session)
    gc.disable()
    del session
    graph = refcycle.snapshot()
    [found] = [obj for obj in graph if id(obj) == number]
    answer = graph.why(found)
    assert answer.is_garbage
    assert answer.allocated_at == place_of(make_session)
    assert f", allocated at {HERE}:{line_of(make_session)}, is garbage: " in str(answer)
    assert answer.cycle[0].allocated_at is not None
    del found


def test_no_word_where_nothing_is_traced(untraced, tmp_path):
    session = planted(make_session)
    graph = refcycle.snapshot()
    answer = graph.why(session)
    assert answer.allocated_at is None
    assert all(step.allocated_at is None for chain in answer.chains for step in chain.steps)
    assert "allocated" not in str(answer)
    assert graph.top_retained(1)[0].allocated_at is None
    assert most_allocated(graph) == []
    assert refcycle.census().allocations() == {}
    assert "allocated" not in str(refcycle.census())
    graph.save(tmp_path / "heap.refcycle")
    loaded = refcycle.load(tmp_path / "heap.refcycle")
    assert {obj.allocated_at for obj in loaded} == {None}
    assert columns_of(tmp_path / "heap.refcycle").isdisjoint({b"allocated"})


def columns_of(path):
    """The names of columns that a file contains; names are not compressed."""
    names = (b"allocated", b"referents")
    return {name for name in names if name + b"\0" in path.read_bytes()}


@pytest.mark.any_version
@pytest.mark.parametrize("redact", [False, True])
def test_a_file_knows_it(tracing, tmp_path, redact):
    session = planted(make_session)
    graph = refcycle.snapshot()
    path = tmp_path / "heap.refcycle"
    graph.save(path, redact=redact)
    assert columns_of(path) == {b"allocated", b"referents"}
    live = graph.why(session)
    again = tmp_path / "again.refcycle"
    refcycle.load(path).save(again)
    tracemalloc.stop()
    for file in (path, again):
        loaded = refcycle.load(file)
        [saved] = [obj for obj in loaded if obj.address == id(session)]
        assert saved.allocated_at == place_of(make_session)
        assert loaded.why(saved).allocated_at == place_of(make_session)
        assert str(loaded.why(saved)).splitlines()[0] == str(live).splitlines()[0]
        known = {obj.address: obj.allocated_at for obj in loaded}
        assert known[id(HELD)] is None


def test_a_redacted_file_has_no_file_name_that_is_none(tracing, tmp_path):
    names = {}
    exec(compile("class Made: pass\nmade = Made()", "price > 4711", "exec"), names)
    HELD.append(names["made"])
    graph = refcycle.ObjectGraph([names["made"]])
    assert allocated_at(names["made"]) == "price > 4711:2"
    for redact in (False, True):
        graph.save(tmp_path / "heap.refcycle", redact=redact)
        [saved] = refcycle.load(tmp_path / "heap.refcycle")
        expected = "str (12 characters):2" if redact else "price > 4711:2"
        assert saved.allocated_at == expected


def test_retained(tracing, tmp_path):
    HELD.append(make_list())
    HELD[-1].extend(object() for _ in range(1000))
    graph = refcycle.ObjectGraph([HELD, HELD[-1], *HELD[-1]])
    known = {id(found.vertex): found.allocated_at for found in graph.top_retained(3)}
    assert known[id(HELD)] is None
    assert known[id(HELD[-1])] == place_of(make_list)
    graph.save(tmp_path / "heap.refcycle")
    loaded = refcycle.load(tmp_path / "heap.refcycle")
    saved = {found.vertex.address: found.allocated_at for found in loaded.top_retained(3)}
    assert saved[id(HELD)] is None
    assert saved[id(HELD[-1])] == place_of(make_list)


def test_diff(tracing):
    refcycle.snapshot()
    before = refcycle.snapshot()
    HELD.extend(make_session() for _ in range(3))
    found = refcycle.diff(before, refcycle.snapshot(), samples=50)
    [sample] = [sample for sample in found.samples if sample.type_name == "Session"]
    assert sample.allocated_at == place_of(make_session)
    place = f"allocated at {HERE}:{line_of(make_session)}"
    heading = f"3 Session objects are held like this, one of them {place}"
    assert f"\n{heading}:\n" in str(found)
    html = found._repr_mimebundle_()["text/html"]
    assert f"{heading}:</p>" in html
    assert all(step.object is None for step in sample.chain.steps)


def test_diff_without_tracing(untraced):
    refcycle.snapshot()
    before = refcycle.snapshot()
    HELD.append(make_session())
    found = refcycle.diff(before, refcycle.snapshot(), samples=50)
    [sample] = [sample for sample in found.samples if sample.type_name == "Session"]
    assert sample.allocated_at is None
    assert "\n1 Session object is held like this:\n" in str(found)


def test_a_census_leaves_nothing(untraced):
    for _ in range(3):
        refcycle.census()
    gc.collect()
    gc.disable()
    refcycle.census()
    assert gc.collect() == 0
    gc.enable()


def test_census(tracing):
    class Counted:
        pass

    HELD.extend(Counted() for _ in range(3))  # three
    HELD.append(Counted())
    line = line_at("# three")
    taken = refcycle.census()
    assert taken.allocations()["Counted"] == (f"{__file__}:{line}", 3)
    [row] = [row for row in taken._rows() if row[-1].startswith("Counted")]
    assert row[0] == "4"
    assert row[-1] == f"Counted, allocated at {HERE}:{line} (3 of them)"
    later = refcycle.census()
    assert [row for row in later - taken if row.type_name in ("Census", "Counted")] == []


def line_at(text):
    with open(__file__, encoding="utf-8") as file:
        return next(number for number, line in enumerate(file, 1) if line.endswith(text + "\n"))


def test_commands(tracing, tmp_path):
    HELD.append(make_list())
    HELD[-1].extend(make_session() for _ in range(1000))
    path = str(tmp_path / "heap.refcycle")
    refcycle.ObjectGraph([HELD, HELD[-1], *HELD[-1]]).save(path)
    short = f"allocated at {HERE}:{line_of(make_list)}"

    def command(*words):
        done = subprocess.run(
            [sys.executable, "-m", "refcycle", *words],
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, "COLUMNS": "200"},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert short in command("top", path)
    data = json.loads(command("top", path, "--json"))
    assert place_of(make_list) in [each["allocated_at"] for each in data["retained"]]
    address = hex(id(HELD[-1]))
    assert short in command("why", path, address)
    [found] = json.loads(command("why", path, address, "--json"))["objects"]
    assert found["allocated_at"] == place_of(make_list)


def test_asking_leaves_nothing_and_counts_nowhere():
    found = run_json(
        """
        import gc, json, sys, tracemalloc
        tracemalloc.start()
        import refcycle
        class Session: pass
        kept = [Session() for _ in range(100)]
        refcycle.snapshot()
        refcycle.why(kept[0])
        def blocks():
            return sys.getallocatedblocks()
        for _ in range(3):
            refcycle.why(kept[0])
        before = refcycle.snapshot()
        for session in kept:
            refcycle._refcycle.allocated_at(session)
        after = refcycle.snapshot()
        new = len(refcycle.diff(before, after).new)
        del before, after
        start = blocks()
        for session in kept:
            refcycle._refcycle.allocated_at(session)
        print(json.dumps([new, blocks() - start]))
        """
    )
    new, blocks = found
    assert new == 0
    assert blocks < 5


LONG = "A" * 120


def test_narrow_tables_show_the_place_on_a_line_of_its_own():
    def row(width):
        table = text_table(("n", "type"), [("1", f"{LONG}, at app.py:12")], width)
        return table.split("\n")[1:]

    assert row(200) == [f"1  {LONG}, at app.py:12"]
    assert row(130) == [f"1  {LONG}, at", "   app.py:12"]
    # A name stays whole.
    assert row(30) == ["1", f"   {LONG},", "   at app.py:12"]


@pytest.mark.any_version
def test_a_watch_says_where_its_objects_were_allocated():
    tracemalloc.start()
    kept = []
    try:
        with refcycle.watch(untracked=False) as growth:
            for _ in growth.steps(range(8)):
                kept.append(Slots())
        report = str(growth.report())
    finally:
        tracemalloc.stop()
    [row] = [line for line in report.split("\n") if " Slots, " in line]
    assert f" Slots, allocated at {HERE}:" in row


def test_leak_suspects_have_the_place(tmp_path):
    path = tmp_path / "one.refcycle"
    program = f"""
import json, sys, tracemalloc, types
tracemalloc.start()
import refcycle
used = [[] for _ in range(500)]  # CPython reuses freed lists, of which tracemalloc knows nothing
rows = [str(number) * 20 for number in range(40000)]
other = sys.modules["other"] = types.ModuleType("other")
other.rows = rows  # so that no module alone holds them
refcycle.dump({str(path)!r})
print(json.dumps(0))
"""
    run_json(program)
    done = subprocess.run(
        [sys.executable, "-m", "refcycle", "top", str(path)],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    _, _, suspects = done.stdout.partition("leak suspects:")
    [line] = [line for line in suspects.split("\n") if "list (40,000 items)" in line]
    assert re.search(r"^  \d\d% of all bytes: .*, allocated at <string>:6$", line)
