"""Notices that the database has something new, and tells the pages that are open."""

from __future__ import annotations

import asyncio

from loguru import logger

from bot.app import App
from bot.log import raised_at
from bot.web.stream import Stream
from storage import pulse

SECONDS = 0.5
"""How often it looks, in real time, while a page is open."""

SELDOM = {"messages": 10.0}
"""Topics that would come with every look in busy rooms: told so many real seconds apart, the last change included."""


HOUSE = "house"
"""Who runs the bot and which rooms it has, as it knows them itself: a while after the command is written down."""


class Pulse:
    """Looks at the newest row of a few tables: each step of a post, command and message leaves one there."""

    def __init__(self, app: App, stream: Stream) -> None:
        self._app, self._stream = app, stream
        self._felt: dict[str, int] = {}
        self._told_at: dict[str, float] = {}
        self._turn = asyncio.Lock()

    async def beat(self) -> None:
        """Until cancelled."""
        while True:
            await self._app.clock.real_sleep(SECONDS)
            if self._stream.heard:
                await self.feel()

    async def feel(self) -> None:
        """Look now: what is told here is not told again by the next look."""
        async with self._turn:
            try:
                newest = await self._app.store.read(pulse.newest)
            except Exception as error:  # noqa: BLE001 - the outermost loop: a page that notices nothing any more is worse
                logger.bind(action="web.blind").warning("the database cannot be looked at: {}", raised_at(error))
                return
            now = asyncio.get_running_loop().time()
            for topic, number in {**newest, HOUSE: self._house()}.items():
                if self._felt.get(topic) != number and self._due(topic, now):
                    self._felt[topic], self._told_at[topic] = number, now
                    self._stream.tell(topic)

    def _due(self, topic: str, now: float) -> bool:
        return topic not in self._told_at or now - self._told_at[topic] >= SELDOM.get(topic, 0.0)

    def _house(self) -> int:
        directory = self._app.directory
        rooms = frozenset((room.room_id, room.role, room.active) for room in directory.rooms.values())
        return hash((rooms, frozenset(directory.roles.items())))
