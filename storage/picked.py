"""People who have been picked out by their ids, a few or a whole house: how the first are called, when each spoke."""

from __future__ import annotations

from collections.abc import Collection, Generator, Sequence
from contextlib import closing
from datetime import datetime
from heapq import nlargest
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlmodel import col

from storage.people import FEW, Place
from storage.store import Db
from storage.tables import ContactRow, MembershipRow

AT_ONCE = 500
"""So many places are read at once, until there are people enough."""


class Named(NamedTuple):
    """Somebody, as a list of names shows them."""

    contact_id: str
    name: str
    unsubscribed: bool


def first(db: Db, account_id: str, contact_ids: frozenset[str], most: int) -> Sequence[Named]:
    """The first of these people in the order of their names, who has none last."""
    query = select(col(ContactRow.contact_id), col(ContactRow.name), col(ContactRow.unsubscribed_at)).where(
        col(ContactRow.account_id) == account_id
    )
    if len(contact_ids) <= FEW:
        query = query.where(col(ContactRow.contact_id).in_(contact_ids))
    # By code points on every database, as the index has it on SQLite.
    name: Any = col(ContactRow.name)
    order = name.collate("C") if db.get_bind().dialect.name == "postgresql" else name
    found: list[Named] = []
    for part in (query.where(name != ""), query.where(name == "")):
        walked = db.execute(part.order_by(order, col(ContactRow.contact_id)).execution_options(yield_per=100))
        among = (Named(who, called, left is not None) for who, called, left in walked if who in contact_ids)
        found += islice(among, most - len(found))
        walked.close()
    return found


def page(
    db: Db, account_id: str, contact_ids: frozenset[str], room_ids: Collection[str], after: Place | None, limit: int
) -> Sequence[Place]:
    """Those of them who are in these rooms and come behind `after`: who spoke there last first, who never did last."""
    if len(contact_ids) <= FEW:
        spoke = _last_words(db, account_id, room_ids, contact_ids)
        places = (Place(last, contact_id) for contact_id, last in spoke.items())
        behind = (place for place in places if after is None or place.rank < after.rank)
        return nlargest(limit, behind, key=lambda place: place.rank)
    with closing(_walked(db, account_id, contact_ids, room_ids, after)) as walked:
        return list(islice(walked, limit))


def present(db: Db, account_id: str, room_id: str) -> frozenset[str]:
    """Who is in this room."""
    return frozenset(db.scalars(seats(account_id, [room_id], col(MembershipRow.contact_id))))


def _walked(
    db: Db, account_id: str, contact_ids: frozenset[str], room_ids: Collection[str], after: Place | None
) -> Generator[Place]:
    """From the newest words backwards, then past those who never spoke: no further than somebody reads on."""
    last, who = col(MembershipRow.last_seen_at), col(MembershipRow.contact_id)
    query = seats(account_id, room_ids, last, who).order_by(last.desc(), who.desc())
    spoke, silent = query.where(last.is_not(None)), query.where(last.is_(None))
    if after is None:
        parts = [spoke, silent]
    elif after.last is None:
        parts = [silent.where(who < after.contact_id)]
    else:
        parts = [spoke.where(or_(last < after.last, and_(last == after.last, who < after.contact_id))), silent]
    shown: set[str] = set()
    for part in parts:
        with db.execute(part.execution_options(yield_per=AT_ONCE)) as read:
            for some in read.partitions():
                among = [Place(*seat) for seat in some if seat.contact_id in contact_ids]
                # Of somebody in several rooms only the newest words count, which may come before `after`.
                newest = _last_words(db, account_id, room_ids, {place.contact_id for place in among})
                for place in among:
                    if place.last == newest[place.contact_id] and place.contact_id not in shown:
                        shown.add(place.contact_id)
                        yield place


def _last_words(
    db: Db, account_id: str, room_ids: Collection[str], contact_ids: Collection[str]
) -> dict[str, datetime | None]:
    """When each of them who is in these rooms last said something there."""
    last, who = col(MembershipRow.last_seen_at), col(MembershipRow.contact_id)
    query = seats(account_id, room_ids, who, func.max(last)).where(who.in_(contact_ids)).group_by(who)
    return dict(db.execute(query).all())


def seats(account_id: str, room_ids: Collection[str], *columns: Any) -> Any:
    """Asks these columns of every place in the rooms that somebody has now."""
    return select(*columns).where(
        col(MembershipRow.account_id) == account_id,
        col(MembershipRow.room_id).in_(room_ids),
        col(MembershipRow.left_at).is_(None),
    )
