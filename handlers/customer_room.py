"""Finds the customer rooms an operator means: by name, all of them, or the one this was said in."""

from __future__ import annotations

from bot.core.errors import SpeakerError
from bot.core.room import Room, RoomRole
from bot.policy.command import Call
from bot.policy.find_room import find_room
from storage import rooms
from storage.store import Db

SHOWN = 10
"""So many rooms are offered when one has to be named."""


def customer_rooms(db: Db, call: Call) -> tuple[Room, ...]:
    """Every customer room in our care, by name."""
    return tuple(room for room in rooms.managed(db, call.account_id) if room.role is RoomRole.CUSTOMER)


def room_here(db: Db, call: Call) -> Room | None:
    """The customer room this was said in; None in the control room and in private."""
    if call.private or (call.room is not None and call.room.role is RoomRole.CONTROL):
        return None
    found = rooms.find(db, call.account_id, call.room_id)
    if found is None:
        raise SpeakerError("errors/room_unadopted", room=_topic(call, call.room_id))
    return found


def find_customer_room(db: Db, call: Call, said: str = "") -> Room:
    """The customer room that is named, or the one this was said in; `SpeakerError` offers those there are."""
    managed = customer_rooms(db, call)
    if said:
        return named_room(managed, call, said)
    here = room_here(db, call)
    if here is None and len(managed) == 1:
        return managed[0]
    if here is None:
        raise SpeakerError("errors/which_room", rooms=[room.name for room in managed[:SHOWN]])
    return here


def named_room(managed: tuple[Room, ...], call: Call, said: str) -> Room:
    """The customer room of that name; one that nobody adopted yet is told apart from one that does not exist."""
    by_id = {room.room_id: room for room in managed}
    try:
        known = find_room([item for item in call.house.known_rooms if item.room_id in by_id], said)
    except SpeakerError:
        if _unadopted(call, said, by_id):
            raise SpeakerError("errors/room_unadopted", room=said) from None
        raise
    return by_id[known.room_id]


def _unadopted(call: Call, said: str, managed: dict[str, Room]) -> bool:
    others = [item for item in call.house.known_rooms if item.room_id not in managed]
    here = call.room.room_id if call.room else ""
    return any(item.topic == said and item.room_id != here for item in others)


def _topic(call: Call, room_id: str) -> str:
    return next((item.name for item in call.house.known_rooms if item.room_id == room_id), room_id)
