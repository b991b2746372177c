"""`refcycle mcp`, asked by the client of the package `mcp` over standard input and output."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import asynccontextmanager

import pytest

pytest.importorskip("mcp")

import anyio
from mcp import Client, StdioServerParameters, stdio_client

# Nothing here takes so long: a test that hangs ends.
PATIENCE = 200
LIMIT = 8_000

PROGRAM = """
import gc, sys
gc.disable()
import refcycle

class Session:
    def __init__(self, number):
        self.number = number

SESSIONS = {}
for name in ("one.refcycle", "one.refcycle", "two.refcycle"):
    SESSIONS |= {len(SESSIONS) + number: Session(number) for number in range(500)}
    refcycle.dump(name)
"""

SERVER = """
import sys, time
class Kept:
    pass
held = [Kept(), Kept(), Kept()]
print("ready", flush=True)
for _ in range(20_000):
    time.sleep(0.01)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    above = tmp_path_factory.mktemp("above")
    (above / "secret.refcycle").write_text("elsewhere")
    folder = above / "app"
    folder.mkdir()
    (folder / "main.py").write_text(PROGRAM)
    subprocess.run([sys.executable, "main.py"], cwd=folder, check=True)
    return folder


@asynccontextmanager
async def connected(folder, *arguments):
    """A client, and a function that returns the text of an answer and whether it is an error."""
    command = ["-m", "refcycle", "mcp", *arguments]
    server = StdioServerParameters(command=sys.executable, args=command, cwd=str(folder))
    with anyio.fail_after(PATIENCE), open(folder.parent / "stderr", "w+") as log:
        async with Client(stdio_client(server, errlog=log)) as client:

            async def ask(tool, **asked):
                answer = await client.call_tool(tool, asked)
                [content] = answer.content
                assert len(content.text.encode("utf-8")) <= LIMIT
                assert "Traceback" not in content.text
                return content.text, bool(answer.is_error)

            yield client, ask
        log.seek(0)
        assert log.read() == ""


def test_the_tools(folder):
    async def run():
        async with connected(folder) as (client, _):
            return (await client.list_tools()).tools, client.instructions

    tools, instructions = anyio.run(run)
    names = "dumps summary suspects why signatures cycles diff waste sql source"
    assert [tool.name for tool in tools] == names.split()
    assert all(tool.annotations.read_only_hint for tool in tools)
    assert all(tool.output_schema is None for tool in tools)
    assert all("page" in tool.input_schema["properties"] for tool in tools)
    [why] = [tool for tool in tools if tool.name == "why"]
    assert why.input_schema["required"] == ["dump", "object"]
    assert "\n    " not in why.description
    listed = [tool.model_dump(mode="json", exclude_none=True) for tool in tools]
    assert len(json.dumps(listed)) + len(instructions) <= LIMIT


def test_from_the_symptom_to_the_fix(folder):
    async def run():
        async with connected(folder) as (_, ask):
            assert "two.refcycle" in (await ask("dumps"))[0]
            assert "Python objects" in (await ask("summary", dump="two.refcycle"))[0]
            grown, _ = await ask("diff", before="one.refcycle", after="two.refcycle")
            assert "+500" in grown and "Session" in grown
            answer, is_error = await ask("why", dump="two.refcycle", object="Session")
            assert not is_error and "`__main__.SESSIONS` keeps its items alive" in answer
            assert "\x1b" not in answer
            code, _ = await ask("source", dump="two.refcycle", place="main.py:6")
            assert ">  6  class Session:" in code

    anyio.run(run)


def test_pages_and_errors(folder):
    async def run():
        async with connected(folder) as (_, ask):
            many = {"dump": "two.refcycle", "limit": 1_000}
            first, _ = await ask("signatures", **many)
            assert "ask with page=2 for the next" in first
            second, _ = await ask("signatures", **many, page=2)
            assert "(page 2 of " in second and second != first
            for tool, asked, words in (
                ("why", {"dump": "two.refcycle", "object": "Sesion"}, "did you mean Session"),
                ("summary", {"dump": "../secret.refcycle"}, "not in what this server may read"),
                ("summary", {"dump": "three.refcycle"}, "no such dump"),
                ("summary", {"dump": "main.py"}, "not a heap dump"),
                ("summary", {"dump": 3}, "valid string"),
                ("suspects", {"dump": "two.refcycle", "limit": 0}, "at least 1"),
                ("source", {"dump": "two.refcycle", "place": "other.py:1"}, "names no file"),
                ("sql", {"dumps": [], "query": "retainers"}, "name at least one dump"),
                ("dump_process", {"pid": os.getpid()}, "dump_process"),  # not offered
            ):
                text, is_error = await ask(tool, **asked)
                assert is_error and words in text, text

    anyio.run(run)


def test_many_questions_at_once(folder):
    async def run():
        found = {}
        async with connected(folder) as (_, ask):

            async def one(tool, number):
                found[tool, number] = await ask(tool, dump="two.refcycle")

            async with anyio.create_task_group() as group:
                for number in range(3):
                    for tool in ("summary", "suspects", "signatures", "cycles", "waste"):
                        group.start_soon(one, tool, number)
        return found

    found = anyio.run(run)
    assert len(found) == 15
    for (tool, _), answer in found.items():
        assert answer == found[tool, 0] and not answer[1]


@pytest.mark.skipif(sys.version_info < (3, 14), reason="comes with Python 3.14")
def test_a_running_process(folder):
    async def run(pid):
        async with connected(folder, "--attach") as (client, ask):
            [*_, live] = (await client.list_tools()).tools
            assert live.name == "dump_process" and not live.annotations.read_only_hint
            text, is_error = await ask("dump_process", pid=pid)
            assert not is_error, text
            name = text.rpartition("dump=")[2]
            answer, _ = await ask("why", dump=name, object="Kept")
            assert answer.startswith("3 objects of type Kept in 1 group")

    command = [sys.executable, "-c", SERVER]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "ready\n"
        anyio.run(run, process.pid)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
