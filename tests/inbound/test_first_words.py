"""The first words of a day pay once a person and day, as long as the house wants it."""

from dataclasses import replace
from datetime import date

import pytest

from bot.inbound.first_words import pay_first_words
from bot.policy.customs import PointRules
from storage import accounts, members, points
from tests.storage.databases import (
    long_lived,
    postgres,
    store,
)
from tests.storage.given import ACCOUNT, ANNA, BEN, NOW, OTHER_ROOM, ROOM

__all__ = ["long_lived", "postgres", "store"]

TODAY, TOMORROW = date(2026, 11, 20), date(2026, 11, 21)
RULES = PointRules()


@pytest.fixture
async def known(store):
    def enter(db):
        accounts.ensure(db, ACCOUNT, NOW)
        members.joined(db, ACCOUNT, ROOM, [ANNA, BEN], "", NOW)

    await store.run(enter)
    return store


async def pay(store, *first, rules=RULES):
    await store.run(pay_first_words, ACCOUNT, first, rules, NOW)


async def balances(store):
    return [await store.read(points.balance, ACCOUNT, who) for who in (ANNA, BEN)]


async def test_a_person_is_paid_once_a_day_wherever_they_speak(known):
    await pay(known, (ROOM, ANNA, TODAY), (OTHER_ROOM, ANNA, TODAY), (ROOM, BEN, TODAY))
    await pay(known, (OTHER_ROOM, ANNA, TODAY), (ROOM, ANNA, TOMORROW))
    assert await balances(known) == [2, 1]


async def test_somebody_unknown_is_no_obstacle(known):
    await pay(known, (ROOM, "wxid_nobody", TODAY), (ROOM, ANNA, TODAY))
    assert await balances(known) == [1, 0]


async def test_a_house_may_pay_nothing_or_not_any_more_that_day(known):
    await pay(known, (ROOM, ANNA, TODAY), rules=replace(RULES, first_words=0))
    await pay(known, (ROOM, BEN, TODAY), rules=replace(RULES, first_words=5, daily_cap=3))
    assert await balances(known) == [0, 3]
