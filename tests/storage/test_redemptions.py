"""Redemptions: nobody spends what they do not have, nothing is given away twice, and a no gives everything back."""

import asyncio
from datetime import date

import pytest

from bot.core.points import Payment
from bot.core.redemption import Stage
from bot.policy.customs import Reward
from storage import members, points, redemptions
from storage.store import Store
from tests.storage.given import ACCOUNT, ANNA, BEN, MINUTE, NOW, OPERATOR, ROOM

TODAY = date(2026, 11, 20)
SAMPLE, BATH, ADVICE = Reward("sample", "试吃包", 30, 2), Reward("bath", "洗护", 50, 1), Reward("advice", "咨询", 1)
LATER = NOW + MINUTE


@pytest.fixture
async def rich(adopted):
    """Two people with a hundred points each."""
    await adopted.run(members.joined, ACCOUNT, ROOM, [ANNA, BEN], "", NOW)
    for contact_id in (ANNA, BEN):
        await adopted.run(
            points.take, ACCOUNT, Payment(contact_id, "correct", f"gift:{contact_id}", 100, ROOM, TODAY), NOW
        )
    return adopted


async def ask(store, reward, contact_id=ANNA):
    return await store.run(redemptions.ask, ACCOUNT, contact_id, reward, room_id=ROOM, day=TODAY, now=NOW)


async def decide(store, number, stage, reason=""):
    return await store.run(redemptions.decide, ACCOUNT, number, stage, by=OPERATOR, now=LATER, reason=reason)


async def balance(store, contact_id=ANNA):
    return await store.read(points.balance, ACCOUNT, contact_id)


async def left(store, *rewards):
    return await store.read(redemptions.left, ACCOUNT, rewards)


async def test_points_are_taken_and_stock_is_reserved_at_once(rich):
    found = await ask(rich, SAMPLE)
    assert (found.title, found.cost, found.stage, found.room_id) == ("试吃包", 30, Stage.ASKED, ROOM)
    assert await balance(rich) == 70
    assert await left(rich, SAMPLE, BATH, ADVICE) == {"sample": 1, "bath": 1, "advice": None}
    assert await rich.read(redemptions.asked, ACCOUNT) == (found,)
    assert await rich.read(redemptions.asked, ACCOUNT, BEN) == ()
    assert await rich.read(redemptions.find, ACCOUNT, found.number) == found
    assert await rich.read(redemptions.find, "another", found.number) is None


async def test_too_few_points_and_an_empty_shelf_change_nothing(rich):
    assert await ask(rich, BATH)
    assert await ask(rich, BATH, BEN) is None
    assert await ask(rich, Reward("checkup", "体检", 51)) is None
    assert await ask(rich, SAMPLE, "wxid_stranger") is None
    assert (await balance(rich), await balance(rich, BEN)) == (50, 100)
    assert len(await rich.read(redemptions.asked, ACCOUNT)) == 1


async def test_two_in_one_transaction_do_not_get_the_last_one(rich):
    def both(db):
        return [
            redemptions.ask(db, ACCOUNT, contact_id, BATH, room_id=ROOM, day=TODAY, now=NOW)
            for contact_id in (ANNA, BEN)
        ]

    first, second = await rich.run(both)
    assert first
    assert second is None
    assert (await balance(rich), await balance(rich, BEN)) == (50, 100)


@pytest.mark.parametrize("stage", [Stage.REFUSED, Stage.CANCELLED])
async def test_a_no_gives_points_and_stock_back(rich, stage):
    found = await ask(rich, BATH)
    decided = await decide(rich, found.number, stage, "卖完了")
    assert (decided.stage, decided.reason) == (stage, "卖完了")
    assert await balance(rich) == 100
    assert await left(rich, BATH) == {"bath": 1}
    assert await rich.read(redemptions.asked, ACCOUNT) == ()


async def test_a_yes_keeps_them(rich):
    found = await ask(rich, BATH)
    assert (await decide(rich, found.number, Stage.GRANTED)).stage is Stage.GRANTED
    assert await balance(rich) == 50
    assert await left(rich, BATH) == {"bath": 0}


async def test_a_decision_is_made_once(rich):
    found = await ask(rich, BATH)
    assert await decide(rich, found.number, Stage.REFUSED)
    for stage in (Stage.REFUSED, Stage.GRANTED, Stage.CANCELLED):
        assert await decide(rich, found.number, stage) is None
    assert await decide(rich, found.number + 1, Stage.GRANTED) is None
    assert await balance(rich) == 100


async def test_what_was_decided_is_told_once(rich):
    granted, refused, cancelled = [await ask(rich, ADVICE) for _ in range(3)]
    await ask(rich, ADVICE)
    await decide(rich, granted.number, Stage.GRANTED)
    await decide(rich, refused.number, Stage.REFUSED)
    await decide(rich, cancelled.number, Stage.CANCELLED)
    untold = await rich.read(redemptions.untold, ACCOUNT)
    assert [item.number for item in untold] == [granted.number, refused.number]
    await rich.run(redemptions.told, granted.number, LATER)
    await rich.run(redemptions.told, refused.number, LATER)
    assert await rich.read(redemptions.untold, ACCOUNT) == ()
    await rich.run(redemptions.told, granted.number, None)
    assert [item.number for item in await rich.read(redemptions.untold, ACCOUNT)] == [granted.number]


async def test_a_smaller_stock_than_was_given_away_is_none_at_all(rich):
    await ask(rich, SAMPLE)
    assert await left(rich, Reward("sample", "试吃包", 30, 0)) == {"sample": 0}


async def test_many_at_once_from_two_processes_never_get_more_than_there_is(rich):
    """Two stores write to one database at the same time; nobody gets what another has, and no point is lost."""
    other = Store(rich.url)
    try:
        wishes = [ask(store, SAMPLE, who) for _ in range(6) for store, who in ((rich, ANNA), (other, BEN))]
        found = [item for item in await asyncio.gather(*wishes) if item]
    finally:
        await other.close()
    assert len(found) == SAMPLE.stock
    assert await left(rich, SAMPLE) == {"sample": 0}
    assert await balance(rich) + await balance(rich, BEN) == 200 - SAMPLE.stock * SAMPLE.cost
