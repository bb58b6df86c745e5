"""`kill -9` at random moments while points are paid and spent: every event pays once, and nothing is oversold.

Members speak on many days, wish for rewards of which there are few, and the owner corrects by hand. After each start
everything is told again. At the end the ledger is compared with what was said.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import sqlite3
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.chat.sandbox.gateway import SandboxGateway
from bot.chat.sandbox.message import Content, Message
from bot.chat.sandbox.world import World
from bot.core.message import MessageKind
from bot.core.operator import Role
from bot.core.points import Payment
from bot.core.room import RoomRole
from storage import accounts, members, operators, points, rooms
from tests.faults.forked import Nursery, nursery
from tests.scenarios.stage import AT_ONCE, BOT, OWNER, TEAM, ZONE, evening, settings
from tests.storage.blank import open_store

pytestmark = pytest.mark.xdist_group("load")

ROOMS = [f"r{number}@room" for number in range(3)]
MEMBERS = [f"member{number:02}" for number in range(12)]
DAYS = 30
PURSE, STOCK = 50, 7
REWARDS = f"""
[[reward]]
slug = "can"
title = "罐头"
cost = 10
stock = {STOCK}
"""
BEGIN = evening("18:30:00")
KILLS = [pytest.param(8), pytest.param(150, marks=pytest.mark.lab)]
TELLING = 60
"""So many messages are on their way when the process dies."""


def town() -> World:
    world = World(BOT, "毛毛", run="kills", memory=1_000_000)
    for person in (OWNER, *MEMBERS):
        world.add_person(person, person)
    for room in ROOMS:
        world.add_room(room, room, (OWNER, BOT, *MEMBERS), owner_id=OWNER)
    world.add_room(TEAM, "运营群", (OWNER, BOT), owner_id=OWNER)
    return world


async def adopt(folder: Path, config: dict[str, Any]) -> None:
    """A house whose members have something to spend."""
    async with open_store(settings(folder, **config)) as store:

        def enter(db: Any) -> None:
            accounts.ensure(db, "main", BEGIN)
            operators.add(db, "main", OWNER, Role.OWNER, name="周岚", by="test", now=BEGIN)
            rooms.adopt(db, "main", TEAM, topic="运营群", role=RoomRole.CONTROL, by=OWNER, now=BEGIN)
            for room in ROOMS:
                rooms.adopt(db, "main", room, topic=room, role=RoomRole.CUSTOMER, by=OWNER, now=BEGIN)
                members.present(db, "main", room, MEMBERS, BEGIN)
            for person in MEMBERS:
                purse = Payment(person, "correct", f"purse:{person}", PURSE, "", BEGIN.date())
                assert points.take(db, "main", purse, BEGIN)

        await store.run(enter)


@dataclass
class Month:
    """The house, its gateway, one bot after the other, and all that was said."""

    folder: Path
    world: World
    endpoint: str
    bots: Nursery
    config: dict[str, Any]
    dice: random.Random
    said: list[Message] = field(default_factory=list)
    days: set[str] = field(default_factory=set)
    numbers: Any = field(default_factory=lambda: itertools.count(1))
    began: float = field(default_factory=time.monotonic)

    @property
    def now(self) -> datetime:
        return BEGIN + timedelta(seconds=time.monotonic() - self.began)

    async def bear(self) -> None:
        start = self.now.isoformat()
        order = {"endpoint": self.endpoint, "token": "token", "folder": str(self.folder), "start": start, "speed": 1.0}
        await self.bots.bear(**order, config=self.config)

    def speak(self) -> None:
        """A word on some day of the month, a wish for a reward, or a correction by hand."""
        number, room = next(self.numbers), self.dice.choice(ROOMS)
        kind = self.dice.choices(("words", "wish", "correction"), (16, 2, 1))[0]
        who, text, before = self.dice.choice(MEMBERS), f"第{number}句", timedelta()
        if kind == "words":
            before = timedelta(days=self.dice.randrange(1, DAYS), minutes=self.dice.randrange(60))
        elif kind == "wish":
            text = "兑换 罐头"
        else:
            who, room, text = OWNER, TEAM, f"/points {who} +1 第{number}次"
        # The gateway stamps real time, from which the bot reckons how long ago it was by its own clock.
        stamp = self.world.now_ms - before // timedelta(milliseconds=1)
        self.said.append(self.world.utter(who, room, Content(MessageKind.TEXT, text), f"said-{number}", stamp))
        if who != OWNER:
            self.days.add(f"words:{who}:{(self.now - before).astimezone(ZONE).date()}")

    def tell_again(self, messages: list[Message]) -> None:
        for message in messages:
            assert message.room_id
            self.world.utter(message.talker_id, message.room_id, message.content, message.id, message.stamp_ms)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "qunzhu.db", timeout=10)) as connection:
            return connection.execute(sql).fetchall()

    def paid(self) -> int:
        return int(self.query("SELECT count(*) FROM point")[0][0])


async def until(true: Any) -> None:
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.002)


async def kill_again_and_again(month: Month, kills: int) -> int:
    """How many of the kills came while something was being paid."""
    hit = 0
    for _kill in range(kills):
        before = month.paid()
        await month.bear()
        await month.bots.ready()
        month.tell_again(month.said[-3 * TELLING :])
        for _ in range(TELLING):
            month.speak()
        if month.dice.random() < 0.7:
            await until(lambda before=before: month.paid() > before)
        await asyncio.sleep(month.dice.uniform(0.0, 0.05))
        await month.bots.kill()
        hit += month.paid() > before and bool(month.query("SELECT 1 FROM message WHERE handling = 1"))
    return hit


async def finish(month: Month) -> None:
    """Everything is told once more, and all of it is recorded and acted on."""
    await month.bear()
    await month.bots.ready()
    month.tell_again(month.said)
    names = {message.id for message in month.said}
    await until(lambda: names <= {name for (name,) in month.query("SELECT message_id FROM message")})
    await until(lambda: month.query("SELECT count(*) FROM message WHERE handling = 1") == [(0,)])


def check(month: Month) -> None:
    ledger = month.query("SELECT contact_id, amount, subject FROM point")
    subjects = Counter(subject for _who, _amount, subject in ledger)
    assert [subject for subject, times in subjects.items() if times > 1] == []
    sums: Counter[str] = Counter()
    for who, amount, _subject in ledger:
        sums[who] += amount
    balances = dict(month.query(f"SELECT contact_id, points FROM contact WHERE contact_id <> '{OWNER}'"))
    assert balances == {who: sums[who] for who in balances}
    assert min(balances.values()) >= 0

    assert {subject for subject in subjects if subject.startswith("words:")} == month.days

    done = {name for (name,) in month.query("SELECT message_id FROM message WHERE handling = 2")}
    corrections = {f"correct:{message.id}" for message in month.said if message.talker_id == OWNER}
    carried_out = {subject for subject in subjects if subject.startswith("correct:")}
    assert carried_out == {subject for subject in corrections if subject.removeprefix("correct:") in done}

    wishes = [number for (number,) in month.query("SELECT id FROM redemption")]
    assert {f"redeem:{number}" for number in wishes} == {name for name in subjects if name.startswith("redeem:")}
    assert len(wishes) == STOCK


@pytest.mark.timeout(900)
@pytest.mark.parametrize("kills", KILLS)
async def test_kills_pay_nothing_twice_and_oversell_nothing(tmp_path, kills):
    shelf = tmp_path / "rewards.toml"
    shelf.write_text(REWARDS, encoding="utf-8")
    config = {"pacing": AT_ONCE, "plan": {"slots": 0}, "points": {"rewards": str(shelf)}}
    await adopt(tmp_path, config)
    world = town()
    gateway = SandboxGateway(world, "token")
    endpoint = await gateway.start()
    began = time.perf_counter()
    try:
        async with nursery() as bots:
            month = Month(tmp_path, world, endpoint, bots, config, random.Random(20_261_122))
            hit = await kill_again_and_again(month, kills)
            await finish(month)
            await bots.kill()
    finally:
        await gateway.stop()
    print(f"{kills} kills in {time.perf_counter() - began:.0f} s, {hit} while paying; {month.paid():,} entries")
    check(month)
    assert hit
