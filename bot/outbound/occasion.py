"""The variables a post may use, for one room on one day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.config import Brand
from bot.core.room import Room

_WEEKDAYS = {
    "zh": ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


@dataclass(frozen=True, slots=True)
class RoomView:
    """`room` in a post."""

    greeting: str
    topic: str


@dataclass(frozen=True, slots=True)
class Named:
    """`brand` and `persona` in a post."""

    name: str


@dataclass(frozen=True, slots=True)
class Today:
    """`today` in a post: the room's local day, as people write it."""

    date: str
    weekday: str


def variables(brand: Brand, room: Room, day: date) -> Mapping[str, object]:
    """Everything a post may use."""
    weekday = _WEEKDAYS[brand.locale][day.weekday()]
    shown = f"{day.month}月{day.day}日" if brand.locale == "zh" else f"{day:%B} {day.day}"
    return {
        "room": RoomView(room.settings.get("greeting", brand.greeting), room.name),
        "brand": Named(brand.name),
        "persona": Named(brand.persona),
        "today": Today(shown, weekday),
    }
