"""What dumps import: a module stays in the program, and its next dump has the objects of it."""

import json
import os
import random
import subprocess
import sys

import pytest
from helpers.processes import run_json

import refcycle
from refcycle._text.json_text import json_text

LIMIT = 240
HAS_FORK = hasattr(os, "fork")
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")

# What each kind of dump imports, of Python; what these import comes with them.
OF_PYTHON = {
    "save": "bisect, dis",
    "dump": "bisect, dis, errno",
    "fork": "bisect, contextlib, dis, errno, select, signal, warnings",
    "signal": "bisect, contextlib, dis, errno, signal, threading",
    "memory error": "bisect, contextlib, dis, errno, threading",
    "conditions": (
        "atexit, bisect, contextlib, dis, errno, re, select, signal, threading, warnings, weakref"
    ),
}
OWN = {
    "_dumps",
    "_dumps.description",
    "_dumps.paths",
    "_dumps.residue",
    "_objects",
    "_objects.code_objects",
    "_objects.states",
    "_objects.type_flags",
    "_objects.types",
    "_objects.unused_locals",
    "_objects.value_stacks",
    "_python_modules",
    "_text",
    "_text.json_text",
    "dumping",
}
OWN_OF_HOOKS = {"_dumps.fork", "_dumps.hooks", "_dumps.limits", "_dumps.new_files"}
OWN_MORE = {
    "fork": {"_dumps.fork"},
    "signal": OWN_OF_HOOKS | {"signal_dumps"},
    "memory error": OWN_OF_HOOKS | {"memory_error_dumps"},
    "conditions": OWN_OF_HOOKS
    | {
        "_background",
        "_dumps.cgroups",
        "_dumps.words",
        "_text.numbers",
        "dump_conditions",
        "memory_error_dumps",
        "signal_dumps",
    },
}
CALLS = {
    "save": "refcycle.ObjectGraph([[]]).save(path)",
    "dump": "refcycle.dump(path)",
    "fork": "refcycle.dump(path, fork=True).wait()",
    "signal": (
        "import signal\n"
        "refcycle.dump_on_signal(signal.SIGUSR1, folder)\n"
        "signal.raise_signal(signal.SIGUSR1)"
    ),
    "memory error": (
        "refcycle.dump_on_memory_error(folder, reserve=0)\n"
        "sys.excepthook(MemoryError, MemoryError(), None)"
    ),
    "conditions": (
        "import signal, refcycle.dump_conditions\n"
        "refcycle.dump_conditions.dump_on('MemoryError,SIGUSR1,rss>900TB,to=' + folder)\n"
        "signal.raise_signal(signal.SIGUSR1)"
    ),
}
# A variable of a suspended generator is not used again: the dump reads its code.
BEFORE = """
import os, sys
import refcycle
{imports}
folder = sys.argv[1]
path = os.path.join(folder, "heap.refcycle")
sys.excepthook = lambda *error: None  # Python's own imports modules

def suspended():
    rows = [folder]
    yield len(rows)
    yield 1

generator = suspended()
next(generator)
"""
SHOW = "\nfor name in sorted(sys.modules): print(name)\n"


def modules_after(folder, call="", imports=""):
    code = BEFORE.format(imports=imports and f"import {imports}") + call + SHOW
    command = [sys.executable, "-I", "-c", code, folder]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@needs_fork
@pytest.mark.parametrize("kind", CALLS)
def test_the_first_dump_imports_little(tmp_path, kind):
    known = modules_after(tmp_path, imports=OF_PYTHON[kind])
    new = modules_after(tmp_path, CALLS[kind]) - known
    allowed = {f"refcycle.{name}" for name in OWN | OWN_MORE.get(kind, set())}
    assert new - allowed == set()
    assert len(os.listdir(tmp_path)) == 1


def test_a_snapshot_imports_no_table_of_characters(tmp_path):
    new = modules_after(tmp_path, "refcycle.snapshot()") - modules_after(tmp_path)
    assert new & {"html", "html.entities", "unicodedata"} == set()


