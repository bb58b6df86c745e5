"""Who and what the process knows by heart: managed rooms, operators, and the rooms the bot sits in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.checkin import Campaign
from bot.core.events import MessageReceived
from bot.core.forgotten import Forgotten
from bot.core.operator import Role
from bot.core.room import KnownRoom, Room, RoomRole
from bot.policy import mention
from bot.policy.yes_no import yes_or_no
from storage import checkins, forgotten, operators, questions, rooms
from storage.store import Db, Store


class Directory:
    """A copy of small tables for decisions that cannot wait for the database; reloaded when one of them changes.

    `names` are what the bot is called; `hears` knows the plain words that call a command. `campaigns` are the
    check-ins that run in each room; `awaited` are the (conversation, contact) whose yes or no the bot waits for.
    `returned` says that somebody is no longer forgotten, whose name is to be learned again.
    """

    def __init__(self, account_id: str, names: set[str], hears: Callable[[str], bool]) -> None:
        self.account_id = account_id
        self.names = names
        self.hears = hears
        self.self_id = ""
        self.rooms: dict[str, Room] = {}
        self.roles: dict[str, Role] = {}
        self.topics: dict[str, str] = {}
        self.campaigns: Mapping[str, tuple[Campaign, ...]] = {}
        self.awaited: set[tuple[str, str]] = set()
        self.forgotten = Forgotten()
        self.returned = False
        self._adopted: set[str] = set()
        self._turn = asyncio.Lock()

    async def reload(self, store: Store) -> None:
        """Read the tables again.

        One at a time: an older reading that ends later would make a room just adopted unheard of again.
        """
        async with self._turn:
            before = set(self.rooms)
            known = await store.read(_load, self.account_id)
            self.rooms, self.roles, self.campaigns = known.rooms, known.roles, known.campaigns
            self.returned = self.returned or not self.forgotten.digests <= known.forgotten.digests
            self.awaited, self.forgotten = known.awaited, known.forgotten
            self._adopted |= set(self.rooms) - before

    def take_adopted(self) -> set[str]:
        """The rooms that have become managed since the last call, whoever's reading it was that found them."""
        adopted, self._adopted = self._adopted, set()
        return adopted

    def manages(self, room_id: str) -> bool:
        return room_id in self.rooms

    def asks(self, message: MessageReceived) -> bool:
        """Whether somebody has to look at this message. In a room nobody adopted only commands count."""
        if message.room_id is not None and not self.manages(message.room_id):
            return not message.from_self and mention.is_command(message.text)
        return self.awaits(message) or mention.asks(message, self.self_id, self.names, self.hears)

    def awaits(self, message: MessageReceived) -> bool:
        """Whether this is the yes or no to something the bot has asked its talker there."""
        asked = not message.from_self and (message.conversation_id, message.talker_id) in self.awaited
        return asked and yes_or_no(mention.without_mentions(message.text, self.names)) is not None

    def forgets(self, contact_id: str) -> bool:
        """Whether nothing may be kept about this person. Operators are remembered: what they do is audited."""
        return contact_id in self.forgotten and contact_id not in self.roles

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


@dataclass(frozen=True, slots=True)
class _Known:
    rooms: dict[str, Room]
    roles: dict[str, Role]
    campaigns: Mapping[str, tuple[Campaign, ...]]
    awaited: set[tuple[str, str]]
    forgotten: Forgotten


def _load(db: Db, account_id: str) -> _Known:
    return _Known(
        rooms={room.room_id: room for room in rooms.managed(db, account_id)},
        roles={operator.contact_id: operator.role for operator in operators.every(db, account_id)},
        campaigns=checkins.running(db, account_id),
        awaited=questions.awaited(db, account_id),
        forgotten=forgotten.every(db, account_id),
    )
