"""Streams tables out, a page at a time, with the field names that programs outside rely on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlmodel import col, select

from bot.core.message import MessageKind
from storage import tags
from storage.store import Db
from storage.tables import (
    AuditRow,
    BirthdayRow,
    ContactRow,
    DeliveryRow,
    LedgerRow,
    MembershipRow,
    MessageRow,
    RoomRow,
    TagRow,
)

PAGE = 1_000
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows: one account, perhaps one room, perhaps not before a time."""

    account_id: str
    room_id: str | None
    since: datetime | None
    now: datetime


def messages(db: Db, asked: Asked) -> Iterator[Row]:
    """What was said, in the order it was recorded, with the tags each message gave evidence for."""
    topics, names = _topics(db, asked), _names(db, asked)
    for page in _pages(db, MessageRow, asked, MessageRow.sent_at):
        ids = [row.message_id for row in page]
        query = select(TagRow.message_id, TagRow.tag).where(
            TagRow.account_id == asked.account_id, col(TagRow.message_id).in_(ids)
        )
        tagged: dict[str, list[str]] = {}
        for message_id, tag in db.exec(query):
            tagged.setdefault(message_id, []).append(tag)
        for row in page:
            yield {
                "id": row.message_id,
                "account_id": row.account_id,
                "room_id": row.room_id,
                "room": topics.get(row.room_id or "", ""),
                "talker_id": row.talker_id,
                "talker": names.get((row.room_id or "", row.talker_id)) or names.get(("", row.talker_id), ""),
                "type": MessageKind(row.raw_type).name.lower(),
                "raw_type": row.raw_type,
                "text": row.text,
                "media": row.media_path,
                "from_self": row.from_self,
                "sent_at": iso(row.sent_at),
                "recorded_at": iso(row.recorded_at),
                "recalled_at": iso(row.recalled_at),
                "tags": sorted(tagged.get(row.message_id, [])),
            }


def deliveries(db: Db, asked: Asked) -> Iterator[Row]:
    """The outbox."""
    topics = _topics(db, asked)
    for page in _pages(db, DeliveryRow, asked, DeliveryRow.due_at):
        for row in page:
            yield {
                "id": row.id,
                "attempt_id": row.attempt_id,
                "account_id": row.account_id,
                "room_id": row.room_id,
                "room": topics.get(row.room_id, ""),
                "kind": row.kind,
                "content": row.content,
                "text": row.text,
                "state": row.state,
                "reason": row.reason,
                "due_at": iso(row.due_at),
                "dispatched_at": iso(row.dispatched_at),
                "confirmed_at": iso(row.confirmed_at),
                "rule": row.rule,
                "numbers": row.numbers,
                "next_at": iso(row.next_at),
                "source": row.source,
                "by": row.by,
                "override": row.override,
                "recalled_at": iso(row.recalled_at),
            }


def ledger(db: Db, asked: Asked) -> Iterator[Row]:
    """What was really said: posts, and answers of kind "reply"."""
    topics = _topics(db, asked)
    for page in _pages(db, LedgerRow, asked, LedgerRow.posted_at):
        for row in page:
            yield {
                "room_id": row.room_id,
                "room": topics.get(row.room_id, ""),
                "posted_at": iso(row.posted_at),
                "kind": row.kind,
                "source": row.source,
                "content": row.content,
                "delivery_id": row.delivery_id,
                "talker_id": row.talker_id,
                "message_id": row.message_id,
            }


def audit(db: Db, asked: Asked) -> Iterator[Row]:
    """Every command and refusal."""
    for page in _pages(db, AuditRow, asked, AuditRow.at):
        for row in page:
            yield {
                "at": iso(row.at),
                "actor_id": row.actor_id,
                "role": row.role,
                "command": row.command,
                "target": row.target,
                "outcome": row.outcome,
                "reason": row.reason,
                "room_id": row.room_id,
            }


