"""The chat port: what the bot may ask of any chat platform, and what it hears from it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.core.events import ChatEvent, MessageReceived
from bot.core.message import File, Link, MiniProgram


@dataclass(frozen=True, slots=True)
class Receipt:
    """The gateway accepted a send. `message_id` is "" on gateways that give none."""

    message_id: str


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """A room as the gateway describes it."""

    room_id: str
    topic: str
    owner_id: str
    member_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """A member of a room: the contact's own name, and the alias they chose in this room ("" if none)."""

    room_id: str
    contact_id: str
    name: str
    alias: str
    inviter_id: str = ""

    @property
    def display_name(self) -> str:
        """What the other members see."""
        return self.alias or self.name


class Sends(Protocol):
    """Everything that leaves a trace on the platform; only `bot.voice` holds one.

    Every call raises `NotConnectedError` or `SendRefusedError` when it is certain that nothing was sent,
    and `SendUncertainError` when nobody can know.
    """

    async def send_text(self, conversation_id: str, text: str, mention_ids: Sequence[str] = ()) -> Receipt: ...

    async def send_file(self, conversation_id: str, file: File) -> Receipt: ...

    async def send_link(self, conversation_id: str, link: Link) -> Receipt: ...

    async def send_mini_program(self, conversation_id: str, card: MiniProgram) -> Receipt: ...

    async def recall(self, message_id: str) -> bool: ...

    async def set_topic(self, room_id: str, topic: str) -> None: ...

    async def announce(self, room_id: str, text: str) -> None: ...


class Reads(Protocol):
    """Questions to the platform. They raise `GatewayError` when there is no answer; asking again is harmless."""

    @property
    def self_id(self) -> str | None: ...

    async def room_ids(self) -> tuple[str, ...]: ...

    async def room(self, room_id: str) -> RoomFacts: ...

    async def member(self, room_id: str, contact_id: str) -> MemberFacts: ...

    async def contact_name(self, contact_id: str) -> str: ...

    async def fetch_file(self, message: MessageReceived, limit: int) -> File:
        """The bytes of a message with a file, at most `limit` of them; `FileTooLargeError` beyond."""
        ...


class Events(Protocol):
    """The one stream of what happens. It never ends by itself: it reconnects until closed."""

    def events(self) -> AsyncIterator[ChatEvent]: ...

    def batches(self, limit: int = 256) -> AsyncIterator[tuple[ChatEvent, ...]]:
        """The same stream, all that is ready at once: at least one event, at most `limit`, in order.

        Read this or `events`, not both; a burst can then be recorded in one transaction.
        """
        ...

    async def close(self) -> None: ...


class Chat(Sends, Reads, Events, Protocol):
    """A whole platform; the composition root hands its three faces out separately."""
