"""Which dumps are of one process: redacted or not, and of older versions."""

import os
import subprocess
import sys

import pytest

import refcycle
from refcycle._cli.command import CommandError
from refcycle._cli.commands import sql
from refcycle._fleet.summaries import facts_of_process

PROGRAM = """
import os, sys, refcycle
rows = []
refcycle.dump(sys.argv[1], redact=True)
rows.extend(object() for _ in range(1000))
refcycle.dump(sys.argv[2], redact=False)
if hasattr(os, "fork"):
    if os.fork() == 0:
        refcycle.dump(sys.argv[3])
        os._exit(0)
    os.wait()
"""


@pytest.fixture(scope="module")
def metadata(tmp_path_factory):
    """Return the facts of a redacted dump, another one of the process, and one of its fork."""
    folder = tmp_path_factory.mktemp("dumps")
    names = ["redacted", "open", "fork"]
    paths = [str(folder / f"{name}.refcycle") for name in names]
    subprocess.run([sys.executable, "-c", PROGRAM, *paths], check=True)
    facts = zip(names, paths, strict=True)
    return {name: refcycle.load(path).metadata for name, path in facts if os.path.exists(path)}


def processes(*files):
    return [facts_of_process(facts)["process"] for facts in files]


def test_redacted_or_not_it_is_one_process(metadata):
    one, other = processes(metadata["redacted"], metadata["open"])
    assert one == other
    assert "host" not in metadata["redacted"]
    assert len(metadata["redacted"]["process"]) == 16


def test_a_fork_is_another_process(metadata):
    if "fork" not in metadata:
        pytest.skip("this system has no fork")
    one, other = processes(metadata["redacted"], metadata["fork"])
    assert one != other


def test_each_process_has_another_number(metadata):
    program = (
        "from refcycle._dumps.description import describe\n"
        "print(describe([], True)['process'], describe([], False)['process'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    one, other = done.stdout.split()
    assert one == other != metadata["redacted"]["process"]


def test_the_label_of_a_host_tells_processes_apart(metadata):
    labelled = [{**metadata[name], "labels": '{"host": "web-3"}'} for name in ("redacted", "open")]
    one, other, without = processes(*labelled, metadata["open"])
    assert one == other != without


def test_of_older_files_only_those_with_a_host_are_of_one_process(metadata, capsys):
    old = [{**metadata[name]} for name in ("redacted", "open")]
    for facts in old:
        del facts["process"]
    one, other = processes(*old)
    assert one != other
    found = {one: ["a.refcycle"], other: ["b.refcycle"]}
    with pytest.raises(CommandError, match="these are of 2 processes"):
        sql._say_what_is_not_compared("growth-of-types", found)
    said = capsys.readouterr().err
    assert "a.refcycle and b.refcycle may be of one process, but count as two" in said


def test_others_are_not_called_one_process(metadata, capsys):
    found = {
        process: [f"{number}.refcycle", "more.refcycle"]
        for number, process in enumerate(
            ["", "::", ":1:2", "web:1:3", *processes(*metadata.values())]
        )
    }
    sql._say_what_is_not_compared("growth-of-types", found)
    assert capsys.readouterr().err == ""
