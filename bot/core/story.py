"""A story a member told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Story:
    """One message of theirs, and the room it was said in."""

    message_id: str
    room_id: str
    text: str
    sent_at: datetime
