"""Queries about how much people say, kept by day as their words arrive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date
from functools import cache

from sqlalchemy import Executable
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, func, select

from storage.store import Db
from storage.tables import DayCountRow

Said = tuple[str, str, date]
"""Something said: (room id, contact id, local day)."""


@cache
def _upsert(dialect: str) -> Executable:
    """The statement of `add`; building it anew costs more than running it."""
    statement = (postgresql if dialect == "postgresql" else sqlite).insert(DayCountRow)
    upsert: Executable = statement.on_conflict_do_update(
        index_elements=["account_id", "room_id", "day", "contact_id"],
        set_={"messages": col(DayCountRow.messages) + statement.excluded.messages},
    ).returning(col(DayCountRow.room_id), col(DayCountRow.contact_id), col(DayCountRow.day), col(DayCountRow.messages))
    return upsert


def add(db: Db, account_id: str, said: Iterable[Said]) -> set[Said]:
    """Count what was said, an item for each message; returns those whose first words of that day these were.

    One statement for a whole batch: it runs whenever words are recorded.
    """
    counted = Counter(said)
    if not counted:
        return set()
    upsert = _upsert(db.get_bind().dialect.name)
    rows = [
        {"account_id": account_id, "room_id": room_id, "contact_id": contact_id, "day": day.isoformat(), "messages": n}
        for (room_id, contact_id, day), n in sorted(counted.items())
    ]
    totals = {
        (room_id, contact_id, date.fromisoformat(day)): total
        for room_id, contact_id, day, total in db.execute(upsert, rows)
    }
    return {key for key, total in totals.items() if total == counted[key]}


def of(db: Db, account_id: str, contact_id: str) -> dict[str, int]:
    """How many messages a person has ever said in each room they spoke in.

    Added up here: asked for sums by room, SQLite reads the days of everybody, to have the rooms in their order.
    """
    query = select(DayCountRow.room_id, DayCountRow.messages).where(
        DayCountRow.account_id == account_id, DayCountRow.contact_id == contact_id
    )
    said: Counter[str] = Counter()
    for room_id, messages in db.exec(query):
        said[room_id] += messages
    return dict(said)


def totals(db: Db, account_id: str, contact_ids: Collection[str], since: date) -> dict[str, int]:
    """How many messages each of these people has said from that day on, in all rooms together."""
    query = (
        select(DayCountRow.contact_id, func.sum(col(DayCountRow.messages)))
        .where(
            DayCountRow.account_id == account_id,
            col(DayCountRow.contact_id).in_(contact_ids),
            DayCountRow.day >= since.isoformat(),
        )
        .group_by(col(DayCountRow.contact_id))
    )
    return {contact_id: int(messages) for contact_id, messages in db.exec(query)}


def daily(db: Db, account_id: str, contact_id: str, since: date) -> tuple[tuple[str, date, int], ...]:
    """What a person has said from that day on, as (room id, local day, messages)."""
    query = select(DayCountRow.room_id, DayCountRow.day, DayCountRow.messages).where(
        DayCountRow.account_id == account_id,
        DayCountRow.contact_id == contact_id,
        DayCountRow.day >= since.isoformat(),
    )
    return tuple((room_id, date.fromisoformat(day), messages) for room_id, day, messages in db.exec(query))
