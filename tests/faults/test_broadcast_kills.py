"""`kill -9` at random moments of broadcasts to 500 rooms: nothing is posted twice, nothing is posted unrecorded.

The gateway lives on in the test, and what it accepted is the judge. Of each kill at most one post stays in doubt,
every such post is listed by /unknown, and all others went out once.
"""

from __future__ import annotations

import asyncio
import random
import re
import sqlite3
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.chat.sandbox.gateway import SandboxGateway
from bot.chat.sandbox.message import Message
from bot.chat.sandbox.wire_log import WireSend
from bot.chat.sandbox.world import World
from bot.chat.sandbox.world_event import Said, WorldEvent
from bot.core.operator import Role
from bot.core.room import RoomRole
from storage import accounts, operators, rooms
from tests.faults.forked import Nursery, nursery
from tests.scenarios.stage import AT_ONCE, BOT, OWNER, TEAM, evening, settings
from tests.storage.blank import open_store

pytestmark = pytest.mark.xdist_group("load")

ROOMS = [f"r{number:03}@room" for number in range(500)]
CONFIG = {
    "pacing": {**AT_ONCE, "batch_rooms": 0},
    "plan": {"slots": 0, "second_person_above": 1000, "windows": ["18:00-23:30"]},
}
BEGIN = evening("18:30:00")
KILLS = [pytest.param(12), pytest.param(300, marks=pytest.mark.lab)]
LATENCIES = (0.0, 0.003, 0.02)
"""Seconds the gateway takes to act: the longer, the more kills find a send under way."""

DOUBTFUL = "('unknown', 'ambiguous')"
IN_DOUBT = "state IN ('unknown', 'ambiguous', 'dispatching')"
"""Nothing is dispatched while the bot is dead: such a row is in doubt before the next life says so."""

POSTED = {"accepted", "confirmed", "unconfirmed", "unknown", "ambiguous", "sent"}


def town() -> World:
    world = World(BOT, "毛毛", run="kills", memory=1_000_000)
    world.add_person(OWNER, "周岚")
    for number, room in enumerate([*ROOMS, TEAM]):
        world.add_room(room, f"{number}号群", (OWNER, BOT), owner_id=OWNER)
    return world


async def adopt(folder: Path) -> None:
    """A house of 500 customer rooms, whose owner is known."""
    async with open_store(settings(folder)) as store:

        def enter(db: Any) -> None:
            accounts.ensure(db, "main", BEGIN)
            operators.add(db, "main", OWNER, Role.OWNER, name="周岚", by="test", now=BEGIN)
            for number, room in enumerate([*ROOMS, TEAM]):
                role = RoomRole.CONTROL if room == TEAM else RoomRole.CUSTOMER
                rooms.adopt(db, "main", room, topic=f"{number}号群", role=role, by=OWNER, now=BEGIN)

        await store.run(enter)


@dataclass
class Night:
    """The house, its gateway, and one bot after the other."""

    folder: Path
    world: World
    gateway: SandboxGateway
    endpoint: str
    bots: Nursery
    began: float = field(default_factory=time.monotonic)
    answers: asyncio.Queue[Message] = field(default_factory=asyncio.Queue)
    broadcasts: int = 0

    def __post_init__(self) -> None:
        self.world.subscribe(self._listen)

    def _listen(self, event: WorldEvent) -> None:
        if isinstance(event, Said) and event.message.talker_id == BOT and event.message.conversation_id == TEAM:
            self.answers.put_nowait(event.message)

    @property
    def wire(self) -> Sequence[WireSend]:
        return self.gateway.faults.wire_log

    def sends(self) -> list[tuple[str, str]]:
        """What the gateway took for customers, as room and text."""
        return [(send.conversation_id, send.label) for send in self.wire if send.conversation_id != TEAM]

    def now(self, later: timedelta = timedelta()) -> datetime:
        return BEGIN + timedelta(seconds=time.monotonic() - self.began) + later

    async def bear(self, *, later: timedelta = timedelta(), speed: float = 1.0) -> None:
        await self.bots.bear(
            endpoint=self.endpoint,
            token="token",
            folder=str(self.folder),
            start=self.now(later).isoformat(),
            speed=speed,
            config=CONFIG,
        )

    async def ask(self, words: str, expected: str) -> str:
        """Say something in the control room; alarms that come before the answer are passed over."""
        self.world.say(OWNER, TEAM, words)
        async with asyncio.timeout(30):
            while True:
                text = (await self.answers.get()).content.text
                if re.search(expected, text):
                    return text

    async def announce(self) -> None:
        """The owner sends something to all rooms, the way owners do."""
        self.broadcasts += 1
        text = f"第{self.broadcasts}场直播答疑今晚八点开始，来聊聊换季掉毛"
        shown = await self.ask(f"/post “{text}” 互动 所有群", r"/confirm \w{4}")
        code = re.search(r"/confirm (\w{4})", shown)
        assert code
        assert f"{len(ROOMS)} 个群" in shown
        await self.ask(f"/confirm {code[1]}", f"开始发|{len(ROOMS)} 个群")

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "qunzhu.db", timeout=10)) as connection:
            return connection.execute(sql).fetchall()

    def count(self, condition: str) -> int:
        return int(self.query(f"SELECT count(*) FROM delivery WHERE {condition}")[0][0])


