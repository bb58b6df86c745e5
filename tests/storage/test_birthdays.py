"""Birthdays on file: told, changed, taken back, and what an import may not do to them."""

from dataclasses import replace

import pytest

from bot.core.birthday import Birthday, Calendar, Presence, Whose, YearlyDate
from bot.core.delivery import DeliveryState
from bot.core.reason import Reason
from bot.policy.caring import Due
from storage import birthday_posts, birthdays, care, members, notices, outbox
from storage.tables import BirthdayRow, ContactRow
from tests.storage.given import ACCOUNT, ANNA, BEN, DAY, HOUR, NOW, OPERATOR, OTHER_ROOM, ROOM, SECOND, planned

OWN = Birthday(0, ANNA, Whose.SELF, "", Calendar.SOLAR, 5, 20, year=1990, room_id=ROOM)
PET = Birthday(0, ANNA, Whose.PET, "豆豆", Calendar.LUNAR, 8, 15, room_id=ROOM)


async def add(store, told=OWN, *, source=birthdays.CHAT, by=ANNA, now=NOW):
    return await store.run(birthdays.add, ACCOUNT, told, source=source, by=by, now=now)


async def of(store, contact_id=ANNA):
    return await store.read(birthdays.of, ACCOUNT, contact_id)


async def remove(store, item, now=NOW):
    return await store.run(birthdays.remove, ACCOUNT, item.id, by=ANNA, now=now)


async def change(store, told, now=NOW):
    return await store.run(birthdays.change, ACCOUNT, told, source=birthdays.CHAT, by=ANNA, now=now)


async def test_what_is_told_comes_back_the_members_own_first(store):
    pet, own = await add(store, PET), await add(store)
    assert own == replace(OWN, id=own.id)
    assert await of(store) == (own, pet)
    assert await of(store, BEN) == ()
    assert await store.read(birthdays.of, "another", ANNA) == ()


async def test_the_same_one_told_again_takes_its_place(store):
    first = await add(store)
    second = await add(store, replace(OWN, month=6, leap=False, year=None))
    assert (second.id, second.month, second.year) == (first.id, 6, None)
    assert await of(store) == (second,)


async def test_a_change_keeps_the_number_and_says_who_made_it(store):
    pet = await add(store, PET)
    other = replace(pet, whose=Whose.CHILD, calendar=Calendar.SOLAR, month=3, day=5)
    assert await change(store, other, NOW + HOUR) == other
    row = await store.read(lambda db: db.get_one(BirthdayRow, pet.id))
    assert (row.by, row.source, row.created_at, row.changed_at) == (ANNA, birthdays.CHAT, NOW, NOW + HOUR)
    with pytest.raises(LookupError):
        await change(store, replace(other, id=99))


async def test_a_change_of_kind_or_name_takes_the_place_of_what_bore_it(store):
    child = await add(store, replace(PET, whose=Whose.CHILD))
    await remove(store, child)
    pet = await add(store, PET)
    assert await change(store, replace(pet, whose=Whose.CHILD)) == replace(pet, whose=Whose.CHILD)
    assert [item.id for item in await of(store)] == [pet.id]


async def test_a_removed_one_is_gone_and_comes_back_only_by_a_person(store):
    own = await add(store)
    assert await remove(store, own)
    assert not await remove(store, own)
    assert await of(store) == ()
    assert await add(store, source=birthdays.IMPORT, by="members.csv") is None
    assert await of(store) == ()
    assert await add(store) == own
    assert await of(store) == (own,)


async def test_an_import_fills_gaps_and_corrects_itself_but_nobody_else(store):
    imported = await add(store, source=birthdays.IMPORT, by="members.csv")
    assert await add(store, source=birthdays.IMPORT, by="members.csv") is None
    corrected = await add(store, replace(OWN, day=21), source=birthdays.IMPORT, by="members.csv")
    assert corrected == replace(imported, day=21)
    said = await add(store, replace(OWN, day=22))
    assert await add(store, replace(OWN, day=23), source=birthdays.IMPORT, by="members.csv") is None
    assert await of(store) == (said,)


async def test_the_members_choice_holds_for_all_of_theirs(store):
    await add(store)
    await add(store, PET)
    await add(store, replace(OWN, contact_id=BEN))
    facts = {"by": ANNA, "now": NOW}
    found = await store.run(birthdays.greet, ACCOUNT, ANNA, private=True, room_id="", **facts)
    assert [(item.private, item.room_id) for item in found] == [(True, ROOM)] * 2
    found = await store.run(birthdays.greet, ACCOUNT, ANNA, private=False, room_id=OTHER_ROOM, **facts)
    assert [(item.private, item.room_id) for item in found] == [(False, OTHER_ROOM)] * 2
    assert not (await of(store, BEN))[0].private


async def test_those_of_a_date_are_found_together(store):
    own, pet = await add(store), await add(store, PET)
    leap = await add(store, replace(PET, name="球球", leap=True))
    gone = await add(store, replace(PET, name="团子"))
    await remove(store, gone)
    on = lambda *dates: store.read(birthdays.on, ACCOUNT, frozenset(dates))  # noqa: E731
    assert await on(OWN.date, PET.date) == (own, pet)
    assert await on(YearlyDate(Calendar.LUNAR, 8, 15, leap=True)) == (leap,)
    assert await on(YearlyDate(Calendar.SOLAR, 8, 15)) == ()
    assert await on() == ()


