"""/tags: what a room's people are about."""

from __future__ import annotations

from bot.core.operator import Role
from bot.core.reply import Reply
from bot.core.room import RoomRole
from bot.policy.command import Call, command
from bot.policy.find_room import find_room
from storage import rooms, tags
from storage.store import Db

MOST = 15


@command("tags", aliases=("标签",), role=Role.OPERATOR)
def show_tags(db: Db, call: Call, room: str = "") -> Reply:
    """Of the room named, of the customer room this was said in, or of all together."""
    room_id, name = None, ""
    if room:
        known = find_room(call.house.known_rooms, room)
        room_id, name = known.room_id, known.topic
    elif call.room is not None and call.room.role is RoomRole.CUSTOMER:
        found = rooms.find(db, call.account_id, call.room_id)
        room_id, name = call.room_id, found.name if found else ""
    counts = tags.counts(db, call.account_id, room_id, call.now)
    return Reply("tags", {"room": name, "counts": counts.most_common(MOST), "more": max(0, len(counts) - MOST)})
