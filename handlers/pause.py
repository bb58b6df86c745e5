"""/pause: stop posts in a room or everywhere."""

from __future__ import annotations

from bot.core.operator import Role
from bot.core.pause import Pause, Scope
from bot.core.reply import Reply
from bot.policy.command import Call, command
from handlers.customer_room import customer_rooms
from handlers.pause_words import read_end, read_pause
from handlers.shown import person
from storage import deliveries, outbox, pauses
from storage.store import Db

SHOWN = 8


@command("pause", aliases=("暂停",), role=Role.OPERATOR)
def pause_posts(db: Db, call: Call, *words: str) -> Reply:
    """From now on no post begins; the one that is being sent this second is finished.

    Of two pauses of the same posts the later one counts, with its own end and reason; the answer says what it replaces.
    """
    said = read_pause(db, call, words)
    until, reason = read_end(call, said.rest)
    scope = said.scope or Scope.ALL
    room_id = said.room.room_id if said.room else ""
    earlier = pauses.end(db, call.account_id, room_id=room_id, scope=scope, by=call.talker_id, now=call.now)
    if earlier:
        outbox.wake(db, call.account_id, ("pause.",), call.now)
    pause = pauses.add(
        db, call.account_id, room_id=room_id, scope=scope, reason=reason, by=call.talker_id, until=until, now=call.now
    )
    waiting = [
        item for item in deliveries.waiting(db, call.account_id) if pause.stops(item.kind, item.room_id, call.now)
    ]
    return Reply(
        "paused",
        {
            "room": said.room.name if said.room else "",
            "assumed": said.assumed,
            "promo": scope is Scope.PROMO,
            "until": until,
            "reason": reason,
            "earlier": shown_pause(db, call, earlier[-1], {}) if earlier else None,
            "waiting": sum(1 for item in waiting if until is None or item.due_at < until),
        },
    )


def shown_pauses(db: Db, call: Call) -> list[dict[str, object]]:
    """The pauses in force, the oldest first, as many as fit into an answer."""
    names = {room.room_id: room.name for room in customer_rooms(db, call)}
    active = pauses.active(db, call.account_id, call.now)
    return [shown_pause(db, call, pause, names) for pause in active[:SHOWN]]


def shown_pause(db: Db, call: Call, pause: Pause, names: dict[str, str]) -> dict[str, object]:
    """A pause as it is listed."""
    return {
        "room_id": pause.room_id,
        "room": names.get(pause.room_id, pause.room_id),
        "promo": pause.scope is Scope.PROMO,
        "reason": pause.reason,
        "by": person(db, call, pause.by),
        "since": pause.since,
        "until": pause.until,
    }
