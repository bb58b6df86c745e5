"""The one open event stream of a puppet service, and what waits to go down it."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from enum import Enum, auto
from typing import TYPE_CHECKING

from grpclib.server import Stream
from wechaty_grpc.wechaty import puppet

if TYPE_CHECKING:
    from bot.chat.sandbox.faults import Faults

EventStream = Stream[puppet.EventRequest, puppet.EventResponse]


class Ending(Enum):
    """How a stream ends: politely, with an OK status, or torn off with a reset."""

    POLITE = auto()
    TORN = auto()


class EventLine:
    """Events for one client. There is no queue while nobody listens: such events are gone, as on a real gateway."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._waiting: deque[puppet.EventResponse] | None = None
        self._ending: Ending | None = None
        self._stirred = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def busy(self) -> bool:
        """Whether a client listens."""
        return self._waiting is not None

    def emit(self, event_type: int, payload: object) -> None:
        """Send an event to the client, if there is one."""
        self.emit_raw(event_type, json.dumps(payload, ensure_ascii=False))

    def emit_raw(self, event_type: int, payload: str) -> None:
        """Send whatever this is, even if it is not JSON."""
        if self._waiting is not None:
            self._waiting.append(puppet.EventResponse(type=event_type, payload=payload))
            self._stirred.set()

    def end(self, how: Ending = Ending.POLITE) -> None:
        """End the stream if one is open; what was emitted before is still sent."""
        if self._waiting is not None:
            self._ending = how
            self._stirred.set()

    async def until_idle(self) -> None:
        """Wait until no client listens."""
        await self._idle.wait()

    def open(self) -> None:
        """Take the line; emit what the client is to hear first, then call `serve`."""
        self._waiting, self._ending = deque(), None
        self._stirred.clear()
        self._idle.clear()

    async def serve(self, stream: EventStream) -> None:
        """Send events until the line is ended or the client is gone."""
        try:
            await stream.send_initial_metadata()
            while self._ending is None:
                await self._stirred.wait()
                self._stirred.clear()
                await self._drain(stream)
            if self._ending is Ending.TORN:
                await stream.cancel()
        finally:
            self._waiting = None
            self._idle.set()

    async def _drain(self, stream: EventStream) -> None:
        while self._waiting:
            await self._faults.until_thawed()
            await stream.send_message(self._waiting.popleft())
