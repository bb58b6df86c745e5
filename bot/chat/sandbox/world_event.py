"""What happens in the sandbox's world, in the past tense; whoever subscribes sees everything."""

from __future__ import annotations

from dataclasses import dataclass

from bot.chat.sandbox.message import Message


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody, perhaps the bot, said something; a recall is a message of kind 13 whose text is the recalled id."""

    message: Message


@dataclass(frozen=True, slots=True)
class Joined:
    """People entered a room."""

    room_id: str
    contact_ids: tuple[str, ...]
    inviter_id: str
    stamp_ms: int


@dataclass(frozen=True, slots=True)
class Left:
    """People left a room, or were removed by somebody else."""

    room_id: str
    contact_ids: tuple[str, ...]
    remover_id: str
    stamp_ms: int


@dataclass(frozen=True, slots=True)
class Renamed:
    """A room has a new topic."""

    room_id: str
    topic: str
    old_topic: str
    changer_id: str
    stamp_ms: int


@dataclass(frozen=True, slots=True)
class AliasChosen:
    """A member goes by another name in a room."""

    room_id: str
    contact_id: str
    alias: str


@dataclass(frozen=True, slots=True)
class Announced:
    """A room has a new announcement."""

    room_id: str
    text: str
    announcer_id: str


@dataclass(frozen=True, slots=True)
class WentOnline:
    """The bot's account logged in."""

    contact_id: str


@dataclass(frozen=True, slots=True)
class WentOffline:
    """The bot's account was logged out."""

    contact_id: str
    reason: str


WorldEvent = Said | Joined | Left | Renamed | AliasChosen | Announced | WentOnline | WentOffline
