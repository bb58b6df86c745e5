"""Queries about segments that operators have given a name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import col, select

from storage.store import Db
from storage.tables import SegmentRow


def every(db: Db, account_id: str) -> Mapping[str, str]:
    """The expressions by their names, in the order of the names."""
    query = select(SegmentRow).where(SegmentRow.account_id == account_id).order_by(col(SegmentRow.name))
    return {row.name: row.expression for row in db.exec(query)}


def save(db: Db, account_id: str, name: str, expression: str, *, by: str, now: datetime) -> bool:
    """Give an expression a name; True when another one had it until now."""
    row = db.get(SegmentRow, (account_id, name))
    if row is None:
        db.add(SegmentRow(account_id=account_id, name=name, expression=expression, by=by, at=now))
        db.flush()
        return False
    changed = row.expression != expression
    row.expression, row.by, row.at = expression, by, now
    db.flush()
    return changed


def drop(db: Db, account_id: str, name: str) -> bool:
    """Forget a name; False when nothing goes by it."""
    row = db.get(SegmentRow, (account_id, name))
    if row is None:
        return False
    db.delete(row)
    db.flush()
    return True
