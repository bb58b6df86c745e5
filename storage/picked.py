"""People who have been picked out by their ids, a few or a whole house: how the first are called, when each spoke."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from heapq import nlargest
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import func, select, type_coerce
from sqlmodel import col

from storage.people import Place
from storage.store import Db
from storage.tables import ContactRow, MembershipRow
from storage.types import EPOCH, BigId

FEW = 500
"""So many are asked for by their ids; of more, everybody is read and the others left out."""


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
) -> tuple[Sequence[Place], int]:
    """A page of those of them who are in these rooms, who spoke there last first, and how many they are in all."""
    who, last = col(MembershipRow.contact_id), type_coerce(col(MembershipRow.last_seen_at), BigId)
    query = select(func.coalesce(func.max(last), 0), who).where(
        col(MembershipRow.account_id) == account_id,
        col(MembershipRow.room_id).in_(room_ids),
        col(MembershipRow.left_at).is_(None),
    )
    if len(contact_ids) <= FEW:
        query = query.where(who.in_(contact_ids))
    ranks = [(at, contact_id) for at, contact_id in db.execute(query.group_by(who)) if contact_id in contact_ids]
    behind = ranks if after is None else [rank for rank in ranks if rank < after.rank]
    shown = nlargest(limit, behind)
    return [Place(EPOCH + timedelta(milliseconds=at) if at else None, who) for at, who in shown], len(ranks)
