"""What the bot's own words prove when they come back; no post is declared confirmed without its echo."""

import itertools
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from bot.core.delivery import DeliveryState
from bot.core.posted import Source
from bot.core.reason import NO_REASON
from bot.policy.text import content_hash
from storage import deliveries, echoes, ledger, outbox
from storage.echoes import Match
from storage.tables import LedgerRow
from tests.storage.given import (
    ACCOUNT,
    ANNA,
    DAY,
    HOUR,
    MINUTE,
    NOW,
    OPERATOR,
    OTHER_ROOM,
    ROOM,
    SECOND,
    dispatched,
    planned,
)
from tests.storage.queries import plans_of
from tests.storage.reached import OPEN, reach

S = DeliveryState
_numbers = itertools.count(1)
MS = timedelta(milliseconds=1)
STRANGE = (Match.STRANGE, None)
REPLY = (Match.REPLY, None)
BORDERS = [
    (-2 * SECOND - MS, False),
    (-2 * SECOND, True),
    (0 * SECOND, True),
    (15 * MINUTE, True),
    (15 * MINUTE + MS, False),
]


def heard(db, text="晚上好", *, echo_id="echo-1", said_at=NOW, room_id=ROOM, account=ACCOUNT):
    facts = {"echo_id": echo_id, "said_at": said_at, "now": said_at + SECOND}
    return echoes.match(db, account, room_id, content_hash(text), **facts)


def answer(db, text="晚上好", *, at=NOW, room_id=ROOM, message_id=""):
    facts = {"text_hash": content_hash(text), "message_id": message_id}
    return ledger.enter(db, ACCOUNT, room_id, kind="reply", source=Source.REPLY, at=at, **facts)


async def echo(store, *args, **kwargs):
    return await store.run(heard, *args, **kwargs)


async def get(store, delivery):
    return await store.read(deliveries.get, delivery.id)


async def state(store, *several):
    return [(await get(store, delivery)).state for delivery in several]


def confirmed(delivery):
    return (Match.CONFIRMED, delivery.id)


@pytest.mark.parametrize("end", OPEN)
async def test_an_echo_confirms_what_may_have_gone_out(store, end):
    delivery = await store.run(reach, end)
    assert await echo(store, said_at=NOW + SECOND) == confirmed(delivery)
    found = await get(store, delivery)
    assert (found.state, found.reason, found.confirmed_at) == (S.CONFIRMED, NO_REASON, NOW + 2 * SECOND)
    story = await store.read(deliveries.steps, ACCOUNT, delivery.id)
    assert (story[-1].at, story[-1].state) == (NOW + 2 * SECOND, S.CONFIRMED)


async def test_a_late_echo_proves_what_a_person_had_called_sent(store):
    delivery = await store.run(reach, S.SENT)
    assert await echo(store, said_at=NOW + 10 * MINUTE) == confirmed(delivery)
    assert await state(store, delivery) == [S.CONFIRMED]
    assert await echo(store, echo_id="echo-2") == (Match.DUPLICATE, delivery.id)


@pytest.mark.parametrize("end", [S.PLANNED, S.HELD, S.SKIPPED, S.EXPIRED, S.CANCELLED, S.FAILED, S.UNSENT])
async def test_an_echo_confirms_nothing_that_did_not_go_out(store, end):
    delivery = await store.run(reach, end)
    before = await get(store, delivery)
    assert await echo(store) == STRANGE
    assert await get(store, delivery) == before


async def test_an_echo_before_the_answer_is_not_undone_by_it(store):
    delivery = await store.run(dispatched)
    await echo(store)
    await store.run(outbox.accepted, delivery.id, "echo-1", NOW)
    assert await state(store, delivery) == [S.CONFIRMED]


async def test_an_echo_with_the_id_the_gateway_gave_is_exact(store):
    older, newer = await store.run(dispatched), await store.run(dispatched, at=NOW + SECOND)
    await store.run(outbox.accepted, newer.id, "echo-1", NOW)
    assert await echo(store) == confirmed(newer)
    assert await state(store, older, newer) == [S.DISPATCHING, S.CONFIRMED]


