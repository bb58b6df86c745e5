"""What happened on the platform, in the past tense: the only things the door lets in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.message import MessageKind


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """Somebody, perhaps the bot itself, said something.

    `sent_at` is aware UTC on the bot's clock; `age` was measured on the real clock when the message
    arrived. `room_id` is None in a private chat, where `listener_id` is the other side.
    """

    account_id: str
    message_id: str
    room_id: str | None
    talker_id: str
    listener_id: str
    kind: MessageKind
    raw_type: int
    text: str
    sent_at: datetime
    age: timedelta
    mention_ids: tuple[str, ...] = ()
    filename: str = ""
    from_self: bool = False

    @property
    def conversation_id(self) -> str:
        """Where an answer goes: the room, or the other person of a private chat."""
        if self.room_id is not None:
            return self.room_id
        return self.listener_id if self.from_self else self.talker_id


@dataclass(frozen=True, slots=True)
class MembersJoined:
    """Contacts entered a room; `inviter_id` is "" where the gateway does not tell."""

    account_id: str
    room_id: str
    contact_ids: tuple[str, ...]
    inviter_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MembersLeft:
    """Contacts left a room or were removed; `self_left` when the bot is among them."""

    account_id: str
    room_id: str
    contact_ids: tuple[str, ...]
    remover_id: str
    at: datetime
    self_left: bool = False


@dataclass(frozen=True, slots=True)
class TopicChanged:
    """A room has a new name."""

    account_id: str
    room_id: str
    topic: str
    changer_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """The account is logged in behind the gateway; also said again after every reconnect."""

    account_id: str
    self_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LoggedOut:
    """The account was logged out of the platform."""

    account_id: str
    self_id: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Connected:
    """The event stream is open. Events between `deaf_since` and `at` are gone: the gateway keeps no queue."""

    account_id: str
    at: datetime
    deaf_since: datetime | None


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The event stream ended; the adapter is already trying to open it again."""

    account_id: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class GatewayErred:
    """The gateway reported an error of its own."""

    account_id: str
    detail: str
    at: datetime


ChatEvent = (
    MessageReceived
    | MembersJoined
    | MembersLeft
    | TopicChanged
    | LoggedIn
    | LoggedOut
    | Connected
    | Disconnected
    | GatewayErred
)
