"""Reads the outbox: what may go out now, what waits, what nobody can account for, and each delivery's story."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import col, func, select

from bot.core.delivery import Delivery, DeliveryState, Step
from bot.core.post import PostKind
from bot.core.posted import Source
from bot.core.reason import Reason
from storage.store import Db
from storage.tables import DeliveryRow, StepRow

Waiting = tuple(state for state in DeliveryState if state.waiting)
Unresolved = tuple(state for state in DeliveryState if state.unresolved)
GivenUp = tuple(state for state in DeliveryState if state.given_up)
Awaiting = (DeliveryState.DISPATCHING, DeliveryState.ACCEPTED, DeliveryState.UNKNOWN)

_URGENCY = {PostKind.CARE: 0, PostKind.VALUE: 1, PostKind.INTERACTIVE: 2, PostKind.PROMO: 3}
_LARGEST_ID = 2**63 - 1


# Asked at every tick: building a statement anew costs more than running it.
_DUE = select(DeliveryRow).where(
    DeliveryRow.account_id == bindparam("account"),
    col(DeliveryRow.state).in_(Waiting),
    col(DeliveryRow.due_at) <= bindparam("now"),
    col(DeliveryRow.next_at).is_(None) | (col(DeliveryRow.next_at) <= bindparam("now")),
)
_NEXT_DUE = select(func.min(func.coalesce(DeliveryRow.next_at, DeliveryRow.due_at))).where(
    DeliveryRow.account_id == bindparam("account"),
    col(DeliveryRow.state).in_(Waiting),
    (col(DeliveryRow.state) == DeliveryState.PLANNED) | col(DeliveryRow.next_at).is_not(None),
)
_AWAITING = (
    select(DeliveryRow.id)
    .where(DeliveryRow.account_id == bindparam("account"), col(DeliveryRow.state).in_(Awaiting))
    .limit(1)
)
_GIVEN_UP = (
    select(DeliveryRow.room_id, func.count())
    .where(
        DeliveryRow.account_id == bindparam("account"),
        col(DeliveryRow.state).in_(GivenUp),
        col(DeliveryRow.due_at) >= bindparam("since"),
    )
    .group_by(col(DeliveryRow.room_id))
)


def get(db: Db, delivery_id: int) -> Delivery:
    """One row of the outbox, which must be there."""
    return delivery_of(db.get_one(DeliveryRow, delivery_id))


def find(db: Db, account_id: str, delivery_id: int) -> Delivery | None:
    """The account's delivery with the number that people know it by."""
    if not 0 < delivery_id <= _LARGEST_ID:
        return None
    row = db.get(DeliveryRow, delivery_id)
    return delivery_of(row) if row is not None and row.account_id == account_id else None


def due(db: Db, account_id: str, now: datetime) -> tuple[Delivery, ...]:
    """What may be tried now: due, and not held until later; care, value, interactive, promo, then the oldest.

    What is held until a person changes something has no time of its own and is among them.
    """
    found = map(delivery_of, db.exec(_DUE, params={"account": account_id, "now": now}))
    return tuple(sorted(found, key=lambda item: (_URGENCY[item.kind], item.due_at, item.id)))


def waiting(db: Db, account_id: str, room_id: str | None = None) -> tuple[Delivery, ...]:
    """What is planned or held, in a room or in all, earliest first."""
    query = _of(account_id).where(col(DeliveryRow.state).in_(Waiting))
    if room_id is not None:
        query = query.where(DeliveryRow.room_id == room_id)
    return tuple(map(delivery_of, db.exec(_by_due(query))))


def next_due(db: Db, account_id: str) -> datetime | None:
    """When the next one wants to be looked at; those that wait for a person have no time."""
    return db.exec(_NEXT_DUE, params={"account": account_id}).one()


def of_day(db: Db, account_id: str, room_id: str, day: str) -> tuple[Delivery, ...]:
    """A room's deliveries of one local day, in order."""
    query = _of(account_id).where(DeliveryRow.room_id == room_id, DeliveryRow.slot_day == day)
    return tuple(map(delivery_of, db.exec(_by_due(query))))


def of_days(db: Db, account_id: str, room_id: str, first: str, last: str) -> tuple[Delivery, ...]:
    """A room's deliveries from one local day to another, both included, in order."""
    query = _of(account_id).where(
        DeliveryRow.room_id == room_id, DeliveryRow.slot_day >= first, DeliveryRow.slot_day <= last
    )
    return tuple(map(delivery_of, db.exec(_by_due(query))))


