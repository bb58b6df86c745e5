"""Points: the balance is the sum of the ledger, every event pays once, and a day's earnings have an end."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event

from bot.core.points import Entry, Payment, Place
from storage import members, points, rooms
from storage.tables import ContactRow
from tests.storage.given import ACCOUNT, ANNA, BEN, CUSTOMER, MINUTE, NOW, OPERATOR, OTHER_ROOM, ROOM

TODAY = date(2026, 11, 20)
CLEO = "wxid_cleo"


@pytest.fixture
async def known(adopted):
    """Three people in the room."""
    await adopted.run(rooms.adopt, ACCOUNT, OTHER_ROOM, topic="另一个群", role=CUSTOMER, by=OPERATOR, now=NOW)
    await adopted.run(members.joined, ACCOUNT, ROOM, [ANNA, BEN, CLEO], "", NOW)
    for contact_id, name in ((ANNA, "安娜"), (BEN, "小本"), (CLEO, "可可")):
        await adopted.run(members.named, ACCOUNT, ROOM, contact_id, name, "", "")
    return adopted


async def pay(store, subject, amount=2, contact_id=ANNA, *, rule="checkin", day=TODAY, cap=None, now=NOW):
    facts = {"contact_id": contact_id, "rule": rule, "subject": subject, "amount": amount, "room_id": ROOM}
    return await store.run(points.pay, ACCOUNT, **facts, day=day, now=now, cap=cap)


async def balance(store, contact_id=ANNA):
    return await store.read(points.balance, ACCOUNT, contact_id)


async def take(store, subject, amount, rule="correct"):
    payment = Payment(ANNA, rule, subject, amount, ROOM, TODAY, by=OPERATOR)
    return await store.run(points.take, ACCOUNT, payment, NOW)


async def test_an_event_pays_once(known):
    assert await pay(known, "checkin:1", 2) == 2
    assert await pay(known, "checkin:1", 2) == 0
    assert await pay(known, "checkin:1", 5, BEN) == 0
    assert await pay(known, "checkin:2", 3) == 3
    assert await balance(known) == 5
    assert await balance(known, BEN) == 0


async def test_nothing_and_nobody_are_paid_nothing(known):
    assert await pay(known, "rule that is off", 0) == 0
    assert await pay(known, "rule that is off", 2) == 2
    assert await pay(known, "a stranger's", 2, "wxid_stranger") == 0
    assert await balance(known, "wxid_stranger") == 0
    with pytest.raises(ValueError, match="not negative"):
        await pay(known, "less than nothing", -1)


async def test_a_day_brings_no_more_than_its_cap_and_the_last_payment_its_rest(known):
    assert [await pay(known, f"checkin:{n}", 4, cap=10) for n in range(4)] == [4, 4, 2, 0]
    assert await pay(known, "tomorrow", 4, day=TODAY + timedelta(days=1), cap=10) == 4
    assert await pay(known, "somebody else's", 4, BEN, cap=10) == 4
    assert await pay(known, "what knows no cap", 4) == 4
    assert await known.read(points.earned, ACCOUNT, ANNA, TODAY) == 14


async def test_only_what_is_earned_counts_towards_the_cap(known):
    await pay(known, "checkin:1", 8, cap=10)
    assert await take(known, "correct:1", 50)
    assert await take(known, "redeem:1", -50, "redeem")
    assert await known.run(points.reverse, ACCOUNT, "checkin:1", NOW)
    assert await known.run(points.reverse, ACCOUNT, "redeem:1", NOW)
    assert await pay(known, "checkin:2", 8, cap=10) == 2
    assert await balance(known) == 52


async def test_what_is_taken_back_is_taken_back_once_and_never_paid_again(known):
    await pay(known, "checkin:1", 2, now=NOW)
    assert not await known.run(points.reverse, ACCOUNT, "checkin:2", NOW)
    assert await known.run(points.reverse, ACCOUNT, "checkin:1", NOW + MINUTE, OPERATOR)
    assert not await known.run(points.reverse, ACCOUNT, "checkin:1", NOW + MINUTE)
    assert await pay(known, "checkin:1", 2) == 0
    assert await balance(known) == 0
    assert await known.read(points.history, ACCOUNT, ANNA, 10) == (
        Entry(-2, "checkin", "", ROOM, TODAY, NOW + MINUTE, OPERATOR, reversed=True),
        Entry(2, "checkin", "", ROOM, TODAY, NOW, "", reversed=False),
    )


async def test_a_reversal_can_be_reversed(known):
    await pay(known, "checkin:1", 2)
    await known.run(points.reverse, ACCOUNT, "checkin:1", NOW)
    assert await known.run(points.reverse, ACCOUNT, "reverse:checkin:1", NOW)
    assert not await known.run(points.reverse, ACCOUNT, "reverse:checkin:1", NOW)
    assert await balance(known) == 2


async def test_what_was_spent_already_leaves_a_debt_when_it_is_taken_back(known):
    await pay(known, "checkin:1", 5)
    assert await take(known, "redeem:1", -5, "redeem")
    assert await known.run(points.reverse, ACCOUNT, "checkin:1", NOW)
    assert await balance(known) == -5
    assert not await take(known, "redeem:2", -1, "redeem")
    assert await pay(known, "checkin:2", 6) == 6
    assert await balance(known) == 1


async def test_nothing_is_taken_below_zero_or_twice(known):
    await pay(known, "checkin:1", 5)
    assert not await take(known, "correct:1", -6)
    assert await take(known, "correct:1", -3)
    assert not await take(known, "correct:1", -1)
    assert await balance(known) == 2
    assert not await known.run(points.take, ACCOUNT, Payment("wxid_who", "correct", "x", 5, "", TODAY), NOW)


async def test_a_batch_is_paid_like_one_after_the_other(known):
    payments = [
        Payment(ANNA, "first_words", "words:anna", 1, ROOM, TODAY),
        Payment(BEN, "first_words", "words:ben", 1, ROOM, TODAY),
        Payment(ANNA, "first_words", "words:anna", 1, OTHER_ROOM, TODAY),
        Payment("wxid_stranger", "first_words", "words:stranger", 1, ROOM, TODAY),
        Payment(ANNA, "checkin", "checkin:1", 4, ROOM, TODAY),
    ]
    paid = await known.run(points.pay_all, ACCOUNT, payments, NOW, 4)
    assert paid == {"words:anna": 1, "words:ben": 1, "checkin:1": 3}
    assert await known.run(points.pay_all, ACCOUNT, payments, NOW, 4) == {}
    assert (await balance(known), await balance(known, BEN)) == (4, 1)


async def test_a_batch_costs_as_many_queries_as_a_payment(known):
    def counted(db, people):
        asked = []
        engine = db.get_bind()
        listen = lambda *facts: asked.append(facts[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listen)
        batch = [Payment(who, "first_words", f"{who}:{people}", 1, ROOM, TODAY) for who in (ANNA, BEN, CLEO)[:people]]
        points.pay_all(db, ACCOUNT, batch, NOW, 30)
        event.remove(engine, "before_cursor_execute", listen)
        return len([statement for statement in asked if not statement.startswith("BEGIN")])

    assert await known.run(counted, 3) == await known.run(counted, 1) <= 5


async def test_a_row_that_is_in_use_follows_the_ledger(known):
    """Transactions that wait together share a session: who holds the row there must not see an old balance."""

    def work(db):
        row = db.get(ContactRow, (ACCOUNT, ANNA))
        points.pay_all(db, ACCOUNT, [Payment(ANNA, "checkin", "checkin:1", 2, ROOM, TODAY)], NOW)
        return row.points

    assert await known.run(work) == 2


async def test_the_board_shows_who_got_most_and_who_had_it_first(known):
    yesterday = TODAY - timedelta(days=1)
    await pay(known, "anna", 4, ANNA, day=yesterday)
    await pay(known, "ben", 6, BEN)
    await pay(known, "cleo", 6, CLEO)
    await take(known, "redeem:1", -4, "redeem")
    every = (Place(1, BEN, "小本", 6), Place(1, CLEO, "可可", 6), Place(3, ANNA, "安娜", 4))
    assert await known.read(points.board, ACCOUNT, ROOM, None, 10) == every
    assert await known.read(points.board, ACCOUNT, None, yesterday, 2) == every[:2]
    assert await known.read(points.board, ACCOUNT, ROOM, TODAY, 10) == every[:2]
    assert await known.read(points.board, ACCOUNT, OTHER_ROOM, None, 10) == ()
    assert await known.run(points.reverse, ACCOUNT, "ben", NOW)
    await known.run(members.left, ACCOUNT, ROOM, [ANNA], NOW)
    assert await known.read(points.board, ACCOUNT, ROOM, None, 10) == (Place(1, CLEO, "可可", 6),)


async def test_the_board_shows_what_people_call_themselves_there_and_nobody_who_unsubscribed(known):
    await pay(known, "anna", 4, ANNA)
    await pay(known, "ben", 6, BEN)
    await known.run(members.named, ACCOUNT, ROOM, ANNA, "安娜", "年糕妈", "")

    def unsubscribe(db):
        db.get_one(ContactRow, (ACCOUNT, BEN)).unsubscribed_at = NOW

    await known.run(unsubscribe)
    assert await known.read(points.board, ACCOUNT, ROOM, None, 10) == (Place(1, ANNA, "年糕妈", 4),)
