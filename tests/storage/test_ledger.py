"""The ledger: what was really said, its kind frozen, and nothing twice."""

import pytest

from bot.core.errors import StoreError
from bot.core.post import PostKind
from bot.core.posted import Posted, Source
from storage import ledger
from tests.storage.given import ACCOUNT, ANNA, DAY, HOUR, NOW, OTHER_ROOM, ROOM, SECOND
from tests.storage.queries import plans_of

K = PostKind


async def enter(store, content="value/a", delivery_id=None, *, at=NOW, room_id=ROOM, account=ACCOUNT, **facts):
    facts = {"kind": K.VALUE, "source": Source.PLAN} | facts
    return await store.run(ledger.enter, account, room_id, at=at, content=content, delivery_id=delivery_id, **facts)


async def staff(store, kind=K.PROMO, **facts):
    return await enter(store, "", kind=kind, source=Source.STAFF, talker_id=ANNA, message_id="m-1", **facts)


async def answer(store, **facts):
    return await enter(store, "", kind=ledger.REPLY, source=Source.REPLY, **facts)


async def history(store, **limit):
    return await store.read(ledger.history, ACCOUNT, ROOM, **limit)


async def test_a_room_remembers_its_posts_in_the_order_they_were_made(store):
    await enter(store, "promo/b", 1, at=NOW + HOUR, kind=K.PROMO, source=Source.COMMAND)
    await enter(store, "value/a", 2)
    await staff(store, at=NOW - HOUR)
    await answer(store)
    await enter(store, "value/c", 3, room_id=OTHER_ROOM)
    await enter(store, "value/d", 4, account="another")
    assert await history(store) == (
        Posted(K.PROMO, NOW - HOUR, "", Source.STAFF),
        Posted(K.VALUE, NOW, "value/a", Source.PLAN),
        Posted(K.PROMO, NOW + HOUR, "promo/b", Source.COMMAND),
    )


async def test_the_newest_posts_are_kept_when_not_all_are_asked_for(store):
    for number in range(5):
        await enter(store, f"value/{number}", number, at=NOW + number * SECOND)
    assert [entry.content for entry in await history(store, limit=2)] == ["value/3", "value/4"]


async def test_posts_of_one_instant_stand_in_the_order_they_were_entered(store):
    for number in range(4):
        await enter(store, f"value/{number}", number)
    assert [entry.content for entry in await history(store)] == ["value/0", "value/1", "value/2", "value/3"]
    assert [entry.content for entry in await history(store, limit=2)] == ["value/2", "value/3"]


async def test_what_was_provably_not_sent_is_struck_and_can_be_entered_again(store):
    await enter(store, "value/a", 1)
    await enter(store, "value/b", 2)
    await store.run(ledger.strike, 1)
    await store.run(ledger.strike, 99)
    assert [entry.content for entry in await history(store)] == ["value/b"]
    await enter(store, "value/a", 1, at=NOW + HOUR)
    assert [entry.content for entry in await history(store)] == ["value/b", "value/a"]


async def test_a_delivery_is_entered_once_and_what_is_no_delivery_as_often_as_it_is_said(store):
    await enter(store, "value/a", 1)
    with pytest.raises(StoreError, match=r"(?i)unique"):
        await enter(store, "value/a", 1)
    assert await staff(store) != await staff(store)
    assert len(await history(store)) == 3


async def test_entries_are_shown_with_their_numbers_newest_first(store):
    first = await staff(store)
    second = await enter(store, "value/a", 7, at=NOW + HOUR)
    await answer(store, at=NOW + 2 * HOUR)
    newest, oldest = await store.read(ledger.entries, ACCOUNT, ROOM, 10)
    assert newest == ledger.Entry(second, NOW + HOUR, K.VALUE, Source.PLAN, "value/a", 7, "", "")
    assert oldest == ledger.Entry(first, NOW, K.PROMO, Source.STAFF, "", None, ANNA, "m-1")
    assert await store.read(ledger.entries, ACCOUNT, ROOM, 1) == (newest,)
    assert await store.read(ledger.entries, "another", ROOM, 10) == ()


async def test_what_staff_said_can_be_counted_otherwise_or_not_at_all(store):
    entry = await staff(store)
    assert await store.run(ledger.retag, ACCOUNT, entry, K.INTERACTIVE)
    assert [post.kind for post in await history(store)] == [K.INTERACTIVE]
    assert await store.run(ledger.retag, ACCOUNT, entry, None)
    assert await history(store) == ()
    assert not await store.run(ledger.retag, ACCOUNT, entry, K.PROMO)


async def test_the_kind_of_the_bots_own_words_is_frozen(store):
    ours = [await enter(store, "promo/a", 1, kind=K.PROMO, source=source) for source in (Source.PLAN,)]
    ours += [await enter(store, "promo/b", 2, kind=K.PROMO, source=Source.COMMAND), await answer(store)]
    theirs = await staff(store)
    before = await history(store)
    for entry in ours:
        assert not await store.run(ledger.retag, ACCOUNT, entry, K.VALUE)
        assert not await store.run(ledger.retag, ACCOUNT, entry, None)
    assert not await store.run(ledger.retag, "another", theirs, None)
    assert await history(store) == before


async def test_the_days_words_are_counted_message_by_message_answers_too_and_staff_not(store):
    await enter(store, "value/a", 1, pieces=2)
    await answer(store, at=NOW + HOUR)
    await staff(store)
    await enter(store, "value/b", 2, at=NOW - SECOND)
    await enter(store, "value/c", 3, account="another")
    assert await store.read(ledger.said_since, ACCOUNT, NOW) == 3
    assert await store.read(ledger.said_since, ACCOUNT, NOW - SECOND) == 4
    assert await store.read(ledger.said_since, ACCOUNT, NOW + DAY) == 0


async def test_who_heard_the_bot_last_comes_first(store):
    await enter(store, "value/a", 1)
    await answer(store, at=NOW + 2 * SECOND, room_id=ANNA)
    await enter(store, "value/b", 2, at=NOW + SECOND, room_id=OTHER_ROOM)
    await staff(store, at=NOW + HOUR)
    await enter(store, "value/c", 3, at=NOW - SECOND)
    last = await store.read(ledger.last_said, ACCOUNT, NOW)
    assert last == ((ANNA, NOW + 2 * SECOND), (OTHER_ROOM, NOW + SECOND), (ROOM, NOW))
    assert await store.read(ledger.last_said, "another", NOW) == ()


def test_what_is_asked_before_every_send_is_found_by_an_index(sqlite_database):
    ((said, *_),) = plans_of(sqlite_database, lambda db: ledger.said_since(db, ACCOUNT, NOW))
    ((posts, *_),) = plans_of(sqlite_database, lambda db: ledger.history(db, ACCOUNT, ROOM))
    assert said == "SEARCH ledger USING INDEX ix_ledger_time (account_id=? AND posted_at>?)"
    assert posts == "SEARCH ledger USING INDEX ix_ledger_room (account_id=? AND room_id=?)"


async def test_what_staff_posted_in_a_stretch_of_time_is_found(store):
    first = await staff(store)
    await staff(store, at=NOW + HOUR)
    await staff(store, at=NOW - SECOND)
    await staff(store, room_id=OTHER_ROOM)
    await enter(store, "value/a", 7)
    found = await store.read(ledger.staff_posts, ACCOUNT, ROOM, NOW, NOW + HOUR)
    assert [(entry.id, entry.talker_id) for entry in found] == [(first, ANNA)]
