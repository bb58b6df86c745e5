"""/status: is the bot well, what keeps posts back, and what has it done today."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.delivery import DeliveryState
from bot.core.operator import Role
from bot.core.reply import Reply
from bot.core.room import Room, RoomRole
from bot.policy.command import Call, command
from bot.policy.find_room import find_room
from bot.policy.room_settings import zone_of
from bot.standing import budget
from handlers.labels import state_label
from handlers.pause import shown_pause
from handlers.shown import delivery_title
from storage import accounts, deliveries, members, messages, pauses, rooms, sending
from storage.store import Db

ROOMS = 8
POSTS = 3
PAUSES = 5


@command("status", aliases=("状态",), role=Role.OPERATOR)
def show_status(db: Db, call: Call, room: str = "") -> Reply:
    """All customer rooms, or the one named; whatever nobody can say was sent is shown first."""
    midnight = _midnight(call)
    managed = [item for item in rooms.managed(db, call.account_id) if item.role is RoomRole.CUSTOMER]
    names = {item.room_id: item.name for item in managed}
    if room:
        wanted = find_room(call.house.known_rooms, room).room_id
        managed = [item for item in managed if item.room_id == wanted]
    return Reply(
        "status",
        {
            **house(db, call, names, PAUSES),
            "rooms": [_room(db, call, item, midnight) for item in managed[:ROOMS]],
            "more": max(0, len(managed) - ROOMS),
        },
    )


def house(db: Db, call: Call, names: dict[str, str], most_pauses: int) -> dict[str, object]:
    """What concerns every room: connection, what nobody can account for, what holds posts back, the day's budget."""
    gaps, deaf = accounts.gaps_since(db, call.account_id, _midnight(call))
    used, most = budget(db, call.account_id, call.house.charter, call.now)
    active = pauses.active(db, call.account_id, call.now)
    return {
        "now": call.now,
        "connected": call.house.connected,
        "gateway": call.house.gateway,
        "gaps": gaps,
        "deaf_seconds": int(deaf.total_seconds()),
        "unresolved": deliveries.count_unresolved(db, call.account_id),
        "set_aside": messages.set_aside(db, call.account_id),
        **_sending(db, call),
        "pauses": [shown_pause(db, call, pause, names) for pause in active[:most_pauses]],
        "more_pauses": max(0, len(active) - most_pauses),
        "used": used,
        "most": most,
    }


def _sending(db: Db, call: Call) -> dict[str, object]:
    """What holds back every room: None where nothing does."""
    state = sending.load(db, call.account_id)
    return {
        "stopped": state.stopped_why if state.stopped_at is not None else None,
        "breaker": _ahead(state.breaker_until, call.now),
        "breaker_why": state.breaker_why,
        "frozen": _ahead(state.frozen_until, call.now),
    }


def _ahead(until: datetime | None, now: datetime) -> datetime | None:
    return until if until is not None and now < until else None


def _room(db: Db, call: Call, room: Room, midnight: datetime) -> dict[str, object]:
    today = call.now.astimezone(zone_of(room.settings, call.house.zone)).date().isoformat()
    posts = deliveries.of_day(db, call.account_id, room.room_id, today)
    return {
        "name": room.name,
        "active": room.active,
        "people": members.count(db, call.account_id, room.room_id),
        "words": messages.count_since(db, call.account_id, room.room_id, midnight),
        "posts": [
            {
                "id": post.id,
                "due": post.due_at,
                "state": state_label(post.state),
                "planned": post.state is DeliveryState.PLANNED,
                "title": delivery_title(call, post),
                "reason": post.reason,
                "confirmed": post.confirmed_at,
            }
            for post in posts[:POSTS]
        ],
        "more": max(0, len(posts) - POSTS),
    }


def _midnight(call: Call) -> datetime:
    local = call.now.astimezone(ZoneInfo(call.house.zone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0)
