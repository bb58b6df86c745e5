"""One run, from the opening of the shop to what the judge is told: town, owner, troubles, and one bot after another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from bot.chat.sandbox.world import World
from bot.config import Config
from bot.content.rules import read_tag_rules
from bot.materials import Content
from bot.render import Renderer
from bot.simulation.clockwork import Clockwork
from bot.simulation.gateway import Gateway
from bot.simulation.owner import Owner
from bot.simulation.process import Process
from bot.simulation.shelf import simulated_library
from bot.simulation.story import Known, Span, Story
from bot.simulation.terms import Terms
from bot.simulation.town import BOT, CONTROL, NAME, OWNER, Town
from bot.simulation.town_room import draw_rooms
from bot.simulation.weather import Mishap, Trouble
from storage import exports
from storage.engine import parse_url
from storage.exports import Asked
from storage.schema import migrate
from storage.store import Db, InlineStore

RECOVERY = timedelta(minutes=25)
"""How long a clock that is right again may keep the bot silent: until it is noticed, and ten quiet minutes."""

STEP = timedelta(hours=6)


class Play:
    """Must be made and run on a `VirtualLoop` at time 0."""

    def __init__(self, terms: Terms, folder: Path) -> None:
        self._terms = terms
        self._config = _config(terms, folder)
        self._content = _content(terms, self._config)
        self._clockwork = Clockwork(terms.begin, asyncio.get_running_loop())
        self._truth = self._clockwork.truth
        world = World(BOT, NAME, now=self._truth, seed="town", memory=10_000)
        self._gateway = Gateway(world, terms.weather, terms.rng("gateway"), self._truth)
        self._town = Town(world, draw_rooms(terms.rooms, terms.rng("rooms")), terms.own_seed, self._truth)
        self._owner = Owner(
            self._town, self._gateway, self._clockwork, self._content.library.values(), terms.rng("commands")
        )
        self._frozen: list[Span] = []
        self._process: Process | None = None

    async def run(self, progress: Callable[[timedelta], None]) -> Story:
        """Play to the end; an error of the bot's that ends it, or of the play's, is raised."""
        migrate(parse_url(self._config.database))
        await self._be_born()
        parts = [self._live(), self._suffer(), self._tell(progress)]
        tasks = [asyncio.ensure_future(part) for part in parts]
        ended, _ = await asyncio.wait(tasks, timeout=self._left(), return_when=asyncio.FIRST_EXCEPTION)
        for task in ended:
            task.result()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return await self._story()

    def _left(self) -> float:
        return (self._terms.end - self._truth()).total_seconds()

    async def _live(self) -> None:
        await self._owner.open_shop()
        await asyncio.gather(
            self._town.live(self._terms.first_day, self._terms.days + 1, self._terms.chatter),
            self._owner.command_now_and_then(self._terms.end),
        )

    async def _tell(self, progress: Callable[[timedelta], None]) -> None:
        while True:
            await asyncio.sleep(STEP.total_seconds())
            progress(self._truth() - self._terms.begin)

    # -- troubles

    async def _suffer(self) -> None:
        """One trouble after the other; between them the bot must live. One that falls into another is left out."""
        rng, shop_open = self._terms.rng("troubles"), self._terms.begin
        for mishap in self._terms.weather.mishaps(rng, shop_open, self._terms.end):
            if mishap.at >= self._truth():
                await self._alive_until(mishap.at)
                await self._befall(mishap)
        await self._alive_until(self._terms.end + STEP)

    async def _alive_until(self, at: datetime) -> None:
        """Raises when the bot ends by itself before."""
        wait = (at - self._truth()).total_seconds()
        if self._process is None or wait <= 0:
            return
        living = asyncio.ensure_future(self._process.wait())
        done, _ = await asyncio.wait({living}, timeout=wait)
        if done:
            living.result()
            raise RuntimeError("the bot ended by itself")
        living.cancel()
        await asyncio.gather(living, return_exceptions=True)

    async def _befall(self, mishap: Mishap) -> None:
        if mishap.trouble is Trouble.RESTART:
            self._gateway.restart(mishap.lasts)
            return
        if mishap.trouble is Trouble.CRASH and self._process is not None:
            await self._process.die()
            await asyncio.sleep(mishap.lasts.total_seconds())
            await self._be_born()
            return
        self._frozen.append((mishap.at, self._truth() + mishap.lasts + RECOVERY))
        self._clockwork.set_wrong(mishap.skew)
        await asyncio.sleep(mishap.lasts.total_seconds())
        self._clockwork.set_wrong(timedelta())

    async def _be_born(self) -> None:
        self._process = Process(self._config, self._content, self._gateway, self._clockwork)
        await self._process.start()

    # -- afterwards

    async def _story(self) -> Story:
        """The end may come while the bot is dead; its database is asked, not the process."""
        deaf_since = self._gateway.deaf_since
        if self._process is not None:
            await self._process.die()
        store = InlineStore(self._config.database)
        kept, known = await store.read(_listed, Asked(self._config.chat.account, None, None, self._truth()))
        await store.close()
        return Story(
            begin=self._terms.begin,
            end=self._terms.end,
            rooms=(*self._town.rooms, self._town.strange),
            library=self._content.library,
            sent=self._gateway.log,
            spoken=self._town.spoken,
            delivered={told.message_id: told.at for told in self._gateway.delivered},
            stops=self._owner.stops,
            ordered=self._owner.ordered,
            deaf=[*self._gateway.deaf, *([(deaf_since, self._terms.end)] if deaf_since else [])],
            frozen=self._frozen,
            control=CONTROL,
            kept=kept,
            known=known,
        )


def _listed(db: Db, asked: Asked) -> tuple[frozenset[str], tuple[Known, ...]]:
    """The messages and deliveries that the bot itself would export."""
    kept = frozenset(str(row["id"]) for row in exports.messages(db, asked))
    rows = exports.deliveries(db, asked)
    return kept, tuple(
        Known(
            row["room_id"],
            row["content"],
            str(row["state"]),
            datetime.fromisoformat(row["dispatched_at"]) if row["dispatched_at"] else None,
        )
        for row in rows
    )


def _config(terms: Terms, folder: Path) -> Config:
    """The defaults, with more words a day where so many rooms need them, and everything kept in one folder."""
    return Config.model_validate(
        {
            "root": folder,
            "storage": {"url": f"sqlite:///{folder}/town.db", "folder": folder},
            "operators": {"owners": [OWNER]},
            "brand": {"persona": NAME},
            "pacing": {"texts_a_day": max(300, 8 * terms.rooms)},
        }
    )


def _content(terms: Terms, config: Config) -> Content:
    """The bot's own replies and tag rules, and the simulated library."""
    return Content(
        simulated_library(terms.first_day),
        read_tag_rules(terms.texts.path(terms.texts.content.tag_rules)),
        Renderer(terms.texts.path(terms.texts.content.templates), config.brand.locale, config.plan.zone),
    )
