# https://github.com/aiidateam/aiida-core/issues/4698
"""A task that goes on has a copy of the context of the process that began it."""

import asyncio
import contextvars

import refcycle

CAUSE = ["process_stack", "Task"]
FIX = [("reset", "context=", "set(None)")]

process_stack = contextvars.ContextVar("process_stack")


class Process:
    pass


async def keep_open():
    await asyncio.Event().wait()


open_transports = set()


async def step():
    process_stack.set(Process())
    open_transports.add(asyncio.create_task(keep_open(), name="transport"))
    await asyncio.sleep(0)


async def main():
    await asyncio.create_task(step())
    print(refcycle.why(refcycle.snapshot().find_by_typename("Process")[0]))
    for task in open_transports:
        task.cancel()


asyncio.run(main())
