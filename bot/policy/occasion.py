"""The variables a post may use, for one room on one day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.core.post import Post, PostKind
from bot.core.room import Room

_WEEKDAYS = {
    "zh": ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks: the brand, the name the bot gives itself, its greeting, and its language."""

    brand: str
    persona: str
    greeting: str
    locale: str


@dataclass(frozen=True, slots=True)
class RoomView:
    """`room` in a post."""

    greeting: str
    topic: str


@dataclass(frozen=True, slots=True)
class Named:
    """`brand`, `persona` and `member` in a post."""

    name: str


@dataclass(frozen=True, slots=True)
class Today:
    """`today` in a post: the room's local day, as people write it."""

    date: str
    weekday: str


def variables(speaker: Speaker, room: Room, day: date, post: Post, member: str = "") -> Mapping[str, object]:
    """Everything this post may use; `member` is a name, for care posts only."""
    shown = f"{day.month}月{day.day}日" if speaker.locale == "zh" else f"{day:%B} {day.day}"
    offered: dict[str, object] = {
        "room": RoomView(room.settings.get("greeting", speaker.greeting), room.name),
        "brand": Named(speaker.brand),
        "persona": Named(speaker.persona),
        "today": Today(shown, _WEEKDAYS[speaker.locale][day.weekday()]),
        "festival": post.festival,
    }
    return {**offered, "member": Named(member)} if post.kind is PostKind.CARE else offered
