"""Wishes: counted once a local day, noted when there are enough days, and decided once."""

from datetime import date

import pytest

from storage import wishes
from storage.wishes import Stated
from tests.storage.given import ACCOUNT, ANNA, BEN, DAY, HOUR, NOW, OPERATOR, ROOM

WISH, SAID = "without::香菜", "不要香菜"
FIRST = date(2026, 11, 20)


def stated(days=0, *, said=SAID, wish=WISH, contact_id=ANNA, hours=0):
    at = NOW + days * DAY + hours * HOUR
    return Stated(contact_id, wish, said, FIRST + days * DAY, ROOM, f"m-{days}-{hours}", at)


async def state(store, *items, days=3):
    return await store.run(wishes.met, ACCOUNT, items, days)


async def noted(store, contact_id=ANNA):
    return await store.read(wishes.of, ACCOUNT, contact_id)


async def decide(store, *, keep, by=ANNA):
    return await store.run(wishes.decide, ACCOUNT, ANNA, WISH, keep=keep, by=by, now=NOW)


@pytest.mark.parametrize("together", [True, False])
async def test_the_third_day_makes_a_wish(store, together):
    all_days = [stated(0), stated(1), stated(2, said="不吃香菜")]
    batches = [all_days] if together else [[item] for item in all_days]
    met = [await state(store, *batch) for batch in batches]
    assert met[-1] == [all_days[-1]]
    assert not any(met[:-1])
    (wish,) = await noted(store)
    assert (wish.wish, wish.said, wish.kept, wish.days, wish.message_id) == (WISH, "不吃香菜", False, 3, "m-2-0")
    assert wish.seen_at == NOW + 2 * DAY


async def test_before_that_nothing_is_noted_however_often_it_is_said_on_a_day(store):
    assert await state(store, *(stated(0, hours=hours) for hours in range(5))) == []
    assert await state(store, stated(0), stated(1)) == []
    assert await noted(store) == ()


async def test_it_is_met_once_only(store):
    assert await state(store, stated(0), stated(1), stated(2))
    assert await state(store, stated(3), stated(4)) == []
    (wish,) = await noted(store)
    assert (wish.days, wish.seen_at) == (3, NOW + 4 * DAY)


async def test_what_arrives_late_counts_without_becoming_the_newest(store):
    await state(store, stated(2, said="不吃香菜"), stated(1))
    assert await state(store, stated(0)) != []
    (wish,) = await noted(store)
    assert (wish.said, wish.message_id) == ("不吃香菜", "m-2-0")


async def test_people_and_wishes_are_counted_apart(store):
    both = [stated(0), stated(1), stated(0, contact_id=BEN), stated(2, wish="less::糖")]
    assert await state(store, *both) == []
    assert len(await state(store, stated(2), stated(2, contact_id=BEN))) == 1
    assert await noted(store, BEN) == ()


async def test_a_yes_keeps_it(store):
    await state(store, stated(0), stated(1), stated(2))
    assert await decide(store, keep=True)
    await state(store, stated(3))
    (wish,) = await noted(store)
    assert wish.kept


@pytest.mark.parametrize("by", [ANNA, OPERATOR])
async def test_a_no_is_for_good(store, by):
    await state(store, stated(0), stated(1), stated(2))
    assert await decide(store, keep=False, by=by)
    for day in range(3, 9):
        assert await state(store, stated(day)) == []
    assert await noted(store) == ()
    assert not await decide(store, keep=True)


async def test_what_nobody_stated_cannot_be_decided(store):
    assert not await decide(store, keep=True)


async def test_how_many_days_it_takes_is_a_custom(store):
    assert await state(store, stated(0), days=1) == [stated(0)]


async def test_the_last_one_stated_comes_first(store):
    await state(store, stated(0), stated(1, wish="less::糖", said="少放糖"), days=1)
    assert [wish.said for wish in await noted(store)] == ["少放糖", SAID]
