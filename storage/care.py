"""Queries about care posts: who is in them, each person once for every occasion."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import col, select

from bot.policy.caring import Due, Part
from storage.store import Db
from storage.tables import CareRow


def fresh(db: Db, account_id: str, due: Iterable[Due]) -> tuple[Due, ...]:
    """Those that never had a part in this turn of their occasion."""
    return tuple(item for item in due if _find(db, account_id, item) is None)


def enter(
    db: Db, account_id: str, due: Iterable[Due], conversation_id: str, delivery_id: int | None, now: datetime
) -> None:
    """They have their part in this delivery, or (None) in an answer; the unique turn keeps out a second one."""
    for item in due:
        db.add(
            CareRow(
                account_id=account_id,
                occasion=item.occasion,
                subject=item.subject,
                turn=item.turn,
                contact_id=item.contact_id,
                room_id=conversation_id,
                delivery_id=delivery_id,
                about=dict(item.about),
                created_at=now,
            )
        )
    db.flush()


def parts(db: Db, account_id: str, delivery_id: int) -> tuple[Part, ...]:
    """Who is in a care post, and what it says about them, in the order they were entered."""
    query = select(CareRow).where(CareRow.account_id == account_id, CareRow.delivery_id == delivery_id)
    return tuple(
        Part(row.occasion, row.subject, row.turn, row.contact_id, row.about)
        for row in db.exec(query.order_by(col(CareRow.id)))
    )


def _find(db: Db, account_id: str, item: Due) -> int | None:
    query = select(CareRow.id).where(
        CareRow.account_id == account_id,
        CareRow.occasion == item.occasion,
        CareRow.subject == item.subject,
        CareRow.turn == item.turn,
    )
    return db.exec(query).first()
