"""Notices that the database has something new, and tells the pages that are open."""

from __future__ import annotations

from loguru import logger

from bot.log import raised_at
from bot.web.site import Site
from storage import pulse

SECONDS = 0.5
"""How often it looks, in real time, while a page is open."""


class Pulse:
    """Looks at the newest row of a few tables: each step of a post, command and message leaves one there."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._felt: dict[str, int] = {}

    async def beat(self) -> None:
        """Until cancelled."""
        while True:
            await self._site.app.clock.real_sleep(SECONDS)
            if self._site.stream.heard:
                await self._feel()

    async def _feel(self) -> None:
        try:
            newest = await self._site.app.store.read(pulse.newest)
        except Exception as error:  # noqa: BLE001 - the outermost loop: a page that notices nothing any more is worse
            logger.bind(action="web.blind").warning("the database cannot be looked at: {}", raised_at(error))
            return
        for topic in (name for name, number in newest.items() if self._felt.get(name) != number):
            self._site.stream.tell(topic)
        self._felt = newest
