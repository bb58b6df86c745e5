"""Queries about people coming into rooms: who came, who waits for a welcome, who got it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlmodel import col, select

from bot.core.events import MembersJoined
from bot.core.room import RoomRole
from bot.policy.customs import Customs
from bot.policy.welcome import TOO_LATE, Before, Newcomer, is_new, wanted
from storage import members, rooms
from storage.store import Db
from storage.tables import AccountRow, ContactRow, MembershipRow, OperatorRow


def joined(db: Db, event: MembersJoined, customs: Customs, now: datetime) -> None:
    """Note that people came, and let those who are new wait for their welcome; hearing it twice changes nothing.

    The bot is nobody's newcomer, and whoever comes in with it was most likely there.
    """
    account = db.get(AccountRow, event.account_id)
    self_id = account.self_id if account else ""
    people = [contact_id for contact_id in dict.fromkeys(event.contact_ids) if contact_id != self_id]
    greeted = _greeted(db, event, people, customs, now) if self_id not in event.contact_ids else []
    members.joined(db, event.account_id, event.room_id, people, event.inviter_id, event.at)
    for contact_id in greeted:
        db.get_one(MembershipRow, (event.account_id, event.room_id, contact_id)).welcome_at = now + customs.gather
    db.flush()


def waiting(db: Db, account_id: str, now: datetime) -> Mapping[str, Sequence[Newcomer]]:
    """Those who wait, by room, where at least one has waited long enough; in the order they came."""
    query = (
        select(MembershipRow, ContactRow)
        .join(
            ContactRow,
            (col(ContactRow.account_id) == col(MembershipRow.account_id))
            & (col(ContactRow.contact_id) == col(MembershipRow.contact_id)),
        )
        .where(MembershipRow.account_id == account_id, col(MembershipRow.welcome_at).is_not(None))
        .order_by(col(MembershipRow.joined_at), col(MembershipRow.contact_id))
    )
    found: dict[str, list[Newcomer]] = defaultdict(list)
    for row, contact in db.exec(query):
        if row.welcome_at is not None:
            name, there = row.alias or contact.name, not (row.left_at or contact.unsubscribed_at)
            newcomer = Newcomer(row.contact_id, name, row.joined_at or row.first_seen_at, row.welcome_at, there)
            found[row.room_id].append(newcomer)
    return {room_id: people for room_id, people in found.items() if min(item.welcome_at for item in people) <= now}


def greet(db: Db, account_id: str, room_id: str, contact_ids: Iterable[str], now: datetime) -> None:
    """They are being welcomed: they wait no longer."""
    for contact_id in contact_ids:
        row = db.get_one(MembershipRow, (account_id, room_id, contact_id))
        row.welcome_at, row.welcomed_at = None, now
    db.flush()


def pass_over(db: Db, account_id: str, room_id: str, contact_ids: Iterable[str]) -> None:
    """They will not be welcomed: they wait no longer."""
    for contact_id in contact_ids:
        db.get_one(MembershipRow, (account_id, room_id, contact_id)).welcome_at = None
    db.flush()


def ungreet(db: Db, account_id: str, room_id: str, newcomers: Iterable[Newcomer]) -> None:
    """They were provably not welcomed: they wait as before, if anybody still knows them."""
    for person in newcomers:
        row = db.get(MembershipRow, (account_id, room_id, person.contact_id))
        if row is not None:
            row.welcome_at, row.welcomed_at = person.welcome_at, None
    db.flush()


def _greeted(db: Db, event: MembersJoined, people: Sequence[str], customs: Customs, now: datetime) -> Sequence[str]:
    room = rooms.find(db, event.account_id, event.room_id)
    if room is None or room.role is not RoomRole.CUSTOMER or not customs.welcome or not wanted(room.settings):
        return ()
    if now - event.at > TOO_LATE:
        return ()
    before = _before(db, event, people)
    staff = set(db.exec(select(OperatorRow.contact_id).where(OperatorRow.account_id == event.account_id)))
    new = (item for item in people if is_new(before.get(item), event.at, customs.welcome_again))
    return [contact_id for contact_id in new if contact_id not in staff]


def _before(db: Db, event: MembersJoined, people: Sequence[str]) -> Mapping[str, Before]:
    query = select(MembershipRow).where(
        MembershipRow.account_id == event.account_id,
        MembershipRow.room_id == event.room_id,
        col(MembershipRow.contact_id).in_(people),
    )
    return {
        row.contact_id: Before(row.first_seen_at, row.joined_at, row.left_at, row.welcome_at, row.welcomed_at)
        for row in db.exec(query)
    }
