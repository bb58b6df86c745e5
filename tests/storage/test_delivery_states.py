"""Whatever happens in whatever order, a delivery walks only along the arrows of its life."""

from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.delivery import DeliveryState
from bot.policy.text import content_hash
from storage import deliveries
from storage.tables import DeliveryRow
from tests.storage.given import ACCOUNT, MINUTE, NOW, SECOND, planned

S = DeliveryState
ARROWS = {
    S.PLANNED: {S.HELD, S.SKIPPED, S.EXPIRED, S.CANCELLED, S.DISPATCHING},
    S.HELD: {S.SKIPPED, S.EXPIRED, S.CANCELLED, S.DISPATCHING},
    S.DISPATCHING: {S.CONFIRMED, S.ACCEPTED, S.UNKNOWN, S.FAILED, S.PLANNED},
    S.ACCEPTED: {S.CONFIRMED},
    S.UNKNOWN: {S.CONFIRMED},
}
TEXT = "晚上好"


def intend(db, row, _number):
    if DeliveryState(row.state).waiting:
        deliveries.intend(db, row.id, text=TEXT, text_hash=content_hash(TEXT), epoch=1, now=NOW)


def accept(db, row, number):
    deliveries.accepted(db, row.id, f"sent-{number}")


def lose(db, row, _number):
    deliveries.unknown(db, row.id, "timeout")


def refuse(db, row, _number):
    deliveries.refused(db, row.id, "muted", again_at=None)


def refuse_for_now(db, row, _number):
    deliveries.refused(db, row.id, "not connected", again_at=NOW)


def echo(db, row, number):
    hashed = content_hash(TEXT)
    deliveries.confirm(db, ACCOUNT, row.room_id, hashed, echo_id=f"echo-{number}", said_at=NOW + SECOND, now=NOW)


def echo_late(db, row, number):
    hashed, late = content_hash(TEXT), NOW + 20 * MINUTE
    deliveries.confirm(db, ACCOUNT, row.room_id, hashed, echo_id=f"sent-{number}", said_at=late, now=late)


def crash(db, _row, _number):
    deliveries.orphaned(db, ACCOUNT, (), "crash")


def hold(db, row, _number):
    deliveries.close(db, row.id, S.HELD, "window", next_at=NOW)


def cancel(db, row, _number):
    deliveries.close(db, row.id, S.CANCELLED, "operator")


ANYTHING = [intend, accept, lose, refuse, refuse_for_now, echo, echo_late, crash, hold, cancel]
relaxed = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def walk(db, steps, start=()):
    """Play the steps on a fresh delivery; returns the states it went through and how often it was sent."""
    row = db.get_one(DeliveryRow, planned(db).id)
    row.room_id = f"room-{row.id}"
    states, sent = [S(row.state)], 0
    for number, step in enumerate((*start, *steps)):
        before = row.attempts
        step(db, row, number)
        db.flush()
        db.refresh(row)
        sent += row.attempts - before
        states.append(S(row.state))
    return states, sent


@relaxed
@given(steps=st.lists(st.sampled_from(ANYTHING), max_size=15))
async def test_every_step_is_an_arrow(store, steps):
    states, _sent = await store.run(walk, steps)
    for before, after in pairwise(states):
        assert before is after or after in ARROWS.get(before, set()), states


@relaxed
@given(steps=st.lists(st.sampled_from(ANYTHING), max_size=12))
async def test_confirmed_never_changes(store, steps):
    states, _sent = await store.run(walk, steps, (intend, echo))
    assert set(states[2:]) == {S.CONFIRMED}


@relaxed
@given(steps=st.lists(st.sampled_from(ANYTHING), max_size=12))
async def test_what_is_unknown_is_never_sent_again(store, steps):
    states, sent = await store.run(walk, steps, (intend, lose))
    assert sent == 1
    assert set(states[2:]) <= {S.UNKNOWN, S.CONFIRMED}


@relaxed
@given(steps=st.lists(st.sampled_from([step for step in ANYTHING if step not in {echo, echo_late}]), max_size=15))
async def test_nothing_is_confirmed_without_an_echo(store, steps):
    states, _sent = await store.run(walk, steps)
    assert S.CONFIRMED not in states
