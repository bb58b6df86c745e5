"""Rooms: adopted, released, adopted again."""

import pytest

from bot.core.errors import StoreError
from bot.core.room import Room, RoomRole
from storage import rooms
from tests.storage.given import ACCOUNT, CUSTOMER, DAY, NOW, OPERATOR, OTHER_ROOM, ROOM


async def adopt(store, room_id=ROOM, *, topic="宝妈群", role=CUSTOMER, by=OPERATOR, now=NOW):
    return await store.run(rooms.adopt, ACCOUNT, room_id, topic=topic, role=role, by=by, now=now)


async def test_an_adopted_room_is_managed(store):
    room = await adopt(store)
    assert room == Room(ACCOUNT, ROOM, "宝妈群", CUSTOMER, NOW, OPERATOR)
    assert await store.read(rooms.find, ACCOUNT, ROOM) == room
    assert await store.read(rooms.managed, ACCOUNT) == (room,)


async def test_other_rooms_and_other_accounts_are_not(adopted):
    assert await adopted.read(rooms.find, ACCOUNT, OTHER_ROOM) is None
    assert await adopted.read(rooms.find, "another", ROOM) is None
    assert await adopted.read(rooms.managed, "another") == ()


async def test_adopting_again_changes_the_role_and_keeps_when_it_began(store):
    await adopt(store)
    again = await adopt(store, topic="", role=RoomRole.CONTROL, by="somebody", now=NOW + DAY)
    assert (again.role, again.topic, again.adopted_at, again.adopted_by) == ("control", "宝妈群", NOW, OPERATOR)


async def test_a_released_room_is_not_managed_and_keeps_its_settings(store):
    await adopt(store)
    await store.run(rooms.set_setting, ACCOUNT, ROOM, "window", "19:00-21:00")
    await store.run(rooms.release, ACCOUNT, ROOM, NOW)
    assert await store.read(rooms.find, ACCOUNT, ROOM) is None
    assert await store.read(rooms.managed, ACCOUNT) == ()
    back = await adopt(store, by="somebody", now=NOW + DAY)
    assert (back.adopted_at, back.adopted_by, back.settings) == (NOW + DAY, "somebody", {"window": "19:00-21:00"})


async def test_what_happens_in_a_released_room_changes_nothing(store):
    await adopt(store)
    await store.run(rooms.release, ACCOUNT, ROOM, NOW)
    await store.run(rooms.set_topic, ACCOUNT, ROOM, "新名字")
    await store.run(rooms.set_active, ACCOUNT, ROOM, active=False)
    back = await adopt(store, topic="")
    assert (back.topic, back.active) == ("宝妈群", True)


async def test_settings_are_changed_one_by_one(adopted):
    for key, value in (("a", "1"), ("b", "2"), ("a", "3"), ("b", None), ("never", None)):
        await adopted.run(rooms.set_setting, ACCOUNT, ROOM, key, value)
    assert (await adopted.read(rooms.find, ACCOUNT, ROOM)).settings == {"a": "3"}


async def test_a_setting_of_an_unknown_room_is_a_store_error(store):
    with pytest.raises(StoreError):
        await store.run(rooms.set_setting, ACCOUNT, ROOM, "a", "1")


async def test_the_topic_is_followed_and_never_lost(adopted):
    await adopted.run(rooms.set_topic, ACCOUNT, ROOM, "辣妈群 🎉\u202e")
    await adopted.run(rooms.set_topic, ACCOUNT, ROOM, "")
    await adopted.run(rooms.set_topic, ACCOUNT, OTHER_ROOM, "别的群")
    assert [room.topic for room in await adopted.read(rooms.managed, ACCOUNT)] == ["辣妈群 🎉\u202e"]


async def test_half_an_emoji_in_a_topic_is_stored_not_raised(adopted):
    """A gateway in JavaScript may cut a long name inside an emoji; no driver takes such a text."""
    await adopted.run(rooms.set_topic, ACCOUNT, ROOM, "宝妈群\ud83d")
    assert (await adopted.read(rooms.find, ACCOUNT, ROOM)).topic == "宝妈群\ufffd"


async def test_rooms_are_listed_by_name(store):
    for room_id, topic in (("r3", "b"), ("r2", "a"), ("r1", "b"), ("r4", "")):
        await adopt(store, room_id, topic=topic)
    assert [room.room_id for room in await store.read(rooms.managed, ACCOUNT)] == ["r2", "r1", "r3", "r4"]


async def test_a_room_the_bot_was_removed_from_is_managed_but_not_active(adopted):
    await adopted.run(rooms.set_active, ACCOUNT, ROOM, active=False)
    assert [room.active for room in await adopted.read(rooms.managed, ACCOUNT)] == [False]
