"""What the gate is asked about one post, and what it finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.pause import Pause
from bot.core.post import PostKind
from bot.core.posted import Posted
from bot.core.sending import Sending
from bot.core.verdict import Allow, Verdict
from bot.policy.room_rules import RoomRules


class Approval(StrEnum):
    """Whether somebody has to approve the post, and did; STALE: it was edited since."""

    UNNEEDED = "unneeded"
    GIVEN = "given"
    NEEDED = "needed"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class ContentFacts:
    """What is known of the content. `slug` is "" for a post typed by hand; `last_posted` is in this room.

    `gone`: no longer in the library; `retired`: taken out by an operator; `valid`: on the day it would go out;
    `meant`: the room belongs to its audience; `in_turn`: the part of a series before it has been posted; `called`:
    if it calls for a check-in, that one is on in the room.
    """

    slug: str = ""
    gone: bool = False
    retired: bool = False
    valid: bool = True
    meant: bool = True
    in_turn: bool = True
    called: bool = True
    cooldown: timedelta = timedelta(0)
    last_posted: datetime | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A post about to go out in a room; times are aware UTC.

    `rules` is None when the room's own cannot be read. `history` is the room's ledger, oldest first. `quiet` names
    the festival that closes the room's day to promotion, "" for none. `override` is an owner's. `used_today` and
    `most_today` count pieces of the whole account, None without a limit; the post itself has `pieces`.
    `account_age` is None for a warm account. `ahead` sends, `spacing` apart, come before this one.
    """

    kind: PostKind
    due_at: datetime
    managed: bool
    active: bool
    room_id: str
    rules: RoomRules | None
    history: Sequence[Posted] = ()
    pauses: Sequence[Pause] = ()
    sending: Sending = field(default_factory=Sending)
    content: ContentFacts = ContentFacts()
    quiet: str = ""
    approval: Approval = Approval.UNNEEDED
    override: bool = False
    used_today: int = 0
    most_today: int | None = None
    pieces: int = 1
    account_age: timedelta | None = None
    ahead: int = 0
    spacing: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule with the numbers it compared, and its verdict. `overridden`: broken, but an owner said to go on."""

    rule: str
    verdict: Verdict
    numbers: Mapping[str, str | int]
    overridden: bool = False

    @property
    def ok(self) -> bool:
        """Whether this rule lets the post out."""
        return self.overridden or isinstance(self.verdict, Allow)
