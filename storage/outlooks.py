"""Gathers what the planner must know of many rooms, with the same few queries however many they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, func, select

from bot.core.delivery import Delivery
from bot.core.outlook import Outlook
from bot.core.post import PostKind
from bot.core.posted import Posted, Source
from bot.core.room import Room
from storage import checkins, deliveries
from storage.ledger import REPLY
from storage.store import Db
from storage.tables import DeliveryRow, LedgerRow

NEWEST = 1000
"""A room's ledger is read back so far: years, at two posts a day."""

DAILY = "daily"
"""The name of the plan whose slots are counted as taken."""

_BY_TIME = (col(LedgerRow.room_id), col(LedgerRow.posted_at), col(LedgerRow.id))
_KINDS = {kind.value: kind for kind in PostKind}
_SOURCES = {source.value: source for source in Source}


def of(db: Db, account_id: str, rooms: Sequence[Room], now: datetime) -> dict[str, Outlook]:
    """Each room's outlook by its id, in the order of `rooms`; five queries."""
    ids = [room.room_id for room in rooms]
    histories, waits = _histories(db, account_id, ids), _waiting(db, account_id, ids)
    taken, running = _taken(db, account_id, ids, now), checkins.running(db, account_id)
    found = {}
    for room in rooms:
        history, waits_here, taken_here = histories[room.room_id], waits[room.room_id], taken[room.room_id]
        campaigns = running.get(room.room_id, ())
        found[room.room_id] = Outlook(room, tuple(history), tuple(waits_here), frozenset(taken_here), campaigns)
    return found


def _histories(db: Db, account_id: str, ids: Sequence[str]) -> Mapping[str, list[Posted]]:
    """Columns rather than rows: a hundred thousand of them are read at once."""
    query = _newest(account_id, ids) if _long(db, account_id, ids) else _posts(account_id, ids)
    found: dict[str, list[Posted]] = defaultdict(list)
    for room_id, kind, at, content, source in db.execute(query):
        found[room_id].append(Posted(_KINDS[kind], at, content, _SOURCES[source]))
    return found


def _long(db: Db, account_id: str, ids: Sequence[str]) -> bool:
    """Whether any room has said more than is read back; numbering all posts takes longer than reading them."""
    query = select(LedgerRow.room_id).where(LedgerRow.account_id == account_id, col(LedgerRow.room_id).in_(ids))
    longer = query.group_by(col(LedgerRow.room_id)).having(func.count() > NEWEST)
    return db.exec(longer.limit(1)).first() is not None


def _posts(account_id: str, ids: Sequence[str]) -> Any:
    posts = select(LedgerRow.room_id, LedgerRow.kind, LedgerRow.posted_at, LedgerRow.content)
    here = posts.where(
        LedgerRow.account_id == account_id, col(LedgerRow.room_id).in_(ids), LedgerRow.kind != REPLY
    ).add_columns(col(LedgerRow.source))
    return here.order_by(*_BY_TIME)


def _newest(account_id: str, ids: Sequence[str]) -> Any:
    backwards = [column.desc() for column in _BY_TIME[1:]]
    number = func.row_number().over(partition_by=_BY_TIME[0], order_by=backwards).label("number")
    numbered = _posts(account_id, ids).order_by(None).add_columns(number).subquery()
    columns = [column for column in numbered.c if column.name != "number"]
    query = numbered.select().where(numbered.c.number <= NEWEST).order_by(numbered.c.number.desc())
    return query.with_only_columns(*columns)


def _waiting(db: Db, account_id: str, ids: Sequence[str]) -> Mapping[str, list[Delivery]]:
    found: dict[str, list[Delivery]] = defaultdict(list)
    wanted = ids[0] if len(ids) == 1 else None
    for delivery in deliveries.waiting(db, account_id, wanted):
        found[delivery.room_id].append(delivery)
    return found


def _taken(db: Db, account_id: str, ids: Sequence[str], now: datetime) -> Mapping[str, list[tuple[str, int]]]:
    # The date in UTC is at most a day ahead of the local one, and yesterday is wanted too.
    since = (now - timedelta(days=2)).date().isoformat()
    query = select(DeliveryRow.room_id, DeliveryRow.slot_day, DeliveryRow.slot_number).where(
        DeliveryRow.account_id == account_id,
        col(DeliveryRow.room_id).in_(ids),
        DeliveryRow.plan == DAILY,
        DeliveryRow.slot_day >= since,
    )
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for room_id, day, number in db.exec(query):
        found[room_id].append((day, number))
    return found
