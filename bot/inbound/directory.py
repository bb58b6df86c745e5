"""Who and what the process knows by heart: managed rooms, operators, and the rooms the bot sits in."""

from __future__ import annotations

import asyncio

from bot.core.events import MessageReceived
from bot.core.operator import Role
from bot.core.room import KnownRoom, Room, RoomRole
from bot.policy import mention
from storage import operators, rooms
from storage.store import Db, Store


class Directory:
    """A copy of small tables for decisions that cannot wait for the database; reloaded when one of them changes.

    `names` are what the bot is called; `words` are the bare words members may say to it.
    """

    def __init__(self, account_id: str, names: set[str], words: frozenset[str]) -> None:
        self.account_id = account_id
        self.names = names
        self.words = words
        self.self_id = ""
        self.rooms: dict[str, Room] = {}
        self.roles: dict[str, Role] = {}
        self.topics: dict[str, str] = {}
        self._turn = asyncio.Lock()

    async def reload(self, store: Store) -> set[str]:
        """Read the tables again; returns the rooms that have become managed.

        One at a time: an older reading that ends later would make a room just adopted unheard of again.
        """
        async with self._turn:
            before = set(self.rooms)
            self.rooms, self.roles = await store.read(_load, self.account_id)
            return set(self.rooms) - before

    def manages(self, room_id: str) -> bool:
        return room_id in self.rooms

    def asks(self, message: MessageReceived) -> bool:
        """Whether somebody has to look at this message. In a room nobody adopted only commands count."""
        if message.room_id is not None and not self.manages(message.room_id):
            return not message.from_self and mention.is_command(message.text)
        return mention.asks(message, self.self_id, self.names, self.words)

    def role_of(self, contact_id: str) -> Role:
        return self.roles.get(contact_id, Role.MEMBER)

    @property
    def control_room(self) -> Room | None:
        """The chat where operators command and alarms arrive."""
        return next((room for room in self.rooms.values() if room.role is RoomRole.CONTROL and room.active), None)

    @property
    def known_rooms(self) -> tuple[KnownRoom, ...]:
        """Every room the bot sits in, as far as the gateway has told; managed ones by their stored name."""
        topics = {**self.topics, **{room.room_id: room.topic for room in self.rooms.values() if room.topic}}
        return tuple(KnownRoom(room_id, topic) for room_id, topic in sorted(topics.items(), key=lambda item: item[1]))


def _load(db: Db, account_id: str) -> tuple[dict[str, Room], dict[str, Role]]:
    managed = {room.room_id: room for room in rooms.managed(db, account_id)}
    return managed, {operator.contact_id: operator.role for operator in operators.every(db, account_id)}