async def test_an_id_confirms_even_what_the_platform_reworded_or_sent_late(store):
    delivery = await store.run(dispatched)
    await store.run(outbox.accepted, delivery.id, "echo-1", NOW)
    assert await echo(store, "别的话", said_at=NOW + HOUR) == confirmed(delivery)


async def test_equal_texts_are_confirmed_oldest_first_one_by_each_echo(store):
    newer = await store.run(dispatched, at=NOW + SECOND)
    older = await store.run(dispatched, at=NOW)
    found = [await echo(store, echo_id=f"echo-{number}", said_at=NOW + MINUTE) for number in range(3)]
    assert found == [confirmed(older), confirmed(newer), (Match.DUPLICATE, older.id)]


async def test_the_same_echo_again_proves_nothing_more(store):
    older, newer = await store.run(dispatched), await store.run(dispatched, at=NOW + SECOND)
    assert [await echo(store, said_at=NOW + SECOND) for _ in range(3)] == [confirmed(older)] * 3
    assert await state(store, older, newer) == [S.CONFIRMED, S.DISPATCHING]


async def test_the_same_echo_again_proves_nothing_more_even_late(store):
    """It used to prove the twin that was sent a quarter of an hour later."""
    first, late = await store.run(dispatched), NOW + HOUR
    await store.run(outbox.accepted, first.id, "echo-1", NOW)
    twin = await store.run(dispatched, at=late)
    assert [await echo(store, said_at=late) for _ in range(2)] == [confirmed(first)] * 2
    assert await state(store, twin) == [S.DISPATCHING]


async def test_the_named_echo_of_what_a_person_called_unsent_proves_no_twin(store):
    unsent = await store.run(dispatched)
    await store.run(outbox.accepted, unsent.id, "echo-1", NOW)
    await store.run(outbox.overdue, ACCOUNT, lambda _since: HOUR, MINUTE, NOW)
    assert await store.run(outbox.resolve, unsent.id, S.UNSENT, OPERATOR, NOW)
    twin = await store.run(dispatched)
    assert await echo(store) == STRANGE
    assert await state(store, unsent, twin) == [S.UNSENT, S.DISPATCHING]


async def test_the_echo_of_a_post_that_another_echo_proved_proves_its_twin(store):
    """The answers with the names came after the first echo, which had proved the wrong one of two."""
    older, newer = await store.run(dispatched), await store.run(dispatched)
    assert await echo(store, echo_id="of newer") == confirmed(older)
    await store.run(outbox.accepted, older.id, "of older", NOW)
    await store.run(outbox.accepted, newer.id, "of newer", NOW)
    assert await echo(store, echo_id="of older") == confirmed(newer)


async def test_an_echo_prefers_a_delivery_that_was_given_no_other_id(store):
    """The older twin used to be confirmed although the gateway had given its message another id."""
    older = await store.run(dispatched)
    await store.run(outbox.accepted, older.id, "some-other-id", NOW)
    newer = await store.run(dispatched)
    assert await echo(store, echo_id="echo") == confirmed(newer)
    assert await echo(store, echo_id="another echo") == confirmed(older)


async def test_an_echo_is_recognised_however_the_platform_set_it(store):
    delivery = await store.run(dispatched, "晚上好，ABC １２３\n新的一行")
    assert await echo(store, "晚上好,ABC\u200b 123 新的一行") == confirmed(delivery)


async def test_other_words_and_other_accounts_confirm_nothing(store):
    delivery = await store.run(dispatched)
    assert await echo(store, "早上好") == STRANGE
    assert await echo(store, account="another") == STRANGE
    await store.run(outbox.accepted, delivery.id, "echo-1", NOW)
    assert await echo(store, "x", room_id=OTHER_ROOM) == STRANGE
    assert await state(store, delivery) == [S.ACCEPTED]


