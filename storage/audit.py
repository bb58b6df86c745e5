"""Queries about what was commanded."""

from __future__ import annotations

from collections.abc import Collection

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
    return tuple(entry for _number, entry in page(db, account_id, limit=limit))


def newest(db: Db, account_id: str) -> int:
    """The number of the newest entry, 0 when there is none."""
    query = select(col(AuditRow.id)).where(AuditRow.account_id == account_id).order_by(col(AuditRow.id).desc())
    return db.exec(query.limit(1)).first() or 0


def page(
    db: Db,
    account_id: str,
    *,
    actors: Collection[str] | None = None,
    outcome: Outcome | None = None,
    before: int | None = None,
    limit: int,
) -> tuple[tuple[int, AuditEntry], ...]:
    """The newest entries with their numbers: by these people, with this outcome, older than the number `before`."""
    query = select(AuditRow).where(AuditRow.account_id == account_id).order_by(col(AuditRow.id).desc()).limit(limit)
    if actors is not None:
        query = query.where(col(AuditRow.actor_id).in_(actors))
    if outcome is not None:
        query = query.where(AuditRow.outcome == outcome)
    if before is not None:
        query = query.where(col(AuditRow.id) < before)
    return tuple((row.id or 0, _entry(row)) for row in db.exec(query))


def _entry(row: AuditRow) -> AuditEntry:
    return AuditEntry(
        at=row.at,
        actor_id=row.actor_id,
        role=row.role,
        command=row.command,
        target=row.target,
        outcome=Outcome(row.outcome),
        reason=row.reason,
        room_id=row.room_id,
    )
