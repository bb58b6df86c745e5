"""Care posts for particular people: who is due for one in a room on a day, and who takes part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bot.core.room import Room
from bot.policy.charter import Charter
from bot.policy.room_rules import RoomRules


@dataclass(frozen=True, slots=True)
class Round:
    """One room's local day, for which care is planned."""

    account_id: str
    charter: Charter
    room: Room
    rules: RoomRules
    day: date
    now: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """One person's part in a care post.

    `occasion`, `subject` and `turn` together happen once for ever: ("birthday", "17", "2026"). All that are due in a
    conversation for one occasion on one day share one post, the library's `content`. `about` is plain data for its
    text. `due_at` None is a time of the plan's choosing inside the room's care window.
    """

    occasion: str
    subject: str
    turn: str
    contact_id: str
    content: str
    private: bool = False
    about: Mapping[str, object] = field(default_factory=dict)
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody's part in a care post as it was entered: the words of `Due`."""

    occasion: str
    subject: str
    turn: str
    contact_id: str
    about: Mapping[str, object]


Still = Callable[[Any, str, Part], bool]
"""Part of a transaction, given its session and the account: whether what a care post would say of somebody holds."""

Source = Callable[[Any, Sequence[Round]], Iterable[tuple[Round, Due]]]
"""Part of a transaction, given its session: who is due, in which of these rooms; a few queries for all of them."""
