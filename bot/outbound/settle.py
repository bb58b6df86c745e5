"""Asks what became of sends whose echo has not come, and tells the operators what nobody can know."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.core.delivery import Delivery
from storage import notices, outbox, rooms
from storage.store import Db

PATIENCE = timedelta(seconds=120)
"""An echo is waited for so long, counted only while the gateway is within hearing."""


class Settling:
    """Marks sends without an echo as unconfirmed or ambiguous, each once, with one alarm."""

    def __init__(self, account_id: str, heard: Callable[[datetime], timedelta]) -> None:
        self._account, self._heard = account_id, heard

    def settle(self, db: Db, now: datetime) -> Sequence[Delivery]:
        """Part of a transaction; returns what has just become a matter for a person."""
        settled = outbox.overdue(db, self._account, self._heard, PATIENCE, now)
        for delivery in settled:
            room = rooms.find(db, self._account, delivery.home_id)
            data = {
                "id": delivery.id,
                "room": room.name if room else delivery.room_id,
                "content": delivery.content,
                "text": delivery.text[:40],
                "sent_at": delivery.dispatched_at,
            }
            key = f"{delivery.state}:{delivery.id}:{delivery.attempts}"
            notices.post(db, self._account, key, f"alarms/{delivery.state}", data, now)
        return settled
