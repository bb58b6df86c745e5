"""Members: who is in a room, what they are called, and how they are found."""

from storage import day_counts, members, rooms, tags
from storage.tables import ContactRow
from tests.storage.given import ACCOUNT, ANNA, BEN, CUSTOMER, DAY, HOUR, NOW, OPERATOR, OTHER_ROOM, ROOM


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
        await adopted.run(members.seen, ACCOUNT, {(ROOM, ANNA): (at, at)})
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
    await adopted.run(members.seen, ACCOUNT, {(ROOM, ANNA): (NOW, NOW), (OTHER_ROOM, ANNA): (NOW + HOUR, NOW + HOUR)})
    today = NOW.date()
    spoken = [(ROOM, ANNA, today), (ROOM, ANNA, today - DAY), (OTHER_ROOM, ANNA, today), (ROOM, BEN, today)]
    await adopted.run(day_counts.add, ACCOUNT, spoken)
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


async def test_first_words_move_only_back_and_last_words_only_on(adopted):
    for first, last in ((NOW, NOW), (NOW + HOUR, NOW + 2 * HOUR), (NOW - HOUR, NOW - HOUR)):
        await adopted.run(members.seen, ACCOUNT, {(ROOM, ANNA): (first, last)})
    anna = await card(adopted)
    assert (anna.first_words_at, anna.last_seen_at) == (NOW - HOUR, NOW + 2 * HOUR)


async def test_who_only_joined_has_said_nothing(adopted):
    await join(adopted, ANNA)
    await adopted.run(members.seen, ACCOUNT, {(ROOM, ANNA): (NOW + HOUR, NOW + HOUR)})
    await join(adopted, BEN)
    anna, ben = await card(adopted), await card(adopted, BEN)
    assert (anna.joined_at, anna.first_words_at) == (NOW, NOW + HOUR)
    assert (ben.first_words_at, ben.last_seen_at) == (None, None)


async def person(store, contact_id=ANNA, now=NOW):
    return await store.read(members.person, ACCOUNT, contact_id, "Asia/Shanghai", now)


async def test_one_person_across_rooms(adopted):
    await adopted.run(rooms.adopt, ACCOUNT, OTHER_ROOM, topic="狗群", role=CUSTOMER, by=OPERATOR, now=NOW - DAY)
    await adopted.run(members.seen, ACCOUNT, {(ROOM, ANNA): (NOW, NOW + HOUR), (OTHER_ROOM, ANNA): (NOW - HOUR, NOW)})
    await name(adopted, ANNA, "安娜", "豆豆妈")
    await adopted.run(day_counts.add, ACCOUNT, [(ROOM, ANNA, NOW.date())] * 3 + [(OTHER_ROOM, ANNA, NOW.date())])
    anna = await person(adopted)
    assert (anna.name, [member.room for member in anna.rooms]) == ("安娜", ["宝妈群", "狗群"])
    assert (anna.messages, anna.first_words_at, anna.last_words_at) == (4, NOW - HOUR, NOW + HOUR)
    assert anna.told_at == NOW - DAY


async def test_a_month_and_a_day_are_those_of_the_room(adopted):
    """At half past seven in the evening in China it is another day in Auckland already."""
    await adopted.run(rooms.adopt, ACCOUNT, OTHER_ROOM, topic="", role=CUSTOMER, by=OPERATOR, now=NOW)
    await adopted.run(rooms.set_setting, ACCOUNT, OTHER_ROOM, "zone", "Pacific/Auckland")
    await join(adopted, ANNA)
    china, auckland = NOW.date(), NOW.date() + DAY
    late = NOW + HOUR
    said_ = [
        *[(ROOM, ANNA, china)] * 2,
        (ROOM, ANNA, china - DAY),
        (ROOM, ANNA, china - 29 * DAY),
        (ROOM, ANNA, china - 30 * DAY),
        *[(OTHER_ROOM, ANNA, auckland)] * 5,
        (OTHER_ROOM, ANNA, auckland - DAY),
    ]
    await adopted.run(day_counts.add, ACCOUNT, said_)
    anna = await person(adopted, now=late)
    assert (anna.today, anna.month) == (2 + 5, 4 + 6)


async def test_who_came_after_the_notice_was_not_told(adopted):
    await join(adopted, ANNA, at=NOW + HOUR)
    await adopted.run(members.present, ACCOUNT, ROOM, [ANNA, BEN], NOW + HOUR)
    assert ((await person(adopted)).told_at, (await person(adopted, BEN)).told_at) == (None, NOW)


async def test_people_are_found_by_the_brands_own_number(adopted):
    await join(adopted, ANNA, BEN)
    await name(adopted, BEN, "8001")

    def number(db):
        db.get(ContactRow, (ACCOUNT, ANNA)).member_no = "8001"

    await adopted.run(number)
    assert await adopted.read(members.find, ACCOUNT, "8001") == (ANNA,)
    assert await adopted.read(members.find, ACCOUNT, "") == ()
