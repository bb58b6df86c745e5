"""Segments over the database: everybody's facts, across rooms and within one, and what rooms are like."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.config_plan import Pacing, Plan
from bot.core.birthday import Birthday, Calendar, Whose
from bot.core.checkin import Campaign, Counts
from bot.core.operator import Role
from bot.core.points import Payment
from bot.core.post import Post, PostKind
from bot.policy.charter import Charter
from bot.policy.occasion import Speaker
from bot.policy.segment import parse
from storage import (
    birthdays,
    checkins,
    day_counts,
    members,
    operators,
    person_facts,
    points,
    rooms,
    saved_segments,
    segments,
    tags,
)
from storage.gathering import Gathering
from storage.tables import ContactRow, PunchRow
from tests.storage.given import ACCOUNT, ANNA, BEN, CUSTOMER, DAY, HOUR, NOW, OPERATOR, OTHER_ROOM, ROOM

CARA = "wxid_cara"
CHARTER = Charter(Speaker("毛球家", "毛毛", "大家好", "zh"), Plan().rules(), {}, Pacing().pace())
TODAY = CHARTER.rules.hours.local_day(NOW)


async def found(store, text, now=NOW, *rooms_asked):
    def find(db):
        segment = parse(text)
        asked = rooms_asked or rooms.managed(db, ACCOUNT)
        there = segments.crowd(db, ACCOUNT, CHARTER, asked, segment.asks(), now)
        one_by_one = {person.contact_id for person in there.everybody() if segment.includes(person)}
        assert segment.among(Gathering(db, ACCOUNT, CHARTER, asked, now)) == one_by_one
        return one_by_one

    return await store.read(find)


async def in_room(store, text, room_id, now=NOW):
    def find(db):
        segment = parse(text)
        there = segments.crowd(db, ACCOUNT, CHARTER, rooms.managed(db, ACCOUNT), segment.asks(), now)
        return {person.contact_id for person in there.within(room_id) if segment.includes(person)}

    return await store.read(find)


@pytest.fixture
async def people(adopted):
    """Anna is in both rooms, Ben in one, Cara in the other and gone; Anna sat there before the bot."""

    def enter(db):
        rooms.adopt(db, ACCOUNT, OTHER_ROOM, topic="狗狗 群", role=CUSTOMER, by=OPERATOR, now=NOW)
        members.present(db, ACCOUNT, ROOM, [ANNA, OPERATOR], NOW - 40 * DAY)
        members.joined(db, ACCOUNT, OTHER_ROOM, [ANNA], "", NOW - 5 * DAY)
        members.joined(db, ACCOUNT, ROOM, [BEN], ANNA, NOW - 3 * DAY)
        members.joined(db, ACCOUNT, OTHER_ROOM, [CARA], "", NOW - 3 * DAY)
        members.left(db, ACCOUNT, OTHER_ROOM, [CARA], NOW - DAY)
        operators.add(db, ACCOUNT, OPERATOR, Role.OWNER, name="周岚", by="", now=NOW)

    await adopted.run(enter)
    return adopted


async def test_everybody_who_is_there_and_no_staff(people):
    assert await found(people, "all") == {ANNA, BEN}
    assert await in_room(people, "all", OTHER_ROOM) == {ANNA}
    assert await in_room(people, "all", "nowhere") == set()


async def test_rooms_by_name_and_by_id(people):
    assert await found(people, 'room:"狗狗 群"') == {ANNA}
    assert await found(people, f"room:{ROOM}") == {ANNA, BEN}


async def test_silence_counts_from_the_last_words_anywhere_or_from_coming(people):
    await people.run(members.seen, ACCOUNT, {(OTHER_ROOM, ANNA): (NOW - 2 * DAY, NOW - 2 * DAY)})
    assert await found(people, "silent>=2d") == {ANNA, BEN}
    assert await found(people, "silent>=3d") == {BEN}
    assert await found(people, "silent>=3d", NOW - HOUR) == set()
    # In a room only what is said there counts.
    assert await in_room(people, "silent>=40d", ROOM) == {ANNA}
    assert await in_room(people, "silent<3d", OTHER_ROOM) == {ANNA}


async def test_who_sat_there_before_the_bot_has_been_there_for_long(people):
    assert await found(people, "joined<30d") == {BEN}
    assert await found(people, "joined>=1000d") == {ANNA}
    assert await in_room(people, "joined<30d", OTHER_ROOM) == {ANNA}


async def test_tags_that_hold(people):
    def assign(db):
        tags.add(db, ACCOUNT, ANNA, "敏感肌", by=OPERATOR, now=NOW)
        tags.add(db, ACCOUNT, BEN, "敏感肌", by=OPERATOR, now=NOW)
        tags.remove(db, ACCOUNT, BEN, "敏感肌", by=OPERATOR, now=NOW)
        evidence = tags.Evidence(BEN, "新手", "r", ROOM, "m", "why", NOW - DAY, NOW + DAY)
        tags.met(db, ACCOUNT, [evidence])

    await people.run(assign)
    assert await found(people, "tag:敏感肌") == {ANNA}
    assert await found(people, "tag:新手") == {BEN}
    assert await found(people, "tag:新手", NOW + DAY) == set()


async def test_words_in_all_and_lately(people):
    def count(db):
        day_counts.add(db, ACCOUNT, [(ROOM, ANNA, TODAY - 30 * DAY)] * 3)
        day_counts.add(db, ACCOUNT, [(ROOM, ANNA, TODAY - 29 * DAY), (OTHER_ROOM, ANNA, TODAY)])

    await people.run(count)
    assert await found(people, "words=5") == {ANNA}
    assert await found(people, "words30=2") == {ANNA}
    assert await found(people, "words=0 and words30=0") == {BEN}
    assert await in_room(people, "words=1", OTHER_ROOM) == {ANNA}


async def test_what_they_bought_and_earned(people):
    def enter(db):
        contact = db.get(ContactRow, (ACCOUNT, BEN))
        contact.tier, contact.orders, contact.spent_cents = "VIP", 3, 50_000
        points.pay_all(db, ACCOUNT, [Payment(ANNA, "story", "s:1", 30, ROOM, TODAY)], NOW)

    await people.run(enter)
    assert await found(people, "tier:vip and orders>=3 and spent>=500") == {BEN}
    assert await found(people, "tier:普通") == {ANNA}
    assert await found(people, "points>=30") == {ANNA}


async def test_birthdays_of_theirs_and_of_their_pets(people):
    def tell(db, contact_id, name, day, calendar=Calendar.SOLAR):
        told = Birthday(0, contact_id, Whose.PET if name else Whose.SELF, name, calendar, day.month, day.day)
        birthdays.add(db, ACCOUNT, told, source=birthdays.CHAT, by=contact_id, now=NOW)

    await people.run(tell, ANNA, "", TODAY + 100 * DAY)
    await people.run(tell, ANNA, "豆豆", TODAY + 7 * DAY)
    assert await found(people, "birthday<=7d") == {ANNA}
    assert await found(people, "birthday<=6d") == set()
    assert await found(people, "birthday>7d") == set()


async def test_rows_of_checkins(people):
    campaign = Campaign(0, ROOM, "早餐打卡", "打卡", Counts.WORD, frozenset(range(1, 8)), TODAY - 9 * DAY)

    def punch(db):
        started = checkins.start(db, ACCOUNT, campaign, OPERATOR, NOW)
        for back in range(3):
            day = TODAY - back * DAY
            facts = {"campaign_id": started.id, "contact_id": BEN, "room_id": ROOM, "how": "said", "at": NOW}
            db.add(PunchRow(account_id=ACCOUNT, day=day.isoformat(), **facts))

    await people.run(punch)
    assert await found(people, "streak>=3") == {BEN}
    assert await found(people, "streak>=4") == set()
    assert await in_room(people, "streak=3", ROOM) == {BEN}
    assert await in_room(people, "streak=3", OTHER_ROOM) == set()


async def test_only_the_facts_that_are_asked_for_are_read(people, monkeypatch):
    asked = []
    for name in ("tags", "words", "birthdays", "streaks"):
        read = getattr(person_facts.Reading, name)
        noted = lambda self, *given, _read=read, _name=name: asked.append(_name) or _read(self, *given)  # noqa: E731
        monkeypatch.setattr(person_facts.Reading, name, noted)
    await in_room(people, "silent>=1d and points<5 and tier:普通", ROOM)
    assert asked == []
    await in_room(people, "tag:x and words>3 and birthday<3d", ROOM)
    assert asked == ["tags", "words", "birthdays"]


def post(audience):
    return Post("value/a", PostKind.VALUE, "a", "text", Path("a.md"), 1, audience=audience)


async def shares(store, audience, *asked, charter=CHARTER, now=NOW):
    lent = replace(charter, library={"value/a": post(audience)})
    known = await store.read(rooms.managed, ACCOUNT)
    wanted = [room for room in known if room.room_id in asked] if asked else known
    return await store.read(segments.shares, ACCOUNT, lent, wanted, now)


async def test_the_share_of_each_room(people):
    await people.run(members.seen, ACCOUNT, {(OTHER_ROOM, ANNA): (NOW, NOW)})
    text = "silent>=3d"
    assert await shares(people, text) == {ROOM: {text: 1.0}, OTHER_ROOM: {text: 0.0}}
    # A room's share does not depend on which others are asked about.
    assert await shares(people, text, ROOM) == {ROOM: {text: 1.0}}
    assert await shares(people, text, OTHER_ROOM) == {OTHER_ROOM: {text: 0.0}}


async def test_no_share_without_an_audience_that_speaks_of_members(people):
    assert await shares(people, "tag:养猫") == {}


async def test_the_room_lends_its_tags_and_the_unsubscribed_are_left_out(people):
    def change(db):
        rooms.set_setting(db, ACCOUNT, OTHER_ROOM, "tags", "养狗")
        db.get(ContactRow, (ACCOUNT, BEN)).unsubscribed_at = NOW

    await people.run(change)
    text = "tag:养狗 and joined<30d"
    assert await shares(people, text) == {ROOM: {text: 0.0}, OTHER_ROOM: {text: 1.0}}
    assert await shares(people, "joined<30d", ROOM) == {ROOM: {"joined<30d": 0.0}}


async def test_a_room_that_cannot_be_read_has_no_shares(people):
    await people.run(rooms.set_setting, ACCOUNT, ROOM, "mix", "nonsense")
    assert set(await shares(people, "silent>=3d")) == {OTHER_ROOM}


async def test_segments_are_kept_by_name(adopted):
    def save(name, text):
        return adopted.run(lambda db: saved_segments.save(db, ACCOUNT, name, text, by=OPERATOR, now=NOW))

    assert not await save("老客", "orders>=3")
    assert not await save("冷", "silent>=7d")
    assert not await save("老客", "orders>=3")
    assert await save("老客", "orders>=4")
    assert await adopted.read(saved_segments.every, ACCOUNT) == {"冷": "silent>=7d", "老客": "orders>=4"}
    assert await adopted.read(saved_segments.every, "another") == {}
    assert await adopted.run(saved_segments.drop, ACCOUNT, "冷")
    assert not await adopted.run(saved_segments.drop, ACCOUNT, "冷")
