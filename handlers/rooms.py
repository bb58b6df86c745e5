"""/rooms: every room the bot sits in, and which of them it looks after."""

from __future__ import annotations

from bot.core.operator import Role
from bot.core.reply import Reply
from bot.core.room import RoomRole
from bot.policy.command import Call, command
from storage import members, rooms
from storage.store import Db


@command("rooms", aliases=("群", "群列表"), role=Role.OPERATOR)
def show_rooms(db: Db, call: Call) -> Reply:
    """Managed ones with their size first, then those that wait to be adopted."""
    managed = rooms.managed(db, call.account_id)
    ids = {room.room_id for room in managed}
    return Reply(
        "rooms",
        {
            "managed": [
                {
                    "name": room.name,
                    "control": room.role is RoomRole.CONTROL,
                    "active": room.active,
                    "people": members.count(db, call.account_id, room.room_id),
                }
                for room in managed
            ],
            "others": [room.name for room in call.house.known_rooms if room.room_id not in ids],
        },
    )
