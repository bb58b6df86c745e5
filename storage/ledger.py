"""Queries about what was really posted in a room."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col, delete, select

from bot.core.post import PostKind
from storage.store import Db
from storage.tables import LedgerRow


def enter(
    db: Db, account_id: str, room_id: str, *, kind: PostKind, source: str, content: str, delivery_id: int, at: datetime
) -> None:
    """Write down a post whose intent is being committed; its kind is frozen here."""
    db.add(
        LedgerRow(
            account_id=account_id,
            room_id=room_id,
            posted_at=at,
            kind=kind,
            source=source,
            content=content,
            delivery_id=delivery_id,
        )
    )


def strike(db: Db, delivery_id: int) -> None:
    """Take back the entry of a post that was provably not sent."""
    db.exec(delete(LedgerRow).where(col(LedgerRow.delivery_id) == delivery_id))


def last_posted(db: Db, account_id: str, room_id: str) -> dict[str, datetime]:
    """When each content was last posted in the room."""
    query = (
        select(LedgerRow.content, LedgerRow.posted_at)
        .where(LedgerRow.account_id == account_id, LedgerRow.room_id == room_id)
        .order_by(col(LedgerRow.posted_at))
    )
    return dict(db.exec(query).all())
