"""Queries about who may command."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import select

from bot.core.operator import Operator, Role
from storage.store import Db
from storage.tables import OperatorRow


def every(db: Db, account_id: str) -> tuple[Operator, ...]:
    """Owners first, then by when they were added."""
    rows = db.exec(select(OperatorRow).where(OperatorRow.account_id == account_id)).all()
    ordered = sorted(rows, key=lambda row: (-row.role, row.added_at, row.contact_id))
    return tuple(Operator(row.contact_id, Role(row.role), row.name, row.added_by, row.added_at) for row in ordered)


def role_of(db: Db, account_id: str, contact_id: str) -> Role:
    """MEMBER for everybody who was not added."""
    row = db.get(OperatorRow, (account_id, contact_id))
    return Role(row.role) if row else Role.MEMBER


def add(db: Db, account_id: str, contact_id: str, role: Role, *, name: str, by: str, now: datetime) -> None:
    """Give a role; a second time changes it."""
    row = db.get(OperatorRow, (account_id, contact_id))
    if row is None:
        row = OperatorRow(account_id=account_id, contact_id=contact_id, role=role, added_by=by, added_at=now)
        db.add(row)
    row.role, row.name = role, name or row.name
    db.flush()


def remove(db: Db, account_id: str, contact_id: str) -> bool:
    """Take the role away; False when there was none."""
    row = db.get(OperatorRow, (account_id, contact_id))
    if row is None:
        return False
    db.delete(row)
    return True


def rename(db: Db, account_id: str, contact_id: str, name: str) -> None:
    """Follow an operator's name; it is shown, never trusted."""
    row = db.get(OperatorRow, (account_id, contact_id))
    if row is not None and name:
        row.name = name
