"""The index that a fork writes after its dump, as another program."""

import os
import sys

import pytest
from helpers.processes import run_json

import refcycle
from refcycle._dumps import index_program

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")

PATIENCE = 100


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "now.refcycle")


def test_it_is_the_index_of_the_dump(path):
    pytest.importorskip("pyarrow")
    found = run_json(
        f"""
        import json, os, sys
        os.environ["REFCYCLE_DUMP_ON"] = "nonsense"  # which would be reported
        os.environ["PYTHONHASHSEED"] = "nonsense"  # with which no Python starts
        import refcycle
        taken = refcycle.dump({path!r}, fork=True, index=True)
        taken.wait({PATIENCE})
        print(json.dumps([taken.is_running, sorted({{"pyarrow", "zipfile"}} & set(sys.modules))]))
        """
    )
    assert found == [False, []]
    with open(path + ".index", "rb") as file:
        written = file.read()
    refcycle.index_file(path)
    with open(path + ".index", "rb") as file:
        assert written == file.read()
    assert sorted(os.listdir(os.path.dirname(path))) == ["now.refcycle", "now.refcycle.index"]


@pytest.mark.any_version
def test_if_it_fails_the_dump_remains(path):
    pytest.importorskip("pyarrow")
    os.mkdir(path + ".index")
    taken = refcycle.dump(path, fork=True, index=True)
    with pytest.raises(RuntimeError, match="is complete, but its index was not written") as caught:
        taken.wait(PATIENCE)
    assert "its process ended with status 1" in str(caught.value)
    assert len(refcycle.load(path)) > 0


@pytest.mark.any_version
def test_a_program_that_does_not_start(path, monkeypatch):
    monkeypatch.setattr(index_program, "check", lambda: None)
    monkeypatch.setattr(sys, "executable", str(path) + ".python")
    taken = refcycle.dump(path, fork=True, index=True)
    with pytest.raises(RuntimeError, match="its process ended with status 1"):
        taken.wait(PATIENCE)
    assert len(refcycle.load(path)) > 0


def test_without_a_fork(path):
    with pytest.raises(ValueError, match="index needs fork=True"):
        refcycle.dump(path, index=True)
    assert not os.path.exists(path)


def test_without_pyarrow(path, monkeypatch):
    monkeypatch.setattr(index_program, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match="an index needs the package pyarrow"):
        refcycle.dump(path, fork=True, index=True)
    assert not os.path.exists(path)


@pytest.mark.parametrize("executable", ["", "/usr/bin/uwsgi"])
def test_in_a_program_that_is_no_python(path, monkeypatch, executable):
    monkeypatch.setattr(index_program, "find_spec", lambda name: name)
    monkeypatch.setattr(sys, "executable", executable)
    with pytest.raises(RuntimeError, match="run `refcycle index` later"):
        refcycle.dump(path, fork=True, index=True)
    assert not os.path.exists(path)
