"""/room: what is particular about one room, and how to change it."""

from __future__ import annotations

from bot.core.command import Call, command
from bot.core.errors import SpeakerError, UsageError
from bot.core.operator import Role
from bot.core.reply import Reply
from bot.core.room import Room, RoomRole
from bot.policy.find_room import find_room
from bot.policy.room_settings import KEYS, key_for, value_for
from storage import rooms
from storage.store import Db


@command("room", aliases=("群设置",), role=Role.OPERATOR)
def set_room(db: Db, call: Call, action: str = "show", key: str = "", value: str = "", room: str = "") -> Reply:
    """Without words, or with `show [room]`: the settings. With `set`: change one; "default" undoes it."""
    if action in {"show", "看", "查看"}:
        shown = _meant(db, call, key)
        return Reply("room", {"room": shown.name, "settings": shown.settings, "keys": list(KEYS)})
    if action not in {"set", "设置", "设"} or not key or not value:
        raise UsageError("errors/usage", command="room")
    meant = _meant(db, call, room)
    name = key_for(key)
    kept = value_for(name, value)
    rooms.set_setting(db, call.account_id, meant.room_id, name, kept)
    return Reply("room_set", {"room": meant.name, "key": name, "value": kept or ""})


def _meant(db: Db, call: Call, room: str) -> Room:
    """The managed customer room that is named, or the one this was said in."""
    managed = [item for item in rooms.managed(db, call.account_id) if item.role is RoomRole.CUSTOMER]
    if not room and call.room is not None and call.room.role is RoomRole.CUSTOMER:
        return next(item for item in managed if item.room_id == call.room_id)
    if not room:
        raise SpeakerError("errors/which_room", rooms=[item.name for item in managed])
    ids = {item.room_id for item in managed}
    known = find_room([known for known in call.house.known_rooms if known.room_id in ids], room)
    return next(item for item in managed if item.room_id == known.room_id)
