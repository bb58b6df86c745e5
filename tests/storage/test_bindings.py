"""Binding a person to a new id: nothing is lost, nothing is doubled, nothing is left behind."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from bot.core.birthday import Birthday, Calendar, Whose
from bot.core.message import MessageKind
from bot.core.points import Payment
from bot.core.purchase import Purchase
from storage import badges, bindings, birthdays, day_counts, members, messages, points, purchases, rooms, tags, wishes
from storage.engine import open_writer
from storage.footprints import FOOTPRINTS, Trace, columns_of
from storage.tables import (
    Base,
    CareRow,
    ContactRow,
    DeliveryRow,
    Handling,
    InterestRow,
    MembershipRow,
    MessageRow,
    PointRow,
    PunchRow,
    PurchaseRow,
    QuestionRow,
    RedemptionRow,
    TagRow,
    TaskRow,
    WishRow,
)
from tests.storage.given import ACCOUNT, BOT, CUSTOMER, DAY, HOUR, NOW, OPERATOR, OTHER_ROOM, ROOM, said

OLD, NEW, BEN = "wxid_old", "wxid_new", "wxid_ben"
SUNDAY = date(2026, 11, 22)


async def bind(store):
    await store.run(bindings.bind, ACCOUNT, OLD, NEW)


async def people(store, *contact_ids):
    await store.run(members.joined, ACCOUNT, ROOM, contact_ids, BEN, NOW)


async def ask(store, table, **wanted):
    """The rows of a table, as dictionaries of the columns that matter."""
    rows = await store.read(lambda db: list(db.exec(select(table))))
    return [{name: getattr(row, name) for name in wanted} for row in rows]


async def only(store, table, **wanted):
    (row,) = await ask(store, table, **wanted)
    assert row == wanted


async def test_a_room_that_only_the_old_id_knew_is_the_new_ones(adopted):
    await people(adopted, OLD)
    await adopted.run(members.joined, ACCOUNT, OTHER_ROOM, [NEW], "", NOW + DAY)
    await bind(adopted)
    rows = await ask(adopted, MembershipRow, room_id="", contact_id="")
    assert sorted(row["room_id"] for row in rows if row["contact_id"] == NEW) == [ROOM, OTHER_ROOM]
    assert not await adopted.read(members.known, ACCOUNT, OLD)


async def test_in_a_room_that_both_knew_the_longer_past_stays(adopted):
    await people(adopted, OLD)
    await adopted.run(members.named, ACCOUNT, ROOM, OLD, "小满", "豆豆妈", "")
    await adopted.run(members.seen, ACCOUNT, {(ROOM, OLD): (NOW + HOUR, NOW + 2 * HOUR)})
    await adopted.run(members.left, ACCOUNT, ROOM, [OLD], NOW + DAY)
    await adopted.run(members.joined, ACCOUNT, ROOM, [NEW], "", NOW + 2 * DAY)
    await adopted.run(members.seen, ACCOUNT, {(ROOM, NEW): (NOW + 3 * DAY, NOW + 4 * DAY)})
    await bind(adopted)
    found = await adopted.read(members.person, ACCOUNT, NEW, "Asia/Shanghai", NOW + 5 * DAY)
    (member,) = found.rooms
    assert (found.name, member.alias, member.inviter_id) == ("小满", "豆豆妈", BEN)
    assert (member.joined_at, member.left_at) == (NOW, None), "the new id says whether they are there"
    assert (member.first_words_at, member.last_seen_at) == (NOW + HOUR, NOW + 4 * DAY)


async def test_who_was_invited_by_the_old_id_was_invited_by_the_new_one(adopted):
    await people(adopted, OLD, NEW)
    await adopted.run(members.joined, ACCOUNT, ROOM, ["guest"], OLD, NOW)
    await bind(adopted)
    assert (await adopted.read(members.cards, ACCOUNT, "guest", NOW))[0].inviter_id == NEW


@pytest.mark.parametrize("by_hand", [OLD, NEW])
async def test_a_tag_that_an_operator_removed_from_either_stays_removed(adopted, by_hand):
    await people(adopted, OLD, NEW)
    for person in (OLD, NEW):
        evidence = tags.Evidence(person, "养猫", "cats", ROOM, f"m-{person}", "说到猫", NOW, None)
        await adopted.run(tags.met, ACCOUNT, [evidence])
    await adopted.run(tags.remove, ACCOUNT, by_hand, "养猫", by=OPERATOR, now=NOW)
    await bind(adopted)
    assert await adopted.read(tags.of, ACCOUNT, NEW, NOW) == ()
    again = tags.Evidence(NEW, "养猫", "cats", ROOM, "later", "说到猫", NOW + DAY, None)
    await adopted.run(tags.met, ACCOUNT, [again])
    assert await adopted.read(tags.of, ACCOUNT, NEW, NOW + DAY) == ()


async def test_two_tags_by_rule_are_one_with_all_its_evidence(adopted):
    await people(adopted, OLD, NEW)
    for person, at in ((OLD, NOW), (NEW, NOW + DAY), (OLD, NOW + 2 * DAY)):
        await adopted.run(
            tags.met, ACCOUNT, [tags.Evidence(person, "养猫", "cats", ROOM, f"m-{at:%d}", "说到猫", at, None)]
        )
    await bind(adopted)
    (tag,) = await adopted.read(tags.of, ACCOUNT, NEW, NOW + 2 * DAY)
    assert (tag.times, tag.assigned_at, tag.message_id) == (3, NOW, "m-22")


async def test_a_wish_is_stated_on_the_days_of_both_and_stays_decided(adopted):
    await people(adopted, OLD, NEW)

    async def state(person, wish, *days):
        for day in days:
            item = wishes.Stated(person, wish, wish, SUNDAY + timedelta(days=day), ROOM, "m", NOW)
            await adopted.run(wishes.met, ACCOUNT, [item], 3)

    await state(OLD, "不要香菜", 0, 1, 2)
    await adopted.run(wishes.decide, ACCOUNT, OLD, "不要香菜", keep=True, by=OLD, now=NOW)
    await state(NEW, "不要香菜", 2, 3)
    await state(OLD, "别发语音", 0)
    await bind(adopted)
    (wish,) = await adopted.read(wishes.of, ACCOUNT, NEW)
    assert (wish.said, wish.kept, wish.days) == ("不要香菜", True, 4)
    rows = await ask(adopted, WishRow, contact_id="", wish="")
    assert sorted(row["wish"] for row in rows if row["contact_id"] == NEW) == ["不要香菜", "别发语音"]


async def test_one_birthday_is_left_and_was_greeted_once(adopted):
    await people(adopted, OLD, NEW)

    def tell(db):
        for person, day, source in ((OLD, 20, birthdays.CHAT), (NEW, 21, birthdays.IMPORT)):
            told = Birthday(0, person, Whose.SELF, "", Calendar.SOLAR, 5, day)
            birth = birthdays.add(db, ACCOUNT, told, source=source, by=person, now=NOW)
            care = {"contact_id": person, "room_id": ROOM, "created_at": NOW, "about": {}, "turn": "2026"}
            if person == OLD:
                db.add(CareRow(account_id=ACCOUNT, occasion="birthday", subject=str(birth.id), **care))

    await adopted.run(tell)
    await bind(adopted)
    (kept,) = await adopted.read(birthdays.of, ACCOUNT, NEW)
    assert kept.day == 20, "what somebody said outranks a list"
    await only(adopted, CareRow, contact_id=NEW, subject=str(kept.id), turn="2026")


async def test_a_day_has_one_check_in_and_a_removal_by_an_operator_stays(adopted):
    await people(adopted, OLD, NEW)

    def punch(db):
        for person, day, how, removed in (
            (OLD, "2026-11-20", "said", None),
            (OLD, "2026-11-21", "said", None),
            (NEW, "2026-11-21", "leave", None),
            (OLD, "2026-11-22", "said", NOW),
            (NEW, "2026-11-22", "said", None),
        ):
            row = {"account_id": ACCOUNT, "campaign_id": 1, "contact_id": person, "room_id": ROOM, "day": day}
            db.add(PunchRow(**row, how=how, at=NOW, removed_at=removed, removed_by=OPERATOR if removed else ""))

    await adopted.run(punch)
    await bind(adopted)
    rows = await ask(adopted, PunchRow, day="", how="", contact_id="", removed_at=None)
    assert [(row["day"], row["how"], row["removed_at"]) for row in sorted(rows, key=lambda row: row["day"])] == [
        ("2026-11-20", "said", None),
        ("2026-11-21", "said", None),
        ("2026-11-22", "said", NOW),
    ]
    assert {row["contact_id"] for row in rows} == {NEW}


async def test_points_keep_their_sum_and_no_event_pays_again(adopted):
    await people(adopted, OLD, NEW)

    async def pay(person, day):
        subject = f"words:{person}:{day.isoformat()}"
        given = {"contact_id": person, "rule": "first_words", "subject": subject, "amount": 2}
        return await adopted.run(points.pay, ACCOUNT, **given, room_id=ROOM, day=day, now=NOW)

    monday = SUNDAY + timedelta(days=1)
    assert [await pay(OLD, SUNDAY), await pay(OLD, monday), await pay(NEW, monday)] == [2, 2, 2]
    await adopted.run(points.reverse, ACCOUNT, f"words:{OLD}:{monday.isoformat()}", NOW)
    await bind(adopted)
    assert await adopted.read(points.balance, ACCOUNT, NEW) == 4
    assert [await pay(NEW, SUNDAY), await pay(NEW, monday)] == [0, 0]
    subjects = {row["subject"] for row in await ask(adopted, PointRow, subject="")}
    assert not [subject for subject in subjects if OLD in subject]
    reversed_ones = [subject for subject in subjects if subject.startswith("reverse:")]
    assert [subject.removeprefix("reverse:") in subjects for subject in reversed_ones] == [True]


async def test_who_unsubscribed_under_the_old_id_is_left_in_peace(adopted):
    await people(adopted, OLD, NEW)

    def leave(db):
        db.get(ContactRow, (ACCOUNT, OLD)).unsubscribed_at = NOW

    await adopted.run(leave)
    await bind(adopted)
    assert await adopted.read(members.greetable, ACCOUNT, ROOM, NEW) is None


async def test_private_posts_that_share_a_slot_are_both_kept(adopted):
    await people(adopted, OLD, NEW)

    def post(db):
        for person in (OLD, NEW):
            slot = {"plan": "birthday:1", "slot_day": "2026-11-22", "slot_number": 1, "kind": "care"}
            text = {"content": "care/birthday", "state": "confirmed", "via_room_id": ROOM, "attempt_id": person}
            db.add(DeliveryRow(account_id=ACCOUNT, room_id=person, **slot, **text, due_at=NOW, created_at=NOW))

    await adopted.run(post)
    await bind(adopted)
    rows = await ask(adopted, DeliveryRow, room_id="", slot_number=0)
    assert sorted((row["room_id"], row["slot_number"]) for row in rows) == [(NEW, 1), (NEW, 2)]


async def test_two_who_are_in_one_room_are_told_apart(adopted):
    await people(adopted, OLD, NEW)
    assert await adopted.read(bindings.together, ACCOUNT, OLD, NEW) == ROOM
    await adopted.run(members.left, ACCOUNT, ROOM, [OLD], NOW + DAY)
    assert await adopted.read(bindings.together, ACCOUNT, OLD, NEW) is None


# -- a whole life


def live(db, rng):
    """Both ids do a little of everything, by chance at the same time."""
    rooms.adopt(db, ACCOUNT, ROOM, topic="宝妈群", role=CUSTOMER, by=OPERATOR, now=NOW)
    members.joined(db, ACCOUNT, ROOM, [OLD, NEW, BEN], "", NOW)
    for number in range(rng.randrange(1, 40)):
        person, day = rng.choice((OLD, NEW)), SUNDAY + timedelta(days=rng.randrange(4))
        at = datetime(2026, 11, day.day, rng.randrange(24), tzinfo=UTC)
        rng.choice(DEEDS)(db, person, day, at, number, rng)
    db.flush()


def speak(db, person, day, at, number, rng):
    kind = rng.choice((MessageKind.TEXT, MessageKind.IMAGE))
    private = rng.random() < 0.2
    message = said(f"第 {number} 句", talker_id=person, sent_at=at, kind=kind, room_id=None if private else ROOM)
    answer = said("好的", talker_id=BOT, from_self=True, listener_id=person, room_id=None, sent_at=at)
    messages.record(db, [(message, Handling.NONE), (answer, Handling.NONE)], at)
    if not private:
        members.seen(db, ACCOUNT, {(ROOM, person): (at, at)})
        day_counts.add(db, ACCOUNT, [(ROOM, person, day)])


def earn(db, person, day, at, number, rng):
    rule, amount = rng.choice(("checkin", "story")), rng.randrange(1, 9)
    subject = f"{rule}:{person}:{day.isoformat()}"
    known = points.pay(
        db,
        ACCOUNT,
        contact_id=person,
        rule=rule,
        subject=subject,
        amount=amount,
        room_id=ROOM,
        day=day,
        now=at,
    )
    if known and rng.random() < 0.3:
        points.reverse(db, ACCOUNT, subject, at)


def spend(db, person, day, at, number, rng):
    points.take(db, ACCOUNT, Payment(person, "redeem", f"redeem:{number}", -1, ROOM, day), at)
    row = {"account_id": ACCOUNT, "contact_id": person, "reward": "bath", "title": "洗护", "cost": 1, "asked_at": at}
    db.add(RedemptionRow(**row, state=rng.choice(("asked", "granted"))))


def buy(db, person, day, at, number, rng):
    purchases.add(db, ACCOUNT, [Purchase(f"order-{number}", person, rng.randrange(100, 9_000), at)], at)


def tag(db, person, day, at, number, rng):
    name = rng.choice(("养猫", "养狗"))
    if rng.random() < 0.5:
        tags.met(db, ACCOUNT, [tags.Evidence(person, name, "rule", ROOM, f"m-{number}", "说到", at, None)])
    elif rng.random() < 0.5:
        tags.add(db, ACCOUNT, person, name, by=OPERATOR, now=at)
    else:
        tags.remove(db, ACCOUNT, person, name, by=OPERATOR, now=at)


def wish(db, person, day, at, number, rng):
    said_ = rng.choice(("不要香菜", "别发语音"))
    wishes.met(db, ACCOUNT, [wishes.Stated(person, said_, said_, day, ROOM, "m", at)], 3)


def care(db, person, day, at, number, rng):
    row = {"account_id": ACCOUNT, "contact_id": person, "room_id": rng.choice((ROOM, person)), "created_at": at}
    turn = {"occasion": "first_days", "subject": f"{ROOM}:{person}", "turn": str(number), "about": {"who": person}}
    db.add(CareRow(**row, **turn))


def ask_back(db, person, day, at, number, rng):
    row = {"account_id": ACCOUNT, "contact_id": person, "conversation_id": rng.choice((ROOM, person))}
    rest = {"about": "wish", "data": {"contact": person}, "created_at": at, "expires_at": at + DAY}
    db.add(QuestionRow(**row, **rest, key=f"wish:{person}:{number}"))


def promise(db, person, day, at, number, rng):
    row = {"account_id": ACCOUNT, "contact_id": person, "key": f"gift:{person}:{number}", "template": "alarms/task"}
    db.add(TaskRow(**row, data={}, created_at=at))


def check_in(db, person, day, at, number, rng):
    key = {"account_id": ACCOUNT, "campaign_id": 1, "contact_id": person, "day": day.isoformat()}
    if db.exec(select(PunchRow).filter_by(**key)).first() is None:
        db.add(PunchRow(**key, room_id=ROOM, how=rng.choice(("said", "leave", "operator")), at=at))
        db.flush()
    badges.add(db, ACCOUNT, person, rng.choice(("七日有恒", "月月不落")), ROOM, at)


def answer_posts(db, person, day, at, number, rng):
    row = db.get(InterestRow, (ACCOUNT, person, "洗护")) or InterestRow(
        account_id=ACCOUNT, contact_id=person, topic="洗护", times=0, ledger_id=0, seen_at=at
    )
    row.times, row.ledger_id = row.times + 1, number
    db.add(row)
    db.flush()


DEEDS = (speak, speak, earn, spend, buy, tag, wish, care, ask_back, promise, check_in, answer_posts)


def totals(db):
    """What one person has, whatever ids they go by."""
    both = [OLD, NEW]

    def every(table, column="contact_id"):
        return list(db.exec(select(table).where(getattr(table, column).in_(both))))

    said_ = every(MessageRow, "talker_id")
    paid = every(PointRow)
    return {
        "messages": sorted(row.message_id for row in said_),
        "heard": sorted(row.message_id for row in every(MessageRow, "listener_id")),
        "days": sum(sum(day_counts.of(db, ACCOUNT, person).values()) for person in both),
        "points": sum(row.amount for row in paid),
        "entries": len(paid),
        "balance": sum(contact.points for contact in every(ContactRow)),
        "orders": sum(row.amount_cents for row in every(PurchaseRow)),
        "redemptions": len(every(RedemptionRow)),
        "tasks": len(every(TaskRow)),
        "questions": len(every(QuestionRow)),
        "care": sorted(row.turn for row in every(CareRow)),
        "tags": {row.tag for row in every(TagRow)},
        "removed": {row.tag for row in every(TagRow) if row.removed_at and not _by_hand_again(every(TagRow), row)},
        "wish days": {(row.wish, day) for row in every(WishRow) for day in row.days},
        "punches": {(row.campaign_id, row.day) for row in every(PunchRow)},
        "badges": {badge.name for person in both for badge in badges.of(db, ACCOUNT, person)},
        "interest": sum(row.times for row in every(InterestRow)),
        "last words": max((row.last_seen_at for row in every(MembershipRow) if row.last_seen_at), default=None),
    }


def _by_hand_again(rows, removed):
    """Whether an operator's later word gave the tag back to the other id."""
    return any(
        row.tag == removed.tag
        and row.removed_at is None
        and row.source == "operator"
        and row.assigned_at >= removed.removed_at
        for row in rows
    )


def left_behind(db):
    """Where the old id still stands in a column that may hold one, or in a key."""
    found = []
    for name in FOOTPRINTS:
        table = Base.metadata.tables[name]
        for column in columns_of(name, Trace.OWN, Trace.BY, Trace.KEY):
            values = db.scalars(select(table.c[column]).where(table.c.account_id == ACCOUNT))
            found.extend((name, column, value) for value in values if value and OLD in str(value))
    return found


@pytest.fixture
def engine(sqlite_database):
    opened = open_writer(sqlite_database, durable=False)
    yield opened
    opened.dispose()


@given(seed=st.integers(0, 10**9))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_whatever_two_ids_did_one_has_as_much(engine, seed):
    with Session(engine) as db:
        live(db, random.Random(seed))
        before = totals(db)
        bindings.bind(db, ACCOUNT, OLD, NEW)
        assert totals(db) == before
        assert left_behind(db) == []
        db.rollback()
