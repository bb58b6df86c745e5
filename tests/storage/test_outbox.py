"""The outbox: a slot once, an intent before a send, and every step along an arrow and written down."""

import pytest
from sqlmodel import select

from bot.core.delivery import DeliveryState, Step
from bot.core.errors import StoreError
from bot.core.post import PostKind
from bot.core.posted import Source
from bot.core.reason import NO_REASON, Reason
from storage import deliveries, ledger, outbox
from storage.tables import DeliveryRow, LedgerRow
from tests.storage.given import (
    ACCOUNT,
    DAY,
    HOUR,
    MINUTE,
    NOW,
    OPERATOR,
    OTHER_ROOM,
    ROOM,
    SECOND,
    dispatched,
    intended,
    planned,
)
from tests.storage.reached import BECAUSE, UNRESOLVED, WAITING, reach

S = DeliveryState
DROPPED = (S.SKIPPED, S.EXPIRED, S.CANCELLED)


async def get(store, delivery):
    return await store.read(deliveries.get, delivery.id)


async def state(store, *several):
    return [(await get(store, delivery)).state for delivery in several]


async def steps(store, delivery):
    return await store.read(deliveries.steps, ACCOUNT, delivery.id)


async def in_ledger(store):
    rows = await store.read(lambda db: db.exec(select(LedgerRow)).all())
    return [row.delivery_id for row in rows]


async def test_a_slot_is_planned_once_whatever_becomes_of_it(store):
    first = await store.run(planned, number=1)
    assert (first.state, first.attempts, first.due_at) == (S.PLANNED, 0, NOW)
    assert await store.run(planned, number=1) is None
    assert await store.run(outbox.drop, first.id, S.CANCELLED, BECAUSE, NOW)
    assert await store.run(planned, number=1, due_at=NOW + HOUR) is None
    assert await state(store, first) == [S.CANCELLED]


async def test_another_number_day_room_or_plan_is_another_slot(store):
    for slot in ({}, {"number": 2}, {"day": "2026-11-21"}, {"room_id": OTHER_ROOM}, {"plan": "post:A1B2"}):
        assert await store.run(planned, **{"number": 1} | slot)
    assert await store.read(deliveries.states, ACCOUNT) == {S.PLANNED: 5}


async def test_the_database_itself_refuses_a_slot_twice(store):
    first = await store.run(planned, number=1)

    def copy(db):
        row = db.get_one(DeliveryRow, first.id)
        db.add(DeliveryRow(**row.model_dump(exclude={"id", "attempt_id"}), attempt_id="another"))

    with pytest.raises(StoreError, match=r"(?i)unique"):
        await store.run(copy)


async def test_what_was_ordered_is_kept(store):
    wish = {
        "plan": "post:A1B2",
        "kind": PostKind.PROMO,
        "content": "",
        "source": Source.COMMAND,
        "body": "今晚八点直播🎉",
        "by": OPERATOR,
        "override": "周年庆",
        "approved": "seal",
    }
    delivery = await store.run(planned, **wish)
    assert {name: getattr(delivery, name) for name in wish} == wish
    assert await get(store, delivery) == delivery
    assert [(step.state, step.by) for step in await steps(store, delivery)] == [(S.PLANNED, OPERATOR)]


async def test_a_slot_can_be_planned_as_already_given_up(store):
    reason = Reason("library.empty", {"kind": "promo"}, NOW + DAY)
    delivery = await store.run(planned, content="", state=S.SKIPPED, reason=reason)
    assert (delivery.state, delivery.reason, delivery.next_at) == (S.SKIPPED, reason, NOW + DAY)
    assert await steps(store, delivery) == (Step(NOW, S.SKIPPED, reason),)
    assert await store.read(deliveries.due, ACCOUNT, NOW + DAY) == ()


async def test_an_intent_freezes_what_is_sent(store):
    delivery = await store.run(dispatched, "晚上好\x1f🎉", at=NOW + SECOND)
    assert (delivery.state, delivery.text, delivery.attempts) == (S.DISPATCHING, "晚上好\x1f🎉", 1)
    assert delivery.dispatched_at == NOW + SECOND
    assert await get(store, delivery) == delivery


