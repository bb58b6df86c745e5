"""Planning the day: each slot once, and what a room's new settings change of it."""

from datetime import timedelta

import pytest

from bot.core.delivery import DeliveryState, Order, Slot
from bot.core.post import PostKind
from bot.core.reason import Reason
from bot.core.room import RoomRole
from bot.materials import charter_of
from bot.outbound.plan import Planning
from storage import accounts, deliveries, ledger, notices, outbox, rooms
from tests.scenarios.stage import CATS, TEAM, evening, settings, texts
from tests.storage.blank import open_store

NOW = evening("12:00:00")


@pytest.fixture
async def house(tmp_path):
    config = settings(tmp_path)
    charter = charter_of(config, texts(config))
    async with open_store(config) as store:
        await store.run(accounts.ensure, "main", NOW)
        for room, role in ((CATS, RoomRole.CUSTOMER), (TEAM, RoomRole.CONTROL)):
            await store.run(rooms.adopt, "main", room, topic=room, role=role, by="owner", now=NOW - timedelta(days=9))
        yield House(store, charter)


class House:
    def __init__(self, store, charter):
        self.store, self.charter = store, charter
        self.planning = Planning("main", charter)

    async def plan(self, now=NOW, planning=None):
        planning = planning or self.planning
        planned = await self.store.run(planning.plan, now)
        planning.keep(planned)
        return planned.deliveries

    async def set(self, key, value):
        await self.store.run(rooms.set_setting, "main", CATS, key, value)

    async def rows(self):
        return await self.store.read(deliveries.waiting, "main")


async def test_a_day_is_planned_once_for_customer_rooms_only(house):
    (planned,) = await house.plan()
    assert (planned.room_id, planned.state, planned.slot_day) == (CATS, DeliveryState.PLANNED, "2026-11-22")
    assert await house.plan() == ()
    assert await house.plan(planning=Planning("main", house.charter)) == ()
    assert len(await house.plan(NOW + timedelta(days=1))) == 1
    assert len(await house.rows()) == 2


async def test_more_slots_are_added_and_those_that_are_there_stay(house):
    await house.plan()
    await house.set("slots", "3")
    added = await house.plan()
    assert [item.slot_number for item in added] == [2, 3]


async def test_a_room_s_new_tags_change_what_the_plan_has_put_there(house):
    await house.set("tags", "养猫")
    (before,) = await house.plan()
    await house.set("tags", "养狗")
    assert await house.plan() == ()
    (after,) = await house.rows()
    assert (after.id, after.slot_number, after.due_at) == (before.id, 1, before.due_at)
    post = house.charter.library[after.content]
    assert post.audience != "not tag:养狗"
    steps = await house.store.read(deliveries.steps, "main", after.id)
    assert [step.reason.rule for step in steps] in (["", "replanned"], [""])


async def test_past_midnight_yesterday_s_post_that_is_still_to_come_is_not_planned_again(house):
    await house.set("window", "22:30-00:30")
    await house.set("mix", "1:9:0")
    (yesterday,) = await house.plan()
    (today,) = await house.plan(evening("00:05:00") + timedelta(days=1), Planning("main", house.charter))
    assert (yesterday.slot_day, today.slot_day) == ("2026-11-22", "2026-11-23")
    assert today.content != yesterday.content


@pytest.mark.parametrize("end", [DeliveryState.EXPIRED, DeliveryState.SKIPPED, DeliveryState.CANCELLED])
async def test_when_a_part_of_a_series_is_given_up_the_next_slot_brings_it(house, end):
    await house.set("mix", "10:0:0")
    await house.set("slots", "2")
    begun = {"kind": "value", "source": "plan", "content": "value/kitten-1-first-night"}
    await house.store.run(ledger.enter, "main", CATS, at=NOW - timedelta(days=1), **begun)
    second, third = await house.plan()
    assert (second.content, third.content) == ("value/kitten-2-first-week", "value/kitten-3-first-visit")
    await house.store.run(outbox.drop, second.id, end, Reason("expired.missed"), NOW)
    assert await house.plan() == ()
    assert [(item.id, item.content) for item in await house.rows()] == [(third.id, second.content)]


@pytest.mark.parametrize("touch", ["swap", "move", "approve"])
async def test_what_a_person_has_touched_stays_as_it_is(house, touch):
    (item,) = await house.plan()
    if touch == "swap":
        await house.store.run(outbox.swap, item.id, PostKind.VALUE, "value/cat-tail", "owner", NOW)
    elif touch == "move":
        await house.store.run(outbox.move, item.id, item.due_at + timedelta(minutes=5), "owner", NOW)
    else:
        await house.store.run(outbox.approve, item.id, "seal", "owner", NOW)
    (before,) = await house.rows()
    await house.set("tags", "养狗")
    await house.plan()
    assert await house.rows() == (before,)


async def test_a_commanded_post_counts_for_the_plan_and_is_left_alone(house):
    slot = Slot("main", CATS, "2026-11-22", 1, evening("19:30:00"))
    order = Order("post:x", PostKind.PROMO, "promo/weekday-grooming", by="owner")
    await house.store.run(outbox.plan, slot, order, attempt_id="a", now=NOW)
    for days in range(1, 10):
        at = NOW - timedelta(days=days)
        await house.store.run(ledger.enter, "main", CATS, kind="value", source="plan", at=at, content=f"v{days}")
    (planned,) = await house.plan()
    assert planned.kind is not PostKind.PROMO
    await house.set("greeting", "晚上好")
    await house.plan()
    assert {item.content for item in await house.rows()} == {planned.content, "promo/weekday-grooming"}


async def test_a_post_that_needs_a_yes_is_shown_once(house):
    await house.set("approval", "all")
    await house.plan()
    await house.plan(planning=Planning("main", house.charter))
    (notice,) = await house.store.read(notices.unsaid, "main")
    assert (notice.template, notice.data["room_id"]) == ("alarms/approval", CATS)


async def test_another_post_in_the_place_of_one_that_needs_a_yes_is_shown_too(house):
    await house.set("approval", "all")
    await house.plan()
    await house.set("mix", "1:9:0")
    await house.plan()
    asked = await house.store.read(notices.unsaid, "main")
    shown = [notice.data["content"] for notice in asked if notice.template == "alarms/approval"]
    (now,) = await house.rows()
    assert len(shown) == 2
    assert shown[0] != shown[1] == now.content


async def test_a_room_whose_settings_cannot_be_read_is_not_planned_and_the_operators_hear_of_it(house):
    await house.set("window", "25:00-26:00")
    assert await house.plan() == ()
    assert [notice.template for notice in await house.store.read(notices.unsaid, "main")] == ["alarms/unreadable"]
