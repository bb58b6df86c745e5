"""Queries about the outbox: planning a slot, committing an intent, and learning what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlmodel import col, func, select

from bot.core.delivery import Delivery, DeliveryState, Slot
from bot.core.post import PostKind
from storage.store import Db
from storage.tables import DeliveryRow

ECHO_BEFORE = timedelta(seconds=2)
ECHO_AFTER = timedelta(minutes=15)
"""An echo belongs to a delivery dispatched at most so long before it, or (clocks differ) this little after."""

Waiting = (DeliveryState.PLANNED, DeliveryState.HELD)
Confirmable = (DeliveryState.DISPATCHING, DeliveryState.ACCEPTED, DeliveryState.UNKNOWN)


def plan(
    db: Db, slot: Slot, *, plan: str, kind: PostKind, content: str, attempt_id: str, now: datetime
) -> Delivery | None:
    """Put a slot into the outbox; None when this plan already has it, whatever became of it."""
    taken = select(DeliveryRow.id).where(
        DeliveryRow.account_id == slot.account_id,
        DeliveryRow.room_id == slot.room_id,
        DeliveryRow.plan == plan,
        DeliveryRow.slot_day == slot.day,
        DeliveryRow.slot_number == slot.number,
    )
    if db.exec(taken).first() is not None:
        return None
    row = DeliveryRow(
        attempt_id=attempt_id,
        account_id=slot.account_id,
        room_id=slot.room_id,
        plan=plan,
        slot_day=slot.day,
        slot_number=slot.number,
        kind=kind,
        content=content,
        state=DeliveryState.PLANNED,
        due_at=slot.due_at,
        created_at=now,
    )
    db.add(row)
    db.flush()
    return _delivery(row)


def due(db: Db, account_id: str, now: datetime) -> tuple[Delivery, ...]:
    """What may go out now: due, and not held until later; oldest first."""
    query = (
        select(DeliveryRow)
        .where(DeliveryRow.account_id == account_id, col(DeliveryRow.state).in_(Waiting), DeliveryRow.due_at <= now)
        .order_by(col(DeliveryRow.due_at), col(DeliveryRow.id))
    )
    return tuple(_delivery(row) for row in db.exec(query) if row.next_at is None or row.next_at <= now)


def get(db: Db, delivery_id: int) -> Delivery:
    """One row of the outbox."""
    return _delivery(db.get_one(DeliveryRow, delivery_id))


def intend(db: Db, delivery_id: int, *, text: str, text_hash: str, epoch: int, now: datetime) -> Delivery:
    """Move to DISPATCHING; when this commits, the post may be sent, once."""
    row = db.get_one(DeliveryRow, delivery_id)
    if not DeliveryState(row.state).waiting:
        raise ValueError(f"delivery {delivery_id} is {row.state} and cannot be dispatched")
    row.state, row.reason, row.next_at = DeliveryState.DISPATCHING, "", None
    row.text, row.text_hash, row.epoch, row.dispatched_at = text, text_hash, epoch, now
    row.attempts += 1
    return _delivery(row)


def close(db: Db, delivery_id: int, state: DeliveryState, reason: str, *, next_at: datetime | None = None) -> None:
    """Hold, skip, expire or cancel a delivery that has not gone out."""
    row = db.get_one(DeliveryRow, delivery_id)
    if DeliveryState(row.state).waiting:
        row.state, row.reason, row.next_at = state, reason, next_at


def accepted(db: Db, delivery_id: int, sent_message_id: str) -> None:
    """The gateway said yes; an echo that came first is not undone."""
    row = db.get_one(DeliveryRow, delivery_id)
    row.sent_message_id = sent_message_id
    if row.state == DeliveryState.DISPATCHING:
        row.state = DeliveryState.ACCEPTED


def unknown(db: Db, delivery_id: int, reason: str) -> None:
    """Nobody knows whether it went out. The machine never sends it again."""
    row = db.get_one(DeliveryRow, delivery_id)
    if row.state == DeliveryState.DISPATCHING:
        row.state, row.reason = DeliveryState.UNKNOWN, reason


def refused(db: Db, delivery_id: int, reason: str, *, again_at: datetime | None) -> None:
    """Provably not sent: planned again at `again_at`, or failed for good."""
    row = db.get_one(DeliveryRow, delivery_id)
    if row.state != DeliveryState.DISPATCHING:
        return
    row.state = DeliveryState.FAILED if again_at is None else DeliveryState.PLANNED
    row.reason, row.next_at = reason, again_at


def confirm(
    db: Db, account_id: str, room_id: str, text_hash: str, *, echo_id: str, said_at: datetime, now: datetime
) -> int | None:
    """Match an echo of the bot's own words to the oldest delivery it can confirm; returns its id.

    By message id where the gateway gave one, else by room and hash of the normalised text. One echo confirms
    one delivery; `said_at` is the echo's own time.
    """
    query = (
        select(DeliveryRow)
        .where(
            DeliveryRow.account_id == account_id,
            DeliveryRow.room_id == room_id,
            col(DeliveryRow.state).in_(Confirmable),
            (col(DeliveryRow.sent_message_id) == echo_id)
            | (
                (col(DeliveryRow.text_hash) == text_hash)
                & (col(DeliveryRow.dispatched_at) <= said_at + ECHO_BEFORE)
                & (col(DeliveryRow.dispatched_at) >= said_at - ECHO_AFTER)
            ),
        )
        .order_by(col(DeliveryRow.dispatched_at), col(DeliveryRow.id))
    )
    rows = db.exec(query).all()
    if not rows:
        return None
    # One the gateway named so, else one it never named; a different name makes it the last choice.
    row = min(rows, key=lambda row: (row.sent_message_id != echo_id, row.sent_message_id != ""))
    row.state, row.reason, row.confirmed_at, row.echo_message_id = DeliveryState.CONFIRMED, "", now, echo_id
    return row.id


def orphaned(db: Db, account_id: str, in_flight: Iterable[int], reason: str) -> int:
    """Mark DISPATCHING rows that nobody is sending any more as UNKNOWN: a crash, or a commit that failed."""
    query = select(DeliveryRow).where(
        DeliveryRow.account_id == account_id,
        DeliveryRow.state == DeliveryState.DISPATCHING,
        col(DeliveryRow.id).not_in(list(in_flight)),
    )
    rows = db.exec(query).all()
    for row in rows:
        row.state, row.reason = DeliveryState.UNKNOWN, reason
    return len(rows)


def unresolved(db: Db, account_id: str) -> int:
    """How many posts nobody can say were sent or not."""
    query = (
        select(func.count())
        .select_from(DeliveryRow)
        .where(DeliveryRow.account_id == account_id, DeliveryRow.state == DeliveryState.UNKNOWN)
    )
    return db.exec(query).one()


def of_day(db: Db, account_id: str, room_id: str, day: str) -> tuple[Delivery, ...]:
    """A room's deliveries of one local day, in order."""
    query = (
        select(DeliveryRow)
        .where(DeliveryRow.account_id == account_id, DeliveryRow.room_id == room_id, DeliveryRow.slot_day == day)
        .order_by(col(DeliveryRow.due_at), col(DeliveryRow.id))
    )
    return tuple(map(_delivery, db.exec(query)))


def states(db: Db, account_id: str) -> Counter[str]:
    """How many deliveries are in each state."""
    query = (
        select(DeliveryRow.state, func.count()).where(DeliveryRow.account_id == account_id).group_by(DeliveryRow.state)
    )
    return Counter(dict(db.exec(query).all()))


def _delivery(row: DeliveryRow) -> Delivery:
    return Delivery(
        id=row.id or 0,
        attempt_id=row.attempt_id,
        account_id=row.account_id,
        room_id=row.room_id,
        slot_day=row.slot_day,
        kind=PostKind(row.kind),
        content=row.content,
        text=row.text,
        state=DeliveryState(row.state),
        reason=row.reason,
        due_at=row.due_at,
        attempts=row.attempts,
        next_at=row.next_at,
        dispatched_at=row.dispatched_at,
        confirmed_at=row.confirmed_at,
    )
