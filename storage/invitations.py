"""Points for invitations: who brought somebody in that stayed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import col, literal, select

from bot.core.points import INVITATION, Payment
from bot.policy.charter import Charter
from bot.policy.room_settings import zone_of
from storage import points, rooms
from storage.store import Db
from storage.tables import MembershipRow, OperatorRow, PointRow

LOOK_BACK = timedelta(days=30)
"""Who has stayed longer than this beyond the days asked for is not looked at any more."""


def pay_stayed(db: Db, account_id: str, charter: Charter, now: datetime) -> int:
    """Pay the inviters of everybody who has stayed long enough; returns how many points were paid.

    Each person's coming into a room pays once for ever, whoever brings them back later. The day's cap does not apply:
    nobody chooses the day on which those they brought have stayed long enough.
    """
    rules = charter.customs.points
    stayed = _unpaid(db, account_id, now - timedelta(days=rules.invitation_days)) if rules.invitation else ()
    if not stayed:
        return 0
    house = charter.rules.hours.zone.key
    days = {
        room.room_id: now.astimezone(zone_of(room.settings, house)).date() for room in rooms.managed(db, account_id)
    }
    due = [
        Payment(inviter, INVITATION, subject_of(room_id, contact_id), rules.invitation, room_id, day)
        for room_id, contact_id, inviter in stayed
        if (day := days.get(room_id)) is not None
    ]
    return sum(points.pay_all(db, account_id, due, now).values())


def subject_of(room_id: str, contact_id: str) -> str:
    """What an invitation is called in the ledger of points."""
    return f"invite:{room_id}:{contact_id}"


def _unpaid(db: Db, account_id: str, until: datetime) -> Sequence[tuple[str, str, str]]:
    """(room, who was invited, by whom) of those who came by then, are there, and were never paid for. No staff."""
    staff = select(OperatorRow.contact_id).where(OperatorRow.account_id == account_id)
    room_id, contact_id, inviter = (
        *(col(MembershipRow.room_id), col(MembershipRow.contact_id)),
        col(MembershipRow.inviter_id),
    )
    subject = literal("invite:") + room_id + ":" + contact_id
    paid = select(PointRow.id).where(PointRow.account_id == account_id, PointRow.subject == subject)
    query = select(room_id, contact_id, inviter).where(
        MembershipRow.account_id == account_id,
        col(MembershipRow.joined_at).between(until - LOOK_BACK, until),
        col(MembershipRow.left_at).is_(None),
        inviter.not_in(("", contact_id)),
        inviter.not_in(staff),
        contact_id.not_in(staff),
        ~paid.exists(),
    )
    return [tuple(row) for row in db.execute(query.order_by(col(MembershipRow.joined_at), contact_id))]
