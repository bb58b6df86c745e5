"""/adopt and /release: begin and cease to look after a room."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.errors import SpeakerError
from bot.core.operator import Role
from bot.core.reply import Audience, Reply
from bot.core.room import KnownRoom, RoomRole
from bot.policy.command import Call, command
from bot.policy.find_room import find_room
from storage import rooms
from storage.store import Db


@command("adopt", aliases=("接管", "收养"), role=Role.OPERATOR)
def adopt_room(db: Db, call: Call, room: str = "") -> Sequence[Reply]:
    """From now on the room is recorded and posted in; its members are told."""
    known = _meant(call, room)
    managed = rooms.find(db, call.account_id, known.room_id)
    if managed is not None and managed.role is RoomRole.CONTROL:
        raise SpeakerError("errors/is_control", room=managed.name)
    if managed is not None and managed.active:
        raise SpeakerError("errors/already_adopted", room=managed.name)
    adopted = rooms.adopt(
        db,
        call.account_id,
        known.room_id,
        topic=known.topic,
        role=RoomRole.CUSTOMER,
        by=call.talker_id,
        now=call.now,
    )
    notice = {"brand": call.house.charter.speaker.brand, "persona": call.house.charter.speaker.persona}
    return (
        Reply("adopted", {"room": adopted.name}),
        Reply("adoption_notice", notice, to=Audience.ROOM, room_id=adopted.room_id),
    )


@command("release", aliases=("放手", "释放"), role=Role.OPERATOR)
def release_room(db: Db, call: Call, room: str = "") -> Reply:
    """From now on nothing about the room is stored and nothing is posted in it; its past stays."""
    known = _meant(call, room)
    managed = rooms.find(db, call.account_id, known.room_id)
    if managed is None:
        raise SpeakerError("errors/not_adopted", room=known.name)
    rooms.release(db, call.account_id, known.room_id, call.now)
    return Reply("released", {"room": managed.name})


def _meant(call: Call, room: str) -> KnownRoom:
    """The room named, or the one this was said in."""
    if room:
        return find_room(call.house.known_rooms, room)
    if call.private or (call.room is not None and call.room.role is RoomRole.CONTROL):
        raise SpeakerError("errors/which_room", rooms=[known.name for known in call.house.known_rooms][:10])
    here = [known for known in call.house.known_rooms if known.room_id == call.room_id]
    return here[0] if here else KnownRoom(call.room_id, "")
