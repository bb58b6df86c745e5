"""Queries about what members wish for, which is believed once they have said it on enough days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import tuple_
from sqlmodel import col, insert, select, update

from bot.core.wish import Wish
from storage.store import Db
from storage.tables import WishRow

ABOUT = "wish"
"""What questions about wishes are about."""
COUNTING, ASKED, KEPT, DECLINED = "counting", "asked", "kept", "declined"
"""Not stated often enough; noted, and a question to the member; the member said yes; no, or an operator took it off."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A wish stated in one message; `day` is the local day of the room."""

    contact_id: str
    wish: str
    said: str
    day: date
    room_id: str
    message_id: str
    at: datetime


def of(db: Db, account_id: str, contact_id: str) -> tuple[Wish, ...]:
    """What the person wishes as far as it is noted, last stated first."""
    query = select(WishRow).where(
        WishRow.account_id == account_id, WishRow.contact_id == contact_id, col(WishRow.state).in_([ASKED, KEPT])
    )
    rows = sorted(db.exec(query), key=lambda row: (row.seen_at, row.wish), reverse=True)
    return tuple(
        Wish(row.wish, row.said, row.state == KEPT, len(row.days), row.room_id, row.message_id, row.seen_at)
        for row in rows
    )


def met(db: Db, account_id: str, stated: Iterable[Stated], days: int) -> list[Stated]:
    """Count wishes, each once a local day; returns those that now were stated on `days` days for the first time.

    These are noted from now on. What was declined is not counted again.
    """
    groups: dict[tuple[str, str], list[Stated]] = {}
    for item in sorted(stated, key=lambda item: item.at):
        groups.setdefault((item.contact_id, item.wish), []).append(item)
    known = _known(db, account_id, list(groups))
    counted = {key: _counted(account_id, items, known.get(key), days) for key, items in groups.items()}
    new = [row for key, row in counted.items() if key not in known]
    again = [row for key, row in counted.items() if key in known and known[key].state != DECLINED]
    if new:
        db.exec(insert(WishRow), params=new)
    if again:
        db.exec(update(WishRow), params=again)
    was = {key: known[key].state if key in known else COUNTING for key in groups}
    return [groups[key][-1] for key, row in counted.items() if was[key] == COUNTING and row["state"] == ASKED]


def decide(db: Db, account_id: str, contact_id: str, wish: str, *, keep: bool, by: str, now: datetime) -> bool:
    """Keep a wish for good, or let it rest for good; False when it is not there, or had been let go before."""
    row = db.get(WishRow, (account_id, contact_id, wish))
    if row is None or row.state == DECLINED:
        return False
    row.state, row.decided_at, row.decided_by = KEPT if keep else DECLINED, now, by
    return True


@dataclass(frozen=True, slots=True)
class _Stands:
    """What the row of a wish says."""

    state: str
    days: Sequence[str]
    seen_at: datetime
    said: str
    room_id: str
    message_id: str


def _known(db: Db, account_id: str, keys: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], _Stands]:
    if not keys:
        return {}
    query = (
        select(WishRow)
        .where(WishRow.account_id == account_id, tuple_(col(WishRow.contact_id), col(WishRow.wish)).in_(keys))
        .with_only_columns(
            *(col(WishRow.contact_id), col(WishRow.wish), col(WishRow.state), col(WishRow.days)),
            *(col(WishRow.seen_at), col(WishRow.said), col(WishRow.room_id), col(WishRow.message_id)),
        )
    )
    return {(contact, wish): _Stands(*stands) for contact, wish, *stands in db.execute(query)}


def _counted(account_id: str, items: Sequence[Stated], stands: _Stands | None, days: int) -> dict[str, Any]:
    """The row after these statements; days are only counted until there are enough of them."""
    newest, state = items[-1], stands.state if stands else COUNTING
    on = {*(stands.days if stands else ())}
    if state == COUNTING:
        on |= {item.day.isoformat() for item in items}
        state = ASKED if len(on) >= days else COUNTING
    told = (newest.said, newest.room_id, newest.message_id, newest.at)
    if stands and stands.seen_at > newest.at:
        told = (stands.said, stands.room_id, stands.message_id, stands.seen_at)
    said, room_id, message_id, seen_at = told
    key = {"account_id": account_id, "contact_id": newest.contact_id, "wish": newest.wish}
    evidence = {"said": said, "room_id": room_id, "message_id": message_id, "seen_at": seen_at}
    blank = {} if stands else {"decided_by": ""}
    return {**key, **evidence, **blank, "days": sorted(on), "state": state}
