"""Something that people of the house have to do for a member."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Task:
    """`kind` is "gift" or "reward"; `what` is handed over, `why` says what it was earned with."""

    number: int
    kind: str
    contact_id: str
    room_id: str
    what: str
    why: str
    created_at: datetime
    done_at: datetime | None
