"""How members are treated: the house's customs about welcomes, birthdays, check-ins, points and tiers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot.policy.behaviour import Behaviour


@dataclass(frozen=True, slots=True)
class Reward:
    """What points buy. `stock` None is without end."""

    slug: str
    title: str
    cost: int
    stock: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Declared:
    """A check-in campaign as declared in a file, to be started in a room; the fields are those of `Campaign`.

    `days` is how long it runs, 0 without end. `points` None: as many as the house pays for a check-in. One with
    `audience` begins by itself in the rooms that belong to it.
    """

    slug: str
    title: str
    word: str
    counts: str = "word"
    rhythm: str = "1234567"
    opens: str = ""
    closes: str = ""
    days: int = 0
    goal: int = 0
    gift: str = ""
    points: int | None = None
    makeups: int = 0
    content: str = ""
    audience: str = ""


@dataclass(frozen=True, slots=True)
class PointRules:
    """What is paid for what, 0 for nothing; at most `daily_cap` points a person and local day, redemptions aside."""

    checkin: int = 2
    first_words: int = 1
    story: int = 10
    invitation: int = 20
    invitation_days: int = 7
    daily_cap: int = 30


@dataclass(frozen=True, slots=True)
class TierRule:
    """A tier is reached by spending `spent_cents` or by `orders` within the tiers' span; 0 asks for nothing."""

    name: str
    spent_cents: int = 0
    orders: int = 0


@dataclass(frozen=True, slots=True)
class Customs:
    """The house's customs; every default stands in config.py.

    `badges` maps a number of check-in days in a row to a badge's name; `call` is the post that calls for a campaign
    which names none. `tiers` are ordered, the highest first.
    `feb_29` is where such a birthday goes in other years: "02-28" or "03-01".
    """

    welcome: bool = True
    gather: timedelta = timedelta(seconds=60)
    welcome_again: timedelta = timedelta(days=30)
    first_days: tuple[int, ...] = (1, 3, 7)
    wish_days: int = 3
    replied_times: int = 3
    early_times: int = 5
    behaviours: Mapping[str, Behaviour] = field(default_factory=dict)
    remind_days: tuple[int, ...] = (30, 7)
    feb_29: str = "02-28"
    points: PointRules = PointRules()
    rewards: Mapping[str, Reward] = field(default_factory=dict)
    badges: Mapping[int, str] = field(default_factory=dict)
    declared: Mapping[str, Declared] = field(default_factory=dict)
    call: str = ""
    tiers: tuple[TierRule, ...] = ()
    base_tier: str = "普通"
    tier_span: timedelta = timedelta(days=365)
    keep_messages: timedelta | None = None
    keep_media: timedelta | None = None
