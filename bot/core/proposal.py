"""A mass action that waits for a yes: what would be posted where, bound to exactly what was shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """A commanded post before anybody confirmed it. Times are aware UTC.

    `seal` binds content, kind, rooms and times: when it no longer fits, the confirmation counts for nothing.
    `dues` gives each room's time, in the order of sending. `people` is how many different persons must say yes;
    `confirmed_by` who already has.
    """

    code: str
    by: str
    kind: str
    content: str
    body: str
    override: str
    seal: str
    dues: tuple[tuple[str, datetime], ...]
    people: int
    confirmed_by: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    done_at: datetime | None = None
