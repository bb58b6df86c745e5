"""Queries about birthdays: what members told, in their own words or through an import, and where they can be met."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import exists, tuple_
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.core.birthday import Birthday, Calendar, Presence, Whose, YearlyDate
from storage.store import Db
from storage.tables import BirthdayRow, ContactRow, MembershipRow

CHAT, IMPORT = "chat", "import"
"""Where a birthday came from: a person said it, or a file did. What a person said outranks every file."""


def of(db: Db, account_id: str, contact_id: str) -> tuple[Birthday, ...]:
    """What is on file for a member: their own first, then the others as they were told."""
    query = _standing(account_id).where(BirthdayRow.contact_id == contact_id)
    found = [_birthday(row) for row in db.exec(query.order_by(col(BirthdayRow.id)))]
    return tuple(sorted(found, key=lambda item: item.whose is not Whose.SELF))


def add(db: Db, account_id: str, told: Birthday, *, source: str, by: str, now: datetime) -> Birthday | None:
    """Put a birthday on file in the place of what is known of the same one; `told.id` does not matter.

    An import neither brings back what was removed nor changes what a person said: None, as for one it knows already.
    """
    row = db.exec(
        select(BirthdayRow).where(
            BirthdayRow.account_id == account_id,
            BirthdayRow.contact_id == told.contact_id,
            BirthdayRow.whose == told.whose,
            BirthdayRow.name == told.name,
        )
    ).first()
    if row is None:
        row = BirthdayRow(
            account_id=account_id,
            contact_id=told.contact_id,
            whose=told.whose,
            name=told.name,
            calendar=told.calendar,
            month=told.month,
            day=told.day,
            source=source,
            by=by,
            created_at=now,
            changed_at=now,
        )
        db.add(row)
    elif source == IMPORT and (row.removed_at or row.source != IMPORT or _birthday(row).date == told.date):
        return None
    return _write(db, row, told, source, by, now)


def change(db: Db, account_id: str, told: Birthday, *, source: str, by: str, now: datetime) -> Birthday:
    """Give the birthday with the number `told.id` another date, name or kind; `LookupError` when there is none."""
    row = db.get(BirthdayRow, told.id)
    if row is None or row.account_id != account_id:
        raise LookupError(f"no birthday {told.id}")
    if (row.whose, row.name) != (told.whose, told.name):
        _make_room(db, row, told)
    return _write(db, row, told, source, by, now)


def remove(db: Db, account_id: str, birthday_id: int, *, by: str, now: datetime) -> bool:
    """Celebrate it no more; it stays as a row that no import brings back. False when it was not on file."""
    row = db.get(BirthdayRow, birthday_id)
    if row is None or row.account_id != account_id or row.removed_at is not None:
        return False
    row.removed_at, row.changed_at, row.by = now, now, by
    db.flush()
    return True


def greet(
    db: Db, account_id: str, contact_id: str, *, private: bool, room_id: str, by: str, now: datetime
) -> tuple[Birthday, ...]:
    """The member's choice for all of theirs: alone, or in a room; `room_id` "" keeps the rooms there are."""
    for row in db.exec(_standing(account_id).where(BirthdayRow.contact_id == contact_id)).all():
        row.private, row.room_id = private, room_id or row.room_id
        row.by, row.changed_at = by, now
    db.flush()
    return of(db, account_id, contact_id)


def on(
    db: Db, account_id: str, dates: Collection[YearlyDate], room_ids: Collection[str] | None = None
) -> tuple[Birthday, ...]:
    """All that are on file for one of these dates, in the order they were told; of those in one of these rooms."""
    keys = [(date.calendar.value, date.month, date.day) for date in dates]
    fields = tuple_(col(BirthdayRow.calendar), col(BirthdayRow.month), col(BirthdayRow.day))
    query = _standing(account_id).where(fields.in_(keys)).order_by(col(BirthdayRow.id))
    if room_ids is not None:
        # One look per birthday: asked for everybody in the rooms, the dates would be compared for each of them.
        there = select(MembershipRow.contact_id).where(
            MembershipRow.account_id == account_id,
            MembershipRow.contact_id == BirthdayRow.contact_id,
            col(MembershipRow.room_id).in_(room_ids),
            col(MembershipRow.left_at).is_(None),
        )
        query = query.where(exists(there))
    found = (_birthday(row) for row in db.exec(query)) if keys else ()
    return tuple(item for item in found if item.date in dates)


def presences(db: Db, account_id: str, contact_ids: Iterable[str]) -> Mapping[str, tuple[Presence, ...]]:
    """The rooms in which these people are now, where they have been longest first."""
    wanted = sorted(set(contact_ids))
    found: dict[str, list[Presence]] = {contact_id: [] for contact_id in wanted}
    for start in range(0, len(wanted), 1000):
        for contact_id, room_id, alias, name, gone in db.execute(_there(account_id, wanted[start : start + 1000])):
            found[contact_id].append(Presence(room_id, alias or name, gone))
    return {contact_id: tuple(rooms) for contact_id, rooms in found.items()}


def _there(account_id: str, contact_ids: Collection[str]) -> Any:
    """Columns rather than rows: a year's list reads thousands."""
    same = (col(ContactRow.account_id) == col(MembershipRow.account_id)) & (
        col(ContactRow.contact_id) == col(MembershipRow.contact_id)
    )
    columns: Any = select(MembershipRow.contact_id, MembershipRow.room_id, MembershipRow.alias, ContactRow.name)
    return (
        columns.add_columns(col(ContactRow.unsubscribed_at).is_not(None))
        .join(ContactRow, same)
        .where(
            MembershipRow.account_id == account_id,
            col(MembershipRow.contact_id).in_(contact_ids),
            col(MembershipRow.left_at).is_(None),
        )
        .order_by(col(MembershipRow.first_seen_at), col(MembershipRow.room_id))
    )


def _standing(account_id: str) -> SelectOfScalar[BirthdayRow]:
    return select(BirthdayRow).where(BirthdayRow.account_id == account_id, col(BirthdayRow.removed_at).is_(None))


def _make_room(db: Db, row: BirthdayRow, told: Birthday) -> None:
    """Another row of that name gives way: what was said last holds."""
    query = select(BirthdayRow).where(
        BirthdayRow.account_id == row.account_id,
        BirthdayRow.contact_id == row.contact_id,
        BirthdayRow.whose == told.whose,
        BirthdayRow.name == told.name,
        BirthdayRow.id != row.id,
    )
    for other in db.exec(query).all():
        db.delete(other)
    db.flush()


def _write(db: Db, row: BirthdayRow, told: Birthday, source: str, by: str, now: datetime) -> Birthday:
    row.whose, row.name, row.calendar = told.whose, told.name, told.calendar
    row.month, row.day, row.leap, row.year = told.month, told.day, told.leap, told.year
    row.private, row.room_id = told.private, told.room_id or row.room_id
    row.source, row.by, row.changed_at, row.removed_at = source, by, now, None
    db.flush()
    return _birthday(row)


def _birthday(row: BirthdayRow) -> Birthday:
    return Birthday(
        id=row.id or 0,
        contact_id=row.contact_id,
        whose=Whose(row.whose),
        name=row.name,
        calendar=Calendar(row.calendar),
        month=row.month,
        day=row.day,
        leap=row.leap,
        year=row.year,
        private=row.private,
        room_id=row.room_id,
    )