def test_a_later_dump_has_no_new_module(tmp_path):
    """The first one has all modules that dumps import."""
    later = os.path.join(tmp_path, "later.refcycle")
    modules_after(tmp_path, f"refcycle.dump(path); refcycle.dump({later!r})")
    counts = [
        refcycle.load(os.path.join(tmp_path, name)).count_by_typename()["module"]
        for name in ("heap.refcycle", "later.refcycle")
    ]
    assert counts[0] == counts[1]


# The names go to a file, because a fork has no other place for them.
WATCHED = """
parent, log = os.getpid(), os.path.join(folder, "imported")
is_installed = False

def watch(event, arguments):
    if event == "import" and (is_installed or os.getpid() != parent):
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(descriptor, arguments[0].encode() + b" ")
        os.close(descriptor)

sys.addaudithook(watch)
"""
HOOKS = {
    "signal": (
        "refcycle.dump_on_signal(signal.SIGUSR1, folder)",
        "signal.raise_signal(signal.SIGUSR1)",
    ),
    "memory error": (
        "refcycle.dump_on_memory_error(folder, reserve=0)",
        "sys.excepthook(MemoryError, MemoryError(), None)",
    ),
    "fork": (
        "refcycle.dump(path, fork=True).wait()",
        "refcycle.dump(path, fork=True).wait()",
    ),
    "signal with fork": (
        "dumps = refcycle.dump_on_signal(signal.SIGUSR1, folder, fork=True)",
        "signal.raise_signal(signal.SIGUSR1)\nwhile dumps.is_dumping: time.sleep(0.01)",
    ),
}


@needs_fork
@pytest.mark.parametrize("kind", HOOKS)
def test_the_work_itself_imports_nothing(tmp_path, kind):
    """Neither in a handler nor in a fork, where a module may be half imported."""
    install, work = HOOKS[kind]
    code = BEFORE.format(imports="import signal, time") + WATCHED
    code += f"{install}\nis_installed = True\n{work}\nis_installed = False\n"
    command = [sys.executable, "-I", "-c", code, tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)
    assert (done.returncode, done.stderr) == (0, "")
    names = os.listdir(tmp_path)
    assert "imported" not in names, (tmp_path / "imported").read_text()
    assert any(name.endswith(".refcycle") for name in names)


@needs_fork
def test_a_dump_imports_no_file_of_the_program(tmp_path):
    for name in ("dis", "json", "threading"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(3)\n")
    found = run_json(
        """
        import refcycle
        refcycle.dump("a.refcycle")
        refcycle.dump("b.refcycle", fork=True).wait()
        print("[1]")
        """,
        cwd=tmp_path,
    )
    assert found == [1]


def texts():
    generator = random.Random(9)
    characters = [*map(chr, range(0x180)), "\u2028", "\ud800", "\udcff", "\uffff", "\U0001f600"]
    yield from characters
    for length in (0, 1, 5, 50):
        for _ in range(50):
            yield "".join(generator.choices(characters, k=length))


def test_the_json_of_dumps_is_that_of_python():
    for text in texts():
        assert json_text(text) == json.dumps(text)
    for value in ({}, [], [[]], {"a": []}, [1, -2, 1 << 70], {"a\n": ["b", {"c": [3]}]}):
        assert json_text(value) == json.dumps(value)
    everything = {text: [text, number] for number, text in enumerate(texts())}
    assert json_text(everything) == json.dumps(everything)


def test_the_json_of_dumps_runs_no_code_of_the_program():
    class Text(str):
        def touched(self, *arguments):
            raise AssertionError("the program was called")

        __str__ = __repr__ = __iter__ = __contains__ = isascii = isprintable = touched

    assert json_text([Text("a\n")]) == '["a\\n"]'
    with pytest.raises(TypeError, match="a float cannot be in a dump"):
        json_text(1.5)
