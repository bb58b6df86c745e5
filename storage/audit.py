"""Queries about what was commanded."""

from __future__ import annotations

from sqlmodel import col, select

from bot.core.audit import AuditEntry, Outcome
from storage.store import Db
from storage.tables import AuditRow


def write(db: Db, account_id: str, entry: AuditEntry) -> None:
    """Keep one command or refusal for good."""
    db.add(
        AuditRow(
            account_id=account_id,
            at=entry.at,
            actor_id=entry.actor_id,
            role=entry.role,
            command=entry.command,
            target=entry.target,
            outcome=entry.outcome,
            reason=entry.reason,
            room_id=entry.room_id,
        )
    )


def latest(db: Db, account_id: str, limit: int) -> tuple[AuditEntry, ...]:
    """The newest entries, newest first."""
    query = select(AuditRow).where(AuditRow.account_id == account_id).order_by(col(AuditRow.id).desc()).limit(limit)
    return tuple(
        AuditEntry(
            at=row.at,
            actor_id=row.actor_id,
            role=row.role,
            command=row.command,
            target=row.target,
            outcome=Outcome(row.outcome),
            reason=row.reason,
            room_id=row.room_id,
        )
        for row in db.exec(query)
    )
