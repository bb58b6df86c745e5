"""Asks the operators for their yes to a post that waits for one."""

from __future__ import annotations

from datetime import datetime

from bot.core.delivery import Delivery
from bot.core.room import Room
from storage import notices
from storage.store import Db


def ask(db: Db, delivery: Delivery, room: Room, now: datetime) -> None:
    """Show it to them, once for every text it may have; one of the library is written out when it is told."""
    key = f"approval:{delivery.id}:{delivery.content}:{delivery.approved}"
    data = {
        "id": delivery.id,
        "room": room.name,
        "room_id": room.room_id,
        "content": delivery.content,
        "kind": delivery.kind.value,
        "due_at": delivery.due_at,
        "day": delivery.slot_day,
        "text": delivery.body,
    }
    notices.post(db, delivery.account_id, key, "alarms/approval", data, now)
