"""A member as the house remembers them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag on a member with what it rests on.

    `source` is "rule" or "operator"; for a rule, `rule`, `message_id` and `why` are its evidence,
    and `times` counts how often it was met.
    """

    name: str
    source: str
    rule: str
    message_id: str
    why: str
    assigned_at: datetime
    expires_at: datetime | None = None
    times: int = 1


@dataclass(frozen=True, slots=True)
class Member:
    """A contact in one managed room; the times are aware UTC, None where they are not known."""

    room_id: str
    room: str
    contact_id: str
    name: str
    alias: str
    inviter_id: str
    joined_at: datetime | None
    left_at: datetime | None
    first_seen_at: datetime
    last_seen_at: datetime | None
    messages: int = 0
    tags: tuple[Tag, ...] = ()

    @property
    def display_name(self) -> str:
        """What the other members see; the id until a name is known."""
        return self.alias or self.name or self.contact_id
