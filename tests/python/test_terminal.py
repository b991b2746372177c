"""What the commands show on a terminal: colours and progress."""

import io
import os
import re
import subprocess
import sys

import pytest

import refcycle
from refcycle._cli import terminal
from refcycle._cli.terminal import Progress
from refcycle._text.cells import cut

pytestmark = pytest.mark.any_version

pty = pytest.importorskip("pty")

CODES = re.compile("\x1b\\[[0-9]+m")


class Session:
    pass


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("files") / "heap.refcycle"
    sessions = [Session() for _ in range(2)]
    refcycle.ObjectGraph([sessions, *sessions]).save(path)
    return str(path)


def on_a_terminal(*arguments, **variables):
    """The output of a command on a terminal: its result, then everything else."""
    ours, theirs = pty.openpty()
    environment = {"PYTHONIOENCODING": "utf-8", "TERM": "xterm", "PATH": "", **variables}
    process = subprocess.Popen(
        [sys.executable, "-m", "refcycle", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env=environment,
    )
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:  # this is how Linux reports that there are no writers any more
        pass
    os.close(ours)
    assert process.wait() == 0, shown
    return shown.decode()


def test_a_terminal_has_colours_and_a_pipe_has_none(file):
    shown = on_a_terminal("why", file, "Session")
    assert "\x1b[1mobject test_terminal.Session" in shown
    assert re.search("\x1b\\[2m[^\x1b]*[├└]─ \x1b\\[0mheld", shown)
    command = [sys.executable, "-m", "refcycle", "why", file, "Session"]
    piped = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "\x1b" not in piped
    forced = {**os.environ, "FORCE_COLOR": "1", "NO_COLOR": ""}
    forced = subprocess.run(command, capture_output=True, text=True, check=True, env=forced)
    assert CODES.sub("", forced.stdout) == piped != forced.stdout


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_who_wants_no_colours_gets_none(file, variables):
    assert not CODES.search(on_a_terminal("top", file, **variables))


def test_what_takes_long_is_said_and_taken_back(file):
    shown = on_a_terminal("top", file, NO_COLOR="1")
    reading = f"reading {file} ..."
    # The terminal of a test has no width of its own: 80.
    shown = shown.replace("\r\n", "\n")
    reading = cut(reading, 79)
    assert shown.startswith("\r" + reading)
    assert f"\r{' ' * len(reading)}\r" in shown
    assert re.search("\r3 objects, [0-9,]+ bytes\n", shown)


def test_how_far_it_is_is_a_bar(monkeypatch):
    clock = iter(range(100))
    monkeypatch.setattr(terminal.time, "monotonic", lambda: next(clock))
    stream = io.StringIO()
    shown = Progress("reading a file", stream)
    for done in (0, 250, 1000, 2000):
        shown(done, 1000)
    shown(1, 0)
    shown.clear()
    lines = [line.rstrip() for line in stream.getvalue().split("\r")]
    assert lines == [
        "",
        "reading a file ...",
        "reading a file [--------------------]   0%",
        "reading a file [#####---------------]  25%",
        "reading a file [####################] 100%",
        "reading a file [####################] 100%",
        "",
        "",
    ]


def test_wide_characters_are_taken_back():
    stream = io.StringIO()
    Progress("\u8aad\u3080", stream).clear()
    assert stream.getvalue() == f"\r\u8aad\u3080 ...\r{' ' * 8}\r"


def test_a_line_is_no_wider_than_its_terminal():
    termios = pytest.importorskip("termios")
    ours, theirs = pty.openpty()
    if hasattr(termios, "tcsetwinsize"):  # since Python 3.11
        termios.tcsetwinsize(theirs, (24, 20))
    with open(theirs, "w", encoding="utf-8") as stream:
        width = os.get_terminal_size(theirs).columns or 80
        Progress("reading a file of a long name " * 4, stream)
        shown = os.read(ours, 1000).decode()
    os.close(ours)
    assert len(shown) == 1 + width - 1


def test_it_is_not_drawn_too_often(monkeypatch):
    monkeypatch.setattr(terminal.time, "monotonic", lambda: 1.0)
    stream = io.StringIO()
    shown = Progress("reading", stream)
    for done in range(1000):
        shown(done, 1000)
    assert stream.getvalue() == "\rreading ..."


def test_load_tells_how_far_it_is(file):
    told = []
    graph = refcycle.load(file, progress=lambda done, total: told.append((done, total)))
    assert told == [(len(graph), len(graph))]


def test_what_progress_raises_ends_the_reading(file):
    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        refcycle.load(file, progress=stop)
