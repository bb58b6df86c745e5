"""Queries about greetings that wait in the outbox, and about what operators were told of birthdays."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col, delete, select

from bot.core.delivery import DeliveryState
from storage.store import Db
from storage.tables import CareRow, DeliveryRow, NoticeRow

OCCASION = "birthday"
REMINDER = "alarms/birthdays"
_WAITING = [state for state in DeliveryState if state.waiting]


def waiting(db: Db, account_id: str, conversation_id: str, day: str, after: datetime) -> tuple[int, str] | None:
    """The greeting of that local day that waits there and is due later than `after`, as (delivery id, content)."""
    query = select(DeliveryRow.id, DeliveryRow.content).where(
        DeliveryRow.account_id == account_id,
        DeliveryRow.room_id == conversation_id,
        DeliveryRow.slot_day == day,
        col(DeliveryRow.plan).startswith(f"{OCCASION}:"),
        col(DeliveryRow.state).in_(_WAITING),
        DeliveryRow.due_at > after,
    )
    found = db.exec(query.order_by(col(DeliveryRow.id))).first()
    return (found[0] or 0, found[1]) if found else None


def withdraw(db: Db, account_id: str, birthday_id: int) -> None:
    """Take a birthday that was changed or removed out of the greeting that waits; what may be said stays."""
    open_posts = select(DeliveryRow.id).where(
        DeliveryRow.account_id == account_id, col(DeliveryRow.state).in_(_WAITING)
    )
    db.exec(
        delete(CareRow).where(
            col(CareRow.account_id) == account_id,
            col(CareRow.occasion) == OCCASION,
            col(CareRow.subject) == str(birthday_id),
            col(CareRow.delivery_id).in_(open_posts),
        )
    )


def reminded_since(db: Db, account_id: str, since: datetime) -> bool:
    """Whether operators have been given a list of birthdays since then."""
    query = select(NoticeRow.id).where(
        NoticeRow.account_id == account_id, NoticeRow.template == REMINDER, NoticeRow.created_at >= since
    )
    return db.exec(query).first() is not None
