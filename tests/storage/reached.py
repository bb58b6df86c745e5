"""Brings a delivery into any state of its life, by the ways that lead there."""

from bot.core.delivery import DeliveryState
from bot.core.reason import Reason
from bot.policy.text import content_hash
from storage import echoes, outbox
from tests.storage.given import ACCOUNT, DAY, MINUTE, NOW, OPERATOR, dispatched, planned

S = DeliveryState
BECAUSE = Reason("because", {"used": 2})
WAITING = [state for state in S if state.waiting]
OPEN = [state for state in S if state.open]
UNRESOLVED = [state for state in S if state.unresolved]
NEVER_SENT = {S.PLANNED, S.HELD, S.SKIPPED, S.EXPIRED, S.CANCELLED}
COUNTING = {*OPEN, S.CONFIRMED, S.SENT}


def reach(db, end, text="晚上好", **where):
    """A delivery that came to stand in the given state."""
    if end in NEVER_SENT:
        return _kept_back(db, end, planned(db, **where))
    delivery = dispatched(db, text, **where)
    way = {
        S.ACCEPTED: [S.ACCEPTED],
        S.UNCONFIRMED: [S.ACCEPTED, S.UNCONFIRMED],
        S.UNKNOWN: [S.UNKNOWN],
        S.AMBIGUOUS: [S.UNKNOWN, S.AMBIGUOUS],
        S.SENT: [S.UNKNOWN, S.AMBIGUOUS, S.SENT],
        S.UNSENT: [S.UNKNOWN, S.AMBIGUOUS, S.UNSENT],
        S.FAILED: [S.FAILED],
        S.CONFIRMED: [S.CONFIRMED],
    }.get(end, [])
    for state in way:
        _go(db, delivery, state, text)
    return delivery


def _kept_back(db, end, delivery):
    if end is S.HELD:
        outbox.hold(db, delivery.id, BECAUSE, NOW)
    elif end is not S.PLANNED:
        assert outbox.drop(db, delivery.id, end, BECAUSE, NOW)
    return delivery


def _go(db, delivery, state, text):
    match state:
        case S.ACCEPTED:
            outbox.accepted(db, delivery.id, f"sent-{delivery.id}", NOW)
        case S.UNKNOWN:
            outbox.unknown(db, delivery.id, BECAUSE, NOW)
        case S.UNCONFIRMED | S.AMBIGUOUS:
            outbox.overdue(db, ACCOUNT, lambda _since: DAY, MINUTE, NOW)
        case S.SENT | S.UNSENT:
            assert outbox.resolve(db, delivery.id, state, OPERATOR, NOW)
        case S.FAILED:
            outbox.refused(db, delivery.id, BECAUSE, again_at=None, now=NOW)
        case S.CONFIRMED:
            hashed, at = content_hash(text), delivery.dispatched_at
            facts = {"echo_id": f"echo-{delivery.id}", "said_at": at, "now": NOW}
            _match, found = echoes.match(db, ACCOUNT, delivery.room_id, hashed, **facts)
            assert found == delivery.id
