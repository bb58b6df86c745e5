"""Members: who is in a room, what they are called, and how they are found."""

from storage import members, messages, rooms, tags
from storage.tables import Handling
from tests.storage.given import ACCOUNT, ANNA, BEN, CUSTOMER, DAY, HOUR, NOW, OPERATOR, OTHER_ROOM, ROOM, said


async def card(store, contact_id=ANNA, now=NOW):
    (found,) = await store.read(members.cards, ACCOUNT, contact_id, now)
    return found


async def join(store, *contact_ids, at=NOW, room_id=ROOM, inviter=OPERATOR):
    await store.run(members.joined, ACCOUNT, room_id, contact_ids, inviter, at)


async def leave(store, *contact_ids, at=NOW, room_id=ROOM):
    await store.run(members.left, ACCOUNT, room_id, contact_ids, at)


async def name(store, contact_id, called, alias="", *, room_id=ROOM, inviter=""):
    await store.run(members.named, ACCOUNT, room_id, contact_id, called, alias, inviter)


async def test_who_joins_is_a_member(adopted):
    await join(adopted, ANNA, BEN)
    anna = await card(adopted)
    assert (anna.joined_at, anna.left_at, anna.inviter_id, anna.first_seen_at) == (NOW, None, OPERATOR, NOW)
    assert await adopted.read(members.count, ACCOUNT, ROOM) == 2
    assert await adopted.read(members.known, ACCOUNT, ANNA)
    assert not await adopted.read(members.known, "another", ANNA)


async def test_who_leaves_is_remembered_and_not_counted(adopted):
    await join(adopted, ANNA, BEN)
    await leave(adopted, ANNA, at=NOW + DAY)
    assert (await card(adopted)).left_at == NOW + DAY
    assert await adopted.read(members.count, ACCOUNT, ROOM) == 1
    assert await adopted.read(members.known, ACCOUNT, ANNA)


async def test_who_comes_back_keeps_when_they_were_first_seen(adopted):
    await join(adopted, ANNA)
    await leave(adopted, ANNA, at=NOW + DAY)
    await join(adopted, ANNA, at=NOW + 2 * DAY, inviter="")
    anna = await card(adopted)
    assert (anna.first_seen_at, anna.joined_at, anna.left_at) == (NOW, NOW + 2 * DAY, None)
    assert anna.inviter_id == OPERATOR, "an inviter nobody tells does not erase the known one"


async def test_whom_the_gateway_lists_is_no_longer_gone(adopted):
    await join(adopted, ANNA)
    await leave(adopted, ANNA)
    await adopted.run(members.present, ACCOUNT, ROOM, [ANNA, BEN], NOW + DAY)
    assert await adopted.read(members.count, ACCOUNT, ROOM) == 2
    assert ((await card(adopted)).joined_at, (await card(adopted, BEN)).joined_at) == (NOW, None)


async def test_speaking_makes_a_member_and_moves_only_forward(adopted):
    for at in (NOW, NOW + HOUR, NOW - HOUR):
        await adopted.run(members.seen, ACCOUNT, {(ROOM, ANNA): at})
    anna = await card(adopted)
    assert (anna.first_seen_at, anna.last_seen_at, anna.joined_at) == (NOW, NOW + HOUR, None)


async def test_names_are_learned_and_an_empty_one_erases_nothing(adopted):
    await join(adopted, ANNA, inviter="")
    assert await adopted.read(members.name_of, ACCOUNT, ROOM, ANNA) == ""
    await name(adopted, ANNA, "安娜", "豆豆妈", inviter=BEN)
    await name(adopted, ANNA, "", "豆豆妈", inviter="somebody else")
    anna = await card(adopted)
    assert (anna.name, anna.alias, anna.inviter_id) == ("安娜", "豆豆妈", BEN)


