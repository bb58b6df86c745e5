"""[plan] and [pacing] of config.toml: what goes out, when, and how fast; every default lives here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Literal, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, model_validator

from bot.config_part import Part
from bot.core.post import MIX
from bot.policy.calendar import quiet_name
from bot.policy.caps import Caps
from bot.policy.pacing import Pace
from bot.policy.room_rules import RoomRules
from bot.policy.room_settings import approval_of
from bot.policy.window import WEEKDAYS, Hours, Window

T = TypeVar("T")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is not an IANA time zone such as Asia/Shanghai") from None
    return name


def _window(text: str) -> str:
    return str(Window.parse(text))


def _weekdays(by_day: Mapping[str, T]) -> Mapping[str, T]:
    for day in by_day:
        if day not in WEEKDAYS:
            raise ValueError(f"{day!r} is not a weekday; use {', '.join(WEEKDAYS)}")
    return by_day


def _days(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(quiet_name(name) for name in names)


Zone = Annotated[str, AfterValidator(_zone)]
WindowText = Annotated[str, AfterValidator(_window)]


class Mix(Part):
    """The plan's proportions; 0 means none at all."""

    value: int = Field(default=7, ge=1, le=100)
    interactive: int = Field(default=2, ge=0, le=100)
    promo: int = Field(default=1, ge=0, le=100)


Cap = Annotated[int, Field(ge=0, le=1000)] | Literal["unlimited"]


class CapsPart(Part):
    """How much promotion a room bears, staff's own counted."""

    week: Cap = 2
    in_ten: Cap = 1
    day: Cap = 1


class Plan(Part):
    """What goes out, and when."""

    zone: Zone = "Asia/Shanghai"
    windows: tuple[WindowText, ...] = ("19:00-21:00",)
    promo_windows: tuple[WindowText, ...] = ()
    care_windows: tuple[WindowText, ...] = ("09:00-21:00",)
    slots: int = Field(default=1, ge=0, le=6)
    approval: Literal["none", "promo", "all"] = "none"
    quiet: Annotated[tuple[str, ...], AfterValidator(_days)] = ("清明节",)
    confirm_minutes: float = Field(default=10, gt=0, le=1440)
    second_person_above: int = Field(default=20, ge=0)
    seed: str = "qunzhu-193"
    weekdays: Annotated[Mapping[str, tuple[WindowText, ...]], AfterValidator(_weekdays)] = Field(default_factory=dict)
    slots_on: Annotated[Mapping[str, Annotated[int, Field(ge=0, le=6)]], AfterValidator(_weekdays)] = Field(
        default_factory=dict
    )
    themes: Annotated[Mapping[str, str], AfterValidator(_weekdays)] = Field(
        default_factory=lambda: {"wednesday": "周三问诊"}
    )
    mix: Mix = Mix()
    caps: CapsPart = CapsPart()

    def hours(self) -> Hours:
        return Hours.of(self.zone, self.windows, self.weekdays)

    def rules(self) -> RoomRules:
        """What holds for a room that has no settings of its own."""
        limits = {name: None if cap == "unlimited" else cap for name, cap in self.caps}
        return RoomRules(
            hours=self.hours(),
            promo_hours=Hours.of(self.zone, self.promo_windows) if self.promo_windows else None,
            care_hours=Hours.of(self.zone, self.care_windows),
            weights={kind: getattr(self.mix, kind) for kind in MIX},
            caps=Caps(**limits),
            slots=tuple(self.slots_on.get(day, self.slots) for day in WEEKDAYS),
            approval=approval_of(self.approval),
            tags=frozenset(),
        )


Seconds = Annotated[float, Field(ge=0, le=86_400)]


class Pacing(Part):
    """How fast the account may speak. It lowers the risk of a ban; nothing removes it."""

    room_gap: Seconds = 3
    room_jitter: Seconds = 4
    gap_min: Seconds = 3
    gap_max: Seconds = 8
    per_minute: int = Field(default=20, ge=0)
    burst: int = Field(default=20, ge=0)
    texts_a_day: int = Field(default=300, ge=0)
    reserve: int = Field(default=60, ge=0)
    account_since: date | None = None
    warm_up: tuple[int, int, int] = (20, 60, 150)
    batch_rooms: int = Field(default=20, ge=0)
    batch_minutes: float = Field(default=10, ge=0)
    breaker_minutes: float = Field(default=30, gt=0)

    @model_validator(mode="after")
    def _in_order(self) -> Pacing:
        if self.gap_max < self.gap_min:
            raise ValueError("gap_max is smaller than gap_min")
        return self

    def pace(self) -> Pace:
        return Pace(
            room_gap=timedelta(seconds=self.room_gap),
            room_jitter=timedelta(seconds=self.room_jitter),
            gap_min=timedelta(seconds=self.gap_min),
            gap_max=timedelta(seconds=self.gap_max),
            per_minute=self.per_minute,
            burst=self.burst,
            texts_a_day=self.texts_a_day,
            reserve=self.reserve,
            warm_up=self.warm_up,
            batch_rooms=self.batch_rooms,
            batch_gap=timedelta(minutes=self.batch_minutes),
        )
