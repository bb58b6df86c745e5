"""The outbox: a slot once, an intent before a send, and no post declared confirmed without its echo."""

from datetime import timedelta

import pytest

from bot.core.delivery import DeliveryState
from bot.core.errors import StoreError
from bot.policy.text import content_hash
from storage import deliveries
from storage.tables import DeliveryRow
from tests.storage.given import ACCOUNT, HOUR, MINUTE, NOW, OTHER_ROOM, ROOM, SECOND, dispatched, planned

S = DeliveryState
MS = timedelta(milliseconds=1)


async def get(store, delivery):
    return await store.read(deliveries.get, delivery.id)


async def state(store, *several):
    return [(await get(store, delivery)).state for delivery in several]


async def confirm(store, text="晚上好", *, echo_id="echo-1", said_at=NOW, room_id=ROOM, account=ACCOUNT):
    return await store.run(
        deliveries.confirm,
        account,
        room_id,
        content_hash(text),
        echo_id=echo_id,
        said_at=said_at,
        now=said_at + SECOND,
    )


async def test_a_slot_is_planned_once_whatever_becomes_of_it(store):
    first = await store.run(planned, number=1)
    assert (first.state, first.attempts, first.due_at) == (S.PLANNED, 0, NOW)
    assert await store.run(planned, number=1) is None
    await store.run(deliveries.close, first.id, S.CANCELLED, "no")
    assert await store.run(planned, number=1, due_at=NOW + HOUR) is None
    assert (await get(store, first)).state is S.CANCELLED


async def test_another_number_day_or_room_is_another_slot(store):
    for slot in ({}, {"number": 2}, {"day": "2026-11-21"}, {"room_id": OTHER_ROOM}):
        assert await store.run(planned, **{"number": 1} | slot)
    assert await store.read(deliveries.states, ACCOUNT) == {S.PLANNED: 4}


async def test_the_database_itself_refuses_a_slot_twice(store):
    first = await store.run(planned, number=1)

    def copy(db):
        row = db.get_one(DeliveryRow, first.id)
        db.add(DeliveryRow(**row.model_dump(exclude={"id", "attempt_id"}), attempt_id="another"))

    with pytest.raises(StoreError, match=r"(?i)unique"):
        await store.run(copy)


async def test_an_intent_freezes_what_is_sent(store):
    delivery = await store.run(dispatched, "晚上好\x1f🎉", at=NOW + SECOND)
    assert (delivery.state, delivery.text, delivery.attempts) == (S.DISPATCHING, "晚上好\x1f🎉", 1)
    assert delivery.dispatched_at == NOW + SECOND
    assert await get(store, delivery) == delivery


async def reach(store, end):
    """A delivery that came to stand in the given state."""
    never_sent = end in {S.PLANNED, S.HELD, S.SKIPPED, S.EXPIRED, S.CANCELLED}
    delivery = await store.run(planned if never_sent else dispatched)
    match end:
        case S.HELD | S.SKIPPED | S.EXPIRED | S.CANCELLED:
            await store.run(deliveries.close, delivery.id, end, "because")
        case S.ACCEPTED:
            await store.run(deliveries.accepted, delivery.id, "sent-1")
        case S.CONFIRMED:
            assert await confirm(store) == delivery.id
        case S.UNKNOWN:
            await store.run(deliveries.unknown, delivery.id, "timeout")
        case S.FAILED:
            await store.run(deliveries.refused, delivery.id, "muted", again_at=None)
    assert await state(store, delivery) == [end]
    return delivery


@pytest.mark.parametrize("end", [state for state in S if not state.waiting])
async def test_only_what_waits_can_be_sent(store, end):
    delivery = await reach(store, end)
    with pytest.raises(ValueError, match=rf"is {end} and cannot be dispatched"):
        await store.run(deliveries.intend, delivery.id, text="x", text_hash="x", epoch=1, now=NOW)
    assert await state(store, delivery) == [end]


@pytest.mark.parametrize("end", [S.PLANNED, S.HELD])
async def test_what_waits_can_be_sent(store, end):
    delivery = await reach(store, end)
    sent = await store.run(deliveries.intend, delivery.id, text="x", text_hash="x", epoch=1, now=NOW)
    assert (sent.state, sent.reason, sent.next_at) == (S.DISPATCHING, "", None)


