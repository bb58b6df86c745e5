"""A birthday is celebrated once, whatever happens to the process, its clock, and its right to the account."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import Clock
from bot.core.birthday import Birthday, Calendar, Whose
from bot.lease import TTL
from storage import accounts, birthdays
from tests.faults.hands import Hands
from tests.faults.look import look
from tests.faults.shop import posts, shop
from tests.scenarios.stage import CATS, XIAOMAN, Stage, evening, town

GREETINGS = f"SELECT state FROM delivery WHERE room_id = '{CATS}' AND plan LIKE 'birthday:%'"
TURNS = "SELECT turn, count(*) FROM care WHERE occasion = 'birthday' GROUP BY turn ORDER BY turn"


@pytest.fixture
def hands(monkeypatch):
    hands = Hands(evening("09:30:00").astimezone(UTC))
    clock = Clock(wall=hands.wall, monotonic=hands.monotonic)
    monkeypatch.setattr("tests.scenarios.stage.Clock", lambda *_: clock)
    return hands


async def xiaoman_told(stage: Stage) -> None:
    """小满's birthday is the day of the play."""
    await stage.named(XIAOMAN)
    told = Birthday(0, XIAOMAN, Whose.SELF, "", Calendar.SOLAR, 11, 22, room_id=CATS)
    await stage.app.store.run(birthdays.add, "main", told, source="chat", by=XIAOMAN, now=stage.app.clock())


def greetings(stage: Stage) -> int:
    return sum("小满，生日快乐" in sent.label for sent in posts(stage))


async def walk(stage: Stage, hands: Hands, until: datetime) -> None:
    """Time passes, and the bot looks round every five minutes."""
    while hands.at < until:
        hands.pass_by(minutes=5)
        await stage.app.outbound.tick()


async def test_a_restart_doubles_nothing_and_loses_nothing(tmp_path):
    world, heard = town(), 0
    async with shop(tmp_path, at="09:00:00", world=world) as stage:
        await xiaoman_told(stage)
        await stage.at("09:00:10")
        assert await look(stage.app.store, GREETINGS) == [("planned",)]
    for clock in ("09:30:00", "15:00:00", "15:30:00", "09:10:00"):
        async with shop(tmp_path, at=clock, world=world, opened=True) as stage:
            await asyncio.gather(*(stage.app.outbound.tick() for _ in range(3)))
            heard += greetings(stage)
    assert heard == 1


async def test_with_the_bot_away_all_day_nothing_is_said_at_night_nor_on_the_morrow(tmp_path):
    world = town()
    async with shop(tmp_path, at="08:00:00", world=world) as stage:
        await xiaoman_told(stage)
        await stage.app.outbound.tick()
    async with shop(tmp_path, at="21:30:00", world=world, opened=True) as stage:
        await stage.app.outbound.tick()
        stage.app.clock.jump(evening("15:00:00") + timedelta(days=1))
        await stage.app.outbound.tick()
        assert greetings(stage) == 0
        stage.app.clock.jump(evening("15:00:00").replace(year=2027))
        await stage.app.outbound.tick()
        assert greetings(stage) == 1


@pytest.mark.parametrize("wrong", [6, -6, 24, -24, 24 * 400], ids="{0} hours".format)
async def test_a_clock_that_jumps_and_is_set_right_doubles_nothing(tmp_path, hands, wrong):
    world = town()
    world._now = hands.wall
    async with shop(tmp_path, world=world) as stage:
        await xiaoman_told(stage)
        await stage.app.outbound.tick()
        hands.set(hours=wrong)
        await stage.app.outbound.tick()
        hands.pass_by(minutes=5)
        await stage.app.outbound.tick()
        assert greetings(stage) == 0, "nobody trusts the clock yet"
        hands.set(hours=-wrong)
        await walk(stage, hands, evening("18:00:00"))
        assert greetings(stage) == 1
        for hours in (-6, 6, -24, 24):
            hands.set(hours=hours)
            await walk(stage, hands, hands.at + timedelta(minutes=30))
        assert greetings(stage) == 1
        assert max(count for _turn, count in await look(stage.app.store, TURNS)) == 1


async def test_a_process_that_lost_the_account_greets_nobody(tmp_path):
    async with shop(tmp_path, at="09:00:00") as stage:
        await xiaoman_told(stage)
        await stage.at("09:00:10")
        real = stage.app.clock.real()
        await stage.app.store.run(accounts.take_lease, "main", "another:1:x", real, TTL, force=True)
        await stage.at("15:00:00")
        assert greetings(stage) == 0
        assert await look(stage.app.store, GREETINGS) == [("planned",)]
