"""Invitations that stayed: paid once for ever, to members, whatever the day's cap."""

from dataclasses import replace

import pytest

from bot.config_plan import Pacing, Plan
from bot.core.operator import Role
from bot.policy.charter import Charter
from bot.policy.customs import Customs, PointRules
from bot.policy.occasion import Speaker
from storage import invitations, members, operators, points
from tests.storage.given import ACCOUNT, ANNA, BEN, DAY, NOW, OPERATOR, OTHER_ROOM, ROOM

CARA, DORA = "wxid_cara", "wxid_dora"
CHARTER = Charter(Speaker("毛球家", "毛毛", "大家好", "zh"), Plan().rules(), {}, Pacing().pace())
WEEK = 7 * DAY


@pytest.fixture
async def room(adopted):
    await adopted.run(members.present, ACCOUNT, ROOM, [ANNA], NOW - 90 * DAY)
    return adopted


async def invite(store, contact_id, inviter, at=NOW):
    await store.run(members.joined, ACCOUNT, ROOM, [contact_id], inviter, at)


async def pay(store, now, charter=CHARTER):
    return await store.run(invitations.pay_stayed, ACCOUNT, charter, now)


async def balance(store, contact_id=ANNA):
    return await store.read(points.balance, ACCOUNT, contact_id)


async def test_paid_after_a_week_and_once(room):
    await invite(room, BEN, ANNA)
    assert await pay(room, NOW + WEEK - DAY) == 0
    assert await pay(room, NOW + WEEK) == 20
    assert await pay(room, NOW + WEEK) == 0
    assert await balance(room) == 20
    assert await room.read(points.entered, ACCOUNT, invitations.subject_of(ROOM, BEN))


async def test_not_paid_again_whoever_brings_them_back(room):
    await invite(room, BEN, ANNA)
    await pay(room, NOW + WEEK)
    await room.run(members.left, ACCOUNT, ROOM, [BEN], NOW + 8 * DAY)
    await invite(room, CARA, "", NOW + 8 * DAY)
    await invite(room, BEN, CARA, NOW + 9 * DAY)
    assert await pay(room, NOW + 30 * DAY) == 0
    assert (await balance(room), await balance(room, CARA)) == (20, 0)


async def test_who_left_meanwhile_is_not_paid_for(room):
    await invite(room, BEN, ANNA)
    await room.run(members.left, ACCOUNT, ROOM, [BEN], NOW + DAY)
    assert await pay(room, NOW + WEEK) == 0
    # Coming back, the days begin anew.
    await invite(room, BEN, ANNA, NOW + 2 * DAY)
    assert await pay(room, NOW + 8 * DAY) == 0
    assert await pay(room, NOW + 9 * DAY) == 20


async def test_neither_staff_nor_nobody_nor_oneself(room):
    def hire(db):
        operators.add(db, ACCOUNT, OPERATOR, Role.OWNER, name="周岚", by="", now=NOW)
        members.present(db, ACCOUNT, ROOM, [ANNA, OPERATOR], NOW)

    await room.run(hire)
    await invite(room, BEN, OPERATOR)
    await invite(room, CARA, "")
    await invite(room, DORA, DORA)
    await invite(room, OPERATOR, ANNA)
    assert await pay(room, NOW + WEEK) == 0


async def test_the_days_cap_is_for_what_a_member_does_that_day(room):
    for number in range(3):
        await invite(room, f"wxid_{number}", ANNA)
    charter = replace(CHARTER, customs=Customs(points=PointRules(daily_cap=40)))
    assert await pay(room, NOW + WEEK, charter) == 60
    assert await pay(room, NOW + WEEK, charter) == 0
    later = {"subject": "words", "amount": 1, "room_id": ROOM, "day": (NOW + WEEK).date(), "now": NOW + WEEK, "cap": 40}
    assert await room.run(points.pay, ACCOUNT, contact_id=ANNA, rule="first_words", **later) == 1


async def test_nothing_is_paid_where_nothing_is_offered(room):
    await invite(room, BEN, ANNA)
    assert await pay(room, NOW + WEEK, replace(CHARTER, customs=Customs(points=PointRules(invitation=0)))) == 0


async def test_only_in_rooms_that_are_looked_after(room):
    await room.run(members.joined, ACCOUNT, OTHER_ROOM, [BEN], ANNA, NOW)
    assert await pay(room, NOW + WEEK) == 0
