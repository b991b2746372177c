"""Memory that the collector does not track: no answer reports that all is well while it grows."""

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from helpers.processes import run, run_json

import refcycle
from refcycle._growth.outside import ProcessMemory, blocks_beside, hinting, outside

GROWING = """
import json, refcycle
cache = {}
def grow(start, count=1000, length=10_000):
    for number in range(start, start + count):
        cache[number] = "x" * length + str(number)
"""
LINE = "grew outside this snapshot: take it with untracked=True"


def test_a_diff_of_tracked_objects_says_what_grew_outside():
    told = run_json(
        GROWING
        + """
before = refcycle.snapshot()
grow(0, 3000)
found = refcycle.diff(before, refcycle.snapshot())
print(json.dumps([len(found.new), str(found), found.table.outside]))
"""
    )
    new, text, (blocks, size, untracked, _) = told
    assert new == 0 and untracked is False
    # Each has a key, and most numbers are separate objects: since 3.15, those from 1025.
    assert 4800 < blocks < 6000
    [line] = [line for line in text.split("\n") if LINE in line]
    if sys.platform == "linux":
        assert 28_000_000 < size < 40_000_000
        assert f" in {blocks:,} blocks " in line and line.split()[1] == "MB"


def test_blocks_of_the_new_objects_themselves_did_not_grow_outside():
    """Up to 3.12, the attributes of an instance have a block of their own."""
    text = run(
        """
import refcycle
class Message:
    pass
kept = []
before = refcycle.snapshot()
for number in range(4000):
    message = Message()
    message.one = message.other = None
    kept.append(message)
print(refcycle.diff(before, refcycle.snapshot()))
"""
    )
    assert "+4,000" in text and LINE not in text


@pytest.mark.any_version
@pytest.mark.parametrize("more, is_said", [(3, False), (999, False), (1000, True)])
def test_two_blocks_of_each_new_object_are_its_own(more, is_said):
    """A few blocks come and go by chance, also beside many objects."""
    before, after = ProcessMemory(50_000, 10**8), ProcessMemory(62_000 + more, 10**8)
    told = str(outside(before, after, objects=4000, size=0, untracked=False, counts_larger=True))
    assert told == (f"{8000 + more:,} blocks {LINE}" if is_said else "")


def test_a_complete_diff_shows_it_as_objects():
    text = run(
        GROWING
        + """
before = refcycle.snapshot(untracked=True)
grow(0, 3000)
print(refcycle.diff(before, refcycle.snapshot(untracked=True)))
"""
    )
    assert LINE not in text
    [row] = [line.split() for line in text.split("\n") if line.endswith(" str")]
    assert 3000 <= int(row[0].replace(",", "")) < 3100
    assert "3,000 str objects are held like this:" in text and ".cache" in text


DUMPED = """
import os, tempfile, refcycle
folder = tempfile.mkdtemp()
def dumped(number):
    path = os.path.join(folder, f"{number}.refcycle")
    refcycle.dump(path)
    return path
paths = [dumped(1)]
%s
paths.append(dumped(2))
one, two = map(refcycle.load, paths)
print(refcycle.diff(one, two))
print([graph.metadata["earlier_dumps"] for graph in (one, two)])
"""


def test_what_a_dump_itself_took_is_no_growth():
    text = run(DUMPED % "")
    assert "grew by" not in text and "outside" not in text
    assert "['0', '1']" in text


@pytest.mark.parametrize("untracked", [False, True])
def test_what_a_file_itself_took_is_no_growth(untracked):
    live, files, residues = run_json(
        f"""
        import json, os, tempfile, refcycle
        paths = [os.path.join(tempfile.mkdtemp(), name) for name in "ab"]
        before = refcycle.snapshot(untracked={untracked})
        before.save(paths[0])
        after = refcycle.snapshot(untracked={untracked})
        live = str(refcycle.diff(before, after))
        after.save(paths[1])
        files = str(refcycle.diff(*map(refcycle.load, paths)))
        residues = [graph.statistics()["residue_bytes"] for graph in (before, after)]
        print(json.dumps([live, files, residues]))
        """
    )
    for text in (live, files):
        assert "outside" not in text and "grew by another" not in text
    assert residues[0] == 0 and residues[1] >= 0


def test_what_a_file_that_failed_took_is_no_growth():
    live = run_json(
        """
        import json, os, tempfile, refcycle
        paths = [os.path.join(tempfile.mkdtemp(), name) for name in "ab"]

        def stop(done, total):
            raise LookupError

        try:
            refcycle.snapshot().save(paths[0], progress=stop)
        except LookupError:
            pass
        before = refcycle.snapshot()
        before.save(paths[0])
        after = refcycle.snapshot()
        print(json.dumps(str(refcycle.diff(before, after))))
        """
    )
    assert "outside" not in live and "grew by another" not in live


