# https://github.com/run-llama/llama-agents/issues/485
"""A timer copies the context of who sets it, with what its variables hold."""

import asyncio
import contextvars

import refcycle

CAUSE = ["current_run", "TimerHandle"]
FIX = [("reset", "context=", "set(None)")]

current_run = contextvars.ContextVar("current_run")


class RunContext:
    pass


async def run(loop):
    current_run.set(RunContext())
    loop.call_later(3600, print, "clean up")


async def main():
    await asyncio.create_task(run(asyncio.get_running_loop()))
    await asyncio.sleep(0)  # the loop lets the task go
    print(refcycle.why(refcycle.snapshot().find_by_typename("RunContext")[0]))


asyncio.run(main())
