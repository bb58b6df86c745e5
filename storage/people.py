"""Lists of everybody the house knows: who spoke last comes first, page by page, however many there are."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage import day_counts, tags
from storage.store import Db
from storage.tables import ContactRow, MembershipRow, RoomRow
from storage.types import EPOCH, BigId, to_ms

FEW = 500
"""So many people are asked for by their ids; of more, everybody is read in order and the others left out."""

_MARK = re.compile(r"(\d{0,14})\.(.+)", re.ASCII)


class Place(NamedTuple):
    """Somebody's place in the list: when they last spoke, None for who never did, and who they are."""

    last: datetime | None
    contact_id: str

    @property
    def mark(self) -> str:
        """The place as an address can hold it; `marked` reads it."""
        return f"{to_ms(self.last) if self.last else ''}.{self.contact_id}"

    @property
    def rank(self) -> tuple[int, str]:
        """The greatest comes first in the list."""
        return to_ms(self.last) if self.last else 0, self.contact_id


def marked(mark: str) -> Place | None:
    """The place that a `mark` names; None for the beginning, and for what is no mark."""
    found = _MARK.fullmatch(mark)
    if found is None:
        return None
    return Place(EPOCH + timedelta(milliseconds=int(found[1])) if found[1] else None, found[2])


@dataclass(frozen=True, slots=True)
class Sought:
    """Whom a list is about: `text` is in a name, an alias, an id or a member number; `room_id` where they are now."""

    text: str = ""
    room_id: str = ""


