"""Tells open pages that something is new, so that they fetch it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from sse_starlette.event import ServerSentEvent

BEGIN = "begin"
"""The first thing a page is told, also after a lost connection: anything may have changed meanwhile."""

MOST = 100
"""So many pages may listen at once."""


class Listener:
    """One open page. What it was told and has not heard yet is told once, however often it happened."""

    def __init__(self, room_id: str) -> None:
        self.room_id = room_id
        self._news: dict[str, None] = {BEGIN: None}
        self._stirred = asyncio.Event()
        self._stirred.set()
        self._ended = False

    def tell(self, topic: str) -> None:
        self._news[topic] = None
        self._stirred.set()

    def end(self) -> None:
        self._ended = True
        self._stirred.set()

    async def topics(self) -> AsyncIterator[str]:
        """Each topic as it comes, until the listener is ended."""
        while not self._ended:
            await self._stirred.wait()
            self._stirred.clear()
            news, self._news = tuple(self._news), {}
            for topic in news:
                yield topic


class Stream:
    """All open pages. Topics are names that pages wait for, such as "talk" or "plan"; they carry nothing else."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        self._closed = False

    @property
    def heard(self) -> bool:
        """Whether any page listens."""
        return bool(self._listeners)

    @property
    def full(self) -> bool:
        """Whether one more listener would be too many."""
        return len(self._listeners) >= MOST

    async def listen(
        self, room_id: str = "", welcome: Callable[[], bool] = lambda: True
    ) -> AsyncIterator[ServerSentEvent]:
        """Server-sent events for a page that shows this conversation ("" for none), until either side ends it.

        Whoever is no longer `welcome` hears nothing more.
        """
        # Those who ask at the same moment have all been told that there is room.
        if self._closed or self.full:
            return
        listener = Listener(room_id)
        self._listeners.add(listener)
        try:
            async for topic in listener.topics():
                if not welcome():
                    return
                yield ServerSentEvent("new", event=topic, retry=1000)
        finally:
            self._listeners.discard(listener)

    def tell(self, topic: str, room_id: str = "") -> None:
        """Tell every page, or those that show a conversation."""
        for listener in tuple(self._listeners):
            if not room_id or listener.room_id == room_id:
                listener.tell(topic)

    def close(self) -> None:
        """End every stream: a server that stops would wait for them."""
        self._closed = True
        for listener in tuple(self._listeners):
            listener.end()
