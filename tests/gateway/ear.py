"""Talks to a gateway with the stock raw stub: what any correct client sees, with nothing of ours in between."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from grpclib.client import Channel
from wechaty_grpc.wechaty import PuppetStub

from bot.chat.wire import SERVICE, DownloadRequest, DownloadResponse, EventType

_DEADLINE_S = 10.0
_END = -1


class SilenceError(Exception):
    """The stream ended before the awaited event came; its fault, if any, is the cause."""


class Ear:
    """The raw stub with its event stream open; what was heard waits in a queue."""

    def __init__(self, stub: PuppetStub) -> None:
        self.stub = stub
        self.heard: asyncio.Queue[tuple[int, str]] = asyncio.Queue()
        self.ended = asyncio.Event()
        self.fault: Exception | None = None

    async def listen(self) -> None:
        """Queue every event until the stream ends; how it ended is kept in `fault`."""
        try:
            async for event in self.stub.event():
                self.heard.put_nowait((int(event.type), event.payload))
        except Exception as fault:  # noqa: BLE001 - whatever ends the stream is what the tests look at
            self.fault = fault
        finally:
            self.ended.set()
            self.heard.put_nowait((_END, ""))

    async def next(self, wanted: EventType) -> dict[str, Any]:
        """The payload of the next event of this type; others on the way are passed over."""
        async with asyncio.timeout(_DEADLINE_S):
            while True:
                kind, payload = await self.heard.get()
                if kind == wanted:
                    return dict(json.loads(payload))
                if kind == _END:
                    raise SilenceError(wanted.name) from self.fault

    async def download(self, uuid: str) -> bytes:
        """The bytes behind a uuid box; the stock stub has no such call."""
        request = DownloadRequest(id=uuid)
        stream = self.stub._unary_stream(f"{SERVICE}Download", request, DownloadResponse)
        return b"".join([part.chunk async for part in stream])


@asynccontextmanager
async def stub_at(port: int, token: str, tls: ssl.SSLContext | None = None) -> AsyncIterator[PuppetStub]:
    """The stock stub on its own channel."""
    channel = Channel(host="127.0.0.1", port=port, ssl=tls)
    try:
        yield PuppetStub(channel, metadata={"authorization": f"Wechaty {token}"})
    finally:
        channel.close()


@asynccontextmanager
async def ear_at(port: int, token: str, tls: ssl.SSLContext | None = None) -> AsyncIterator[Ear]:
    """An ear that has already heard the gateway's first heartbeat."""
    async with stub_at(port, token, tls) as stub:
        ear = Ear(stub)
        task = asyncio.create_task(ear.listen())
        try:
            await ear.next(EventType.HEARTBEAT)
            yield ear
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
