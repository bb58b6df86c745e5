"""Queries about customers as the shop's lists know them: by member number, by id, many at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from bot.core.birthday import Birthday, Calendar, Whose, YearlyDate
from bot.core.listed import ListedMember
from storage import birthdays, tags
from storage.store import Db
from storage.tables import BirthdayRow, ContactRow, MembershipRow, TagRow

_TABLE = ContactRow.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it
_BIRTHDAYS = BirthdayRow.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it
_CHANGE = (
    update(_TABLE)
    .where(col(ContactRow.account_id) == bindparam("account"), col(ContactRow.contact_id) == bindparam("contact"))
    .values(
        name=bindparam("called"),
        member_no=bindparam("number"),
        tier_listed=bindparam("listed"),
        note=bindparam("remark"),
    )
)


AT_ONCE = 5_000
"""So many tags in one query: SQLite takes 32,766 values in all."""

BirthdayKey = tuple[str, Whose, str]
"""(contact id, whose, name)"""


@dataclass(frozen=True, slots=True)
class Birth:
    """A birthday on file that came from an import."""

    day: YearlyDate
    private: bool


@dataclass(frozen=True, slots=True)
class Card:
    """What an import may write of a person."""

    name: str = ""
    member_no: str = ""
    tier_listed: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the house knows of the people in a stretch of a list, before anything of it is written.

    `heard` are those whose name comes from a room. `tags` are the pairs of contact and tag that hold, or that
    somebody took away; `birthdays` maps (contact, whose, name) to the one on file, None where a person decided.
    """

    cards: Mapping[str, Card]
    owners: Mapping[str, str]
    heard: frozenset[str] = frozenset()
    tags: frozenset[tuple[str, str]] = frozenset()
    birthdays: Mapping[BirthdayKey, Birth | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What is to be written of one person: a new or changed card, tags, birthdays."""

    contact_id: str
    card: Card
    new: bool
    changed: bool
    tags: Sequence[str] = ()
    new_birthdays: Sequence[Birthday] = ()
    changed_birthdays: Sequence[Birthday] = ()

    @property
    def same(self) -> bool:
        return not (self.new or self.changed or self.tags or self.new_birthdays or self.changed_birthdays)


def owners(db: Db, account_id: str, member_nos: Collection[str]) -> dict[str, str]:
    """The contact id of each of these member numbers that is known."""
    if not member_nos:
        return {}
    query = select(col(ContactRow.member_no), col(ContactRow.contact_id)).where(
        col(ContactRow.account_id) == account_id, col(ContactRow.member_no).in_(member_nos)
    )
    return dict(db.execute(query).all())


def numbers(db: Db, account_id: str, contact_ids: Collection[str]) -> dict[str, str]:
    """The member number, "" if there is none, of each of these people whom the house knows."""
    if not contact_ids:
        return {}
    query = select(col(ContactRow.contact_id), col(ContactRow.member_no)).where(
        col(ContactRow.account_id) == account_id, col(ContactRow.contact_id).in_(contact_ids)
    )
    return dict(db.execute(query).all())


def existing(db: Db, account_id: str, contact_ids: Collection[str]) -> set[str]:
    """Those of these people whom the house knows."""
    return set(numbers(db, account_id, contact_ids))


def look(db: Db, account_id: str, members: Sequence[ListedMember], now: datetime) -> Known:
    """What is known of these; five queries, however many they are."""
    found = owners(db, account_id, [item.member_no for item in members if item.member_no])
    ids = {item.contact_id for item in members if item.contact_id} | set(found.values())
    if not ids:
        return Known({}, found)
    cards = select(
        *(col(ContactRow.contact_id), col(ContactRow.name), col(ContactRow.member_no)),
        *(col(ContactRow.tier_listed), col(ContactRow.note)),
    ).where(col(ContactRow.account_id) == account_id, col(ContactRow.contact_id).in_(ids))
    heard = select(col(MembershipRow.contact_id)).where(
        col(MembershipRow.account_id) == account_id, col(MembershipRow.contact_id).in_(ids)
    )
    return Known(
        {contact_id: Card(*facts) for contact_id, *facts in db.execute(cards)},
        found,
        frozenset(db.execute(heard).scalars()),
        _tags(db, account_id, ids, now),
        _birthdays(db, account_id, ids),
    )


def enrol(db: Db, account_id: str, people: Sequence[Enrolment], now: datetime) -> None:
    """Write it, in a few statements, however many they are."""
    meet(db, account_id, {item.contact_id: item.card for item in people if item.new}, now)
    changed = [
        {
            "account": account_id,
            "contact": item.contact_id,
            "called": item.card.name,
            "number": item.card.member_no,
            "listed": item.card.tier_listed,
            "remark": item.card.note,
        }
        for item in people
        if item.changed
    ]
    if changed:
        db.connection().execute(_CHANGE, changed)
    held = [
        tags.Evidence(item.contact_id, tag, "", None, "", "", now, None, source="import")
        for item in people
        for tag in item.tags
    ]
    for start in range(0, len(held), AT_ONCE):
        tags.met(db, account_id, held[start : start + AT_ONCE])
    _write_birthdays(db, account_id, people, now)


def meet(db: Db, account_id: str, cards: Mapping[str, Card], now: datetime) -> None:
    """Have a row for each of these people; one that the running bot has just made stays as it is."""
    rows = [
        {
            "account_id": account_id,
            "contact_id": contact_id,
            "first_seen_at": now,
            "name": card.name,
            "member_no": card.member_no,
            "tier_listed": card.tier_listed,
            "note": card.note,
            "points": 0,
            "tier": "",
            "tier_rule": "",
            "tier_by": "",
            "orders": 0,
            "spent_cents": 0,
        }
        for contact_id, card in sorted(cards.items())
    ]
    if rows:
        db.connection().execute(_insert(db, _TABLE), rows)


def _tags(db: Db, account_id: str, ids: Collection[str], now: datetime) -> frozenset[tuple[str, str]]:
    query = select(
        *(col(TagRow.contact_id), col(TagRow.tag), col(TagRow.source)),
        *(col(TagRow.removed_at), col(TagRow.expires_at)),
    ).where(col(TagRow.account_id) == account_id, col(TagRow.contact_id).in_(ids))
    return frozenset(
        (contact_id, tag)
        for contact_id, tag, source, removed_at, expires_at in db.execute(query)
        if removed_at is not None or source == tags.BY_HAND or expires_at is None or expires_at > now
    )


def _birthdays(db: Db, account_id: str, ids: Collection[str]) -> dict[BirthdayKey, Birth | None]:
    query = select(BirthdayRow).where(col(BirthdayRow.account_id) == account_id, col(BirthdayRow.contact_id).in_(ids))
    found: dict[BirthdayKey, Birth | None] = {}
    for row in db.execute(query).scalars():
        key = (row.contact_id, Whose(row.whose), row.name)
        free = row.source == birthdays.IMPORT and row.removed_at is None
        day = YearlyDate(Calendar(row.calendar), row.month, row.day, row.leap)
        found[key] = Birth(day, row.private) if free else None
    return found


def _write_birthdays(db: Db, account_id: str, people: Sequence[Enrolment], now: datetime) -> None:
    """New ones at once; one whose date has changed the way a single one is."""
    rows = [
        {
            "account_id": account_id,
            "contact_id": born.contact_id,
            "whose": born.whose.value,
            "name": born.name,
            "calendar": born.calendar.value,
            "month": born.month,
            "day": born.day,
            "leap": born.leap,
            "year": born.year,
            "private": born.private,
            "room_id": "",
            "source": birthdays.IMPORT,
            "by": "",
            "created_at": now,
            "changed_at": now,
        }
        for person in people
        for born in person.new_birthdays
    ]
    if rows:
        db.connection().execute(_insert(db, _BIRTHDAYS), rows)
    for person in people:
        for born in person.changed_birthdays:
            birthdays.add(db, account_id, born, source=birthdays.IMPORT, by="", now=now)


def _insert(db: Db, table: Any) -> Any:
    """An insert that leaves alone what is there already."""
    dialect = postgresql if db.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(table).on_conflict_do_nothing()
