"""The demo's house with its page open, and a browser without a screen to visit it."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import httpx
from starlette.applications import Starlette

from bot.app import App, running
from bot.chat.sandbox.world import World
from bot.chat.wechaty.adapter import WechatyChat
from bot.chat.wechaty.limits import Limits
from bot.clock import Clock
from bot.config import Config
from bot.core.room import RoomRole
from bot.demo import TOKEN, Demo
from bot.materials import open_store
from bot.web import opening
from bot.web.premises import taken
from storage import accounts, rooms
from storage.store import Db
from tests.scenarios.stage import PATIENCE, at_rest, evening, settings, texts
from tests.web import compiled

OWNER, XIAOMAN, CATS, DOGS, TEAM = (
    "wxid_zhoulan",
    "wxid_xiaoman",
    "19201@chatroom",
    "19202@chatroom",
    "19200@chatroom",
)

TRUST = ssl.create_default_context()
"""No browser here speaks TLS, and each would read the certificates of the whole world."""


@dataclass
class House:
    """The bot at work, its imaginary WeChat, and one browser that has come in; `links` are those it announced."""

    app: App
    demo: Demo
    links: list[str]
    browser: httpx.AsyncClient
    application: Starlette
    port: int

    @property
    def origin(self) -> str:
        return self.links[0].rpartition("/")[0]

    async def come_in(self, browser: httpx.AsyncClient | None = None) -> httpx.Response:
        """Open the newest link, as its page does."""
        browser = browser or self.browser
        key = self.links[-1].partition("key=")[2]
        return await browser.post("/enter", data={"key": key})

    async def see(self, path: str) -> str:
        """A page, as HTML."""
        answer = await self.browser.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:500])
        return answer.text

    async def do(self, path: str, **form: object) -> httpx.Response:
        """Submit something as a page of this session would."""
        token = re.search(r'"X-Qunzhu-Token": "([^"]+)"', await self.see("/console"))
        assert token is not None
        return await self.browser.post(path, data=form, headers={"X-Qunzhu-Token": token[1], "HX-Request": "true"})

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait for something that is under way."""
        async with asyncio.timeout(PATIENCE):
            while not true():
                await asyncio.sleep(0.02)

    async def at(self, clock: str) -> None:
        """Move time, and let the scheduler look."""
        await at_rest(self.app, self.demo.gateway.faults)
        self.app.clock.jump(evening(clock))
        await self.app.outbound.tick()

    async def open_shop(self) -> None:
        """The owner makes the control room and adopts both customer rooms; quicker if it was `opened` before."""
        for room, order in ((TEAM, "/control"), (CATS, "/adopt"), (DOGS, "/adopt")):
            self.demo.world.say(OWNER, room, order)
        await self.until(lambda: len(self.app.directory.rooms) == 3)
        await self.app.dispatcher.idle()


@asynccontextmanager
async def visited(
    folder: Path, *, at: str = "18:55:00", config: Config | None = None, opened: bool = False
) -> AsyncIterator[House]:
    """A house with its owner known from the settings, its clock standing at the evening, and the play not begun.

    One that is `opened` has its control room and both customer rooms since yesterday.
    """
    config = config or furnished(folder)
    async with lived_in(config, at=at, opened=opened) as house:
        await house.until(lambda: house.app.inbound.connected and len(house.app.directory.topics) == 3)
        await house.come_in()
        yield house


def furnished(folder: Path, **web: object) -> Config:
    """The demo's settings, with the page's own on top."""
    return settings(folder, operators={"owners": (OWNER,)}, sandbox={"port": 0}, web={"port": 0, **web})


@asynccontextmanager
async def lived_in(config: Config, *, at: str = "18:55:00", opened: bool = False) -> AsyncIterator[House]:
    """The same, with nobody at the page yet."""
    demo = Demo(config)
    endpoint = await demo.start()
    try:
        with taken(config) as premises:
            async with open_store(config) as store:
                clock = Clock(evening(at), 60.0)
                clock.stand()
                if opened:
                    await store.run(_open, demo.world, clock() - timedelta(days=1))
                chat = WechatyChat("main", endpoint, TOKEN, clock, limits=Limits(reads_per_second=200))
                app = App(config, texts(config), store, clock, chat)
                links: list[str] = []
                page = opening.opened(config, app, demo if config.web.local else None, premises, links.append)
                async with running(app), page as application, _browsing(links[0]) as browser:
                    compiled.share(application.state.site.pages)
                    yield House(app, demo, links, browser, application, premises.port)
    finally:
        await demo.stop()


def _open(db: Db, world: World, now: datetime) -> None:
    """What the owner's own words write down when they open a shop."""
    accounts.ensure(db, "main", now)
    for room in (TEAM, CATS, DOGS):
        role = RoomRole.CONTROL if room == TEAM else RoomRole.CUSTOMER
        rooms.adopt(db, "main", room, topic=world.room(room).topic, role=role, by=OWNER, now=now)


def _browsing(link: str) -> httpx.AsyncClient:
    origin = link.rpartition("/")[0]
    return httpx.AsyncClient(base_url=origin, headers={"Origin": origin}, timeout=PATIENCE, verify=TRUST)


def day(text: str) -> datetime:
    """A local moment, as "2026-11-23 19:05"."""
    date, _, clock = text.partition(" ")
    return evening("00:00:00").replace(
        year=int(date[:4]), month=int(date[5:7]), day=int(date[8:]), hour=int(clock[:2]), minute=int(clock[3:])
    )
