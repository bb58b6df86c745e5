"""Points as values: what is to be paid, an entry of the ledger, and a place on the board."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

REVERSE = "reverse:"
"""What the subject of an entry begins with that takes another one back."""
REDEEM, CORRECT, INVITATION = "redeem", "correct", "invitation"
"""The rules of what is spent, of what an operator sets right, and of whom somebody brought in."""
UNCAPPED = (REDEEM, CORRECT, INVITATION)
"""What the day's cap says nothing about: it is for what members do that day."""


@dataclass(frozen=True, slots=True)
class Payment:
    """Points for one event: `subject` names it, unlike every other; `day` is the local day they count for."""

    contact_id: str
    rule: str
    subject: str
    amount: int
    room_id: str
    day: date
    note: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a member's points; what was taken back has a line of its own that is `reversed`."""

    amount: int
    rule: str
    note: str
    room_id: str
    day: date
    at: datetime
    by: str
    reversed: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A member on the board. Who has as many points as another shares the `rank`, who had them first stands first."""

    rank: int
    contact_id: str
    name: str
    points: int


@dataclass(frozen=True, slots=True)
class Badge:
    """A badge somebody has earned, in which room and when."""

    name: str
    room_id: str
    at: datetime
