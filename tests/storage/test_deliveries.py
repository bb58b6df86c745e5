"""Reading the outbox: what may go out now, what waits, and what nobody can account for."""

import pytest
from sqlalchemy import text

from bot.core.delivery import DeliveryState
from bot.core.errors import StoreError
from bot.core.post import PostKind
from bot.core.reason import Reason
from storage import deliveries, outbox
from tests.storage.given import ACCOUNT, DAY, HOUR, MINUTE, NOW, OTHER_ROOM, ROOM, SECOND, dispatched, planned
from tests.storage.queries import plans_of
from tests.storage.reached import UNRESOLVED, WAITING, reach

S = DeliveryState
K = PostKind


def ids(found):
    return [delivery.id for delivery in found]


async def due(store, now=NOW, account=ACCOUNT):
    return ids(await store.read(deliveries.due, account, now))


async def test_what_is_due_comes_oldest_first_and_not_before_its_time(store):
    late, early, future, held = [
        await store.run(planned, due_at=NOW + moved) for moved in (-MINUTE, -HOUR, SECOND, -HOUR)
    ]
    await store.run(outbox.hold, held.id, Reason("window.closed", next_at=NOW + MINUTE), NOW)
    await store.run(reach, S.SKIPPED)
    await store.run(reach, S.DISPATCHING)
    for at, expected in (
        (NOW, [early, late]),
        (NOW + SECOND, [early, late, future]),
        (NOW + MINUTE - SECOND, [early, late, future]),
        (NOW + MINUTE, [early, held, late, future]),
    ):
        assert await due(store, at) == ids(expected)
    assert await due(store, NOW + HOUR, "another") == []


async def test_care_goes_before_value_before_interactive_before_promotion(store):
    made = {kind: await store.run(planned, kind=kind) for kind in (K.PROMO, K.INTERACTIVE, K.VALUE, K.CARE)}
    urgent = await store.run(planned, kind=K.PROMO, due_at=NOW - HOUR)
    expected = [made[K.CARE], made[K.VALUE], made[K.INTERACTIVE], urgent, made[K.PROMO]]
    assert await due(store) == ids(expected)


async def test_what_waits_for_a_person_is_looked_at_every_time(store):
    held = await store.run(reach, S.HELD)
    assert held.next_at is None
    assert await due(store) == [held.id]


@pytest.mark.parametrize("end", list(S))
async def test_only_planned_and_held_are_ever_due_or_waiting(store, end):
    delivery = await store.run(reach, end)
    expected = [delivery.id] if end in WAITING else []
    assert await due(store, NOW + DAY) == expected
    assert ids(await store.read(deliveries.waiting, ACCOUNT)) == expected


def test_what_is_due_is_found_by_the_index_and_not_by_reading_the_past(sqlite_database):
    assert plans_of(sqlite_database, lambda db: deliveries.due(db, ACCOUNT, NOW)) == [
        ["SEARCH delivery USING INDEX ix_delivery_state (account_id=? AND state=? AND due_at<?)"]
    ]


def test_days_and_stretches_of_time_are_found_by_an_index(sqlite_database):
    ((day, *_),) = plans_of(sqlite_database, lambda db: deliveries.of_date(db, ACCOUNT, "2026-11-20"))
    ((time, *_),) = plans_of(sqlite_database, lambda db: deliveries.between(db, ACCOUNT, NOW, NOW + DAY))
    assert day == "SEARCH delivery USING INDEX ix_delivery_day (account_id=? AND slot_day=?)"
    assert time == "SEARCH delivery USING INDEX ix_delivery_state (account_id=? AND state=? AND due_at>? AND due_at<?)"


async def test_what_waits_is_listed_by_time_in_a_room_or_in_all(store):
    late, early = await store.run(planned, due_at=NOW + HOUR), await store.run(reach, S.HELD)
    other = await store.run(planned, room_id=OTHER_ROOM, due_at=NOW + MINUTE)
    assert ids(await store.read(deliveries.waiting, ACCOUNT)) == ids([early, other, late])
    assert ids(await store.read(deliveries.waiting, ACCOUNT, ROOM)) == ids([early, late])
    assert await store.read(deliveries.waiting, "another") == ()


async def test_a_day_is_listed_in_order_for_a_room_and_for_all(store):
    late, early = await store.run(planned, due_at=NOW + HOUR), await store.run(planned)
    await store.run(planned, day="2026-11-21")
    other = await store.run(planned, room_id=OTHER_ROOM, due_at=NOW + MINUTE)
    assert await store.read(deliveries.of_day, ACCOUNT, ROOM, "2026-11-20") == (early, late)
    assert await store.read(deliveries.of_date, ACCOUNT, "2026-11-20") == (early, other, late)
    assert await store.read(deliveries.of_date, "another", "2026-11-20") == ()


