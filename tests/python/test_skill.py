"""The skill for agents names commands, options and functions that exist."""

import re
import shlex
from pathlib import Path

import pytest

import refcycle
from refcycle._cli.commands import all_commands
from refcycle._cli.parser import parser_of

pytestmark = pytest.mark.any_version

SKILL = Path(__file__).resolve().parents[2] / "skills" / "refcycle" / "SKILL.md"
TEXT = SKILL.read_text(encoding="utf-8")


def commands():
    """The commands in blocks, and in the text with all that they need."""
    yield from re.findall(r"(?m)^\$ refcycle (.+)$", TEXT)
    yield from re.findall(r"`refcycle (\w+ [^`]+)`", TEXT)


def test_it_has_the_head_that_agents_read():
    head, body = TEXT.removeprefix("---\n").split("\n---\n", 1)
    fields = dict(line.split(": ", 1) for line in head.split("\n"))
    assert fields.keys() == {"name", "description"}
    assert fields["name"] == SKILL.parent.name
    assert len(fields["description"]) < 1024
    assert body.startswith("\n# ") and len(TEXT) < 6000


def test_its_commands_can_be_parsed():
    found = list(commands())
    assert len(found) >= 8
    parser = parser_of(all_commands())
    for each in found:
        options = parser.parse_args(shlex.split(each))
        assert options.command.name == each.split()[0]


def test_its_functions_exist():
    names = set(re.findall(r"`refcycle\.(\w+)", TEXT))
    assert {"dump", "expect_freed", "assert_freed", "watch"} <= names
    for name in names - {"integrations"}:
        assert name in refcycle.__all__