@pytest.mark.parametrize(("moved", "matches"), BORDERS)
async def test_words_match_from_2_seconds_before_to_15_minutes_after(store, moved, matches):
    delivery = await store.run(dispatched)
    assert await echo(store, said_at=NOW + moved) == (confirmed(delivery) if matches else STRANGE)


@pytest.mark.parametrize(("moved", "matches"), BORDERS)
async def test_answers_match_in_the_same_time(store, moved, matches):
    await store.run(answer, room_id=ANNA)
    assert await echo(store, room_id=ANNA, said_at=NOW + moved) == (REPLY if matches else STRANGE)


async def test_an_answer_has_one_echo_which_is_written_down(store):
    first, second = await store.run(answer), await store.run(answer, at=NOW + SECOND)
    found = [await echo(store, echo_id=name, said_at=NOW + MINUTE) for name in ("e-1", "e-1", "e-2", "e-3")]
    assert found == [REPLY, REPLY, REPLY, STRANGE]
    rows = await store.read(lambda db: {row.id: row.message_id for row in db.exec(select(LedgerRow))})
    assert rows == {first: "e-1", second: "e-2"}


async def test_an_answer_is_known_by_its_id_whatever_became_of_its_words(store):
    await store.run(answer, message_id="e-1")
    assert await echo(store, "别的话", echo_id="e-1") == REPLY
    assert await echo(store, echo_id="e-2") == STRANGE, "its echo has another id"


async def test_an_answer_elsewhere_is_no_answer_here(store):
    await store.run(answer, room_id=OTHER_ROOM)
    assert await echo(store) == STRANGE


async def test_a_post_is_confirmed_before_an_answer_of_the_same_words(store):
    await store.run(answer)
    delivery = await store.run(dispatched)
    assert await echo(store) == confirmed(delivery)
    assert await echo(store, echo_id="echo-2") == REPLY
    assert await echo(store, echo_id="echo-3") == (Match.DUPLICATE, delivery.id)


async def test_a_staff_post_of_the_same_words_is_no_answer(store):
    facts = {"kind": "value", "source": Source.STAFF, "text_hash": content_hash("晚上好")}
    await store.run(ledger.enter, ACCOUNT, ROOM, **facts, at=NOW)
    assert await echo(store) == STRANGE


@pytest.mark.parametrize(("moved", "matches"), BORDERS)
async def test_a_post_that_is_seen_twice_is_a_duplicate(store, moved, matches):
    delivery = await store.run(reach, S.CONFIRMED)
    before = await get(store, delivery)
    found = await echo(store, echo_id="echo-2", said_at=NOW + moved)
    assert found == ((Match.DUPLICATE, delivery.id) if matches else STRANGE)
    assert await get(store, delivery) == before


async def test_what_a_person_called_unsent_is_not_confirmed_but_its_twin_is_doubled(store):
    unsent = await store.run(reach, S.UNSENT)
    assert await echo(store) == STRANGE
    twin = await store.run(reach, S.CONFIRMED, at=NOW + SECOND)
    assert await echo(store, said_at=NOW + MINUTE) == (Match.DUPLICATE, twin.id)
    assert await state(store, unsent, twin) == [S.UNSENT, S.CONFIRMED]


@pytest.mark.parametrize("end", [*OPEN, S.CONFIRMED])
async def test_a_post_that_is_seen_in_another_room_is_misrouted(store, end):
    delivery = await store.run(reach, end)
    before = await get(store, delivery)
    assert await echo(store, room_id=OTHER_ROOM) == (Match.MISROUTED, delivery.id)
    assert await get(store, delivery) == before


@pytest.mark.parametrize("end", sorted(set(S) - {*OPEN, S.CONFIRMED, S.SENT}))
async def test_what_was_not_sent_cannot_be_misrouted(store, end):
    await store.run(reach, end)
    assert await echo(store, room_id=OTHER_ROOM) == STRANGE