async def test_a_stretch_of_time_includes_its_beginning_and_not_its_end(store):
    made = [await store.run(planned, due_at=NOW + moved) for moved in (HOUR, 0 * HOUR, -SECOND, 2 * HOUR)]
    await store.run(outbox.drop, made[0].id, S.SKIPPED, Reason("because"), NOW)
    found = await store.read(deliveries.between, ACCOUNT, NOW, NOW + 2 * HOUR)
    assert ids(found) == [made[1].id, made[0].id]
    assert await store.read(deliveries.between, "another", NOW, NOW + DAY) == ()


async def test_the_unresolved_are_listed_and_counted_oldest_first(store):
    # The two that time alone would change come last.
    for end in sorted(S, key=lambda end: end in {S.ACCEPTED, S.UNKNOWN}):
        await store.run(reach, end, room_id=f"room of {end}")
    found = await store.read(deliveries.unresolved, ACCOUNT)
    assert {delivery.state for delivery in found} == set(UNRESOLVED)
    oldest = await store.run(reach, S.UNKNOWN, at=NOW - HOUR)
    assert (await store.read(deliveries.unresolved, ACCOUNT))[0].id == oldest.id
    assert await store.read(deliveries.count_unresolved, ACCOUNT) == len(UNRESOLVED) + 1
    assert await store.read(deliveries.count_unresolved, "another") == 0
    assert await store.read(deliveries.unresolved, "another") == ()


@pytest.mark.parametrize("end", list(S))
async def test_an_outcome_is_awaited_while_time_alone_can_change_it(store, end):
    await store.run(reach, end)
    assert await store.read(deliveries.awaiting, ACCOUNT) is (end in {S.DISPATCHING, S.ACCEPTED, S.UNKNOWN})
    assert not await store.read(deliveries.awaiting, "another")


async def test_states_are_counted(store):
    for end in (S.CONFIRMED, S.UNKNOWN, S.UNKNOWN, S.HELD):
        await store.run(reach, end)
    assert await store.read(deliveries.states, ACCOUNT) == {S.CONFIRMED: 1, S.UNKNOWN: 2, S.HELD: 1}
    assert await store.read(deliveries.states, "another") == {}


async def test_a_delivery_is_found_by_its_number_in_its_own_account(store):
    delivery = await store.run(dispatched)
    assert await store.read(deliveries.find, ACCOUNT, delivery.id) == delivery
    assert await store.read(deliveries.find, "another", delivery.id) is None
    for number in (delivery.id + 1, 0, -1, 2**63 - 1, 2**63, 10**40):
        assert await store.read(deliveries.find, ACCOUNT, number) is None


async def test_an_unknown_delivery_is_a_store_error(store):
    with pytest.raises(StoreError):
        await store.run(deliveries.get, 4711)


async def test_a_row_of_an_older_version_keeps_its_words_and_has_no_rule(store):
    delivery = await store.run(reach, S.SKIPPED)
    older = text("UPDATE delivery SET rule = '', numbers = '{}', reason = 'outside the window'")
    await store.run(lambda db: db.connection().execute(older))
    assert (await store.read(deliveries.get, delivery.id)).reason == Reason("")


async def test_a_messages_state_is_that_of_the_post_it_was(store, adopted):
    answered, silent = await store.run(dispatched, "晚上好"), await store.run(dispatched, "早")
    await store.run(outbox.accepted, answered.id, "m-1", NOW)
    await store.run(outbox.unknown, silent.id, Reason("send.timeout"), NOW)
    assert await store.read(deliveries.states_of, ACCOUNT, ["m-1", "m-2", ""]) == {"m-1": S.ACCEPTED}
    assert await store.read(deliveries.states_of, "another", ["m-1"]) == {}
    assert await store.read(deliveries.states_of, ACCOUNT, []) == {}


async def test_a_rooms_deliveries_of_some_days_come_in_order(store):
    days = [await store.run(planned, day=f"2026-11-{20 + n}", due_at=NOW + n * DAY) for n in range(4)]
    await store.run(planned, room_id=OTHER_ROOM, day="2026-11-21")
    found = await store.read(deliveries.of_days, ACCOUNT, ROOM, "2026-11-21", "2026-11-22")
    assert ids(found) == ids(days[1:3])
