"""Dumps of running processes that agents ask for: see `test_mcp`."""

import os
import sys

import pytest
from helpers.attached import attaches, process

from refcycle._cli.command import CommandError
from refcycle._cli.commands import all_commands
from refcycle._cli.mcp.allowed import AllowedFiles
from refcycle._cli.mcp.tools import Tools


@pytest.fixture
def tools(tmp_path):
    all_commands()
    tools = Tools(AllowedFiles([str(tmp_path)]), attaches=True)
    yield tools
    tools.close()


@attaches
def test_two_dumps_of_a_process(tools, tmp_path):
    with process(tmp_path) as running:
        first = tools.dump_process(running.pid)
        second = tools.dump_process(running.pid)
    one, two = (f"process-{running.pid}-{number}" for number in (1, 2))
    assert first.startswith(f"{one}: ") and second.endswith(f"dump={two}")
    assert [line.split()[-1] for line in tools.dumps().split("\n")[1:]] == [two, one]
    answer = tools.why(two, "Kept")
    assert answer.startswith("3 objects of type Kept in 1 group")
    assert " new, " in tools.diff(one, two)
    assert "redacted" not in tools.summary(one)  # it has nothing to warn about
    assert os.listdir(tmp_path) == []
    folder = os.path.dirname(tools._allowed.dump(one))
    tools.close()
    assert not os.path.exists(folder)


@attaches
def test_a_process_that_does_not_exist(tools):
    # Larger than any id of a process.
    with pytest.raises(CommandError, match="there is no process 999999999"):
        tools.dump_process(999_999_999)
    assert "no dumps" in tools.dumps()


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="needs an older Python")
def test_an_older_python(tools):
    with pytest.raises(CommandError, match=r"attach needs Python 3\.14 or later"):
        tools.dump_process(1)


def test_itself_and_no_process(tools):
    with pytest.raises(CommandError, match="is this server itself"):
        tools.dump_process(os.getpid())
    with pytest.raises(CommandError):
        tools.dump_process(-5)
