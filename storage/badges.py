"""Queries about the badges members have earned."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col, select

from bot.core.points import Badge
from storage.store import Db
from storage.tables import BadgeRow


def add(db: Db, account_id: str, contact_id: str, badge: str, room_id: str, now: datetime) -> bool:
    """Give a badge; False when the person has it."""
    if db.get(BadgeRow, (account_id, contact_id, badge)) is not None:
        return False
    db.add(BadgeRow(account_id=account_id, contact_id=contact_id, badge=badge, room_id=room_id, at=now))
    db.flush()
    return True


def remove(db: Db, account_id: str, contact_id: str, badge: str) -> bool:
    """Take a badge back whose reason fell away; False when the person does not have it."""
    row = db.get(BadgeRow, (account_id, contact_id, badge))
    if row is None:
        return False
    db.delete(row)
    db.flush()
    return True


def of(db: Db, account_id: str, contact_id: str) -> tuple[Badge, ...]:
    """A person's badges, the first one first."""
    query = select(BadgeRow).where(BadgeRow.account_id == account_id, BadgeRow.contact_id == contact_id)
    rows = db.exec(query.order_by(col(BadgeRow.at), col(BadgeRow.badge)))
    return tuple(Badge(row.badge, row.room_id, row.at) for row in rows)