@pytest.mark.parametrize("end", list(S))
async def test_only_what_waits_can_be_held_or_closed(store, end):
    delivery = await reach(store, end)
    await store.run(deliveries.close, delivery.id, S.EXPIRED, "too late")
    assert await state(store, delivery) == [S.EXPIRED if end.waiting else end]


@pytest.mark.parametrize("end", [state for state in S if state is not S.DISPATCHING])
async def test_only_what_is_being_sent_can_be_accepted_unknown_or_refused(store, end):
    delivery = await reach(store, end)
    await store.run(deliveries.accepted, delivery.id, "sent-1")
    await store.run(deliveries.unknown, delivery.id, "timeout")
    await store.run(deliveries.refused, delivery.id, "muted", again_at=NOW)
    await store.run(deliveries.orphaned, ACCOUNT, (), "crash")
    assert await state(store, delivery) == [end]


async def test_refused_is_planned_again_or_failed_for_good(store):
    again, failed = await store.run(dispatched), await store.run(dispatched)
    await store.run(deliveries.refused, again.id, "not connected", again_at=NOW + MINUTE)
    await store.run(deliveries.refused, failed.id, "not connected", again_at=None)
    assert await state(store, again, failed) == [S.PLANNED, S.FAILED]
    assert [found.id for found in await store.read(deliveries.due, ACCOUNT, NOW + MINUTE)] == [again.id]
    second = await store.run(deliveries.intend, again.id, text="x", text_hash="x", epoch=1, now=NOW + MINUTE)
    assert second.attempts == 2


async def test_what_is_due_comes_oldest_first_and_not_before_its_time(store):
    late, early, future, held = [
        await store.run(planned, due_at=NOW + moved) for moved in (-MINUTE, -HOUR, SECOND, -HOUR)
    ]
    await store.run(deliveries.close, held.id, S.HELD, "window", next_at=NOW + MINUTE)
    await reach(store, S.SKIPPED)
    await reach(store, S.DISPATCHING)
    for at, expected in (
        (NOW, [early, late]),
        (NOW + SECOND, [early, late, future]),
        (NOW + MINUTE - SECOND, [early, late, future]),
        (NOW + MINUTE, [early, held, late, future]),
    ):
        found = await store.read(deliveries.due, ACCOUNT, at)
        assert [delivery.id for delivery in found] == [delivery.id for delivery in expected]
    assert await store.read(deliveries.due, "another", NOW + HOUR) == ()


@pytest.mark.parametrize("end", [S.DISPATCHING, S.ACCEPTED, S.UNKNOWN])
async def test_an_echo_confirms_what_may_have_gone_out(store, end):
    delivery = await reach(store, end)
    assert await confirm(store, said_at=NOW + SECOND) == delivery.id
    found = await get(store, delivery)
    assert (found.state, found.reason, found.confirmed_at) == (S.CONFIRMED, "", NOW + 2 * SECOND)


@pytest.mark.parametrize("end", [S.PLANNED, S.HELD, S.SKIPPED, S.EXPIRED, S.CANCELLED, S.FAILED, S.CONFIRMED])
async def test_an_echo_confirms_nothing_that_did_not_go_out_or_is_confirmed(store, end):
    delivery = await reach(store, end)
    before = await get(store, delivery)
    assert await confirm(store, echo_id="echo-2") is None
    assert await get(store, delivery) == before


async def test_an_echo_before_the_answer_is_not_undone_by_it(store):
    delivery = await store.run(dispatched)
    await confirm(store)
    await store.run(deliveries.accepted, delivery.id, "echo-1")
    assert await state(store, delivery) == [S.CONFIRMED]


async def test_an_echo_with_the_id_the_gateway_gave_is_exact(store):
    older, newer = await store.run(dispatched), await store.run(dispatched, at=NOW + SECOND)
    await store.run(deliveries.accepted, newer.id, "echo-1")
    assert await confirm(store) == newer.id
    assert await state(store, older, newer) == [S.DISPATCHING, S.CONFIRMED]


async def test_an_id_confirms_even_what_the_platform_reworded_or_sent_late(store):
    delivery = await store.run(dispatched)
    await store.run(deliveries.accepted, delivery.id, "echo-1")
    assert await confirm(store, "别的话", said_at=NOW + HOUR) == delivery.id


