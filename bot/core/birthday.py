"""A birthday that somebody told the bot: their own, a pet's, or a child's."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Whose(StrEnum):
    """Whose birthday a member told."""

    SELF = "self"
    PET = "pet"
    CHILD = "child"


class Calendar(StrEnum):
    """The calendar by which it is celebrated."""

    SOLAR = "solar"
    LUNAR = "lunar"


@dataclass(frozen=True, slots=True, order=True)
class YearlyDate:
    """A date without a year, as people keep it. `leap` says of a lunar month that it is the leap one."""

    calendar: Calendar
    month: int
    day: int
    leap: bool = False


@dataclass(frozen=True, slots=True)
class Birthday:
    """`contact_id` is the member who told it; `name` is the pet's or child's, "" when they gave none.

    `year` is kept when it was told, and never shown. `private` ones are congratulated to the member alone. `room_id`
    is where it was told, "" in private. `id` is 0 until it is stored.
    """

    id: int
    contact_id: str
    whose: Whose
    name: str
    calendar: Calendar
    month: int
    day: int
    leap: bool = False
    year: int | None = None
    private: bool = False
    room_id: str = ""

    @property
    def date(self) -> YearlyDate:
        return YearlyDate(self.calendar, self.month, self.day, self.leap)


@dataclass(frozen=True, slots=True)
class Presence:
    """A member who is in a room: what they are called there, and whether they want to be left alone."""

    room_id: str
    name: str
    unsubscribed: bool = False
