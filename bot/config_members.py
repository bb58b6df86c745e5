"""The tables of config.toml about members; every default lives here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from bot.config_part import Part

Days = Annotated[int, Field(ge=1, le=366)]
Count = Annotated[int, Field(ge=0, le=100_000)]


class Welcome(Part):
    """Newcomers: greeted together, and looked after for their first days."""

    enabled: bool = True
    gather_seconds: float = Field(default=60, ge=1, le=600)
    again_after_days: Days = 30
    first_days: tuple[Days, ...] = (1, 3, 7)


class Memory(Part):
    """What is noticed about members, and how often it must be before it is believed."""

    wish_days: int = Field(default=3, ge=1, le=30)
    replied_times: int = Field(default=3, ge=1, le=100)
    early_times: int = Field(default=5, ge=1, le=100)


class Birthdays(Part):
    """Birthdays of members, their pets and children."""

    remind_days: tuple[Days, ...] = (30, 7)
    feb_29: Literal["02-28", "03-01"] = "02-28"


class Checkins(Part):
    """Check-in campaigns: where they are declared, and what a row of days earns."""

    file: Path = Path("templates/checkins.toml")
    badges: Mapping[str, Annotated[str, Field(min_length=1, max_length=20)]] = Field(
        default_factory=lambda: {"7": "七日有恒", "30": "月月不落", "100": "百日之约"}
    )


class Points(Part):
    """What members earn, and where the rewards are declared."""

    checkin: Count = 2
    first_words: Count = 1
    story: Count = 10
    invitation: Count = 20
    invitation_days: Days = 7
    daily_cap: Count = 30
    rewards: Path = Path("templates/rewards.toml")


class Tier(Part):
    """One tier: reached by either figure."""

    spent: float = Field(default=0, ge=0)
    orders: int = Field(default=0, ge=0)


class Tiers(Part):
    """Customers by what they bought within `days`, the highest tier first; everybody else has the `base` one."""

    base: str = "普通"
    days: Annotated[int, Field(ge=1, le=3660)] = 365
    levels: Mapping[str, Tier] = Field(
        default_factory=lambda: {"超级VIP": Tier(spent=5000, orders=20), "VIP": Tier(spent=1000, orders=5)}
    )


class Retention(Part):
    """How long words and files are kept; 0 keeps them."""

    messages_days: int = Field(default=0, ge=0, le=3660)
    media_days: int = Field(default=0, ge=0, le=3660)
