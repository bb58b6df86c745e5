"""Finds the delivery an operator means by its number, as /plan shows it."""

from __future__ import annotations

from bot.core.delivery import Delivery
from bot.core.errors import SpeakerError
from bot.policy.command import Call
from bot.policy.typed_number import number_in
from handlers.labels import state_label
from storage import deliveries
from storage.store import Db


def find_delivery(db: Db, call: Call, said: str) -> Delivery:
    """The delivery with this number; `SpeakerError` says where numbers come from."""
    number = number_in(said)
    if number is None:
        raise SpeakerError("errors/delivery_number", said=said)
    found = deliveries.find(db, call.account_id, number)
    if found is None:
        raise SpeakerError("errors/delivery_unknown", id=number)
    return found


def find_waiting(db: Db, call: Call, said: str) -> Delivery:
    """The same, if it may still go out; `SpeakerError` says what became of it and what can be done instead."""
    found = find_delivery(db, call, said)
    if not found.state.waiting:
        raise SpeakerError(
            "errors/delivery_over", id=found.id, state=state_label(found.state), unresolved=found.state.unresolved
        )
    return found
