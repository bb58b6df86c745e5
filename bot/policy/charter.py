"""The charter: everything fixed at the start that decides what an account may say, and how fast."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.post import Post
from bot.policy.customs import Customs
from bot.policy.occasion import Speaker
from bot.policy.pacing import Pace
from bot.policy.room_rules import RoomRules


@dataclass(frozen=True, slots=True)
class Charter:
    """What holds for the account as long as the process runs.

    `themes` maps a weekday (0 is Monday) to the tag its posts should carry; `quiet` names the days without promotion.
    `since` is when the account came into use, None for the day the bot first ran it; a `warm` one needs no warming
    up. The breaker stays open for `breaker` at first. Commands that post in more than `second_above` rooms need a
    second person; proposals wait `confirm_within`.
    """

    speaker: Speaker
    rules: RoomRules
    library: Mapping[str, Post]
    pace: Pace
    seed: str = ""
    themes: Mapping[int, str] = field(default_factory=dict)
    quiet: Collection[str] = ()
    warm: bool = False
    since: datetime | None = None
    breaker: timedelta = timedelta(minutes=30)
    second_above: int = 20
    confirm_within: timedelta = timedelta(minutes=10)
    customs: Customs = field(default_factory=Customs)
