"""Who is congratulated where: by the day of the room, once, by whichever process looks first."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.birthday import Birthday, Calendar, Whose
from bot.core.errors import StoreError
from bot.core.room import RoomRole
from bot.materials import charter_of
from bot.outbound.care import Caring
from handlers.birthday_greeting import greet_birthdays
from storage import accounts, birthdays, members, rooms
from storage.store import Store
from tests.faults.look import look
from tests.scenarios.stage import settings, texts
from tests.storage.blank import open_store

ZONES = {"sh@room": "Asia/Shanghai", "ny@room": "America/New_York", "ak@room": "Pacific/Auckland"}
BEGIN = datetime(2026, 11, 20, tzinfo=UTC)
DELIVERIES = "SELECT id, room_id, via_room_id, slot_day, due_at, content FROM delivery ORDER BY id"
PARTS = "SELECT delivery_id, contact_id, subject, turn FROM care ORDER BY id"


@pytest.fixture
async def house(tmp_path):
    config = settings(tmp_path)
    async with open_store(config) as store:
        await store.run(accounts.ensure, "main", BEGIN)
        for room, zone in ZONES.items():
            facts = {"topic": room, "role": RoomRole.CUSTOMER, "by": "owner", "now": BEGIN}
            await store.run(rooms.adopt, "main", room, **facts)
            await store.run(rooms.set_setting, "main", room, "zone", zone)
        yield House(store, charter_of(config, texts(config)))


class House:
    def __init__(self, store, charter):
        self.store, self.charter = store, charter
        self.caring = Caring("main", charter, (greet_birthdays,))

    async def told(self, who, *where, day=(11, 22), whose=Whose.SELF, name="", private=False):
        """Somebody who is in these rooms told it in the first of them."""
        for number, room in enumerate(where):
            await self.store.run(members.joined, "main", room, (who,), "", BEGIN + timedelta(hours=number))
        told = Birthday(0, who, whose, name, Calendar.SOLAR, *day, private=private, room_id=where[0])
        return await self.store.run(birthdays.add, "main", told, source="chat", by=who, now=BEGIN)

    async def live(self, begin, hours, *, every=timedelta(minutes=30)):
        """The plan looks again and again."""
        now = begin
        while now < begin + timedelta(hours=hours):
            await self.store.run(self.caring.plan, now)
            now += every

    async def planned(self):
        return [
            (room, via, day, datetime.fromtimestamp(due / 1000, UTC), content)
            for _id, room, via, day, due, content in await look(self.store, DELIVERIES)
        ]

    async def together(self):
        """Who shares each message."""
        shared = {}
        for delivery, who, _subject, _turn in await look(self.store, PARTS):
            shared.setdefault(delivery, []).append(who)
        return sorted(map(sorted, shared.values()))


async def test_in_three_zones_everybody_is_greeted_on_their_own_day(house):
    for room in ZONES:
        await house.told(f"from {room}", room)
    await house.live(BEGIN, 5 * 24)
    planned = await house.planned()
    assert Counter(room for room, *_rest in planned) == Counter(list(ZONES))
    for room, _via, day, due, _content in planned:
        local = due.astimezone(ZoneInfo(ZONES[room]))
        assert (day, local.date().isoformat()) == ("2026-11-22", "2026-11-22")
        assert 9 <= local.hour < 21


async def test_somebody_in_rooms_of_three_zones_is_greeted_in_the_one_where_they_told_it(house):
    await house.told("traveller", "ny@room", "sh@room", "ak@room")
    await house.live(BEGIN, 5 * 24)
    assert [room for room, *_rest in await house.planned()] == ["ny@room"]


async def test_who_moves_on_between_zones_on_the_day_is_not_greeted_again(house):
    await house.told("traveller", "ak@room", "sh@room", "ny@room")
    morning = datetime(2026, 11, 22, 9, 0, tzinfo=ZoneInfo("Pacific/Auckland")).astimezone(UTC)
    await house.live(morning, 8)
    await house.store.run(members.left, "main", "ak@room", ("traveller",), morning + timedelta(hours=8))
    await house.live(morning + timedelta(hours=8), 48)
    assert [room for room, *_rest in await house.planned()] == ["ak@room"]


async def test_two_processes_that_look_at_once_greet_once(house):
    for number in range(5):
        await house.told(f"member {number}", "sh@room", whose=Whose.PET, name="豆豆")
    noon = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
    twin = Store(house.store.url)
    try:
        looks = [
            store.run(Caring("main", house.charter, (greet_birthdays,)).plan, noon) for store in (house.store, twin) * 3
        ]
        results = await asyncio.gather(*looks, return_exceptions=True)
    finally:
        await twin.close()
    # Whoever comes second finds everything taken, or is turned away by the unique turn.
    assert all(isinstance(result, tuple | StoreError) for result in results)
    assert [content for *_rest, content in await house.planned()] == ["care/pet-birthday"]
    assert await house.together() == [[f"member {number}" for number in range(5)]]


async def test_a_company_shares_a_message_and_those_who_want_it_alone_have_their_own(house):
    await house.told("self", "sh@room")
    await house.told("pet", "sh@room", whose=Whose.PET, name="豆豆")
    await house.told("child", "sh@room", whose=Whose.CHILD)
    await house.told("shy", "sh@room", private=True)
    await house.told("shy", "sh@room", whose=Whose.PET, name="球球", private=True)
    await house.told("elsewhere", "ny@room", whose=Whose.CHILD, name="米粒")
    await house.live(datetime(2026, 11, 21, 16, 0, tzinfo=UTC), 40)
    assert await house.together() == [["child", "pet", "self"], ["elsewhere"], ["shy", "shy"]]
    assert sorted((room, via, content) for room, via, _day, _due, content in await house.planned()) == [
        ("ny@room", "", "care/child-birthday"),
        ("sh@room", "", "care/birthday"),
        ("shy", "sh@room", "care/birthday"),
    ]


async def test_without_words_for_pets_those_for_everybody_are_used(house):
    del house.charter.library["care/pet-birthday"]
    await house.told("pet", "sh@room", whose=Whose.PET, name="豆豆")
    await house.live(datetime(2026, 11, 22, 2, 0, tzinfo=UTC), 1)
    assert [content for *_rest, content in await house.planned()] == ["care/birthday"]


@pytest.mark.parametrize(("year", "day"), [(2026, "2026-02-28"), (2028, "2028-02-29")])
async def test_a_leap_day_in_any_year(house, year, day):
    await house.told("leapling", "sh@room", day=(2, 29))
    await house.live(datetime(year, 2, 26, tzinfo=UTC), 6 * 24, every=timedelta(hours=3))
    assert [planned for _room, _via, planned, *_rest in await house.planned()] == [day]
