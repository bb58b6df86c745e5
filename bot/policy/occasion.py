"""The variables a post may use, for one room on one day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.core.checkin import Campaign, Counts
from bot.core.post import Post, PostKind
from bot.core.room import Room
from bot.policy.calling import day_number, days_in_all

_WEEKDAYS = {
    "zh": ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_HOW = {
    "zh": {Counts.WORD: "发“{word}”", Counts.PHOTO: "发一张照片", Counts.BOTH: "发一张照片，再发“{word}”"},
    "en": {Counts.WORD: "send “{word}”", Counts.PHOTO: "send a photo", Counts.BOTH: "send a photo and “{word}”"},
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


@dataclass(frozen=True, slots=True)
class CheckinView:
    """`checkin` in a post that calls for one.

    `day` is the how-manieth day of its rhythm, `days` how many it has (0: no end), `goal` how many in a row earn the
    `gift`; `how` says what to send, `span` when ("" for the whole day).
    """

    title: str
    word: str
    day: int
    days: int
    goal: int
    gift: str
    how: str
    span: str
    daily: bool


SAMPLE: Sequence[Mapping[str, object]] = (
    {"name": "阿椒", "whose": "pet", "called": "豆豆", "days": 6, "campaign": "早餐打卡"},
)
"""Every field that a person in a care post may have: `whose` birthday (self, pet, child), what that one is `called`,
how many `days` they have been here or checked in, and in which `campaign`. For trying a text."""


def variables(
    speaker: Speaker,
    room: Room,
    day: date,
    post: Post,
    people: Sequence[Mapping[str, object]] = (),
    campaign: Campaign | None = None,
) -> Mapping[str, object]:
    """Everything this post may use. `people` are whom a care post is about: `members` in it, `member` the first.

    Each has a `name`, and what its occasion says about them. `campaign` is what an interactive post calls for.
    """
    shown = f"{day.month}月{day.day}日" if speaker.locale == "zh" else f"{day:%B} {day.day}"
    offered: dict[str, object] = {
        "room": RoomView(room.settings.get("greeting", speaker.greeting), room.name),
        "brand": Named(speaker.brand),
        "persona": Named(speaker.persona),
        "today": Today(shown, _WEEKDAYS[speaker.locale][day.weekday()]),
        "festival": post.festival,
    }
    if post.kind is PostKind.INTERACTIVE and campaign is not None:
        return {**offered, "checkin": _checkin(campaign, day, speaker.locale)}
    if post.kind is not PostKind.CARE:
        return offered
    return {**offered, "member": people[0] if people else {"name": ""}, "members": tuple(people)}


def _checkin(campaign: Campaign, day: date, locale: str) -> CheckinView:
    span = f"{campaign.opens or '00:00'}-{campaign.closes or '24:00'}" if campaign.opens or campaign.closes else ""
    return CheckinView(
        title=campaign.title,
        word=campaign.word,
        day=max(1, day_number(campaign, day)),
        days=days_in_all(campaign),
        goal=campaign.goal,
        gift=campaign.gift,
        how=_HOW[locale][campaign.counts].format(word=campaign.word),
        span=span,
        daily=campaign.daily,
    )