@pytest.mark.parametrize("end", [state for state in S if not state.waiting])
async def test_only_what_waits_can_be_sent(store, end):
    delivery = await store.run(reach, end)
    with pytest.raises(ValueError, match=rf"is {end} and cannot be dispatched"):
        await store.run(outbox.intend, delivery.id, text="x", text_hash="x", epoch=1, now=NOW)
    assert await state(store, delivery) == [end]


@pytest.mark.parametrize("end", WAITING)
async def test_what_waits_can_be_sent(store, end):
    delivery = await store.run(reach, end)
    sent = await store.run(outbox.intend, delivery.id, text="x", text_hash="x", epoch=1, now=NOW)
    assert (sent.state, sent.reason, sent.next_at) == (S.DISPATCHING, NO_REASON, None)


@pytest.mark.parametrize("end", list(S))
async def test_only_what_waits_can_be_held_or_dropped(store, end):
    delivery = await store.run(reach, end)
    await store.run(outbox.hold, delivery.id, Reason("window.closed", next_at=NOW + HOUR), NOW)
    assert await state(store, delivery) == [S.HELD if end.waiting else end]
    assert await store.run(outbox.drop, delivery.id, S.EXPIRED, BECAUSE, NOW) is end.waiting
    assert await state(store, delivery) == [S.EXPIRED if end.waiting else end]


@pytest.mark.parametrize("end", DROPPED)
async def test_what_is_dropped_says_why_and_who_did_it(store, end):
    delivery = await store.run(planned)
    reason = Reason("promo.week", {"used": 2, "most": 2}, NOW + DAY)
    assert await store.run(outbox.drop, delivery.id, end, reason, NOW, by=OPERATOR)
    found = await get(store, delivery)
    assert (found.state, found.reason, found.next_at) == (end, reason, NOW + DAY)
    assert (await steps(store, delivery))[-1] == Step(NOW, end, reason, OPERATOR)


@pytest.mark.parametrize("end", [state for state in S if state not in DROPPED])
async def test_nothing_is_dropped_into_another_state(store, end):
    delivery = await store.run(planned)
    with pytest.raises(ValueError, match=f"not dropped as {end}"):
        await store.run(outbox.drop, delivery.id, end, BECAUSE, NOW)


async def test_holding_again_for_the_same_rule_is_no_step_but_keeps_the_newest_numbers(store):
    delivery = await store.run(planned)
    for used, rule in ((1, "pace"), (2, "pace"), (3, "window")):
        held = Reason(rule, {"used": used}, NOW + used * MINUTE)
        await store.run(outbox.hold, delivery.id, held, NOW + used * SECOND)
        assert ((await get(store, delivery)).reason, (await get(store, delivery)).next_at) == (held, held.next_at)
    story = [(step.at, step.state, step.reason.rule) for step in await steps(store, delivery)]
    assert story == [(NOW, S.PLANNED, ""), (NOW + SECOND, S.HELD, "pace"), (NOW + 3 * SECOND, S.HELD, "window")]


@pytest.mark.parametrize("end", [state for state in S if state is not S.DISPATCHING])
async def test_only_what_is_being_sent_can_be_accepted_unknown_or_refused(store, end):
    delivery = await store.run(reach, end)
    before, story, entries = await get(store, delivery), await steps(store, delivery), await in_ledger(store)
    await store.run(outbox.accepted, delivery.id, before.message_id, NOW)
    await store.run(outbox.unknown, delivery.id, Reason("send.uncertain"), NOW)
    await store.run(outbox.refused, delivery.id, Reason("send.refused"), again_at=NOW, now=NOW)
    assert await store.run(outbox.orphaned, ACCOUNT, (), Reason("crash"), NOW) == ()
    assert (await get(store, delivery), await steps(store, delivery)) == (before, story)
    assert await in_ledger(store) == entries


async def test_the_gateways_name_for_the_message_is_kept_even_after_its_echo(store):
    confirmed, accepted = await store.run(reach, S.CONFIRMED), await store.run(dispatched)
    for delivery in (accepted, confirmed):
        await store.run(outbox.accepted, delivery.id, f"sent-{delivery.id}", NOW)
        assert (await get(store, delivery)).message_id == f"sent-{delivery.id}"
    assert await state(store, accepted, confirmed) == [S.ACCEPTED, S.CONFIRMED]