async def test_where_people_are_and_whether_they_want_to_be_left_alone(adopted):
    await adopted.run(members.joined, ACCOUNT, ROOM, (ANNA, BEN), OPERATOR, NOW)
    await adopted.run(members.joined, ACCOUNT, OTHER_ROOM, (ANNA,), OPERATOR, NOW + DAY)
    await adopted.run(members.named, ACCOUNT, ROOM, ANNA, "Anna", "安娜", "")
    await adopted.run(members.left, ACCOUNT, ROOM, (BEN,), NOW + DAY)

    def unsubscribe(db):
        db.get_one(ContactRow, (ACCOUNT, ANNA)).unsubscribed_at = NOW

    there = {ANNA: (Presence(ROOM, "安娜"), Presence(OTHER_ROOM, "Anna")), BEN: (), "nobody": ()}
    assert await adopted.read(birthdays.presences, ACCOUNT, there) == there
    await adopted.run(unsubscribe)
    found = await adopted.read(birthdays.presences, ACCOUNT, (ANNA,))
    assert [presence.unsubscribed for presence in found[ANNA]] == [True, True]


async def test_a_birthday_leaves_the_greeting_that_waits_and_none_that_may_be_said(store):
    due = Due("birthday", "7", "2026", ANNA, "care/birthday")
    first = await store.run(planned, plan="birthday:7", content="care/birthday")
    await store.run(care.enter, ACCOUNT, (due,), ROOM, first.id, NOW)
    waiting = (ACCOUNT, ROOM, first.slot_day)
    assert await store.read(birthday_posts.waiting, *waiting, NOW - SECOND) == (first.id, "care/birthday")
    assert await store.read(birthday_posts.waiting, *waiting, NOW) is None, "its words may be written already"
    assert await store.read(birthday_posts.waiting, ACCOUNT, OTHER_ROOM, first.slot_day, NOW - SECOND) is None
    await store.run(birthday_posts.withdraw, ACCOUNT, 7)
    assert await store.read(care.fresh, ACCOUNT, (due,)) == (due,)
    await store.run(care.enter, ACCOUNT, (due,), ROOM, first.id, NOW)
    facts = {"text": "好", "text_hash": "h", "epoch": 1, "now": NOW}
    await store.run(outbox.intend, first.id, **facts)
    await store.run(birthday_posts.withdraw, ACCOUNT, 7)
    assert await store.read(care.fresh, ACCOUNT, (due,)) == ()
    assert await store.read(birthday_posts.waiting, *waiting, NOW - SECOND) is None


async def test_an_answer_that_congratulated_takes_the_turn(store):
    due = Due("birthday", "7", "2026", ANNA, "care/birthday")
    await store.run(care.enter, ACCOUNT, (due,), ROOM, None, NOW)
    assert await store.read(care.fresh, ACCOUNT, (due, replace(due, turn="2027"))) == (replace(due, turn="2027"),)
    await store.run(birthday_posts.withdraw, ACCOUNT, 7)
    assert await store.read(care.fresh, ACCOUNT, (due,)) == ()


async def test_a_greeting_that_was_dropped_waits_no_more(store):
    first = await store.run(planned, plan="birthday:7", content="care/birthday")
    await store.run(outbox.drop, first.id, DeliveryState.SKIPPED, Reason("care.nobody"), NOW)
    assert await store.read(birthday_posts.waiting, ACCOUNT, ROOM, first.slot_day, NOW - SECOND) is None


async def test_whether_the_operators_have_had_their_list_today(store):
    assert not await store.read(birthday_posts.reminded_since, ACCOUNT, NOW)
    await store.run(notices.post, ACCOUNT, "birthday:7:2026:30", birthday_posts.REMINDER, {"days": 30}, NOW)
    assert await store.read(birthday_posts.reminded_since, ACCOUNT, NOW)
    assert not await store.read(birthday_posts.reminded_since, ACCOUNT, NOW + SECOND)
    assert not await store.read(birthday_posts.reminded_since, "another", NOW)


async def test_a_turn_tells_how_far_its_greeting_has_come(store):
    due = [Due("birthday", str(number), "2026", ANNA, "care/birthday") for number in range(3)]
    waiting = await store.run(planned, plan="birthday:1", content="care/birthday")
    await store.run(care.enter, ACCOUNT, due[:1], ROOM, None, NOW)
    await store.run(care.enter, ACCOUNT, due[1:2], ROOM, waiting.id, NOW)
    turns = [(item.subject, item.turn) for item in due]
    found = await store.read(care.states, ACCOUNT, "birthday", turns)
    assert found == {("0", "2026"): None, ("1", "2026"): DeliveryState.PLANNED}
    assert await store.read(care.states, ACCOUNT, "birthday", [("1", "2027")]) == {}
    assert await store.read(care.states, ACCOUNT, "birthday", []) == {}
