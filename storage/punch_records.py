"""Queries about who checked in on which days: of one member, of a campaign, of everybody still in the room."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import type_coerce
from sqlmodel import col, func, select

from bot.core.checkin import Campaign, Day, How, Record
from storage.store import Db
from storage.tables import ContactRow, MembershipRow, PunchRow
from storage.types import EPOCH, BigId

_HOWS = {how.value: how for how in How}
_day = cache(date.fromisoformat)

Key = tuple[int, str, date]
"""A campaign's id, a contact's, and the day: what there is one row for."""


def records(
    db: Db, account_id: str, campaign_ids: Collection[int], contact_ids: Collection[str] | None = None
) -> Mapping[tuple[int, str], Record]:
    """The days of everybody, or of these members, in these campaigns, by (campaign id, contact id).

    Columns rather than rows: a board reads all days of all members.
    """
    columns = select(PunchRow.campaign_id, PunchRow.contact_id, PunchRow.day, PunchRow.how)
    query = columns.where(
        PunchRow.account_id == account_id, col(PunchRow.campaign_id).in_(list(campaign_ids))
    ).add_columns(type_coerce(col(PunchRow.at), BigId), col(PunchRow.removed_at).is_not(None))
    if contact_ids is not None:
        query = query.where(col(PunchRow.contact_id).in_(list(contact_ids)))
    marks: dict[tuple[int, str], dict[date, How]] = defaultdict(dict)
    removed: dict[tuple[int, str], set[date]] = defaultdict(set)
    last: dict[tuple[int, str], int] = {}
    for campaign_id, contact_id, day, how, at, gone in db.execute(query):
        key = (campaign_id, contact_id)
        if gone:
            removed[key].add(_day(day))
            continue
        marks[key][_day(day)] = _HOWS[how]
        if how != How.LEAVE and at > last.get(key, 0):
            last[key] = at
    keys = dict.fromkeys([*marks, *removed])
    moments = {key: EPOCH + timedelta(milliseconds=at) for key, at in last.items()}
    return {key: Record(key[1], marks[key], frozenset(removed[key]), moments.get(key)) for key in keys}


def record(db: Db, account_id: str, campaign: Campaign, contact_id: str) -> Record:
    """One member's days in a campaign."""
    found = records(db, account_id, [campaign.id], [contact_id])
    return found.get((campaign.id, contact_id), Record(contact_id))


def present(db: Db, account_id: str, campaign: Campaign) -> tuple[Record, ...]:
    """The days of everybody who takes part and is still in the room."""
    there = select(MembershipRow.contact_id).where(
        MembershipRow.account_id == account_id,
        MembershipRow.room_id == campaign.room_id,
        col(MembershipRow.left_at).is_(None),
    )
    people = set(db.exec(there))
    every = records(db, account_id, [campaign.id])
    return tuple(held for (_campaign_id, contact_id), held in every.items() if contact_id in people)


def totals(db: Db, account_id: str, campaign: Campaign, today: date) -> Mapping[str, int]:
    """How many days count so far for each who is still in the room; who has none is left out.

    Added up by the database: of a thousand people a board shows twenty.
    """
    query = _there(account_id, campaign, select(PunchRow.contact_id, func.count()))
    counting = query.where(PunchRow.day <= today.isoformat(), PunchRow.how != How.LEAVE)
    return dict(db.exec(counting.group_by(col(PunchRow.contact_id))).all())


def on_day(db: Db, account_id: str, campaign: Campaign, day: date) -> Counter[How]:
    """How those who are still in the room stand on a day."""
    query = _there(account_id, campaign, select(PunchRow.how, func.count())).where(PunchRow.day == day.isoformat())
    return Counter({_HOWS[how]: count for how, count in db.exec(query.group_by(col(PunchRow.how)))})


def _there(account_id: str, campaign: Campaign, query: Any) -> Any:
    """Of a campaign's days those that stand, of people who have not left its room."""
    there = (
        (col(MembershipRow.account_id) == col(PunchRow.account_id))
        & (col(MembershipRow.contact_id) == col(PunchRow.contact_id))
        & (col(MembershipRow.room_id) == campaign.room_id)
    )
    return query.join(MembershipRow, there).where(
        PunchRow.account_id == account_id,
        PunchRow.campaign_id == campaign.id,
        col(PunchRow.removed_at).is_(None),
        col(MembershipRow.left_at).is_(None),
    )


def shown(db: Db, account_id: str, campaign: Campaign, askers: Collection[str] = frozenset()) -> tuple[Record, ...]:
    """The same without those who unsubscribed: nobody else hears of them. To `askers` themselves they are shown."""
    quiet = select(ContactRow.contact_id).where(
        ContactRow.account_id == account_id, col(ContactRow.unsubscribed_at).is_not(None)
    )
    left_alone = set(db.exec(quiet)).difference(askers)
    return tuple(held for held in present(db, account_id, campaign) if held.contact_id not in left_alone)


def names(db: Db, account_id: str, room_id: str, contact_ids: Collection[str]) -> Mapping[str, str]:
    """What these people are called in a room, "" where no name is known; without those who have left it."""
    query = (
        select(MembershipRow.contact_id, MembershipRow.alias, ContactRow.name)
        .join(
            ContactRow,
            (col(ContactRow.account_id) == col(MembershipRow.account_id))
            & (col(ContactRow.contact_id) == col(MembershipRow.contact_id)),
        )
        .where(
            MembershipRow.account_id == account_id,
            MembershipRow.room_id == room_id,
            col(MembershipRow.contact_id).in_(list(contact_ids)),
            col(MembershipRow.left_at).is_(None),
        )
    )
    return {contact_id: alias or name for contact_id, alias, name in db.exec(query)}


def find(db: Db, account_id: str, campaign: Campaign, contact_id: str, day: date) -> Day | None:
    """What stands for a member's day, removed or not."""
    key = (campaign.id, contact_id, day)
    row = rows(db, account_id, [key]).get(key)
    if row is None:
        return None
    return Day(row.message_id, row.how == How.LEAVE, row.removed_at is not None, row.told_at is not None)


def rows(db: Db, account_id: str, keys: Iterable[Key]) -> Mapping[Key, PunchRow]:
    """The rows of these days, removed ones too."""
    every = list(keys)
    query = select(PunchRow).where(
        PunchRow.account_id == account_id,
        col(PunchRow.campaign_id).in_({key[0] for key in every}),
        col(PunchRow.contact_id).in_({key[1] for key in every}),
        col(PunchRow.day).in_({key[2].isoformat() for key in every}),
    )
    return {(row.campaign_id, row.contact_id, date.fromisoformat(row.day)): row for row in db.exec(query)}
