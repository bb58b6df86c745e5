"""Has held posts looked at again at once, when somebody has changed what held them."""

from __future__ import annotations

from dataclasses import replace

from bot.core.delivery import DeliveryState
from bot.policy.command import Call
from storage import deliveries, outbox
from storage.store import Db

STOPS = ("pause.", "breaker.", "clock.", "sending.")
"""The rules that /resume may have lifted."""


def wake(db: Db, call: Call, rules: tuple[str, ...], room_id: str | None = None) -> None:
    """They were to wait until a time that means nothing any more; the gate is asked about each at the next tick."""
    for item in deliveries.waiting(db, call.account_id, room_id):
        if item.state is DeliveryState.HELD and item.next_at is not None and item.reason.rule.startswith(rules):
            outbox.hold(db, item.id, replace(item.reason, next_at=None), call.now)