class Seen(NamedTuple):
    """A room somebody is in, or has left, and what they are called there."""

    room: str
    alias: str
    left: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the list. `month` are messages since the day asked for; `rooms` are first those they are in."""

    contact_id: str
    name: str
    number: str
    tier: str
    points: int
    unsubscribed: bool
    rooms: tuple[Seen, ...]
    tags: tuple[str, ...]
    month: int
    last: datetime | None


def page(db: Db, account_id: str, sought: Sought, after: Place | None, limit: int) -> list[Place]:
    """The places behind `after`: those who ever spoke, the last first, then those who never did.

    In a room it is the words said there that count. Without a text no more is read than the page, with one every
    name is looked at once.
    """
    if sought.text:
        found_ids = matching(db, account_id, sought.text)
        # A few are asked for by their ids; of many, the database knows better which come first.
        who = col(ContactRow.contact_id)
        meant = who.in_(found_ids) if len(found_ids) <= FEW else _matches(db, account_id, sought.text)
        return [Place(*row) for row in db.execute(_found(account_id, sought.room_id, meant, after).limit(limit))]
    found: list[Place] = []
    if after is None or after.last is not None:
        found = [Place(*row) for row in db.execute(_spoken(account_id, sought.room_id, after).limit(limit))]
        after = None
    if len(found) < limit:
        silent = _silent(account_id, sought.room_id, after).limit(limit - len(found))
        found += [Place(None, contact_id) for (contact_id,) in db.execute(silent)]
    return found


def matching(db: Db, account_id: str, text: str) -> set[str]:
    """Who has this in a name, an alias, an id or a member number; the case of Latin letters does not matter."""
    query = select(col(ContactRow.contact_id)).where(col(ContactRow.account_id) == account_id)
    return {contact_id for (contact_id,) in db.execute(query.where(_matches(db, account_id, text)))}


def lines(db: Db, account_id: str, places: Sequence[Place], since: date, now: datetime) -> list[Listed]:
    """What the list says of these people, in their order; `month` counts from the day `since` on."""
    ids = [place.contact_id for place in places]
    query = select(
        *(col(ContactRow.contact_id), col(ContactRow.name), col(ContactRow.member_no), col(ContactRow.tier)),
        *(col(ContactRow.points), col(ContactRow.unsubscribed_at)),
    ).where(col(ContactRow.account_id) == account_id, col(ContactRow.contact_id).in_(ids))
    known = {row[0]: row[1:] for row in db.execute(query)}
    rooms, held = _rooms(db, account_id, ids), tags.names(db, account_id, now, ids)
    said = day_counts.totals(db, account_id, ids, since)
    return [
        Listed(
            contact_id=place.contact_id,
            name=name or next((seen.alias for seen in rooms.get(place.contact_id, ()) if seen.alias), ""),
            number=number,
            tier=tier,
            points=points,
            unsubscribed=unsubscribed is not None,
            rooms=tuple(rooms.get(place.contact_id, ())),
            tags=tuple(held.get(place.contact_id, ())),
            month=said.get(place.contact_id, 0),
            last=place.last,
        )
        for place in places
        if place.contact_id in known
        for name, number, tier, points, unsubscribed in (known[place.contact_id],)
    ]


def names(db: Db, account_id: str, contact_ids: Collection[str]) -> dict[str, str]:
    """What people are called, those left out who have no name."""
    query = select(col(ContactRow.contact_id), col(ContactRow.name)).where(
        col(ContactRow.account_id) == account_id, col(ContactRow.contact_id).in_(set(contact_ids))
    )
    return {contact_id: name for contact_id, name in db.execute(query) if name}


def _spoken(account_id: str, room_id: str, after: Place | None) -> Any:
    """Walks an index from the newest words backwards; of somebody in several rooms only the newest place counts."""
    last, who = col(MembershipRow.last_seen_at), col(MembershipRow.contact_id)
    query = select(last, who).where(col(MembershipRow.account_id) == account_id, last.is_not(None))
    if room_id:
        query = query.where(col(MembershipRow.room_id) == room_id, col(MembershipRow.left_at).is_(None))
    else:
        query = query.where(col(MembershipRow.room_id) == _newest(account_id, who, col(MembershipRow.room_id)))
    if after is not None and after.last is not None:
        query = query.where(or_(last < after.last, and_(last == after.last, who < after.contact_id)))
    return query.order_by(last.desc(), who.desc())


def _silent(account_id: str, room_id: str, after: Place | None) -> Any:
    if room_id:
        who = col(MembershipRow.contact_id)
        here = (col(MembershipRow.account_id) == account_id, col(MembershipRow.room_id) == room_id)
        query = select(who).where(
            *here, col(MembershipRow.left_at).is_(None), col(MembershipRow.last_seen_at).is_(None)
        )
    else:
        who = col(ContactRow.contact_id)
        never = _newest(account_id, who, col(MembershipRow.room_id)).is_(None)
        query = select(who).where(col(ContactRow.account_id) == account_id, never)
    return (query if after is None else query.where(who < after.contact_id)).order_by(who.desc())


def _found(account_id: str, room_id: str, meant: Any, after: Place | None) -> Any:
    who = col(ContactRow.contact_id)
    last = _newest(account_id, who, col(MembershipRow.last_seen_at), room_id)
    query = select(last, who).where(col(ContactRow.account_id) == account_id, meant)
    if room_id:
        here = select(col(MembershipRow.contact_id)).where(
            col(MembershipRow.account_id) == account_id, col(MembershipRow.room_id) == room_id
        )
        query = query.where(who.in_(here.where(col(MembershipRow.left_at).is_(None))))
    key = func.coalesce(last, 0, type_=BigId)
    if after is not None:
        since = to_ms(after.last) if after.last else 0
        query = query.where(or_(key < since, and_(key == since, who < after.contact_id)))
    return query.order_by(key.desc(), who.desc())


def _newest(account_id: str, contact_id: Any, wanted: Any, room_id: str = "") -> Any:
    """What the membership says in which somebody spoke last, anywhere or in a room; NULL for who never did.

    `coalesce` keeps the planner from reading everybody's last words instead of this person's few rooms.
    """
    there = aliased(MembershipRow)
    last = func.coalesce(col(there.last_seen_at), 0, type_=BigId)
    query = select(getattr(there, wanted.key)).where(
        col(there.account_id) == account_id, col(there.contact_id) == contact_id, last > 0
    )
    if room_id:
        query = query.where(col(there.room_id) == room_id)
    return query.order_by(last.desc(), col(there.room_id)).limit(1).scalar_subquery()


def _matches(db: Db, account_id: str, text: str) -> Any:
    """SQLite compares Latin letters without their case anyway, and `lower` would take as long as the rest."""
    fold: Any = func.lower if db.get_bind().dialect.name == "postgresql" else lambda field: field
    wanted = text.lower()
    fields = (col(ContactRow.name), col(ContactRow.contact_id), col(ContactRow.member_no))
    aliases = select(col(MembershipRow.contact_id)).where(
        col(MembershipRow.account_id) == account_id,
        col(MembershipRow.alias) != "",
        fold(col(MembershipRow.alias)).contains(wanted, autoescape=True),
    )
    return or_(
        *(fold(field).contains(wanted, autoescape=True) for field in fields), col(ContactRow.contact_id).in_(aliases)
    )


def _rooms(db: Db, account_id: str, contact_ids: Sequence[str]) -> dict[str, list[Seen]]:
    """Where each is or was: those they are still in first, by name."""
    rooms = select(col(RoomRow.room_id), col(RoomRow.topic)).where(col(RoomRow.account_id) == account_id)
    called = {room_id: topic or room_id for room_id, topic in db.execute(rooms)}
    query = select(
        *(col(MembershipRow.contact_id), col(MembershipRow.room_id)),
        *(col(MembershipRow.alias), col(MembershipRow.left_at)),
    ).where(col(MembershipRow.account_id) == account_id, col(MembershipRow.contact_id).in_(contact_ids))
    found: dict[str, list[Seen]] = {}
    for contact_id, room_id, alias, left in db.execute(query):
        found.setdefault(contact_id, []).append(Seen(called.get(room_id, room_id), alias, left is not None))
    return {contact_id: sorted(seen, key=lambda item: (item.left, item.room)) for contact_id, seen in found.items()}
