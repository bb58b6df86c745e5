"""Queries about pauses: who has stopped which posts, where, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import col, select

from bot.core.pause import Pause, Scope
from storage.store import Db
from storage.tables import PauseRow

_ACTIVE = (
    select(PauseRow)
    .where(
        PauseRow.account_id == bindparam("account"),
        col(PauseRow.ended_at).is_(None),
        col(PauseRow.until).is_(None) | (col(PauseRow.until) > bindparam("now")),
    )
    .order_by(col(PauseRow.id))
)


def add(
    db: Db, account_id: str, *, room_id: str, scope: Scope, reason: str, by: str, until: datetime | None, now: datetime
) -> Pause:
    """Stop posts from now on, in a room or, for "", in all of them; `until` None means until somebody resumes."""
    row = PauseRow(account_id=account_id, room_id=room_id, scope=scope, reason=reason, by=by, since=now, until=until)
    db.add(row)
    db.flush()
    return _pause(row)


def active(db: Db, account_id: str, now: datetime) -> tuple[Pause, ...]:
    """The pauses nobody has ended and whose time has not passed, oldest first."""
    return tuple(map(_pause, _active(db, account_id, now)))


def end(
    db: Db, account_id: str, *, room_id: str | None, scope: Scope | None, by: str, now: datetime
) -> tuple[Pause, ...]:
    """Let posts go on; returns the pauses this ends.

    `room_id` "" means those for all rooms together, None any; `scope` None any. What pauses all posts is not ended
    by naming promotion.
    """
    ended = [
        row
        for row in _active(db, account_id, now)
        if room_id in {None, row.room_id} and scope in {None, Scope(row.scope)}
    ]
    for row in ended:
        row.ended_at, row.ended_by = now, by
    db.flush()
    return tuple(map(_pause, ended))


def _active(db: Db, account_id: str, now: datetime) -> Sequence[PauseRow]:
    return db.exec(_ACTIVE, params={"account": account_id, "now": now}).all()


def _pause(row: PauseRow) -> Pause:
    return Pause(
        id=row.id or 0,
        room_id=row.room_id,
        scope=Scope(row.scope),
        reason=row.reason,
        by=row.by,
        since=row.since,
        until=row.until,
    )
