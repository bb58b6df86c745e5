"""A pause: somebody has stopped posts, in one room or in all, all of them or only promotion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.post import PostKind


class Scope(StrEnum):
    """Which posts a pause stops."""

    ALL = "all"
    PROMO = "promo"


@dataclass(frozen=True, slots=True)
class Pause:
    """`room_id` is "" for every room of the account; `until` None until somebody resumes. Times are aware UTC."""

    id: int
    room_id: str
    scope: Scope
    reason: str
    by: str
    since: datetime
    until: datetime | None

    def stops(self, kind: PostKind, room_id: str, now: datetime) -> bool:
        """Whether it keeps this post back now."""
        if self.room_id not in {"", room_id} or (self.scope is Scope.PROMO and kind is not PostKind.PROMO):
            return False
        return self.since <= now and (self.until is None or now < self.until)