def test_a_graph_that_is_saved_counts_as_an_earlier_one():
    save = "refcycle.snapshot().save(os.path.join(folder, 'saved'))\n"
    copy = "refcycle.load(os.path.join(folder, 'saved')).save(os.path.join(folder, 'copy'))"
    text = run(DUMPED % (save + copy))
    assert "['0', '2']" in text


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_dump_by_a_fork_counts_as_an_earlier_one():
    text = run(DUMPED % "refcycle.dump(os.path.join(folder, 'fork'), fork=True).wait(100)")
    assert "['0', '2']" in text


@pytest.mark.skipif(sys.platform != "linux", reason="the system does not report the memory")
def test_what_grew_between_dumps_is_not_hidden():
    grow = """
import ctypes
library = ctypes.CDLL(None)
library.malloc.restype = ctypes.c_void_p
library.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
library.memset(library.malloc(ctypes.c_size_t(40_000_000)), 1, 40_000_000)
"""
    [line] = [line for line in run(DUMPED % grow).split("\n") if "grew by another" in line]
    assert 32 <= int(line.split()[5]) <= 48 and line.split()[6] == "MB,"


def test_nothing_is_said_where_nothing_grew():
    text = run(
        GROWING
        + """
before = refcycle.snapshot()
kept = [[] for _ in range(5000)]
print(refcycle.diff(before, refcycle.snapshot()))
"""
    )
    assert "outside" not in text and "grew by" not in text


def test_memory_that_is_given_back_is_no_growth():
    text = run(
        GROWING
        + """
grow(0, 3000)
before = refcycle.snapshot()
cache.clear()
print(refcycle.diff(before, refcycle.snapshot()))
"""
    )
    assert "outside" not in text and "grew by" not in text


def test_leaks_say_it_too():
    text = run(
        GROWING
        + """
baseline = refcycle.snapshot()
grow(0, 3000)
action = refcycle.snapshot()
print(refcycle.leaks(baseline, action, refcycle.snapshot()))
"""
    )
    assert LINE in text


@pytest.mark.any_version
def test_a_watch_sees_it():
    told = run_json(
        GROWING
        + """
with refcycle.watch() as growth:
    for step in growth.steps(range(20)):
        grow(step * 1000, 1000, 100)
report = growth.report()
try:
    growth.assert_steady()
except AssertionError as error:
    message = str(error)
print(json.dumps([[row.type_name for row in report.growing], report.outside, message]))
"""
    )
    growing, outside, message = told
    assert "str" in growing and outside == 0
    assert "str" in message


def test_a_watch_of_tracked_objects_says_what_it_did_not_count():
    text = run(
        GROWING
        + """
cache = dict.fromkeys(range(100_000))  # has its table already
with refcycle.watch(untracked=False) as growth:
    for step in growth.steps(range(20)):
        grow(step * 1000, 1000, 100)
print(growth.report())
"""
    )
    first = text.split("\n")[0]
    assert first.endswith(" blocks a step grow outside this watch: use untracked=True")
    # The strings; the keys exist already.
    rate = float(first.split("; ")[1].split()[0].replace(",", ""))
    assert 900 < rate < 1200


@pytest.mark.skipif(sys.platform != "linux", reason="the system does not report the memory")
def test_a_watch_of_tracked_objects_sees_a_large_object_grow():
    """It is one block all the time."""
    text = run(
        GROWING
        + """
large = bytearray()
with refcycle.watch(untracked=False) as growth:
    for step in growth.steps(range(20)):
        large += bytes(2_000_000)
report = growth.report()
print(report.outside, report.outside_size)
print(report)
"""
    )
    figures, title = text.split("\n")[:2]
    blocks, size = map(float, figures.split())
    assert blocks < 10 and 1_500_000 < size < 2_500_000
    assert title.startswith("no counted type grows in 20 steps; ")
    assert title.endswith(" MB a step grow outside this watch: use untracked=True")


def test_a_steady_watch_of_tracked_objects_says_nothing():
    text = run(
        GROWING
        + """
with refcycle.watch(untracked=False) as growth:
    for step in growth.steps(range(20)):
        pass
print(growth.report())
"""
    )
    assert text == "nothing grows in 20 steps\n"


def test_a_census_counts_it():
    told = run_json(
        GROWING
        + """
before = refcycle.census()
grow(0, 3000)
after = refcycle.census()
row = [row for row in after - before if row.type_name == "str"]
print(json.dumps([before.untracked, row[0].count, row[0].size, str(after - before)]))
"""
    )
    untracked, count, size, text = told
    assert untracked is True
    assert 3000 <= count < 3100 and size > 29_000_000
    assert "grew" not in text


