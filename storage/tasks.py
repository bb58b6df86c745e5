"""Queries about what is left for people to do, such as handing over a gift."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import col, func, select

from bot.core.task import Task
from storage import members, notices, rooms
from storage.store import Db
from storage.tables import TaskRow


def add(
    db: Db,
    account_id: str,
    key: str,
    template: str,
    *,
    contact_id: str,
    room_id: str,
    data: Mapping[str, object],
    now: datetime,
) -> bool:
    """Put something on the list and tell the control room; False when that key was ever on it.

    `template` says of which kind it is: "gift" for what a member has earned, "reward" for what they bought with their
    points. `data` is JSON: `what` is the thing itself, `why` where it comes from ("" for nowhere in particular).
    """
    known = select(TaskRow.id).where(TaskRow.account_id == account_id, TaskRow.key == key)
    if db.exec(known).first() is not None:
        return False
    row = TaskRow(
        account_id=account_id,
        key=key,
        template=template,
        contact_id=contact_id,
        room_id=room_id,
        data=dict(data),
        created_at=now,
    )
    db.add(row)
    db.flush()
    room = rooms.find(db, account_id, room_id)
    told = {
        "number": row.id,
        "kind": template,
        "what": str(data.get("what", "")),
        "why": str(data.get("why", "")),
        "contact_id": contact_id,
        "member": members.name_of(db, account_id, room_id, contact_id),
        "room": room.name if room else "",
    }
    notices.post(db, account_id, f"task:{key}", "alarms/task", told, now)
    return True


def waiting(db: Db, account_id: str, limit: int) -> tuple[Task, ...]:
    """What is not done yet, oldest first."""
    query = select(TaskRow).where(TaskRow.account_id == account_id, col(TaskRow.done_at).is_(None))
    return tuple(map(_task, db.exec(query.order_by(col(TaskRow.id)).limit(limit))))


def count_waiting(db: Db, account_id: str) -> int:
    """How many are not done yet."""
    query = select(func.count()).select_from(TaskRow).where(TaskRow.account_id == account_id)
    return db.exec(query.where(col(TaskRow.done_at).is_(None))).one()


def find(db: Db, account_id: str, number: int) -> Task | None:
    """The task with this number, done or not."""
    row = db.get(TaskRow, number)
    return _task(row) if row is not None and row.account_id == account_id else None


def done(db: Db, account_id: str, number: int, by: str, now: datetime) -> bool:
    """Cross it off; False when it was before, or is on no list."""
    row = db.get(TaskRow, number)
    if row is None or row.account_id != account_id or row.done_at is not None:
        return False
    row.done_at, row.done_by = now, by
    return True


def _task(row: TaskRow) -> Task:
    what, why = str(row.data.get("what", "")), str(row.data.get("why", ""))
    return Task(row.id or 0, row.template, row.contact_id, row.room_id, what, why, row.created_at, row.done_at)
