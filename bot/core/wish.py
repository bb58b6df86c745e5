"""A wish a member has stated often enough to be remembered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Wish:
    """`wish` is its normalised key, `said` how it is told ("不要香菜"); `days` on how many local days it was stated.

    It is `kept` once the member said yes to it; until then it is noted, unconfirmed. Times are aware UTC.
    """

    wish: str
    said: str
    kept: bool
    days: int
    room_id: str
    message_id: str
    seen_at: datetime
