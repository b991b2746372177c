# https://github.com/geldata/gel-python/pull/140
"""A group that lives as long as the program never forgets a task."""

import asyncio

import refcycle

CAUSE = ["TaskGroup", "_tasks"]
FIX = ["discard"]


class TaskGroup:
    def __init__(self):
        self._tasks = set()

    def create_task(self, coroutine):
        task = asyncio.ensure_future(coroutine)
        self._tasks.add(task)
        return task


group = TaskGroup()


async def query():
    return [1, 2, 3]


async def main():
    await group.create_task(query())
    before = refcycle.snapshot()
    for _ in range(50):
        await group.create_task(query())
    print(refcycle.diff(before, refcycle.snapshot()))


asyncio.run(main())
