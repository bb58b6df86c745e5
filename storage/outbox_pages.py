"""Turns over the pages of the outbox, newest first, however long it has grown; and counts what stands where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import literal
from sqlmodel import col, func, select, tuple_

from bot.core.delivery import Delivery, DeliveryState
from storage.deliveries import Unresolved, delivery_of
from storage.store import Db
from storage.tables import DeliveryRow

PAGE = 50
MOST = 1000
"""Counting stops here: nobody needs to know how many thousands."""


def page(
    db: Db,
    account_id: str,
    *,
    states: Collection[DeliveryState] = (),
    room_id: str = "",
    before: int = 0,
    size: int = PAGE,
) -> tuple[Delivery, ...]:
    """A page of deliveries, of some states or all, of a room or all; those that come after the one numbered `before`.

    Each of the three orders is one that an index already has: by local day, by a state's due time, within a room.
    """
    order = _order(states, room_id)
    query: Any = select(DeliveryRow).where(DeliveryRow.account_id == account_id)
    if states:
        query = query.where(col(DeliveryRow.state).in_(states))
    if room_id:
        query = query.where(DeliveryRow.room_id == room_id)
    last = db.get(DeliveryRow, before) if before else None
    if last is not None and last.account_id == account_id:
        query = query.where(tuple_(*order) < tuple_(*_values(last, order)))
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


def _values(row: DeliveryRow, columns: Sequence[Any]) -> list[Any]:
    """What stands in the row, each with its column's type: a time is a number in the database."""
    return [literal(getattr(row, column.key), column.type) for column in columns]


def _order(states: Collection[DeliveryState], room_id: str) -> tuple[Any, ...]:
    if states or room_id:
        return col(DeliveryRow.due_at), col(DeliveryRow.id)
    return col(DeliveryRow.slot_day), col(DeliveryRow.id)
