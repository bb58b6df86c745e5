"""A room the bot looks after, and the settings that make it different from the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class RoomRole(StrEnum):
    """What a managed room is for."""

    CUSTOMER = "customer"
    CONTROL = "control"


@dataclass(frozen=True, slots=True)
class Room:
    """A managed room. `settings` holds the operator's own values by key; what is absent follows config.toml."""

    account_id: str
    room_id: str
    topic: str

    role: RoomRole
    adopted_at: datetime
    adopted_by: str
    active: bool = True
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What people call it; the id until the topic is known."""
        return self.topic or self.room_id


@dataclass(frozen=True, slots=True)
class KnownRoom:
    """A room the bot sits in, managed or not: kept in memory only."""

    room_id: str
    topic: str

    @property
    def name(self) -> str:
        """What people call it; the id until the topic is known."""
        return self.topic or self.room_id
