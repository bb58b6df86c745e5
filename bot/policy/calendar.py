"""The festivals of a day, public, lunar and the shop's own, and the days on which nothing is promoted."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from functools import cache

from lunar_python import LunarMonth, Solar  # type: ignore[import-untyped]  # the package ships no types

from bot.core.post import Post
from bot.policy.nearest import nearest

FESTIVALS: Mapping[str, str] = {
    "元旦": "New Year's Day",
    "春节": "Spring Festival",
    "清明节": "Qingming Festival",
    "劳动节": "Labour Day",
    "端午节": "Dragon Boat Festival",
    "中秋节": "Mid-Autumn Festival",
    "国庆节": "National Day",
    "除夕": "Lunar New Year's Eve",
    "元宵节": "Lantern Festival",
    "七夕": "Qixi Festival",
    "重阳节": "Double Ninth Festival",
    "腊八节": "Laba Festival",
    "小年": "Little New Year",
    "冬至": "Winter Solstice",
    "情人节": "Valentine's Day",
    "妇女节": "Women's Day",
    "母亲节": "Mother's Day",
    "父亲节": "Father's Day",
    "儿童节": "Children's Day",
    "教师节": "Teachers' Day",
    "圣诞节": "Christmas Day",
    "世界动物日": "World Animal Day",
    "国际猫日": "International Cat Day",
    "国际狗日": "International Dog Day",
}
"""Every known festival: the name people write in front matter, and its English one. Each is one day, its first."""

_LUNAR = {
    (1, 1): "春节",
    (1, 15): "元宵节",
    (5, 5): "端午节",
    (7, 7): "七夕",
    (8, 15): "中秋节",
    (9, 9): "重阳节",
    (12, 8): "腊八节",
    (12, 23): "小年",
}
"""By lunar month and day; Little New Year is kept on the northern day."""

_SOLAR = {
    (1, 1): "元旦",
    (2, 14): "情人节",
    (3, 8): "妇女节",
    (5, 1): "劳动节",
    (6, 1): "儿童节",
    (8, 8): "国际猫日",
    (8, 26): "国际狗日",
    (9, 10): "教师节",
    (10, 1): "国庆节",
    (10, 4): "世界动物日",
    (12, 25): "圣诞节",
}
_SUNDAYS = {(5, 2): "母亲节", (6, 3): "父亲节"}
"""By month and which of its Sundays."""

_DATE = re.compile(r"(?:(?P<year>\d{4})-)?(?P<day>\d{2}-\d{2})")


def festivals_on(day: date) -> tuple[str, ...]:
    """The Chinese names of the day's festivals, lunar ones first; none on most days."""
    return _festivals_of(day.year).get(day, ())


def suits(post: Post, day: date) -> bool:
    """Whether the day is the post's own: any day for a post without a festival."""
    return not post.festival or post.festival in festivals_on(day + timedelta(days=post.days_before))


def quiet(day: date, names: Collection[str]) -> str:
    """What closes the day to promotion: the first of its festivals among `names`, or its date; "" if nothing does.

    `names` are festivals in either language, dates ("2026-05-12") and days of every year ("05-12"), as `quiet_name`
    accepts them.
    """
    closing = {quiet_name(name) for name in names}
    own = (*festivals_on(day), day.isoformat(), f"{day:%m-%d}")
    return next((name for name in own if name in closing), "")


@cache
def festival_named(text: str) -> str:
    """The Chinese name of the festival meant, also by its English name or with 节 left out or added.

    `ValueError` names the nearest known one.
    """
    spoken = {name: name for name in FESTIVALS}
    for name, english in FESTIVALS.items():
        spoken |= {english.casefold(): name, name.removesuffix("节"): name, f"{name.removesuffix('节')}节": name}
    wanted = text.strip().casefold()
    if wanted in spoken:
        return spoken[wanted]
    near = nearest(wanted, spoken)
    raise ValueError(f"{text!r} is not a known festival" + (f"; did you mean {spoken[near]!r}?" if near else ""))


@cache
def quiet_name(text: str) -> str:
    """A festival's Chinese name, or the date itself; `ValueError` says what is wrong with anything else."""
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return festival_named(text)
    try:
        date.fromisoformat(f"{found['year'] or '2024'}-{found['day']}")  # without a year a leap day is a day, too
    except ValueError:
        raise ValueError(f"{text!r} is not a day of the calendar") from None
    return found.group()


@cache
def _festivals_of(year: int) -> Mapping[date, tuple[str, ...]]:
    """All of a year at once, and a few days of its neighbours: the lunar calendar is costly to ask day by day."""
    days: dict[date, tuple[str, ...]] = {}
    for day, name in (*_lunar_days(year), *_solar_days(year)):
        days[day] = (*days.get(day, ()), name)
    return days


def _lunar_days(year: int) -> Iterator[tuple[date, str]]:
    # A lunar year ends in the next solar one: the days of two lunar years cover this one, and more, which does no harm.
    for lunar_year in (year - 1, year):
        for (month, number), name in _LUNAR.items():
            yield _from_lunar(lunar_year, month, number), name
        yield _from_lunar(lunar_year, 1, 1) - timedelta(days=1), "除夕"
    terms = Solar.fromYmd(year, 7, 1).getLunar().getJieQiTable()
    yield _date(terms["清明"]), "清明节"
    yield _date(terms["DONG_ZHI"]), "冬至"  # the table also holds last year's, under its Chinese name


def _solar_days(year: int) -> Iterator[tuple[date, str]]:
    for (month, number), name in _SOLAR.items():
        yield date(year, month, number), name
    for (month, which), name in _SUNDAYS.items():
        first = date(year, month, 1)
        yield first + timedelta(days=6 - first.weekday(), weeks=which - 1), name


def _from_lunar(year: int, month: int, number: int) -> date:
    """A day of an ordinary month; leap months have no festivals of their own."""
    return _date(Solar.fromJulianDay(LunarMonth.fromYm(year, month).getFirstJulianDay() + number - 1))


def _date(solar: Solar) -> date:
    return date(solar.getYear(), solar.getMonth(), solar.getDay())
