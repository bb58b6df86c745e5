"""/control: make this the room where operators command and alarms arrive."""

from __future__ import annotations

from bot.core.errors import SpeakerError
from bot.core.operator import Role
from bot.core.reply import Reply
from bot.core.room import RoomRole
from bot.policy.command import Call, command
from storage import rooms
from storage.store import Db


@command("control", aliases=("运营群",), role=Role.OWNER)
def make_control(db: Db, call: Call) -> Reply:
    """There is one control room; the one before becomes a room nobody looks after."""
    if call.private:
        raise SpeakerError("errors/only_in_room")
    managed = rooms.managed(db, call.account_id)
    for room in managed:
        if room.room_id == call.room_id and room.role is RoomRole.CUSTOMER:
            raise SpeakerError("errors/is_customer", room=room.name)
        if room.role is RoomRole.CONTROL and room.room_id != call.room_id:
            rooms.release(db, call.account_id, room.room_id, call.now)
    topics = {known.room_id: known.topic for known in call.house.known_rooms}
    rooms.adopt(
        db,
        call.account_id,
        call.room_id,
        topic=topics.get(call.room_id, ""),
        role=RoomRole.CONTROL,
        by=call.talker_id,
        now=call.now,
    )
    return Reply("control")
