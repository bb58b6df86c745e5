"""The keys by which things happen once for a person, moved to that person's new id."""

from __future__ import annotations

import re
from typing import Any

from sqlmodel import col, func, select

from bot.core.points import REVERSE
from storage.store import Db
from storage.tables import CareRow, DeliveryRow, NoticeRow, PointRow, QuestionRow, TaskRow


def rename(db: Db, account_id: str, old: str, new: str, birthdays: dict[int, int]) -> None:
    """What happens once for a person must not happen again because they have another id.

    `birthdays` says which numbered birthday has become which.
    """
    points = _of(db, PointRow, account_id, old)
    subjects = {row.subject: _renamed(db, row, "subject", old, new) for row in points if _original(row.subject)}
    for row in points:
        original = row.subject.removeprefix(REVERSE)
        row.subject = row.subject[: -len(original)] + subjects.get(original, original)
    for row in _of(db, TaskRow, account_id, old):
        row.key, row.data = _renamed(db, row, "key", old, new), _replaced(row.data, old, new)
    for row in _of(db, QuestionRow, account_id, old):
        row.key, row.data = _renamed(db, row, "key", old, new), _replaced(row.data, old, new)
    for row in _of(db, CareRow, account_id, old):
        _rename_care(db, row, old, new, birthdays)
    _rename_private(db, account_id, old, new)
    for row in db.scalars(
        select(NoticeRow).where(NoticeRow.account_id == account_id, col(NoticeRow.key).contains(old))
    ):
        row.key = _renamed(db, row, "key", old, new)
    db.flush()


def _original(subject: str) -> bool:
    return not subject.startswith(REVERSE)


def _rename_care(db: Db, row: CareRow, old: str, new: str, birthdays: dict[int, int]) -> None:
    """A greeting that either had counts for the one person; where both had one, the second is told apart."""
    subject = _swap(row.subject, old, new)
    if row.occasion == "birthday" and subject.isdecimal():
        subject = str(birthdays.get(int(subject), int(subject)))
    taken = select(CareRow.id).where(
        CareRow.account_id == row.account_id,
        CareRow.occasion == row.occasion,
        CareRow.subject == subject,
        CareRow.turn == row.turn,
        CareRow.id != row.id,
    )
    row.subject = f"{subject}:{row.id}" if db.exec(taken).first() else subject
    row.about = _replaced(row.about, old, new)


def _rename_private(db: Db, account_id: str, old: str, new: str) -> None:
    """Posts that were or are to be said to them alone; a slot that is taken gets the next number."""
    rows = db.exec(select(DeliveryRow).where(DeliveryRow.account_id == account_id, DeliveryRow.room_id == old)).all()
    for row in rows:
        plan = _swap(row.plan, old, new)
        last = select(func.max(DeliveryRow.slot_number)).where(
            DeliveryRow.account_id == account_id,
            DeliveryRow.room_id == new,
            DeliveryRow.plan == plan,
            DeliveryRow.slot_day == row.slot_day,
        )
        row.plan, row.slot_number = plan, max(row.slot_number, (db.exec(last).one() or 0) + 1)
        row.room_id = new
        db.flush()


def _renamed(db: Db, row: Any, column: str, old: str, new: str) -> str:
    """A unique key with the new id in it; one that the new id has as well is told apart by the row's number."""
    said, table = getattr(row, column), type(row)
    key = _swap(said, old, new)
    if key == said:
        return key
    taken = select(table.id).where(table.account_id == row.account_id, getattr(table, column) == key)
    return f"{key}:{row.id}" if db.exec(taken).first() else key


def _of(db: Db, table: Any, account_id: str, contact_id: str) -> list[Any]:
    return list(db.exec(select(table).where(table.account_id == account_id, table.contact_id == contact_id)))


def _swap(key: str, old: str, new: str) -> str:
    """The id replaced where it stands between colons, as keys are made."""
    return re.sub(rf"(?<![^:]){re.escape(old)}(?![^:])", lambda _found: new, key)


def _replaced(value: Any, old: str, new: str) -> Any:
    """A value as JSON knows them, with the one id in the place of the other."""
    match value:
        case dict():
            return {key: _replaced(held, old, new) for key, held in value.items()}
        case list():
            return [_replaced(held, old, new) for held in value]
        case str() if value == old:
            return new
        case _:
            return value
