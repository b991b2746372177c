"""Lines that fit a terminal of any width, and what a mistyped command line is told."""

import os
import sys

import pytest

import refcycle
from refcycle._cli.suggestions import did_you_mean
from refcycle._text.cells import width as width_of
from refcycle._text.lines import line_width, wrapped, wrapped_text, wrapped_tree
from refcycle.command_line import main

pytestmark = pytest.mark.any_version

WIDTHS = [40, 60, 80, 120]
TEXT = "`app.SESSIONS` keeps its items alive: remove each item when it is done, or bound it"


class Session:
    pass


SESSIONS = []


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two dumps, between which many sessions were added."""
    folder = tmp_path_factory.mktemp("dumps")
    refcycle.snapshot().save(folder / "before.refcycle")
    SESSIONS.extend(Session() for _ in range(1000))
    refcycle.snapshot().save(folder / "after.refcycle")
    return folder


@pytest.fixture
def command(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)

    def command(*arguments, columns=""):
        monkeypatch.setenv("COLUMNS", str(columns))
        with pytest.raises(SystemExit) as end:
            main(arguments)
        shown = capsys.readouterr()
        return end.value.code, shown.out, shown.err

    return command


@pytest.mark.parametrize("width", WIDTHS)
def test_a_line_is_broken_between_words(width):
    lines = wrapped(TEXT, width, "  ")
    assert max(map(width_of, lines)) <= width
    assert " ".join(line.removeprefix("  ") for line in lines) == TEXT
    # Each line is as full as its words allow.
    for line, following in zip(lines, lines[1:], strict=False):
        assert width_of(f"{line} {following.split()[0]}") > width


def test_what_is_longer_than_a_line():
    assert wrapped("in app.views.sessions.Session", 16) == ["in app.views.", "sessions.Session"]
    path = "/srv/app.d/sessions.py:12"
    assert wrapped(f"at {path} now", 16) == ["at", path, "now"]
    assert wrapped("字" * 9, 16) == ["字" * 9]
    assert wrapped("a" * 40, None) == ["a" * 40]


def test_below_a_branch_are_the_branches_of_later_lines():
    assert wrapped_tree("│  ├─ ", "one two three", 14) == [
        ("│  ├─ ", "one two"),
        ("│  │  ", "  three"),
    ]
    assert wrapped_text("`- one two three", 8) == "`- one\n     two\n     three"


def test_without_a_terminal_lines_stay_whole(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "")
    assert line_width() is None
    assert wrapped_text(TEXT, line_width()) == TEXT
    monkeypatch.setenv("COLUMNS", "72")
    assert line_width() == 72
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setenv("COLUMNS", "no number")
    assert line_width() is None


@pytest.mark.parametrize(
    "arguments",
    [
        ("top", "after.refcycle", "--limit", "5"),
        ("why", "after.refcycle", "Session"),
        ("diff", "before.refcycle", "after.refcycle"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_the_lines_of_a_command_fit(command, arguments):
    code, whole, _ = command(*arguments)
    assert code == 0
    for width in WIDTHS:
        code, shown, _ = command(*arguments, columns=width)
        assert code == 0
        check_lines(shown, whole, width)


def check_lines(shown, whole, width):
    # Only a word can be too long, after its indentation.
    wide = [line for line in shown.splitlines() if width_of(line) > width]
    assert [line for line in wide if " " in line.strip(" │├└─")] == []
    assert "..." not in shown
    # No word is lost.
    words = "".join(shown.split()).replace("│", "")
    assert words == "".join(whole.split()).replace("│", "")


def test_a_fix_that_several_need_is_shown_once(command):
    _, shown, _ = command("diff", "before.refcycle", "after.refcycle")
    fix = f"`{__name__}.SESSIONS` keeps its items alive"
    assert shown.count(fix) == 1
    blocks = shown.split("\n\n")[1:]
    assert [block.splitlines()[-1] for block in blocks].count("the same fix cuts this chain") == (
        sum(".SESSIONS → list" in block for block in blocks) - 1
    )


def test_without_a_command_there_is_help(command):
    code, shown, errors = command()
    assert (code, errors) == (0, "")
    assert shown.startswith("usage: refcycle") and "  refcycle top heap.refcycle" in shown


MISTAKES = {
    "a command": (["tpo"], "unknown command tpo; did you mean top?"),
    "no command": (["zzz"], "unknown command zzz; the choices are attach, "),
    "an option": (["top", "--limt", "3", "x"], "unknown option --limt; did you mean --limit?"),
    "a value": (["completion", "fsh"], "unknown shell fsh; did you mean fish"),
    "a file": (
        ["top", "befor.refcycle"],
        "no such file: befor.refcycle; did you mean before.refcycle",
    ),
    "a type": (["why", "after.refcycle", "Sesion"], "did you mean Session"),
    "no file": (["top", "1.5"], "no such file: 1.5\n"),
}


@pytest.mark.parametrize(("arguments", "words"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_gets_a_suggestion(command, arguments, words):
    code, shown, errors = command(*arguments)
    assert (code, shown) == (2, "")
    assert words in errors


@pytest.mark.skipif(os.name != "posix", reason="only there a process can be asked for")
@pytest.mark.parametrize("arguments", [["top"], ["waste"], ["why"]], ids=str)
def test_a_process_in_place_of_a_file(command, arguments):
    pid = str(os.getpid())
    rest = ["Session"] if arguments == ["why"] else []
    code, _, errors = command(*arguments, pid, *rest)
    assert code == 2
    assert f"{pid} is a process" in errors and f"`refcycle dump {pid} heap.refcycle`" in errors
    # No process has this number.
    code, _, errors = command(*arguments, str(2**40), *rest)
    assert (code, "is a process" in errors) == (2, False)


def test_of_many_words_only_those_that_are_much_alike_are_suggested():
    names = [
        "isatty",
        "BitXor",
        "Cfg",
        "OrderedDict",
        *map("name_{}".format, range(100)),
    ]
    assert did_you_mean("history", names) == ""
    assert did_you_mean("cfg", names) == "; did you mean Cfg?"
    assert did_you_mean("OrderdDict", names) == "; did you mean OrderedDict?"
    assert did_you_mean("tpo", ["top", "sql"]) == "; did you mean top?"