async def test_equal_texts_are_confirmed_oldest_first_one_by_each_echo(store):
    newer = await store.run(dispatched, at=NOW + SECOND)
    older = await store.run(dispatched, at=NOW)
    found = [await confirm(store, echo_id=f"echo-{number}", said_at=NOW + MINUTE) for number in range(3)]
    assert found == [older.id, newer.id, None]


async def test_an_echo_is_recognised_however_the_platform_set_it(store):
    delivery = await store.run(dispatched, "晚上好，ABC １２３\n新的一行")
    assert await confirm(store, "晚上好,ABC\u200b 123 新的一行") == delivery.id


async def test_other_words_other_rooms_and_other_accounts_confirm_nothing(store):
    delivery = await store.run(dispatched)
    assert await confirm(store, "早上好") is None
    assert await confirm(store, room_id=OTHER_ROOM) is None
    assert await confirm(store, account="another") is None
    await store.run(deliveries.accepted, delivery.id, "echo-1")
    assert await confirm(store, "x", room_id=OTHER_ROOM) is None
    assert await state(store, delivery) == [S.ACCEPTED]


@pytest.mark.parametrize(
    ("moved", "matches"),
    [
        (-2 * SECOND - MS, False),
        (-2 * SECOND, True),
        (0 * SECOND, True),
        (15 * MINUTE, True),
        (15 * MINUTE + MS, False),
    ],
)
async def test_words_match_from_2_seconds_before_to_15_minutes_after(store, moved, matches):
    delivery = await store.run(dispatched)
    assert await confirm(store, said_at=NOW + moved) == (delivery.id if matches else None)


async def test_a_crash_leaves_what_was_being_sent_unknown(store):
    lost, flying, accepted = [await store.run(dispatched) for _ in range(3)]
    await store.run(deliveries.accepted, accepted.id, "sent-1")
    waiting = await store.run(planned)
    assert await store.run(deliveries.orphaned, ACCOUNT, [flying.id], "crash") == 1
    assert await state(store, lost, flying, accepted, waiting) == [S.UNKNOWN, S.DISPATCHING, S.ACCEPTED, S.PLANNED]
    assert (await get(store, lost)).reason == "crash"
    assert await store.run(deliveries.orphaned, "another", (), "crash") == 0
    assert await store.run(deliveries.orphaned, ACCOUNT, (), "crash") == 1
    assert await store.read(deliveries.unresolved, ACCOUNT) == 2


async def test_the_unknown_are_counted_until_an_echo_is_seen(store):
    delivery = await reach(store, S.UNKNOWN)
    assert await store.read(deliveries.unresolved, ACCOUNT) == 1
    assert await store.read(deliveries.due, ACCOUNT, NOW + HOUR) == (), "the machine never sends it again"
    await confirm(store)
    assert await store.read(deliveries.unresolved, ACCOUNT) == 0
    assert await state(store, delivery) == [S.CONFIRMED]


async def test_a_day_of_a_room_is_listed_in_order(store):
    late, early = await store.run(planned, due_at=NOW + HOUR), await store.run(planned)
    await store.run(planned, day="2026-11-21")
    await store.run(planned, room_id=OTHER_ROOM)
    assert await store.read(deliveries.of_day, ACCOUNT, ROOM, "2026-11-20") == (early, late)


async def test_states_are_counted(store):
    for end in (S.CONFIRMED, S.UNKNOWN, S.UNKNOWN, S.HELD):
        await reach(store, end)
    assert await store.read(deliveries.states, ACCOUNT) == {S.CONFIRMED: 1, S.UNKNOWN: 2, S.HELD: 1}
    assert await store.read(deliveries.states, "another") == {}


async def test_an_unknown_delivery_is_a_store_error(store):
    with pytest.raises(StoreError):
        await store.run(deliveries.get, 4711)


async def test_an_echo_prefers_a_delivery_that_was_given_no_other_id(store):
    """The older twin used to be confirmed although the gateway had given its message another id."""
    older = await store.run(dispatched)
    await store.run(deliveries.accepted, older.id, "some-other-id")
    newer = await store.run(dispatched)
    assert await confirm(store, echo_id="echo") == newer.id
