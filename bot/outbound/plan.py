"""Puts today's slots into the outbox: one value post per customer room and local day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from bot.core.delivery import Delivery, Slot
from bot.core.post import Post, PostKind
from bot.core.room import Room, RoomRole
from bot.policy import choose
from bot.policy.gate import LAST_START
from bot.policy.room_settings import hours_of
from bot.policy.window import Hours
from storage import deliveries, ledger, rooms
from storage.store import Db

DAILY = "daily"
"""The plan's name: with room, local date and number it makes a slot unique for ever."""

SETTLE = timedelta(minutes=5)
"""A room adopted in the middle of the evening is left in peace for so long before its first post."""


def plan_today(
    db: Db, account_id: str, library: Sequence[Post], default: Hours, seed: str, now: datetime
) -> list[Delivery]:
    """Plan what is not planned yet; a slot whose opening has passed today is not made up for.

    The unique slot makes a second call, another process or a clock set back harmless.
    """
    planned = []
    for room in rooms.managed(db, account_id):
        if room.role is not RoomRole.CUSTOMER or not room.active:
            continue
        hours = hours_of(room.settings, default)
        slot = _slot(room, hours, seed, now) if hours is not None else None
        if slot is None:
            continue
        post = choose.post_for(
            library,
            PostKind.VALUE,
            ledger.last_posted(db, account_id, room.room_id),
            (hours or default).local_day(slot.due_at),
            now,
            seed,
            room.room_id,
        )
        delivery = post and deliveries.plan(
            db, slot, plan=DAILY, kind=post.kind, content=post.slug, attempt_id=uuid4().hex, now=now
        )
        if delivery:
            planned.append(delivery)
    return planned


def _slot(room: Room, hours: Hours, seed: str, now: datetime) -> Slot | None:
    """The slot of the opening that is open or comes next today; None when today's are over."""
    opening = hours.current(now) or hours.next_opening(now)
    if opening is None or opening.day > hours.local_day(now):
        return None
    due = max(choose.moment(opening, seed, room.room_id), room.adopted_at + SETTLE)
    if due > opening.end - LAST_START:
        return None
    return Slot(room.account_id, room.room_id, opening.day.isoformat(), 1, due)