def test_a_census_of_tracked_objects_says_what_it_leaves_out():
    told = run_json(
        GROWING
        + """
before = refcycle.census(untracked=False)
grow(0, 3000)
after = refcycle.census(untracked=False)
print(json.dumps([str(before), str(after - before)]))
"""
    )
    table, growth = told
    assert table.endswith(" are not in it: take it with untracked=True")
    assert growth.endswith(LINE)


class TestDumps:
    @pytest.fixture
    def files(self, tmp_path):
        """Two dumps of one process, between which strings grow, complete and tracked."""
        code = (
            GROWING
            + f"""
import os
os.chdir({os.fspath(tmp_path)!r})
refcycle.dump("complete-1"); refcycle.dump("tracked-1", untracked=False)
grow(0, 3000)
refcycle.dump("complete-2"); refcycle.dump("tracked-2", untracked=False)
"""
        )
        run(code)
        return tmp_path

    def told(self, folder, *arguments):
        command = [sys.executable, "-m", "refcycle", *arguments]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
        return done.stdout

    def test_they_are_complete_and_have_the_memory_of_the_process(self, files):
        complete = refcycle.load(files / "complete-2")
        tracked = refcycle.load(files / "tracked-2")
        assert complete.metadata["untracked"] == "true"
        assert complete.count_by_typename()["str"] > 3000
        assert tracked.count_by_typename()["str"] == 0
        for heap in (complete, tracked):
            assert int(heap.metadata["allocated_blocks"]) > 3000
            if sys.platform == "linux":
                assert int(heap.metadata["resident_bytes"]) > 29_000_000

    @pytest.mark.any_version
    def test_top(self, files):
        assert "this dump has only" not in self.told(files, "top", "complete-2")
        text = self.told(files, "top", "tracked-2")
        [line] = [line for line in text.split("\n") if line.startswith("this dump has only")]
        how = "take the dump without --tracked-only, in Python with untracked=True"
        assert line.endswith(f" are not in it: {how}")
        found = json.loads(self.told(files, "top", "tracked-2", "--json"))
        assert found["untracked"] is False and found["allocated_blocks"] > 3000

    def test_diff(self, files):
        text = self.told(files, "diff", "complete-1", "complete-2")
        assert LINE not in text and " str\n" in text
        line = "grew outside this snapshot: take the dump without --tracked-only, in Python with"
        assert line in self.told(files, "diff", "tracked-1", "tracked-2")

    @pytest.mark.any_version
    def test_a_fork(self, tmp_path):
        if not hasattr(os, "fork"):
            pytest.skip("this system has no fork")
        refcycle.dump(tmp_path / "heap", fork=True).wait(60)
        assert refcycle.load(tmp_path / "heap").metadata["untracked"] == "true"

    def test_a_signal(self, tmp_path):
        with refcycle.dump_on_signal(signal.SIGUSR2, tmp_path):
            signal.raise_signal(signal.SIGUSR2)
        [name] = os.listdir(tmp_path)
        assert refcycle.load(tmp_path / name).metadata["untracked"] == "true"


@pytest.mark.any_version
def test_run(tmp_path):
    program = tmp_path / "program.py"
    program.write_text("cache = ['x' * 1000 + str(number) for number in range(5000)]\n")
    for options, is_seen in ((), True), (("--untracked",), True), (("--tracked-only",), False):
        command = [sys.executable, "-m", "refcycle", "run", *options, os.fspath(program)]
        text = subprocess.run(command, capture_output=True, text=True, check=True).stderr
        rows = [line for line in text.split("\n") if line.endswith(" str")]
        assert bool(rows) is is_seen
        assert "ProgramParts" not in text
        line = "grew outside this snapshot: run it without --tracked-only"
        assert (line in text) is not is_seen


def test_a_command_changes_no_text_of_another_thread():
    def line():
        return blocks_beside(ProcessMemory(5000, None), 0)

    with hinting("use the option"), ThreadPoolExecutor() as pool:
        assert line().endswith("are not in it: use the option")
        assert pool.submit(line).result().endswith("are not in it: take it with untracked=True")
    assert line().endswith("take it with untracked=True")


def test_a_snapshot_tells_the_memory_of_the_process():
    before = refcycle.snapshot().statistics()
    kept = ["x" * 1000 + str(number) for number in range(50_000)]
    after = refcycle.snapshot().statistics()
    assert 50_000 < after["allocated_blocks"] - before["allocated_blocks"] < 55_000
    assert abs(after["allocated_blocks"] - sys.getallocatedblocks()) < 5_000
    if sys.platform == "linux":
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[1])
        assert abs(after["resident_bytes"] - pages * resource.getpagesize()) < 20_000_000
    del kept


def test_snapshot_itself_has_the_tracked_objects():
    assert refcycle.snapshot().statistics()["untracked"] is False
