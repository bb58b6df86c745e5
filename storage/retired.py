"""Queries about posts that an operator has taken out of the plan."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import select

from storage.store import Db
from storage.tables import RetiredRow

_EVERY = select(RetiredRow.slug).where(RetiredRow.account_id == bindparam("account"))


def retire(db: Db, account_id: str, slug: str, by: str, now: datetime) -> bool:
    """Take a post out of the plan; False when it was out already."""
    if db.get(RetiredRow, (account_id, slug)) is not None:
        return False
    db.add(RetiredRow(account_id=account_id, slug=slug, by=by, at=now))
    db.flush()
    return True


def restore(db: Db, account_id: str, slug: str) -> bool:
    """Put it back; False when it was not out."""
    row = db.get(RetiredRow, (account_id, slug))
    if row is None:
        return False
    db.delete(row)
    db.flush()
    return True


def every(db: Db, account_id: str) -> frozenset[str]:
    """The slugs of all that are out."""
    return frozenset(db.exec(_EVERY, params={"account": account_id}))
