# https://github.com/pnbruckner/ha-life360/issues/101
"""Tasks stay in a set when they are done, and with them their results."""

import asyncio

import refcycle

CAUSE = ["_tasks", "Task"]
FIX = ["add_done_callback", "discard"]


class Location:
    pass


class Coordinator:
    def __init__(self):
        self._tasks = set()

    async def _request(self):
        return Location()

    async def update(self):
        task = asyncio.create_task(self._request())
        self._tasks.add(task)
        await task


async def main():
    coordinator = Coordinator()
    for _ in range(3):
        await coordinator.update()
    await asyncio.sleep(0)
    print(refcycle.why(refcycle.snapshot().find_by_typename("Location")[0]))


asyncio.run(main())
