"""The outbox: every step a delivery can take, and none besides.

Only what waits can be dispatched, held or dropped; what may have been sent never waits again; CONFIRMED is never left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.core.delivery import Delivery, DeliveryState, Order, Slot
from bot.core.post import PostKind
from bot.core.reason import Reason
from storage import deliveries, ledger
from storage.deliveries import delivery_of
from storage.steps import advance, keep
from storage.store import Db
from storage.tables import DeliveryRow

Dropped = frozenset({DeliveryState.SKIPPED, DeliveryState.EXPIRED, DeliveryState.CANCELLED})
Resolved = frozenset({DeliveryState.SENT, DeliveryState.UNSENT})


def plan(db: Db, slot: Slot, order: Order, *, attempt_id: str, now: datetime, via_room_id: str = "") -> Delivery | None:
    """Put an order into a slot; None when its plan already has that slot, whatever became of it.

    What goes to a person in private has them for the slot's `room_id`, and `via_room_id` for whose rules hold.
    """
    if _taken(db, slot, order.plan):
        return None
    row = DeliveryRow(
        attempt_id=attempt_id,
        account_id=slot.account_id,
        room_id=slot.room_id,
        via_room_id=via_room_id,
        plan=order.plan,
        slot_day=slot.day,
        slot_number=slot.number,
        kind=order.kind,
        content=order.content,
        source=order.source,
        body=order.body,
        by=order.by,
        override=order.override,
        approved=order.approved,
        state=order.state,
        reason=str(order.reason),
        rule=order.reason.rule,
        numbers=dict(order.reason.numbers),
        next_at=order.reason.next_at,
        due_at=slot.due_at,
        created_at=now,
    )
    db.add(row)
    db.flush()
    keep(db, row, now, by=order.by)
    return delivery_of(row)


def intend(db: Db, delivery_id: int, *, text: str, text_hash: str, epoch: int, now: datetime) -> Delivery:
    """Move to DISPATCHING; when this commits, the post may be sent, once. `ValueError` unless it waits."""
    row = db.get_one(DeliveryRow, delivery_id)
    if not DeliveryState(row.state).waiting:
        raise ValueError(f"delivery {delivery_id} is {row.state} and cannot be dispatched")
    advance(db, row, DeliveryState.DISPATCHING, now)
    row.text, row.text_hash, row.epoch, row.dispatched_at = text, text_hash, epoch, now
    row.attempts += 1
    return delivery_of(row)


def hold(db: Db, delivery_id: int, reason: Reason, now: datetime) -> None:
    """Keep a waiting delivery back until `reason.next_at`, or, without one, until a person has changed something."""
    row = db.get_one(DeliveryRow, delivery_id)
    if DeliveryState(row.state).waiting:
        advance(db, row, DeliveryState.HELD, now, reason)


def wake(db: Db, account_id: str, rules: tuple[str, ...], now: datetime, room_id: str | None = None) -> None:
    """What one of these rules holds until some time is asked about again at once: that time means nothing any more.

    A rule that ends in a dot stands for all that begin so.
    """
    for item in deliveries.waiting(db, account_id, room_id):
        if item.state is DeliveryState.HELD and item.next_at is not None and item.reason.rule.startswith(rules):
            hold(db, item.id, replace(item.reason, next_at=None), now)


def drop(db: Db, delivery_id: int, state: DeliveryState, reason: Reason, now: datetime, *, by: str = "") -> bool:
    """Skip, expire or cancel a waiting delivery for good; False when it waits no more."""
    if state not in Dropped:
        raise ValueError(f"a delivery is not dropped as {state}")
    row = db.get_one(DeliveryRow, delivery_id)
    if not DeliveryState(row.state).waiting:
        return False
    advance(db, row, state, now, reason, by=by)
    return True


def accepted(db: Db, delivery_id: int, message_id: str, now: datetime) -> None:
    """The gateway said yes; an echo that came first is not undone."""
    row = db.get_one(DeliveryRow, delivery_id)
    state = DeliveryState(row.state)
    if state.open or state is DeliveryState.CONFIRMED:
        row.sent_message_id = message_id
    if state is DeliveryState.DISPATCHING:
        advance(db, row, DeliveryState.ACCEPTED, now)


def unknown(db: Db, delivery_id: int, reason: Reason, now: datetime) -> None:
    """Nobody knows whether it went out. The machine never sends it again."""
    row = db.get_one(DeliveryRow, delivery_id)
    if row.state == DeliveryState.DISPATCHING:
        advance(db, row, DeliveryState.UNKNOWN, now, reason)


def refused(db: Db, delivery_id: int, reason: Reason, *, again_at: datetime | None, now: datetime) -> None:
    """Provably not sent: struck from the ledger, and planned again at `again_at` or failed for good.

    Nothing happens when an echo has meanwhile proved the opposite.
    """
    row = db.get_one(DeliveryRow, delivery_id)
    if row.state != DeliveryState.DISPATCHING:
        return
    state = DeliveryState.FAILED if again_at is None else DeliveryState.PLANNED
    advance(db, row, state, now, replace(reason, next_at=again_at))
    ledger.strike(db, delivery_id)


def orphaned(db: Db, account_id: str, in_flight: Iterable[int], reason: Reason, now: datetime) -> tuple[int, ...]:
    """Mark DISPATCHING rows that nobody is sending any more as UNKNOWN: a crash, or a commit that failed."""
    query = select(DeliveryRow).where(
        DeliveryRow.account_id == account_id,
        DeliveryRow.state == DeliveryState.DISPATCHING,
        col(DeliveryRow.id).not_in(list(in_flight)),
    )
    rows = db.exec(query.order_by(col(DeliveryRow.id))).all()
    for row in rows:
        advance(db, row, DeliveryState.UNKNOWN, now, reason)
    return tuple(row.id or 0 for row in rows)


def overdue(
    db: Db, account_id: str, heard: Callable[[datetime], timedelta], patience: timedelta, now: datetime
) -> tuple[Delivery, ...]:
    """Give up waiting for echoes: ACCEPTED becomes UNCONFIRMED, UNKNOWN becomes AMBIGUOUS; returns those.

    `heard(since)` is for how long since then the gateway was within hearing: while it is not, no echo can come.
    """
    query = select(DeliveryRow).where(
        DeliveryRow.account_id == account_id,
        col(DeliveryRow.state).in_([DeliveryState.ACCEPTED, DeliveryState.UNKNOWN]),
    )
    changed = []
    for row in db.exec(query.order_by(col(DeliveryRow.dispatched_at), col(DeliveryRow.id))).all():
        if row.dispatched_at is None or heard(row.dispatched_at) < patience:
            continue
        if row.state == DeliveryState.ACCEPTED:
            advance(db, row, DeliveryState.UNCONFIRMED, now)
        else:
            advance(db, row, DeliveryState.AMBIGUOUS, now, delivery_of(row).reason)
        changed.append(delivery_of(row))
    return tuple(changed)


def resolve(db: Db, delivery_id: int, state: DeliveryState, by: str, now: datetime) -> bool:
    """A person says whether it was SENT or UNSENT; the latter is struck from the ledger. False unless unresolved."""
    if state not in Resolved:
        raise ValueError(f"a delivery is not resolved as {state}")
    row = db.get_one(DeliveryRow, delivery_id)
    if not DeliveryState(row.state).unresolved:
        return False
    advance(db, row, state, now, by=by)
    if state is DeliveryState.UNSENT:
        ledger.strike(db, delivery_id)
    return True


def approve(db: Db, delivery_id: int, seal: str, by: str, now: datetime) -> bool:
    """A person lets exactly what `seal` binds go out; the gate looks at it anew. False when it waits no more."""
    row = _waiting(db, delivery_id)
    if row is None:
        return False
    row.approved = seal
    advance(db, row, DeliveryState.PLANNED, now, Reason("approved"), by=by)
    return True


def move(db: Db, delivery_id: int, due_at: datetime, by: str, now: datetime) -> bool:
    """A person gives it another time; it keeps its slot. False when it waits no more."""
    row = _waiting(db, delivery_id)
    if row is None:
        return False
    row.due_at = due_at
    advance(db, row, DeliveryState.PLANNED, now, Reason("moved", next_at=due_at), by=by)
    return True


def swap(db: Db, delivery_id: int, kind: PostKind, content: str, by: str, now: datetime) -> bool:
    """A person, or (`by` "") the plan itself, puts another post into its place; an approval of the old one is void."""
    row = _waiting(db, delivery_id)
    if row is None:
        return False
    before = row.content
    row.kind, row.content, row.body, row.approved = kind, content, "", ""
    advance(db, row, DeliveryState.PLANNED, now, Reason("swapped" if by else "replanned", {"before": before}), by=by)
    return True


def recalled(db: Db, delivery_id: int, by: str, now: datetime) -> None:
    """A person took it back from the room after it was posted; it stays in the ledger, for it was said."""
    row = db.get_one(DeliveryRow, delivery_id)
    row.recalled_at = now
    advance(db, row, DeliveryState(row.state), now, Reason("recalled"), by=by)


def _waiting(db: Db, delivery_id: int) -> DeliveryRow | None:
    row = db.get_one(DeliveryRow, delivery_id)
    return row if DeliveryState(row.state).waiting else None


def _taken(db: Db, slot: Slot, plan: str) -> bool:
    query = select(DeliveryRow.id).where(
        DeliveryRow.account_id == slot.account_id,
        DeliveryRow.room_id == slot.room_id,
        DeliveryRow.plan == plan,
        DeliveryRow.slot_day == slot.day,
        DeliveryRow.slot_number == slot.number,
    )
    return db.exec(query).first() is not None
