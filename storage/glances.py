"""Looks at many rooms at once, with the same few queries however many they are and however old the house is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import col, func, select

from bot.core.delivery import Delivery
from bot.core.glance import Glance
from bot.core.post import PostKind
from bot.core.posted import Posted, Source
from storage.deliveries import Unresolved, Waiting, delivery_of
from storage.ledger import REPLY
from storage.store import Db
from storage.tables import DayCountRow, DeliveryRow, LedgerRow, MembershipRow

POSTS = 30
"""So many posts of a room are looked at."""

_KINDS = {kind.value: kind for kind in PostKind}
_SOURCES = {source.value: source for source in Source}


def of(db: Db, account_id: str, ids: Sequence[str], posted_since: datetime, said_since: date) -> dict[str, Glance]:
    """Each room at a glance, by its id: its last posts since then, and what was said from that local day on."""
    posts, waiting = _posts(db, account_id, ids, posted_since), _waiting(db, account_id, ids)
    unresolved, people = troubled(db, account_id), _people(db, account_id, ids)
    words = _words(db, account_id, ids, said_since)
    return {
        room_id: Glance(
            posts=tuple(posts[room_id]),
            waiting=tuple(waiting[room_id]),
            unresolved=unresolved[room_id],
            people=people[room_id],
            words=words[room_id],
        )
        for room_id in ids
    }


def troubled(db: Db, account_id: str) -> Counter[str]:
    """How many posts of each room nobody can account for."""
    # Grouped here: in the database SQLite would walk all of the outbox by room, to save itself the sorting of a few.
    query = select(DeliveryRow.room_id).where(
        DeliveryRow.account_id == account_id, col(DeliveryRow.state).in_(Unresolved)
    )
    return Counter(db.exec(query))


def _posts(db: Db, account_id: str, ids: Sequence[str], since: datetime) -> dict[str, list[Posted]]:
    backwards: Any = [col(LedgerRow.posted_at).desc(), col(LedgerRow.id).desc()]
    number = func.row_number().over(partition_by=col(LedgerRow.room_id), order_by=backwards).label("number")
    columns: Any = select(LedgerRow.room_id, LedgerRow.kind, LedgerRow.posted_at, LedgerRow.content)
    numbered = (
        columns.add_columns(col(LedgerRow.source), number)
        .where(
            LedgerRow.account_id == account_id,
            col(LedgerRow.room_id).in_(ids),
            LedgerRow.posted_at >= since,
            LedgerRow.kind != REPLY,
        )
        .subquery()
    )
    query = numbered.select().where(numbered.c.number <= POSTS).order_by(numbered.c.number.desc())
    found: dict[str, list[Posted]] = defaultdict(list)
    for room_id, kind, at, content, source, _number in db.execute(query):
        found[room_id].append(Posted(_KINDS[kind], at, content, _SOURCES[source]))
    return found


def _waiting(db: Db, account_id: str, ids: Sequence[str]) -> dict[str, list[Delivery]]:
    query = select(DeliveryRow).where(
        DeliveryRow.account_id == account_id,
        col(DeliveryRow.state).in_(Waiting),
        col(DeliveryRow.room_id).in_(ids),
    )
    found: dict[str, list[Delivery]] = defaultdict(list)
    for row in db.exec(query.order_by(col(DeliveryRow.due_at), col(DeliveryRow.id))):
        found[row.room_id].append(delivery_of(row))
    return found


def _people(db: Db, account_id: str, ids: Sequence[str]) -> Counter[str]:
    query = (
        select(MembershipRow.room_id, func.count())
        .where(
            MembershipRow.account_id == account_id,
            col(MembershipRow.room_id).in_(ids),
            col(MembershipRow.left_at).is_(None),
        )
        .group_by(col(MembershipRow.room_id))
    )
    return Counter(dict(db.exec(query).all()))


def _words(db: Db, account_id: str, ids: Sequence[str], since: date) -> dict[str, dict[date, int]]:
    query = (
        select(DayCountRow.room_id, DayCountRow.day, func.sum(col(DayCountRow.messages)))
        .where(
            DayCountRow.account_id == account_id,
            col(DayCountRow.room_id).in_(ids),
            DayCountRow.day >= since.isoformat(),
        )
        .group_by(col(DayCountRow.room_id), col(DayCountRow.day))
    )
    found: dict[str, dict[date, int]] = defaultdict(dict)
    for room_id, day, messages in db.exec(query):
        found[room_id][date.fromisoformat(day)] = int(messages)
    return found
