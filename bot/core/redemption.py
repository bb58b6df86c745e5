"""What a member wants for their points, from the wish to the decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Stage(StrEnum):
    """Where a redemption stands. Points and stock are taken while it is asked or granted, and given back otherwise."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Redemption:
    """`title` and `cost` are those of the day it was asked; `room_id` is "" when it was asked in private."""

    number: int
    contact_id: str
    reward: str
    title: str
    cost: int
    stage: Stage
    room_id: str
    asked_at: datetime
    reason: str = ""