def members(db: Db, asked: Asked) -> Iterator[Row]:
    """One row per person and managed room."""
    topics, held = _topics(db, asked), tags.names(db, asked.account_id, asked.now)
    celebrated = _birthdays(db, asked)
    query = (
        select(MembershipRow, ContactRow)
        .join(
            ContactRow,
            (col(ContactRow.account_id) == col(MembershipRow.account_id))
            & (col(ContactRow.contact_id) == col(MembershipRow.contact_id)),
        )
        .where(MembershipRow.account_id == asked.account_id)
        .order_by(col(MembershipRow.room_id), col(MembershipRow.contact_id))
    )
    if asked.room_id is not None:
        query = query.where(MembershipRow.room_id == asked.room_id)
    if asked.since is not None:
        query = query.where(col(MembershipRow.last_seen_at) >= asked.since)
    for membership, contact in db.exec(query.execution_options(yield_per=PAGE)):
        yield {
            "account_id": asked.account_id,
            "room_id": membership.room_id,
            "room": topics.get(membership.room_id, ""),
            "contact_id": contact.contact_id,
            "name": contact.name,
            "alias": membership.alias,
            "inviter_id": membership.inviter_id,
            "tags": held.get(contact.contact_id, []),
            "birthdays": celebrated.get(contact.contact_id, []),
            "points": contact.points,
            # Nothing in the house says yet how far somebody is on their way to becoming a customer.
            "stage": "",
            "tier": contact.tier,
            "member_no": contact.member_no,
            "joined_at": iso(membership.joined_at),
            "left_at": iso(membership.left_at),
            "first_seen_at": iso(membership.first_seen_at),
            "first_words_at": iso(membership.first_words_at),
            "last_seen_at": iso(membership.last_seen_at),
            "unsubscribed_at": iso(contact.unsubscribed_at),
        }


KINDS: dict[str, Callable[[Db, Asked], Iterator[Row]]] = {
    "messages": messages,
    "members": members,
    "ledger": ledger,
    "deliveries": deliveries,
    "audit": audit,
}
"""What can be exported."""


def iso(at: datetime | None) -> str | None:
    """UTC ISO 8601 with Z, to the millisecond."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _pages(db: Db, table: Any, asked: Asked, moment: Any) -> Iterator[Sequence[Any]]:
    """Rows in the order of their ids, by key rather than by offset: the last page costs what the first did."""
    last = 0
    while True:
        query = select(table).where(table.account_id == asked.account_id, table.id > last).order_by(table.id)
        if asked.room_id is not None:
            query = query.where(table.room_id == asked.room_id)
        if asked.since is not None:
            query = query.where(moment >= asked.since)
        page = db.exec(query.limit(PAGE)).all()
        if not page:
            return
        yield page
        last = page[-1].id
        db.expunge_all()


def _birthdays(db: Db, asked: Asked) -> dict[str, list[str]]:
    """What is celebrated by person, such as "self 05-20" or "pet 豆豆 lunar 08-15"; never a year."""
    query = select(BirthdayRow).where(BirthdayRow.account_id == asked.account_id, col(BirthdayRow.removed_at).is_(None))
    told: dict[str, list[str]] = {}
    for row in db.exec(query.order_by(col(BirthdayRow.id))):
        calendar = {"solar": "", "lunar": "lunar leap" if row.leap else "lunar"}[row.calendar]
        parts = (row.whose, row.name, calendar, f"{row.month:02}-{row.day:02}")
        told.setdefault(row.contact_id, []).append(" ".join(filter(None, parts)))
    return told


def _topics(db: Db, asked: Asked) -> dict[str, str]:
    query = select(RoomRow.room_id, RoomRow.topic).where(RoomRow.account_id == asked.account_id)
    return dict(db.exec(query).all())


def _names(db: Db, asked: Asked) -> dict[tuple[str, str], str]:
    """What everybody is called: by room where they chose an alias, else under the empty room."""
    contacts = select(ContactRow.contact_id, ContactRow.name).where(ContactRow.account_id == asked.account_id)
    aliases = select(MembershipRow.room_id, MembershipRow.contact_id, MembershipRow.alias).where(
        MembershipRow.account_id == asked.account_id, MembershipRow.alias != ""
    )
    names = {("", contact_id): name for contact_id, name in db.exec(contacts)}
    names |= {(room_id, contact_id): alias for room_id, contact_id, alias in db.exec(aliases)}
    return names