async def test_a_person_is_called_by_the_alias_of_the_room(adopted):
    await join(adopted, ANNA)
    await join(adopted, ANNA, room_id=OTHER_ROOM)
    await name(adopted, ANNA, "安娜", "豆豆妈")
    called = [await adopted.read(members.name_of, ACCOUNT, place, ANNA) for place in (ROOM, OTHER_ROOM, "")]
    assert called == ["豆豆妈", "安娜", "安娜"]
    await name(adopted, ANNA, "安娜", "")
    assert await adopted.read(members.name_of, ACCOUNT, ROOM, ANNA) == "安娜"


async def test_a_name_of_a_stranger_leaves_no_row(adopted):
    await name(adopted, ANNA, "安娜")
    assert not await adopted.read(members.known, ACCOUNT, ANNA)


async def test_who_is_nameless_is_told_until_they_are_named_or_gone(adopted):
    await join(adopted, ANNA, BEN, "carl")
    await join(adopted, "dora", room_id=OTHER_ROOM)
    await name(adopted, ANNA, "安娜")
    await leave(adopted, "carl")
    assert await adopted.read(members.nameless, ACCOUNT, ROOM) == (BEN,)


async def test_people_are_found_by_id_name_or_alias(adopted):
    await join(adopted, ANNA, BEN, "安娜")
    await name(adopted, ANNA, "小安", "豆豆妈")
    await name(adopted, BEN, "豆豆妈")
    await name(adopted, "安娜", "别人", "小安")
    found = {word: await adopted.read(members.find, ACCOUNT, word) for word in (ANNA, "豆豆妈", "小安", "安娜", "谁")}
    assert found == {
        ANNA: (ANNA,),
        "豆豆妈": (ANNA, BEN),
        "小安": (ANNA, "安娜"),
        "安娜": ("安娜",),
        "谁": (),
    }


async def test_an_empty_name_finds_nobody(adopted):
    """It used to find everyone without an alias."""
    await join(adopted, ANNA, BEN)
    assert await adopted.read(members.find, ACCOUNT, "") == ()


async def test_a_card_for_each_managed_room_with_words_and_tags(adopted):
    await adopted.run(rooms.adopt, ACCOUNT, OTHER_ROOM, topic="", role=CUSTOMER, by=OPERATOR, now=NOW)
    await adopted.run(members.seen, ACCOUNT, {(ROOM, ANNA): NOW, (OTHER_ROOM, ANNA): NOW + HOUR})
    spoken = [said(), said(), said(room_id=OTHER_ROOM), said(talker_id=BEN), said(room_id=None)]
    await adopted.run(messages.record, [(message, Handling.NONE) for message in spoken], NOW)
    await adopted.run(tags.add, ACCOUNT, ANNA, "vip", by=OPERATOR, now=NOW)
    newest, older = await adopted.read(members.cards, ACCOUNT, ANNA, NOW)
    assert (newest.room_id, newest.room, newest.messages) == (OTHER_ROOM, OTHER_ROOM, 1)
    assert (older.room_id, older.room, older.messages) == (ROOM, "宝妈群", 2)
    assert [tag.name for tag in older.tags] == ["vip"]
    assert await adopted.read(members.cards, ACCOUNT, BEN, NOW) == ()


async def test_hostile_names_are_kept_as_they_are(adopted):
    hostile = "\u202e管理员\u200b{{ 7*7 }}'; DROP TABLE contact;-- 🧑‍🍼"
    await join(adopted, ANNA)
    await name(adopted, ANNA, hostile, hostile)
    anna = await card(adopted)
    assert (anna.name, anna.alias) == (hostile, hostile)
    assert await adopted.read(members.find, ACCOUNT, hostile) == (ANNA,)


async def test_who_left_unheard_is_gone_after_the_next_look(store, adopted):
    """People who left while the bot was deaf used to stay for ever."""
    for people in (["anna", "ben"], ["ben"], []):
        await store.run(members.present, ACCOUNT, ROOM, people, NOW)
    assert await store.read(members.count, ACCOUNT, ROOM) == 1
    (anna,) = await store.read(members.cards, ACCOUNT, "anna", NOW)
    assert anna.left_at == NOW
