"""Turns over the pages of the outbox, newest first, however long it has grown; and counts what stands where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import literal
from sqlmodel import col, func, select, tuple_

from bot.core.delivery import Delivery, DeliveryState
from storage.deliveries import Unresolved, delivery_of
from storage.store import Db
from storage.tables import DeliveryRow

PAGE = 50
MOST = 1000
"""Counting stops here: nobody needs to know how many thousands."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ends: a place in the order that stays where it is, whatever becomes of the delivery there."""

    slot_day: str
    due_at: datetime
    id: int

    @classmethod
    def of(cls, delivery: Delivery) -> Self:
        return cls(delivery.slot_day, delivery.due_at, delivery.id)


def page(
    db: Db,
    account_id: str,
    *,
    states: Collection[DeliveryState] = (),
    room_id: str = "",
    behind: Place | None = None,
    size: int = PAGE,
) -> tuple[Delivery, ...]:
    """A page of deliveries by their time, of some states or all, of a room or all; those that come `behind` a place.

    Without a filter an index has the days in order, and only within one is there something to sort.
    """
    order = _order(states, room_id)
    query: Any = select(DeliveryRow).where(DeliveryRow.account_id == account_id)
    if states:
        query = query.where(col(DeliveryRow.state).in_(states))
    if room_id:
        query = query.where(DeliveryRow.room_id == room_id)
    if behind is not None:
        query = query.where(tuple_(*order) < tuple_(*_values(behind, order)))
    query = query.order_by(*(column.desc() for column in order)).limit(size)
    return tuple(map(delivery_of, db.exec(query)))


def counts(db: Db, account_id: str) -> Counter[DeliveryState]:
    """How many deliveries are in each state, `MOST` at most."""
    found = Counter[DeliveryState]()
    for state in DeliveryState:
        few = select(DeliveryRow.id).where(DeliveryRow.account_id == account_id, DeliveryRow.state == state)
        found[state] = db.exec(select(func.count()).select_from(few.limit(MOST).subquery())).one()
    return found


def open_questions(db: Db, account_id: str, most: int) -> tuple[Delivery, ...]:
    """The oldest of those of which nobody can say whether they were sent."""
    query: Any = select(DeliveryRow).where(DeliveryRow.account_id == account_id, col(DeliveryRow.state).in_(Unresolved))
    ordered = query.order_by(col(DeliveryRow.due_at), col(DeliveryRow.id)).limit(most)
    return tuple(map(delivery_of, db.exec(ordered)))


def _values(place: Place, columns: Sequence[Any]) -> list[Any]:
    """What stands there, each with its column's type: a time is a number in the database."""
    return [literal(getattr(place, column.key), column.type) for column in columns]


def _order(states: Collection[DeliveryState], room_id: str) -> tuple[Any, ...]:
    time = col(DeliveryRow.due_at), col(DeliveryRow.id)
    return time if states or room_id else (col(DeliveryRow.slot_day), *time)