async def test_refused_is_struck_and_planned_again_or_failed_for_good(store):
    again, failed = await store.run(dispatched), await store.run(dispatched)
    for delivery, at in ((again, NOW + MINUTE), (failed, None)):
        said = Reason("send.refused", {"said": "not connected"})
        await store.run(outbox.refused, delivery.id, said, again_at=at, now=NOW)
        found = await get(store, delivery)
        assert (found.reason, found.next_at) == (Reason("send.refused", {"said": "not connected"}, at), at)
    assert await state(store, again, failed) == [S.PLANNED, S.FAILED]
    assert await in_ledger(store) == []
    assert await store.read(deliveries.due, ACCOUNT, NOW + MINUTE - SECOND) == ()
    assert [found.id for found in await store.read(deliveries.due, ACCOUNT, NOW + MINUTE)] == [again.id]
    second = await store.run(intended, again, at=NOW + MINUTE)
    assert second.attempts == 2
    assert await in_ledger(store) == [again.id]


async def test_a_crash_leaves_what_was_being_sent_unknown(store):
    lost, flying, accepted = [await store.run(dispatched) for _ in range(3)]
    await store.run(outbox.accepted, accepted.id, "sent-1", NOW)
    waiting = await store.run(planned)
    assert await store.run(outbox.orphaned, ACCOUNT, [flying.id], Reason("crash"), NOW) == (lost.id,)
    assert await state(store, lost, flying, accepted, waiting) == [S.UNKNOWN, S.DISPATCHING, S.ACCEPTED, S.PLANNED]
    assert (await get(store, lost)).reason == Reason("crash")
    assert await store.run(outbox.orphaned, "another", (), Reason("crash"), NOW) == ()
    assert await store.run(outbox.orphaned, ACCOUNT, (), Reason("crash"), NOW) == (flying.id,)


async def test_an_echo_is_waited_for_only_while_it_could_be_heard(store):
    old, new = await store.run(reach, S.ACCEPTED), await store.run(reach, S.UNKNOWN, at=NOW + MINUTE)
    sending = await store.run(dispatched)
    hearing = {NOW: 119 * SECOND, NOW + MINUTE: 0 * SECOND}

    def settle(db):
        return [found.id for found in outbox.overdue(db, ACCOUNT, hearing.__getitem__, 120 * SECOND, NOW + HOUR)]

    assert await store.run(settle) == []
    hearing[NOW] = 120 * SECOND
    assert await store.run(settle) == [old.id]
    assert await store.run(settle) == []
    hearing[NOW + MINUTE] = 121 * SECOND
    assert await store.run(settle) == [new.id]
    assert await state(store, old, new, sending) == [S.UNCONFIRMED, S.AMBIGUOUS, S.DISPATCHING]
    assert (await get(store, new)).reason == BECAUSE, "why nobody knew is still why"


async def test_what_is_overdue_comes_back_as_it_now_stands(store):
    delivery = await store.run(reach, S.ACCEPTED)
    changed = await store.run(outbox.overdue, ACCOUNT, lambda _since: HOUR, MINUTE, NOW)
    assert changed == (await get(store, delivery),)
    assert await store.run(outbox.overdue, "another", lambda _since: HOUR, MINUTE, NOW) == ()


@pytest.mark.parametrize("word", [S.SENT, S.UNSENT])
@pytest.mark.parametrize("end", list(S))
async def test_a_person_says_what_became_of_the_unresolved_only(store, end, word):
    delivery = await store.run(reach, end)
    entries = await in_ledger(store)
    assert await store.run(outbox.resolve, delivery.id, word, OPERATOR, NOW + HOUR) is end.unresolved
    assert await state(store, delivery) == [word if end in UNRESOLVED else end]
    if end in UNRESOLVED:
        assert (await steps(store, delivery))[-1] == Step(NOW + HOUR, word, NO_REASON, OPERATOR)
        assert await in_ledger(store) == ([] if word is S.UNSENT else [delivery.id])
    else:
        assert await in_ledger(store) == entries


