"""/status: is the bot well, and what has it done today."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.command import Call, command
from bot.core.operator import Role
from bot.core.reply import Reply
from bot.core.room import Room, RoomRole
from bot.policy.find_room import find_room
from bot.policy.room_settings import zone_of
from storage import accounts, deliveries, members, messages, rooms
from storage.store import Db


@command("status", aliases=("状态",), role=Role.OPERATOR)
def show_status(db: Db, call: Call, room: str = "") -> Reply:
    """All customer rooms, or the one named; whatever nobody can say was sent is shown first."""
    midnight = _midnight(call)
    managed = [item for item in rooms.managed(db, call.account_id) if item.role is RoomRole.CUSTOMER]
    if room:
        wanted = find_room(call.house.known_rooms, room).room_id
        managed = [item for item in managed if item.room_id == wanted]
    gaps, deaf = accounts.gaps_since(db, call.account_id, midnight)
    return Reply(
        "status",
        {
            "now": call.now,
            "connected": call.house.connected,
            "gateway": call.house.gateway,
            "gaps": gaps,
            "deaf_seconds": int(deaf.total_seconds()),
            "unresolved": deliveries.unresolved(db, call.account_id),
            "set_aside": messages.set_aside(db, call.account_id),
            "library": call.house.library,
            "rooms": [_room(db, call, item, midnight) for item in managed],
        },
    )


def _room(db: Db, call: Call, room: Room, midnight: datetime) -> dict[str, object]:
    today = call.now.astimezone(zone_of(room.settings, call.house.zone)).date().isoformat()
    return {
        "name": room.name,
        "active": room.active,
        "people": members.count(db, call.account_id, room.room_id),
        "words": messages.count_since(db, call.account_id, room.room_id, midnight),
        "posts": [
            {
                "due": post.due_at,
                "state": post.state.value,
                "content": post.content,
                "reason": post.reason,
                "confirmed": post.confirmed_at,
            }
            for post in deliveries.of_day(db, call.account_id, room.room_id, today)
        ],
    }


def _midnight(call: Call) -> datetime:
    local = call.now.astimezone(ZoneInfo(call.house.zone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0)
