"""/recall: take a post back, as long as WeChat allows it."""

from __future__ import annotations

from datetime import timedelta

from bot.core.delivery import DeliveryState
from bot.core.errors import SpeakerError
from bot.core.operator import Role
from bot.core.reply import Recall
from bot.policy.command import Call, command
from handlers.delivery import find_delivery
from handlers.labels import state_label
from storage import rooms
from storage.store import Db

LIMIT = timedelta(minutes=2)
"""WeChat lets nobody take a message back later."""

_OUT = frozenset({DeliveryState.ACCEPTED, DeliveryState.CONFIRMED, DeliveryState.UNCONFIRMED, DeliveryState.SENT})


@command("recall", aliases=("撤回",), role=Role.OPERATOR)
def recall_post(db: Db, call: Call, which: str) -> Recall:
    """Only what the bot itself has posted has a number, so nobody else's words can be meant."""
    item = find_delivery(db, call, which)
    if item.recalled_at is not None:
        raise SpeakerError("errors/recalled_already", id=item.id, at=item.recalled_at)
    if item.state not in _OUT:
        raise SpeakerError(
            "errors/recall_unsent",
            id=item.id,
            state=state_label(item.state),
            waiting=item.state.waiting,
            unresolved=item.state.unresolved,
        )
    if item.dispatched_at is None or call.now - item.dispatched_at >= LIMIT:
        raise SpeakerError("errors/recall_late", id=item.id, at=item.dispatched_at)
    if not item.message_id:
        raise SpeakerError("errors/recall_unnamed", id=item.id)
    room = rooms.find(db, call.account_id, item.home_id)
    return Recall(item.id, item.message_id, room.name if room else item.room_id)
