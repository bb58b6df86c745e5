"""An entry of the ledger: something that was said in a room, with its kind as it was then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.post import PostKind


class Source(StrEnum):
    """Why it was said: planned, commanded, by staff themselves, or to answer somebody."""

    PLAN = "plan"
    COMMAND = "command"
    STAFF = "staff"
    REPLY = "reply"


@dataclass(frozen=True, slots=True)
class Posted:
    """A post that counts: sent, or perhaps sent, by the bot, or by staff. `content` is its slug, "" for staff's."""

    kind: PostKind
    at: datetime
    content: str = ""
    source: Source = Source.PLAN
