"""Programs that repeat public reports of memory that grows, and what refcycle says of each.

A program in `reports` names its report in its first line and prints one answer of refcycle: the
one that a person would ask for who does not know the cause. It states, as data, what must be in
the first 25 lines of that answer:

    CAUSE    words that name what holds the memory
    FIX      words of a right fix, in the lines beside the chains
    NEVER    words of a fix that would be wrong here, or of a false claim

A tuple in place of a word means any one of its words. A program whose answer is not right yet
says in WRONG what is wrong with it, in a text or, by version of Python, in a dict of texts. It
must fail then: remove WRONG when the answer is right.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

REPORTS = sorted((Path(__file__).parent / "reports").glob("*.py"))
FIRST_SCREEN = 25
SECONDS = 60

Words = list["str | tuple[str, ...]"]


class Expected(NamedTuple):
    """What a program says of its answer."""

    cause: Words
    fix: Words
    never: list[str]
    wrong: str | None


def constants_of(program: Path) -> dict[str, object]:
    """Return the constants at the top level of a program, without running it."""
    tree = ast.parse(program.read_text(encoding="utf-8"))
    return {
        target.id: ast.literal_eval(statement.value)
        for statement in tree.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name) and target.id in ("CAUSE", "FIX", "NEVER", "WRONG")
    }


def expected_of(program: Path) -> Expected:
    found = constants_of(program)
    wrong = found.get("WRONG")
    if isinstance(wrong, dict):
        wrong = wrong.get(f"3.{sys.version_info.minor}")
    return Expected(found["CAUSE"], found["FIX"], found.get("NEVER", []), wrong)


def missing(words: Words, text: str) -> Words:
    """Return those of the words, or choices of words, of which the text has none."""
    return [
        each
        for each in words
        if not any(word in text for word in ((each,) if isinstance(each, str) else each))
    ]


def first_screen(program: Path) -> list[str]:
    """Return the first lines that the program prints."""
    done = subprocess.run(
        [sys.executable, "-X", "utf8", program],
        # readline sets a width for the processes that tests start.
        env={**os.environ, "COLUMNS": ""},
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()[:FIRST_SCREEN]


def text_of(lines: list[str]) -> str:
    """Return the lines as one, however they were broken."""
    return " ".join(" ".join(lines).split())


def advice_of(lines: list[str]) -> str:
    """Return what is not a chain of references: names in a chain are no advice."""
    chains = (*"└├│ ", "object ", "type ")
    return text_of([line for line in lines if not line.startswith(chains)])


def programs() -> list[object]:
    return [
        pytest.param(
            program,
            id=program.stem,
            marks=[pytest.mark.xfail(reason=wrong, strict=True, raises=AssertionError)]
            if (wrong := expected_of(program).wrong)
            else [],
        )
        for program in REPORTS
    ]


@pytest.mark.parametrize("program", programs())
def test_the_answer_names_the_cause_and_a_right_fix(program: Path) -> None:
    expected = expected_of(program)
    lines = first_screen(program)
    text = text_of(lines)
    assert missing(expected.cause, text) == [], f"the cause is not named in: {text}"
    assert missing(expected.fix, advice_of(lines)) == [], f"no right fix in: {text}"
    assert [word for word in expected.never if word in text] == [], f"a false word in: {text}"


@pytest.mark.parametrize("program", REPORTS, ids=lambda program: program.stem)
def test_each_program_names_its_report(program: Path) -> None:
    first = program.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# https://"), first
