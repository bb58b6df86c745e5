"""What the sandbox's tests share: a clock moved by hand, and an ear on an event stream."""

import asyncio
import base64
from collections import deque
from datetime import UTC, datetime, timedelta

from grpclib.const import Cardinality
from grpclib.exceptions import GRPCError, StreamTerminatedError

from bot.chat import wire
from bot.chat.wire import EventType

TOKEN = "sandbox-token"
METADATA = {"authorization": f"Wechaty {TOKEN}"}


class HandClock:
    """A clock that only moves when told to."""

    def __init__(self):
        self.now = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)

    def __call__(self):
        return self.now

    def forward(self, **delta):
        self.now += timedelta(**delta)


class Ear:
    """Listens on an event stream; `hear` waits for the next event of a type."""

    def __init__(self, stub):
        self.heard = deque()
        self.past = []
        self.ended = None
        self._news = asyncio.Condition()
        self.task = asyncio.create_task(self._listen(stub))

    async def _listen(self, stub):
        try:
            async for event in stub.event():
                async with self._news:
                    self.heard.append((event.type, event.payload))
                    self.past.append(self.heard[-1])
                    self._news.notify_all()
        except (GRPCError, StreamTerminatedError, OSError) as error:
            self.ended = error
        else:
            self.ended = "politely"

    async def hear(self, event_type, seconds=5):
        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(lambda: any(kind == event_type for kind, _ in self.heard))
            while True:
                kind, payload = self.heard.popleft()
                if kind == event_type:
                    return payload

    async def end(self, seconds=5):
        async with asyncio.timeout(seconds):
            await asyncio.wait([self.task])
        return self.ended

    async def ready(self):
        await self.hear(EventType.READY)
        return self

    def close(self):
        self.task.cancel()


class Wire:
    """Calls that the stock stub lacks or gets wrong."""

    def __init__(self, channel):
        self._channel = channel

    def request(self, name, cardinality, request, reply):
        return self._channel.request(wire.SERVICE + name, cardinality, request, reply, metadata=METADATA, timeout=5)

    async def unary(self, name, request, reply):
        async with self.request(name, Cardinality.UNARY_UNARY, type(request), reply) as stream:
            await stream.send_message(request, end=True)
            return await stream.recv_message()

    async def download(self, uuid):
        cardinality = Cardinality.UNARY_STREAM
        async with self.request("Download", cardinality, wire.DownloadRequest, wire.DownloadResponse) as stream:
            await stream.send_message(wire.DownloadRequest(id=uuid), end=True)
            return b"".join([response.chunk async for response in stream])

    async def upload(self, data, size=100_000):
        cardinality = Cardinality.STREAM_UNARY
        async with self.request("Upload", cardinality, wire.UploadRequest, wire.UploadResponse) as stream:
            for start in range(0, len(data), size):
                await stream.send_message(wire.UploadRequest(chunk=data[start : start + size]))
            await stream.end()
            return (await stream.recv_message()).id

    @staticmethod
    def decode(box):
        return base64.b64decode(box["base64"])
