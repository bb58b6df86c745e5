"""Exports: the field names programs outside rely on, every row once, filtered by room and time."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.core.audit import AuditEntry, Outcome
from bot.core.birthday import Birthday, Calendar, Whose
from bot.core.delivery import DeliveryState
from bot.core.message import MessageKind
from bot.core.points import Payment
from bot.core.post import PostKind
from bot.core.posted import Source
from bot.core.reason import Reason
from storage import audit, birthdays, exports, ledger, members, messages, outbox, points, rooms, tags, tiers
from storage.exports import KINDS, Asked, iso
from storage.tables import ContactRow, DeliveryRow, Handling, MembershipRow
from tests.storage.given import (
    ACCOUNT,
    ANNA,
    BEN,
    BOT,
    CUSTOMER,
    DAY,
    HOUR,
    NOW,
    OPERATOR,
    OTHER_ROOM,
    ROOM,
    SECOND,
    dispatched,
    echoed,
    planned,
    said,
)

FIELDS = {
    "messages": "id account_id room_id room talker_id talker type text sent_at recorded_at tags",
    "deliveries": "id attempt_id account_id room_id room kind content text state reason due_at dispatched_at "
    "confirmed_at",
    "ledger": "room_id room posted_at kind source content delivery_id",
    "members": "room_id tags birthdays points stage tier first_seen_at last_seen_at",
    "audit": "at actor_id role command target outcome reason",
}
ADDED = {
    "messages": "raw_type media from_self recalled_at",
    "deliveries": "rule numbers next_at source by override recalled_at",
    "ledger": "talker_id message_id",
    "members": "account_id room contact_id name alias inviter_id joined_at left_at first_words_at member_no"
    " unsubscribed_at",
    "audit": "room_id",
}
SLOT = {
    "account_id": ACCOUNT,
    "room_id": ROOM,
    "plan": "plan",
    "slot_day": "2026-11-20",
    "kind": PostKind.VALUE,
    "content": "value/eczema",
    "state": DeliveryState.PLANNED,
    "created_at": NOW,
}
EVENING = NOW.isoformat().replace("+00:00", "") + ".000Z"


async def export(store, kind, *, room_id=None, since=None, now=NOW, account=ACCOUNT):
    asked = Asked(account, room_id, since, now)
    return await store.read(lambda db: list(KINDS[kind](db, asked)))


def live_a_day(db, room_id, at):
    """One of everything in a room."""
    rooms.adopt(db, ACCOUNT, room_id, topic=f"群 {room_id}", role=CUSTOMER, by=OPERATOR, now=at)
    members.joined(db, ACCOUNT, room_id, [ANNA], OPERATOR, at)
    members.seen(db, ACCOUNT, {(room_id, ANNA): (at, at)})
    messages.record(db, [(said("我家的猫", room_id=room_id, sent_at=at), Handling.NONE)], at)
    dispatched(db, "晚上好", at=at, room_id=room_id)
    audit.write(db, ACCOUNT, AuditEntry(at, OPERATOR, "owner", "/adopt", room_id, Outcome.DONE, room_id=room_id))


@pytest.fixture
async def two_rooms(store):
    """A room that lived yesterday, and one that lives today."""
    await store.run(live_a_day, OTHER_ROOM, NOW - DAY)
    await store.run(live_a_day, ROOM, NOW)
    return store


@pytest.mark.parametrize("kind", KINDS)
async def test_the_field_names_are_those_programs_rely_on(two_rooms, kind):
    for row in await export(two_rooms, kind):
        assert set(row) == {*FIELDS[kind].split(), *ADDED.get(kind, "").split()}
        assert json.loads(json.dumps(row)) == row


@pytest.mark.parametrize("kind", KINDS)
async def test_a_room_and_a_time_can_be_asked_for(two_rooms, kind):
    assert {row["room_id"] for row in await export(two_rooms, kind)} == {ROOM, OTHER_ROOM}
    assert [row["room_id"] for row in await export(two_rooms, kind, room_id=OTHER_ROOM)] == [OTHER_ROOM]
    assert await export(two_rooms, kind, room_id="nowhere") == []
    assert await export(two_rooms, kind, account="another") == []
    since = await export(two_rooms, kind, room_id=ROOM, since=NOW)
    assert [row["room_id"] for row in since] == [ROOM]
    if kind != "deliveries":
        assert await export(two_rooms, kind, room_id=OTHER_ROOM, since=NOW) == []
    assert await export(two_rooms, kind, since=NOW + SECOND) == []


@pytest.mark.parametrize("kind", KINDS)
async def test_times_are_utc_with_a_z(two_rooms, kind):
    times = {
        value for row in await export(two_rooms, kind, room_id=ROOM) for name, value in row.items() if name[-2:] == "at"
    }
    assert times - {None} == {EVENING}


@pytest.mark.parametrize("kind", ["messages", "deliveries", "ledger", "audit"])
async def test_more_than_a_thousand_rows_come_each_once_and_in_order(store, kind):
    count = exports.PAGE + 1

    def fill(db):
        for number in range(count):
            at = NOW + number * SECOND
            match kind:
                case "messages":
                    messages.record(db, [(said(sent_at=at), Handling.NONE)], at)
                case "deliveries":
                    db.add(DeliveryRow(**SLOT, slot_number=number, attempt_id=f"{number}", due_at=at))
                case "ledger":
                    known = {"kind": PostKind.VALUE, "source": Source.PLAN, "content": "a", "delivery_id": number}
                    ledger.enter(db, ACCOUNT, ROOM, **known, at=at)
                case "audit":
                    audit.write(db, ACCOUNT, AuditEntry(at, OPERATOR, "owner", "/x", "", Outcome.DONE))

    await store.run(fill)
    moment = {"messages": "sent_at", "deliveries": "due_at", "ledger": "posted_at", "audit": "at"}[kind]
    found = [row[moment] for row in await export(store, kind)]
    assert found == [iso(NOW + number * SECOND) for number in range(count)]
    late = await export(store, kind, since=NOW + (count - 5) * SECOND)
    assert len(late) == 5


async def test_more_than_a_thousand_members_come_each_once(adopted):
    everyone = [f"contact-{number:04}" for number in range(exports.PAGE + 1)]

    def fill(db):
        for contact_id in everyone:
            facts = {"account_id": ACCOUNT, "contact_id": contact_id, "first_seen_at": NOW}
            db.add_all([ContactRow(**facts), MembershipRow(room_id=ROOM, **facts)])

    await adopted.run(fill)
    assert [row["contact_id"] for row in await export(adopted, "members")] == everyone


async def test_a_message_tells_who_said_it_and_what_it_showed(adopted):
    await adopted.run(members.joined, ACCOUNT, ROOM, [ANNA, BEN], "", NOW)
    await adopted.run(members.named, ACCOUNT, ROOM, ANNA, "安娜", "豆豆妈", "")
    await adopted.run(members.named, ACCOUNT, ROOM, BEN, "阿本", "", "")
    spoken = [
        said("我家的猫", message_id="m-cat"),
        said("", talker_id=BEN, kind=MessageKind.IMAGE, filename="a.png"),
        echoed(),
        said("在吗", room_id=None, listener_id=BOT),
    ]
    await adopted.run(messages.record, [(message, Handling.NONE) for message in spoken], NOW)
    met = [tags.Evidence(ANNA, tag, "pet", ROOM, "m-cat", "", NOW, None) for tag in ("pet", "cat")]
    await adopted.run(tags.met, ACCOUNT, met)
    await adopted.run(messages.recalled, ACCOUNT, ["m-cat"], NOW + HOUR)
    anna, ben, bot, private = await export(adopted, "messages")
    assert (anna["id"], anna["talker"], anna["room"]) == ("m-cat", "豆豆妈", "宝妈群")
    assert (anna["type"], anna["tags"]) == ("text", ["cat", "pet"])
    assert anna["recalled_at"] == iso(NOW + HOUR)
    assert (ben["talker"], ben["type"]) == ("阿本", "image")
    assert (bot["from_self"], bot["talker"]) == (True, "")
    assert (private["room_id"], private["room"], private["talker"]) == (None, "", "安娜")


async def test_a_member_shows_the_tags_that_hold_now(adopted):
    await adopted.run(members.seen, ACCOUNT, {(ROOM, ANNA): (NOW, NOW)})
    await adopted.run(tags.met, ACCOUNT, [tags.Evidence(ANNA, "cat", "pet", ROOM, "m", "", NOW, NOW + DAY)])
    await adopted.run(tags.add, ACCOUNT, ANNA, "vip", by=OPERATOR, now=NOW)
    held = [[row["tags"] for row in await export(adopted, "members", now=NOW + later)] for later in (HOUR, DAY)]
    assert held == [[["cat", "vip"]], [["vip"]]]


async def test_a_member_shows_what_is_celebrated_without_a_year_and_what_they_have(adopted):
    await adopted.run(members.joined, ACCOUNT, ROOM, [ANNA], "", NOW)

    def tell(db):
        for whose, name, calendar, leap in (
            (Whose.SELF, "", Calendar.SOLAR, False),
            (Whose.PET, "豆豆", Calendar.LUNAR, False),
            (Whose.CHILD, "", Calendar.LUNAR, True),
        ):
            told = Birthday(0, ANNA, whose, name, calendar, 6, 1, leap, 1990)
            birthdays.add(db, ACCOUNT, told, source=birthdays.CHAT, by=ANNA, now=NOW)
        points.take(db, ACCOUNT, Payment(ANNA, "correct", "correct:1", 7, ROOM, NOW.date()), NOW)
        tiers.set_by_hand(db, ACCOUNT, ANNA, "VIP", "", OPERATOR)

    await adopted.run(tell)
    (row,) = await export(adopted, "members")
    assert row["birthdays"] == ["self 06-01", "pet 豆豆 lunar 06-01", "child lunar leap 06-01"]
    assert (row["points"], row["tier"], row["stage"]) == (7, "VIP", "")


async def test_a_delivery_tells_its_rule_with_numbers_and_who_wanted_it(store):
    wish = {"source": Source.COMMAND, "by": OPERATOR, "override": "周年庆"}
    held = await store.run(planned, **wish)
    await store.run(outbox.hold, held.id, Reason("promo.week", {"used": 2, "most": 2}, NOW + DAY), NOW)
    (row,) = await export(store, "deliveries")
    assert (row["rule"], row["numbers"], row["next_at"]) == ("promo.week", {"used": 2, "most": 2}, iso(NOW + DAY))
    assert row["reason"] == "promo.week: used=2, most=2"
    assert (row["source"], row["by"], row["override"]) == ("command", OPERATOR, "周年庆")


async def test_what_was_taken_back_says_when(store):
    post = await store.run(dispatched)
    await store.run(outbox.recalled, post.id, OPERATOR, NOW + HOUR)
    assert [row["recalled_at"] for row in await export(store, "deliveries")] == [iso(NOW + HOUR)]


async def test_the_ledger_holds_answers_and_what_staff_said(store):
    said_by = {"kind": PostKind.PROMO, "source": Source.STAFF, "talker_id": ANNA, "message_id": "m-1"}
    await store.run(ledger.enter, ACCOUNT, ROOM, **said_by, at=NOW)
    await store.run(ledger.enter, ACCOUNT, ANNA, kind="reply", source=Source.REPLY, at=NOW)
    staff, answer = await export(store, "ledger")
    assert (staff["source"], staff["talker_id"], staff["message_id"]) == ("staff", ANNA, "m-1")
    assert (answer["kind"], answer["source"], answer["delivery_id"]) == ("reply", "reply", None)


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (None, None),
        (datetime(2026, 11, 20, 11, 30, tzinfo=UTC), "2026-11-20T11:30:00.000Z"),
        (datetime(2026, 11, 20, 19, 30, 0, 1999, tzinfo=timezone(timedelta(hours=8))), "2026-11-20T11:30:00.001Z"),
    ],
)
def test_times_are_written_in_utc_to_the_millisecond(at, written):
    assert iso(at) == written
