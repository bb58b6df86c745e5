"""Queries about the people in managed rooms."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import tuple_
from sqlmodel import col, func, select, update

from bot.core.member import Member, Person
from bot.policy.room_settings import zone_of
from storage import day_counts, tags
from storage.store import Db
from storage.tables import ContactRow, MembershipRow, RoomRow

MONTH = timedelta(days=30)


def seen(db: Db, account_id: str, words: Mapping[tuple[str, str], tuple[datetime, datetime]]) -> None:
    """Note that people spoke: (room id, contact id) to when first and when last. New people get their rows.

    Columns rather than rows are read and written: this runs for every batch of words.
    """
    if not words:
        return
    known = _heard(db, account_id, list(words))
    changed = []
    for (room_id, contact_id), (first, last) in words.items():
        if (room_id, contact_id) not in known:
            _ensure(db, account_id, room_id, contact_id, first)
        before = known.get((room_id, contact_id), (None, None))
        after = (min(first, before[0] or first), max(last, before[1] or last))
        if after != before:
            key = {"account_id": account_id, "room_id": room_id, "contact_id": contact_id}
            changed.append({**key, "first_words_at": after[0], "last_seen_at": after[1]})
    if changed:
        db.exec(update(MembershipRow), params=changed)


def _heard(
    db: Db, account_id: str, people: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], tuple[datetime | None, datetime | None]]:
    """When these were first and last heard; who has no row is left out."""
    query = select(
        MembershipRow.room_id, MembershipRow.contact_id, MembershipRow.first_words_at, MembershipRow.last_seen_at
    ).where(
        MembershipRow.account_id == account_id,
        tuple_(col(MembershipRow.room_id), col(MembershipRow.contact_id)).in_(people),
    )
    return {(room_id, contact_id): (first, last) for room_id, contact_id, first, last in db.exec(query)}


def present(db: Db, account_id: str, room_id: str, contact_ids: Iterable[str], now: datetime) -> None:
    """Note who is in a room, as the gateway lists them: who is listed is there, who is not has left unheard.

    An empty list is a gateway that does not know, not a room without people.
    """
    people = list(contact_ids)
    if not people:
        return
    contacts, memberships = _contacts(db, account_id, people), _memberships(db, account_id, room_id, people)
    for contact_id in people:
        if contact_id not in contacts:
            db.add(ContactRow(account_id=account_id, contact_id=contact_id, first_seen_at=now))
        membership = memberships.get((room_id, contact_id))
        if membership is None:
            row = MembershipRow(account_id=account_id, room_id=room_id, contact_id=contact_id, first_seen_at=now)
            db.add(row)
        elif membership.left_at is not None:
            membership.left_at = None
    db.exec(
        update(MembershipRow)
        .where(
            col(MembershipRow.account_id) == account_id,
            col(MembershipRow.room_id) == room_id,
            col(MembershipRow.contact_id).not_in(people),
            col(MembershipRow.left_at).is_(None),
        )
        .values(left_at=now)
    )
    db.flush()


def joined(db: Db, account_id: str, room_id: str, contact_ids: Iterable[str], inviter_id: str, at: datetime) -> None:
    """Note a join; a person coming back keeps when they were first seen."""
    for contact_id in contact_ids:
        membership = _ensure(db, account_id, room_id, contact_id, at)
        membership.joined_at, membership.left_at = at, None
        membership.inviter_id = inviter_id or membership.inviter_id
    db.flush()


def left(db: Db, account_id: str, room_id: str, contact_ids: Iterable[str], at: datetime) -> None:
    """Note that people left."""
    for contact_id in contact_ids:
        _ensure(db, account_id, room_id, contact_id, at).left_at = at
    db.flush()


def named(db: Db, account_id: str, room_id: str, contact_id: str, name: str, alias: str, inviter_id: str) -> None:
    """Learn what a person is called; an unknown inviter does not erase a known one."""
    contact = db.get(ContactRow, (account_id, contact_id))
    membership = db.get(MembershipRow, (account_id, room_id, contact_id))
    if contact is None or membership is None:
        return
    contact.name = name or contact.name
    membership.alias = alias
    membership.inviter_id = membership.inviter_id or inviter_id


def nameless(db: Db, account_id: str, room_id: str) -> tuple[str, ...]:
    """Who is in a room without the house knowing a name."""
    query = (
        select(MembershipRow.contact_id)
        .join(
            ContactRow,
            (col(ContactRow.account_id) == col(MembershipRow.account_id))
            & (col(ContactRow.contact_id) == col(MembershipRow.contact_id)),
        )
        .where(MembershipRow.account_id == account_id, MembershipRow.room_id == room_id, ContactRow.name == "")
        .where(col(MembershipRow.left_at).is_(None))
    )
    return tuple(db.exec(query))


def known(db: Db, account_id: str, contact_id: str) -> bool:
    """Whether this person is or was in a managed room."""
    return db.get(ContactRow, (account_id, contact_id)) is not None


def name_of(db: Db, account_id: str, room_id: str, contact_id: str) -> str:
    """What to call a person in a room, "" if no name is known."""
    membership = db.get(MembershipRow, (account_id, room_id, contact_id)) if room_id else None
    contact = db.get(ContactRow, (account_id, contact_id))
    return (membership.alias if membership else "") or (contact.name if contact else "")


def greetable(db: Db, account_id: str, room_id: str, contact_id: str) -> str | None:
    """What to call somebody the bot may address there of its own accord; None once they left or unsubscribed."""
    membership = db.get(MembershipRow, (account_id, room_id, contact_id))
    contact = db.get(ContactRow, (account_id, contact_id))
    if membership is None or contact is None or membership.left_at or contact.unsubscribed_at:
        return None
    return membership.alias or contact.name


def count(db: Db, account_id: str, room_id: str) -> int:
    """How many people are in a room, as far as the house knows."""
    query = (
        select(func.count())
        .select_from(MembershipRow)
        .where(MembershipRow.account_id == account_id, MembershipRow.room_id == room_id)
        .where(col(MembershipRow.left_at).is_(None))
    )
    return db.exec(query).one()


def find(db: Db, account_id: str, name: str) -> tuple[str, ...]:
    """Contact ids that go by this id, brand's number, name or alias; an exact id wins alone, then a number."""
    if not name:
        return ()
    if db.get(ContactRow, (account_id, name)) is not None:
        return (name,)
    by_number = select(ContactRow.contact_id).where(ContactRow.account_id == account_id, ContactRow.member_no == name)
    if numbered := tuple(sorted(db.exec(by_number))):
        return numbered
    by_name = select(ContactRow.contact_id).where(ContactRow.account_id == account_id, ContactRow.name == name)
    by_alias = select(MembershipRow.contact_id).where(
        MembershipRow.account_id == account_id, MembershipRow.alias == name, MembershipRow.alias != ""
    )
    return tuple(sorted({*db.exec(by_name), *db.exec(by_alias)}))


