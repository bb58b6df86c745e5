"""`kill -9` at random moments while people talk: nothing is lost, doubled, altered or answered twice.

What was heard and not yet written dies with the process; the gateway tells everything again after each start.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.clock import Clock
from bot.core.operator import Role
from bot.core.room import RoomRole
from storage import accounts, operators, rooms
from tests.faults.forked import Nursery, nursery
from tests.faults.look import until
from tests.gateway.js import JsGateway, available
from tests.scenarios.stage import AT_ONCE, evening, settings
from tests.storage.blank import open_store

NO_JS = available()
pytestmark = [
    pytest.mark.gateway,
    pytest.mark.skipif(NO_JS is not None, reason=f"the JavaScript gateway: {NO_JS}"),
    pytest.mark.xdist_group("load"),
]

ROOMS = ["cats@room", "dogs@room", "birds@room"]
MEMBERS = ["anna", "ben", "cleo", "dora"]
TALK = [
    "第{n}句：我家英短四个月大 🐱",
    "第{n}句 \u200b\u202e 反着写",
    "{{ {n} }} {% raw %} 'or 1=1 --",
    "第{n}句\n换一行\t再来",
]
# Every 25th line is the owner's command, with a word of its own by which its traces can be told apart.
TALKERS, WORDS = [*MEMBERS * 6, "owner"], [*TALK * 6, "/status 第{n}个群"]
RATE = 150
KILLS = [pytest.param(8, 8), pytest.param(50, 90, marks=pytest.mark.lab)]
"""How often, and for how many seconds people talk."""


def text_of(number: int) -> str:
    return WORDS[number % len(WORDS)].replace("{n}", str(number))


async def adopt(folder: Path) -> None:
    """The rooms and their owner are known before the first start."""
    async with open_store(settings(folder)) as store:

        def enter(db: Any) -> None:
            then = evening("18:00")
            accounts.ensure(db, "main", then)
            operators.add(db, "main", "owner", Role.OWNER, name="周岚", by="test", now=then)
            for room in ROOMS:
                rooms.adopt(db, "main", room, topic=room, role=RoomRole.CUSTOMER, by="owner", now=then)

        await store.run(enter)


@dataclass
class House:
    """The gateway, and one bot after the other, whose database is read from outside."""

    folder: Path
    gateway: JsGateway
    bots: Nursery

    async def bear(self) -> None:
        """A new life, until it hears. The gateway stamps real time, and the bot keeps it."""
        start = Clock()().isoformat()
        order = {"endpoint": self.gateway.endpoint, "token": self.gateway.token, "folder": str(self.folder)}
        await self.bots.bear(**order, start=start, speed=1.0, config={"pacing": AT_ONCE, "plan": {"slots": 0}})
        await self.bots.ready()

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "qunzhu.db", timeout=10)) as connection:
            return connection.execute(sql).fetchall()

    def count(self) -> int:
        return int(self.query("SELECT count(*) FROM message WHERE from_self = 0")[0][0])


async def kill_again_and_again(house: House, kills: int, dice: random.Random) -> None:
    """Start, let the gateway tell everything again, kill within a second; one bot is left alive."""
    for kill in range(kills):
        await house.bear()
        again = asyncio.create_task(house.gateway.call("redeliver_all"))
        if kill % 5 == 4:
            await house.gateway.call("burst", n=200, rooms=ROOMS, talkers=MEMBERS, prefix=f"burst{kill}")
        await asyncio.sleep(dice.uniform(0.0, 0.6))
        await house.bots.kill()
        await again
    await house.bear()


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("kills", "seconds"), KILLS)
async def test_kills_lose_double_and_answer_nothing_twice(tmp_path, kills, seconds):
    await adopt(tmp_path)
    async with JsGateway() as gateway, nursery() as bots:
        house = House(tmp_path, gateway, bots)
        people = [{"id": "bot", "name": "毛毛"}, *({"id": person, "name": person} for person in [*MEMBERS, "owner"])]
        rooms = [{"id": room, "topic": room, "members": ["bot", *MEMBERS, "owner"]} for room in ROOMS]
        await gateway.call("world", contacts=people, rooms=rooms)
        await gateway.call("login", contact="bot")
        count = RATE * seconds
        drip = asyncio.create_task(
            gateway.call("drip", n=count, rate=RATE, rooms=ROOMS, talkers=TALKERS, templates=WORDS, prefix="drip")
        )
        begun = time.perf_counter()
        await kill_again_and_again(house, kills, random.Random(20_261_122))
        kept, seconds_taken = house.count(), time.perf_counter() - begun
        print(f"{kills} kills in {seconds_taken:.0f} s, {kept:,} messages kept by then; talk over: {drip.done()}")
        bursts = len(range(4, kills, 5)) * 200
        await drip
        await gateway.call("redeliver_all")
        await until(lambda: house.count() >= count + bursts, 60)
        await until(lambda: house.query("SELECT count(*) FROM message WHERE handling = 1") == [(0,)], 30)
        sent = (await gateway.call("sent"))["sent"]
        await bots.kill()
    check(house, count, bursts, sent)


def check(house: House, count: int, bursts: int, sent: list[dict[str, Any]]) -> None:
    rows = house.query("SELECT message_id, text FROM message WHERE from_self = 0")
    found = dict(rows)
    assert len(rows) == len(found) == count + bursts
    assert {number for number in range(count) if found.get(f"drip-{number}") != text_of(number)} == set()
    orders = Counter(command for (command,) in house.query("SELECT command FROM audit"))
    assert orders
    assert [command for command, times in orders.items() if times > 1] == []
    answers = Counter(entry["text"] for entry in sent)
    assert answers
    assert [text for text, times in answers.items() if times > 1] == []
    print(f"{len(orders):,} commands carried out, {sum(answers.values()):,} answered, of {count // len(WORDS):,}")
