"""Dumps that hooks write say nothing of refcycle itself."""

import json
import os
import signal
import subprocess
import sys

import pytest
from helpers.processes import run_json

import refcycle
from refcycle.command_line import main

pytestmark = [
    pytest.mark.any_version,
    pytest.mark.skipif(not hasattr(signal, "SIGUSR2"), reason="no such signals"),
]

PROGRAM = """
import gc, signal

class Session:
    pass

SESSIONS = []

def step(number):
    SESSIONS.extend(Session() for _ in range(number))
    gc.collect()
    signal.raise_signal(signal.SIGUSR2)

step(1000)
step(500)
step(0)
"""


@pytest.fixture(scope="module")
def paths(tmp_path_factory):
    """Return the paths of three dumps on a signal, while a MemoryError is waited for as well."""
    folder = tmp_path_factory.mktemp("hooks")
    (folder / "program.py").write_text(PROGRAM)
    words = f"MemoryError,SIGUSR2,every=0s,to={folder}"
    command = [sys.executable, "-m", "refcycle", "run", "--dump-on", words, "program.py"]
    subprocess.run(command, check=True, capture_output=True, cwd=folder)
    found = [folder / name for name in os.listdir(folder) if name.endswith(".refcycle")]
    return sorted(map(str, found))


def answer(capsys, *arguments):
    with pytest.raises(SystemExit) as done:
        main(list(arguments))
    assert done.value.code in (0, None)
    return capsys.readouterr().out


def test_top_names_the_program_only(paths, capsys):
    data = json.loads(answer(capsys, "top", paths[0], "--json"))
    assert data["size"] < 50_000_000
    assert not any("refcycle" in str(one) for one in data["suspects"])
    assert not any("refcycle" in one["name"] for one in data["retained"])
    assert all(one["size"] < 20_000_000 for one in data["types"])


def test_the_reserve_is_no_leak_suspect_in_dumps_of_earlier_versions(tmp_path):
    with refcycle.dump_on_memory_error(tmp_path) as hook:
        hook._reserve = bytearray(30 << 20)  # as these had it
        graph = refcycle.snapshot(untracked=True)
        graph.save(tmp_path / "dump")
    for heap in (graph, refcycle.load(tmp_path / "dump")):
        [held] = heap.find_by_typename("MemoryErrorDump")
        assert heap.retained_size(held) > 30 << 20
        # Whatever else other tests have left.
        suspects = [one for one in heap.leak_suspects(share=0.01) if len(one.vertices) == 1]
        assert not any("MemoryErrorDump" in str(one) for one in suspects)
    del graph, heap


def test_a_comparison_names_the_program_only(paths, capsys):
    assert len(paths) == 3
    text = answer(capsys, "diff", *paths[:2])
    assert "\n500 Session objects are held like this:\n" in text
    assert "refcycle" not in text
    first, second, third = map(refcycle.load, paths)
    for before, after in ((first, second), (second, third)):
        found = refcycle.diff(before, after, samples=50)
        shown = [one.chain.signature for one in found.samples]
        shown += [row.signature for row in found._further()]
        assert not any("refcycle" in name for name in shown)


@pytest.mark.skipif(sys.platform != "linux", reason="the system does not report the memory")
def test_the_reserve_has_no_pages():
    before, during, unseen, after = run_json(
        """
        import json, refcycle, tempfile
        from refcycle._dumps.residue import resident_bytes
        refcycle.dump_on_memory_error(tempfile.mkdtemp(), reserve=0).close()
        refcycle.memory()
        before = resident_bytes()
        hook = refcycle.dump_on_memory_error(tempfile.mkdtemp(), reserve=1 << 30)
        during = resident_bytes()
        account = refcycle.memory()
        hook.close()
        print(json.dumps([before, during, account.unseen, resident_bytes()]))
        """
    )
    assert during - before < 50_000_000
    assert unseen < 100_000_000
    assert after - before < 50_000_000


@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit that holds")
def test_the_reserve_is_there_when_memory_runs_out():
    fits = run_json(
        """
        import json, refcycle, resource, tempfile
        hook = refcycle.dump_on_memory_error(tempfile.mkdtemp(), reserve=100 << 20)
        with open("/proc/self/statm") as file:
            used = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + (10 << 20),) * 2)

        def fits():
            try:
                return len(bytearray(80 << 20)) > 0
            except MemoryError:
                return False

        found = [fits()]
        hook.close()
        print(json.dumps([*found, fits()]))
        """
    )
    assert fits == [False, True]


def test_too_much_cannot_be_set_aside(tmp_path):
    before = sys.excepthook
    with pytest.raises(MemoryError, match="bytes cannot be set aside"):
        refcycle.dump_on_memory_error(tmp_path, reserve=sys.maxsize)
    assert sys.excepthook is before
