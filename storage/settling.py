"""Queries about people in their first days: who came lately, and what they have heard."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlmodel import col, select

from storage.store import Db
from storage.tables import CareRow, ContactRow, MembershipRow, OperatorRow


class Arrival(NamedTuple):
    """Somebody who came into a room, whom the bot may address."""

    room_id: str
    contact_id: str
    joined_at: datetime


class Heard(NamedTuple):
    """A part in a care post: what it was about, which turn, in which room, and when it was planned."""

    subject: str
    turn: str
    room_id: str
    at: datetime


def arrivals(db: Db, account_id: str, since: datetime) -> Mapping[str, list[Arrival]]:
    """Who came since then and is still there, by room; staff and people who want to be left alone are left out."""
    staff = select(OperatorRow.contact_id).where(OperatorRow.account_id == account_id)
    query = (
        select(MembershipRow.room_id, MembershipRow.contact_id, MembershipRow.joined_at)
        .join(
            ContactRow,
            (col(ContactRow.account_id) == col(MembershipRow.account_id))
            & (col(ContactRow.contact_id) == col(MembershipRow.contact_id)),
        )
        .where(
            MembershipRow.account_id == account_id,
            col(MembershipRow.joined_at) >= since,
            col(MembershipRow.left_at).is_(None),
            col(ContactRow.unsubscribed_at).is_(None),
            col(MembershipRow.contact_id).not_in(staff),
        )
        .order_by(col(MembershipRow.joined_at), col(MembershipRow.contact_id))
    )
    found: dict[str, list[Arrival]] = defaultdict(list)
    for row in db.execute(query):
        found[row[0]].append(Arrival(*row))
    return found


def heard(db: Db, account_id: str, occasion: str, subjects: Collection[str]) -> list[Heard]:
    """Every part these subjects have had on this occasion."""
    wanted = sorted(subjects)
    found: list[Heard] = []
    for start in range(0, len(wanted), 1000):
        query = select(CareRow.subject, CareRow.turn, CareRow.room_id, CareRow.created_at).where(
            CareRow.account_id == account_id,
            CareRow.occasion == occasion,
            col(CareRow.subject).in_(wanted[start : start + 1000]),
        )
        found.extend(Heard(*row) for row in db.execute(query))
    return found
