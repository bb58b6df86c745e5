"""The sandbox's world: people, rooms and what they say, as plain state with verbs and no network."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from bot.chat.sandbox.archive import FILE_BYTES, Archive
from bot.chat.sandbox.bulletin import Bulletin, Listener
from bot.chat.sandbox.errors import NoSuchError, NotPossibleError
from bot.chat.sandbox.ids import Ids
from bot.chat.sandbox.message import Content, FileContent, Message
from bot.chat.sandbox.person import Person
from bot.chat.sandbox.population import Population
from bot.chat.sandbox.room import Seat
from bot.chat.sandbox.world_event import (
    AliasChosen,
    Announced,
    Joined,
    Left,
    Renamed,
    Said,
    WentOffline,
    WentOnline,
    WorldEvent,
)
from bot.clock import Clock
from bot.core.message import File, Link, MessageKind, MiniProgram

RECALL_WITHIN = timedelta(minutes=2)
"""How long WeChat lets one take back one's words."""


class World(Population):
    """Everything there is; `now` gives aware UTC real time, `run` keeps message ids of two processes apart.

    Every verb raises `NoSuchError` for unknown ids and `NotPossibleError` for what WeChat would not allow.
    The oldest messages are forgotten beyond `memory` of them, and their files beyond `file_bytes` together.
    """

    def __init__(
        self,
        bot_id: str = "bot",
        bot_name: str = "群助",
        *,
        now: Callable[[], datetime] | None = None,
        seed: str = "sandbox",
        run: str = "",
        memory: int = 100_000,
        file_bytes: int = FILE_BYTES,
    ) -> None:
        super().__init__(bot_id, bot_name)
        self.online = True
        self._archive = Archive(memory, file_bytes)
        self.messages, self.recalled = self._archive.messages, self._archive.recalled
        self.new_id = Ids(seed, run)
        self._now = now or Clock().real
        self._bulletin = Bulletin()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Hear of everything from now on; the returned function ends it."""
        return self._bulletin.subscribe(listener)

    @property
    def now_ms(self) -> int:
        """The world's time as it is stamped on messages."""
        return round(self._now().timestamp() * 1000)

    def message(self, message_id: str) -> Message:
        if message_id not in self.messages:
            raise NoSuchError("no such message")
        return self.messages[message_id]

    # -- talking

    def say(
        self,
        talker_id: str,
        conversation_id: str,
        text: str,
        mentions: Iterable[str] = (),
        message_id: str | None = None,
        stamp_ms: int | None = None,
    ) -> Message:
        """A text into a room, or to a person when `conversation_id` is one's."""
        content = Content(MessageKind.TEXT, text, tuple(mentions))
        return self.utter(talker_id, conversation_id, content, message_id, stamp_ms)

    def send_file(self, talker_id: str, conversation_id: str, file: File, message_id: str | None = None) -> Message:
        content = FileContent(file.name, file.data)
        return self.utter(talker_id, conversation_id, Content(content.kind, file=content), message_id)

    def send_link(self, talker_id: str, conversation_id: str, link: Link, message_id: str | None = None) -> Message:
        return self.utter(talker_id, conversation_id, Content(MessageKind.LINK, link=link), message_id)

    def send_mini_program(
        self, talker_id: str, conversation_id: str, card: MiniProgram, message_id: str | None = None
    ) -> Message:
        return self.utter(talker_id, conversation_id, Content(MessageKind.MINI_PROGRAM, card=card), message_id)

    def utter(
        self,
        talker_id: str,
        conversation_id: str,
        content: Content,
        message_id: str | None = None,
        stamp_ms: int | None = None,
    ) -> Message:
        """Say anything, of whatever kind. A message id that was used before replaces the message and is told again."""
        self.check_can_talk(talker_id, conversation_id)
        in_room = conversation_id in self.rooms
        message = Message(
            id=message_id or self.new_id(),
            talker_id=talker_id,
            room_id=conversation_id if in_room else None,
            listener_id="" if in_room else conversation_id,
            content=content,
            stamp_ms=self.now_ms if stamp_ms is None else stamp_ms,
        )
        self._archive.keep(message)
        self._tell(Said(message))
        return message

    def check_can_talk(self, talker_id: str, conversation_id: str) -> None:
        """Raise unless `talker_id` could say something there now."""
        self.person(talker_id)
        if conversation_id in self.rooms:
            if talker_id not in self.rooms[conversation_id].seats:
                raise NotPossibleError("not a member of this room")
        elif self.person(conversation_id).id == talker_id:
            raise NotPossibleError("nobody talks to themselves")

    def recall(self, message_id: str) -> bool:
        """Take a message back. False if it was taken back before, or is the bot's and older than 2 real minutes."""
        message = self.message(message_id)
        too_late = self.now_ms - message.stamp_ms > RECALL_WITHIN.total_seconds() * 1000
        if message_id in self.recalled or (message.talker_id == self.self_id and too_late):
            return False
        self.recalled.add(message_id)
        content = Content(MessageKind.RECALLED, message_id)
        self.utter(message.talker_id, message.conversation_id, content)
        return True

    # -- rooms

    def join(self, room_id: str, contact_ids: Iterable[str], inviter_id: str = "") -> None:
        """People enter; whoever is a member already is left out, and nobody is told of nobody."""
        seats = self.room(room_id).seats
        newcomers = tuple(self.person(contact).id for contact in contact_ids if contact not in seats)
        seats.update({contact: Seat(inviter_id=inviter_id) for contact in newcomers})
        if newcomers:
            self._tell(Joined(room_id, newcomers, inviter_id, self.now_ms))

    def leave(self, room_id: str, contact_ids: Iterable[str], remover_id: str = "") -> None:
        """People leave, or are removed by `remover_id`."""
        seats = self.room(room_id).seats
        gone = tuple(contact for contact in contact_ids if seats.pop(contact, None) is not None)
        if gone:
            self._tell(Left(room_id, gone, remover_id or gone[0], self.now_ms))

    def rename(self, room_id: str, topic: str, changer_id: str = "") -> None:
        room = self.room(room_id)
        old, room.topic = room.topic, topic
        self._tell(Renamed(room_id, topic, old, changer_id or room.owner_id, self.now_ms))

    def set_alias(self, room_id: str, contact_id: str, alias: str) -> None:
        """What a member calls themselves in one room."""
        self.seat(room_id, contact_id).alias = alias
        self._tell(AliasChosen(room_id, contact_id, alias))

    def announce(self, room_id: str, text: str, announcer_id: str = "") -> None:
        room = self.room(room_id)
        room.announcement = text
        self._tell(Announced(room_id, text, announcer_id or room.owner_id))

    def set_remark(self, contact_id: str, remark: str) -> None:
        """What the bot's account calls somebody; nobody else sees it."""
        self.people[contact_id] = Person(contact_id, self.person(contact_id).name, remark)

    # -- the bot's account

    def login(self) -> None:
        if not self.online:
            self.online = True
            self._tell(WentOnline(self.self_id))

    def logout(self, reason: str = "") -> None:
        if self.online:
            self.online = False
            self._tell(WentOffline(self.self_id, reason))

    def _tell(self, event: WorldEvent) -> None:
        self._bulletin.tell(event)
