"""Check-ins: a campaign in a room, and what each member did on which day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Counts(StrEnum):
    """What a member has to send."""

    WORD = "word"
    PHOTO = "photo"
    BOTH = "both"


class How(StrEnum):
    """How a day came to count: said in time, made up for, excused, or entered by an operator."""

    SAID = "said"
    MAKEUP = "makeup"
    LEAVE = "leave"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Campaign:
    """A check-in in one room. `rhythm` are the weekdays that count, 1 is Monday; days are the room's local ones.

    `opens` and `closes` ("06:00") bound the time of day, "" for the whole day. `goal` days of the rhythm in a row
    earn the `gift`; each check-in pays `points`; `makeups` is how many missed days a member may make up for.
    `content` is the library's post that calls for it, "" for none; `ends_on` None is open-ended.
    """

    id: int
    room_id: str
    title: str
    word: str
    counts: Counts
    rhythm: frozenset[int]
    starts_on: date
    ends_on: date | None = None
    opens: str = ""
    closes: str = ""
    goal: int = 0
    gift: str = ""
    points: int = 0
    makeups: int = 0
    content: str = ""
    slug: str = ""
    ended_at: datetime | None = None

    def counts_on(self, day: date) -> bool:
        """Whether one may check in on that day."""
        within = self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)
        return within and day.isoweekday() in self.rhythm

    @property
    def daily(self) -> bool:
        """Whether every day counts; otherwise it is times that are counted, not days."""
        return len(self.rhythm) == 7


@dataclass(frozen=True, slots=True)
class Record:
    """One member's days in a campaign: what counts for them, and the days that an operator took away.

    `last_at` is when the newest day that counts was checked in for, aware UTC; None without any.
    """

    contact_id: str
    marks: Mapping[date, How] = field(default_factory=dict)
    removed: frozenset[date] = frozenset()
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """What stands for one member's day: by which message, and whether it was confirmed."""

    message_id: str
    leave: bool
    removed: bool
    told: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """A member's figures: days in a row, days in all, and when the newest one was made."""

    contact_id: str
    streak: int
    total: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Summary:
    """How a member stands in one campaign; `room` is its room's name, `running` whether it still goes on."""

    title: str
    room: str
    streak: int
    longest: int
    total: int
    running: bool
    daily: bool


@dataclass(frozen=True, slots=True)
class Untold:
    """A check-in that nobody has confirmed yet. `won` are the badges it brought; `reached`: it reached the goal."""

    id: int
    campaign_id: int
    contact_id: str
    room_id: str
    day: date
    at: datetime
    won: tuple[str, ...] = ()
    reached: bool = False