def person(db: Db, account_id: str, contact_id: str, zone: str, now: datetime) -> Person:
    """Somebody the house knows, in all their rooms; `zone` is the house's, for rooms without one of their own."""
    contact = db.get_one(ContactRow, (account_id, contact_id))
    month, today = _recent(db, account_id, contact_id, zone, now)
    return Person(
        contact_id=contact_id,
        name=contact.name,
        rooms=cards(db, account_id, contact_id, now),
        tags=tags.of(db, account_id, contact_id, now),
        member_no=contact.member_no,
        first_seen_at=contact.first_seen_at,
        unsubscribed_at=contact.unsubscribed_at,
        points=contact.points,
        month=month,
        today=today,
    )


def cards(db: Db, account_id: str, contact_id: str, now: datetime) -> tuple[Member, ...]:
    """A person as they are in each managed room they are or were in, newest words first."""
    query = (
        select(MembershipRow, ContactRow, RoomRow)
        .join(
            ContactRow,
            (col(ContactRow.account_id) == col(MembershipRow.account_id))
            & (col(ContactRow.contact_id) == col(MembershipRow.contact_id)),
        )
        .join(
            RoomRow,
            (col(RoomRow.account_id) == col(MembershipRow.account_id))
            & (col(RoomRow.room_id) == col(MembershipRow.room_id)),
        )
        .where(MembershipRow.account_id == account_id, MembershipRow.contact_id == contact_id)
    )
    held, said = tags.of(db, account_id, contact_id, now), day_counts.of(db, account_id, contact_id)
    found = [
        Member(
            room_id=room.room_id,
            room=room.topic or room.room_id,
            contact_id=contact_id,
            name=contact.name,
            alias=membership.alias,
            inviter_id=membership.inviter_id,
            joined_at=membership.joined_at,
            left_at=membership.left_at,
            first_seen_at=membership.first_seen_at,
            last_seen_at=membership.last_seen_at,
            messages=said.get(room.room_id, 0),
            tags=held,
            first_words_at=membership.first_words_at,
            adopted_at=room.adopted_at,
        )
        for membership, contact, room in db.exec(query)
    ]
    return tuple(sorted(found, key=lambda member: member.last_seen_at or member.first_seen_at, reverse=True))


def _recent(db: Db, account_id: str, contact_id: str, zone: str, now: datetime) -> tuple[int, int]:
    """Messages of the last 30 days and of today, each by the calendar of its room."""
    query = select(RoomRow.room_id, RoomRow.settings).where(RoomRow.account_id == account_id)
    days = {room_id: now.astimezone(zone_of(own, zone)).date() for room_id, own in db.exec(query)}
    since = min(days.values(), default=now.date()) - MONTH
    said = [
        (days[room_id] - day, messages)
        for room_id, day, messages in day_counts.daily(db, account_id, contact_id, since)
        if room_id in days
    ]
    month = sum(messages for ago, messages in said if ago < MONTH)
    return month, sum(messages for ago, messages in said if not ago)


def _contacts(db: Db, account_id: str, people: Collection[str]) -> dict[str, ContactRow]:
    query = select(ContactRow).where(ContactRow.account_id == account_id, col(ContactRow.contact_id).in_(people))
    return {row.contact_id: row for row in db.exec(query)}


def _memberships(
    db: Db, account_id: str, room_id: str, people: Collection[str]
) -> dict[tuple[str, str], MembershipRow]:
    query = select(MembershipRow).where(
        MembershipRow.account_id == account_id,
        MembershipRow.room_id == room_id,
        col(MembershipRow.contact_id).in_(people),
    )
    return {(row.room_id, row.contact_id): row for row in db.exec(query)}


def _ensure(db: Db, account_id: str, room_id: str, contact_id: str, at: datetime) -> MembershipRow:
    if db.get(ContactRow, (account_id, contact_id)) is None:
        _new_contact(db, account_id, contact_id, at)
    membership = db.get(MembershipRow, (account_id, room_id, contact_id))
    return membership or _new_membership(db, account_id, room_id, contact_id, at)


def _new_contact(db: Db, account_id: str, contact_id: str, at: datetime) -> ContactRow:
    row = ContactRow(account_id=account_id, contact_id=contact_id, first_seen_at=at)
    db.add(row)
    db.flush()
    return row


def _new_membership(db: Db, account_id: str, room_id: str, contact_id: str, at: datetime) -> MembershipRow:
    row = MembershipRow(account_id=account_id, room_id=room_id, contact_id=contact_id, first_seen_at=at)
    db.add(row)
    db.flush()
    return row
