"""A member as the house remembers them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag on a member with what it rests on.

    `source` is "rule", "behaviour", "import" or "operator"; for the first two, `rule`, `message_id` and `why` are the
    evidence, and `times` counts how often the rule was met, or the thing done.
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
    """A contact in one managed room; the times are aware UTC, None where they are not known.

    They first and last spoke there at `first_words_at` and `last_seen_at`; `messages` is how much they said. The room
    was taken over at `adopted_at`.
    """

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
    first_words_at: datetime | None = None
    adopted_at: datetime | None = None

    @property
    def display_name(self) -> str:
        """What the other members see; the id until a name is known."""
        return self.alias or self.name or self.contact_id


@dataclass(frozen=True, slots=True)
class Person:
    """One person across all rooms. `month` and `today` are messages of the last 30 local days and of the present one.

    `unsubscribed_at` is since when they want to hear nothing but answers.
    """

    contact_id: str
    name: str
    rooms: tuple[Member, ...]
    tags: tuple[Tag, ...]
    member_no: str
    first_seen_at: datetime
    unsubscribed_at: datetime | None
    points: int
    month: int
    today: int

    @property
    def display_name(self) -> str:
        """What to call them; "" until a name is known."""
        return self.name or next((member.alias for member in self.rooms if member.alias), "")

    @property
    def messages(self) -> int:
        """How much they ever said."""
        return sum(member.messages for member in self.rooms)

    @property
    def first_words_at(self) -> datetime | None:
        """When they first spoke in any room; None if never."""
        return min((at for member in self.rooms if (at := member.first_words_at)), default=None)

    @property
    def last_words_at(self) -> datetime | None:
        """When they last spoke in any room; None if never."""
        return max((at for member in self.rooms if (at := member.last_seen_at)), default=None)

    @property
    def told_at(self) -> datetime | None:
        """When they were told, with everybody in their room, what is kept; None for who came after that."""
        heard = (item.adopted_at for item in self.rooms if item.adopted_at and _there(item, item.adopted_at))
        return min(heard, default=None)


def _there(member: Member, at: datetime) -> bool:
    return (member.joined_at is None or member.joined_at <= at) and (member.left_at is None or member.left_at > at)
