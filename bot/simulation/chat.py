"""The chat port over the simulated gateway: one bot process's link, with the promises of any other adapter."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

from bot.chat.port import MemberFacts, Receipt, RoomFacts
from bot.chat.sandbox.message import Content, FileContent, Message
from bot.chat.sandbox.world_event import Joined, Left, Renamed, Said, WorldEvent
from bot.clock import Clock
from bot.core.errors import GatewayError
from bot.core.events import (
    ChatEvent,
    Connected,
    Disconnected,
    LoggedIn,
    MembersJoined,
    MembersLeft,
    MessageReceived,
    TopicChanged,
)
from bot.core.message import File, Link, MessageKind, MiniProgram
from bot.simulation.gateway import Gateway

READ_SECONDS = 0.5
"""Members are asked for at most twice a second, as behind every adapter."""


class SimulatedChat:
    """A fresh link for a fresh process: it hears from the moment it is first read until it is closed."""

    def __init__(self, account_id: str, gateway: Gateway, clock: Clock) -> None:
        self._account, self._gateway, self._clock = account_id, gateway, clock
        self._world = gateway.world
        self._waiting: deque[ChatEvent] = deque()
        self._more = asyncio.Event()
        self._attached = self._ended = False
        self._self_id: str | None = None

    # -- hearing

    @property
    def self_id(self) -> str | None:
        return self._self_id

    async def events(self) -> AsyncIterator[ChatEvent]:
        async for batch in self.batches():
            for event in batch:
                yield event

    async def batches(self, limit: int = 256) -> AsyncIterator[tuple[ChatEvent, ...]]:
        if not self._attached:
            self._attached = True
            self._gateway.attach(self)
        while not self._ended:
            if not self._waiting:
                self._more.clear()
                await self._more.wait()
                continue
            yield tuple(self._waiting.popleft() for _ in range(min(limit, len(self._waiting))))

    async def close(self) -> None:
        self._ended = True
        self._gateway.vanish()
        self._more.set()

    def opened(self, deaf_since: datetime | None) -> None:
        """The link is there, and the account logged in."""
        now = self._clock()
        self._self_id = self._world.self_id
        since = None if deaf_since is None else self._clock.place(deaf_since)[0]
        self._say(Connected(self._account, now, since))
        self._say(LoggedIn(self._account, self._world.self_id, now))

    def closed(self, why: str) -> None:
        """The link is gone."""
        self._say(Disconnected(self._account, self._clock(), why))

    def hear(self, event: WorldEvent) -> None:
        """Something happened in the town."""
        match event:
            case Said(message):
                self._say(self._received(message))
            case Joined(room_id, contact_ids, inviter_id, stamp_ms):
                at = self._clock.place(_instant(stamp_ms))[0]
                self._say(MembersJoined(self._account, room_id, contact_ids, inviter_id, at))
            case Left(room_id, contact_ids, remover_id, stamp_ms):
                at = self._clock.place(_instant(stamp_ms))[0]
                gone = self._world.self_id in contact_ids
                self._say(MembersLeft(self._account, room_id, contact_ids, remover_id, at, self_left=gone))
            case Renamed(room_id, topic, _old, changer_id, stamp_ms):
                at = self._clock.place(_instant(stamp_ms))[0]
                self._say(TopicChanged(self._account, room_id, topic, changer_id, at))
            case _:
                pass

    def _say(self, event: ChatEvent) -> None:
        self._waiting.append(event)
        self._more.set()

    def _received(self, message: Message) -> MessageReceived:
        sent_at, age = self._clock.place(_instant(message.stamp_ms))
        return MessageReceived(
            account_id=self._account,
            message_id=message.id,
            room_id=message.room_id,
            talker_id=message.talker_id,
            listener_id=message.listener_id,
            kind=MessageKind(message.content.kind),
            raw_type=message.content.kind,
            text=message.content.text,
            sent_at=sent_at,
            age=age,
            mention_ids=message.content.mention_ids,
            filename=message.content.file.name if message.content.file else "",
            from_self=message.talker_id == self._world.self_id,
        )

    # -- speaking

    async def send_text(self, conversation_id: str, text: str, mention_ids: Sequence[str] = ()) -> Receipt:
        return await self._gateway.send(conversation_id, Content(MessageKind.TEXT, text, tuple(mention_ids)))

    async def send_file(self, conversation_id: str, file: File) -> Receipt:
        content = FileContent(file.name, file.data)
        return await self._gateway.send(conversation_id, Content(content.kind, file=content))

    async def send_link(self, conversation_id: str, link: Link) -> Receipt:
        return await self._gateway.send(conversation_id, Content(MessageKind.LINK, link=link))

    async def send_mini_program(self, conversation_id: str, card: MiniProgram) -> Receipt:
        return await self._gateway.send(conversation_id, Content(MessageKind.MINI_PROGRAM, card=card))

    async def recall(self, message_id: str) -> bool:
        return self._world.recall(message_id)

    async def set_topic(self, room_id: str, topic: str) -> None:
        self._world.rename(room_id, topic, self._world.self_id)

    async def announce(self, room_id: str, text: str) -> None:
        self._world.announce(room_id, text, self._world.self_id)

    # -- asking

    async def room_ids(self) -> tuple[str, ...]:
        self._require()
        return tuple(self._gateway.sight.room_ids())

    async def room(self, room_id: str) -> RoomFacts:
        self._require()
        room = self._gateway.sight.room(room_id)
        return RoomFacts(room_id, room.topic, room.owner_id, tuple(room.seats))

    async def member(self, room_id: str, contact_id: str) -> MemberFacts:
        self._require()
        await asyncio.sleep(READ_SECONDS)
        seat = self._gateway.sight.room(room_id).seats.get(contact_id)
        if seat is None:
            raise GatewayError("no such member")
        name = self._world.person(contact_id).name
        return MemberFacts(room_id, contact_id, name, seat.alias, seat.inviter_id)

    async def contact_name(self, contact_id: str) -> str:
        self._require()
        return self._world.person(contact_id).name

    async def fetch_file(self, message: MessageReceived, limit: int) -> File:
        raise GatewayError("nobody in this town sends files")

    def _require(self) -> None:
        if not self._gateway.within_hearing:
            raise GatewayError("there is no link")


def _instant(stamp_ms: int) -> datetime:
    return datetime.fromtimestamp(stamp_ms / 1000, UTC)
