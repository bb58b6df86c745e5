"""What of the world the bot's account can see."""

from __future__ import annotations

from bot.chat.sandbox.errors import NoSuchError
from bot.chat.sandbox.message import Message
from bot.chat.sandbox.room import Room
from bot.chat.sandbox.world import World


class Sight:
    """The world through the bot's eyes: the rooms it sits in, and messages there or to and from itself."""

    def __init__(self, world: World) -> None:
        self._world = world

    def in_room(self, room_id: str) -> bool:
        room = self._world.rooms.get(room_id)
        return room is not None and self._world.self_id in room.seats

    def room(self, room_id: str) -> Room:
        if not self.in_room(room_id):
            raise NoSuchError("no such room")
        return self._world.rooms[room_id]

    def room_ids(self) -> list[str]:
        return [room_id for room_id in self._world.rooms if self.in_room(room_id)]

    def sees(self, message: Message) -> bool:
        if message.room_id is not None:
            return self.in_room(message.room_id)
        return self._world.self_id in (message.talker_id, message.listener_id)

    def message(self, message_id: str) -> Message:
        message = self._world.message(message_id)
        if not self.sees(message):
            raise NoSuchError("no such message")
        return message

    def check_conversation(self, conversation_id: str) -> None:
        """Raise unless the bot can speak there."""
        if conversation_id in self._world.rooms:
            self.room(conversation_id)
        self._world.check_can_talk(self._world.self_id, conversation_id)