@dataclass
class Tally:
    """What the kills hit."""

    kills: int = 0
    while_sending: int = 0
    in_doubt: int = 0
    at_once_in_doubt: int = 0


async def kill_again_and_again(night: Night, kills: int, dice: random.Random) -> Tally:
    tally = Tally()
    while tally.kills < kills:
        doubts = night.count(IN_DOUBT)
        await night.bear()
        if night.count("state = 'planned'") == 0:
            await night.bots.ready()
            await night.announce()
        sent = len(night.wire)
        night.gateway.faults.latency = dice.choice(LATENCIES)
        await moment(night, sent, dice)
        await night.bots.kill()
        tally.kills += 1
        tally.while_sending += len(night.wire) > sent and night.count("state = 'planned'") > 0
        lost = night.count(IN_DOUBT) - doubts
        tally.in_doubt += lost
        tally.at_once_in_doubt = max(tally.at_once_in_doubt, lost)
    night.gateway.faults.latency = 0.0
    return tally


async def moment(night: Night, sent: int, dice: random.Random) -> None:
    """Some die while they start, most while they send."""
    if dice.random() < 0.15:
        await asyncio.sleep(dice.uniform(0.0, 0.4))
        return
    await night.bots.ready()
    async with asyncio.timeout(30):
        while len(night.wire) == sent:
            await asyncio.sleep(0.002)
    await asyncio.sleep(dice.uniform(0.0, 0.4))


async def finish(night: Night) -> None:
    """The last broadcast goes out; then two quiet minutes pass, after which no echo is waited for any more."""
    await night.bear()
    await night.bots.ready()
    await until_none(night, "state IN ('planned', 'held', 'dispatching')")
    await night.bots.kill()
    await night.bear(speed=120.0)
    await night.bots.ready()
    await until_none(night, "state IN ('accepted', 'unknown')")


async def until_none(night: Night, condition: str) -> None:
    async with asyncio.timeout(60):
        while night.count(condition):
            await asyncio.sleep(0.05)


async def look_into_each(night: Night) -> Counter[str]:
    """Go through /unknown as an operator does, until it is empty; what became of each post, by what was said."""
    said: Counter[str] = Counter()
    sent = set(night.sends())
    while ids := re.findall(
        r"^#(\d+)", await night.ask("/unknown", "说不准发没发出去，我不会|没有说不准的"), re.MULTILINE
    ):
        for number in ids:
            ((room, text),) = night.query(f"SELECT room_id, text FROM delivery WHERE id = {number}")
            word = "发了" if (room, text) in sent else "没发"
            await night.ask(f"/resolve {number} {word}", f"#{number}")
            said[word] += 1
    return said


def check(night: Night, doubtful: set[int]) -> None:
    """The wire log against the rows; `doubtful` were in doubt before anybody looked."""
    sends = night.sends()
    assert [send for send, times in Counter(sends).items() if times > 1] == []
    rows = {(room, text): (row, state) for row, room, text, state in night.query(ROWS)}
    assert [send for send in sends if rows.get(send, (0, "nowhere"))[1] not in POSTED] == []
    unsent = {row for send, (row, _state) in rows.items() if send not in set(sends)}
    assert unsent <= doubtful
    assert len(rows) == night.broadcasts * len(ROOMS)


ROWS = "SELECT id, room_id, text, state FROM delivery"


@pytest.mark.timeout(1500)
@pytest.mark.parametrize("kills", KILLS)
async def test_kills_double_nothing_and_leave_nothing_unrecorded(tmp_path, kills):
    await adopt(tmp_path)
    world = town()
    gateway = SandboxGateway(world, "token")
    endpoint = await gateway.start()
    began = time.perf_counter()
    try:
        async with nursery() as bots:
            night = Night(tmp_path, world, gateway, endpoint, bots)
            tally = await kill_again_and_again(night, kills, random.Random(20_261_122))
            await finish(night)
            doubtful = {row for (row,) in night.query(f"SELECT id FROM delivery WHERE state IN {DOUBTFUL}")}
            unconfirmed = night.count("state = 'unconfirmed'")
            check(night, doubtful)
            said = await look_into_each(night)
            await bots.kill()
    finally:
        await gateway.stop()
    print(
        f"{tally.kills} kills in {time.perf_counter() - began:.0f} s, {tally.while_sending} while sending, "
        f"{len(night.sends()):,} posts in {night.broadcasts} broadcasts; in doubt {tally.in_doubt} "
        f"(resolved: {said['发了']} sent, {said['没发']} not), echo lost {unconfirmed}"
    )
    assert tally.at_once_in_doubt <= 1
    assert len(doubtful) <= tally.in_doubt
    assert sum(said.values()) == len(doubtful) + unconfirmed
    assert night.count("state IN ('unknown', 'ambiguous', 'unconfirmed')") == 0
    said_to = Counter((send.conversation_id, send.label) for send in night.wire)
    assert [send for send, times in said_to.items() if times > 1] == []
    assert tally.while_sending >= kills / 2
