"""Reads a date without a year as people type it, solar or lunar: 5-20, 5月20号, 农历八月十五, 闰六月初八, 腊月廿三."""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from dataclasses import dataclass

from bot.core.birthday import Calendar, YearlyDate

_LUNAR_NAMES = r"农历|阴历|旧历|老历"
_SOLAR_NAMES = r"公历|阳历|新历|国历|西历"
_CALENDAR = rf"(?:{_LUNAR_NAMES}|{_SOLAR_NAMES})"
_DIGITS = "一二三四五六七八九"
_COUNTED = rf"[{_DIGITS}十]{{1,3}}"
PATTERN = (
    rf"(?:(?P<before>{_CALENDAR})的?\s*)?"
    rf"(?:(?P<year>\d{{4}}|\d{{2}}|[{_DIGITS}零〇○]{{4}})\s*[-./年]\s*)?"
    rf"(?:(?P<after>{_CALENDAR})的?\s*)?"
    rf"(?P<leap>闰)?(?P<month>\d{{1,2}}|正|冬|腊|{_COUNTED})\s*[-./月]\s*"
    rf"(?P<day>\d{{1,2}}|初[{_DIGITS}十]|廿[{_DIGITS}]?|卅一?|{_COUNTED})\s*(?P<number>[日号])?"
    r"|(?P<compact>(?:(?:19|20)\d\d)?(?:0\d|1[0-2])[0-3]\d)"
)
"""Matches what `read` reads, on text in which traditional characters have been made simple."""

_LUNAR_MONTHS = {"正": 1, "冬": 11, "腊": 12}
_LUNAR_MONTH_DAYS = 30
_LEAP_YEAR = 2024
_PIVOT = 30
"""A year of two digits above this belongs to the last century."""


@dataclass(frozen=True, slots=True)
class Impossible:
    """A date that is in no calendar. `what` is wrong: the "month", the "day", or the "leap_day" in the year given."""

    what: str
    calendar: Calendar
    month: int
    day: int
    leap: bool = False

    @property
    def most(self) -> int:
        """How many days that month has at most; 0 for a month that there is not."""
        if not 1 <= self.month <= 12:
            return 0
        return _LUNAR_MONTH_DAYS if self.calendar is Calendar.LUNAR else monthrange(_LEAP_YEAR, self.month)[1]


@dataclass(frozen=True, slots=True)
class Dated:
    """A date as it was read, with the year if one was given."""

    date: YearlyDate
    year: int | None = None


def read(found: re.Match[str]) -> Dated | Impossible | None:
    """What a match of `PATTERN` means; None when its numerals are none.

    Without the name of a calendar, what only the lunar one has makes it lunar (正月, 初八, 廿三, 闰). So does a date
    wholly in Chinese numerals without 日 or 号: 八月十五 is the Mid-Autumn, 五月二十号 the twentieth of May.
    """
    if found["compact"]:
        return _compact(found["compact"])
    month, day = _number(found["month"]), _number(found["day"])
    if month is None or day is None:
        return None
    calendar = Calendar.LUNAR if _lunar(found) else Calendar.SOLAR
    leap = bool(found["leap"])
    return _checked(YearlyDate(calendar, month, day, leap), _year(found["year"] or ""))


def _lunar(found: re.Match[str]) -> bool:
    named = found["before"] or found["after"]
    if named:
        return re.fullmatch(_LUNAR_NAMES, named) is not None
    month, day = found["month"], found["day"]
    if found["leap"] or month in _LUNAR_MONTHS or day[0] in "初廿卅":
        return True
    return not month.isdigit() and not day.isdigit() and not found["number"]


def _compact(digits: str) -> Dated | None:
    """0520 or 19900520; such digits may mean anything else, so an impossible one is no date."""
    date = YearlyDate(Calendar.SOLAR, int(digits[-4:-2]), int(digits[-2:]))
    checked = _checked(date, int(digits[:4]) if len(digits) == 8 else None)
    return checked if isinstance(checked, Dated) else None


def _checked(date: YearlyDate, year: int | None) -> Dated | Impossible:
    impossible = Impossible("month", date.calendar, date.month, date.day, date.leap)
    if not impossible.most:
        return impossible
    if not 1 <= date.day <= impossible.most:
        return Impossible("day", date.calendar, date.month, date.day, date.leap)
    if date.calendar is Calendar.SOLAR and year and (date.month, date.day) == (2, 29) and not isleap(year):
        return Impossible("leap_day", date.calendar, date.month, date.day)
    return Dated(date, year)


def _year(text: str) -> int | None:
    digits = "".join(str(_DIGITS.find(char) + 1) if char in _DIGITS else char for char in text)
    digits = re.sub("[零〇○]", "0", digits)
    if not digits:
        return None
    year = int(digits)
    if len(digits) == 2:
        year += 1900 if year > _PIVOT else 2000
    return year if 1900 <= year <= 2100 else None


def _number(text: str) -> int | None:
    """1 to 99 in Arabic or Chinese numerals, and the names of lunar months and days."""
    if text.isdigit():
        return int(text)
    if text in _LUNAR_MONTHS:
        return _LUNAR_MONTHS[text]
    text = text.removeprefix("初").replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = text.rpartition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in tens:
        return None
    value = _DIGITS.find(ones) + 1 if ones else 0
    return value + 10 * (_DIGITS.find(tens) + 1 if tens else 1) if ten else value
