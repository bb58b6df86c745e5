"""Queries about tags and what they rest on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import col, or_, select

from bot.core.member import Tag
from storage.store import Db
from storage.tables import MembershipRow, TagRow


@dataclass(frozen=True, slots=True)
class Evidence:
    """A rule met by one message."""

    contact_id: str
    tag: str
    rule: str
    room_id: str | None
    message_id: str
    why: str
    at: datetime
    expires_at: datetime | None


def met(db: Db, account_id: str, evidence: Iterable[Evidence]) -> list[Evidence]:
    """Assign or refresh tags by rule; returns the evidence that was new to the person.

    What somebody set or removed by hand is left as they wished.
    """
    first: list[Evidence] = []
    for item in evidence:
        row = db.get(TagRow, (account_id, item.contact_id, item.tag))
        if row is None:
            db.add(_new(account_id, item))
            db.flush()
            first.append(item)
        elif row.source == "rule" and row.removed_at is None:
            expired = row.expires_at is not None and row.expires_at <= item.at
            row.assigned_at = item.at if expired else row.assigned_at
            row.times = 1 if expired else row.times + 1
            row.rule, row.room_id, row.message_id, row.why = item.rule, item.room_id, item.message_id, item.why
            row.seen_at, row.expires_at = item.at, item.expires_at
    return first


def add(db: Db, account_id: str, contact_id: str, tag: str, *, by: str, now: datetime) -> bool:
    """Set a tag by hand; False when it is already there by hand."""
    row = db.get(TagRow, (account_id, contact_id, tag))
    if row is not None and row.source == "operator" and row.removed_at is None:
        return False
    if row is None:
        row = TagRow(
            account_id=account_id, contact_id=contact_id, tag=tag, source="operator", assigned_at=now, seen_at=now
        )
        db.add(row)
    row.source, row.assigned_by, row.assigned_at, row.seen_at = "operator", by, now, now
    row.rule, row.message_id, row.why, row.times, row.expires_at = "", "", "", 1, None
    row.removed_at, row.removed_by = None, ""
    return True


def remove(db: Db, account_id: str, contact_id: str, tag: str, *, by: str, now: datetime) -> bool:
    """Take a tag off for good; False when the person does not have it."""
    row = db.get(TagRow, (account_id, contact_id, tag))
    if row is None or row.removed_at is not None or (row.expires_at is not None and row.expires_at <= now):
        return False
    row.removed_at, row.removed_by = now, by
    return True


def of(db: Db, account_id: str, contact_id: str, now: datetime) -> tuple[Tag, ...]:
    """The person's tags that hold at `now`, newest evidence first."""
    query = select(TagRow).where(TagRow.account_id == account_id, TagRow.contact_id == contact_id, _holds(now))
    rows = sorted(db.exec(query), key=lambda row: (row.seen_at, row.tag), reverse=True)
    return tuple(
        Tag(row.tag, row.source, row.rule, row.message_id, row.why, row.assigned_at, row.expires_at, row.times)
        for row in rows
    )


def counts(db: Db, account_id: str, room_id: str | None, now: datetime) -> Counter[str]:
    """How many people have each tag, in one room or in all."""
    query = select(TagRow.tag, TagRow.contact_id).where(TagRow.account_id == account_id, _holds(now))
    if room_id is not None:
        members = select(MembershipRow.contact_id).where(
            MembershipRow.account_id == account_id, MembershipRow.room_id == room_id
        )
        query = query.where(col(TagRow.contact_id).in_(members))
    return Counter(tag for tag, _contact in db.exec(query))


def _holds(now: datetime) -> ColumnElement[bool]:
    return col(TagRow.removed_at).is_(None) & or_(col(TagRow.expires_at).is_(None), col(TagRow.expires_at) > now)


def _new(account_id: str, item: Evidence) -> TagRow:
    return TagRow(
        account_id=account_id,
        contact_id=item.contact_id,
        tag=item.tag,
        source="rule",
        rule=item.rule,
        room_id=item.room_id,
        message_id=item.message_id,
        why=item.why,
        assigned_at=item.at,
        seen_at=item.at,
        expires_at=item.expires_at,
    )