async def test_nobody_can_say_confirmed(store):
    delivery = await store.run(reach, S.UNKNOWN)
    with pytest.raises(ValueError, match="not resolved as confirmed"):
        await store.run(outbox.resolve, delivery.id, S.CONFIRMED, OPERATOR, NOW)


def change(db, word, delivery):
    """What a person may do to something that waits."""
    match word:
        case "approve":
            return outbox.approve(db, delivery.id, "seal", OPERATOR, NOW + SECOND)
        case "move":
            return outbox.move(db, delivery.id, NOW + HOUR, OPERATOR, NOW + SECOND)
        case "swap":
            return outbox.swap(db, delivery.id, PostKind.PROMO, "promo/box", OPERATOR, NOW + SECOND)


@pytest.mark.parametrize("word", ["approve", "move", "swap"])
@pytest.mark.parametrize("end", [state for state in S if not state.waiting])
async def test_what_waits_no_more_is_not_changed(store, end, word):
    delivery = await store.run(reach, end)
    before, story = await get(store, delivery), await steps(store, delivery)
    assert await store.run(change, word, delivery) is False
    assert (await get(store, delivery), await steps(store, delivery)) == (before, story)


@pytest.mark.parametrize(
    ("word", "changed"),
    [
        ("approve", {"approved": "seal", "due_at": NOW, "content": "value/eczema"}),
        ("move", {"approved": "old", "due_at": NOW + HOUR, "content": "value/eczema"}),
        ("swap", {"approved": "", "due_at": NOW, "content": "promo/box", "kind": PostKind.PROMO, "body": ""}),
    ],
)
async def test_what_a_person_changed_is_looked_at_anew_and_told(store, word, changed):
    delivery = await store.run(planned, approved="old", body="老样子")
    await store.run(outbox.hold, delivery.id, Reason("window.closed", next_at=NOW + DAY), NOW)
    assert await store.run(change, word, delivery) is True
    found = await get(store, delivery)
    assert {name: getattr(found, name) for name in changed} == changed
    assert found.state is S.PLANNED
    assert [item.id for item in await store.read(deliveries.due, ACCOUNT, changed["due_at"])] == [delivery.id]
    last = (await steps(store, delivery))[-1]
    assert (last.at, last.state, last.by) == (NOW + SECOND, S.PLANNED, OPERATOR)


async def test_moving_twice_is_told_twice(store):
    delivery = await store.run(planned)
    for hours in (1, 2):
        await store.run(outbox.move, delivery.id, NOW + hours * HOUR, OPERATOR, NOW)
    story = [step.reason.next_at for step in await steps(store, delivery) if step.by]
    assert story == [NOW + HOUR, NOW + 2 * HOUR]


async def test_what_was_taken_back_was_said_all_the_same(store):
    delivery = await store.run(reach, S.CONFIRMED)
    await store.run(outbox.recalled, delivery.id, OPERATOR, NOW + HOUR)
    found = await get(store, delivery)
    assert (found.state, found.recalled_at) == (S.CONFIRMED, NOW + HOUR)
    assert (await steps(store, delivery))[-1] == Step(NOW + HOUR, S.CONFIRMED, Reason("recalled"), OPERATOR)
    assert len(await store.read(ledger.history, ACCOUNT, ROOM)) == 1


async def test_a_story_is_told_from_the_beginning(store):
    delivery = await store.run(planned)
    window = Reason("window.closed", {"opens": "19:00"}, NOW + HOUR)
    await store.run(outbox.hold, delivery.id, window, NOW + SECOND)
    await store.run(intended, delivery, at=NOW + HOUR)
    await store.run(outbox.unknown, delivery.id, Reason("send.uncertain", {"said": "timeout"}), NOW + HOUR)
    await store.run(outbox.resolve, delivery.id, S.SENT, OPERATOR, NOW + DAY)
    assert await steps(store, delivery) == (
        Step(NOW, S.PLANNED, NO_REASON),
        Step(NOW + SECOND, S.HELD, window),
        Step(NOW + HOUR, S.DISPATCHING, NO_REASON),
        Step(NOW + HOUR, S.UNKNOWN, Reason("send.uncertain", {"said": "timeout"})),
        Step(NOW + DAY, S.SENT, NO_REASON, OPERATOR),
    )
    assert await store.read(deliveries.steps, "another", delivery.id) == ()
