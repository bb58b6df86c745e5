"""Queries about check-ins that nobody has confirmed yet."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlmodel import col, select, update

from bot.core.checkin import Untold
from storage.store import Db
from storage.tables import PunchRow


def untold(db: Db, account_id: str) -> tuple[Untold, ...]:
    """What nobody has confirmed yet, in the order it was said."""
    query = select(PunchRow).where(
        PunchRow.account_id == account_id, col(PunchRow.told_at).is_(None), col(PunchRow.removed_at).is_(None)
    )
    return tuple(map(as_untold, db.exec(query.order_by(col(PunchRow.at), col(PunchRow.id)))))


def told(db: Db, ids: Collection[int], at: datetime | None) -> None:
    """These have been confirmed; None: they have not after all."""
    db.exec(update(PunchRow).where(col(PunchRow.id).in_(list(ids))).values(told_at=at))


def told_since(db: Db, account_id: str, since: datetime) -> set[str]:
    """The rooms in which something was confirmed after that instant."""
    query = select(PunchRow.room_id).where(PunchRow.account_id == account_id, col(PunchRow.told_at) > since)
    return set(db.exec(query.distinct()))


def as_untold(row: PunchRow) -> Untold:
    """A row as the news that it is."""
    return Untold(
        id=row.id or 0,
        campaign_id=row.campaign_id,
        contact_id=row.contact_id,
        room_id=row.room_id,
        day=date.fromisoformat(row.day),
        at=row.at,
        won=tuple(row.won),
        reached=row.reached,
    )