@pytest.mark.parametrize(("moved", "matches"), BORDERS)
async def test_a_stray_is_looked_for_in_the_same_time(store, moved, matches):
    delivery = await store.run(dispatched)
    found = await echo(store, room_id=OTHER_ROOM, said_at=NOW + moved)
    assert found == ((Match.MISROUTED, delivery.id) if matches else STRANGE)


@pytest.mark.parametrize("end", [*OPEN, S.CONFIRMED, S.SENT, S.UNSENT, S.FAILED])
async def test_nothing_strays_into_a_room_that_was_to_have_it_too(store, end):
    """Staff at the bot's phone repeat a broadcast: no reason to stop all sending."""
    here = await store.run(reach, end, room_id=OTHER_ROOM)
    await store.run(dispatched)
    found, _id = await echo(store, room_id=OTHER_ROOM, echo_id="echo-2")
    assert found is not Match.MISROUTED
    assert (await echo(store, room_id=OTHER_ROOM, echo_id="echo-3"))[0] is not Match.MISROUTED
    assert (await get(store, here)).room_id == OTHER_ROOM


async def test_a_room_that_only_waits_for_the_broadcast_does_not_hide_a_stray(store):
    delivery = await store.run(dispatched)
    await store.run(planned, room_id=OTHER_ROOM)
    assert await echo(store, room_id=OTHER_ROOM) == (Match.MISROUTED, delivery.id)


async def test_a_broadcast_of_yesterday_hides_no_stray_of_today(store):
    await store.run(reach, S.CONFIRMED, room_id=OTHER_ROOM, at=NOW - DAY)
    delivery = await store.run(dispatched)
    assert await echo(store, room_id=OTHER_ROOM) == (Match.MISROUTED, delivery.id)


async def test_the_unknown_are_counted_until_an_echo_is_seen(store):
    delivery = await store.run(reach, S.UNKNOWN)
    assert await store.read(deliveries.count_unresolved, ACCOUNT) == 1
    assert await store.read(deliveries.due, ACCOUNT, NOW + HOUR) == (), "the machine never sends it again"
    await echo(store)
    assert await store.read(deliveries.count_unresolved, ACCOUNT) == 0
    assert await state(store, delivery) == [S.CONFIRMED]
    assert not await store.run(outbox.resolve, delivery.id, S.UNSENT, OPERATOR, NOW)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sends=st.integers(0, 4), heard_ids=st.lists(st.integers(0, 5), max_size=10))
async def test_as_many_are_confirmed_as_different_echoes_were_heard_and_no_more_than_were_sent(store, sends, heard_ids):
    text = f"第{next(_numbers)}句"

    def play(db):
        made = [dispatched(db, text, at=NOW + index * SECOND) for index in range(sends)]
        for index in heard_ids:
            heard(db, text, echo_id=f"{text}-{index}", said_at=NOW + MINUTE)
        return [deliveries.get(db, delivery.id).state for delivery in made]

    expected = min(sends, len(set(heard_ids)))
    assert await store.run(play) == [S.CONFIRMED] * expected + [S.DISPATCHING] * (sends - expected)


def test_anordinary_echo_costs_two_readings_and_a_stranger_four_none_of_the_past(sqlite_database):
    """It runs in the recording transaction for every message of the bot's own."""

    def send_and_hear(db):
        found = dispatched(db)
        db.flush()
        assert heard(db) == confirmed(found)

    here, named = plans_of(sqlite_database, send_and_hear)[-2:]
    assert here[0] == "SEARCH delivery USING INDEX ix_delivery_echo (account_id=? AND text_hash=? AND room_id=?)"
    assert named[0] == "SEARCH delivery USING INDEX ix_delivery_sent (account_id=? AND sent_message_id=?)"
    (*ordinary, answers, elsewhere) = plans_of(sqlite_database, heard)
    assert answers[0] == (
        "SEARCH ledger USING INDEX ix_ledger_room (account_id=? AND room_id=? AND posted_at>? AND posted_at<?)"
    )
    assert elsewhere[0] == "SEARCH delivery USING INDEX ix_delivery_echo (account_id=? AND text_hash=?)"
    assert len(ordinary) == 2
