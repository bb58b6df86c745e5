"""Whatever happens in whatever order, a delivery walks only along the arrows of its life."""

from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.delivery import DeliveryState
from bot.core.post import PostKind
from bot.core.reason import Reason
from bot.policy.text import content_hash
from storage import echoes, outbox
from storage.tables import DeliveryRow
from tests.storage.given import ACCOUNT, HOUR, MINUTE, NOW, OPERATOR, SECOND, planned

S = DeliveryState
ARROWS = {
    S.PLANNED: {S.HELD, S.SKIPPED, S.EXPIRED, S.CANCELLED, S.DISPATCHING},
    S.HELD: {S.PLANNED, S.SKIPPED, S.EXPIRED, S.CANCELLED, S.DISPATCHING},
    S.DISPATCHING: {S.CONFIRMED, S.ACCEPTED, S.UNKNOWN, S.FAILED, S.PLANNED},
    S.ACCEPTED: {S.CONFIRMED, S.UNCONFIRMED},
    S.UNKNOWN: {S.CONFIRMED, S.AMBIGUOUS, S.SENT, S.UNSENT},
    S.UNCONFIRMED: {S.CONFIRMED, S.SENT, S.UNSENT},
    S.AMBIGUOUS: {S.CONFIRMED, S.SENT, S.UNSENT},
    S.SENT: {S.CONFIRMED},
}
TEXT = "晚上好"


def intend(db, row, _number):
    if DeliveryState(row.state).waiting:
        outbox.intend(db, row.id, text=TEXT, text_hash=content_hash(TEXT), epoch=1, now=NOW)


def accept(db, row, number):
    outbox.accepted(db, row.id, f"sent-{number}", NOW)


def lose(db, row, _number):
    outbox.unknown(db, row.id, Reason("send.uncertain"), NOW)


def refuse(db, row, _number):
    outbox.refused(db, row.id, Reason("send.refused"), again_at=None, now=NOW)


def refuse_for_now(db, row, _number):
    outbox.refused(db, row.id, Reason("send.refused"), again_at=NOW, now=NOW)


def echo(db, row, number):
    hashed = content_hash(TEXT)
    echoes.match(db, ACCOUNT, row.room_id, hashed, echo_id=f"echo-{number}", said_at=NOW + SECOND, now=NOW)


def echo_late(db, row, number):
    hashed, late = content_hash(TEXT), NOW + 20 * MINUTE
    echoes.match(db, ACCOUNT, row.room_id, hashed, echo_id=f"sent-{number}", said_at=late, now=late)


def crash(db, _row, _number):
    outbox.orphaned(db, ACCOUNT, (), Reason("crash"), NOW)


def wait(db, _row, _number):
    outbox.overdue(db, ACCOUNT, lambda _since: HOUR, MINUTE, NOW)


def say_sent(db, row, _number):
    outbox.resolve(db, row.id, S.SENT, OPERATOR, NOW)


def say_unsent(db, row, _number):
    outbox.resolve(db, row.id, S.UNSENT, OPERATOR, NOW)


def hold(db, row, _number):
    outbox.hold(db, row.id, Reason("window.closed", next_at=NOW), NOW)


def cancel(db, row, _number):
    outbox.drop(db, row.id, S.CANCELLED, Reason("command.cancel"), NOW)


def move(db, row, _number):
    outbox.move(db, row.id, NOW + MINUTE, OPERATOR, NOW)


def swap(db, row, _number):
    outbox.swap(db, row.id, PostKind.PROMO, "promo/box", OPERATOR, NOW)


def approve(db, row, _number):
    outbox.approve(db, row.id, "seal", OPERATOR, NOW)


ECHOES = [echo, echo_late]
PEOPLE = [say_sent, say_unsent, move, swap, approve]
MACHINE = [intend, accept, lose, refuse, refuse_for_now, crash, wait, hold, cancel]
ANYTHING = [*MACHINE, *ECHOES, *PEOPLE]
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
    assert set(states[2:]) <= {S.UNKNOWN, S.AMBIGUOUS, S.SENT, S.UNSENT, S.CONFIRMED}


@relaxed
@given(steps=st.lists(st.sampled_from(MACHINE), max_size=15))
async def test_the_machine_alone_never_says_what_became_of_the_unknown(store, steps):
    states, _sent = await store.run(walk, steps)
    assert not {S.CONFIRMED, S.SENT, S.UNSENT} & set(states)


@relaxed
@given(steps=st.lists(st.sampled_from([*MACHINE, *PEOPLE]), max_size=15))
async def test_nothing_is_confirmed_without_an_echo(store, steps):
    states, _sent = await store.run(walk, steps)
    assert S.CONFIRMED not in states
