"""Keeps the ledger of what staff say in customer rooms: their own posts count, and promotion most of all."""

from __future__ import annotations

from datetime import datetime

from bot.core.events import MessageReceived
from bot.core.post import PostKind
from bot.core.posted import Source
from bot.core.room import RoomRole
from bot.policy import caps
from bot.policy.room_rules import RoomRules, rules_of
from storage import ledger, members, notices, rooms
from storage.store import Db


def enter(db: Db, message: MessageReceived, kind: PostKind, default: RoomRules, now: datetime) -> None:
    """Part of the recording transaction: a staff post enters the ledger; one over a cap is told to the operators."""
    account_id, room_id = message.account_id, message.room_id
    room = rooms.find(db, account_id, room_id) if room_id else None
    if room is None or room.role is not RoomRole.CUSTOMER:
        return
    rules = rules_of(room.settings, default) or default
    over = None
    if kind is PostKind.PROMO:
        over = caps.over(ledger.history(db, account_id, room.room_id), rules.caps, rules.hours, message.sent_at)
    entry = ledger.enter(
        db,
        account_id,
        room.room_id,
        kind=kind,
        source=Source.STAFF,
        at=message.sent_at,
        message_id=message.message_id,
        talker_id=message.talker_id,
    )
    if over is not None:
        data = {
            "entry": entry,
            "room": room.name,
            "who": members.name_of(db, account_id, room.room_id, message.talker_id) or message.talker_id,
            "text": message.text[:40],
            "said_at": message.sent_at,
            "reason": {"rule": over.rule, "numbers": dict(over.numbers), "next_at": over.next_at},
        }
        notices.post(db, account_id, f"staff_promo:{message.message_id}", "alarms/staff_promo", data, now)
