"""The server on standard input and output, with the package `mcp`."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from functools import wraps
from inspect import getdoc
from threading import Lock
from typing import Any

from refcycle._cli.command import CommandError
from refcycle._cli.files import keep_loaded
from refcycle._cli.mcp.paging import shortened
from refcycle._cli.mcp.tools import Tools
from refcycle._refcycle import VERSION
from refcycle._tables.packages import package

__all__ = ["INSTRUCTIONS", "serve"]

INSTRUCTIONS = """\
Find memory leaks in CPython programs from heap dumps. Guess no cause before an answer names it.
1. `dumps`: which dumps there are.
2. `summary`: are Python objects the largest part? If not, the answer says what to do.
3. `diff` of two dumps of one process if its memory grows; otherwise `suspects`, then `signatures`.
4. `why` with the type that grows: its chains say what holds the objects, and how to fix it.
5. `source`: the code at a place that an answer names. `cycles`: garbage, and what to cut.
Long answers have pages: ask again with page=2. Options in an answer, such as --limit, are
arguments of the tool. If an answer says "unknown" or "C code", report that."""

# A comparison needs two graphs.
_KEPT = 3
_PURPOSE = "refcycle mcp"


def serve(tools: Tools) -> None:
    """Answer until the client closes standard input. CommandError if the package is missing."""
    try:
        package("mcp", _PURPOSE)
        framework = package("mcp.server.mcpserver", _PURPOSE)
        errors = package("mcp.server.mcpserver.exceptions", _PURPOSE)
        types = package("mcp.types", _PURPOSE)
    except ModuleNotFoundError as error:  # the package is there, but not this module
        raise CommandError(
            f"{_PURPOSE} needs version 2 of the package mcp, and another one is installed "
            f"({error}): pip install 'refcycle[mcp]'"
        ) from error
    except ImportError as error:
        raise CommandError(str(error)) from error
    server = framework.MCPServer(
        "refcycle", instructions=INSTRUCTIONS, version=VERSION, log_level="WARNING"
    )
    lock = Lock()
    for tool in tools.all():
        is_live = tool.__name__ == "dump_process"
        hints = types.ToolAnnotations(
            read_only_hint=not is_live, destructive_hint=False, open_world_hint=is_live
        )
        server.add_tool(
            _answering(tool, errors.ToolError, lock),
            description=getdoc(tool),
            annotations=hints,
            structured_output=False,
        )
    # Answers are for a program: no colours, and no lines broken at the width of a terminal.
    os.environ.pop("FORCE_COLOR", None)
    os.environ["NO_COLOR"] = "1"
    os.environ["COLUMNS"] = ""
    keep_loaded(_KEPT)
    # So ends a client a server that takes long: dumps of processes are deleted first.
    signal.signal(signal.SIGTERM, lambda *_: _end(tools))
    try:
        server.run("stdio")
    finally:
        keep_loaded(0)
        tools.close()


def _end(tools: Tools) -> None:
    tools.close()
    os._exit(128 + signal.SIGTERM)  # a thread that computes an answer would keep the process


def _answering(
    tool: Callable[..., str], error_class: type[Exception], lock: Lock
) -> Callable[..., str]:
    """Return the tool with errors that an agent can read; the lock lets one answer at a time."""

    @wraps(tool)
    def answer(**arguments: Any) -> str:
        try:
            with lock:
                return tool(**arguments)
        except CommandError as error:
            text = str(error)
        except Exception as error:
            text = f"refcycle failed with {type(error).__name__}: {error}"
        raise error_class(shortened(text))

    return answer
