"""A stage for dialogues: the whole bot on the embedded gateway, one `say` and one `hear` at a time."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.app import App, running
from bot.chat.sandbox.faults import Faults
from bot.chat.sandbox.gateway import SandboxGateway
from bot.chat.sandbox.message import Message
from bot.chat.sandbox.world import World
from bot.chat.sandbox.world_event import Said, WorldEvent
from bot.chat.wechaty.adapter import WechatyChat
from bot.chat.wechaty.limits import Limits
from bot.clock import Clock
from bot.config import Config
from bot.core.delivery import DeliveryState
from bot.core.operator import Role
from bot.core.room import RoomRole
from bot.materials import Content, read_content
from storage import accounts, deliveries, exports, operators, rooms
from storage.exports import Asked
from storage.store import Db
from tests.storage.blank import open_store

ROOT = Path(__file__).parents[2]
ZONE = ZoneInfo("Asia/Shanghai")
BOT, OWNER, XIAOMAN, LAOQIN, LINJIE = "bot", "owner", "xiaoman", "laoqin", "linjie"
CATS, DOGS, TEAM, OTHER = "cats@room", "dogs@room", "team@room", "other@room"
SHOP = (CATS, DOGS)
"""The customer rooms of a shop that is open."""
PATIENCE = 10.0
ECHO_PATIENCE = 2.0
UNDER_WAY = {DeliveryState.DISPATCHING, DeliveryState.ACCEPTED}
AT_ONCE = {"room_gap": 0, "room_jitter": 0, "gap_min": 0, "gap_max": 0, "per_minute": 0, "texts_a_day": 0}
"""The clock of the stage stands still: pauses between messages would be waited for in real time."""


def evening(clock: str) -> datetime:
    """A time of day on the evening of the play."""
    return datetime.fromisoformat(f"2026-11-22T{clock}").replace(tzinfo=ZONE)


def town() -> World:
    """A bot, an owner, three customers; two customer rooms, the team's room, and one that is nobody's business."""
    world = World(BOT, "毛毛", run="s")
    for contact, name in ((OWNER, "周岚"), (XIAOMAN, "小满"), (LAOQIN, "老秦"), (LINJIE, "林姐")):
        world.add_person(contact, name)
    world.add_room(CATS, "猫咪会客厅", (OWNER, BOT, XIAOMAN, LAOQIN), owner_id=OWNER)
    world.add_room(DOGS, "汪星人散步群", (OWNER, BOT, LINJIE), owner_id=OWNER)
    world.add_room(TEAM, "运营群", (OWNER, BOT), owner_id=OWNER)
    world.add_room(OTHER, "小区拼车", (OWNER, BOT, LAOQIN), owner_id=LAOQIN)
    return world


def settings(folder: Path, **changes: object) -> Config:
    """The product's own configuration, with its data in a folder of the test's."""
    base: dict[str, object] = {
        "root": ROOT,
        "storage": {"url": f"sqlite:///{folder}/qunzhu.db", "folder": folder},
        "pacing": AT_ONCE,
    }
    return Config.model_validate({**base, **changes})


SHIPPED = Config.model_validate({"root": ROOT})


@functools.cache
def _shipped(locale: str) -> Content:
    return read_content(Config.model_validate({"root": ROOT, "brand": {"locale": locale}}))


def texts(config: Config) -> Content:
    """What people wrote; as it is shipped it is read, and its templates are compiled, once for all plays.

    The library is each play's own: some change a post in it.
    """
    own, shipped = (
        (given.content, given.points.rewards, given.checkins.file, given.plan.zone) for given in (config, SHIPPED)
    )
    if own != shipped:
        return read_content(config)
    content = _shipped(config.brand.locale)
    return replace(content, library=dict(content.library))


class Stage:
    """The play: people speak through `say`, and what the bot says back is waited for with `hear`."""

    def __init__(self, app: App, world: World, gateway: SandboxGateway) -> None:
        self.app, self.world, self.gateway = app, world, gateway
        self.spoken: list[Message] = []
        self._owed: set[str] = set()
        self._heard = 0
        self._more = asyncio.Event()
        world.subscribe(self._listen)

    def _listen(self, event: WorldEvent) -> None:
        if isinstance(event, Said):
            if self.app.directory.manages(event.message.conversation_id):
                self._owed.add(event.message.id)
            if event.message.talker_id == self.world.self_id:
                self.spoken.append(event.message)
        self._more.set()

    def say(self, who: str, where: str, text: str, *mentions: str) -> Message:
        return self.world.say(who, where, text, mentions)

    async def hear(self, where: str, *parts: str) -> str:
        """The next thing the bot says there; it must contain every part."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for index in range(self._heard, len(self.spoken)):
                    message = self.spoken[index]
                    if message.conversation_id == where:
                        self.spoken.insert(self._heard, self.spoken.pop(index))
                        self._heard += 1
                        text = message.content.text
                        assert all(part in text for part in parts), text
                        return text
                self._more.clear()
                await self._more.wait()

    async def settle(self) -> None:
        """Wait until everything said in managed rooms has been recorded, and all of it answered."""
        async with asyncio.timeout(PATIENCE):
            while not self._owed <= {row["id"] for row in await self.export("messages")}:
                await asyncio.sleep(0.02)
        await self.app.dispatcher.idle()

    async def named(self, *people: str) -> None:
        """Wait until the house knows what these people are called."""
        async with asyncio.timeout(PATIENCE):
            while not set(people) <= {row["contact_id"] for row in await self.export("members") if row["name"]}:
                await asyncio.sleep(0.02)

    def silent(self, where: str = "") -> bool:
        """Whether the bot has said nothing that was not yet heard, there or anywhere."""
        return not [message for message in self.spoken[self._heard :] if where in {"", message.conversation_id}]

    async def at(self, clock: str) -> None:
        """Move time, and let the scheduler look.

        First what is being posted comes back to the bot, unless a fault keeps it.
        """
        await at_rest(self.app, self.gateway.faults)
        self.app.clock.jump(evening(clock))
        await self.app.outbound.tick()

    async def export(self, kind: str) -> list[dict[str, object]]:
        asked = Asked(self.app.account, None, None, self.app.clock())
        return await self.app.store.read(lambda db: list(exports.KINDS[kind](db, asked)))

    async def open_shop(self) -> None:
        """The owner claims the bot, makes the control room and adopts both customer rooms, one word after the other.

        A play that is about something else begins in a shop that is `opened`, which takes a third of the time.
        """
        self.say(OWNER, TEAM, f"/claim {self.app.claim_code}")
        await self.hear(TEAM, "认领成功")
        self.say(OWNER, TEAM, "/control")
        await self.hear(TEAM, "运营群")
        for room in (CATS, DOGS):
            self.say(OWNER, room, "/adopt")
            await self.hear(TEAM, "接过来了")
            await self.hear(room, "毛毛")


