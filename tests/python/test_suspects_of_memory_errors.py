"""What a MemoryError holds is what the program was doing: no leak suspect of its dump."""

import json
import subprocess
import sys

import pytest

import refcycle
from refcycle.command_line import main

pytestmark = pytest.mark.any_version

PROGRAM = """
import sys, refcycle

class Row:
    def __init__(self):
        self.cells = [0] * 20

LEAK = []

def load_rows(number):
    rows = [Row() for _ in range(20_000)]
    LEAK.extend(Row() for _ in range(number))
    raise MemoryError

refcycle.dump_on_memory_error(sys.argv[1])
load_rows(int(sys.argv[2]))
"""
DOING = (
    "held by the exception that ended the program or a thread: what it was doing, and not a leak"
)


def dump_of(folder, leaked):
    command = [sys.executable, "-c", PROGRAM, str(folder), str(leaked)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1
    [path] = folder.glob("*.refcycle")
    return str(path)


def answer(capsys, *arguments):
    with pytest.raises(SystemExit) as done:
        main(list(arguments))
    assert done.value.code in (0, None)
    return " ".join(capsys.readouterr().out.split())


def test_without_a_leak(tmp_path, capsys):
    path = dump_of(tmp_path, 0)
    [suspect] = refcycle.load(path).leak_suspects()
    assert suspect.is_uncaught
    assert "local 'rows' of frame load_rows" in suspect.accumulation_point_name
    text = answer(capsys, "top", path)
    assert DOING in text
    assert "leak suspects: besides modules and classes, nothing else retains 10%" in text
    assert [
        row["is_uncaught"] for row in json.loads(answer(capsys, "top", path, "--json"))["suspects"]
    ]


def test_a_leak_is_still_a_suspect(tmp_path, capsys):
    path = dump_of(tmp_path, 20_000)
    suspects = refcycle.load(path).leak_suspects()
    assert sorted(suspect.is_uncaught for suspect in suspects) == [False, True]
    text = answer(capsys, "top", path)
    assert "leak suspects: " in text and "nothing else" not in text
    assert "__main__.LEAK" in text.partition("leak suspects: ")[2].partition("largest types")[0]
    table = " ".join(str(suspects).split())
    assert table.count("and not a leak") == 1
    # The index has the same.
    answer(capsys, "index", path)
    assert answer(capsys, "top", path) == text
