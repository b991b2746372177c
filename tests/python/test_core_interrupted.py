"""Core files of processes that ended in the middle of an allocation or a hand-over of the GIL."""

import os
import subprocess
import sys

import pytest
from helpers.cores import PATIENCE, core_of, needs_core_files, python_program, start
from helpers.interrupted import (
    CRASHES_THEN,
    EXITS_THEN,
    LOOPS_THEN,
    in_a_hand_over,
    in_a_lock_for_a_hand_over,
    in_an_allocation,
)

import refcycle

pytestmark = needs_core_files


def core_with(folder, program):
    process = start(folder, program)
    core = core_of(folder, process, kill=False)
    assert process.returncode == -6
    return core


def command(core, output):
    return subprocess.run(
        [sys.executable, "-m", "refcycle", "core", "-o", output, python_program(), core],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.mark.parametrize(
    "program",
    [
        in_an_allocation(),
        in_an_allocation(waits=True),
        in_a_hand_over(),
        in_a_lock_for_a_hand_over(),
    ],
    ids=["allocation", "allocation that locks", "hand-over", "lock for a hand-over"],
)
def test_a_thread_finishes_what_it_had_begun(tmp_path, monkeypatch, program):
    from refcycle._core.core_file import CoreError
    from refcycle._core.dump import dump_core
    from refcycle._core.stepping import Finisher

    core, path = core_with(tmp_path, program), str(tmp_path / "heap.refcycle")
    with monkeypatch.context() as patch, pytest.raises(CoreError, match="crashed|lock|the GIL"):
        patch.setattr(Finisher, "finish", lambda *_: None)
        options = {"redact": True, "untracked": True, "timeout": 1000.0}
        dump_core(python_program(), core, path, **options)
    assert not os.path.exists(path)
    done = command(core, path)
    assert (done.returncode, done.stderr) == (0, "")
    heap = refcycle.load(path)
    assert heap.count_by_typename()["Kept"] == 7
    assert len(heap.metadata["threads"]) > 2


@pytest.mark.any_version
@pytest.mark.parametrize(
    "then", [CRASHES_THEN, EXITS_THEN, LOOPS_THEN], ids=["crashes", "exits", "loops"]
)
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (in_an_allocation, "or a thread was in the middle of changing it"),
        (in_a_hand_over, "no thread has the GIL, and none can take it"),
    ],
)
def test_a_thread_that_cannot_finish(tmp_path, make, words, then):
    core = core_with(tmp_path, make(then))
    done = command(core, tmp_path / "none")
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr and done.stderr.count("\n") == 1
    assert os.listdir(tmp_path) == [os.path.basename(core)]
