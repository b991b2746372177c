# https://github.com/permitio/fastapi_websocket_rpc/issues/15
"""A task waits for an event that never comes: one is left by each call."""

import asyncio

import refcycle

CAUSE = ["Event", "closing"]
FIX = ["cancel"]


class Promise:
    pass


async def closing(event, promise):
    await event.wait()
    promise.closed = True


class RpcChannel:
    def __init__(self):
        self._closed = asyncio.Event()

    async def call(self):
        promise = Promise()
        waiting = asyncio.ensure_future(closing(self._closed, promise))
        response = asyncio.ensure_future(asyncio.sleep(0, "response"))
        await asyncio.wait([waiting, response], return_when=asyncio.FIRST_COMPLETED)


async def main():
    channel = RpcChannel()
    for _ in range(3):
        await channel.call()
    print(refcycle.why(refcycle.snapshot().find_by_typename("Promise")[0]))


asyncio.run(main())
