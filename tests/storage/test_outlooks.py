"""Outlooks: everything the planner must know of many rooms, with a fixed number of questions."""

from bot.core.delivery import DeliveryState
from bot.core.outlook import Outlook
from bot.core.post import PostKind
from bot.core.posted import Source
from bot.core.reason import Reason
from storage import deliveries, ledger, outbox, outlooks
from tests.storage.given import ACCOUNT, DAY, HOUR, MINUTE, NOW, OTHER_ROOM, ROOM, SECOND, planned, room
from tests.storage.queries import plans_of
from tests.storage.reached import reach

S = DeliveryState


async def of(store, *rooms, now=NOW):
    return await store.read(outlooks.of, ACCOUNT, rooms, now)


def post(db, content, *, at=NOW, room_id=ROOM, **facts):
    facts = {"kind": PostKind.VALUE, "source": Source.PLAN} | facts
    ledger.enter(db, ACCOUNT, room_id, at=at, content=content, **facts)


async def test_a_room_of_which_nothing_is_known(store):
    assert await of(store, room()) == {ROOM: Outlook(room())}
    assert await of(store) == {}


async def test_rooms_come_in_the_order_they_were_asked_for(store):
    rooms = [room(f"room-{number}") for number in (3, 1, 2)]
    assert list(await of(store, *rooms)) == ["room-3", "room-1", "room-2"]


async def test_each_room_has_the_history_that_the_ledger_tells_of_it_alone(store):
    for number in range(6):
        where, at = (ROOM, OTHER_ROOM)[number % 2], NOW - number * HOUR
        await store.run(post, f"value/{number}", at=at, room_id=where)
    await store.run(post, "", kind=PostKind.PROMO, source=Source.STAFF)
    await store.run(post, "", kind=ledger.REPLY, source=Source.REPLY)
    await store.run(post, "value/elsewhere", room_id="room-3")
    found = await of(store, room(), room(OTHER_ROOM))
    for where in (ROOM, OTHER_ROOM):
        assert found[where].history == await store.read(ledger.history, ACCOUNT, where)
    assert [entry.content for entry in found[ROOM].history] == ["value/4", "value/2", "value/0", ""]
    assert found[OTHER_ROOM].last_posted["value/1"] == NOW - HOUR


async def test_a_long_history_ends_with_the_newest(store, monkeypatch):
    monkeypatch.setattr(outlooks, "NEWEST", 3)
    for number in range(5):
        for where in (ROOM, OTHER_ROOM):
            await store.run(post, f"value/{number}", at=NOW + number * SECOND, room_id=where)
    for outlook in (await of(store, room(), room(OTHER_ROOM))).values():
        assert [entry.content for entry in outlook.history] == ["value/2", "value/3", "value/4"]


async def test_what_waits_is_told_earliest_first_to_one_room_or_to_many(store):
    late, early = await store.run(planned, due_at=NOW + HOUR), await store.run(reach, S.HELD)
    other = await store.run(planned, room_id=OTHER_ROOM)
    for end in (S.CONFIRMED, S.SKIPPED, S.UNKNOWN):
        await store.run(reach, end)
    both, alone = await of(store, room(), room(OTHER_ROOM)), await of(store, room())
    assert [item.id for item in both[ROOM].waiting] == [early.id, late.id]
    assert both[OTHER_ROOM].waiting == (other,)
    assert alone[ROOM] == both[ROOM]
    assert alone[ROOM].waiting == await store.read(deliveries.waiting, ACCOUNT, ROOM)


async def test_the_daily_plans_slots_are_taken_whatever_became_of_them(store):
    gone = await store.run(planned, number=1)
    await store.run(outbox.drop, gone.id, S.SKIPPED, Reason("because"), NOW)
    await store.run(planned, number=2)
    await store.run(planned, number=3, plan="post:A1B2")
    await store.run(planned, number=4, day="2026-11-21")
    await store.run(planned, number=5, day="2026-11-19")
    await store.run(planned, number=6, day="2026-10-01")
    await store.run(planned, number=7, room_id=OTHER_ROOM)
    (outlook,) = (await of(store, room())).values()
    expected = {("2026-11-20", 1), ("2026-11-20", 2), ("2026-11-21", 4), ("2026-11-19", 5)}
    assert outlook.taken == expected


async def test_yesterday_is_known_wherever_the_room_is(store):
    """At 1 o'clock UTC it is still the day before yesterday's morrow in Honolulu."""
    at = NOW.replace(hour=1)
    await store.run(planned, number=1, day="2026-11-18")
    (outlook,) = (await of(store, room(), now=at + MINUTE)).values()
    assert outlook.taken == {("2026-11-18", 1)}


async def test_another_account_is_another_world(store):
    await store.run(post, "value/a")
    await store.run(planned)
    assert await store.read(outlooks.of, "another", [room()], NOW) == {ROOM: Outlook(room())}


def test_the_questions_are_as_many_for_a_thousand_rooms_as_for_one(sqlite_database):
    def count(rooms):
        return plans_of(sqlite_database, lambda db: outlooks.of(db, ACCOUNT, rooms, NOW + DAY))

    one, many = count([room()]), count([room(f"room-{number}") for number in range(1000)])
    assert len(one) == len(many) == 5
    for plan in many:
        assert not any(line.startswith("SCAN") and "delivery" in line for line in plan), plan
        assert any("SEARCH" in line and "account_id=?" in line for line in plan), plan
