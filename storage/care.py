"""Queries about care posts: who is in them, each person once for every occasion."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import tuple_
from sqlmodel import col, select

from bot.core.delivery import DeliveryState
from bot.policy.caring import Due, Part
from storage.store import Db
from storage.tables import CareRow, DeliveryRow


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


def states(
    db: Db, account_id: str, occasion: str, turns: Collection[tuple[str, str]]
) -> dict[tuple[str, str], DeliveryState | None]:
    """How far these (subject, turn) of an occasion have come, without those that nothing was done for yet.

    None: it was said in an answer, not by a delivery.
    """
    query = (
        select(CareRow.subject, CareRow.turn, DeliveryRow.state)
        .join(DeliveryRow, col(DeliveryRow.id) == col(CareRow.delivery_id), isouter=True)
        .where(
            CareRow.account_id == account_id,
            CareRow.occasion == occasion,
            tuple_(col(CareRow.subject), col(CareRow.turn)).in_(list(turns)),
        )
    )
    return {
        (subject, turn): DeliveryState(state) if state else None
        for subject, turn, state in (db.exec(query) if turns else ())
    }


def _find(db: Db, account_id: str, item: Due) -> int | None:
    query = select(CareRow.id).where(
        CareRow.account_id == account_id,
        CareRow.occasion == item.occasion,
        CareRow.subject == item.subject,
        CareRow.turn == item.turn,
    )
    return db.exec(query).first()