async def at_rest(app: App, faults: Faults) -> None:
    """Wait until no post is under way, unless a fault keeps it there: hours may not pass over an echo."""
    if faults.echo_delay != 0 or faults.drop_rate or not app.inbound.connected:
        return
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(ECHO_PATIENCE):
            while UNDER_WAY & (await app.store.read(deliveries.states, app.account)).keys():
                await asyncio.sleep(0.01)


def _open(db: Db, world: World, customers: Sequence[str], now: datetime) -> None:
    """What the owner's own words write down when they open a shop."""
    accounts.ensure(db, "main", now)
    operators.add(db, "main", OWNER, Role.OWNER, name=world.person(OWNER).name, by="test", now=now)
    for room in (TEAM, *customers):
        role = RoomRole.CONTROL if room == TEAM else RoomRole.CUSTOMER
        rooms.adopt(db, "main", room, topic=world.room(room).topic, role=role, by=OWNER, now=now)


@asynccontextmanager
async def playing(
    folder: Path,
    *,
    at: str = "18:55:00",
    world: World | None = None,
    config: Config | None = None,
    opened: Sequence[str] = (),
) -> AsyncIterator[Stage]:
    """The bot alive on a fresh (or the given) world, its clock standing at the evening.

    With `opened` the owner, the control room and these customer rooms are known since yesterday.
    """
    config = config or settings(folder)
    world = world or town()
    clock = Clock(evening(at), 1.0)
    gateway = SandboxGateway(world, "token")
    endpoint = await gateway.start()
    try:
        async with open_store(config) as store:
            if opened:
                await store.run(_open, world, opened, clock() - timedelta(days=1))
            chat = WechatyChat("main", endpoint, "token", clock, limits=Limits(reads_per_second=200))
            app = App(config, texts(config), store, clock, chat)
            stage = Stage(app, world, gateway)
            async with running(app):
                async with asyncio.timeout(PATIENCE):
                    while not app.inbound.connected or len(app.directory.topics) < len(world.rooms):
                        await asyncio.sleep(0.02)
                yield stage
    finally:
        await gateway.stop()