def of_date(db: Db, account_id: str, day: str) -> tuple[Delivery, ...]:
    """Every room's deliveries of one local day, in order."""
    return tuple(map(delivery_of, db.exec(_by_due(_of(account_id).where(DeliveryRow.slot_day == day)))))


def between(db: Db, account_id: str, since: datetime, until: datetime) -> tuple[Delivery, ...]:
    """What is or was due from `since` until just before `until`, in order."""
    # Every state is named so that the index on state and time can be walked.
    query = _of(account_id).where(
        col(DeliveryRow.state).in_(list(DeliveryState)), DeliveryRow.due_at >= since, DeliveryRow.due_at < until
    )
    return tuple(map(delivery_of, db.exec(_by_due(query))))


def unresolved(db: Db, account_id: str) -> tuple[Delivery, ...]:
    """What nobody can say was sent or not, oldest first."""
    query = _of(account_id).where(col(DeliveryRow.state).in_(Unresolved))
    ordered = query.order_by(col(DeliveryRow.dispatched_at), col(DeliveryRow.id))
    return tuple(map(delivery_of, db.exec(ordered)))


def count_unresolved(db: Db, account_id: str) -> int:
    """How many those are."""
    query = (
        select(func.count())
        .select_from(DeliveryRow)
        .where(DeliveryRow.account_id == account_id, col(DeliveryRow.state).in_(Unresolved))
    )
    return db.exec(query).one()


def given_up(db: Db, account_id: str, since: datetime) -> Counter[str]:
    """How many of each room's deliveries that were due since then will not go out any more."""
    return Counter(dict(db.exec(_GIVEN_UP, params={"account": account_id, "since": since}).all()))


def awaiting(db: Db, account_id: str) -> bool:
    """Whether any send's outcome or echo is still waited for."""
    return db.exec(_AWAITING, params={"account": account_id}).first() is not None


def states(db: Db, account_id: str) -> Counter[str]:
    """How many deliveries are in each state."""
    query = (
        select(DeliveryRow.state, func.count()).where(DeliveryRow.account_id == account_id).group_by(DeliveryRow.state)
    )
    return Counter(dict(db.exec(query).all()))


def states_of(db: Db, account_id: str, message_ids: Collection[str]) -> dict[str, DeliveryState]:
    """Where those of these messages stand that were posts, by the id under which the gateway took them."""
    query = select(DeliveryRow.sent_message_id, DeliveryRow.state).where(
        DeliveryRow.account_id == account_id, col(DeliveryRow.sent_message_id).in_(list(filter(None, message_ids)))
    )
    return {message_id: DeliveryState(state) for message_id, state in db.exec(query)}


def steps(db: Db, account_id: str, delivery_id: int) -> tuple[Step, ...]:
    """A delivery's story, from the beginning."""
    query = (
        select(StepRow)
        .where(StepRow.account_id == account_id, StepRow.delivery_id == delivery_id)
        .order_by(col(StepRow.id))
    )
    return tuple(
        Step(row.at, DeliveryState(row.state), Reason(row.rule, row.numbers, row.next_at), row.by)
        for row in db.exec(query)
    )


def delivery_of(row: DeliveryRow) -> Delivery:
    """The row as a value."""
    return Delivery(
        id=row.id or 0,
        attempt_id=row.attempt_id,
        account_id=row.account_id,
        room_id=row.room_id,
        via_room_id=row.via_room_id,
        plan=row.plan,
        slot_day=row.slot_day,
        slot_number=row.slot_number,
        kind=PostKind(row.kind),
        content=row.content,
        text=row.text,
        state=DeliveryState(row.state),
        reason=Reason(row.rule, row.numbers, row.next_at),
        due_at=row.due_at,
        source=Source(row.source),
        body=row.body,
        by=row.by,
        override=row.override,
        approved=row.approved,
        attempts=row.attempts,
        next_at=row.next_at,
        dispatched_at=row.dispatched_at,
        confirmed_at=row.confirmed_at,
        recalled_at=row.recalled_at,
        message_id=row.sent_message_id or row.echo_message_id,
    )


def _of(account_id: str) -> Any:
    return select(DeliveryRow).where(DeliveryRow.account_id == account_id)


def _by_due(query: Any) -> Any:
    return query.order_by(col(DeliveryRow.due_at), col(DeliveryRow.id))
