# https://github.com/fkie-cad/FACT_core/pull/1503
"""The variable of an endless loop holds the object that it has already passed on."""

import asyncio

import refcycle

CAUSE = ["forward", "local 'item'"]
FIX = ["del item"]


class Firmware:
    pass


async def forward(incoming, outgoing):
    while True:
        item = await incoming.get()
        await outgoing.put(id(item))


async def main():
    incoming, outgoing = asyncio.Queue(), asyncio.Queue()
    task = asyncio.create_task(forward(incoming, outgoing))
    await incoming.put(Firmware())
    await outgoing.get()
    print(refcycle.why(refcycle.snapshot().find_by_typename("Firmware")[0]))
    task.cancel()


asyncio.run(main())
