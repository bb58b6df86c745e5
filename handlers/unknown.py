"""/unknown and /resolve: posts of which nobody knows whether they arrived, until a person has looked."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.delivery import Delivery, DeliveryState
from bot.core.errors import SpeakerError
from bot.core.operator import Role
from bot.core.reason import NO_REASON, Reason
from bot.core.reply import Reply
from bot.core.verdict import Drop, Hold
from bot.inquiry import foresee
from bot.policy.command import Call, command
from bot.policy.room_settings import zone_of
from handlers.delivery import find_delivery
from handlers.labels import state_label
from handlers.shown import delivery_title
from handlers.wanted import Wanted, enter
from storage import deliveries, outbox, rooms
from storage.store import Db

SHOWN = 20
WORDS: Mapping[str, str] = {
    **dict.fromkeys(("sent", "发了", "发出了", "已发"), "sent"),
    **dict.fromkeys(("unsent", "没发", "没发出", "未发"), "unsent"),
    **dict.fromkeys(("again", "重发", "补发", "再发"), "again"),
}


@command("unknown", aliases=("存疑",), role=Role.OPERATOR)
def show_unknown(db: Db, call: Call) -> Reply:
    """Every one of them, the oldest first, with what is known."""
    items = deliveries.unresolved(db, call.account_id)
    posts = [_shown(db, call, item) for item in items[:SHOWN]]
    return Reply("unknown", {"posts": posts, "more": max(0, len(items) - SHOWN)})


@command("resolve", aliases=("核实",), role=Role.OPERATOR)
def resolve_unknown(db: Db, call: Call, which: str, what: str) -> Reply:
    """It was sent, it was not, or it was not and shall be sent again, as a new attempt through the gate."""
    meant = WORDS.get(what.lower())
    if meant is None:
        raise SpeakerError("errors/resolve_word", said=what)
    item = find_delivery(db, call, which)
    if not item.state.unresolved:
        raise SpeakerError(
            "errors/nothing_to_resolve", id=item.id, state=state_label(item.state), waiting=item.state.waiting
        )
    state = DeliveryState.SENT if meant == "sent" else DeliveryState.UNSENT
    outbox.resolve(db, item.id, state, call.talker_id, call.now)
    new_id, reason, dropped = _again(db, call, item) if meant == "again" else (0, NO_REASON, False)
    return Reply(
        "resolved",
        {**_shown(db, call, item), "what": meant, "new_id": new_id, "reason": reason, "dropped": dropped},
    )


def _again(db: Db, call: Call, item: Delivery) -> tuple[int, Reason, bool]:
    """A new delivery of the same post, due now; its number (0: the gate drops it), and what keeps it back."""
    wanted = Wanted(item.kind, item.content, item.body)
    wish = wanted.wish(item.room_id, call.now, item.approved)
    verdict = foresee(db, call.account_id, call.house.charter, wish, call.now)
    if isinstance(verdict, Drop):
        return 0, verdict.reason, True
    room = rooms.find(db, call.account_id, item.home_id)
    zone = zone_of(room.settings if room else {}, call.house.zone)
    new = enter(db, call, item.room_id, call.now, wanted, f"again:{item.id}", zone, approved=item.approved)
    if new is None:
        raise SpeakerError("errors/posted_already", room=room.name if room else item.room_id)
    return new.id, verdict.reason if isinstance(verdict, Hold) else NO_REASON, False


def _shown(db: Db, call: Call, item: Delivery) -> dict[str, object]:
    room = rooms.find(db, call.account_id, item.home_id)
    first = " ".join(item.text.split())
    return {
        "id": item.id,
        "room": room.name if room else item.room_id,
        "at": item.dispatched_at or item.due_at,
        "title": delivery_title(call, item),
        "words": f"{first[:24]}…" if len(first) > 24 else first,
        "seen": state_label(item.state),
        "reason": item.reason,
    }
