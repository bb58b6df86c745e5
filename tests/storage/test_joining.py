"""Coming into rooms: who waits for a welcome, who got it, and what a second hearing changes."""

import pytest

from bot.core.events import MembersJoined
from bot.core.operator import Role
from bot.core.room import RoomRole
from bot.policy.customs import Customs
from storage import accounts, joining, members, operators, rooms
from tests.storage.given import ACCOUNT, ANNA, BEN, BOT, CUSTOMER, DAY, MINUTE, NOW, OPERATOR, OTHER_ROOM, ROOM, SECOND

CUSTOMS = Customs()
SOON = NOW + CUSTOMS.gather


@pytest.fixture
async def open_room(adopted):
    def enter(db):
        rooms.adopt(db, ACCOUNT, ROOM, topic="宝妈群", role=CUSTOMER, by=OPERATOR, now=NOW - DAY)
        accounts.logged_in(db, ACCOUNT, BOT, NOW - DAY)
        operators.add(db, ACCOUNT, OPERATOR, Role.OWNER, name="周岚", by="", now=NOW - DAY)

    await adopted.run(enter)
    return adopted


async def join(store, *people, at=NOW, now=None, room_id=ROOM, inviter="", customs=CUSTOMS):
    event = MembersJoined(ACCOUNT, room_id, people, inviter, at)
    await store.run(joining.joined, event, customs, now or at)


async def leave(store, *people, at=NOW):
    await store.run(members.left, ACCOUNT, ROOM, people, at)


async def waiting(store, now=SOON):
    found = await store.read(joining.waiting, ACCOUNT, now)
    return {room_id: [person.contact_id for person in people] for room_id, people in found.items()}


async def greet(store, *people, at=SOON):
    await store.run(joining.greet, ACCOUNT, ROOM, people, at)


async def test_who_comes_waits_for_a_minute_with_those_who_follow(open_room):
    await join(open_room, ANNA, inviter=BEN)
    await join(open_room, BEN, at=NOW + 30 * SECOND)
    assert await waiting(open_room, SOON - SECOND) == {}
    assert await waiting(open_room) == {ROOM: [ANNA, BEN]}
    (anna,) = await open_room.read(members.cards, ACCOUNT, ANNA, NOW)
    assert (anna.inviter_id, anna.joined_at) == (BEN, NOW)


async def test_hearing_it_again_changes_nothing(open_room):
    await join(open_room, ANNA)
    await greet(open_room, ANNA)
    await join(open_room, ANNA, now=NOW + 2 * MINUTE)
    assert await waiting(open_room, NOW + 5 * MINUTE) == {}
    await join(open_room, BEN, ANNA, at=NOW + 3 * MINUTE)
    assert await waiting(open_room, NOW + 5 * MINUTE) == {ROOM: [BEN]}


async def test_who_was_there_does_not_wait(open_room):
    await open_room.run(members.present, ACCOUNT, ROOM, [ANNA], NOW - DAY)
    await join(open_room, ANNA)
    assert await waiting(open_room) == {}


async def test_a_room_read_before_the_news_came(open_room):
    await open_room.run(members.present, ACCOUNT, ROOM, [ANNA], NOW - SECOND)
    await join(open_room, ANNA)
    assert await waiting(open_room) == {ROOM: [ANNA]}


async def test_coming_back(open_room):
    await join(open_room, ANNA)
    await greet(open_room, ANNA)
    await leave(open_room, ANNA, at=NOW + DAY)
    await join(open_room, ANNA, at=NOW + 29 * DAY)
    assert await waiting(open_room, NOW + 30 * DAY) == {}
    await leave(open_room, ANNA, at=NOW + 40 * DAY)
    await join(open_room, ANNA, at=NOW + 70 * DAY)
    assert await waiting(open_room, NOW + 71 * DAY) == {ROOM: [ANNA]}


async def test_old_news_is_recorded_and_greets_nobody(open_room):
    await join(open_room, ANNA, now=NOW + 11 * MINUTE)
    assert await waiting(open_room, NOW + DAY) == {}
    assert await open_room.read(members.count, ACCOUNT, ROOM) == 1


async def test_no_staff_and_never_the_bot(open_room):
    await join(open_room, ANNA, OPERATOR)
    assert await waiting(open_room) == {ROOM: [ANNA]}
    await join(open_room, BOT, BEN)
    # The bot is no member of its own rooms, and whoever is told with it was most likely there.
    assert await waiting(open_room) == {ROOM: [ANNA]}
    assert not await open_room.read(members.known, ACCOUNT, BOT)
    assert await open_room.read(members.known, ACCOUNT, BEN)


async def test_only_customer_rooms_that_welcome(open_room):
    def adopt(db):
        rooms.adopt(db, ACCOUNT, OTHER_ROOM, topic="运营群", role=RoomRole.CONTROL, by=OPERATOR, now=NOW)

    await open_room.run(adopt)
    await join(open_room, ANNA, room_id=OTHER_ROOM)
    await join(open_room, ANNA, customs=Customs(welcome=False))
    await open_room.run(rooms.set_setting, ACCOUNT, ROOM, "welcome", "off")
    await join(open_room, BEN)
    assert await waiting(open_room) == {}


async def test_what_was_not_said_is_still_due(open_room):
    await join(open_room, ANNA, BEN)
    found = (await open_room.read(joining.waiting, ACCOUNT, SOON))[ROOM]
    await greet(open_room, ANNA, BEN)
    assert await waiting(open_room) == {}
    await open_room.run(joining.ungreet, ACCOUNT, ROOM, found)
    assert await waiting(open_room) == {ROOM: [ANNA, BEN]}
    await open_room.run(joining.pass_over, ACCOUNT, ROOM, [ANNA, BEN])
    assert await waiting(open_room) == {}


async def test_who_left_or_unsubscribed_is_told_apart(open_room):
    await join(open_room, ANNA, BEN)
    await leave(open_room, BEN)
    found = (await open_room.read(joining.waiting, ACCOUNT, SOON))[ROOM]
    assert [(person.contact_id, person.welcome) for person in found] == [(ANNA, True), (BEN, False)]
